/**
 * A text as groups of letters and digits, and what stands between them: the one reading from which values are told. One pass,
 * linear in the length of the text.
 */
import type { Form } from './national-id.js';

export interface Group {
  readonly start: number;
  readonly end: number;
  /** Its part of a {@link Form}, such as `d4`; a group with letters that are not ASCII is `x`. */
  readonly form: Form;
  /** What stands between the group before and this one when it is one character or two of which one is a blank; else empty. */
  readonly gap: string;
  readonly digits: number;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
/** Letters beyond ASCII are taken by range: punctuation of its own begins at U+2000, wide signs at U+3000. */
const isOther = (code: number): boolean => (code >= 0xc0 && code < 0x2000) || (code >= 0x3040 && code < 0xff00);
const isHex = (code: number): boolean => isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);

/** Blanks and dashes of all kinds are read as the ones of ASCII. */
const plainGap = (gap: string): string =>
  gap
    .replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/[\u00a0\u2007-\u200a\u202f\t]/g, ' ')
    .replace(/[\u2010-\u2015\u2212]/g, '-');

const longestGap = 6;

/** What stands between two groups, where it may join them. */
const gapBetween = (text: string, from: number, to: number): string => {
  const length = to - from;
  if (length === 0 || length > longestGap) return '';
  const gap = text.slice(from, to);
  if (length === 1 && gap.charCodeAt(0) > 32 && gap.charCodeAt(0) < 128) return gap;
  const plain = plainGap(gap);
  return plain.length > 2 ? '' : plain;
};

/** The groups of a text, in order. An escape of a URL (`%20`) is what it stands for, between groups. */
export const groupsOf = (text: string): readonly Group[] => {
  const groups: Group[] = [];
  const { length } = text;
  let at = 0;
  let last = 0;
  while (at < length) {
    const code = text.charCodeAt(at);
    if (code === 37 && isHex(text.charCodeAt(at + 1)) && isHex(text.charCodeAt(at + 2))) {
      at += 3;
      continue;
    }
    if (!isDigit(code) && !isLetter(code) && !isOther(code)) {
      at += 1;
      continue;
    }
    const start = at;
    let digits = 0;
    let letters = 0;
    let others = 0;
    for (; at < length; at += 1) {
      const next = text.charCodeAt(at);
      if (isDigit(next)) digits += 1;
      else if (isLetter(next)) letters += 1;
      else if (isOther(next)) others += 1;
      else break;
    }
    const size = at - start;
    const kind = others > 0 ? 'x' : letters === 0 ? 'd' : digits === 0 ? 'a' : 'm';
    const form = kind === 'x' ? 'x' : `${kind}${size}`;
    groups.push({ start, end: at, form, gap: gapBetween(text, last, start), digits });
    last = at;
  }
  return groups;
};

/** The form of the groups from one until another, the latter included. */
export const formOf = (groups: readonly Group[], from: number, to: number): Form => {
  let form = groups[from]!.form;
  for (let index = from + 1; index <= to; index += 1) form += groups[index]!.gap + groups[index]!.form;
  return form;
};

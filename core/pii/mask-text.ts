/** Personal data in free text: logs, messages, audit entries, prompts. Time is linear in the length of the text. */
import { type Group, groupsOf } from './groups.js';
import { canonical, hasRule, identify, isIban, isIbanCountry, longestIban, maySpell } from './identify-number.js';
import { emailAround, isIpV4, isIpV6, isNobodysIp, looksLikeVersion, type Span } from './internet-address.js';
import { matchName } from './match-name.js';
import { phoneAt } from './phone.js';
import type { PiiClass } from './pii-class.js';

export interface PersonalSpan extends Span {
  readonly class: PiiClass;
}
type Mask = PersonalSpan;

interface Found extends Mask {
  /** Index of the last group. */
  readonly to: number;
}

/** A number or decimal goes on there: what was found is a part of something else. */
const isGlued = (text: string, { start, end }: Span, isStrict: boolean): boolean => {
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  if (/\d\.$/.test(before) || /^\.\d/.test(after)) return true;
  return isStrict && (/[\p{L}\p{N}][-_.:]$/u.test(before) || /^_$|^[-_.:][\p{L}\p{N}]/u.test(after));
};

const mostGroups = 9;

/** A card, an IBAN or a national id that begins with a group. The longest one counts. */
const numberAt = (text: string, groups: readonly Group[], from: number): Found | null => {
  const { start, form: first } = groups[from]!;
  if (first === 'x') return null;
  let found: Found | null = null;
  let form = first;
  for (let to = from; ; ) {
    const { end } = groups[to]!;
    const known = hasRule(form) ? identify(text.slice(start, end), form).find(({ alone }) => alone) : undefined;
    if (known !== undefined && !isGlued(text, { start, end }, known.class !== 'card')) {
      found = { start, end, to, class: known.class };
    }
    to += 1;
    if (to === groups.length || to - from === mostGroups || !maySpell(form)) return found;
    form += groups[to]!.gap + groups[to]!.form;
  }
};

const ibanAt = (text: string, groups: readonly Group[], from: number): Found | null => {
  const { start, end: firstEnd, form } = groups[from]!;
  if (form[0] !== 'm' || !/^[A-Za-z]{2}\d{2}/.test(text.slice(start, start + 4)) || firstEnd - start > longestIban)
    return null;
  if (!isIbanCountry(text.slice(start, start + 2).toUpperCase())) return null;
  let spelled = '';
  for (let to = from; to < groups.length && to - from < mostGroups; to += 1) {
    const group = groups[to]!;
    if (to > from && group.gap !== ' ' && group.gap !== '-') return null;
    spelled += text.slice(group.start, group.end);
    if (spelled.length > longestIban) return null;
    if (spelled.length >= 15 && isIban(canonical(spelled))) return { start, end: group.end, to, class: 'iban' };
  }
  return null;
};

const mostIpGroups = 11;
const ipGaps: ReadonlySet<string> = new Set(['.', ':', '::']);

/** Addresses of the Internet Protocol, the mapped ones of version 4 among them. */
const ipAt = (text: string, groups: readonly Group[], from: number): Found | null => {
  let to = from;
  let form = '';
  while (to + 1 < groups.length && to - from < mostIpGroups && ipGaps.has(groups[to + 1]!.gap)) {
    form += groups[to + 1]!.gap;
    to += 1;
  }
  if (to === from && text[groups[from]!.start - 1] !== ':') return null;
  const colons = text.startsWith('::', groups[from]!.start - 2) ? 2 : 0;
  const start = groups[from]!.start - colons;
  for (let last = to; last >= from && (last > from || colons > 0); last -= 1) {
    const open = text.startsWith('::', groups[last]!.end) ? 2 : 0;
    const end = groups[last]!.end + open;
    const spelled = text.slice(start, end);
    const isFour = form.startsWith('...') && last - from === 3 && open === 0 && isIpV4(spelled);
    const isSix = !isFour && spelled.includes(':') && last - from + (colons + open) / 2 >= 2 && isIpV6(spelled);
    if (!isFour && !isSix) continue;
    const isPart = /[\w.]$/.test(text.slice(start - 1, start)) || /^\.\d|^\w/.test(text.slice(end, end + 2));
    const isVersion =
      isFour &&
      looksLikeVersion(spelled) &&
      /(?:version|release|build|driver)[ :=]{1,3}$/i.test(text.slice(Math.max(0, start - 12), start));
    if (isPart || isVersion || isNobodysIp(spelled)) return null;
    return { start, end, to: last, class: 'ip' };
  }
  return null;
};

const fewestDigits = 6;
const longestLabel = 40;
const labelled: ReadonlySet<PiiClass> = new Set(['phone', 'national_id', 'card', 'iban', 'birth_date', 'ip']);

/** What the word in front says of a number: `BSN 111222333`, `phone=5551234567`, `"dob": "1980-01-31"`. */
const labelAt = (
  text: string,
  groups: readonly Group[],
  from: number,
  known: Map<string, PiiClass | null>,
): PiiClass | null => {
  const { start } = groups[from]!;
  const before = /([\p{L}][\p{L}\p{N}_.-]*)["'`)\]]{0,2}(?: ?(?:[=:#]|is|=>) ?| )["'`(+]{0,2}$/u.exec(
    text.slice(Math.max(0, start - longestLabel), start),
  );
  const label = before?.[1]?.replace(/\.$/, '');
  if (label === undefined) return null;
  let found = known.get(label);
  if (found === undefined) {
    const match = matchName(label.split('.').at(-1)!);
    found = match !== null && labelled.has(match.class) ? match.class : null;
    known.set(label, found);
  }
  return found;
};

/** The number that stands behind a word for it, with whatever separates its groups. */
const labelledAt = (
  text: string,
  groups: readonly Group[],
  from: number,
  known: Map<string, PiiClass | null>,
): Found | null => {
  const { start, form } = groups[from]!;
  if (form[0] !== 'd' && form[0] !== 'm') return null;
  let to = from;
  let digits = groups[from]!.digits;
  for (; to + 1 < groups.length && to - from < mostGroups; to += 1) {
    const next = groups[to + 1]!;
    if (!/^(?:[ ./()-]|\) |\. )$/.test(next.gap) || next.digits === 0) break;
    digits += next.digits;
  }
  if (digits < fewestDigits) return null;
  const name = labelAt(text, groups, from, known);
  return name === null ? null : { start, end: groups[to]!.end, to, class: name };
};

const emailsIn = (text: string): readonly Mask[] => {
  const found: Mask[] = [];
  for (const { index } of text.matchAll(/@|%40/g)) {
    const span = emailAround(text, index);
    if (span !== null) found.push({ ...span, class: 'email' });
  }
  return found;
};

const isUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** How many groups a UUID, which may look like anything, takes up here. */
const uuidAt = (text: string, groups: readonly Group[], from: number): number => {
  const last = groups[from + 4];
  const { start, end } = groups[from]!;
  return end - start === 8 && last !== undefined && last.end - start === 36 && isUuid.test(text.slice(start, last.end))
    ? 5
    : 0;
};

const numbersIn = (text: string): readonly Mask[] => {
  const groups = groupsOf(text);
  const found: Mask[] = [];
  const labels = new Map<string, PiiClass | null>();
  for (let at = 0; at < groups.length; ) {
    const uuid = uuidAt(text, groups, at);
    const phone = uuid > 0 ? null : phoneAt(text, groups, at);
    const isPhone = phone !== null && !isGlued(text, { start: phone.start, end: groups[phone.to]!.end }, true);
    const hit =
      uuid > 0
        ? null
        : (ibanAt(text, groups, at) ??
          numberAt(text, groups, at) ??
          ipAt(text, groups, at) ??
          (isPhone
            ? { start: phone.start, end: groups[phone.to]!.end, to: phone.to, class: 'phone' as const }
            : null) ??
          labelledAt(text, groups, at, labels));
    if (hit !== null) found.push(hit);
    at = hit === null ? at + Math.max(1, uuid) : hit.to + 1;
  }
  return found;
};

/** What cannot hold any: neither two digits nor a sign of an address. */
const isClear = (text: string): boolean => !/[@:%]|\d.{0,40}\d/s.test(text);

/** Where personal data stands in a text, in order and apart from each other. Names of persons have no pattern and are not told. */
export const personalSpans = (text: string): readonly PersonalSpan[] => {
  if (isClear(text)) return [];
  const masks = [...emailsIn(text), ...numbersIn(text)].sort((a, b) => a.start - b.start || b.end - a.end);
  const apart: PersonalSpan[] = [];
  let at = 0;
  for (const mask of masks) {
    if (mask.start >= at) apart.push(mask);
    at = Math.max(at, mask.end);
  }
  return apart;
};

/** The text with another one in the place of each span. */
export const replaceSpans = (
  text: string,
  spans: readonly PersonalSpan[],
  by: (span: PersonalSpan) => string,
): string => {
  let replaced = '';
  let at = 0;
  for (const span of spans) {
    replaced += text.slice(at, span.start) + by(span);
    at = span.end;
  }
  return replaced + text.slice(at);
};

/** The text with `[email]`, `[phone]`, `[card]`, … in the places of personal data. */
export const maskText = (text: string): string => {
  const spans = personalSpans(text);
  return spans.length === 0 ? text : replaceSpans(text, spans, (span) => `[${span.class}]`);
};

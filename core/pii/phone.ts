/** Telephone numbers: international ones by ITU's country codes, national ones by how they are grouped. */
import type { Group } from './groups.js';
import type { Kind } from './identify-number.js';

/**
 * Digits behind the country code, fewest and most. Sources: ITU-T E.164 and its list of assigned country codes (Operational
 * Bulletin, annex), lengths by the national numbering plans filed with ITU (E.129).
 */
const countryCodes: ReadonlyMap<string, readonly [number, number]> = new Map(
  '1:10-10 7:10-10 20:8-10 27:9-9 30:10-10 31:9-9 32:8-9 33:9-9 34:9-9 36:8-9 39:6-12 40:9-9 41:9-9 43:5-13 44:9-10 45:8-8 46:7-10 47:8-8 48:9-9 49:6-13 51:8-9 52:10-11 53:8-8 54:10-11 55:10-11 56:9-9 57:8-10 58:10-10 60:7-10 61:9-9 62:8-12 63:8-10 64:8-10 65:8-8 66:8-9 81:9-10 82:8-10 84:9-10 86:9-11 90:10-10 91:10-10 92:9-10 93:9-9 94:9-9 95:7-10 98:10-10 211:9-9 212:9-9 213:8-9 216:8-8 218:8-9 220:7-7 221:9-9 222:8-8 223:8-8 224:8-9 225:10-10 226:8-8 227:8-8 228:8-8 229:8-10 230:7-8 231:7-9 232:8-8 233:9-9 234:8-10 235:8-8 236:8-8 237:8-9 238:7-7 239:7-7 240:9-9 241:7-8 242:9-9 243:7-9 244:9-9 245:7-9 246:7-7 247:5-6 248:7-7 249:9-9 250:9-9 251:9-9 252:7-9 253:8-8 254:9-9 255:9-9 256:9-9 257:8-8 258:8-9 260:9-9 261:9-9 262:9-9 263:9-10 264:8-9 265:7-9 266:8-8 267:7-8 268:8-8 269:7-7 290:4-5 291:7-7 297:7-7 298:6-6 299:6-6 350:8-8 351:9-9 352:6-11 353:7-9 354:7-9 355:8-9 356:8-8 357:8-8 358:5-12 359:7-9 370:8-8 371:8-8 372:7-8 373:8-8 374:8-8 375:9-9 376:6-9 377:8-9 378:6-10 380:9-9 381:8-9 382:8-9 383:8-9 385:8-9 386:8-8 387:8-9 389:8-8 420:9-9 421:9-9 423:7-9 500:5-5 501:7-7 502:8-8 503:8-8 504:8-8 505:8-8 506:8-8 507:7-8 508:6-6 509:8-8 590:9-9 591:8-8 592:7-7 593:8-9 594:9-9 595:9-9 596:9-9 597:6-7 598:7-8 599:7-8 670:7-8 672:6-6 673:7-7 674:7-7 675:7-8 676:5-7 677:5-7 678:5-7 679:7-7 680:7-7 681:6-6 682:5-5 683:4-7 685:5-7 686:5-8 687:6-6 688:5-6 689:6-8 690:4-7 691:7-7 692:7-7 850:8-10 852:8-8 853:8-8 855:8-9 856:8-10 880:8-10 886:8-9 960:7-7 961:7-8 962:8-9 963:8-9 964:8-10 965:8-8 966:8-9 967:7-9 968:8-8 970:8-9 971:8-9 972:8-9 973:8-8 974:8-8 975:7-8 976:8-8 977:8-10 992:9-9 993:8-8 994:9-9 995:9-9 996:9-9 998:9-9'
    .split(' ')
    .map((entry) => {
      const [code = '', range = ''] = entry.split(':');
      const [fewest = 0, most = 0] = range.split('-').map(Number);
      return [code, [fewest, most]] as const;
    }),
);

export const phones = Object.freeze({
  international: { name: 'international phone number', class: 'phone', chance: 0.01 },
  /** Told by the zero or the brackets of its area. */
  national: { name: 'national phone number', class: 'phone', chance: 0.1 },
  /** As in North America, where other numbers of ten digits may be grouped likewise. */
  grouped: { name: 'phone number of North America', class: 'phone', chance: 0.64 },
  /** Digits alone. */
  bare: { name: 'phone number without separators', class: 'phone', chance: 1 },
} as const satisfies Record<string, Kind>);

/** Whether digits are a country code and as many more as that country has. */
const isInternational = (digits: string): boolean =>
  [1, 2, 3].some((length) => {
    const range = countryCodes.get(digits.slice(0, length));
    const rest = digits.length - length;
    return range !== undefined && rest >= range[0] && rest <= range[1] && (length > 1 || !/^1[01]/.test(digits));
  });

const mostGroups = 8;
const mostDigits = 15;
const gaps: ReadonlySet<string> = new Set([' ', '-', '.', '/', ' (', ') ', ')', '(', '-(', ')-', ').']);

const isNorthAmerican = (digits: string): boolean => /^[2-9]\d{2}[2-9]\d{6}$/.test(digits) && !/^(\d)\1+$/.test(digits);

const northAmerican = /^d3\) ?d3[-. ]d4$|^d3([-.])d3\1d4$/;
const brazilian = /^d2\) ?d[45]-d4$/;
const twos = /^d2([ .-])d2\1d2\1d2\1d2$/;
const trunk = /^d[2-5](?:\) ?|[ /-]| ?\/ ?)(?:d\d{1,2})(?:([ -])d\d(?:\1d\d)*)?$/;

/** Where a number grouped in the national way ends, as an index of groups; -1: none begins here. */
const nationalEnd = (text: string, groups: readonly Group[], from: number): number => {
  const first = groups[from]!;
  const open = text[first.start - 1] === '(';
  const isTrunk = /^0[1-9]/.test(text.slice(first.start, first.start + 2));
  if (!isTrunk && first.form !== 'd3' && !open) return -1;
  let form = first.form;
  let digits = text.slice(first.start, first.end);
  let found = -1;
  for (let to = from + 1; to < Math.min(groups.length, from + 6); to += 1) {
    const group = groups[to]!;
    if (group.form[0] !== 'd' || !gaps.has(group.gap)) break;
    form += group.gap + group.form;
    digits += text.slice(group.start, group.end);
    if (digits.length > 12) break;
    if (isTrunk) {
      const fits = twos.test(form) ? digits.length === 10 : digits.length >= 9 && trunk.test(form) && !isDate(form);
      if (fits) found = to;
    } else if (open ? brazilian.test(form) : form.includes(')')) {
      if (open) found = to;
    } else if (northAmerican.test(form) && isNorthAmerican(digits)) found = to;
  }
  return found;
};

const isDate = (form: string): boolean => /^d2([-./])d2\1d4|^d4([-./])d2\2d2/.test(form);

export interface PhoneSpan {
  readonly kind: Kind;
  /** Index of the last group. */
  readonly to: number;
  /** Where the text of the number begins: before the sign or bracket in front. */
  readonly start: number;
}

/** What stands before a group when it says that a country code follows. */
const plusBefore = (text: string, { start }: Group): number => {
  if (!'+ (%Bb'.includes(text[start - 1] ?? 'x')) return -1;
  const before = text.slice(Math.max(0, start - 5), start);
  const found = /(?:\+|%2[Bb])[ (]?$/.exec(before);
  return found === null ? -1 : start - before.length + found.index;
};

/** Where an international number ends: the most groups that fit the country, at least its fewest digits. */
const internationalEnd = (text: string, groups: readonly Group[], from: number, skip: number): number => {
  let digits = text.slice(groups[from]!.start + skip, groups[from]!.end);
  let found = isInternational(digits) ? from : -1;
  for (let to = from + 1; to < Math.min(groups.length, from + mostGroups); to += 1) {
    const group = groups[to]!;
    if (group.form[0] !== 'd' || !gaps.has(group.gap)) break;
    const part = text.slice(group.start, group.end);
    // The zero of an area, in brackets, is not dialled from abroad.
    digits += group.gap.endsWith('(') && part.startsWith('0') ? part.slice(1) : part;
    if (digits.length > mostDigits) break;
    if (isInternational(digits)) found = to;
  }
  return found;
};

/** A telephone number that begins with this group. */
export const phoneAt = (text: string, groups: readonly Group[], from: number): PhoneSpan | null => {
  const group = groups[from]!;
  if (group.form[0] !== 'd') return null;
  const plus = plusBefore(text, group);
  if (plus >= 0 && group.end - group.start <= mostDigits) {
    const to = internationalEnd(text, groups, from, 0);
    return to < 0 ? null : { kind: phones.international, to, start: plus };
  }
  const next = groups[from + 1];
  if (next === undefined || !gaps.has(next.gap)) return null;
  if (/^00[1-9]/.test(text.slice(group.start, group.start + 3)) && group.end - group.start <= 5) {
    const to = internationalEnd(text, groups, from, 2);
    if (to > from) return { kind: phones.international, to, start: group.start };
  }
  const to = nationalEnd(text, groups, from);
  if (to < 0) return null;
  const isOpen = text[group.start - 1] === '(';
  const kind = isOpen || text[group.start] === '0' ? phones.national : phones.grouped;
  return { kind, to, start: isOpen ? group.start - 1 : group.start };
};

/** Whether a whole value is a number as people give it without separators; only a name beside it makes it one. */
export const isBarePhone = (value: string): boolean =>
  /^(?:00)?\d{8,15}$|^[1-9]\d{2,4}(?:[ -]\d{2,5}){1,3}$/.test(value);

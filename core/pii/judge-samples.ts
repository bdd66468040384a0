/** What the values of a column are, told from a sample of them. */
import { formOf, groupsOf } from './groups.js';
import { canonical, iban, identify, isIban, type Kind } from './identify-number.js';
import { email, emailAround, ip, isIpV4, isIpV6, isNobodysIp, looksLikeVersion } from './internet-address.js';
import { isBarePhone, phoneAt, phones } from './phone.js';
import type { PiiClass } from './pii-class.js';

export interface SampleVerdict {
  readonly kind: Kind;
  /** Different values that were looked at, and how many of them are of the kind. */
  readonly values: number;
  readonly hits: number;
  /** The least share of the kind in the whole column, as likely as 95 in 100: the lower end of Wilson's interval. */
  readonly confidence: number;
}

export interface SampleOptions {
  /** What the name of the column says: a class that it makes likely needs fewer values, and no luck to be excluded. */
  readonly expected?: PiiClass | null;
}

/** Fewer different values say nothing by themselves. */
const fewestValues = 8;
const leastShare = 0.6;
const leastShareExpected = 0.3;
/** How likely it may be, at most, that values which are none of the kind look like it. */
const mostLuck = 1e-6;

const mostLookedAt = 2_000;
const longestValue = 320;

/** All that one value can be. */
const kindsOf = (value: string, expected: PiiClass | null): readonly Kind[] => {
  const text = value.trim();
  if (text === '' || text.length > longestValue) return [];
  const at = text.indexOf('@');
  if (at > 0) {
    const span = emailAround(text, at);
    return span !== null && span.start === 0 && span.end === text.length ? [email] : [];
  }
  if (isIpV6(text)) return [ip];
  if (isIpV4(text)) return isNobodysIp(text) || (looksLikeVersion(text) && expected !== 'ip') ? [] : [ip];
  const groups = groupsOf(text);
  if (groups.length === 0 || groups.length > 12) return [];
  const kinds: Kind[] = [];
  if (isIban(canonical(text))) kinds.push(iban);
  const phone = phoneAt(text, groups, 0);
  if (phone !== null && phone.to === groups.length - 1) kinds.push(phone.kind);
  else if (expected === 'phone' && isBarePhone(text)) kinds.push(phones.bare);
  kinds.push(...identify(text, formOf(groups, 0, groups.length - 1)));
  return kinds;
};

/** Wilson's score interval at 95 %, its lower end. Source: E. B. Wilson, JASA 22 (1927). */
const lowerBound = (hits: number, values: number): number => {
  const z = 1.96;
  const share = hits / values;
  const spread = z * Math.sqrt((share * (1 - share)) / values + (z * z) / (4 * values * values));
  return (share + (z * z) / (2 * values) - spread) / (1 + (z * z) / values);
};

/** At most how likely so many hits are when each value is one by chance. Source: H. Chernoff, Ann. Math. Stat. 23 (1952). */
const luck = (hits: number, values: number, chance: number): number => {
  const share = hits / values;
  if (share <= chance) return 1;
  const rest = share === 1 ? 0 : (1 - share) * Math.log((1 - share) / (1 - chance));
  return Math.exp(-values * (share * Math.log(share / chance) + rest));
};

/**
 * The kind that most of the values are, so many that luck is excluded; `null` when there is none. Repeated values count once.
 * The values are not kept.
 */
export const judgeSamples = (
  values: Iterable<string | number | bigint>,
  { expected = null }: SampleOptions = {},
): SampleVerdict | null => {
  const distinct = new Set<string>();
  for (const value of values) {
    const text = String(value).trim();
    if (text !== '') distinct.add(text);
    if (distinct.size >= mostLookedAt) break;
  }
  const hits = new Map<Kind, number>();
  for (const value of distinct) {
    for (const kind of new Set(kindsOf(value, expected))) hits.set(kind, (hits.get(kind) ?? 0) + 1);
  }
  const verdicts = [...hits].flatMap(([kind, count]): SampleVerdict[] => {
    const share = count / distinct.size;
    const isEnough =
      kind.class === expected
        ? share >= leastShareExpected
        : distinct.size >= fewestValues && share >= leastShare && luck(count, distinct.size, kind.chance) <= mostLuck;
    if (!isEnough) return [];
    return [{ kind, values: distinct.size, hits: count, confidence: lowerBound(count, distinct.size) }];
  });
  // Of two that fit as well, the one that chance produces less often.
  return verdicts.sort((a, b) => b.hits - a.hits || a.kind.chance - b.kind.chance)[0] ?? null;
};

/**
 * Times that a calendar does not tell, with what they are in brackets: `summer 2026 (June to August)`, `Black Friday 2025 (28
 * November)`. Without the brackets they are not read.
 */
import type { Token } from '../tokens.js';
import { yearOf } from './calendar.js';
import { plainYear } from './eat-period.js';
import { eat, type Place, type TimeExpression } from './expression.js';

/** `2026`, and `2025/26` for what begins in one year and ends in the next. */
const eatYears = (
  { tokens, ...rest }: Place,
  at: number,
): { readonly years: readonly number[]; readonly length: number } => {
  const first = plainYear({ tokens, ...rest }, at);
  if (first === null) return { years: [], length: 0 };
  const second = tokens[at + 2]?.norm ?? '';
  const isPair = /^[/–-]$/.test(tokens[at + 1]?.norm ?? '') && /^(\d{2}|\d{4})$/.test(second);
  const last = second.length === 2 ? Math.floor(first / 100) * 100 + Number(second) : Number(second);
  return isPair && last === first + 1 ? { years: [first, last], length: 3 } : { years: [first], length: 1 };
};

export const readNamed = (
  place: Place,
  at: number,
  read: (place: Place, at: number) => TimeExpression | null,
): TimeExpression | null => {
  const { tokens, language } = place;
  const lead = eat(place, at, ['the']);
  const name = eat(place, at + lead, language.time.named);
  if (name === 0) return null;
  const { years, length } = eatYears(place, at + lead + name);
  const open = at + lead + name + length;
  const close = tokens.findIndex(({ norm }, i) => i > open && norm === ')');
  if (tokens[open]?.norm !== '(' || close < 0 || close > open + 10) return null;
  const last = years.at(-1);
  const year: readonly Token[] =
    last === undefined
      ? []
      : [{ ...tokens[open]!, kind: 'number', text: String(last), norm: String(last), value: last }];
  // The year outside is that of what stands inside.
  const inside = tokens.slice(open + 1, close);
  for (const one of year.length === 0 ? [inside] : [inside, [...inside, ...year]]) {
    const found = read({ ...place, tokens: one }, 0);
    if (found === null || found.length !== one.length || found.low === null || found.high === null) continue;
    const isOf = last === undefined || (yearOf(found.low) === years[0] && yearOf(found.high - 1) === last);
    if (isOf && (found.inYear === undefined || last === undefined)) return { ...found, length: close + 1 - at };
  }
  return null;
};

/** `28 November 2025 (Black Friday)`: a name that says nothing more. Its length; 0 where none stands there. */
export const eatNameInBrackets = (place: Place, at: number): number => {
  if (place.tokens[at]?.norm !== '(') return 0;
  const name = eat(place, at + 1, place.language.time.named);
  return name > 0 && place.tokens[at + 1 + name]?.norm === ')' ? name + 2 : 0;
};

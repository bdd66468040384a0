import type { Grain } from 'datamind/contract';
import type { Language } from '../language.js';
import type { Token } from '../tokens.js';
import type { Calendar, Span } from './calendar.js';
import { write } from './calendar.js';

/** A stretch of time, as it was said. */
export interface TimeExpression extends Span {
  /** How many words it took. */
  readonly length: number;
  /** The period that it is one of; `null` for a stretch of other bounds. */
  readonly unit: Grain | null;
  /** The words that a query has for it; `null`: a pair of dates says it. */
  readonly words: string | null;
  /** What was assumed. */
  readonly note: string | null;
  /** The same in a year, where no year was said. */
  readonly inYear?: (year: number) => Span;
  /** The moment at which the period ends, and not all of it. */
  readonly atEnd?: boolean;
  /** The last day of a period, and not merely that date. */
  readonly isLastDay?: boolean;
  /** Where it was taken as that of last year, though that of this year is still to come. */
  readonly coming?: TimeExpression;
  /** What else the same words may mean. */
  readonly others?: readonly TimeExpression[];
  /** Named one by one with `and`: each may be meant, or all. */
  readonly eachOf?: Grain;
  /** The two periods that a stretch goes from and to, of one kind. */
  readonly ends?: readonly [TimeExpression, TimeExpression];
  /** `the same quarters in 2025`: what it is compared with was said before. */
  readonly isSame?: boolean;
  /** `2026 so far`: beside another year, that one may be whole or up to the same day. */
  readonly isYearSoFar?: boolean;
  /** `this September`, `last September`. */
  readonly qualifier?: 'this' | 'last' | 'next';
  /** A bare year or number, which may be something else. */
  readonly isWeak?: boolean;
}

/** A place in a question, and what is needed to read on from there. */
export interface Place {
  readonly tokens: readonly Token[];
  readonly language: Language;
  readonly calendar: Calendar;
}

const cut = new WeakMap<readonly string[], ReadonlyMap<string, readonly (readonly string[])[]>>();

/** Phrases by their first word, cut once: they are looked for at every word of every question. */
const cutPhrases = (phrases: readonly string[]): ReadonlyMap<string, readonly (readonly string[])[]> => {
  let found = cut.get(phrases);
  if (found === undefined) {
    const made = new Map<string, (readonly string[])[]>();
    for (const phrase of phrases) {
      const words = phrase.split(' ');
      made.set(words[0]!, [...(made.get(words[0]!) ?? []), words]);
    }
    found = made;
    cut.set(phrases, made);
  }
  return found;
};

/** How many words one of the phrases takes there; 0 when none of them stands there. */
export const eat = ({ tokens }: Place, at: number, phrases: readonly string[]): number => {
  const first = tokens[at]?.norm;
  if (first === undefined) return 0;
  let longest = 0;
  for (const words of cutPhrases(phrases).get(first) ?? []) {
    if (words.length > longest && words.every((word, i) => tokens[at + i]?.norm === word)) longest = words.length;
  }
  return longest;
};

export const rangeOf = ({ words, low, high }: TimeExpression): string | readonly [string | null, string | null] =>
  words ?? [low === null ? null : write(low), high === null ? null : write(high)];

/** A question cut into the things that it names and the words that say what is asked of them. */
import type { Grain } from 'datamind/contract';
import type { Language, WordClass } from './language.js';
import { type Amount, readAmount } from './numbers.js';
import { readOtherWord } from './other-words.js';
import { type Reading, readingKey } from './phrases.js';
import type { Calendar } from './time/calendar.js';
import { eat, type TimeExpression } from './time/expression.js';
import { eatSameBefore, readEachEnd, readTime } from './time/read-time.js';
import type { Token } from './tokens.js';
import type { VocabularyIndex } from './vocabulary-index.js';

export interface Correction {
  readonly from: string;
  readonly to: string;
}

export interface Item {
  /** Tokens, half-open. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly classes: ReadonlySet<WordClass>;
  readonly readings: readonly Reading[];
  readonly time: TimeExpression | null;
  readonly grain: Grain | null;
  /** At the end of each. */
  readonly isEnd?: boolean;
  readonly amount: Amount | null;
  readonly isUnknown: boolean;
  readonly corrections: readonly Correction[];
  /** What the reader should know of how it was taken. */
  readonly note?: string;
  /** In the order of the phrase: to be found again in names that say them in another order. */
  readonly stems: readonly string[];
  /** The same words in the singular. */
  readonly forms: readonly string[];
}

const none: ReadonlySet<WordClass> = new Set();

/** An item of which nothing is known yet. */
export const bareItem = (from: number, to: number, text: string): Item => ({
  from,
  to,
  text,
  classes: none,
  readings: [],
  time: null,
  grain: null,
  amount: null,
  isUnknown: false,
  corrections: [],
  stems: [],
  forms: [],
});

/** A token, and the stems that it may stand for. */
export interface Word extends Token {
  readonly stems: readonly string[];
  readonly correction: Correction | null;
  /** Words that it may be a slip of where the longer name that they are a part of is all there. */
  readonly weak?: readonly string[];
}

/** A stretch of tokens that values of the data were found for. */
export interface FoundValue {
  readonly from: number;
  readonly to: number;
  readonly readings: readonly Reading[];
}

const silentMarks = new Set(['-', '.', '/', '(', ')', '&', '+', '#', ':', '*']);
const costs = { unknown: 4, mark: 0, time: 0.9, item: 1, corrected: 0.5 };

const verb: ReadonlySet<WordClass> = new Set(['verb']);

interface Candidate {
  readonly item: Item;
  readonly cost: number;
}

/** Collects what may stand between two tokens, whatever the reason, as one item. */
class Spans {
  readonly #spans = new Map<number, Map<number, { item: Item; cost: number }>>();
  readonly #tokens: readonly Word[];

  constructor(tokens: readonly Word[]) {
    this.#tokens = tokens;
  }

  put(from: number, to: number, cost: number, part: Partial<Item>): void {
    let ends = this.#spans.get(from);
    if (ends === undefined) {
      ends = new Map();
      this.#spans.set(from, ends);
    }
    const known = ends.get(to);
    const text = (): string =>
      this.#tokens
        .slice(from, to)
        .map((token) => token.text)
        .join(' ');
    const item = known?.item ?? bareItem(from, to, text());
    ends.set(to, { item: { ...item, ...part }, cost: Math.min(cost, known?.cost ?? cost) });
  }

  from(at: number): readonly Candidate[] {
    return [...(this.#spans.get(at)?.values() ?? [])];
  }
}

const putPhrases = (spans: Spans, tokens: readonly Word[], language: Language): void => {
  for (let from = 0; from < tokens.length; from += 1) {
    let key = '';
    for (let to = from + 1; to <= Math.min(tokens.length, from + language.longestPhrase); to += 1) {
      const token = tokens[to - 1]!;
      if (token.kind === 'quoted') break;
      key = key === '' ? token.norm : `${key} ${token.norm}`;
      const classes = language.phrases.get(key);
      const asides = language.asides.get(key);
      // What only a judgement or a follow-up looks at is a word like any other to everybody else.
      if (classes === undefined) continue;
      spans.put(from, to, costs.item, { classes: new Set([...classes, ...(asides ?? [])]) });
    }
  }
};

/** Only where a word says nothing else: what the model or the grammar has for it comes before. */
const putOtherWords = (spans: Spans, tokens: readonly Word[], index: VocabularyIndex): void => {
  tokens.forEach((token, at) => {
    if (token.kind !== 'word') return;
    const words = tokens.slice(at, at + 2).flatMap(({ kind, norm }) => (kind === 'word' ? [norm] : []));
    const found = readOtherWord(words, index);
    if (found === null) return;
    const { length, isVerb, readings } = found;
    const forms = [words.slice(0, length).map(index.language.singular).join(' ')];
    const note = readings.find((one) => one.note !== undefined)?.note;
    const part = { readings, forms, ...(isVerb ? { classes: verb } : note !== undefined && { note }) };
    if (!spans.from(at).some(({ item }) => item.to === at + length)) spans.put(at, at + length, costs.item, part);
  });
};

const putTimes = (spans: Spans, tokens: readonly Word[], language: Language, calendar: Calendar): void => {
  const place = { tokens, language, calendar };
  for (let at = 0; at < tokens.length; at += 1) {
    const time = readTime(place, at);
    if (time !== null) spans.put(at, at + time.length, costs.time, { time });
    const end = readEachEnd(place, at);
    if (end !== null) spans.put(at, at + end.length, costs.time, { grain: end.grain, isEnd: true });
    const before = eatSameBefore(place, at);
    if (before > 0) spans.put(at, at + before, costs.time, { classes: new Set(['previousYear']) });
    const amount = readAmount(tokens, at, language);
    if (amount !== null) spans.put(at, at + amount.length, costs.item, { amount });
    for (const lists of [language.time.units, language.time.grains]) {
      for (const [unit, phrases] of Object.entries(lists)) {
        const length = eat(place, at, phrases);
        if (length > 0) {
          spans.put(at, at + length, costs.item, { grain: unit as Grain });
          const isFiscal =
            (unit === 'quarter' || unit === 'year') && language.time.fiscal.includes(tokens[at - 1]?.norm ?? '');
          if (isFiscal) spans.put(at - 1, at + length, costs.item, { grain: `fiscal_${unit}` });
        }
      }
    }
  }
};

const fewest = new WeakMap<readonly Reading[], number>();

const fewestCost = (readings: readonly Reading[]): number => {
  let cost = fewest.get(readings);
  if (cost === undefined) {
    cost = readings.reduce((least, one) => Math.min(least, one.cost), 1);
    fewest.set(readings, cost);
  }
  return cost;
};

/** Names of the vocabulary, with little words and marks inside left out. */
const putNames = (spans: Spans, tokens: readonly Word[], index: VocabularyIndex): void => {
  const { language } = index;
  for (let from = 0; from < tokens.length; from += 1) {
    const forms: string[] = [];
    let keys: { readonly stems: readonly string[]; readonly corrections: readonly Correction[]; weak: number }[] = [
      { stems: [], corrections: [], weak: 0 },
    ];
    for (let to = from + 1; to <= tokens.length && to - from <= index.longest + 3; to += 1) {
      const token = tokens[to - 1]!;
      const isLittle = token.kind === 'word' && language.inPhrases.includes(token.norm);
      if (token.kind === 'mark') {
        if (to - 1 === from || !silentMarks.has(token.norm)) break;
        continue;
      }
      if (isLittle) {
        if (to - 1 === from) break;
        continue;
      }
      forms.push(...(token.kind === 'quoted' ? [token.norm] : [language.singular(token.norm)]));
      keys = keys.flatMap(({ stems, corrections, weak }) => [
        ...token.stems.map((stem) => ({
          stems: [...stems, ...stem.split(' ')],
          corrections: token.correction === null ? corrections : [...corrections, token.correction],
          weak,
        })),
        ...(token.weak ?? []).map((to) => ({
          stems: [...stems, language.stem(to)],
          corrections: [...corrections, { from: token.text, to }],
          weak: weak + 1,
        })),
      ]);
      if (keys.length > 16) keys = keys.slice(0, 16);
      if (keys[0]!.stems.length > index.longest) break;
      for (const { stems, corrections, weak } of keys) {
        if (weak > 0 && (weak > 1 || stems.length < 2)) continue;
        const near = closest(index.lookUp(stems.join(' ')), forms.join(' '), corrections.length > 0);
        const readings = forms.length > 1 ? near.filter((one) => !isDone(one, forms, index)) : near;
        if (readings.length === 0) continue;
        const once = corrections.filter((one, i) => corrections.findIndex(({ from }) => from === one.from) === i);
        const said = once.map((one, i) => ({ ...one, to: corrected(one, stems, readings, i) }));
        const cost = costs.item + fewestCost(readings) * 0.1 + corrections.length * costs.corrected;
        spans.put(from, to, cost, { readings, stems, forms: [...forms], corrections: said });
      }
      if (token.kind === 'quoted') break;
    }
  }
};

/** `opened a ticket` is what somebody did, and no open ticket. */
const isDone = ({ form }: Reading, forms: readonly string[], { language, lookUp }: VocabularyIndex): boolean => {
  if (form === undefined || form === forms.join(' ')) return false;
  const own = form.split(' ');
  return forms.some(
    (word) =>
      !own.includes(word) && lookUp(language.stem(word)).some((one) => one.kind === 'event' && one.form === word),
  );
};

/** Where a phrase is somebody's name as it stands, what is merely of one stem with it is not meant by it: `opened` and `open`. */
const closestOf = new WeakMap<readonly Reading[], Map<string, readonly Reading[]>>();

const closest = (readings: readonly Reading[], form: string, isCorrected: boolean): readonly Reading[] => {
  if (isCorrected || readings.length === 0) return readings;
  let forms = closestOf.get(readings);
  if (forms === undefined) {
    forms = new Map();
    closestOf.set(readings, forms);
  }
  let found = forms.get(form);
  if (found === undefined) {
    found = findClosest(readings, form);
    // Forms of one stem are few, but who asks may make up others.
    if (forms.size < 50) forms.set(form, found);
  }
  return found;
};

const findClosest = (readings: readonly Reading[], form: string): readonly Reading[] => {
  const exact = readings.filter((reading) => reading.form === form);
  if (exact.length === 0 || exact.length === readings.length) return readings;
  const isName = (kind: Reading['kind']): boolean => kind === 'metric' || kind === 'entity' || kind === 'dimension';
  const isModified = exact.some(({ kind }) => !isName(kind));
  return readings.filter((reading) => exact.includes(reading) || (isModified && isName(reading.kind)));
};

/** A correction was found by its stem; what is shown is a name. */
const corrected = (one: Correction, _stems: readonly string[], readings: readonly Reading[], at: number): string => {
  const [first] = readings;
  if (first === undefined || at > 0) return one.to;
  switch (first.kind) {
    case 'metric':
      return first.metric.label;
    case 'entity':
      return first.entity.label;
    case 'value':
      return String(first.value);
    case 'segment':
      return first.segment.label;
    case 'hierarchy':
      return first.hierarchy.label;
    case 'term':
      return one.to;
    default:
      return first.dimension.label;
  }
};

export const cutIntoItems = (
  tokens: readonly Word[],
  index: VocabularyIndex,
  calendar: Calendar,
  found: readonly FoundValue[],
): readonly Item[] => {
  const spans = new Spans(tokens);
  putPhrases(spans, tokens, index.language);
  putTimes(spans, tokens, index.language, calendar);
  putNames(spans, tokens, index);
  putOtherWords(spans, tokens, index);
  for (const { from, to, readings } of found) {
    const known = spans.from(from).find(({ item }) => item.to === to)?.item.readings ?? [];
    spans.put(from, to, costs.item + fewestCost(readings) * 0.1, { readings: merged(known, readings) });
  }
  tokens.forEach((token, at) => {
    if (spans.from(at).some(({ item }) => item.to === at + 1)) return;
    if (token.kind === 'mark') spans.put(at, at + 1, costs.mark, {});
    else spans.put(at, at + 1, costs.unknown, { isUnknown: true });
  });
  return cheapest(spans, tokens.length).map((item) =>
    item.corrections.length > 0 || item.isUnknown ? item : withCorrections(item, tokens),
  );
};

/** Words of the grammar and of times are corrected too. */
const withCorrections = (item: Item, tokens: readonly Word[]): Item => {
  const corrections = tokens.slice(item.from, item.to).flatMap(({ correction }) => correction ?? []);
  return corrections.length === 0 ? item : { ...item, corrections };
};

const merged = (known: readonly Reading[], found: readonly Reading[]): readonly Reading[] => {
  const keys = new Set(known.map(readingKey));
  return [...known, ...found.filter((one) => !keys.has(readingKey(one)))];
};

/** The fewest and surest items that cover all tokens; of equal ones that whose first items are longer. */
const cheapest = (spans: Spans, length: number): readonly Item[] => {
  const best: ({ readonly cost: number; readonly next: Item } | undefined)[] = [];
  for (let at = length - 1; at >= 0; at -= 1) {
    for (const { item, cost } of spans.from(at)) {
      const rest = item.to === length ? 0 : best[item.to]?.cost;
      if (rest === undefined) continue;
      const total = cost + rest;
      const known = best[at];
      const isBetter =
        known === undefined ||
        total < known.cost - 1e-9 ||
        (Math.abs(total - known.cost) < 1e-9 && item.to > known.next.to);
      if (isBetter) best[at] = { cost: total, next: item };
    }
  }
  const items: Item[] = [];
  for (let at = 0; at < length; at = best[at]!.next.to) items.push(best[at]!.next);
  return items;
};

/** A sketch while it is being read; only `read-sketch.ts` and its parts write to it. */
import type { Item } from './items.js';
import type { Language } from './language.js';
import type { Reading } from './phrases.js';
import type {
  Aggregate,
  Group,
  Mention,
  NumberFilter,
  PresenceFilter,
  Sketch,
  SketchTime,
  ValueFilter,
} from './sketch.js';

/** What kind of name is expected next. */
export type Mode =
  | 'start'
  | 'measure'
  | 'count'
  | 'which'
  | 'list'
  | 'by'
  | 'have'
  | 'without'
  | 'about'
  | 'sort'
  | 'after';

type Open<T> = { -readonly [K in keyof T]: T[K] };

export interface OpenSketch
  extends Open<
    Omit<
      Sketch,
      | 'metrics'
      | 'counted'
      | 'groups'
      | 'subjects'
      | 'filters'
      | 'scopes'
      | 'events'
      | 'times'
      | 'aggregates'
      | 'numbers'
      | 'dangling'
      | 'unknown'
      | 'vague'
    >
  > {
  readonly metrics: Mention[];
  readonly counted: Mention[];
  readonly groups: Group[];
  readonly subjects: Mention[];
  readonly filters: (Open<ValueFilter> | Open<NumberFilter> | Open<PresenceFilter>)[];
  readonly scopes: Mention[];
  readonly events: Mention[];
  readonly times: Open<SketchTime>[];
  readonly aggregates: Aggregate[];
  readonly numbers: Item[];
  readonly dangling: string[];
  readonly unknown: Item[];
  readonly vague: Item[];
}

export const emptySketch = (items: readonly Item[]): OpenSketch => ({
  items,
  metrics: [],
  counted: [],
  groups: [],
  subjects: [],
  shown: [],
  filters: [],
  scopes: [],
  events: [],
  times: [],
  rank: null,
  order: null,
  aggregates: [],
  isList: false,
  isCount: false,
  isWhich: false,
  isOverTime: false,
  isShare: false,
  isGrowth: false,
  isPercent: false,
  isCompared: false,
  isDistinct: false,
  previous: null,
  numbers: [],
  dangling: [],
  unknown: [],
  vague: [],
});

type Kind = Reading['kind'];

export const hasKind = ({ readings }: { readonly readings: readonly Reading[] }, ...kinds: readonly Kind[]): boolean =>
  readings.some(({ kind }) => kinds.includes(kind));

export const only = (mention: Mention, ...kinds: readonly Kind[]): Mention => ({
  ...mention,
  readings: mention.readings.filter(({ kind }) => kinds.includes(kind)),
});

const nounKinds: readonly Kind[] = ['metric', 'entity', 'dimension', 'hierarchy'];

export const isNoun = (item: Item | undefined): boolean => item !== undefined && hasKind(item, ...nounKinds);

/** `ordered`, where the model has orders: what somebody did, and no name of what stands before it. */
export const isVerb = (item: Item): boolean => {
  const form = item.forms.join(' ');
  const nouns = item.readings.filter(({ kind }) => nounKinds.includes(kind));
  const isOwn = nouns.some((one) => one.form === undefined || one.form === form);
  const isEvent = item.readings.some((one) => one.kind === 'event' && one.form === form);
  return !isOwn && item.corrections.length === 0 && (isEvent || item.classes.has('verb'));
};

export const isValue = (item: Item | undefined): boolean =>
  (item?.readings ?? []).some(
    (one) => one.kind === 'value' || one.kind === 'segment' || (one.kind === 'flag' && !one.needsHave),
  );

/** Whether one names a dimension that a value of the other is of. */
export const isValueOf = (value: Item, dimension: Item): boolean => {
  const names = dimensionsOf(dimension);
  return names.size > 0 && value.readings.some((one) => one.kind === 'value' && names.has(one.dimension.name));
};

const dimensions = new WeakMap<Item, ReadonlySet<string>>();

/** Names of the dimensions that an item may be, found once: there may be thousands of one name. */
const dimensionsOf = (item: Item): ReadonlySet<string> => {
  let names = dimensions.get(item);
  if (names === undefined) {
    names = new Set(item.readings.flatMap((one) => (one.kind === 'dimension' ? [one.dimension.name] : [])));
    dimensions.set(item, names);
  }
  return names;
};

/** The entity that something is said to be of: `country of the customer`. */
export const ownerAfter = (items: readonly Item[], at: number, language: Language): number | null => {
  const of = items[at + 1];
  // `each segment's share of orders` is no segment of orders.
  if (
    of === undefined ||
    of.classes.has('share') ||
    !language.inPhrases.some((word) => of.text.toLowerCase().split(' ').includes(word))
  )
    return null;
  for (let next = at + 2; next <= at + 3; next += 1) {
    const item = items[next];
    if (item === undefined) return null;
    if (hasKind(item, 'entity')) return next;
    if (!item.classes.has('filler')) return null;
  }
  return null;
};

const plurals = new Set(['people', 'children', 'men', 'women', 'staff']);

export const isPlural = (item: Item, language: Language): boolean => {
  const last = item.text.toLowerCase().split(' ').at(-1) ?? '';
  return language.name === 'en' && (plurals.has(last) || (/[^su]s$/.test(last) && !last.endsWith('is')));
};

/**
 * `the online store` is one of the stores, although a channel may be called a store too. Of a value of the data the two may both
 * be said: the store of Munich, and the channel.
 */
export const isKindOf = (item: Item, before: Item | undefined): boolean =>
  hasKind(item, 'entity') &&
  before !== undefined &&
  before.to === item.from &&
  hasKind(before, 'segment', 'flag') &&
  !hasKind(before, 'value') &&
  !isNoun(before);

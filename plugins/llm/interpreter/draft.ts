/** A query in the making, and one reading of each name in it. */
import type { Condition, Filter, Grain, SemanticQuery } from 'datamind/contract';

/** What costs so much is never answered unasked. */
export const toBeAsked = 2.4;

export interface DraftFilter {
  readonly condition: Condition;
  /** How it is joined to the filter before it. */
  readonly link: 'and' | 'or' | null;
  readonly isOnMetric: boolean;
}

/** What one reading adds to a query. */
export interface Addition {
  readonly metrics?: readonly string[];
  readonly dimensions?: readonly { readonly name: string; readonly grain?: Grain }[];
  readonly filters?: readonly DraftFilter[];
  readonly segments?: readonly string[];
  readonly time?: NonNullable<SemanticQuery['time']>;
}

export interface Option extends Addition {
  readonly cost: number;
  readonly notes?: readonly string[];
  /** Entities on the way to a condition that a row of the facts may meet many times. */
  readonly many?: readonly string[];
}

export interface Draft {
  readonly query: SemanticQuery;
  readonly cost: number;
  /** How many readings were chosen. */
  readonly slots: number;
  readonly notes: readonly string[];
}

const sameDimension = (one: { name: string; grain?: Grain }, other: { name: string; grain?: Grain }): boolean =>
  one.name === other.name && one.grain === other.grain;

/** Values of one dimension that are named together are alternatives; `null` where conditions cannot all be meant. */
const joinValues = (filters: readonly DraftFilter[]): readonly DraftFilter[] | null => {
  const joined: DraftFilter[] = [];
  for (const filter of filters) {
    const { condition, link } = filter;
    const before = joined.findIndex(
      ({ condition: other }) =>
        other.member === condition.member && listed(other) !== null && listed(other) === listed(condition),
    );
    if (before < 0) {
      joined.push(filter);
      continue;
    }
    const known = joined[before]!;
    const values = [...new Set([...(known.condition.values ?? []), ...(condition.values ?? [])])];
    if (values.length === (known.condition.values ?? []).length) continue;
    // Two values of one dimension with nothing between them are no list.
    if (link === null && listed(condition) === 'in') return null;
    if (typeof values[0] === 'boolean') return null;
    joined[before] = { ...known, condition: { member: condition.member, op: listed(condition)!, values } };
  }
  return joined;
};

const listed = ({ op }: Condition): 'in' | 'not_in' | null =>
  op === 'eq' || op === 'in' ? 'in' : op === 'ne' || op === 'not_in' ? 'not_in' : null;

/** Conditions in the order of the question: `or` binds those beside it. */
const joinFilters = (filters: readonly DraftFilter[]): Filter | undefined => {
  const groups: Condition[][] = [];
  for (const { condition, link } of filters) {
    if (link === 'or' && groups.length > 0) groups.at(-1)!.push(condition);
    else groups.push([condition]);
  }
  const parts = groups.map((group): Filter => (group.length === 1 ? group[0]! : { or: group }));
  return parts.length === 0 ? undefined : parts.length === 1 ? parts[0] : { and: parts };
};

/** One query of what its parts add; `null` where they contradict each other. */
export const joinOptions = (options: readonly Option[], rest: Partial<SemanticQuery> = {}): Draft | null => {
  const metrics = [...new Set(options.flatMap((one) => one.metrics ?? []))];
  const dimensions: { name: string; grain?: Grain }[] = [];
  for (const one of options.flatMap((option) => option.dimensions ?? [])) {
    if (!dimensions.some((known) => sameDimension(known, one))) dimensions.push(one);
  }
  const filters = joinValues(options.flatMap((one) => one.filters ?? []));
  if (filters === null) return null;
  const joined = joinFilters(filters);
  const segments = [...new Set(options.flatMap((one) => one.segments ?? []))];
  const times = options.flatMap((one) => one.time ?? []);
  const query: SemanticQuery = {
    ...(metrics.length > 0 && { metrics }),
    ...(dimensions.length > 0 && {
      dimensions: dimensions.map(({ name, grain }) => (grain === undefined ? name : { name, grain })),
    }),
    ...(joined !== undefined && { filters: joined }),
    ...(times.length > 0 && { time: Object.assign({}, ...times) as NonNullable<SemanticQuery['time']> }),
    ...(segments.length > 0 && { segments }),
    ...rest,
  };
  return {
    query,
    slots: options.length,
    cost: options.reduce((sum, { cost }) => sum + cost, 0),
    notes: [...new Set(options.flatMap(({ notes }) => notes ?? []))],
  };
};

/** How much dearer a reading may be and still be one that is meant. */
export const margin = 0.075;
const mostDrafts = 12;

const pathOf = ({ dimensions = [], filters = [] }: Option): string => {
  const name = dimensions[0]?.name ?? filters[0]?.condition.member ?? '';
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
};

/** One reading in the place of another; what was reached by the same way as that is reached by the same way again. */
const along = (
  best: readonly Option[],
  slots: readonly (readonly Option[])[],
  slot: number,
  option: Option,
): readonly Option[] => {
  const [from, to] = [pathOf(best[slot]!), pathOf(option)];
  return best.map((one, at) => {
    if (at === slot) return option;
    if (from === '' || from === to || pathOf(one) !== from) return one;
    return slots[at]!.find((other) => pathOf(other) === to) ?? one;
  });
};

/** The best of each slot together, and each other reading of one slot that is about as good. */
export const combine = (slots: readonly (readonly Option[])[], rest: Partial<SemanticQuery> = {}): readonly Draft[] => {
  const sorted = slots.map((options) => [...options].sort((a, b) => a.cost - b.cost));
  const best = sorted.map((options) => options[0]!);
  const first = joinOptions(best, rest);
  // What contradicts itself is not made right by another way to say one half of it.
  if (first === null) return [];
  const drafts: (Draft | null)[] = [first];
  sorted.forEach((options, slot) => {
    for (const option of options.slice(1)) {
      if (drafts.length >= mostDrafts || option.cost > options[0]!.cost + 0.7) break;
      drafts.push(joinOptions(along(best, sorted, slot, option), rest));
    }
  });
  return drafts.filter((draft) => draft !== null);
};

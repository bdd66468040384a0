/**
 * Conditions on what a thing has many of. A query asks whether one of these meets a condition; `not`, `only` and `both` are said
 * of all of them together, which no condition on one row says.
 */
import type { Option } from './draft.js';
import { type Failure, unclear } from './failure.js';
import type { Sketch, SketchFilter } from './sketch.js';

export interface AskedFilter {
  readonly filter: SketchFilter;
  readonly options: readonly Option[];
}

type Said = Exclude<SketchFilter, { kind: 'number' }>;

const isSaid = (filter: SketchFilter): filter is Said => filter.kind !== 'number';

/** `who have not paid`, of many payments: none of them, or one that is not. */
const isDenied = (filter: Said): boolean =>
  filter.kind === 'value' ? filter.isNegated : !filter.has && filter.mention.readings.some((one) => 'dimension' in one);

const memberOf = ({ filters = [] }: Option): string | undefined => filters[0]?.condition.member;

/** `a cat and a dog`: who has one of each, and not one that is both, nor one of either. */
const isBoth = ({ filter, options }: AskedFilter, before: readonly AskedFilter[]): boolean =>
  filter.kind === 'value' &&
  filter.link === 'and' &&
  options.some(
    (one) => one.many !== undefined && before.some((other) => other.options.some((o) => memberOf(o) === memberOf(one))),
  );

/** What can be said of any of several things (`insured`, `living`) is said of these where they, or what they belong to, are named. */
const isNamed = ({ items }: Sketch, many: readonly string[], filter: Said): boolean =>
  items.some(
    (item) =>
      item !== filter.mention.item &&
      item.readings.some((one) =>
        one.kind === 'entity'
          ? many.includes(one.entity.name)
          : one.kind === 'event' || one.kind === 'value'
            ? many.includes(one.dimension.entity)
            : one.kind === 'metric' && one.metric.entities.some((name) => many.includes(name)),
      ),
  );

const isQuality = (filter: Said): boolean =>
  filter.kind === 'value' && filter.mention.readings.every(({ kind }) => kind === 'flag' || kind === 'segment');

/** The options that can be meant of each filter; a failure where none is left. */
export const ofManyRows = (
  sketch: Sketch,
  asked: readonly AskedFilter[],
): { readonly slots: readonly (readonly Option[])[] } | Failure => {
  const isOnly = sketch.items.some(({ classes }) => classes.has('onlyWord'));
  const slots: (readonly Option[])[] = [];
  for (const [at, one] of asked.entries()) {
    const { filter, options } = one;
    const isOfAll = isSaid(filter) && (isOnly || isDenied(filter) || isBoth(one, asked.slice(0, at)));
    const kept = options.filter(
      ({ many }) =>
        many === undefined || (!isOfAll && !(isSaid(filter) && isQuality(filter) && !isNamed(sketch, many, filter))),
    );
    if (kept.length === 0 && options.length > 0 && isSaid(filter))
      return unclear(`"${filter.mention.item.text}" is said of what there may be many of: of one, of all or of none?`);
    slots.push(kept);
  }
  return { slots };
};

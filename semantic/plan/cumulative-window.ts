import { DataMindError } from '../../core/errors/datamind-error.js';
import { compare, type Sql } from '../../core/sql/statement.js';
import type { Grain } from '../model/model.js';
import { addStep, coarseness, stepOf, stepOfPeriod, truncate } from './calendar.js';
import { momentSql } from './known-periods.js';
import type { ResolvedDimension } from './resolve-member.js';
import { resolveFor, type StageContext } from './stage.js';
import type { StageTiming } from './stage-timing.js';
import { inRange } from './time-condition.js';
import type { TimeRange } from './time-range.js';

/** The dimension of the query whose periods end a window each. */
export interface WindowPeriods {
  readonly index: number;
  readonly grain: Grain;
  readonly along: ResolvedDimension;
}

/** The time dimension that windows run along. */
export const windowAlong = ({ context, spec }: StageContext): ResolvedDimension =>
  resolveFor(context, spec, 'metric_time', '/metrics');

/**
 * The dimension of the query that the window's periods are; `null` when the window ends with the range.
 * @throws DataMindError `WOULD_BE_WRONG` when it cannot be told where windows end
 */
export const windowPeriods = (stage: StageContext): WindowPeriods | null => {
  const { context, spec, resolved } = stage;
  const along = windowAlong(stage);
  const found = context.query.dimensions.flatMap((asked, index) =>
    resolved[index]!.key === along.key ? [{ asked, index }] : [],
  );
  if (found.length === 0) {
    assertRangeEnds(stage, along);
    return null;
  }
  const [{ asked, index }] = found as [(typeof found)[0]];
  const window = spec.window!;
  const metric = spec.leaves[0]!.leaf.label;
  if (found.length > 1 || asked.grain === null) {
    throw new DataMindError(
      'WOULD_BE_WRONG',
      `"${metric}" accumulates over time, so "${asked.name}" must be asked for with one grain.`,
      { at: asked.at },
    );
  }
  if (window.kind === 'to_date' && coarseness[window.grain] < coarseness[asked.grain]) {
    throw new DataMindError(
      'WOULD_BE_WRONG',
      `"${metric}" starts anew with each ${window.grain}, so it cannot be shown by ${asked.grain}.`,
      { at: asked.at },
    );
  }
  return { index, grain: asked.grain, along };
};

const assertRangeEnds = ({ context, spec }: StageContext, along: ResolvedDimension): void => {
  const name = context.query.time.dimension ?? 'metric_time';
  const ends =
    context.range !== null &&
    context.range.high !== null &&
    resolveFor(context, spec, name, '/time/dimension').key === along.key;
  if (ends) return;
  throw new DataMindError(
    'WOULD_BE_WRONG',
    `"${spec.leaves[0]!.leaf.label}" accumulates over time: group by "${along.qualified}", or give it a range that ends.`,
    { at: '/time' },
  );
};

/** Rows in the one window that ends with the range. */
export const inLastWindow = (stage: StageContext, { range }: StageTiming): readonly Sql[] => {
  const along = windowAlong(stage);
  const { context, source } = stage;
  return inRange(source.stored(along), along.item.stores ?? 'local', lastWindow(stage, range!.high!), context.zone);
};

const lastWindow = ({ context, spec }: StageContext, high: number): TimeRange => {
  const window = spec.window!;
  if (window.kind === 'running') return { low: null, high };
  if (window.kind === 'rolling') return { low: addStep(high, stepOfPeriod(window.period), -1), high };
  return { low: truncate(high - 1, window.grain, context.calendar), high };
};

/** Rows whose time is in the window of a period. @param start the start of the period */
export const inWindow = (
  { context, spec, source }: StageContext,
  { grain, along }: WindowPeriods,
  start: Sql,
  { range, rangeOf }: StageTiming,
): readonly Sql[] => {
  const window = spec.window!;
  const { calendar } = context;
  const type = coarseness[grain] < coarseness.day ? 'timestamp' : 'date';
  const high = rangeOf?.key === along.key ? range!.high : null;
  const full: Sql = { kind: 'shift', operand: start, by: stepOf(grain), of: type };
  const isCut = high !== null && truncate(high, grain, calendar) !== high;
  const end = isCut ? earlier(full, momentSql(high, 'timestamp')) : full;
  // The local value in a form that is compared with starts and ends of periods: these may be moments beside dates.
  const local: Sql = { kind: 'stored_time', operand: source.value(along), stores: 'local', midnight: false };
  const before = compare(local, '<', end);
  switch (window.kind) {
    case 'running':
      return [before];
    case 'rolling': {
      const step = stepOfPeriod(window.period);
      const of = isCut || step.unit === 'minute' ? 'timestamp' : type;
      return [compare(local, '>=', { kind: 'shift', operand: end, by: { ...step, count: -step.count }, of }), before];
    }
    case 'to_date':
      return [
        compare(local, '>=', { kind: 'truncate', grain: window.grain, operand: start, calendar, of: type }),
        before,
      ];
  }
};

const earlier = (one: Sql, other: Sql): Sql => ({
  kind: 'case',
  when: compare(one, '>', other),
  result: other,
  otherwise: one,
});

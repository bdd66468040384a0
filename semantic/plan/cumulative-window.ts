import { DataMindError } from '../../core/errors/datamind-error.js';
import { column, compare, type Sql } from '../../core/sql/statement.js';
import type { Grain } from '../../core/query/semantic-query.js';
import { addStep, coarseness, dayMs, stepOf, stepOfPeriod, truncate } from './calendar.js';
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

/** The start of a window's period, beside the rows. */
export const periodStart: Sql = column('periods', 'period_start');

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

/**
 * Between which moments lie all rows of all windows; open where only the data tells. A day is added to either side: where
 * the clock goes back over midnight, the moment of a bound is not where the local values part.
 */
export const windowBounds = (
  { context, spec }: StageContext,
  { grain, along }: WindowPeriods,
  { range, rangeOf }: StageTiming,
): TimeRange => {
  const window = spec.window!;
  const { low, high } = rangeOf?.key === along.key ? range! : { low: null, high: null };
  const last = high === null ? null : high + dayMs;
  if (low === null || window.kind === 'running') return { low: null, high: last };
  const first = truncate(low, grain, context.calendar);
  if (window.kind === 'to_date') return { low: truncate(first, window.grain, context.calendar) - dayMs, high: last };
  const end = Math.min(addStep(first, stepOf(grain)), high ?? Number.POSITIVE_INFINITY);
  return { low: addStep(end, stepOfPeriod(window.period), -1) - dayMs, high: last };
};

/** The local time of a row in a form that is compared with starts and ends of periods: these may be moments beside dates. */
export const rowTime = ({ source }: StageContext, { along }: WindowPeriods): Sql => ({
  kind: 'stored_time',
  operand: source.value(along),
  stores: 'local',
  midnight: false,
});

/**
 * What is in the window of a period.
 * @param local the {@link rowTime}, or the day of rows that are added up by day
 */
export const inWindow = (
  { context, spec }: StageContext,
  { grain, along }: WindowPeriods,
  { range, rangeOf }: StageTiming,
  local: Sql,
): readonly Sql[] => {
  const window = spec.window!;
  const { calendar } = context;
  const type = coarseness[grain] < coarseness.day ? 'timestamp' : 'date';
  const high = rangeOf?.key === along.key ? range!.high : null;
  const full: Sql = { kind: 'shift', operand: periodStart, by: stepOf(grain), of: type };
  const isCut = high !== null && truncate(high, grain, calendar) !== high;
  // Days are compared with days.
  const cutBy = local.kind === 'column' ? 'date' : 'timestamp';
  const end = isCut ? earlier(full, momentSql(high, cutBy)) : full;
  const before = compare(local, '<', end);
  switch (window.kind) {
    case 'running':
      return [before];
    case 'rolling': {
      const step = stepOfPeriod(window.period);
      const of = (isCut && cutBy === 'timestamp') || step.unit === 'minute' ? 'timestamp' : type;
      return [compare(local, '>=', { kind: 'shift', operand: end, by: { ...step, count: -step.count }, of }), before];
    }
    case 'to_date':
      return [
        compare(local, '>=', { kind: 'truncate', grain: window.grain, operand: periodStart, calendar, of: type }),
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

import { column, plainSelect, type Select, type SourceJoin, type Sql } from '../../core/sql/statement.js';
import type { Aggregation } from '../model/model.js';
import { coarseness, isMidnight, stepOfPeriod } from './calendar.js';
import { inWindow, periodStart, windowBounds, type WindowPeriods } from './cumulative-window.js';
import { groupRows } from './group-rows.js';
import { type LeafInput, leafInput } from './leaf-input.js';
import { freshName } from './query-context.js';
import type { GroupedRows, StageContext } from './stage.js';
import type { StageTiming } from './stage-timing.js';
import { inRange } from './time-condition.js';

/** How what days come to is put together; what is not here must see the rows themselves. */
const ofDays: Readonly<Partial<Record<Aggregation, 'sum' | 'min' | 'max'>>> = {
  sum: 'sum',
  count: 'sum',
  count_if: 'sum',
  min: 'min',
  max: 'max',
};

/** Whether each window is made of whole days, and each of its leaves of what those days come to. */
export const canAccumulateByDay = (
  { spec }: StageContext,
  { grain, along }: WindowPeriods,
  { range, rangeOf }: StageTiming,
): boolean => {
  const window = spec.window!;
  const high = rangeOf?.key === along.key ? range!.high : null;
  return (
    coarseness[grain] >= coarseness.day &&
    (high === null || isMidnight(high)) &&
    (window.kind !== 'rolling' || stepOfPeriod(window.period).unit !== 'minute') &&
    spec.leaves.every(
      ({ leaf }) => ofDays[leaf.measure.aggregation] !== undefined && leaf.measure.semi_additive === null,
    )
  );
};

/**
 * Rows are added up by day first, and the days by window: a row is in many windows, and so it is looked at once and not
 * once for each.
 * @param others the values of the dimensions besides the one whose periods end the windows, in the query's order
 * @param conditions on rows
 * @param before the periods
 */
export const accumulateByDay = (
  stage: StageContext,
  periods: WindowPeriods,
  timing: StageTiming,
  others: readonly Sql[],
  conditions: readonly Sql[],
  before: SourceJoin,
): GroupedRows => {
  const { context, spec, source, taken } = stage;
  const { along } = periods;
  const operand = source.value(along);
  const of = along.item.stores === 'date' ? 'date' : 'timestamp';
  const day: Sql = { kind: 'truncate', grain: 'day', operand, calendar: context.calendar, of };
  const alias = 'by_day';
  const names = [freshName('day', taken), ...stage.names.filter((_, index) => index !== periods.index)];
  const bounds = inRange(
    source.stored(along),
    along.item.stores ?? 'local',
    windowBounds(stage, periods, timing),
    context.zone,
  );
  const inputs: readonly LeafInput[] = spec.leaves.map((asked) => leafInput(stage, asked));
  const rows = { from: source.from, joins: source.joins, where: [...conditions, ...bounds] };
  const grouped = groupRows({ ...stage, names }, rows, [day, ...others], inputs);
  const leaves = inputs.map(({ asked, measure }) => ({
    key: asked.key,
    as: freshName(asked.leaf.label, taken),
    of: ofDays[measure.aggregation]!,
  }));
  const days: Select = {
    ...plainSelect(
      [
        ...names.map((as, index) => ({ as, value: grouped.dimensions[index]! })),
        ...leaves.map(({ key, as }) => ({ as, value: grouped.leaves.get(key)! })),
      ],
      grouped.from,
    ),
    joins: grouped.joins,
    where: grouped.where,
    group: names.length,
  };
  const local = column(alias, names[0]!);
  const dimensions = names.slice(1).map((name) => column(alias, name));
  dimensions.splice(periods.index, 0, periodStart);
  return {
    from: { kind: 'derived', query: days, alias },
    joins: [before],
    where: inWindow(stage, periods, timing, local),
    dimensions,
    leaves: new Map(
      leaves.map(({ key, as, of: by }) => [
        key,
        { kind: 'aggregate', function: by, operand: column(alias, as), at: null },
      ]),
    ),
  };
};

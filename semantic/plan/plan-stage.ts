import type { Source, SourceJoin, Sql } from '../../core/sql/statement.js';
import { filterSql, type PerEntity, type Placed, rowCondition } from './conditions.js';
import { accumulateByDay, canAccumulateByDay } from './accumulate-by-day.js';
import {
  inLastWindow,
  inWindow,
  periodStart,
  rowTime,
  windowAlong,
  type WindowPeriods,
  windowPeriods,
} from './cumulative-window.js';
import type { FactSource } from './fact-source.js';
import { groupRows } from './group-rows.js';
import { leafInput } from './leaf-input.js';
import type { AskedDimension } from './parse-query.js';
import type { QueryContext } from './query-context.js';
import type { ResolvedDimension } from './resolve-member.js';
import { shiftPeriods } from './shift-periods.js';
import { type GroupedRows, openStage, type Stage, type StageContext, type StageSpec } from './stage.js';
import { type StageTiming, stageTiming } from './stage-timing.js';
import { inRange } from './time-condition.js';
import { windowPeriodsSource } from './window-periods.js';

/** One SELECT over one fact: its rows, joined and filtered, and its leaves over them. @param filters on rows */
export const planStage = (
  context: QueryContext,
  spec: StageSpec,
  filters: readonly Placed[],
  perEntity: PerEntity,
): Stage => {
  const stage = openStage(context, spec);
  const { source, resolved } = stage;
  const timing = stageTiming(stage);
  const periods = spec.window === null ? null : windowPeriods(stage);
  const conditions = (from: FactSource): readonly Sql[] => rowConditions(stage, timing, filters, from, perEntity);
  const dimensions = context.query.dimensions.map((asked, index) =>
    index === periods?.index ? periodStart : dimensionValue(stage, asked, resolved[index]!),
  );
  const where = conditions(source);
  const grouped =
    periods === null
      ? groupAtOnce(stage, timing, dimensions, where)
      : groupWindows(
          stage,
          periods,
          timing,
          dimensions,
          where,
          windowPeriodsSource(stage, periods, timing, conditions),
        );
  return {
    ...grouped,
    resolved,
    rangeKey: timing.rangeOf?.key ?? null,
    openEnd: periods !== null && !(timing.rangeOf?.key === periods.along.key && timing.range!.high !== null),
    overlapping: resolved.some(({ steps }) => steps.some((step) => step.toMany)),
    tellsRowsApart: tellsRowsApart(stage),
  };
};

/** The whole key is among the dimensions, as it is stored: in the place of the table nothing stands that could mask it. */
const tellsRowsApart = ({ context, spec, source, resolved }: StageContext): boolean =>
  source.from.kind === 'table' &&
  !source.toMany &&
  spec.fact.key.length > 0 &&
  spec.fact.key.every((key) =>
    resolved.some(
      ({ steps, item }, index) =>
        steps.length === 0 &&
        item.column === key &&
        (item.stores === null || item.stores === 'date') &&
        context.query.dimensions[index]!.grain === null,
    ),
  );

/** Each row is in one place in time at most. */
const groupAtOnce = (
  stage: StageContext,
  timing: StageTiming,
  dimensions: readonly Sql[],
  conditions: readonly Sql[],
): GroupedRows => {
  const { spec, source } = stage;
  const where = spec.window === null ? conditions : [...conditions, ...inLastWindow(stage, timing)];
  const shifted = shiftPeriods(stage, dimensions, timing);
  const inputs = spec.leaves.map((asked) => leafInput(stage, asked));
  const rows = { from: source.from, joins: source.joins, where: [...where, ...shifted.where] };
  return groupRows(stage, rows, shifted.values, inputs);
};

/** A row is in each period's window that it lies in. */
const groupWindows = (
  stage: StageContext,
  periods: WindowPeriods,
  timing: StageTiming,
  dimensions: readonly Sql[],
  conditions: readonly Sql[],
  starts: Source,
): GroupedRows => {
  const { spec, source } = stage;
  const cross: SourceJoin = { kind: 'cross', source: starts, on: [] };
  if (canAccumulateByDay(stage, periods, timing)) {
    const others = dimensions.filter((_, index) => index !== periods.index);
    const days = accumulateByDay(stage, periods, timing, others, conditions, cross);
    const shifted = shiftPeriods(stage, days.dimensions, timing);
    return { ...days, dimensions: shifted.values, where: [...days.where, ...shifted.where] };
  }
  const within = inWindow(stage, periods, timing, rowTime(stage, periods));
  const shifted = shiftPeriods(stage, dimensions, timing);
  const inputs = spec.leaves.map((asked) => leafInput(stage, asked));
  const where = [...conditions, ...within, ...shifted.where];
  return groupRows(stage, { from: source.from, joins: [cross, ...source.joins], where }, shifted.values, inputs);
};

const dimensionValue = (
  { context, source }: StageContext,
  { grain }: AskedDimension,
  resolved: ResolvedDimension,
): Sql => {
  const operand = source.value(resolved);
  if (grain === null) return operand;
  const of = resolved.item.stores === 'date' ? 'date' : 'timestamp';
  return { kind: 'truncate', grain, operand, calendar: context.calendar, of };
};

/** The query's conditions on rows, its named filters, and its range where no window takes the place of that. */
const rowConditions = (
  stage: StageContext,
  { range, rangeOf }: StageTiming,
  filters: readonly Placed[],
  from: FactSource,
  perEntity: PerEntity,
): readonly Sql[] => {
  const { context, spec } = stage;
  const { fact, time } = spec;
  const conditions = filters.map(({ filter, at }) =>
    filterSql(filter, at, {
      condition: (condition, place) => rowCondition(context, from, fact, time, condition, place),
      perEntity: (condition, place, negated) => perEntity(from, fact, condition, place, negated),
    }),
  );
  context.query.segments.forEach((name, index) => {
    const { steps, entity, item, qualified } = context.members.resolve('filters', fact, name, `/segments/${index}`);
    conditions.push(from.expression(steps, entity, item.expr, qualified));
  });
  if (range === null || rangeOf === null) return conditions;
  if (spec.window !== null && rangeOf.key === windowAlong(stage).key) return conditions;
  return [...conditions, ...inRange(from.stored(rangeOf), rangeOf.item.stores ?? 'local', range, context.zone)];
};

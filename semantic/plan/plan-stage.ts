import { column, type SourceJoin, type Sql } from '../../core/sql/statement.js';
import { filterSql, type Placed, rowCondition } from './conditions.js';
import { inLastWindow, inWindow, windowAlong, windowPeriods } from './cumulative-window.js';
import type { FactSource } from './fact-source.js';
import { groupRows } from './group-rows.js';
import { leafInput } from './leaf-input.js';
import type { AskedDimension } from './parse-query.js';
import type { QueryContext } from './query-context.js';
import type { ResolvedDimension } from './resolve-member.js';
import { shiftPeriods } from './shift-periods.js';
import { openStage, type Stage, type StageContext, type StageSpec } from './stage.js';
import { type StageTiming, stageTiming } from './stage-timing.js';
import { inRange } from './time-condition.js';
import { windowPeriodsSource } from './window-periods.js';

/** One SELECT over one fact: its rows, joined and filtered, and its leaves over them. @param filters on rows */
export const planStage = (context: QueryContext, spec: StageSpec, filters: readonly Placed[]): Stage => {
  const stage = openStage(context, spec);
  const { source, resolved } = stage;
  const timing = stageTiming(stage);
  const periods = spec.window === null ? null : windowPeriods(stage);
  const conditions = (from: FactSource): readonly Sql[] => rowConditions(stage, timing, filters, from);
  const start = column('periods', 'period_start');
  const dimensions = context.query.dimensions.map((asked, index) =>
    index === periods?.index ? start : dimensionValue(stage, asked, resolved[index]!),
  );
  const where = [...conditions(source)];
  const before: SourceJoin[] = [];
  if (periods !== null) {
    before.push({ kind: 'cross', source: windowPeriodsSource(stage, periods, timing, conditions), on: [] });
    where.push(...inWindow(stage, periods, start, timing));
  } else if (spec.window !== null) {
    where.push(...inLastWindow(stage, timing));
  }
  const shifted = shiftPeriods(stage, dimensions, timing);
  where.push(...shifted.where);
  const inputs = spec.leaves.map((asked) => leafInput(stage, asked));
  const rows = { from: source.from, joins: [...before, ...source.joins], where };
  return {
    ...groupRows(stage, rows, shifted.values, inputs),
    resolved,
    rangeKey: timing.rangeOf?.key ?? null,
    overlapping: resolved.some(({ steps }) => steps.some((step) => step.toMany)),
  };
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
): readonly Sql[] => {
  const { context, spec } = stage;
  const { fact, time } = spec;
  const conditions = filters.map(({ filter, at }) =>
    filterSql(filter, at, (condition, place) => rowCondition(context, from, fact, time, condition, place)),
  );
  context.query.segments.forEach((name, index) => {
    const { steps, entity, item, qualified } = context.members.resolve('filters', fact, name, `/segments/${index}`);
    conditions.push(from.expression(steps, entity, item.expr, qualified));
  });
  if (range === null || rangeOf === null) return conditions;
  if (spec.window !== null && rangeOf.key === windowAlong(stage).key) return conditions;
  return [...conditions, ...inRange(from.stored(rangeOf), rangeOf.item.stores ?? 'local', range, context.zone)];
};

import { column, plainSelect, type QueryBody, type Source, type Sql } from '../../core/sql/statement.js';
import { coarseness, stepOf, truncate } from './calendar.js';
import type { WindowPeriods } from './cumulative-window.js';
import { FactSource } from './fact-source.js';
import { knownPeriods, momentSql } from './known-periods.js';
import { freshTable } from './query-context.js';
import type { StageContext } from './stage.js';
import type { StageTiming } from './stage-timing.js';
import { inRange } from './time-condition.js';

/**
 * The query of the periods' starts: those of the range; where it is open, from the first or to the last period in which
 * the fact has rows.
 * @param conditions the row conditions, over a source of their own
 */
export const windowPeriodsSource = (
  { context, spec }: StageContext,
  { grain, along }: WindowPeriods,
  { range, rangeOf }: StageTiming,
  conditions: (source: FactSource) => readonly Sql[],
): Source => {
  const type = coarseness[grain] < coarseness.day ? 'timestamp' : 'date';
  const step = stepOf(grain);
  const bounds = rangeOf?.key === along.key ? range! : { low: null, high: null };
  const first = bounds.low === null ? null : truncate(bounds.low, grain, context.calendar);
  const last = bounds.high === null ? null : truncate(bounds.high - 1, grain, context.calendar);
  if (first !== null && last !== null) {
    return { kind: 'derived', query: knownPeriods(first, last, step, type), alias: 'periods' };
  }
  const source = new FactSource(context, spec.fact);
  const operand = source.value(along);
  const of = along.item.stores === 'date' ? 'date' : 'timestamp';
  const start: Sql = { kind: 'truncate', grain, operand, calendar: context.calendar, of };
  const edge = (name: 'min' | 'max'): Sql => ({ kind: 'aggregate', function: name, operand: start, at: null });
  const where = [
    ...conditions(source),
    // Rows before the range's beginning, too, where its first period began earlier: they make that period the last one.
    ...inRange(source.stored(along), along.item.stores ?? 'local', { low: first, high: bounds.high }, context.zone),
  ];
  const name = freshTable('datamind_bounds', context);
  const select = plainSelect(
    [
      { as: 'first_period', value: edge('min') },
      { as: 'last_period', value: edge('max') },
    ],
    source.from,
  );
  context.tables.push({ name, recursive: false, body: { ...select, joins: source.joins, where } });
  const query: QueryBody = {
    kind: 'periods',
    first: first === null ? column('bounds', 'first_period') : momentSql(first, type),
    last: last === null ? column('bounds', 'last_period') : momentSql(last, type),
    from: { kind: 'named', name, alias: 'bounds' },
    count: null,
    step,
    type,
  };
  return { kind: 'derived', query, alias: 'periods' };
};

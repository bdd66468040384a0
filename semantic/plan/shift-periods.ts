import { compare, type Sql } from '../../core/sql/statement.js';
import { coarseness, isMidnight, truncate } from './calendar.js';
import { momentSql } from './known-periods.js';
import type { StageContext } from './stage.js';
import { alignedBy, type StageTiming } from './stage-timing.js';

/** The dimensions' values of an earlier series beside those they are compared with, and which rows have such a place. */
export interface ShiftedPeriods {
  readonly values: readonly Sql[];
  readonly where: readonly Sql[];
}

/** Moves the periods of an earlier series forward by the offset of its stage. */
export const shiftPeriods = (
  { context, spec, resolved }: StageContext,
  dimensions: readonly Sql[],
  { along, range, rangeOf }: StageTiming,
): ShiftedPeriods => {
  const { offset } = spec;
  if (offset === null || along === null) return { values: dimensions, where: [] };
  const within = rangeOf?.key === along.key && range !== null ? context.range! : null;
  const where: Sql[] = [];
  const values = dimensions.map((value, index) => {
    if (resolved[index]!.key !== along.key) return value;
    const { grain } = context.query.dimensions[index]!;
    const by = alignedBy(offset, grain);
    const isDate = grain === null ? along.item.stores === 'date' : coarseness[grain] >= coarseness.day;
    const of = isDate ? 'date' : 'timestamp';
    const moved: Sql = { kind: 'shift', operand: value, by, of };
    // A row without a time has no counterpart; the starts of a window's periods are never null.
    if (value.kind !== 'column') where.push({ kind: 'is_null', operand: value, negated: true });
    if (by.unit !== 'month' || (grain !== null && coarseness[grain] > coarseness.day)) return moved;
    // Only days that the other month has.
    where.push(compare({ kind: 'shift', operand: moved, by: { ...by, count: -by.count }, of }, '=', value));
    const bound = (ms: number, canBeDate: boolean): Sql =>
      momentSql(ms, canBeDate && isMidnight(ms) ? 'date' : 'timestamp');
    if (within?.low != null) {
      const low = grain === null ? within.low : truncate(within.low, grain, context.calendar);
      where.push(compare(moved, '>=', bound(low, isDate)));
    }
    if (within?.high != null) where.push(compare(moved, '<', bound(within.high, true)));
    return moved;
  });
  return { values, where };
};

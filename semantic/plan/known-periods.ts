import { DataMindError } from '../../core/errors/datamind-error.js';
import type { QueryBody, Sql, Step } from '../../core/sql/statement.js';
import { addStep, isoDate, isoTimestamp } from './calendar.js';

const maxPeriods = 100_000;

export const momentSql = (ms: number, type: 'date' | 'timestamp'): Sql =>
  type === 'date' ? { kind: 'moment', type, iso: isoDate(ms) } : { kind: 'moment', type, iso: isoTimestamp(ms) };

/**
 * The starts of the periods from `first` to `last`, both included.
 * @throws DataMindError `TIME_RANGE_INVALID` when there are too many
 */
export const knownPeriods = (first: number, last: number, step: Step, type: 'date' | 'timestamp'): QueryBody => {
  let count = 0;
  for (let at = first; at <= last && count <= maxPeriods; at = addStep(first, step, count)) count += 1;
  if (count > maxPeriods) {
    throw new DataMindError('TIME_RANGE_INVALID', `The range has more than ${maxPeriods} periods.`, {
      at: '/time/range',
      hint: 'Take a shorter range or a coarser grain.',
    });
  }
  return { kind: 'periods', first: momentSql(first, type), last: momentSql(last, type), from: null, count, step, type };
};

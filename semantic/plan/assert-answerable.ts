import { didYouMean } from '../../core/config/did-you-mean.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { AskedQuery } from './asked-query.js';
import { hasChange, isNumeric } from './metric-tree.js';
import { assertShareable } from './shareable.js';

const invalid = (message: string, at: string): DataMindError => new DataMindError('QUERY_INVALID', message, { at });

/**
 * Refuses combinations that have no meaning, before anything is planned.
 * @throws DataMindError `QUERY_INVALID`, `WOULD_BE_WRONG`, `TYPE_MISMATCH`
 */
export const assertAnswerable = (asked: AskedQuery): void => {
  assertTotals(asked);
  assertComparable(asked);
  asked.shares.forEach(assertShareable);
  assertOrder(asked);
};

const assertTotals = ({ context, metrics, filters, comparison }: AskedQuery): void => {
  const { totals } = context.query;
  if (filters.finished.length > 0 && totals) {
    throw invalid(
      'Totals cannot be given beside conditions on metrics: rows that the conditions take away would be in them.',
      '/totals',
    );
  }
  if (metrics.length > 0) return;
  const place = filters.finished[0]?.at;
  if (place !== undefined) throw invalid('Conditions on metrics need a metric in the query.', place);
  if (totals) throw invalid('Totals need a metric in the query.', '/totals');
  if (comparison !== null) throw invalid('A comparison needs a metric in the query.', '/time/compare');
};

const assertComparable = ({ metrics, comparison }: AskedQuery): void => {
  if (comparison === null) return;
  for (const { name, compiled } of metrics) {
    if (!hasChange(compiled.tree)) continue;
    throw new DataMindError(
      'WOULD_BE_WRONG',
      `"${name}" is a change already, so it cannot be compared with an earlier time again.`,
      { at: '/time/compare' },
    );
  }
  if (comparison.suffix === null) return;
  const odd = metrics.find(({ compiled }) => !isNumeric(compiled.tree));
  if (odd === undefined) return;
  throw new DataMindError('TYPE_MISMATCH', `"${odd.name}" is not a number, so it has no change.`, {
    at: '/time/compare_as',
  });
};

const assertOrder = (asked: AskedQuery): void => {
  const columns = columnNames(asked);
  asked.context.query.order.forEach(({ by }, index) => {
    if (columns.includes(by)) return;
    const guess = didYouMean(by, columns);
    throw new DataMindError('QUERY_INVALID', `"${by}" is not a column of the result, so it cannot be ordered by.`, {
      at: `/order/${index}/by`,
      hint: guess === undefined ? `The columns are ${columns.join(', ')}.` : `Did you mean "${guess}"?`,
      suggestions: guess === undefined ? columns : [guess],
    });
  });
};

const columnNames = ({ context, metrics, comparison, shares }: AskedQuery): readonly string[] => [
  ...context.query.dimensions.map(({ column }) => column),
  ...metrics.flatMap(({ name }) => {
    const share = shares.some(({ metric }) => metric === name) ? [`${name}__share`] : [];
    if (comparison === null) return [name, ...share];
    const { suffix } = comparison;
    return [name, ...share, `${name}__previous`, ...(suffix === null ? [] : [`${name}__${suffix}`])];
  }),
];

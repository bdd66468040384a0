import { DataMindError } from '../../core/errors/datamind-error.js';
import { column, plainSelect, type QueryBody, type Select, type Source } from '../../core/sql/statement.js';
import { type AskedLeaf, nullOf } from './asked-leaf.js';
import { coarseness, stepOf, truncate } from './calendar.js';
import { type FinishedRows, nameRows, rowsOver } from './finished-rows.js';
import { knownPeriods } from './known-periods.js';
import { freshTable, type QueryContext } from './query-context.js';
import type { Stage } from './stage.js';

/** The periods that must not be missing, and which of the query's dimensions they are. */
interface Gaps {
  readonly index: number;
  readonly periods: QueryBody;
}

/**
 * One more part under the rows: each period of the range with each combination of the other dimensions, and no leaves.
 * @throws DataMindError `QUERY_INVALID` when the query does not say which periods those are
 */
export const fillGaps = (
  context: QueryContext,
  rows: FinishedRows,
  stages: readonly Stage[],
  leaves: readonly AskedLeaf[],
): FinishedRows => {
  const { index: timed, periods } = findGaps(context, stages);
  const named = nameRows(rows, context.query.dimensions, leaves);
  const names = named.dimensions;
  const values = leaves.map((one) => ({ one, as: named.leaves.get(one.key)! }));
  const table = freshTable('datamind_rows', context);
  context.tables.push({ name: table, recursive: false, body: named.body });
  const source: Source = { kind: 'named', name: table, alias: 'found' };
  const gaps: Select = {
    ...plainSelect(
      [
        ...names.map((as, index) => ({
          as,
          value: index === timed ? column('periods', 'period_start') : column('others', as),
        })),
        ...values.map(({ one, as }) => ({ as, value: nullOf(one.leaf) })),
      ],
      { kind: 'derived', query: periods, alias: 'periods' },
    ),
    joins: eachCombination(
      names.filter((_, index) => index !== timed),
      source,
    ),
  };
  const found = plainSelect(
    [...names, ...values.map(({ as }) => as)].map((as) => ({ as, value: column('found', as) })),
    source,
  );
  return rowsOver({ kind: 'union', distinct: false, parts: [found, gaps] }, names, named.leaves);
};

const findGaps = ({ query, range, calendar }: QueryContext, stages: readonly Stage[]): Gaps => {
  const timed = query.dimensions.flatMap((dimension, index) =>
    stages[0]!.resolved[index]!.item.type === 'time' ? [{ dimension, index }] : [],
  );
  const [only] = timed;
  const grain = only?.dimension.grain ?? null;
  const meets =
    only !== undefined &&
    (only.dimension.name === (query.time.dimension ?? 'metric_time') ||
      stages.every((stage) => stage.rangeKey === stage.resolved[only.index]!.key));
  if (timed.length !== 1 || grain === null || range === null || range.low === null || range.high === null || !meets) {
    throw new DataMindError(
      'QUERY_INVALID',
      '"fill" needs exactly one time dimension with a grain, and a range on it with both ends.',
      { at: '/fill' },
    );
  }
  const first = truncate(range.low, grain, calendar);
  const last = truncate(range.high - 1, grain, calendar);
  const type = coarseness[grain] < coarseness.day ? 'timestamp' : 'date';
  return { index: only.index, periods: knownPeriods(first, last, stepOf(grain), type) };
};

/** The combinations of the other dimensions' values that were found, beside each period. */
const eachCombination = (others: readonly string[], source: Source): Select['joins'] => {
  if (others.length === 0) return [];
  const found = plainSelect(
    others.map((as) => ({ as, value: column('found', as) })),
    source,
  );
  const query = { ...found, distinct: true };
  return [{ kind: 'cross', on: [], source: { kind: 'derived', alias: 'others', query } }];
};

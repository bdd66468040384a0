import { column, compare, number, type OrderItem, plainSelect, type Select } from '../../core/sql/statement.js';
import type { AskedLimitPer } from './parse-query.js';
import { freshName } from './query-context.js';

/**
 * The first rows of each group, in the order of the select. Rows are numbered, so that ties are cut as `limit` cuts them: by the
 * dimensions, which end every order.
 */
export const limitPerGroup = (select: Select, { dimensions, limit }: AskedLimitPer): Select => {
  const taken = new Set<string>();
  const names = select.columns.map(({ as }) => freshName(as, taken));
  const place = freshName('place', taken);
  const [finished, placed] = ['finished', 'placed'];
  const rows: Select = {
    ...select,
    columns: select.columns.map(({ value }, index) => ({ as: names[index]!, value })),
    ...{ order: [], limit: null, offset: 0 },
  };
  const numbered = plainSelect(
    [
      ...names.map((as) => ({ as, value: column(finished, as) })),
      {
        as: place,
        value: {
          kind: 'row_number',
          partition: dimensions.map((index) => column(finished, names[index]!)),
          order: select.order.map(({ column: index, desc, notNull }: OrderItem) => ({
            ...{ value: column(finished, names[index]!), desc, notNull },
          })),
        },
      },
    ],
    { kind: 'derived', query: rows, alias: finished },
  );
  const { order, limit: most, offset } = select;
  return {
    ...plainSelect(
      select.columns.map(({ as }, index) => ({ as, value: column(placed, names[index]!) })),
      { kind: 'derived', query: numbered, alias: placed },
    ),
    where: [compare(column(placed, place), '<=', number(limit))],
    ...{ order, limit: most, offset },
  };
};

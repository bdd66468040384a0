import type { EntitySchema, ObjectLiteral } from 'typeorm';
import type { Reader } from './store.js';

// biome-ignore lint/suspicious/noExplicitAny: the rows of a table are its owner's
type Table = EntitySchema<any>;

const rowsAtOnce = 1_000;

const keysOf = ({ options: { columns } }: Table): readonly string[] =>
  Object.entries(columns).flatMap(([property, column]) => (column?.primary ? [property] : []));

/** What comes after the row: keys are compared one after another, as they are ordered. */
const after = (keys: readonly string[], row: ObjectLiteral): readonly [string, ObjectLiteral] => {
  const ways = keys.map((key, at) =>
    [...keys.slice(0, at).map((same) => `t.${same} = :${same}`), `t.${key} > :${key}`].join(' and '),
  );
  return [`(${ways.map((way) => `(${way})`).join(' or ')})`, Object.fromEntries(keys.map((key) => [key, row[key]]))];
};

/** Every row of a table in the order of its key, a thousand at a time: none of it is held whole. */
export async function* readRows(db: Reader, table: Table): AsyncGenerator<ObjectLiteral> {
  const keys = keysOf(table);
  for (let last: ObjectLiteral | undefined; ; ) {
    const page = db.createQueryBuilder(table, 't').take(rowsAtOnce);
    for (const key of keys) page.addOrderBy(`t.${key}`, 'ASC');
    if (last !== undefined) page.where(...after(keys, last));
    const rows = await page.getMany();
    yield* rows;
    if (rows.length < rowsAtOnce) return;
    last = rows.at(-1);
  }
}

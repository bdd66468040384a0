/** Which tables rows of a table name: declared foreign keys, and columns whose name and values are another table's key. */
import type { CatalogueTable, DialectName } from '../../core/plugin/contract.js';
import { type Asking, askRows, placeOf, quote, reasonOf } from './ask-rows.js';
import type { Reference, TableProfile } from './profile.js';

const mostChecked = 1_000;
const mostQuestions = 400;

const singular = (name: string): string =>
  name
    .toLowerCase()
    .replace(/ies$/, 'y')
    .replace(/(s|x|ch|sh)es$/, '$1')
    .replace(/([^s])s$/, '$1');

const snake = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

/** Names that a column which means a row of the table may end with. */
const namesFor = ({ name, key }: Pick<TableProfile, 'name' | 'key'>): readonly string[] => {
  const own = snake(name);
  const [column = ''] = key.map(snake);
  const bases = [...new Set([own, singular(own)])];
  const named = bases.flatMap((base) => [`${base}_id`, `${base}_key`, `${base}_${column}`, `${base}id`]);
  // A key that is just "id" or "code" says nothing of which table.
  return /^(id|key|code|no|nr|number|uuid|name)$/.test(column) ? named : [...named, column];
};

const fits = (column: string, names: readonly string[]): boolean => {
  const own = snake(column);
  return names.some((name) => own === name || own.endsWith(`_${name}`));
};

const group = (type: string): string =>
  type === 'integer' || type === 'bigint' || type === 'decimal' ? 'number' : type;

const declaredOf = ({ foreignKeys, schema }: CatalogueTable): readonly Reference[] =>
  foreignKeys.map(({ columns, toSchema, toTable, toColumns }) => ({
    columns,
    to_schema: toSchema ?? schema ?? null,
    to_table: toTable,
    to_columns: toColumns,
    by: 'declared',
    evidence: 'A foreign key in the database.',
  }));

/** How many different values there are, at most so many as are looked at, and how many of them the other table does not have. */
const check = async (
  asking: Asking,
  dialect: DialectName,
  from: TableProfile,
  column: string,
  to: TableProfile,
): Promise<{ readonly values: number; readonly missing: number } | null> => {
  const [own, key] = [quote(dialect, column), quote(dialect, to.key[0]!)];
  const place = (table: TableProfile): string =>
    placeOf(dialect, { name: table.name, ...(table.schema !== null && { schema: table.schema }) });
  const text =
    `SELECT COUNT(*) AS n, COUNT(t.${key}) AS m FROM ` +
    `(SELECT DISTINCT ${own} AS v FROM ${place(from)} WHERE ${own} IS NOT NULL LIMIT ${mostChecked}) AS s ` +
    `LEFT JOIN ${place(to)} AS t ON s.v = t.${key}`;
  try {
    const [row = []] = (await askRows(asking, text, 1)).rows;
    const [values, found] = [Number(row[0] ?? 0), Number(row[1] ?? 0)];
    return { values, missing: values - found };
  } catch (error) {
    reasonOf(error, asking.signal);
    return null;
  }
};

/** @returns the tables, each with its references */
export const findReferences = async (
  asking: Asking,
  dialect: DialectName,
  catalogue: readonly CatalogueTable[],
  tables: readonly TableProfile[],
): Promise<readonly TableProfile[]> => {
  const targets = tables.filter(({ key, unread }) => key.length === 1 && unread === null);
  const names = new Map(targets.map((table) => [table, namesFor(table)]));
  let questions = 0;
  const found: TableProfile[] = [];
  for (const table of tables) {
    const own = catalogue.find(({ schema, name }) => name === table.name && (schema ?? null) === table.schema);
    const references: Reference[] = own === undefined ? [] : [...declaredOf(own)];
    const taken = new Set(references.flatMap(({ columns }) => columns));
    for (const { name: column, type } of table.unread === null ? table.columns : []) {
      if (taken.has(column) || (table.key.length === 1 && table.key[0] === column)) continue;
      const candidates = targets
        .filter((target) => {
          const keyType = target.columns.find(({ name }) => name === target.key[0])?.type;
          const isItself = target === table && snake(column) === snake(target.key[0]!);
          return (
            !isItself && keyType !== undefined && group(keyType) === group(type) && fits(column, names.get(target)!)
          );
        })
        // The longer name is the nearer one, and the same schema before others.
        .sort(
          (a, b) =>
            Number(b.schema === table.schema) - Number(a.schema === table.schema) || b.name.length - a.name.length,
        );
      for (const target of candidates.slice(0, 3)) {
        if (questions >= mostQuestions) break;
        questions += 1;
        const counts = await check(asking, dialect, table, column, target);
        if (counts === null || counts.values === 0 || counts.missing > 0) continue;
        references.push({
          columns: [column],
          to_schema: target.schema,
          to_table: target.name,
          to_columns: target.key,
          by: 'inferred',
          evidence: `Each of ${counts.values} different values of ${column} that were looked at is a ${target.key[0]} of ${target.name}, and the names fit; the database declares no foreign key.`,
        });
        break;
      }
    }
    found.push({ ...table, references });
  }
  return found;
};

/** One table: a sample of its rows, counts of all of them where that is soon done, and the values of columns that have few. */
import { judgeSamples } from '../../core/pii/judge-samples.js';
import { matchName, type NameContext } from '../../core/pii/match-name.js';
import type { PiiClass } from '../../core/pii/pii-class.js';
import type { CatalogueColumn, CatalogueTable, DialectName, LogicalType } from '../../core/plugin/contract.js';
import type { Cell } from '../../core/result/column.js';
import { type Asking, askRows, placeOf, quote, reasonOf, type Rows } from './ask-rows.js';
import type { ColumnProfile, Scalar, Strategy, TableProfile } from './profile.js';

const sampleRows = 1_000;
/** By the database's estimate; with more only the sample is counted. */
const mostCounted = 2_000_000;
const mostColumns = 300;
const columnsAtOnce = 30;
const mostCategories = 100;
const mostSamples = 50;
/** Longer texts are said by people, not chosen from a list. */
const longestValue = 100;

const kinds: Partial<Record<LogicalType, NonNullable<NameContext['type']>>> = {
  ...{ boolean: 'boolean', integer: 'number', bigint: 'number', decimal: 'number', float: 'number' },
  ...{ date: 'time', time: 'time', timestamp: 'time', timestamptz: 'time', interval: 'number' },
};
const listed: ReadonlySet<LogicalType> = new Set(['string', 'boolean', 'integer', 'bigint']);
const countable: ReadonlySet<LogicalType> = new Set([...listed, 'decimal', 'date', 'timestamp', 'timestamptz']);
const idName = /(^|_|[a-z])(id|uuid|guid|key|hash|token)$/i;

/** Classes that the model gives to columns of the table, also by what is computed from them. */
export type DeclaredPersonal = (table: CatalogueTable, column: string) => PiiClass | 'none' | null;

interface Counted {
  readonly rows: number;
  /** By column: rows with a value, and different values. */
  readonly of: ReadonlyMap<string, { readonly filled: number; readonly distinct: number }>;
}

const isScalar = (cell: Cell | undefined): cell is Scalar =>
  typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean';

const numberOf = (cell: Cell | undefined): number => Number(cell ?? 0);

const countAll = async (
  asking: Asking,
  dialect: DialectName,
  table: CatalogueTable,
  columns: readonly string[],
): Promise<Counted> => {
  const of = new Map<string, { filled: number; distinct: number }>();
  let rows = 0;
  for (let from = 0; from === 0 || from < columns.length; from += columnsAtOnce) {
    const some = columns.slice(from, from + columnsAtOnce);
    const counts = some.flatMap((column, at) => {
      const name = quote(dialect, column);
      return [`COUNT(${name}) AS f${at}`, `COUNT(DISTINCT ${name}) AS d${at}`];
    });
    const text = `SELECT ${['COUNT(*) AS n', ...counts].join(', ')} FROM ${placeOf(dialect, table)}`;
    const [row = []] = (await askRows(asking, text, 1)).rows;
    rows = numberOf(row[0]);
    for (const [at, column] of some.entries()) {
      of.set(column, { filled: numberOf(row[1 + 2 * at]), distinct: numberOf(row[2 + 2 * at]) });
    }
  }
  return { rows, of };
};

const countSample = ({ columns, rows }: Rows): Counted => ({
  rows: rows.length,
  of: new Map(
    columns.map(({ name }, at) => {
      const values = rows.flatMap((row) => (row[at] === null || row[at] === undefined ? [] : [String(row[at])]));
      return [name, { filled: values.length, distinct: new Set(values).size }] as const;
    }),
  ),
});

/** Values of a column, those that come most often first. */
const valuesOf = async (
  asking: Asking,
  dialect: DialectName,
  table: CatalogueTable,
  column: string,
): Promise<readonly Scalar[]> => {
  const name = quote(dialect, column);
  const text = `SELECT ${name} AS v, COUNT(*) AS n FROM ${placeOf(dialect, table)} WHERE ${name} IS NOT NULL GROUP BY ${name} ORDER BY n DESC, v LIMIT ${mostCategories + 1}`;
  return (await askRows(asking, text, mostCategories + 1)).rows.flatMap(([value]) => (isScalar(value) ? [value] : []));
};

const strategyOf = (
  { name, type }: CatalogueColumn,
  distinct: number | null,
  isKey: boolean,
  longest: number,
): Strategy => {
  if (!listed.has(type) || distinct === null || distinct === 0) return 'skip';
  if (type === 'boolean') return 'categorical';
  if (isKey || idName.test(name) || longest > longestValue) return 'skip';
  if (distinct <= mostCategories) return 'categorical';
  return type === 'string' ? 'vector' : 'skip';
};

const personalOf = (
  column: CatalogueColumn,
  table: CatalogueTable,
  said: ReturnType<DeclaredPersonal>,
  values: readonly (string | number)[],
): PiiClass | null => {
  if (said !== null) return said === 'none' ? null : said;
  const type = kinds[column.type];
  const named = matchName(column.name, { owner: table.name, ...(type !== undefined && { type }) });
  const told = judgeSamples(values, { expected: named?.class ?? null });
  if (told !== null) return told.kind.class;
  return named?.strength === 'certain' ? named.class : null;
};

/** One column that tells each row from the others, where the database declares none. */
const keyIn = (
  table: CatalogueTable,
  counted: Counted,
  isWhole: boolean,
): Pick<TableProfile, 'key' | 'key_by' | 'key_evidence'> => {
  if (table.primaryKey.length > 0) {
    return { key: table.primaryKey, key_by: 'declared', key_evidence: 'The primary key in the database.' };
  }
  const unique = table.uniqueKeys.find((key) =>
    key.every((name) => table.columns.some((column) => column.name === name && !column.nullable)),
  );
  if (unique !== undefined) return { key: unique, key_by: 'declared', key_evidence: 'Unique in the database.' };
  const { rows, of } = counted;
  const found = table.columns
    .filter(({ name, type }) => {
      const known = of.get(name);
      return (
        known !== undefined && /string|integer|bigint/.test(type) && known.filled === rows && known.distinct === rows
      );
    })
    .sort((a, b) => Number(idName.test(b.name)) - Number(idName.test(a.name)))
    .find(({ name }) => idName.test(name) || /(^|_)(code|number|no|nr|name)$/i.test(name));
  // A few rows may differ by chance.
  if (!isWhole || rows < 2 || found === undefined) return { key: [], key_by: null, key_evidence: null };
  const evidence = `Each of ${rows} rows has a value of its own in ${found.name}; the database declares no key.`;
  return { key: [found.name], key_by: 'inferred', key_evidence: evidence };
};

const withoutRows = (table: CatalogueTable, unread: string): TableProfile => ({
  ...{ schema: table.schema ?? null, name: table.name, kind: table.kind, comment: table.comment ?? null },
  ...{ rows: table.rowEstimate, counted: false, sampled: 0, references: [], unread },
  ...keyIn(table, { rows: 0, of: new Map() }, false),
  columns: table.columns.slice(0, mostColumns).map((column) => ({
    ...{ name: column.name, type: column.type, native_type: column.nativeType, nullable: column.nullable },
    comment: column.comment ?? null,
    personal: personalOf(column, table, null, []),
    ...{ strategy: 'skip' as const, nulls: null, distinct: null, values: [] },
  })),
});

/** @throws what is no failure of a statement; the reason of the signal once it is aborted */
export const profileTable = async (
  asking: Asking,
  dialect: DialectName,
  table: CatalogueTable,
  declared: DeclaredPersonal,
): Promise<TableProfile> => {
  const { signal } = asking;
  let sample: Rows;
  try {
    sample = await askRows(asking, `SELECT * FROM ${placeOf(dialect, table)} LIMIT ${sampleRows}`, sampleRows);
  } catch (error) {
    return withoutRows(table, reasonOf(error, signal));
  }
  // Columns that whoever asks may not see as they are, are not looked at.
  const seen = new Map(sample.columns.map(({ name }, at) => [name, at]));
  for (const name of sample.masked) seen.delete(name);
  const columns = table.columns.filter(({ name }) => seen.has(name)).slice(0, mostColumns);
  let counted: Counted | null = null;
  if (table.rowEstimate === null || table.rowEstimate <= mostCounted) {
    const names = columns.flatMap(({ name, type }) => (countable.has(type) ? [name] : []));
    counted = await countAll(asking, dialect, table, names).catch((error: unknown) => {
      reasonOf(error, signal);
      return null;
    });
  }
  const isWhole = counted !== null;
  const counts = counted ?? countSample(sample);
  const { key, ...keyed } = keyIn({ ...table, columns }, counts, isWhole);
  const inKeys = new Set([...(key.length === 1 ? key : []), ...table.foreignKeys.flatMap((one) => one.columns)]);
  const profiled: ColumnProfile[] = [];
  for (const column of columns) {
    const { name, type, nativeType, nullable } = column;
    const cells = sample.rows.flatMap((row) => {
      const cell = row[seen.get(name)!];
      return isScalar(cell) ? [cell] : [];
    });
    const texts = cells.filter((cell): cell is string | number => typeof cell !== 'boolean');
    const known = counts.of.get(name);
    const distinct = known?.distinct ?? null;
    const longest = texts.reduce<number>((most, one) => Math.max(most, String(one).length), 0);
    let personal = personalOf(column, table, declared(table, name), listed.has(type) ? texts : []);
    let strategy = personal === null ? strategyOf(column, distinct, inKeys.has(name), longest) : 'skip';
    let values: readonly Scalar[] = [];
    if (strategy === 'categorical' && isWhole) {
      values = await valuesOf(asking, dialect, table, name).catch((error: unknown) => {
        reasonOf(error, signal);
        return [...new Set(cells)];
      });
    } else if (strategy !== 'skip') values = [...new Set(cells)].slice(0, mostSamples);
    if (values.length > mostCategories) strategy = 'vector';
    values = values.slice(0, strategy === 'vector' ? mostSamples : mostCategories);
    // All values tell more than the sample.
    const told = judgeSamples(values.filter((one): one is string | number => typeof one !== 'boolean'));
    if (told !== null && declared(table, name) !== 'none') {
      personal = told.kind.class;
      strategy = 'skip';
      values = [];
    }
    const nulls = known === undefined ? null : counts.rows - known.filled;
    const about = { native_type: nativeType, nullable, comment: column.comment ?? null };
    profiled.push({ name, type, ...about, personal, strategy, nulls, distinct, values });
  }
  return {
    ...{ schema: table.schema ?? null, name: table.name, kind: table.kind, comment: table.comment ?? null },
    ...{ rows: isWhole ? counts.rows : table.rowEstimate, counted: isWhole, sampled: sample.rows.length },
    ...{ key, ...keyed, references: [], columns: profiled, unread: null },
  };
};

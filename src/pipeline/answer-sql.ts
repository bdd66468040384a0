/** Rows of SQL of users, with the columns that the database gave them. */
import type { Column, LogicalType } from '../../core/result/column.js';
import type { ResultSet } from '../../core/result/result-set.js';
import type { GovernedExecutor } from './execute.js';
import type { PlannedColumn } from '../../semantic/plan/query.js';
import type { PreparedSql, PreparedStatement, RunOptions } from './prepared.js';
import { createSqlRowSpeller, type WireCell } from './spell-cells.js';

/** `objects`: a list of objects by column, as older clients read it; `rows`: columns, and rows as lists. */
export type SqlFormat = 'objects' | 'rows';

export interface SqlColumn {
  readonly name: string;
  /** Of a semantic query: as it was planned. */
  readonly type: LogicalType | PlannedColumn['type'];
}

export interface SqlAnswer {
  readonly columns: readonly SqlColumn[];
  readonly rows: readonly (readonly WireCell[])[];
  /** Set when a limit cut the rows. */
  readonly truncated: boolean;
}

export const sqlColumns = (columns: readonly Column[]): readonly SqlColumn[] =>
  columns.map(({ name, type }) => ({ name, type }));

/** The batches of a result as rows of the answer. Closing it early cancels the statement. */
export async function* spellSqlBatches(result: ResultSet): AsyncGenerator<readonly (readonly WireCell[])[]> {
  const spell = createSqlRowSpeller(result.columns);
  for await (const batch of result.batches) yield batch.map(spell);
}

/** Runs what was prepared and reads all of it. */
export const readSqlAnswer = async (
  executor: GovernedExecutor,
  prepared: PreparedSql,
  options: Omit<RunOptions, 'stream'>,
): Promise<SqlAnswer> => {
  const result = await executor.run(prepared, { ...options, stream: false });
  const rows: (readonly WireCell[])[] = [];
  try {
    for await (const batch of spellSqlBatches(result)) for (const row of batch) rows.push(row);
    return { columns: sqlColumns(result.columns), rows, truncated: result.truncated !== null };
  } finally {
    await result.close();
  }
};

/** Names that an object can have side by side: `id`, `id_2`. */
const distinct = (columns: readonly SqlColumn[]): readonly string[] => {
  const taken = new Set<string>();
  return columns.map(({ name }) => {
    let free = name;
    for (let count = 2; taken.has(free); count += 1) free = `${name}_${count}`;
    taken.add(free);
    return free;
  });
};

const rowsAsObjects = ({ columns, rows }: SqlAnswer): readonly Readonly<Record<string, WireCell>>[] => {
  const names = distinct(columns);
  return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])));
};

/** The part of the response that is the same for whoever asks this again, without the closing brace. */
export const serialiseSqlAnswer = (prepared: PreparedStatement, answer: SqlAnswer, format: SqlFormat): Buffer => {
  const { columns, rows, truncated } = answer;
  const { queryId, sql, policies } = prepared;
  const body = {
    query_id: queryId,
    ...(format === 'rows' ? { columns, rows } : { results: rowsAsObjects(answer) }),
    rows_returned: rows.length,
    truncated,
    sql,
    policies,
  };
  return Buffer.from(JSON.stringify(body).slice(0, -1));
};

import type { ResultSet } from '../../core/result/result-set.js';
import type { PlannedColumn } from '../../semantic/plan/query.js';
import type { GovernedExecutor } from './execute.js';
import type { PreparedQuery, RunOptions } from './prepared.js';
import { createRowSpeller, type WireCell } from './spell-cells.js';

/** A whole answer, held in memory. */
export interface Answer {
  readonly columns: readonly PlannedColumn[];
  readonly rows: readonly (readonly WireCell[])[];
  /** Set when a limit cut the rows. */
  readonly truncated: boolean;
  readonly totals: readonly (readonly WireCell[])[] | null;
}

/** The result must be what was planned; anything else is a fault of ours, never shown as an answer. */
const assertColumns = (result: ResultSet, columns: readonly PlannedColumn[]): void => {
  if (result.columns.length !== columns.length) {
    throw new Error(`planned ${columns.length} columns, and the database answers with ${result.columns.length}`);
  }
};

/**
 * The columns as they were answered: the planner does not know how numbers are stored, the database does, and of floats no
 * more than 15 digits are sure.
 */
export const answeredColumns = (
  { columns }: Pick<ResultSet, 'columns'>,
  planned: readonly PlannedColumn[],
): readonly PlannedColumn[] =>
  planned.map((column, at) =>
    column.kind === 'metric' &&
    column.type === 'number' &&
    column.precision === undefined &&
    columns[at]?.type === 'float'
      ? { ...column, precision: 'double' }
      : column,
  );

/** The batches of a result as rows of the answer. Closing it early cancels the statement. */
export async function* spellBatches(
  result: ResultSet,
  columns: readonly PlannedColumn[],
): AsyncGenerator<readonly (readonly WireCell[])[]> {
  assertColumns(result, columns);
  const spell = createRowSpeller(columns);
  for await (const batch of result.batches) yield batch.map(spell);
}

const collect = async (result: ResultSet, columns: readonly PlannedColumn[]): Promise<Omit<Answer, 'totals'>> => {
  const rows: (readonly WireCell[])[] = [];
  try {
    for await (const batch of spellBatches(result, columns)) for (const row of batch) rows.push(row);
    return { columns: answeredColumns(result, columns), rows, truncated: result.truncated !== null };
  } finally {
    await result.close();
  }
};

/** The row of the totals, beside the columns of the answer: null under the dimensions. */
export const readTotals = async (
  executor: GovernedExecutor,
  prepared: PreparedQuery,
  options: Omit<RunOptions, 'stream'>,
): Promise<readonly (readonly WireCell[])[]> => {
  const { columns } = prepared;
  const metrics = columns.filter(({ kind }) => kind === 'metric');
  const { rows } = await collect(await executor.runTotals(prepared, { ...options, stream: false }), metrics);
  return rows.map((row) => {
    let next = 0;
    return columns.map(({ kind }) => (kind === 'metric' ? (row[next++] ?? null) : null));
  });
};

/** Runs what was prepared and reads all of it. */
export const readAnswer = async (
  executor: GovernedExecutor,
  prepared: PreparedQuery,
  options: Omit<RunOptions, 'stream'>,
): Promise<Answer> => {
  const answer = await collect(await executor.run(prepared, { ...options, stream: false }), prepared.columns);
  const totals = prepared.hasTotals ? await readTotals(executor, prepared, { ...options, maxRows: 2 }) : null;
  return { ...answer, totals };
};

/** The part of the response that is the same for whoever asks this again, without the closing brace. */
export const serialiseAnswer = ({ sql, queryId, policies }: PreparedQuery, answer: Answer): Buffer => {
  const { columns, rows, truncated, totals } = answer;
  const body = {
    columns,
    rows,
    row_count: rows.length,
    truncated,
    ...(totals !== null && { totals }),
    sql,
    query_id: queryId,
    policies,
  };
  return Buffer.from(JSON.stringify(body).slice(0, -1));
};

/** Statements of the profiler: SQL like anybody's, through the governed executor, as whoever asks, and never for long. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { CatalogueTable, DialectName } from '../../core/plugin/contract.js';
import { PluginError } from '../../core/plugin/contract.js';
import type { Column, Row } from '../../core/result/column.js';
import { dialects } from '../../core/sql/dialects/index.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import type { GovernedExecutor } from '../pipeline/execute.js';

export interface Asking {
  readonly executor: Pick<GovernedExecutor, 'prepareSql' | 'run' | 'introspect' | 'defaultConnection'>;
  readonly model: Model;
  readonly connection: string;
  readonly subject: Subject;
  readonly correlationId: string;
  readonly signal: AbortSignal;
  /** Of one statement; 10 s when absent. */
  readonly timeoutMs?: number;
}

export interface Rows {
  readonly columns: readonly Column[];
  /** Names of columns that are not shown as they are. */
  readonly masked: ReadonlySet<string>;
  readonly rows: readonly Row[];
}

const statementMs = 10_000;

export const quote = (dialect: DialectName, name: string): string => dialects[dialect].identifier(name);

export const placeOf = (dialect: DialectName, { schema, name }: Pick<CatalogueTable, 'schema' | 'name'>): string =>
  [schema, name].flatMap((part) => (part === undefined ? [] : [quote(dialect, part)])).join('.');

/** @throws DataMindError, PluginError; the reason of the signal once it is aborted */
export const askRows = async (
  { executor, model, connection, subject, correlationId, signal, timeoutMs = statementMs }: Asking,
  sql: string,
  limit: number,
): Promise<Rows> => {
  const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const asked = { model, sql, subject, connection, limit, correlationId, signal: within };
  const prepared = await executor.prepareSql(asked);
  const result = await executor.run(prepared, { correlationId, signal: within, maxRows: limit, stream: true });
  const rows: Row[] = [];
  try {
    for await (const batch of result.batches) rows.push(...batch);
  } finally {
    await result.close();
  }
  const masked = new Set(prepared.proof.tables.flatMap(({ masks }) => Object.keys(masks)));
  return { columns: result.columns, masked, rows: rows.slice(0, limit) };
};

/** Why something could not be asked, in a sentence. @throws what is no failure of the statement */
export const reasonOf = (error: unknown, signal: AbortSignal): string => {
  signal.throwIfAborted();
  if (error instanceof DataMindError || PluginError.is(error)) return error.message;
  if ((error as { readonly name?: unknown } | null)?.name === 'TimeoutError') return 'It took too long.';
  throw error;
};

import type { DuckDBPreparedStatement, DuckDBResult } from '@duckdb/node-api';
import type { RowSource } from 'datamind/connector-kit';
import { taggedText } from 'datamind/connector-kit';
import { type ApprovedStatement, type Column, PluginError, type QueryOptions } from 'datamind/contract';
import type { Session } from './connect.js';
import { bindParameters } from './parameters.js';
import { columnOf, createChunkReader } from './types.js';

/** Prepares the one statement of a text; everything but one query is refused before it runs. */
const prepare = async (session: Session, text: string): Promise<DuckDBPreparedStatement> => {
  const { StatementType } = session.driver;
  if (text.trim() === '') throw new PluginError('STATEMENT_INVALID', 'The statement is empty.');
  const extracted = await session.busy(session.connection().extractStatements(text));
  if (extracted.count > 1) {
    throw new PluginError('STATEMENT_INVALID', 'The text holds more than one statement, and only one may run.');
  }
  const prepared = await session.busy(extracted.prepare(0));
  if (prepared.statementType !== StatementType.SELECT) {
    prepared.destroySync();
    throw new PluginError('READ_ONLY_VIOLATION', 'The statement is not a query, and only queries may run.');
  }
  return prepared;
};

/**
 * The driver ends a stream that failed in the middle as if it had ended well, and gives no error. Such a result has lost
 * its return type; the reason is found by running the statement again where the engine throws its rows away.
 */
const failureOf = async (session: Session, statement: ApprovedStatement): Promise<Error> => {
  const again = await session.busy(session.connection().prepare(`EXPLAIN ANALYZE ${statement.text}`));
  try {
    bindParameters(session.driver, again, statement.parameters);
    await session.busy(again.run());
  } catch (error) {
    return error as Error;
  } finally {
    again.destroySync();
  }
  return new PluginError('CONNECTION_LOST', 'DuckDB broke off the result before its end.', { retryable: true });
};

export const openRows = async (
  session: Session,
  statement: ApprovedStatement,
  options: QueryOptions,
): Promise<RowSource> => {
  const { DuckDBTypeId, ResultReturnType } = session.driver;
  await session.plan(options.planning?.fixed === true);
  const prepared = await prepare(session, taggedText(statement, options));
  let result: DuckDBResult;
  try {
    bindParameters(session.driver, prepared, statement.parameters);
    result = await session.busy(prepared.stream());
  } catch (error) {
    prepared.destroySync();
    throw error;
  }
  const types = Array.from({ length: result.columnCount }, (_, at) => result.columnType(at));
  const columns: readonly Column[] = types.map((type, at) => columnOf(result.columnName(at), type));
  const readChunk = createChunkReader(types, DuckDBTypeId);
  let ended = false;
  return {
    columns,
    next: async () => {
      const chunk = await session.busy(result.fetchChunk());
      if (chunk !== null && chunk.rowCount > 0) return readChunk(chunk);
      ended = true;
      if (result.returnType !== ResultReturnType.INVALID) return null;
      throw await failureOf(session, statement);
    },
    close: async () => {
      // A stream that is half read keeps the file open until it is collected as garbage, unless it fails: so it is made to.
      while (!ended) {
        session.connection().interrupt();
        const chunk = await session.busy(result.fetchChunk());
        ended = chunk === null || chunk.rowCount === 0;
      }
      prepared.destroySync();
    },
  };
};

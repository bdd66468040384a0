/** Fifth stage: what may run, and nothing else. The governed executor puts the policies in and has the result judged. */
import type { SemanticQuery } from '../../../core/query/semantic-query.js';
import type { GovernedExecutor } from '../execute.js';
import type { PreparedQuery, PreparedSql } from '../prepared.js';
import type { QuestionRequest } from '../question.js';

export type PrepareQuery = (query: SemanticQuery, request: QuestionRequest, readWith: string) => Promise<PreparedQuery>;
export type PrepareSql = (sql: string, request: QuestionRequest, readWith?: string) => Promise<PreparedSql>;

export interface Sanitizer {
  readonly query: PrepareQuery;
  readonly sql: PrepareSql;
}

const place = ({ connection }: QuestionRequest) => (connection === undefined ? {} : { connection });

export const createSanitizer = (
  executor: Pick<GovernedExecutor, 'prepare' | 'prepareSql'>,
  maxRows: number,
): Sanitizer => ({
  query: (query, request, readWith) => {
    const { model, subject, signal } = request;
    return executor.prepare({ model, query, subject, signal, readWith, ...place(request) });
  },
  sql: (sql, request, readWith) => {
    const { model, subject, signal, correlationId, origin = null, limit = maxRows } = request;
    return executor.prepareSql({
      ...{ model, sql, subject, signal, correlationId, origin },
      limit: Math.min(limit, maxRows),
      ...(readWith !== undefined && { readWith }),
      ...place(request),
    });
  },
});

import { correlationId } from '../../core/logging/correlation-id.js';
import { readAnswer } from '../pipeline/answer-query.js';
import { readSqlAnswer } from '../pipeline/answer-sql.js';
import type { ProjectQuestions } from '../questions/open-questions.js';
import type { RunReference } from './ask-questions.js';

const named = (columns: readonly { readonly name: string }[]): readonly string[] => columns.map(({ name }) => name);

/** The rows of the query or the SQL that a question gives, as whoever asks it may see them. */
export const runReference =
  ({ executor, model, maxRows }: ProjectQuestions): RunReference =>
  async ({ query, sql, subject }, signal) => {
    const id = correlationId();
    const how = { correlationId: id, signal, maxRows };
    if (query !== null) {
      const { columns, rows } = await readAnswer(executor, await executor.prepare({ model, query, subject }), how);
      return { columns: named(columns), rows };
    }
    const request = { model, sql: sql ?? '', subject, limit: maxRows, signal, correlationId: id };
    const { columns, rows } = await readSqlAnswer(executor, await executor.prepareSql(request), how);
    return { columns: named(columns), rows };
  };

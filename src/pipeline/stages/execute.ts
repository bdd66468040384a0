/** Sixth stage: the rows, from the cache or from the database. */
import type { PreparedQuery, PreparedSql } from '../prepared.js';
import type { AnswerRows, QuestionRequest } from '../question.js';
import type { AnswerService, ServedAnswer } from '../serve-answer.js';

export interface Executed extends AnswerRows {
  readonly cache: ServedAnswer['cache'];
}

const wholeOf = ({ head }: ServedAnswer): unknown => JSON.parse(`${head.toString()}}`);

const rowsOf = (served: ServedAnswer, limit: number): Executed => {
  const { columns, rows, row_count, truncated, totals } = wholeOf(served) as AnswerRows;
  const cut = rows.length > limit;
  return {
    columns,
    rows: cut ? rows.slice(0, limit) : rows,
    row_count: cut ? limit : (row_count ?? rows.length),
    truncated: truncated || cut,
    ...(totals !== undefined && { totals }),
    cache: served.cache,
  };
};

export const execute = async (
  answers: AnswerService,
  prepared: PreparedQuery | PreparedSql,
  { correlationId, origin = null, signal, fresh = false, limit = Number.MAX_SAFE_INTEGER }: QuestionRequest,
): Promise<Executed> => {
  const how = { correlationId, origin, signal, fresh };
  const served =
    prepared.kind === 'query'
      ? await answers.answer(prepared, how)
      : await answers.answerSql(prepared, 'rows', limit, how);
  return rowsOf(served, limit);
};

/** Third stage: does the draft hold? A semantic query is planned for the subject, SQL is prepared; nothing runs. */
import { lastPart } from '../../../core/query/spell-names.js';
import { DataMindError } from '../../../core/errors/datamind-error.js';
import type { QueryProblem } from '../../../core/plugin/llm.js';
import type { Condition, Filter, SemanticQuery } from '../../../core/query/semantic-query.js';
import type { Draft, QuestionRequest } from '../question.js';
import type { Understanding } from './interpret.js';
import type { PrepareSql } from './sanitize.js';

const problemOf = (error: unknown): QueryProblem => {
  if (!(error instanceof DataMindError)) throw error;
  const { hint, suggestions = [] } = error.details;
  const meant = suggestions.length === 0 ? '' : ` Perhaps: ${suggestions.slice(0, 5).join(', ')}.`;
  return { code: error.code, message: `${error.message}${hint === undefined ? meant : ` ${hint}`}` };
};

/** Of a statement's own making; whatever else fails is no fault of the draft. */
const faults: ReadonlySet<string> = new Set([
  'SQL_INVALID',
  'SQL_NOT_ALLOWED',
  'SQL_TOO_LARGE',
  'TABLE_UNKNOWN',
  'TABLE_CLOSED',
  'VIEW_CLOSED',
  'COLUMN_UNKNOWN',
  'UNSUPPORTED_ON_DIALECT',
]);

const conditionsIn = (filter: Filter | undefined): readonly Condition[] => {
  if (filter === undefined) return [];
  if ('member' in filter) return [filter];
  if ('metric' in filter) return conditionsIn(filter.filters);
  const parts = 'and' in filter ? filter.and : 'or' in filter ? filter.or : [filter.not];
  return parts.flatMap(conditionsIn);
};

/** A dimension that lists its values has no others: a condition on another one would find nothing, and look like an answer. */
const unlistedValues = ({ vocabulary }: Understanding, query: SemanticQuery): readonly QueryProblem[] =>
  conditionsIn(query.filters).flatMap(({ member, op, values = [] }): readonly QueryProblem[] => {
    if (!['eq', 'ne', 'in', 'not_in'].includes(op)) return [];
    const alike = vocabulary.dimensions.filter(({ name }) => lastPart(name) === lastPart(member));
    const listed = alike.find(({ name }) => name === member) ?? (alike.length === 1 ? alike[0] : undefined);
    if (listed === undefined || listed.values.length === 0) return [];
    const known = listed.values.map(({ value }) => value);
    return values
      .filter((value) => !known.includes(value))
      .map((value) => ({
        code: 'TYPE_MISMATCH',
        message: `"${member}" is never ${JSON.stringify(value)}; it is one of ${known.map((one) => JSON.stringify(one)).join(', ')}.`,
      }));
  });

/** @returns what stands against the draft; empty when it can be answered */
export const validate = async (
  draft: Draft,
  understanding: Understanding,
  prepareSql: PrepareSql,
  request: QuestionRequest,
): Promise<readonly QueryProblem[]> => {
  if (draft.kind === 'query')
    return [...unlistedValues(understanding, draft.query), ...understanding.check(draft.query)];
  if (draft.kind !== 'sql') return [];
  try {
    await prepareSql(draft.sql, request);
    return [];
  } catch (error) {
    const problem = problemOf(error);
    if (!faults.has(problem.code)) throw error;
    return [problem];
  }
};

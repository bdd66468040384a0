/** A language model by script: it gives the query that a person wrote for a question, in the form that a model is asked for. */
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { Condition, Filter, SemanticQuery } from '../../../core/query/semantic-query.js';
import type { EvalQuestion } from '../../../src/eval/question-set.js';
import type { Step } from '../../questions/script.js';
import { evalFolder } from '../by-hand.js';

export const readQueries = (): ReadonlyMap<string, SemanticQuery> =>
  new Map(Object.entries(load(readFileSync(evalFolder('by-model', 'queries.yaml'), 'utf8')) as object));

const conditionsOf = (filter: Filter | undefined): readonly Condition[] => {
  if (filter === undefined) return [];
  if ('and' in filter) return filter.and.flatMap(conditionsOf);
  if (!('member' in filter)) throw new Error('the queries by hand join their conditions by and');
  return [filter];
};

const spelled = ({
  metrics = [],
  dimensions = [],
  filters,
  time,
  segments = [],
  order = [],
  limit,
}: SemanticQuery) => ({
  metrics,
  dimensions: dimensions.map((one) => (typeof one === 'string' ? { name: one, grain: null } : one)),
  filters: conditionsOf(filters).map((one) => ({ any: [{ values: [], ...one }], not: false })),
  time:
    time === undefined
      ? null
      : {
          dimension: time.dimension ?? null,
          range: typeof time.range === 'string' ? time.range : null,
          from: Array.isArray(time.range) ? time.range[0] : null,
          to: Array.isArray(time.range) ? time.range[1] : null,
          compare: time.compare ?? null,
          compare_as: time.compare_as ?? null,
        },
  segments,
  order,
  limit: limit ?? null,
  totals: false,
  fill: false,
});

const nothing = { query: null, sql: null, choices: [], message: null, missing: [] };
const said = { reading: 'As it was read.', confidence: 0.85 };

const declines = { outside: 'outside', ambiguous: 'outside', forbidden: 'outside', unsafe: 'unsafe' } as const;

/** What it answers to a question; `null` where nobody wrote it a query. Names that are not there come first now and then: they are sent back. */
export const stepsFor = (
  { id, unanswerable }: EvalQuestion,
  queries: ReadonlyMap<string, SemanticQuery>,
): readonly Step[] | null => {
  if (unanswerable !== null) {
    return [{ answer: { ...nothing, ...said, kind: declines[unanswerable.because ?? 'outside'] } }];
  }
  const query = queries.get(id);
  if (query === undefined) return null;
  const answer = { ...nothing, ...said, kind: 'query', query: spelled(query) };
  if (!id.endsWith('1')) return [{ answer }];
  return [{ answer: { ...answer, query: { ...answer.query, metrics: ['turnover_of_everything'] } } }, { answer }];
};

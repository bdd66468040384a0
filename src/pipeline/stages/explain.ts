/** Last stage: what was answered, in words and as a picture. Everything said here follows from the query and the rows. */
import type { SemanticQuery } from '../../../core/query/semantic-query.js';
import type { AnswerRows, Explanation } from '../question.js';
import { answerInWords } from '../words/answer-in-words.js';
import { cautionsOf, isUnfinished } from '../words/cautions.js';
import { conditionsInWords, labelOf, timeUnderstood } from '../words/describe-query.js';
import { suggestChart } from '../words/suggest-chart.js';
import { suggestFollowUps } from '../words/suggest-follow-ups.js';
import type { Understanding } from './interpret.js';

/** Beside what is answered: what the reader should be warned of. */
export interface Explained extends Explanation {
  readonly cautions: readonly string[];
}

const metricsOf = ({ vocabulary }: Understanding, { metrics = [] }: SemanticQuery): Explanation['metrics'] =>
  metrics.map((name) => {
    const found = vocabulary.metrics.find((metric) => metric.name === name);
    return {
      name,
      label: labelOf(vocabulary, name),
      description: found?.description ?? null,
      unit: found?.unit ?? null,
      certified: found?.certified ?? false,
    };
  });

const dimensionsOf = ({ vocabulary }: Understanding, { dimensions = [] }: SemanticQuery): Explanation['dimensions'] =>
  dimensions.map((one) => {
    const { name, grain = null } = typeof one === 'string' ? { name: one } : one;
    const found = vocabulary.dimensions.find((dimension) => dimension.name === name);
    return { name, label: labelOf(vocabulary, name), description: found?.description ?? null, grain };
  });

/** Dimensions that share a label are told apart by their entities. */
const withLabel = ({ vocabulary }: Understanding, column: AnswerRows['columns'][number]) =>
  'kind' in column && column.kind === 'dimension' && column.member !== 'metric_time'
    ? { ...column, label: labelOf(vocabulary, column.member) }
    : column;

/** @param query `null` where SQL answered */
export const explain = (understanding: Understanding, query: SemanticQuery | null, rows: AnswerRows): Explained => {
  if (query === null) {
    const chart = suggestChart(rows);
    const answer = answerInWords({ query, answer: rows, filters: [], time: null });
    return { answer, chart, follow_ups: [], metrics: [], dimensions: [], filters: [], time_range: null, cautions: [] };
  }
  const { vocabulary, check } = understanding;
  const filters = conditionsInWords(vocabulary, query);
  const time = timeUnderstood(vocabulary, query, understanding);
  const unfinished = time !== null && isUnfinished(time, understanding);
  const timeOf = time === null || time.dimension === 'metric_time' ? null : labelOf(vocabulary, time.dimension);
  const labelled = { ...rows, columns: rows.columns.map((column) => withLabel(understanding, column)) };
  return {
    answer: answerInWords({ query, answer: labelled, filters, time, timeOf }),
    chart: suggestChart(labelled),
    follow_ups: suggestFollowUps(vocabulary, query, { check, unfinished }),
    metrics: metricsOf(understanding, query),
    dimensions: dimensionsOf(understanding, query),
    filters,
    time_range: time,
    cautions: cautionsOf(query, time, understanding),
  };
};

/** What may be asked next: near to what was asked, and known to be answerable. */
import { withinSentence } from '../../../core/query/spell-names.js';
import type { QueryProblem, Vocabulary } from '../../../core/plugin/llm.js';
import type { Grain, SemanticQuery } from '../../../core/query/semantic-query.js';
import type { FollowUp } from '../question.js';
import { labelOf } from './describe-query.js';

const most = 3;
const mostTried = 12;

const nameOf = (dimension: NonNullable<SemanticQuery['dimensions']>[number]): string =>
  typeof dimension === 'string' ? dimension : dimension.name;

/** Dimensions of few values come first: by them one splits. */
const splits = ({ dimensions, metrics }: Vocabulary, asked: readonly string[]): readonly string[] => {
  const entities = new Set(metrics.flatMap((metric) => (asked.includes(metric.name) ? metric.entities : [])));
  const weigh = (one: Vocabulary['dimensions'][number]): number =>
    (one.values.length > 0 ? 4 : 0) +
    (entities.has(one.entity) ? 1 : 0) +
    (/country|category|region|segment|channel/i.test(one.name) ? 3 : 0);
  return dimensions
    .filter(({ type, isKey }) => type === 'string' && !isKey)
    .map((one) => ({ name: one.name, weight: weigh(one) }))
    .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
};

/** `this month`; a year that is not over is this one. */
const currentPeriod = (range: string): string | null =>
  /^\d{4}$/.test(range) ? 'this year' : /^this [a-z]+(?: [a-z]+)?$/.test(range) ? range : null;

export const suggestFollowUps = (
  vocabulary: Vocabulary,
  query: SemanticQuery,
  {
    check,
    unfinished,
  }: {
    readonly check: (query: SemanticQuery) => readonly QueryProblem[];
    /** The time asked for is not over. */
    readonly unfinished: boolean;
  },
): readonly FollowUp[] => {
  const { metrics = [], dimensions = [], time } = query;
  const [metric] = metrics;
  if (metric === undefined) return [];
  const label = labelOf(vocabulary, metric);
  const names = dimensions.map(nameOf);
  const isTime = (name: string): boolean =>
    name === 'metric_time' || vocabulary.dimensions.some((one) => one.name === name && one.type === 'time');
  const { order: _, limit: __, limit_per: ___, ...rest } = query;
  const candidates: FollowUp[] = [];
  const add = (question: string, next: SemanticQuery): void => {
    candidates.push({ question, query: next });
  };
  const current = typeof time?.range === 'string' ? currentPeriod(time.range) : null;
  if (unfinished && time?.compare !== undefined && current !== null) {
    add('How is that up to today, in both?', { ...query, time: { ...time, range: `${current} to date` } });
  }
  if (!names.some(isTime)) {
    const grain: Grain = time?.range === undefined ? 'year' : 'month';
    add(`How did ${withinSentence(label)} develop by ${grain}?`, {
      ...rest,
      dimensions: [...dimensions, { name: 'metric_time', grain }],
    });
  }
  if (time?.range !== undefined && time.compare === undefined && !names.some(isTime)) {
    add('How is that against the year before?', {
      ...query,
      time: { ...time, compare: 'previous year', compare_as: 'percent' },
    });
  }
  if (names.length < 2) {
    for (const split of splits(vocabulary, metrics)) {
      if (names.includes(split) || candidates.length >= mostTried) continue;
      add(`${label} by ${withinSentence(labelOf(vocabulary, split))}?`, {
        ...rest,
        dimensions: [...dimensions, split],
        order: [{ by: metric, desc: true }],
      });
    }
  }
  const found: FollowUp[] = [];
  for (const candidate of candidates) {
    if (found.length >= most) break;
    if (check(candidate.query).length === 0) found.push(candidate);
  }
  return found;
};

/** What a semantic query asks, in words: conditions, the time range, the names of what takes part. */
import type { Vocabulary } from '../../../core/plugin/llm.js';
import type { Condition, Filter, Operator, SemanticQuery } from '../../../core/query/semantic-query.js';
import { isoDate, isoTimestamp } from '../../../semantic/plan/calendar.js';
import { parseTimeRange } from '../../../semantic/plan/time-range.js';
import { instantToLocal } from '../../../semantic/plan/zone.js';
import type { Named, TimeRangeUnderstood } from '../question.js';

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** "Name" alone says little where several entities have one: then it is "Name (Products)". */
const ownerOf = (
  { label, ...one }: { readonly label: string; readonly entity?: string },
  entities: Vocabulary['entities'],
  dimensions: Vocabulary['dimensions'],
): string | null => {
  if (one.entity === undefined || dimensions.filter((other) => other.label === label).length < 2) return null;
  const entity = entities.find(({ name }) => name === one.entity);
  return entity === undefined ? null : `${label} (${entity.label})`;
};

/** The label of whatever a name stands for; of a path, that of its last part. */
export const labelOf = ({ entities, metrics, dimensions, segments, hierarchies }: Vocabulary, name: string): string => {
  if (name === 'metric_time') return 'Time';
  const all = [...metrics, ...dimensions, ...segments, ...hierarchies];
  const exact = all.find((one) => one.name === name);
  if (exact !== undefined) return ownerOf(exact, entities, dimensions) ?? exact.label;
  const alike = all.filter((one) => lastPart(one.name) === lastPart(name));
  return alike.length > 0 && new Set(alike.map(({ label }) => label)).size === 1 ? alike[0]!.label : name;
};

export const namedAs = (vocabulary: Vocabulary, name: string): Named => {
  const found = [...vocabulary.metrics, ...vocabulary.dimensions].find((one) => one.name === name);
  return { name, label: labelOf(vocabulary, name), description: found?.description ?? null };
};

const verbs: Readonly<Record<Operator, string>> = {
  eq: 'is',
  ne: 'is not',
  in: 'is one of',
  not_in: 'is none of',
  gt: 'is more than',
  gte: 'is at least',
  lt: 'is less than',
  lte: 'is at most',
  between: 'is between',
  like: 'is like',
  not_like: 'is not like',
  contains: 'contains',
  starts_with: 'starts with',
  ends_with: 'ends with',
  is_null: 'is empty',
  not_null: 'is not empty',
  under: 'is under',
};

const listed = (values: readonly (string | number | boolean)[], word: string): string => {
  const texts = values.map(String);
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} ${word} ${texts.at(-1)}`;
};

const conditionInWords = (vocabulary: Vocabulary, { member, op, values = [] }: Condition): string => {
  const word = op === 'between' ? 'and' : 'or';
  const single =
    values.length === 1 ? ({ in: 'is', not_in: 'is not' } as Partial<Record<Operator, string>>)[op] : undefined;
  const said = op === 'under' ? values.join(' / ') : listed(values, word);
  return `${labelOf(vocabulary, member)} ${single ?? verbs[op]}${said === '' ? '' : ` ${said}`}`;
};

const filterInWords = (vocabulary: Vocabulary, filter: Filter): string => {
  if ('member' in filter) return conditionInWords(vocabulary, filter);
  if ('not' in filter) return `not (${filterInWords(vocabulary, filter.not)})`;
  const [word, parts] = 'and' in filter ? (['and', filter.and] as const) : (['or', filter.or] as const);
  const texts = parts.map((part) => filterInWords(vocabulary, part));
  return texts.length === 1 ? texts[0]! : `(${texts.join(` ${word} `)})`;
};

/** One a condition that all rows fulfil. */
export const filtersInWords = (
  vocabulary: Vocabulary,
  { filters, segments = [] }: SemanticQuery,
): readonly string[] => {
  const parts = filters === undefined ? [] : 'and' in filters ? filters.and : [filters];
  return [
    ...parts.map((part) => filterInWords(vocabulary, part)),
    ...segments.map((name) => labelOf(vocabulary, name)),
  ];
};

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

const spelled = (ms: number | null): string | null =>
  ms === null ? null : ms % 86_400_000 === 0 ? isoDate(ms) : isoTimestamp(ms);

export const timeUnderstood = (
  { weekStart, fiscalYearStart }: Vocabulary,
  { time, timezone }: SemanticQuery,
  clock: { readonly now: number; readonly timezone: string },
): TimeRangeUnderstood | null => {
  if (time === undefined) return null;
  const { dimension = 'metric_time', range, compare = null } = time;
  const calendar = { week_start: weekdays.indexOf(weekStart), fiscal_month: fiscalYearStart };
  const now = instantToLocal(timezone ?? clock.timezone, clock.now);
  const { low, high } =
    range === undefined ? { low: null, high: null } : parseTimeRange(range, { now, calendar }, '/time');
  return {
    dimension,
    words: typeof range === 'string' ? range : null,
    from: spelled(low),
    to: spelled(high),
    compared_with: compare,
  };
};

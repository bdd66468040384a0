/** The conditions of a semantic query, as people say them. */
import { lastPart } from './spell-names.js';
import type { Condition, Filter, MetricCondition, Operator, TimeRangeAsked } from './semantic-query.js';

const operatorWords: Readonly<Record<Operator, string>> = {
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

/** What a list of one is said as. */
const ofOne: Partial<Readonly<Record<Operator, string>>> = { in: 'is', not_in: 'is not' };

const listed = (values: readonly (string | number | boolean)[], word: string): string => {
  const texts = values.map(String);
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} ${word} ${texts.at(-1)}`;
};

type LabelOf = (member: string) => string;

const lastWords: LabelOf = (name) => lastPart(name).replaceAll('_', ' ');

interface Labels {
  readonly of: LabelOf;
  readonly entity: LabelOf;
}

const comparisonInWords = ({ op, values = [] }: Pick<Condition, 'op' | 'values'>): string => {
  const words = (values.length === 1 ? ofOne[op] : undefined) ?? operatorWords[op];
  // The values of `under` are the way down a hierarchy.
  const said = op === 'under' ? values.join(' / ') : listed(values, op === 'between' ? 'and' : 'or');
  return said === '' ? words : `${words} ${said}`;
};

const rangeInWords = (range: TimeRangeAsked): string => {
  if (typeof range === 'string') return range;
  const [from, to] = range;
  if (from === null) return `before ${to}`;
  return to === null ? `from ${from} on` : `from ${from} to before ${to}`;
};

/** What the metric is taken over comes with it: the conditions around it do not count there. */
const perEntityInWords = (condition: MetricCondition, labels: Labels): string => {
  const { metric, per, filters, segments = [], time } = condition;
  const over = [
    ...(filters === undefined ? [] : [filterInWords(filters, labels)]),
    ...segments.map(labels.of),
    time === undefined ? 'of all time' : time === 'query' ? 'in the same time' : rangeInWords(time.range),
  ];
  return `${labels.of(metric)} for each of ${labels.entity(per)} (${over.join(', ')}) ${comparisonInWords(condition)}`;
};

const filterInWords = (filter: Filter, labels: Labels): string => {
  if ('member' in filter) return `${labels.of(filter.member)} ${comparisonInWords(filter)}`.trim();
  if ('metric' in filter) return perEntityInWords(filter, labels);
  if ('not' in filter) return `not (${filterInWords(filter.not, labels)})`;
  const [word, parts] = 'and' in filter ? (['and', filter.and] as const) : (['or', filter.or] as const);
  const texts = parts.map((part) => filterInWords(part, labels));
  return texts.length === 1 ? texts[0]! : `(${texts.join(` ${word} `)})`;
};

/**
 * What all rows fulfil, a text a condition.
 * @param labelOf the name that people have for a member
 * @param entityOf the name that they have for the rows of an entity, or of what a path of joins leads to
 */
export const filtersInWords = (
  filter: Filter | undefined,
  labelOf: LabelOf,
  entityOf: LabelOf = lastWords,
): readonly string[] => {
  if (filter === undefined) return [];
  const labels: Labels = { of: labelOf, entity: entityOf };
  return ('and' in filter ? filter.and : [filter]).map((part) => filterInWords(part, labels));
};

/** A query in one sentence, with the names that people have for things. */
import type { Condition, Filter, SemanticQuery } from 'datamind/contract';
import type { VocabularyIndex } from './vocabulary-index.js';

const lower = (label: string): string =>
  /^\p{Lu}\p{Ll}/u.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;

const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

const words = (name: string): string => name.replaceAll('_', ' ');

/** The label of a dimension, and what it is of where its name walks joins. */
const sayMember = (index: VocabularyIndex, name: string): string => {
  if (name === 'metric_time') return 'time';
  const metric = index.metrics.get(name);
  if (metric !== undefined) return lower(metric.label);
  const own = index.dimensions.get(name);
  const parts = name.split('.');
  const path = parts.slice(0, -1);
  const label = lower(own?.label ?? words(last(name)));
  if (path.length === 0) return label;
  const entity = own === undefined ? undefined : index.entities.get(own.entity);
  if (entity?.display === name) return lower(entity.label);
  return `${label} (${path.map(words).join(' › ')})`;
};

const operators: Readonly<Record<Condition['op'], string>> = {
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
  is_null: 'is missing',
  not_null: 'is there',
  under: 'is under',
};

const sayCondition = (index: VocabularyIndex, { member, op, values = [] }: Condition): string => {
  const name = sayMember(index, member);
  if (op === 'eq' && typeof values[0] === 'boolean') return `${name} is ${values[0] ? 'true' : 'false'}`;
  const said = values.map(String).join(op === 'between' ? ' and ' : ', ');
  return [name, operators[op], said].filter((part) => part !== '').join(' ');
};

const sayFilter = (index: VocabularyIndex, filter: Filter): string => {
  if ('and' in filter) return filter.and.map((part) => sayFilter(index, part)).join(' and ');
  if ('or' in filter) return `(${filter.or.map((part) => sayFilter(index, part)).join(' or ')})`;
  if ('not' in filter) return `not (${sayFilter(index, filter.not)})`;
  return sayCondition(index, filter);
};

const sayRange = (range: NonNullable<NonNullable<SemanticQuery['time']>['range']>): string => {
  if (typeof range === 'string') return /^(\d|FY)/.test(range) ? `in ${range}` : range;
  const [from, to] = range;
  if (from === null) return `before ${to}`;
  return to === null ? `from ${from} on` : `from ${from} to before ${to}`;
};

export const describeQuery = (index: VocabularyIndex, query: SemanticQuery): string => {
  const dimensions = (query.dimensions ?? []).map((one) => {
    if (typeof one === 'string') return sayMember(index, one);
    const grain = one.grain === undefined ? '' : words(one.grain);
    return one.name === 'metric_time' ? grain : `${grain} of ${sayMember(index, one.name)}`.replace(/^ of /, '');
  });
  const metrics = (query.metrics ?? []).map((name) => sayMember(index, name));
  const parts = [metrics.length === 0 ? `list of ${dimensions.join(', ')}` : metrics.join(', ')];
  if (metrics.length > 0 && dimensions.length > 0) parts[0] += ` by ${dimensions.join(' and ')}`;
  if (query.filters !== undefined) parts.push(`where ${sayFilter(index, query.filters)}`);
  for (const segment of query.segments ?? []) parts.push(`only ${words(last(segment))}`);
  const { range, dimension, compare } = query.time ?? {};
  if (range !== undefined)
    parts.push(dimension === undefined ? sayRange(range) : `${sayMember(index, dimension)} ${sayRange(range)}`);
  if (compare !== undefined) parts.push(`compared with ${/ago$/.test(compare) ? '' : 'the '}${compare}`);
  const [order] = query.order ?? [];
  if (order !== undefined)
    parts.push(`${order.desc === true ? 'highest' : 'lowest'} ${sayMember(index, order.by)} first`);
  if (query.limit !== undefined) parts.push(query.limit === 1 ? 'the first one' : `the first ${query.limit}`);
  if (query.totals === true) parts.push('with the total');
  const text = parts.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** A query in one sentence, with the names that people have for things. */
import { filtersInWords, lastPart, type SemanticQuery, withinSentence } from 'datamind/contract';
import type { VocabularyIndex } from './vocabulary-index.js';

const words = (name: string): string => name.replaceAll('_', ' ');

/** The label of a dimension, and what it is of where its name walks joins. */
const sayMember = (index: VocabularyIndex, name: string): string => {
  if (name === 'metric_time') return 'time';
  const metric = index.metrics.get(name);
  if (metric !== undefined) return withinSentence(metric.label);
  const own = index.dimensions.get(name);
  const parts = name.split('.');
  const path = parts.slice(0, -1);
  const label = withinSentence(own?.label ?? words(lastPart(name)));
  if (path.length === 0) return label;
  const entity = own === undefined ? undefined : index.entities.get(own.entity);
  if (entity?.display === name) return withinSentence(entity.label);
  return `${label} (${path.map(words).join(' › ')})`;
};

const sayRange = (range: NonNullable<NonNullable<SemanticQuery['time']>['range']>): string => {
  if (typeof range === 'string') return /^(\d|FY)/.test(range) ? `in ${range}` : range;
  const [from, to] = range;
  if (from === null) return `before ${to}`;
  return to === null ? `from ${from} on` : `from ${from} to before ${to}`;
};

/** A column of the query's dimensions: its period, or the dimension. */
const sayColumn = (index: VocabularyIndex, { dimensions = [] }: SemanticQuery, column: string): string => {
  for (const one of dimensions) {
    if (typeof one === 'string' || one.grain === undefined) continue;
    if (column === one.name || column === `${one.name}__${one.grain}`) return words(one.grain);
  }
  return sayMember(index, column);
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
  const entityOf = (name: string): string =>
    withinSentence(index.entities.get(lastPart(name))?.label ?? words(lastPart(name)));
  const conditions = filtersInWords(query.filters, (name) => sayMember(index, name), entityOf);
  if (conditions.length > 0) parts.push(`where ${conditions.join(' and ')}`);
  for (const segment of query.segments ?? []) parts.push(`only ${words(lastPart(segment))}`);
  const { range, dimension, compare } = query.time ?? {};
  if (range !== undefined)
    parts.push(dimension === undefined ? sayRange(range) : `${sayMember(index, dimension)} ${sayRange(range)}`);
  if (compare !== undefined) parts.push(`compared with ${/ago$/.test(compare) ? '' : 'the '}${compare}`);
  const each = query.limit_per?.dimensions ?? [];
  const order = query.order?.find(({ by }) => !each.includes(by));
  if (order !== undefined)
    parts.push(`${order.desc === true ? 'highest' : 'lowest'} ${sayMember(index, order.by)} first`);
  if (query.limit !== undefined) parts.push(query.limit === 1 ? 'the first one' : `the first ${query.limit}`);
  const columns = (names: readonly string[]): string =>
    names.map((name) => sayColumn(index, query, name)).join(' and ');
  if (query.limit_per !== undefined) {
    const { dimensions: groups, limit } = query.limit_per;
    parts.push(`${limit === 1 ? 'the first one' : `the first ${limit}`} of each ${columns(groups)}`);
  }
  for (const { metric, within = [] } of query.shares ?? []) {
    const whole = within.length === 0 ? 'the total' : `the total within each ${columns(within)}`;
    parts.push(`with the share of ${sayMember(index, metric)} in ${whole}`);
  }
  if (query.totals === true) parts.push('with the total');
  const text = parts.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Dimension, Model } from '../../semantic/model/model.js';
import type { Condition, Filter, Operator, SemanticQuery } from '../../core/query/semantic-query.js';

export interface QueryFlags {
  readonly metrics?: string;
  readonly by?: string;
  readonly where?: readonly string[];
  readonly range?: string;
  readonly time?: string;
  readonly compare?: string;
  readonly segment?: string;
  readonly order?: string;
  readonly limit?: string;
  readonly offset?: string;
  readonly limitPer?: string;
  readonly share?: string;
  readonly timezone?: string;
  readonly fill?: boolean;
  readonly totals?: boolean;
  readonly beside?: string;
}

const wrong = (message: string): DataMindError => new DataMindError('QUERY_INVALID', message);

/** Cuts at commas that are not inside quotes. */
const list = (text: string): readonly string[] =>
  (text.match(/(?:'[^']*'|"[^"]*"|[^,])+/g) ?? []).map((part) => part.trim()).filter((part) => part !== '');

const whole = (flag: string, text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw wrong(`--${flag} takes a whole number, not "${text}".`);
};

const dimensionOf = (text: string): { readonly name: string; readonly grain: string } | string => {
  const [name = '', grain, ...rest] = text.split(':');
  if (name === '' || rest.length > 0) throw wrong(`--by takes names and name:grain, not "${text}".`);
  return grain === undefined ? name : { name, grain };
};

/** `month:3`, or `country+month:3`. */
const limitPerOf = (text: string): NonNullable<SemanticQuery['limit_per']> => {
  const at = text.lastIndexOf(':');
  if (at < 1) throw wrong(`--limit-per takes a dimension and a number (department:3), not "${text}".`);
  return { dimensions: groupsOf(text.slice(0, at)), limit: whole('limit-per', text.slice(at + 1)) };
};

/** `revenue`, or `revenue:month`. */
const shareOf = (text: string): NonNullable<SemanticQuery['shares']>[number] => {
  const [metric = '', within, ...rest] = text.split(':');
  if (metric === '' || within === '' || rest.length > 0) {
    throw wrong(`--share takes metrics and metric:dimension, not "${text}".`);
  }
  return within === undefined ? { metric } : { metric, within: groupsOf(within) };
};

const groupsOf = (text: string): readonly string[] => text.split('+').map((name) => name.trim());

const symbols: Readonly<Record<string, readonly [one: Operator, many: Operator | null]>> = {
  '=': ['eq', 'in'],
  '==': ['eq', 'in'],
  '!=': ['ne', 'not_in'],
  '<>': ['ne', 'not_in'],
  '>': ['gt', null],
  '>=': ['gte', null],
  '<': ['lt', null],
  '<=': ['lte', null],
  '~': ['contains', null],
};

const words: readonly Operator[] = [
  'eq',
  'ne',
  'in',
  'not_in',
  'gt',
  'gte',
  'lt',
  'lte',
  'between',
  'like',
  'not_like',
  'contains',
  'starts_with',
  'ends_with',
  'is_null',
  'not_null',
  'under',
];

/** What dimensions of that name hold, whatever entity they are of; a metric holds numbers. */
const typesOf = (model: Model, member: string): ReadonlySet<Dimension['type']> => {
  const last = member.split('.').at(-1)!;
  const found = Object.values(model.entities).flatMap(({ dimensions }) => dimensions[last]?.type ?? []);
  return new Set<Dimension['type']>(found.length > 0 ? found : ['number']);
};

/** A value as the member's type wants it: on the command line everything is text. */
const asValue = (text: string, types: ReadonlySet<Dimension['type']>): string | number | boolean => {
  const quoted = /^'(.*)'$|^"(.*)"$/s.exec(text);
  if (quoted) return quoted[1] ?? quoted[2] ?? '';
  if (types.has('string') || types.has('time')) return text;
  if (types.has('boolean') && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (types.has('number') && /^-?\d+(\.\d+)?$/.test(text) && String(Number(text)) === text) return Number(text);
  return text;
};

const conditionOf = (text: string, model: Model): Condition => {
  const member = /^\s*([\w.]+)\s*/.exec(text);
  const rest = member === null ? '' : text.slice(member[0].length);
  const symbol = /^(==|=|!=|<>|>=|<=|>|<|~)\s*(.*)$/s.exec(rest);
  const word = /^(\w+)\s*(.*)$/s.exec(rest);
  if (member === null || (symbol === null && !words.includes(word?.[1] as Operator))) {
    throw wrong(
      `--where does not understand "${text}"; write status=paid, amount>=10, country in DE,FR, name ~ tent or shipped_at is_null.`,
    );
  }
  const name = member[1]!;
  const types = typesOf(model, name);
  const values = list((symbol ?? word)![2]!).map((value) => asValue(value, types));
  if (symbol === null) {
    const op = word![1] as Operator;
    return op === 'is_null' || op === 'not_null' ? { member: name, op } : { member: name, op, values };
  }
  const [one, many] = symbols[symbol[1]!]!;
  if (values.length === 0) throw wrong(`--where "${text}" has no value; quote an empty one: ''.`);
  if (values.length > 1 && many === null) throw wrong(`--where "${text}" takes one value.`);
  return { member: name, op: values.length === 1 ? one : many!, values };
};

const rangeOf = (text: string): string | readonly [string | null, string | null] => {
  const pair = /^(\S*)\s*\.\.\s*(\S*)$/.exec(text);
  return pair === null ? text : [pair[1] || null, pair[2] || null];
};

const filterOf = (conditions: readonly string[], model: Model): Filter => {
  const all = conditions.map((text) => conditionOf(text, model));
  return all.length === 1 ? all[0]! : { and: all };
};

/** The flags as a semantic query. @throws DataMindError `QUERY_INVALID` */
export const queryFromFlags = (flags: QueryFlags, model: Model): SemanticQuery => {
  const { metrics, by, where, range, time, compare, segment, order, limit, offset, timezone, fill, totals } = flags;
  const { beside, limitPer, share } = flags;
  const hasTime = range !== undefined || time !== undefined || compare !== undefined;
  return {
    ...(metrics !== undefined && { metrics: list(metrics) }),
    ...(by !== undefined && { dimensions: list(by).map(dimensionOf) as NonNullable<SemanticQuery['dimensions']> }),
    ...(where !== undefined && { filters: filterOf(where, model) }),
    ...(hasTime && {
      time: {
        ...(time !== undefined && { dimension: time }),
        ...(range !== undefined && { range: rangeOf(range) }),
        ...(compare !== undefined && { compare }),
      },
    }),
    ...(segment !== undefined && { segments: list(segment) }),
    ...(order !== undefined && {
      order: list(order).map((name) => (name.startsWith('-') ? { by: name.slice(1), desc: true } : { by: name })),
    }),
    ...(limit !== undefined && { limit: whole('limit', limit) }),
    ...(offset !== undefined && { offset: whole('offset', offset) }),
    ...(limitPer !== undefined && { limit_per: limitPerOf(limitPer) }),
    ...(share !== undefined && { shares: list(share).map(shareOf) }),
    ...(timezone !== undefined && { timezone }),
    ...(fill === true && { fill: true }),
    ...(totals === true && { totals: true }),
    ...(beside !== undefined && { beside: beside as 'everyone' }),
  };
};

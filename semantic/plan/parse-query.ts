import { type CompiledSchema, compileSchema } from '../../core/config/compile-schema.js';
import { describeSchemaErrors } from '../../core/config/describe-schema-error.js';
import { valueAt } from '../../core/config/json-pointer.js';
import { asSentence } from '../../core/errors/as-sentence.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { bundleSchema } from '../load/bundle-schema.js';
import type { Grain } from '../../core/query/semantic-query.js';
import type { Condition, Filter, MetricCondition, Operator, SemanticQuery } from '../../core/query/semantic-query.js';
import { groupProblems, placesOf, shareProblems } from './share-problems.js';
import { isTimeZone } from './zone.js';

export interface AskedDimension {
  readonly name: string;
  readonly grain: Grain | null;
  /** The result column. */
  readonly column: string;
  readonly at: string;
  /** A column of an entity's key, which no query can name: what a condition per entity groups by. */
  readonly key?: { readonly entity: string; readonly column: string };
}

/** What part of a total each row is. */
export interface ParsedShare {
  readonly metric: string;
  /** Which of the query's dimensions the total is taken within. */
  readonly within: readonly number[];
  readonly at: string;
}

/** The first rows of each group. */
export interface AskedLimitPer {
  /** Which of the query's dimensions make a group. */
  readonly dimensions: readonly number[];
  readonly limit: number;
}

/** A query whose shape is right; names are not looked up yet. */
export interface ParsedQuery {
  readonly metrics: readonly string[];
  readonly dimensions: readonly AskedDimension[];
  readonly filters: Filter | null;
  readonly time: NonNullable<SemanticQuery['time']>;
  readonly segments: readonly string[];
  readonly order: readonly { readonly by: string; readonly desc: boolean }[];
  readonly limit: number | null;
  readonly offset: number;
  readonly limitPer: AskedLimitPer | null;
  readonly shares: readonly ParsedShare[];
  readonly timezone: string | null;
  readonly fill: boolean;
  readonly totals: boolean;
}

/** How many values each operator takes: at least, at most. */
const valueCounts: Readonly<Record<Operator, readonly [number, number]>> = {
  eq: [1, 1],
  ne: [1, 1],
  in: [1, 10_000],
  not_in: [1, 10_000],
  gt: [1, 1],
  gte: [1, 1],
  lt: [1, 1],
  lte: [1, 1],
  between: [1, 2],
  like: [1, 1],
  not_like: [1, 1],
  contains: [1, 1],
  starts_with: [1, 1],
  ends_with: [1, 1],
  is_null: [0, 0],
  not_null: [0, 0],
  under: [1, 10_000],
};

const maxDepth = 20;
const maxConditions = 500;
const maxPerEntity = 20;
const maxProblems = 50;

export interface Problem {
  readonly at: string;
  readonly message: string;
}

let shape: CompiledSchema | undefined;

/** What is wrong by `semantic/schema/semantic-query.json`, which editors and the API go by too. */
const shapeProblems = (query: unknown): readonly Problem[] => {
  shape ??= compileSchema(bundleSchema('semantic-query') as Readonly<Record<string, unknown>>);
  const { errors } = shape(query);
  if (errors.length === 0) return [];
  return describeSchemaErrors(errors).map(({ at, message }) =>
    /\/values\/\d+$/.test(at) && valueAt(query, at) === null
      ? { at, message: 'must not be null; use the operators "is_null" and "not_null"' }
      : { at, message },
  );
};

/** What a schema cannot say of conditions: how deep, how many, and which operator takes how many values. */
const filterProblems = (filters: Filter, hasRange: boolean): readonly Problem[] => {
  const problems: Problem[] = [];
  let conditions = 0;
  let perEntity = 0;
  const visit = (filter: Filter, at: string, depth: number): void => {
    if (depth > maxDepth) problems.push({ at, message: `is nested more than ${maxDepth} levels deep` });
    else if ('member' in filter || 'metric' in filter) {
      conditions += 1;
      problems.push(...valueProblems(filter, `${at}/values`));
      if (!('metric' in filter)) return;
      perEntity += 1;
      if (filter.time === 'query' && !hasRange) {
        problems.push({ at: `${at}/time`, message: 'is that of the query, which has no range' });
      }
      if (filter.filters !== undefined) visit(filter.filters, `${at}/filters`, depth + 1);
    } else if ('op' in filter || 'values' in filter) {
      problems.push({ at, message: 'has an operator or values, but neither "member" nor "metric"' });
    } else if ('and' in filter) visitAll(filter.and, `${at}/and`, depth + 1);
    else if ('or' in filter) visitAll(filter.or, `${at}/or`, depth + 1);
    else visit(filter.not, `${at}/not`, depth + 1);
  };
  const visitAll = (parts: readonly Filter[], at: string, depth: number): void => {
    for (const [index, part] of parts.entries()) visit(part, `${at}/${index}`, depth);
  };
  visit(filters, '/filters', 0);
  if (conditions > maxConditions) {
    problems.push({ at: '/filters', message: `must not have more than ${maxConditions} conditions` });
  }
  if (perEntity > maxPerEntity) {
    problems.push({
      at: '/filters',
      message: `must not have more than ${maxPerEntity} conditions on metrics per entity`,
    });
  }
  return problems;
};

const valueProblems = ({ op, values = [] }: Condition | MetricCondition, at: string): readonly Problem[] => {
  const [least, most] = valueCounts[op];
  if (values.length < least || values.length > most) {
    const range = most === 0 ? 'no values' : least === most ? `${least} value` : `${least} to ${most} values`;
    return [{ at, message: `must hold ${range} for "${op}"` }];
  }
  return values.flatMap((value, index) =>
    typeof value === 'string' && value.includes('\0')
      ? [{ at: `${at}/${index}`, message: 'must not hold the character U+0000' }]
      : [],
  );
};

const readDimensions = (asked: NonNullable<SemanticQuery['dimensions']>): readonly AskedDimension[] => {
  const plain = asked.map((one, index) => ({
    name: typeof one === 'string' ? one : one.name,
    grain: typeof one === 'string' ? null : (one.grain ?? null),
    at: `/dimensions/${index}`,
  }));
  return plain.map((one) => {
    const hasTwin = plain.filter(({ name }) => name === one.name).length > 1;
    return { ...one, column: hasTwin && one.grain !== null ? `${one.name}__${one.grain}` : one.name };
  });
};

const namingProblems = (metrics: readonly string[], dimensions: readonly AskedDimension[]): readonly Problem[] => {
  const problems: Problem[] = [];
  const say = (at: string, message: string): number => problems.push({ at, message });
  dimensions.forEach(({ name, grain, at }, index) => {
    const first = dimensions.findIndex((other) => other.name === name && other.grain === grain);
    if (first !== index) say(at, `asks for "${name}" twice`);
  });
  metrics.forEach((metric, index) => {
    if (metrics.indexOf(metric) !== index) say(`/metrics/${index}`, `asks for "${metric}" twice`);
    if (dimensions.some(({ column }) => column === metric)) {
      say(`/metrics/${index}`, 'has the same name as a dimension of the query; write it with its entity');
    }
  });
  if (metrics.length === 0 && dimensions.length === 0) {
    say('', 'must ask for at least one of "metrics" and "dimensions"');
  }
  return problems;
};

/**
 * Checks the shape of a query and makes it explicit.
 * @throws DataMindError `QUERY_INVALID` with every problem and its place
 */
export const parseQuery = (query: unknown): ParsedQuery => {
  const misshapen = shapeProblems(query);
  if (misshapen.length > 0) throw refused(misshapen);
  const { metrics = [], dimensions: asked = [], filters = null, timezone = null, ...rest } = query as SemanticQuery;
  const dimensions = readDimensions(asked);
  const { limit_per: limitPer = null, shares = [] } = rest;
  const problems = [
    ...namingProblems(metrics, dimensions),
    ...shareProblems(shares, metrics, dimensions),
    ...(limitPer === null ? [] : groupProblems(limitPer.dimensions, dimensions, '/limit_per/dimensions')),
    ...(filters === null ? [] : filterProblems(filters, rest.time?.range !== undefined)),
    ...(timezone === null || isTimeZone(timezone)
      ? []
      : [{ at: '/timezone', message: 'is not a time zone; write one such as "Europe/Berlin" or "UTC"' }]),
    // Only where policies are in force is it known whose rows are whose; `semantic/policy` takes it out of the query.
    ...(rest.beside === undefined ? [] : [{ at: '/beside', message: 'is answered for a subject under policies only' }]),
  ];
  if (problems.length > 0) throw refused(problems);
  const { time = {}, segments = [], order = [], limit = null, offset = 0, fill = false, totals = false } = rest;
  return {
    metrics,
    dimensions,
    filters,
    time,
    segments,
    order: order.map(({ by, desc = false }) => ({ by, desc })),
    limit,
    offset,
    limitPer:
      limitPer === null ? null : { limit: limitPer.limit, dimensions: placesOf(limitPer.dimensions, dimensions) },
    shares: shares.map(({ metric, within = [] }, index) => ({
      ...{ metric, within: placesOf(within, dimensions), at: `/shares/${index}` },
    })),
    timezone,
    fill,
    totals,
  };
};

const refused = (problems: readonly Problem[]): DataMindError => {
  const { at, message } = problems[0]!;
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  return new DataMindError('QUERY_INVALID', asSentence(`The query${at === '' ? '' : ` at ${at}`} ${message}${more}`), {
    at,
    errors: problems.slice(0, maxProblems).map((problem) => ({ ...problem })),
  });
};

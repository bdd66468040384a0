/** A language model's answer → what it says, or what is wrong with it. Nothing of it is believed before it was read here. */
import type { QueryProblem } from '../../core/plugin/llm.js';
import { grains } from '../../core/query/semantic-query.js';
import type {
  Condition,
  Filter,
  Grain,
  MetricCondition,
  Operator,
  SemanticQuery,
} from '../../core/query/semantic-query.js';
import { type AnswerNames, kinds, operators } from './answer-schema.js';

export type ReadAnswer =
  | { readonly kind: 'query'; readonly query: SemanticQuery; readonly reading: string; readonly confidence: number }
  | { readonly kind: 'sql'; readonly sql: string; readonly reading: string; readonly confidence: number }
  | {
      readonly kind: 'clarify';
      readonly message: string;
      readonly choices: readonly { readonly label: string; readonly query: SemanticQuery }[];
    }
  | { readonly kind: 'outside' | 'unsafe'; readonly missing: readonly string[] };

class Wrong extends Error {}
const wrong = (message: string): never => {
  throw new Wrong(message);
};

type Fields = Readonly<Record<string, unknown>>;

const longestText = 2_000;
const mostItems = 100;

const object = (value: unknown, at: string): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : wrong(`${at} must be an object`);
const list = (value: unknown, at: string): readonly unknown[] => {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) return wrong(`${at} must be a list`);
  return value.length > mostItems ? wrong(`${at} has more than ${mostItems} items`) : value;
};
const text = (value: unknown, at: string, longest = longestText): string =>
  typeof value === 'string' && value.length <= longest ? value : wrong(`${at} must be a text`);
const textOrNull = (value: unknown, at: string): string | null =>
  value === null || value === undefined || value === '' ? null : text(value, at);
const flag = (value: unknown): boolean => value === true;

const oneOf = (value: unknown, known: readonly string[], at: string): string => {
  const found = text(value, at, 400);
  return known.includes(found)
    ? found
    : wrong(`${at} must be one of the names that were given, not ${JSON.stringify(found)}`);
};

/** Paths that name more joins than were listed are the planner's to judge, as long as they begin and end with what was. */
const member = (value: unknown, known: readonly string[], at: string): string => {
  const found = text(value, at, 400);
  if (known.includes(found)) return found;
  const last = found.slice(found.lastIndexOf('.') + 1);
  return known.some((name) => name.endsWith(`.${last}`)) ? found : oneOf(value, known, at);
};

const condition = (value: unknown, names: AnswerNames, at: string): Condition => {
  const fields = object(value, at);
  const members = [...names.dimensions, ...names.metrics, ...names.hierarchies];
  const values = list(fields.values, `${at}/values`).map((one) =>
    typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean'
      ? one
      : wrong(`${at}/values must hold texts, numbers or booleans`),
  );
  const op = oneOf(fields.op, operators, `${at}/op`) as Operator;
  return {
    member: member(fields.member, members, `${at}/member`),
    op,
    ...(values.length > 0 && { values }),
  };
};

const filter = (value: unknown, names: AnswerNames, at: string): Filter => {
  const fields = object(value, at);
  const any = list(fields.any, `${at}/any`).map((one, index) => condition(one, names, `${at}/any/${index}`));
  if (any.length === 0) return wrong(`${at}/any is empty`);
  const inner: Filter = any.length === 1 ? any[0]! : { or: any };
  return flag(fields.not) ? { not: inner } : inner;
};

/** `range`: `query` for the time of the query, words for one of its own, nothing for all the time. */
const perEntity = (value: unknown, names: AnswerNames, at: string): MetricCondition => {
  const fields = object(value, at);
  const { op, values } = condition({ ...fields, member: fields.metric }, names, at);
  const inner = list(fields.filters, `${at}/filters`).map((one, index) =>
    condition(one, names, `${at}/filters/${index}`),
  );
  const range = textOrNull(fields.range, `${at}/range`);
  return {
    metric: oneOf(fields.metric, names.metrics, `${at}/metric`),
    per: oneOf(fields.per, names.entities, `${at}/per`),
    op,
    ...(values !== undefined && { values }),
    ...(inner.length > 0 && { filters: inner.length === 1 ? inner[0]! : { and: inner } }),
    ...(range !== null && { time: range === 'query' ? range : { range } }),
  };
};

const time = (value: unknown, names: AnswerNames, at: string): SemanticQuery['time'] => {
  if (value === null || value === undefined) return undefined;
  const fields = object(value, at);
  const [range, from, to] = ['range', 'from', 'to'].map((name) => textOrNull(fields[name], `${at}/${name}`));
  const dimension = textOrNull(fields.dimension, `${at}/dimension`);
  const compare = textOrNull(fields.compare, `${at}/compare`);
  const as = textOrNull(fields.compare_as, `${at}/compare_as`);
  const span = range ?? (from || to ? ([from ?? null, to ?? null] as const) : null);
  if (span === null && compare === null) return undefined;
  return {
    ...(dimension !== null && { dimension: member(dimension, names.dimensions, `${at}/dimension`) }),
    ...(span !== null && { range: span }),
    ...(compare !== null && { compare }),
    ...(compare !== null &&
      as !== null && { compare_as: oneOf(as, ['previous', 'change', 'percent'], `${at}/compare_as`) as 'previous' }),
  };
};

const count = (value: unknown, at: string): number | null => {
  if (value === null || value === undefined) return null;
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
  return wrong(`${at} must be a whole number`);
};

/** The planner knows which columns the query has. */
const columns = (value: unknown, at: string): readonly string[] =>
  list(value, at).map((one, index) => text(one, `${at}/${index}`, 400));

const limitPer = (value: unknown, at: string): NonNullable<SemanticQuery['limit_per']> | null => {
  if (value === null || value === undefined) return null;
  const fields = object(value, at);
  const limit = count(fields.limit, `${at}/limit`) ?? wrong(`${at}/limit is missing`);
  return { dimensions: columns(fields.dimensions, `${at}/dimensions`), limit };
};

const query = (value: unknown, names: AnswerNames, at: string): SemanticQuery => {
  const fields = object(value, at);
  const metrics = list(fields.metrics, `${at}/metrics`).map((one, index) =>
    oneOf(one, names.metrics, `${at}/metrics/${index}`),
  );
  const dimensions = list(fields.dimensions, `${at}/dimensions`).map((one, index) => {
    const place = `${at}/dimensions/${index}`;
    const given = object(one, place);
    const name = member(given.name, names.dimensions, `${place}/name`);
    const grain = textOrNull(given.grain, `${place}/grain`);
    return grain === null ? name : { name, grain: oneOf(grain, grains, `${place}/grain`) as Grain };
  });
  const filters: Filter[] = list(fields.filters, `${at}/filters`).map((one, index) =>
    filter(one, names, `${at}/filters/${index}`),
  );
  filters.push(
    ...list(fields.per_entity, `${at}/per_entity`).map((one, index) =>
      perEntity(one, names, `${at}/per_entity/${index}`),
    ),
  );
  const order = list(fields.order, `${at}/order`).map((one, index) => {
    const given = object(one, `${at}/order/${index}`);
    return { by: text(given.by, `${at}/order/${index}/by`, 400), desc: flag(given.desc) };
  });
  const segments = list(fields.segments, `${at}/segments`).map((one, index) =>
    oneOf(one, names.segments, `${at}/segments/${index}`),
  );
  const span = time(fields.time, names, `${at}/time`);
  const limit = count(fields.limit, `${at}/limit`);
  const per = limitPer(fields.limit_per, `${at}/limit_per`);
  const shares = list(fields.shares, `${at}/shares`).map((one, index) => {
    const place = `${at}/shares/${index}`;
    const given = object(one, place);
    const within = columns(given.within, `${place}/within`);
    return {
      metric: oneOf(given.metric, names.metrics, `${place}/metric`),
      ...(within.length > 0 && { within }),
    };
  });
  if (metrics.length + dimensions.length === 0) wrong(`${at} asks for nothing`);
  return {
    ...(metrics.length > 0 && { metrics }),
    ...(dimensions.length > 0 && { dimensions }),
    ...(filters.length > 0 && { filters: filters.length === 1 ? filters[0]! : { and: filters } }),
    ...(span !== undefined && { time: span }),
    ...(segments.length > 0 && { segments }),
    ...(order.length > 0 && { order }),
    ...(limit !== null && { limit }),
    ...(per !== null && { limit_per: per }),
    ...(shares.length > 0 && { shares }),
    ...(flag(fields.totals) && { totals: true }),
    ...(flag(fields.fill) && { fill: true }),
  };
};

/** What a model says of itself is worth something, and never certainty. */
const mostConfidence = 0.9;
const confidenceOf = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) ? Math.min(mostConfidence, Math.max(0, value)) : 0.5;

const read = (value: unknown, names: AnswerNames): ReadAnswer => {
  const fields = object(value, 'the answer');
  const kind = oneOf(fields.kind, kinds, '/kind') as (typeof kinds)[number];
  const reading = typeof fields.reading === 'string' ? fields.reading.slice(0, longestText) : '';
  const confidence = confidenceOf(fields.confidence);
  switch (kind) {
    case 'query':
      return { kind, query: query(fields.query, names, '/query'), reading, confidence };
    case 'sql':
      if (!names.sql) return wrong('/kind cannot be "sql" here');
      return { kind, sql: text(fields.sql, '/sql', 20_000), reading, confidence };
    case 'clarify': {
      const choices = list(fields.choices, '/choices').map((one, at) => {
        const given = object(one, `/choices/${at}`);
        return {
          label: text(given.label, `/choices/${at}/label`, 300),
          query: query(given.query, names, `/choices/${at}/query`),
        };
      });
      if (choices.length === 0) return wrong('/choices is empty: give what may be meant');
      return { kind, message: textOrNull(fields.message, '/message') ?? 'What do you mean?', choices };
    }
    default:
      return { kind, missing: list(fields.missing, '/missing').map((one, at) => text(one, `/missing/${at}`, 200)) };
  }
};

export const readAnswer = (
  value: unknown,
  names: AnswerNames,
): { readonly answer: ReadAnswer } | { readonly problems: readonly QueryProblem[] } => {
  try {
    return { answer: read(value, names) };
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return { problems: [{ code: 'QUERY_INVALID', message: `${error.message}.` }] };
  }
};

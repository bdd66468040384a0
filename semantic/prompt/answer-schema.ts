/** What a language model is to answer with: names only that are in its prompt, no schema that refers to itself. */
import { grains } from '../../core/query/semantic-query.js';

/** Names that an answer may use. */
export interface AnswerNames {
  readonly entities: readonly string[];
  readonly metrics: readonly string[];
  readonly dimensions: readonly string[];
  readonly segments: readonly string[];
  readonly hierarchies: readonly string[];
  /** Whether SQL may be answered with. */
  readonly sql: boolean;
}

export const operators = [
  ...['eq', 'ne', 'in', 'not_in', 'gt', 'gte', 'lt', 'lte', 'between', 'like', 'not_like'],
  ...['contains', 'starts_with', 'ends_with', 'is_null', 'not_null', 'under'],
] as const;
export const kinds = ['query', 'sql', 'clarify', 'outside', 'unsafe'] as const;

type Schema = Readonly<Record<string, unknown>>;

/** Closed, and everything in it required: what is not there is null. */
const closed = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
});
const listOf = (items: Schema): Schema => ({ type: 'array', items });
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
const text: Schema = { type: 'string' };
const oneOf = (names: readonly string[]): Schema => (names.length === 0 ? text : { type: 'string', enum: names });

const conditionSchema = (members: readonly string[]): Schema =>
  closed({
    member: oneOf(members),
    op: { type: 'string', enum: operators },
    values: listOf({ anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] }),
  });

const querySchema = ({ entities, metrics, dimensions, segments, hierarchies }: AnswerNames): Schema =>
  closed({
    metrics: listOf(oneOf(metrics)),
    dimensions: listOf(closed({ name: oneOf(dimensions), grain: orNull({ type: 'string', enum: grains }) })),
    filters: listOf(
      closed({
        any: listOf(conditionSchema([...new Set([...dimensions, ...metrics, ...hierarchies])])),
        not: { type: 'boolean' },
      }),
    ),
    per_entity: listOf(
      closed({
        metric: oneOf(metrics),
        per: oneOf(entities),
        op: { type: 'string', enum: operators },
        values: listOf({ type: 'number' }),
        filters: listOf(conditionSchema([...new Set([...dimensions, ...hierarchies])])),
        range: orNull(text),
      }),
    ),
    time: orNull(
      closed({
        dimension: orNull(oneOf(dimensions)),
        range: orNull(text),
        from: orNull(text),
        to: orNull(text),
        compare: orNull(text),
        compare_as: orNull({ type: 'string', enum: ['previous', 'change', 'percent'] }),
      }),
    ),
    segments: listOf(oneOf(segments)),
    order: listOf(closed({ by: text, desc: { type: 'boolean' } })),
    limit: orNull({ type: 'integer' }),
    limit_per: orNull(closed({ dimensions: listOf(text), limit: { type: 'integer' } })),
    shares: listOf(closed({ metric: oneOf(metrics), within: listOf(text) })),
    totals: { type: 'boolean' },
    fill: { type: 'boolean' },
  });

export const answerSchema = (names: AnswerNames): Schema => ({
  ...closed({
    kind: { type: 'string', enum: names.sql ? kinds : kinds.filter((kind) => kind !== 'sql') },
    reading: text,
    confidence: { type: 'number' },
    query: orNull({ $ref: '#/$defs/query' }),
    sql: orNull(text),
    choices: listOf(closed({ label: text, query: { $ref: '#/$defs/query' } })),
    message: orNull(text),
    missing: listOf(text),
  }),
  $defs: { query: querySchema(names) },
});

/**
 * What the planner assembles and the printer writes: one query as a tree of plain data. Every table it reads is a
 * {@link TableSource} or {@link QuerySource}, so that a permitted relation can take the place of each. Values of a request
 * are {@link ParameterNode}s; nothing else in a tree comes from a request.
 */
import type { DialectName, Parameter } from '../plugin/contract.js';
import type { Grain } from '../query/semantic-query.js';
import type { Expr } from './expression.js';

export interface Statement {
  readonly dialect: DialectName;
  readonly query: Query;
}

export interface Query {
  /** Common table expressions, each seen by those after it. */
  readonly with: readonly CommonTable[];
  readonly body: QueryBody;
}

export type QueryBody = Select | UnionAll | Periods;

export interface CommonTable {
  readonly name: string;
  readonly recursive: boolean;
  readonly body: QueryBody;
}

export interface UnionAll {
  readonly kind: 'union';
  /** `true` removes duplicates: the recursive step of {@link CommonTable} needs it to end on a cycle. */
  readonly distinct: boolean;
  readonly parts: readonly (Select | Periods)[];
}

export interface Select {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly columns: readonly { readonly as: string; readonly value: Sql }[];
  readonly from: Source;
  readonly joins: readonly SourceJoin[];
  /** All must hold. */
  readonly where: readonly Sql[];
  /** How many of the first columns the rows are grouped by; `null` for no grouping at all. */
  readonly group: number | null;
  readonly having: readonly Sql[];
  readonly order: readonly OrderItem[];
  readonly limit: number | null;
  readonly offset: number;
  /** The dialect's words at its end that keep an engine from evaluating what stands outside of it on rows that it leaves out. */
  readonly barrier?: string;
}

export interface OrderItem {
  /** Index into the columns, from 0. Nulls come last either way. */
  readonly column: number;
  readonly desc: boolean;
  /** The value is never null, so that no dialect needs to be told where nulls go. */
  readonly notNull: boolean;
}

export interface SourceJoin {
  readonly kind: 'left' | 'inner' | 'cross';
  readonly source: Source;
  readonly on: readonly Sql[];
}

export type Source = TableSource | QuerySource | DerivedSource | NamedSource;

/** A base table of an entity, fully qualified. */
export interface TableSource {
  readonly kind: 'table';
  readonly entity: string;
  readonly catalog: string | null;
  readonly schema: string | null;
  readonly table: string;
  readonly alias: string;
  /** PostgreSQL: without the tables that inherit from it. */
  readonly only?: boolean;
}

/** An entity that is a query its author wrote for this dialect. */
export interface QuerySource {
  readonly kind: 'query';
  readonly entity: string;
  readonly text: string;
  readonly alias: string;
}

export interface DerivedSource {
  readonly kind: 'derived';
  readonly query: QueryBody;
  readonly alias: string;
}

/** A common table expression by its name. */
export interface NamedSource {
  readonly kind: 'named';
  readonly name: string;
  readonly alias: string;
}

/** Rows with one column `period_start`: the starts of the periods from `first` to `last`, both included. */
export interface Periods {
  readonly kind: 'periods';
  readonly first: Sql;
  readonly last: Sql;
  /** Where the two are read from; `null` when they need no table. */
  readonly from: NamedSource | null;
  /** How many there are; `null` when only the database knows. */
  readonly count: number | null;
  readonly step: Step;
  readonly type: 'date' | 'timestamp';
}

/** A length on the calendar, in its smallest whole unit. */
export interface Step {
  readonly count: number;
  readonly unit: 'month' | 'day' | 'minute';
}

/** `week_start`: days after Monday. `fiscal_month`: 1–12. */
export interface Calendar {
  readonly week_start: number;
  readonly fiscal_month: number;
}

export type TimeStores = 'date' | 'local' | 'utc' | 'instant';

export type NullType = 'string' | 'number' | 'boolean' | 'date' | 'timestamp';

export type AggregateFunction =
  | 'sum'
  | 'count'
  | 'count_distinct'
  | 'approx_distinct'
  | 'average'
  | 'min'
  | 'max'
  | 'percentile';

export type Sql =
  | { readonly kind: 'column'; readonly table: string; readonly column: string }
  | ParameterNode
  /** An authored expression; `aliases` says which source each path of joins (its names with dots) has. */
  | { readonly kind: 'authored'; readonly expr: Expr; readonly aliases: Readonly<Record<string, string>> }
  | { readonly kind: 'number'; readonly value: string }
  /** A day or a moment that was computed from the clock or a range, not copied from a request. */
  | { readonly kind: 'moment'; readonly type: 'date' | 'timestamp'; readonly iso: string }
  | { readonly kind: 'null'; readonly type: NullType }
  | { readonly kind: 'false' }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Sql[] }
  | { readonly kind: 'not'; readonly operand: Sql }
  | {
      readonly kind: 'compare';
      readonly operator: '=' | '<>' | '<' | '<=' | '>' | '>=';
      readonly left: Sql;
      readonly right: Sql;
    }
  | { readonly kind: 'in'; readonly operand: Sql; readonly values: readonly Sql[]; readonly negated: boolean }
  | { readonly kind: 'in_query'; readonly operands: readonly Sql[]; readonly query: QueryBody }
  | { readonly kind: 'exists'; readonly query: QueryBody }
  | { readonly kind: 'is_null'; readonly operand: Sql; readonly negated: boolean }
  /** `pattern` with `%`, `_` and backslash; upper and lower case differ. */
  | { readonly kind: 'like'; readonly operand: Sql; readonly pattern: string; readonly negated: boolean }
  | { readonly kind: 'case'; readonly when: Sql; readonly result: Sql; readonly otherwise: Sql | null }
  /** Exact on integers and decimals. */
  | { readonly kind: 'arithmetic'; readonly operator: '+' | '-' | '*'; readonly left: Sql; readonly right: Sql }
  | { readonly kind: 'negate'; readonly operand: Sql }
  /** In double precision; null when the divisor is 0. */
  | { readonly kind: 'divide'; readonly left: Sql; readonly right: Sql }
  | { readonly kind: 'coalesce'; readonly args: readonly Sql[] }
  | { readonly kind: 'abs'; readonly operand: Sql }
  | { readonly kind: 'round'; readonly operand: Sql; readonly digits: number }
  /** Of values that are not null. */
  | { readonly kind: 'extreme'; readonly which: 'least' | 'greatest'; readonly args: readonly Sql[] }
  | {
      readonly kind: 'aggregate';
      readonly function: AggregateFunction;
      /** `null` counts rows. */
      readonly operand: Sql | null;
      readonly at: number | null;
    }
  /** The percentile's two neighbours in rows numbered by `rank` among `count`, for dialects without the aggregate. */
  | {
      readonly kind: 'ranked_percentile';
      readonly operand: Sql;
      readonly rank: Sql;
      readonly count: Sql;
      readonly at: number;
    }
  | {
      readonly kind: 'window';
      /** Of the whole partition. */
      readonly function: 'min' | 'max' | 'count' | 'sum';
      readonly operand: Sql;
      readonly partition: readonly Sql[];
    }
  /** From 1, in an order with nulls last. */
  | {
      readonly kind: 'row_number';
      readonly partition: readonly Sql[];
      readonly order: readonly { readonly value: Sql; readonly desc: boolean; readonly notNull: boolean }[];
    }
  /** A stored time as it is shown in the zone: a date, or a timestamp without zone. */
  | { readonly kind: 'local_time'; readonly operand: Sql; readonly stores: TimeStores; readonly zone: string }
  /** A stored time in the form that {@link ParameterNode}s of its storage are compared with. */
  | { readonly kind: 'stored_time'; readonly operand: Sql; readonly stores: TimeStores; readonly midnight: boolean }
  /** The start of the period, of a `local_time`: a date for day and coarser. */
  | {
      readonly kind: 'truncate';
      readonly grain: Grain;
      readonly operand: Sql;
      readonly calendar: Calendar;
      readonly of: 'date' | 'timestamp';
    }
  /** HMAC-SHA-256 of the text in UTF-8, in hexadecimal digits; null of null. The key comes as its two pads, in such digits. */
  | { readonly kind: 'hash'; readonly operand: Sql; readonly outer: ParameterNode; readonly inner: ParameterNode }
  /** Later by a step, months keeping the day or taking the last of a shorter month. */
  | { readonly kind: 'shift'; readonly operand: Sql; readonly by: Step; readonly of: 'date' | 'timestamp' };

export interface ParameterNode {
  readonly kind: 'parameter';
  readonly parameter: Parameter;
}

export const column = (table: string, name: string): Sql => ({ kind: 'column', table, column: name });

/** A number that is not copied from a request. */
export const number = (value: number): Sql => ({ kind: 'number', value: String(value) });

export const parameter = (type: Parameter['type'], value: Parameter['value']): ParameterNode => ({
  kind: 'parameter',
  parameter: { type, value },
});

export const compare = (left: Sql, operator: '=' | '<>' | '<' | '<=' | '>' | '>=', right: Sql): Sql => ({
  kind: 'compare',
  operator,
  left,
  right,
});

export const and = (parts: readonly Sql[]): Sql => (parts.length === 1 ? parts[0]! : { kind: 'and', parts });
export const or = (parts: readonly Sql[]): Sql => (parts.length === 1 ? parts[0]! : { kind: 'or', parts });

/** A select with nothing but columns and a source, to be spread over. */
export const plainSelect = (columns: Select['columns'], from: Source): Select => ({
  kind: 'select',
  distinct: false,
  columns,
  from,
  joins: [],
  where: [],
  group: null,
  having: [],
  order: [],
  limit: null,
  offset: 0,
});

import type { DialectName, Parameter } from '../../plugin/contract.js';
import type { CastExpr, ValueType } from '../expression.js';
import type { FunctionName } from '../functions.js';
import type { Grain } from '../../query/semantic-query.js';
import type { AggregateFunction, Calendar, NullType, Step, TimeStores } from '../statement.js';

/** Writes one call from its printed arguments; words (a grain, a part, a unit) and constants arrive as they are. */
export type FunctionWriter = (args: readonly string[], types: readonly ValueType[]) => string;

/**
 * How one engine writes what the nodes mean. All take and give SQL text. An operand that is given may be written more than
 * once only where the dialect numbers its placeholders, or where the operand holds none.
 */
export interface Dialect {
  readonly name: DialectName;
  /** A name as it is, or quoted where it must be. */
  identifier(name: string): string;
  /** The value as the driver is to bind it. */
  bind(parameter: Parameter): Parameter;
  /** @param position from 1 */
  placeholder(position: number, parameter: Parameter): string;
  text(value: string): string;
  date(iso: string): string;
  timestamp(iso: string): string;
  /** A timestamp to stand beside a truncated, shifted or local value. */
  moment(iso: string): string;
  boolean(value: boolean): string;
  readonly nullOf: Readonly<Record<NullType, string>>;
  readonly cast: Readonly<Record<CastExpr['to'], (operand: string, type: ValueType) => string>>;
  readonly functions: Readonly<Record<FunctionName, FunctionWriter>>;
  /** A timestamp beside a constant of that type, in the constant's form. */
  comparable(operand: string): string;
  /** A number with a fraction, in exact arithmetic. */
  exactNumber(digits: string): string;
  /** The first operand of `+`, `-` and `*`, so wide that the result does not wrap around. */
  widen(operand: string): string;
  /**
   * Numbers that may be of unlike types, each in the one type that holds them all: exact where all are. `null`: the engine
   * finds it by itself.
   */
  readonly alike: ((operands: readonly string[]) => readonly string[]) | null;
  /** `+`, `-` and `*` of finished values; `null`: the engine's own are exact on integers and decimals. */
  readonly arithmetic: ((operator: '+' | '-' | '*', left: string, right: string) => string) | null;
  modulo(left: string, right: string): string;
  concat(left: string, right: string): string;
  /** Division in double precision; null when the divisor is 0. */
  divide(left: string, right: string): string;
  /** Matches a pattern whose upper and lower case differ. @param pattern of {@link likeValue}, printed */
  like(operand: string, pattern: string): string;
  /** The dialect's own pattern for one with `%`, `_` and backslash. */
  likeValue(pattern: string): string;
  round(operand: string, digits: number): string;
  extreme(which: 'least' | 'greatest', args: readonly string[]): string;
  readonly aggregates: DialectAggregates;
  /** A sum over a whole partition, as exact as `aggregates.sum`. @param over what stands between the parentheses of OVER */
  windowSum(operand: string, over: string): string;
  /** The local time in a form that {@link truncate} takes. */
  localTime(operand: string, stores: TimeStores, zone: string): string;
  /** The local time as a value of its own: to be shown, grouped by, compared with other local values. */
  localValue(operand: string, stores: TimeStores, zone: string): string;
  /** A stored time as its parameters are spelled. @param midnight whether it is compared with a date by `>=` or `<` */
  storedTime(operand: string, stores: TimeStores, midnight: boolean): string;
  truncate(operand: string, grain: Grain, calendar: Calendar, of: 'date' | 'timestamp'): string;
  shift(operand: string, by: Step, of: 'date' | 'timestamp'): string;
  /** HMAC-SHA-256 of a text, with the pads of the key in hexadecimal digits. Each operand is written once, in this order. */
  hash(outer: string, inner: string, operand: string): string;
  /** A whole SELECT of `period_start`. `from` is ` FROM …` or empty; the operands hold no `?`. */
  periods(
    first: string,
    last: string,
    from: string,
    count: number | null,
    step: Step,
    type: 'date' | 'timestamp',
  ): string;
  /** One item of ORDER BY with nulls last. @param value printed on demand */
  order(position: number, desc: boolean, notNull: boolean, value: () => string): string;
  /** @param ordered whether ORDER BY stands before it */
  limit(limit: number | null, offset: number, ordered: boolean): string;
  /** A condition of a relation with a barrier, so that no statistics of hidden rows say how many it leaves; as it is when absent. */
  unmeasured?(condition: string): string;
  readonly shape: StatementShape;
}

/** Where a dialect's statements take another shape than the others'. */
export interface StatementShape {
  /** What is true or false is kept as the number 1 or 0, and a condition is no value. */
  readonly bits: boolean;
  /** GROUP BY takes positions, or only the expressions once more. */
  readonly groupBy: 'positions' | 'expressions';
  /** Whether SELECT DISTINCT can be ordered with nulls last. */
  readonly ordersDistinct: boolean;
  /** What begins a list of common tables with a recursive one, and whether such a table names its columns. */
  readonly recursive: { readonly words: 'WITH RECURSIVE' | 'WITH'; readonly columns: boolean };
  /** How recursion ends on a cycle: duplicates are dropped, each row knows the way it came, or the engine stops with an error. */
  readonly cycles: 'dropped' | 'way' | 'error';
  /** How rows that others answer are found: by EXISTS of the row, or among the pairs of both facts. */
  readonly conversions: 'exists' | 'pairs';
  /** How several values are looked up in the rows of a query. */
  readonly rows: 'tuple' | 'struct' | 'exists';
}

export type DialectAggregates = Readonly<
  Record<Exclude<AggregateFunction, 'percentile'>, (operand: string, at: number) => string> & {
    /** `null`: computed by ranks in a derived table. */
    readonly percentile: ((operand: string, at: number) => string) | null;
  }
>;

import type { Cell, DialectName, ErrorCode, LogicalType, Parameter } from '../contract.js';
import type { ConnectProbe, ErrorProbe, ValueProbe } from './probes.js';

/** An engine that has no such thing says why. */
export interface Absent {
  readonly absent: string;
}

/** A query of one row and one column that gives the value of a probe, and where the engine differs, what comes out. */
export interface ValuePhrase {
  readonly text: string;
  readonly type?: LogicalType;
  readonly cell?: Cell;
}

/** A statement that fails, or, in engines that answer instead, what it gives. */
export type ErrorPhrase =
  | { readonly text: string; readonly code?: ErrorCode }
  | { readonly text: string; readonly gives: Cell };

export interface ConnectPhrase {
  /** The configuration, changed so that it cannot connect. */
  change(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  readonly codes: readonly ErrorCode[];
}

export interface Write {
  /** Short, unique in its list: the end of the case's id. */
  readonly id: string;
  readonly text: string;
  /** What the refusal may be called; `READ_ONLY_VIOLATION` or `PERMISSION_DENIED` unless said. */
  readonly codes?: readonly ErrorCode[];
}

/** Something that a subject's statement may leave in its session. */
export interface Trace {
  readonly id: string;
  /** Leaves it, where the engine permits; a refusal is as good. */
  readonly leave: string;
  /** A query of one cell that would show it. */
  readonly look: string;
  /** What `look` gives in a clean session, or the code with which it fails. */
  readonly clean: { readonly cell: Cell } | { readonly code: ErrorCode };
}

/**
 * How the kit says in one dialect what its cases need. A file per dialect in `dialects/`; a hole does not compile. Tables
 * of the fixture begin with `dmc_`.
 */
export interface Phrases {
  readonly dialect: DialectName;
  quote(identifier: string): string;
  /** Names of columns that the engine cannot have, however they are quoted. */
  readonly impossibleNames?: readonly string[];
  /** Values of parameters that the engine cannot hold: they must be refused and not changed. */
  readonly impossibleParameters?: Partial<Record<Parameter['type'], readonly Parameter['value'][]>>;
  /** Why two columns of a result cannot have one name, where they cannot: the engine must then refuse. */
  readonly noDuplicateNames?: string;
  /** Why the engine has no primary keys that are unique, where it has none: the catalogue must then not claim one. */
  readonly noPrimaryKeys?: string;
  /** The placeholder for the parameter at a position, from 1. */
  placeholder(position: number, type: Parameter['type']): string;
  /**
   * A query with one integer column `n`: 1 to `count` in order. The engine must be able to give the first row before it
   * has computed the last (a recursive query that is sorted cannot).
   */
  series(count: number): string;
  /** The same with a second column `pad`, a text of `bytes` characters that differs from row to row. */
  wideSeries(count: number, bytes: number): string;
  /** Computes for minutes, gives one row at the end. The marker is in the text where the server's list of statements shows it. */
  endless(marker: string): string;
  /** Gives row after row for minutes. */
  endlessRows(marker: string): string;
  /**
   * Creates, empty database or not: `dmc_customers` (id key, email unique, name not null, comments on the table and on
   * email), `dmc_orders` (id key, customer_id to dmc_customers, amount decimal(38,10)), `dmc_lines` (key order_id and
   * position, order_id to dmc_orders), `dmc_shelves` (hall, slot, label; key slot and hall, unique label and hall), `dmc_boxes`
   * (id key, hall, slot; slot and hall to dmc_shelves), the view `dmc_totals` (customer_id, total), the table `dmc odd "name"` (columns
   * `select`, `a b`, `q"q`, `ключ`), `dmc_guard` (id, note: 1 a, 2 b, 3 c), and what the probes read.
   */
  readonly fixture: readonly string[];
  readonly dropFixture: readonly string[];
  /** The schema that the fixture is in, for engines that have schemas. */
  readonly schema?: string;
  /** The logical types of the fixture's columns in the catalogue: `table.column`. */
  readonly catalogue: Readonly<
    Record<`${'dmc_customers.email' | 'dmc_orders.id' | 'dmc_orders.amount' | 'dmc_totals.customer_id'}`, LogicalType>
  >;
  readonly values: Readonly<Record<ValueProbe, ValuePhrase | Absent>>;
  /** For a parameter of each type: an expression around the placeholder that gives its value back with the same type. */
  echo(placeholder: string, type: Parameter['type']): string;
  /** What comes out of `echo` where it is not of the parameter's own type. */
  readonly echoes?: Partial<Record<Parameter['type'], LogicalType>>;
  /** Values, with what comes back, for a type that the engine does not keep as it was sent. */
  readonly echoValues?: Partial<
    Record<Parameter['type'], readonly (readonly [value: Parameter['value'], cell: Cell])[]>
  >;
  readonly errors: Readonly<Record<ErrorProbe, ErrorPhrase | Absent>>;
  readonly connect: Readonly<Record<ConnectProbe, ConnectPhrase | Absent>>;
  /**
   * Queries of one cell in which the engine itself says how the session is kept (read-only, shut off), with what it must
   * say. So a connector that only looks at the text before it sends it does not pass.
   */
  readonly posture: readonly { readonly text: string; readonly cell: Cell }[];
  /** Statements that change data or structure; each must be refused by the engine. At least insert, update, delete, create, drop. */
  readonly writes: readonly Write[];
  /** Statements and functions that reach files, other databases or the network, or that change settings. */
  readonly outside: readonly Write[];
  /** Texts that hold more than one statement. */
  readonly several: readonly Write[];
  readonly traces: readonly Trace[];
  /** The firewall asks this engine's own parser for a second opinion: without one no statement runs. */
  readonly opinion?: true;
  /**
   * A query of one cell: the wall clock in New York at 2024-03-10T07:30:00Z as `YYYY-MM-DD HH:MM:SS`, after the clocks
   * went forward. `opposite` is how the engine without time zones answers: with null or an error.
   */
  readonly newYork: string;
}

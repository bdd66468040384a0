/**
 * The compiled model: immutable, serialisable as JSON, complete. Everything that plans, prompts or governs reads this and
 * never the YAML. Objects are keyed by name; keys are in code-point order, so that the hash does not depend on the order
 * of files or keys.
 */
import type { DialectName } from '../../core/plugin/contract.js';
import type { Grain } from '../../core/query/semantic-query.js';
import type { PiiClass } from '../../core/pii/pii-class.js';
import type { Expr, ValueType } from '../../core/sql/expression.js';
import type { ModelView } from './view.js';

export interface Model {
  readonly format: 1;
  /** SHA-256 of everything else, in hex. */
  readonly hash: string;
  readonly project: Project;
  readonly entities: Readonly<Record<string, Entity>>;
  /** Metrics authored as such. A measure is queried by its own name too; see `semantic/plan/CONTEXT.md`. */
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly glossary: Readonly<Record<string, GlossaryTerm>>;
  readonly verified_queries: Readonly<Record<string, VerifiedQuery>>;
  readonly policies: Readonly<Record<string, Policy>>;
  /** Which of it exists for whoever works in a project; absent: all of it. Not part of what is serialised. */
  readonly view?: ModelView;
}

export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';

export interface Project {
  readonly name: string;
  readonly description: string | null;
  /** Version of the YAML format. */
  readonly version: 1;
  /** Name of the connection that entities live on unless they say otherwise; `null`: the configuration's default. */
  readonly connection: string | null;
  /** IANA name. */
  readonly timezone: string;
  readonly week_start: Weekday;
  /** 1–12. */
  readonly fiscal_year_start: number;
  readonly currency: string | null;
  readonly default_access: 'open' | 'closed';
  /** What becomes of personal data wherever it is; `null`: what policies say of each entity. */
  readonly pii: PiiDefaults | null;
}

export interface PiiDefaults {
  /** Who sees it as it is. */
  readonly clearance: Audience;
  readonly masks: Readonly<Partial<Record<PiiClass, Mask>>>;
  readonly source: Described['source'];
}

/** What every named object may carry for people. */
export interface Described {
  readonly name: string;
  readonly label: string;
  readonly description: string | null;
  readonly synonyms: readonly string[];
  readonly owner: string | null;
  readonly certified: boolean;
  readonly tags: readonly string[];
  /** Not listed and not offered; usable by other objects of the model. */
  readonly hidden: boolean;
  readonly meta: Readonly<Record<string, unknown>>;
  /** Where it was authored: file, and line from 1. */
  readonly source: { readonly file: string; readonly line: number };
}

export interface Entity extends Described {
  readonly from: EntitySource;
  readonly connection: string | null;
  /** Entities on what its view or query reads, as the author says; `null`: as the database tells. Empty: it stands on its own. */
  readonly beneath: readonly string[] | null;
  /** Columns that identify a row; empty when none is declared. */
  readonly key: readonly string[];
  readonly joins: Readonly<Record<string, Join>>;
  readonly dimensions: Readonly<Record<string, Dimension>>;
  readonly measures: Readonly<Record<string, Measure>>;
  readonly filters: Readonly<Record<string, NamedFilter>>;
  readonly hierarchies: Readonly<Record<string, Hierarchy>>;
  /** The time dimension that `metric_time` stands for in this entity's measures. */
  readonly default_time: string | null;
}

export type EntitySource =
  | { readonly kind: 'table'; readonly catalog: string | null; readonly schema: string | null; readonly table: string }
  /** A query by dialect; `default` serves those that have none of their own. */
  | { readonly kind: 'query'; readonly sql: Readonly<Partial<Record<DialectName | 'default', string>>> };

export type Cardinality = 'many_to_one' | 'one_to_one' | 'one_to_many' | 'many_to_many';

export interface Join {
  readonly name: string;
  readonly label: string;
  readonly description: string | null;
  readonly to: string;
  readonly cardinality: Cardinality;
  /** Pairs of columns, own and the other's; empty for `many_to_many`. */
  readonly on: readonly { readonly from: string; readonly to: string }[];
  /** For `many_to_many`: the bridge entity, its join back to this entity and its join on to the other. */
  readonly through: { readonly entity: string; readonly from_join: string; readonly to_join: string } | null;
  /** The name of the way back, from the other entity. */
  readonly inverse: string | null;
  /** Walked only when it is named, never to find a way. */
  readonly role: boolean;
}

/** The tree for all dialects, or one of its own for some. */
export interface DialectExpr {
  readonly default: Expr | null;
  readonly dialects: Readonly<Partial<Record<DialectName, Expr>>>;
}

/**
 * How a time dimension's values are stored: `date`; `local`, a wall-clock time that is never shifted; `utc`, a time without
 * zone that is meant in UTC; `instant`, a type with a zone. The last two are shown in the query's time zone.
 */
export type TimeStorage = 'date' | 'local' | 'utc' | 'instant';

export interface Dimension extends Described {
  readonly type: 'string' | 'number' | 'boolean' | 'time';
  readonly expr: DialectExpr;
  /** The column, when the dimension is nothing but one column of its own entity. */
  readonly column: string | null;
  /** For `time` only. */
  readonly stores: TimeStorage | null;
  /** For `time` only: the grains that may be asked for. */
  readonly grains: readonly Grain[];
  /** All values there are, for enumerations; empty when open. */
  readonly values: readonly {
    readonly value: string | number | boolean;
    readonly label: string | null;
    readonly synonyms: readonly string[];
  }[];
  readonly sample_values: readonly (string | number | boolean)[];
  readonly unit: string | null;
  readonly format: string | null;
  readonly pii: PiiClass | null;
  /** Its author says that it holds no personal data. */
  readonly pii_none?: true;
}

export type Aggregation =
  | 'sum'
  | 'count'
  | 'count_distinct'
  | 'approx_distinct'
  | 'average'
  | 'min'
  | 'max'
  | 'median'
  | 'percentile'
  | 'count_if';

export interface Measure extends Described {
  readonly aggregation: Aggregation;
  /** `null` for a count of rows. */
  readonly expr: DialectExpr | null;
  /** For `percentile`: 0–1. */
  readonly at: number | null;
  /** Only rows for which this is true are aggregated. */
  readonly where: DialectExpr | null;
  /** The measure's own time dimension; `null`: the entity's default; `false`: none, it tells how things are now. */
  readonly time: string | null | false;
  /** Not to be added up over time: only the rows of the first or last moment count, within each result group and each `per`. */
  readonly semi_additive: {
    readonly over: string;
    readonly take: 'first' | 'last';
    readonly per: readonly string[];
  } | null;
  /** Shown instead of null. Counts always show 0. */
  readonly default: number | null;
  readonly type: ValueType;
  readonly unit: string | null;
  readonly format: string | null;
}

export interface NamedFilter extends Described {
  readonly expr: DialectExpr;
}

export type Hierarchy =
  | (Described & { readonly kind: 'levels'; readonly levels: readonly string[] })
  /** Members are rows of the entity, named by its key; `parent` is a join of the entity to itself. */
  | (Described & { readonly kind: 'parent'; readonly parent: string; readonly display: string | null });

export interface Period {
  readonly count: number;
  readonly unit: 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';
}

/** The name of a metric, or `entity.measure`. */
export type MetricName = string;

export type Metric = Described & {
  readonly unit: string | null;
  readonly format: string | null;
  readonly default: number | null;
} & MetricBody;

export type MetricBody =
  | { readonly kind: 'simple'; readonly measure: MeasureRef; readonly where: DialectExpr | null }
  | { readonly kind: 'ratio'; readonly numerator: MetricName; readonly denominator: MetricName }
  | { readonly kind: 'formula'; readonly expr: FormulaExpr }
  | { readonly kind: 'cumulative'; readonly metric: MetricName; readonly window: Window }
  | {
      readonly kind: 'change';
      readonly metric: MetricName;
      readonly against: Period;
      readonly as: 'previous' | 'difference' | 'percent';
    }
  | {
      readonly kind: 'conversion';
      readonly base: MeasureRef;
      readonly conversion: MeasureRef;
      /** The columns of both facts that must agree (the customer, the visitor). */
      readonly by: readonly { readonly base: string; readonly conversion: string }[];
      readonly within: Period;
      readonly as: 'rate' | 'count';
    };

export interface MeasureRef {
  readonly entity: string;
  readonly measure: string;
}

export type Window =
  | { readonly kind: 'running' }
  | { readonly kind: 'rolling'; readonly period: Period }
  | { readonly kind: 'to_date'; readonly grain: Grain };

/** Arithmetic over metrics: numbers, names, `+ - * /`, unary minus, `coalesce`, `nullif`, `abs`, `round`, `least`, `greatest`. */
export type FormulaExpr =
  | { readonly kind: 'number'; readonly value: string }
  | { readonly kind: 'metric'; readonly metric: MetricName }
  | {
      readonly kind: 'binary';
      readonly operator: '+' | '-' | '*' | '/';
      readonly left: FormulaExpr;
      readonly right: FormulaExpr;
    }
  | { readonly kind: 'negate'; readonly operand: FormulaExpr }
  | {
      readonly kind: 'call';
      readonly function: 'coalesce' | 'nullif' | 'abs' | 'round' | 'least' | 'greatest';
      readonly args: readonly FormulaExpr[];
    };

export interface GlossaryTerm extends Described {
  /** Qualified names of the objects that the term is about. */
  readonly refers_to: readonly string[];
}

export interface VerifiedQuery extends Described {
  readonly question: string;
  /** One of the two is set: a semantic query as the API takes it, or SQL by dialect. */
  readonly query: Readonly<Record<string, unknown>> | null;
  readonly sql: Readonly<Partial<Record<DialectName | 'default', string>>> | null;
  readonly verified_by: string | null;
  readonly verified_at: string | null;
  /** SHA-256 of the definitions that it named then; `null`: nobody kept it. See `semantic/prompt/verified-meaning.ts`. */
  readonly verified_with: string | null;
}

export interface Audience {
  readonly everyone: boolean;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly users: readonly string[];
  readonly projects: readonly string[];
}

export type Mask =
  | { readonly kind: 'deny' }
  | { readonly kind: 'null' }
  | { readonly kind: 'fixed'; readonly value: string }
  | { readonly kind: 'email' }
  | { readonly kind: 'partial'; readonly keep: number; readonly side: 'first' | 'last' }
  | { readonly kind: 'hash' }
  | { readonly kind: 'range'; readonly width: number }
  | { readonly kind: 'date_trunc'; readonly grain: Grain }
  | { readonly kind: 'expression'; readonly expr: DialectExpr };

/** Groups of rows may be seen and no single ones. */
export interface AggregateOnly {
  readonly minimum_group: number;
  /** A column: what a group is counted by. */
  readonly of: string;
  /** The dimensions that may be filtered by. */
  readonly filters: readonly string[];
  /** How many answers, `null` for any number, and for how long each of them counts. */
  readonly budget: { readonly answers: number | null; readonly per: 'day' | 'week' | 'month' };
}

/** Read and checked; enforcement is the policy room's. */
export interface Policy extends Described {
  readonly for: Audience;
  readonly except: Audience;
  readonly on: string;
  /** Restrictive policies intersect, permissive ones unite. */
  readonly effect: 'permissive' | 'restrictive';
  /** Whether the entity is closed, by being named here, to all whom no permissive policy admits; the project's masks close nothing. */
  readonly closes: boolean;
  /** It does not compile any more: its entity is closed to everyone. */
  readonly broken?: true;
  readonly rows: DialectExpr | null;
  readonly columns: Readonly<Record<string, Mask>>;
  /** When set, all other dimensions are denied. */
  readonly allow_only: readonly string[] | null;
  /** `entity.join` paths along which the row policy reaches other entities. */
  readonly follows: readonly string[];
  readonly aggregate_only: AggregateOnly | null;
  readonly valid: { readonly from: string | null; readonly until: string | null };
}

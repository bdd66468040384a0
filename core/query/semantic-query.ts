/** A semantic query as the API takes it; field names are those on the wire. What it means: `semantic/plan/CONTEXT.md`. */

/** Units of the calendar that everybody shares. */
export const calendarUnits = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const;

/** What time is cut into: these, and those of a fiscal calendar. */
export const grains = [...calendarUnits, 'fiscal_quarter', 'fiscal_year'] as const;
export type Grain = (typeof grains)[number];

/** Words, or a half-open pair of dates or local timestamps; `null` leaves a side open. */
export type TimeRangeAsked = string | readonly [string | null, string | null];

export interface SemanticQuery {
  readonly metrics?: readonly string[];
  readonly dimensions?: readonly (string | { readonly name: string; readonly grain?: Grain })[];
  readonly filters?: Filter;
  readonly time?: {
    /** `metric_time` when absent. */
    readonly dimension?: string;
    readonly range?: TimeRangeAsked;
    readonly compare?: string;
    readonly compare_as?: 'previous' | 'change' | 'percent';
  };
  /** Named filters, `entity.filter` or just its name where that is unique. */
  readonly segments?: readonly string[];
  readonly order?: readonly { readonly by: string; readonly desc?: boolean }[];
  readonly limit?: number;
  readonly offset?: number;
  /** The first rows of each group, by the query's order; `limit` and `offset` are of what is left. */
  readonly limit_per?: LimitPer;
  readonly timezone?: string;
  readonly fill?: boolean;
  /** What part of a total each row is: a column `METRIC__share` beside the metric. */
  readonly shares?: readonly Share[];
  readonly totals?: boolean;
  /** The same over everyone's rows beside one's own, where one may have groups of all; `semantic/policy` answers it. */
  readonly beside?: 'everyone';
}

export interface Share {
  /** One of the query's metrics. */
  readonly metric: string;
  /** Columns of the query's dimensions: the total is taken within the same values of these; over everything when absent. */
  readonly within?: readonly string[];
}

export interface LimitPer {
  /** Columns of the query's dimensions: so many rows are kept of each combination of their values. */
  readonly dimensions: readonly string[];
  readonly limit: number;
}

export type Filter =
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter }
  | Condition
  | MetricCondition;

export type Operator =
  | 'eq'
  | 'ne'
  | 'in'
  | 'not_in'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  | 'between'
  | 'like'
  | 'not_like'
  | 'contains'
  | 'starts_with'
  | 'ends_with'
  | 'is_null'
  | 'not_null'
  | 'under';

export interface Condition {
  readonly member: string;
  readonly op: Operator;
  readonly values?: readonly (string | number | boolean)[];
}

/** Keeps the rows of an entity for which a metric, taken over all that belongs to that row, meets a comparison. */
export interface MetricCondition {
  /** Compared for each row of `per`, grouped by its key. */
  readonly metric: string;
  /** An entity, or a path of joins that leads to one. */
  readonly per: string;
  readonly op: Operator;
  readonly values?: readonly (string | number | boolean)[];
  /** What the metric is taken over; the query's own filters do not count in it. */
  readonly filters?: Filter;
  readonly segments?: readonly string[];
  /** When: all the time when absent, `query` for the range of the query, or a range of its own. */
  readonly time?: 'query' | { readonly dimension?: string; readonly range: TimeRangeAsked };
}

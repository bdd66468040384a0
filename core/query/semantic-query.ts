/** A semantic query as the API takes it; field names are those on the wire. What it means: `semantic/plan/CONTEXT.md`. */
export type Grain =
  | 'minute'
  | 'hour'
  | 'day'
  | 'week'
  | 'month'
  | 'quarter'
  | 'year'
  | 'fiscal_quarter'
  | 'fiscal_year';

export interface SemanticQuery {
  readonly metrics?: readonly string[];
  readonly dimensions?: readonly (string | { readonly name: string; readonly grain?: Grain })[];
  readonly filters?: Filter;
  readonly time?: {
    /** `metric_time` when absent. */
    readonly dimension?: string;
    /** Words, or a half-open pair of dates or local timestamps; `null` leaves a side open. */
    readonly range?: string | readonly [string | null, string | null];
    readonly compare?: string;
    readonly compare_as?: 'previous' | 'change' | 'percent';
  };
  /** Named filters, `entity.filter` or just its name where that is unique. */
  readonly segments?: readonly string[];
  readonly order?: readonly { readonly by: string; readonly desc?: boolean }[];
  readonly limit?: number;
  readonly offset?: number;
  readonly timezone?: string;
  readonly fill?: boolean;
  readonly totals?: boolean;
  /** The same over everyone's rows beside one's own, where one may have groups of all; `semantic/policy` answers it. */
  readonly beside?: 'everyone';
}

export type Filter =
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter }
  | Condition;

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

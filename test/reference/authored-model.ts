/** The YAML of a model as the plain objects that it reads to: only what decides about numbers. */
import type { Grain } from './calendar.js';

export interface AuthoredModel {
  readonly project?: {
    readonly name?: string;
    readonly timezone?: string;
    readonly week_start?: string;
    readonly fiscal_year_start?: string | number;
  };
  readonly entities: Readonly<Record<string, AuthoredEntity>>;
  readonly metrics?: Readonly<Record<string, AuthoredMetric>>;
}

export interface AuthoredEntity {
  readonly table: string;
  readonly key?: string | readonly string[];
  readonly joins?: Readonly<Record<string, AuthoredJoin>>;
  readonly dimensions?: Readonly<Record<string, AuthoredDimension>>;
  readonly measures?: Readonly<Record<string, AuthoredMeasure>>;
  readonly filters?: Readonly<Record<string, string | { readonly expr: string }>>;
  readonly hierarchies?: Readonly<Record<string, AuthoredHierarchy>>;
}

export interface AuthoredJoin {
  readonly to: string;
  readonly cardinality?: 'many_to_one' | 'one_to_one' | 'one_to_many' | 'many_to_many';
  readonly on?: string | Readonly<Record<string, string>>;
  readonly through?: string | { readonly entity: string; readonly from_join: string; readonly to_join: string };
  readonly inverse?: string;
  readonly role?: boolean;
}

export interface AuthoredDimension {
  readonly type: 'string' | 'number' | 'boolean' | 'time';
  readonly expr?: string;
  readonly case?: readonly { readonly when: string; readonly then: string | number | boolean }[];
  readonly else?: string | number | boolean;
  readonly stores?: 'date' | 'local' | 'utc' | 'instant';
  readonly default?: boolean;
  readonly grains?: readonly Grain[];
}

export const aggregations = [
  'sum',
  'count',
  'count_distinct',
  'approx_distinct',
  'average',
  'min',
  'max',
  'median',
  'percentile',
  'count_if',
] as const;

export type AuthoredMeasure = { readonly [kind in (typeof aggregations)[number]]?: string } & {
  readonly at?: number;
  readonly where?: string;
  readonly time?: string;
  readonly default?: number;
  readonly semi_additive?: {
    readonly over: string;
    readonly take: 'first' | 'last';
    readonly per?: readonly string[];
  };
};

export type AuthoredHierarchy =
  | readonly string[]
  | { readonly levels: readonly string[] }
  | { readonly parent: string; readonly display?: string };

export type AuthoredMetric = { readonly default?: number } & (
  | { readonly measure: string; readonly where?: string }
  | { readonly ratio: readonly [string, string] }
  | { readonly formula: string }
  | { readonly running: string }
  | { readonly rolling: string; readonly over: string }
  | { readonly to_date: string; readonly over: string }
  | { readonly change: string; readonly against: string; readonly as?: 'previous' | 'difference' | 'percent' }
  | {
      readonly conversion: {
        readonly from: string;
        readonly to: string;
        readonly by: string | Readonly<Record<string, string>>;
        readonly within: string;
        readonly as?: 'rate' | 'count';
      };
    }
);

export interface ReferenceQuery {
  readonly metrics?: readonly string[];
  readonly dimensions?: readonly (string | { readonly name: string; readonly grain?: Grain })[];
  readonly filters?: ReferenceFilter;
  readonly time?: {
    readonly dimension?: string;
    readonly range?: string | readonly [string | null, string | null];
    readonly compare?: string;
    readonly compare_as?: 'previous' | 'change' | 'percent';
  };
  readonly segments?: readonly string[];
  readonly order?: readonly { readonly by: string; readonly desc?: boolean }[];
  readonly limit?: number;
  readonly offset?: number;
  readonly timezone?: string;
  readonly limit_per?: { readonly dimensions: readonly string[]; readonly limit: number };
  readonly fill?: boolean;
  readonly shares?: readonly { readonly metric: string; readonly within?: readonly string[] }[];
  readonly totals?: boolean;
}

export interface ReferenceCondition {
  readonly member: string;
  readonly op: string;
  readonly values?: readonly (string | number | boolean | null)[];
}

export type ReferenceFilter =
  | { readonly and: readonly ReferenceFilter[] }
  | { readonly or: readonly ReferenceFilter[] }
  | { readonly not: ReferenceFilter }
  | ReferenceCondition
  | ReferenceMetricCondition;

export interface ReferenceMetricCondition {
  readonly metric: string;
  readonly per: string;
  readonly op: string;
  readonly values?: readonly (string | number | boolean | null)[];
  readonly filters?: ReferenceFilter;
  readonly segments?: readonly string[];
  readonly time?:
    | 'query'
    | { readonly dimension?: string; readonly range: string | readonly [string | null, string | null] };
}

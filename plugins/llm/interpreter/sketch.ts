/** What a question asks, in the order of its words and before its names are given one meaning each. */
import type { Grain } from 'datamind/contract';
import type { Item } from './items.js';
import type { Amount } from './numbers.js';
import type { Reading } from './phrases.js';
import type { TimeExpression } from './time/expression.js';

/** A name in a question, with the meanings that fit where it stands. */
export interface Mention {
  readonly item: Item;
  readonly readings: readonly Reading[];
  /** A name right beside it that says which one is meant: the _customer_ of `customer country`. */
  readonly scope: Mention | null;
  readonly isPlural: boolean;
}

export interface Group {
  readonly mention: Mention | null;
  readonly grain: Grain | null;
  /** How it was said; what merely stands there may be meant otherwise. */
  readonly by: 'by' | 'which' | 'rank' | 'loose' | 'compare';
  /** At the end of each. */
  readonly isEnd?: boolean;
}

export interface ValueFilter {
  readonly kind: 'value';
  readonly mention: Mention;
  readonly isNegated: boolean;
  /** How it is joined to the filter before it. */
  readonly link: 'and' | 'or' | null;
  /** The name that it says something about: customers, in `customers in Germany`. */
  readonly about: Mention | null;
  /** The dimension that was named with it: `status shipped`. */
  readonly of: Mention | null;
}

export type NumberOperator = 'eq' | 'gt' | 'gte' | 'lt' | 'lte' | 'between';

export interface NumberFilter {
  readonly kind: 'number';
  readonly operator: NumberOperator;
  readonly amounts: readonly Amount[];
  readonly isNegated: boolean;
  readonly target: Mention | null;
}

/** `with a coupon`, `without orders`. */
export interface PresenceFilter {
  readonly kind: 'presence';
  readonly mention: Mention;
  readonly has: boolean;
  readonly about: Mention | null;
}

export type SketchFilter = ValueFilter | NumberFilter | PresenceFilter;

export interface SketchTime {
  readonly expression: TimeExpression;
  /** What happened then. */
  readonly event: Mention | null;
  /** Joined to the one before it by a comparison. */
  readonly isCompared: boolean;
  /** `the whole of 2025`. */
  readonly isWhole?: boolean;
}

export interface Rank {
  readonly isTop: boolean;
  /** `null` where it was not said. */
  readonly count: number | null;
  /** Where it stands among the items. */
  readonly at: number;
  /** It says what is good, and not what is high. */
  readonly isJudged?: boolean;
  /** The adjective, where it says what it is about: `expensive`. */
  readonly adjective: readonly string[] | null;
}

export type Aggregate = 'sum' | 'average' | 'median' | 'maximum' | 'minimum';

export interface Sketch {
  /** The whole question. */
  readonly items: readonly Item[];
  readonly metrics: readonly Mention[];
  /** After `how many`. */
  readonly counted: readonly Mention[];
  readonly groups: readonly Group[];
  /** What is to be shown, listed or asked for by `which`. */
  readonly subjects: readonly Mention[];
  readonly filters: readonly SketchFilter[];
  /** What else is to be shown of the things that are asked for. */
  readonly shown: readonly Mention[];
  /** Entities that were named beside: `of the customers`. */
  readonly scopes: readonly Mention[];
  readonly events: readonly Mention[];
  readonly times: readonly SketchTime[];
  readonly rank: Rank | null;
  readonly order: {
    readonly mention: Mention | null;
    readonly isDescending: boolean;
    readonly isDirected: boolean;
    /** By what is good, and not by what is high. */
    readonly isJudged?: boolean;
  } | null;
  readonly aggregates: readonly Aggregate[];
  readonly isList: boolean;
  readonly isCount: boolean;
  readonly isWhich: boolean;
  readonly isOverTime: boolean;
  readonly isShare: boolean;
  readonly isGrowth: boolean;
  readonly isPercent: boolean;
  readonly isCompared: boolean;
  readonly isDistinct: boolean;
  /** `previous year` as what is compared with. */
  readonly previous: 'year' | 'quarter' | 'month' | 'week' | 'day' | 'period' | null;
  /** Numbers that say nothing where they stand. */
  readonly numbers: readonly Item[];
  /** Words of the grammar that came to nothing where they stand. */
  readonly dangling: readonly string[];
  /** What nothing stands for. */
  readonly unknown: readonly Item[];
  readonly vague: readonly Item[];
}

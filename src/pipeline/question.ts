/** A question in words, and what came of it. Types only; the way there is `answer-question.ts`. */
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import type { ContextPart } from '../../semantic/prompt/compile-context.js';
import type { PlannedColumn } from '../../semantic/plan/query.js';
import type { SqlColumn } from './answer-sql.js';
import type { WireCell } from './spell-cells.js';

const stageNames = ['interpret', 'generate', 'validate', 'optimize', 'sanitize', 'execute', 'explain'] as const;
export type StageName = (typeof stageNames)[number];

/** Something that is told while a question is answered. */
export interface StageEvent {
  readonly stage: StageName;
  readonly state: 'begun' | 'done' | 'failed';
  /** 1, and more where a stage is gone through again. */
  readonly round: number;
  /** Milliseconds since the question came. */
  readonly at_ms: number;
}

/** What was asked and answered before in a conversation. One of `query` and `sql` is set. */
export interface PastTurn {
  readonly question: string;
  readonly query: SemanticQuery | null;
  readonly sql: string | null;
  readonly words: string | null;
}

export interface QuestionRequest {
  readonly question: string;
  readonly model: Model;
  readonly subject: Subject;
  readonly correlationId: string;
  /** Where it is asked from: a network address, for the audit. */
  readonly origin?: string | null;
  readonly signal: AbortSignal;
  /** Default: where the model says that the entities live. */
  readonly connection?: string;
  /** Rows at most. */
  readonly limit?: number;
  /** IANA name; the model's when absent. */
  readonly timezone?: string;
  /** Oldest first. */
  readonly previous?: readonly PastTurn[];
  /** Parts of what a language model is told that it is not told, to see what each is worth. */
  readonly withoutContext?: ReadonlySet<ContextPart>;
  /** Whether the asker may run SQL, so that a language model may answer with it. */
  readonly maySql?: boolean;
  /** Who writes the words of the answer; `template` when absent. */
  readonly words?: 'template' | 'model';
  /** Ask the database anew. */
  readonly fresh?: boolean;
  /** Verified pairs that nobody is answered with for now; none when absent. */
  readonly heldBack?: HeldBack;
  /** What the question was taken to be before: it is not read again. */
  readonly known?: Known;
  readonly onStage?: (event: StageEvent) => void;
  readonly onRows?: (rows: AnswerRows) => void;
}

/** What somebody has said is wrong, until it is reviewed. */
export interface HeldBack {
  /** Of verified queries. */
  readonly names: ReadonlySet<string>;
  /** Of questions, as `wordsHash` has them: what was flagged of each. */
  readonly questions: ReadonlyMap<string, readonly FlaggedReading[]>;
}

/** What a question was taken to be when somebody said that this was wrong; without personal data. */
export interface FlaggedReading {
  /** The verified query that the question was, if it was one. */
  readonly pair: string | null;
  readonly query: unknown;
  readonly sql: string | null;
}

export interface Known {
  readonly draft: Draft;
  readonly by: ReadBy;
}

/** Who read the question. */
export interface ReadBy {
  readonly kind: 'verified' | 'interpreter' | 'model' | 'asker';
  /** Of a language model: its instance, and the model. */
  readonly provider: string | null;
  readonly model: string | null;
}

/** What a question was taken to be. */
export type Draft =
  | {
      readonly kind: 'query';
      readonly query: SemanticQuery;
      readonly confidence: number;
      readonly reading: string;
      readonly notes: readonly string[];
    }
  | {
      readonly kind: 'sql';
      readonly sql: string;
      readonly confidence: number;
      readonly reading: string;
      readonly notes: readonly string[];
    }
  | {
      readonly kind: 'clarify';
      readonly message: string;
      readonly choices: readonly { readonly label: string; readonly query: SemanticQuery }[];
    }
  | {
      readonly kind: 'abstain';
      readonly reason: 'outside' | 'unclear' | 'unsafe';
      readonly message: string;
      readonly unknown: readonly string[];
      readonly near: readonly string[];
    };

export interface AnswerRows {
  readonly columns: readonly (PlannedColumn | SqlColumn)[];
  readonly rows: readonly (readonly WireCell[])[];
  readonly row_count: number;
  readonly truncated: boolean;
  readonly totals?: readonly (readonly WireCell[])[];
}

export interface Named {
  readonly name: string;
  readonly label: string;
  readonly description: string | null;
}

export interface FollowUp {
  readonly question: string;
  readonly query: SemanticQuery;
}

export interface TokensUsed {
  readonly input: number;
  readonly output: number;
  readonly cached: number;
  readonly calls: number;
  readonly cost: { readonly amount: number; readonly currency: string } | null;
}

export type Timings = Readonly<Partial<Record<`${StageName}_ms`, number>>> & {
  readonly total_ms: number;
  readonly cache?: string;
};

interface Outcome {
  readonly question: string;
  readonly read_by: ReadBy;
  readonly warnings: readonly string[];
  readonly timings: Timings;
  /** `null` where no language model was asked. */
  readonly tokens: TokensUsed | null;
  readonly correlation_id: string;
}

/** What is said of an answer; field names are those on the wire. */
export interface Explanation {
  /** The answer in words. */
  readonly answer: string;
  /** A Vega-Lite specification; `null` where a picture says nothing more. */
  readonly chart: Readonly<Record<string, unknown>> | null;
  readonly follow_ups: readonly FollowUp[];
  readonly metrics: readonly (Named & { readonly unit: string | null; readonly certified: boolean })[];
  readonly dimensions: readonly (Named & { readonly grain: string | null })[];
  /** In words, one a condition. */
  readonly filters: readonly string[];
  readonly time_range: TimeRangeUnderstood | null;
}

/** Field names are those on the wire. */
export type QuestionAnswer =
  | (Outcome &
      AnswerRows &
      Explanation & {
        readonly outcome: 'answered';
        /** The question as it was understood. */
        readonly reading: string;
        readonly answered_with: 'semantic_query' | 'sql';
        /** `null` where SQL answered. */
        readonly query: SemanticQuery | null;
        /** SQL that answered in the place of a query, as it was written. */
        readonly written_sql: string | null;
        /** What ran, as it may be told; values were bound as parameters. */
        readonly sql: string;
        readonly query_id: string;
        readonly connection: string;
        readonly policies: readonly string[];
        /** 0–1. */
        readonly confidence: number;
        readonly notes: readonly string[];
        /** SHA-256 of what the question was read with. */
        readonly read_with: string;
      })
  | (Outcome & {
      readonly outcome: 'clarify';
      readonly answer: string;
      readonly choices: readonly { readonly label: string; readonly query: SemanticQuery }[];
    })
  | (Outcome & {
      readonly outcome: 'abstained';
      readonly answer: string;
      readonly reason: 'outside' | 'unclear' | 'unsafe';
      /** Words that nothing stands for. */
      readonly unknown: readonly string[];
      readonly near: readonly Named[];
    });

export interface TimeRangeUnderstood {
  readonly dimension: string;
  readonly words: string | null;
  /** Half-open, local; `null`: open. */
  readonly from: string | null;
  readonly to: string | null;
  readonly compared_with: string | null;
}

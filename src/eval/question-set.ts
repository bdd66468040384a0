/** Questions with known answers, as a file spells them and as they are asked. */
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import type { Subject } from '../../core/subject/subject.js';
import type { WireCell } from '../pipeline/spell-cells.js';

/** Rows that are right; the rules of comparing them are those of `compare-rows.ts`. */
export interface KnownAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly WireCell[])[];
  /** Columns whose values must come in this order. */
  readonly order?: readonly string[];
  /** Columns that an answer may leave out. */
  readonly spare?: readonly string[];
  /** Columns of fractions that an answer may give in percent. */
  readonly percent?: readonly string[];
}

export type NoAnswerReason = 'outside' | 'ambiguous' | 'forbidden' | 'unsafe';

export interface EvalQuestion {
  readonly id: string;
  readonly kind: string;
  readonly question: string;
  /** What was asked before, oldest first. */
  readonly previous: readonly string[];
  readonly subject: Subject;
  /** `null`: there is an answer. */
  readonly unanswerable: { readonly because: NoAnswerReason | null } | null;
  /** Asking back is as right as answering. */
  readonly orClarify: boolean;
  /** What is right: any of these, or the rows of a query or of SQL that runs as whoever asks. */
  readonly answers: readonly KnownAnswer[];
  readonly query: SemanticQuery | null;
  readonly sql: string | null;
}

export interface QuestionSet {
  readonly name: string;
  /** Milliseconds since the epoch; `null`: the clock's. */
  readonly now: number | null;
  readonly questions: readonly EvalQuestion[];
}

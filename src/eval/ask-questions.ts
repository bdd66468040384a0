/** Asks the questions of a set, one after another, and holds what comes to what is known. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import type { Subject } from '../../core/subject/subject.js';
import type { WireCell } from '../pipeline/spell-cells.js';
import { type GivenAnswer, saysTheSame } from './compare-rows.js';
import type { EvalQuestion, KnownAnswer, QuestionSet } from './question-set.js';

export type EvalOutcome = 'answered' | 'clarify' | 'abstain' | 'error';

/** What came of a question. */
export interface EvalAnswer {
  readonly outcome: EvalOutcome;
  /** As it was understood; `null` where SQL answered, or nothing did. */
  readonly query: SemanticQuery | null;
  readonly sql: string | null;
  readonly columns: readonly { readonly name: string }[];
  readonly rows: readonly (readonly WireCell[])[];
  /** 0–1. */
  readonly confidence: number | null;
  /** What the asker is told where there are no rows. */
  readonly message: string | null;
  /** That a language model was given; `null` where none was asked. */
  readonly inputTokens: number | null;
}

/** What was asked before, and what it was taken to be. */
export interface EvalTurn {
  readonly question: string;
  readonly query: SemanticQuery | null;
  readonly sql: string | null;
}

/** Whatever is measured. It never throws but for an abort. */
export type AskInWords = (
  question: string,
  previous: readonly EvalTurn[],
  subject: Subject,
  signal: AbortSignal,
) => Promise<EvalAnswer>;

/** Runs the query or the SQL that a question gives in place of rows. */
export type RunReference = (question: EvalQuestion, signal: AbortSignal) => Promise<GivenAnswer>;

export type Verdict = 'right' | 'wrong' | 'clarified' | 'abstained' | 'error';

export interface Judged {
  readonly id: string;
  readonly kind: string;
  readonly question: string;
  readonly verdict: Verdict;
  readonly outcome: EvalOutcome;
  readonly confidence: number | null;
  readonly ms: number;
  readonly query: SemanticQuery | null;
  readonly sql: string | null;
  readonly message: string | null;
  readonly input_tokens: number | null;
}

const asKnown = ({ columns, rows }: GivenAnswer): KnownAnswer => ({ columns, rows });

const unanswered: Readonly<Record<Exclude<EvalOutcome, 'answered'>, Verdict>> = {
  clarify: 'clarified',
  abstain: 'abstained',
  error: 'error',
};

/** What an answer is worth. An error is never right, also where no answer is: it says nothing that helps. */
export const judge = (
  { unanswerable, orClarify }: EvalQuestion,
  known: readonly KnownAnswer[],
  answer: EvalAnswer,
): Verdict => {
  const { outcome, columns, rows } = answer;
  if (outcome === 'answered') {
    const given = { columns: columns.map(({ name }) => name), rows };
    return unanswerable === null && known.some((one) => saysTheSame(one, given)) ? 'right' : 'wrong';
  }
  if (outcome !== 'error' && unanswerable !== null) return 'right';
  return outcome === 'clarify' && orClarify ? 'right' : unanswered[outcome];
};

/** The conversation that these questions make: what could be answered of them. */
export const lead = async (
  questions: readonly string[],
  subject: Subject,
  ask: AskInWords,
  signal: AbortSignal,
): Promise<readonly EvalTurn[]> => {
  const turns: EvalTurn[] = [];
  for (const question of questions) {
    const { outcome, query, sql } = await ask(question, turns, subject, signal);
    if (outcome === 'answered') turns.push({ question, query, sql });
  }
  return turns;
};

export interface AskingParts {
  readonly ask: AskInWords;
  readonly reference: RunReference;
  readonly signal: AbortSignal;
  /** Told how many are done. */
  readonly onProgress?: (done: number, of: number) => void;
}

const failed = (question: EvalQuestion, message: string): Judged => {
  const { id, kind, question: text } = question;
  const nothing = { confidence: null, ms: 0, query: null, sql: null, input_tokens: null };
  return { id, kind, question: text, verdict: 'error', outcome: 'error', ...nothing, message };
};

const knownTo = async (question: EvalQuestion, parts: AskingParts): Promise<readonly KnownAnswer[] | string> => {
  if (question.query === null && question.sql === null) return question.answers;
  try {
    return [asKnown(await parts.reference(question, parts.signal))];
  } catch (error) {
    parts.signal.throwIfAborted();
    if (!(error instanceof DataMindError)) throw error;
    return `What is right cannot be had: ${error.message} [${error.code}]`;
  }
};

const askOne = async (question: EvalQuestion, parts: AskingParts): Promise<Judged> => {
  const { ask, signal } = parts;
  const known = await knownTo(question, parts);
  if (typeof known === 'string') return failed(question, known);
  const turns = await lead(question.previous, question.subject, ask, signal);
  const begun = performance.now();
  const answer = await ask(question.question, turns, question.subject, signal);
  const ms = Math.round((performance.now() - begun) * 10) / 10;
  const { id, kind } = question;
  const { outcome, confidence, query, sql, message, inputTokens: input_tokens } = answer;
  const verdict = judge(question, known, answer);
  return { id, kind, question: question.question, verdict, outcome, confidence, ms, query, sql, message, input_tokens };
};

export const askQuestions = async (set: QuestionSet, parts: AskingParts): Promise<readonly Judged[]> => {
  const judged: Judged[] = [];
  for (const question of set.questions) {
    parts.signal.throwIfAborted();
    judged.push(await askOne(question, parts));
    parts.onProgress?.(judged.length, set.questions.length);
  }
  return judged;
};

/** What each part of what a language model is told is worth: the same questions again, each time without one of them. */
import { type ContextPart, contextParts } from '../../semantic/prompt/compile-context.js';
import type { AskInWords, Judged } from './ask-questions.js';
import { compareRuns } from './compare-runs.js';
import type { QuestionSet } from './question-set.js';
import { type EvalRun, reportRun, type Tally } from './report.js';

export interface Ablation {
  readonly without: ContextPart;
  readonly total: Tally;
  /** Ids of questions that were right with it. */
  readonly no_longer_right: readonly string[];
  /** Ids of questions that are right without it only. */
  readonly now_right: readonly string[];
  /** That the language model was given, a question. */
  readonly mean_input_tokens: number | null;
}

export const meanInputTokens = (judged: readonly Judged[]): number | null => {
  const counts = judged.flatMap(({ input_tokens: tokens }) => (tokens === null ? [] : [tokens]));
  return counts.length === 0 ? null : Math.round(counts.reduce((sum, one) => sum + one, 0) / counts.length);
};

interface AblationParts {
  askWithout(part: ContextPart): AskInWords;
  run(set: QuestionSet, ask: AskInWords): Promise<readonly Judged[]>;
}

/** @param whole the run with all parts */
export const ablate = async (
  set: QuestionSet,
  whole: EvalRun,
  { askWithout, run }: AblationParts,
): Promise<readonly Ablation[]> => {
  const ablations: Ablation[] = [];
  for (const part of contextParts) {
    const judged = await run(set, askWithout(part));
    const reduced = reportRun(judged, whole);
    const changes = compareRuns(whole, reduced);
    ablations.push({
      without: part,
      total: reduced.total,
      no_longer_right: changes.filter(({ before }) => before === 'right').map(({ id }) => id),
      now_right: changes.filter(({ now }) => now === 'right').map(({ id }) => id),
      mean_input_tokens: meanInputTokens(judged),
    });
  }
  return ablations;
};

import type { Judged, Verdict } from './ask-questions.js';
import type { EvalRun } from './report.js';

/** A question that came out otherwise than in an earlier run. */
export interface ChangedQuestion {
  readonly id: string;
  readonly kind: string;
  readonly question: string;
  /** `null`: not in the earlier run. */
  readonly before: Verdict | null;
  /** `null`: no longer asked. */
  readonly now: Verdict | null;
}

/** From worst to best: a wrong number is worse than none. */
const worth: Readonly<Record<Verdict, number>> = { wrong: 0, error: 1, abstained: 2, clarified: 3, right: 4 };

export const isWorse = ({ before, now }: ChangedQuestion): boolean =>
  before !== null && now !== null && worth[now] < worth[before];

export const compareRuns = (before: Pick<EvalRun, 'questions'>, now: EvalRun): readonly ChangedQuestion[] => {
  const byId = (questions: readonly Judged[]): ReadonlyMap<string, Judged> =>
    new Map(questions.map((one) => [one.id, one]));
  const earlier = byId(before.questions);
  const later = byId(now.questions);
  return [...new Set([...later.keys(), ...earlier.keys()])].flatMap((id) => {
    const [was, is] = [earlier.get(id), later.get(id)];
    if (was?.verdict === is?.verdict) return [];
    const { kind, question } = (is ?? was)!;
    return [{ id, kind, question, before: was?.verdict ?? null, now: is?.verdict ?? null }];
  });
};

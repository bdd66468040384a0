/** Drafts become an answer: checked, told apart, or asked back about. */
import type { Interpretation, InterpretRequest, QueryProblem, SemanticQuery } from 'datamind/contract';
import { describeQuery } from './describe.js';
import { type Draft, margin } from './draft.js';
import type { Failure } from './failure.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const mostChecks = 12;
const mostChoices = 5;
/** What a name costs that is found by a synonym, one join away: nothing to doubt. */
const usual = 0.12;
/** Below it the reading is shown and asked about. */
const surely = 0.5;

export const abstain = ({ reason, message, unknown, near }: Failure): Interpretation => ({
  outcome: 'abstain',
  reason,
  message,
  unknown,
  near,
});

export const clarify = (
  index: VocabularyIndex,
  message: string,
  queries: readonly SemanticQuery[],
): Interpretation => ({
  outcome: 'clarify',
  message,
  choices: queries.slice(0, mostChoices).map((query) => ({ label: describeQuery(index, query), query })),
});

const outsideCodes = new Set(['UNKNOWN_MEMBER', 'NO_PATH', 'FORBIDDEN']);

const failed = (problem: QueryProblem): Interpretation =>
  abstain({
    reason: outsideCodes.has(problem.code) ? 'outside' : 'unclear',
    message: `As it was understood it cannot be answered: ${problem.message}`,
    unknown: [],
    near: [],
  });

export interface Checked {
  readonly accepted: readonly Draft[];
  readonly problem: QueryProblem | null;
}

/** Those that can be planned, of those that are about as good as the best of them. */
export const checkDrafts = async (
  drafts: readonly Draft[],
  check: InterpretRequest['check'],
  signal: AbortSignal,
): Promise<Checked> => {
  const accepted: Draft[] = [];
  const seen = new Set<string>();
  let problem: QueryProblem | null = null;
  let checks = 0;
  for (const draft of [...drafts].sort((a, b) => a.cost - b.cost)) {
    if (accepted.length > 0 && draft.cost > accepted[0]!.cost + margin) break;
    const key = JSON.stringify(draft.query);
    if (seen.has(key) || checks >= mostChecks) continue;
    seen.add(key);
    checks += 1;
    signal.throwIfAborted();
    const problems = await check(draft.query);
    if (problems.length === 0) accepted.push(draft);
    else problem ??= problems[0]!;
  }
  return { accepted, problem };
};

/** Confidence is what remains of 0.97 after the cost of the reading; see the README. */
export const confidenceOf = (cost: number, penalty: number): number =>
  Math.round(0.97 * Math.exp(-Math.max(0, cost) * 0.45) * penalty * 100) / 100;

export const decide = async (
  index: VocabularyIndex,
  drafts: readonly Draft[],
  { check }: Pick<InterpretRequest, 'check'>,
  signal: AbortSignal,
  penalty: number,
  notes: readonly string[],
): Promise<Interpretation> => {
  const { accepted, problem } = await checkDrafts(drafts, check, signal);
  const [best] = accepted;
  if (best === undefined)
    return problem === null
      ? abstain({ reason: 'unclear', message: 'The question could not be read.', unknown: [], near: [] })
      : failed(problem);
  if (accepted.length > 1) {
    return clarify(
      index,
      'That can be meant in more than one way. Which one?',
      accepted.map(({ query }) => query),
    );
  }
  const confidence = confidenceOf(best.cost - best.slots * usual, penalty);
  if (confidence < surely) return clarify(index, 'Is this what is meant?', [best.query]);
  return {
    outcome: 'query',
    query: best.query,
    confidence,
    reading: `${describeQuery(index, best.query)}.`,
    notes: [...notes, ...best.notes],
  };
};

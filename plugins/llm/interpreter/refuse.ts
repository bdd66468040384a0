/** Questions that ask for something other than what is in the data: to change it, to go around the rules, to foresee, to judge. */
import type { Interpretation } from 'datamind/contract';
import type { Language, WordClass } from './language.js';
import type { Token } from './tokens.js';

export type Refusal = Extract<Interpretation, { outcome: 'abstain' }>;

const refuse = (reason: Refusal['reason'], message: string): Refusal => ({
  outcome: 'abstain',
  reason,
  message,
  unknown: [],
  near: [],
});

interface Found {
  readonly one: WordClass;
  readonly from: number;
  readonly to: number;
}

/** Every phrase of the aside classes, wherever it stands. */
const findAsides = (tokens: readonly Token[], language: Language): readonly Found[] => {
  const found: Found[] = [];
  for (let from = 0; from < tokens.length; from += 1) {
    let key = '';
    for (let to = from + 1; to <= Math.min(tokens.length, from + language.longestPhrase); to += 1) {
      key = key === '' ? tokens[to - 1]!.norm : `${key} ${tokens[to - 1]!.norm}`;
      for (const one of language.asides.get(key) ?? []) found.push({ one, from, to });
    }
  }
  return found;
};

const isPolite = (token: Token | undefined, language: Language): boolean =>
  token !== undefined &&
  ((language.phrases.get(token.norm)?.includes('filler') ?? false) ||
    token.kind === 'mark' ||
    language.asides.get(token.norm)?.includes('onlyWord') === true);

/** Where the first word stands that is no politeness. */
const firstWord = (tokens: readonly Token[], language: Language): number => {
  let at = 0;
  while (
    at < tokens.length &&
    isPolite(tokens[at], language) &&
    !language.asides.get(tokens[at]!.norm)?.includes('mutate')
  )
    at += 1;
  return at;
};

/**
 * `null` for a question that may be about data.
 * @param isName whether names of the model begin at a token: a column that is called `password changes` is asked about as any other
 */
export const refuseOthers = (
  tokens: readonly Token[],
  language: Language,
  isName: (at: number) => boolean,
  isFollowUp: boolean,
): Refusal | null => {
  const asides = findAsides(tokens, language);
  const of = (one: WordClass): readonly Found[] => asides.filter((found) => found.one === one && !isName(found.from));
  const start = firstWord(tokens, language);
  const after = tokens[start + 1]?.norm ?? '';
  // `a drop in revenue`, `change of plan`: what happened, and nothing to do.
  const isNoun =
    language.phrases.get(after)?.includes('prep') === true ||
    (isName(start) &&
      (language.phrases.get(after)?.includes('filler') !== true ||
        language.asides.get(after)?.includes('worth') === true));
  const changes =
    !isNoun &&
    asides.some(({ one, from }) => one === 'mutate' && from === start) &&
    !(isFollowUp && asides.some(({ one, from }) => one === 'followUp' && from === start));
  const afterAnd = of('mutate').some(({ from }) => from > 0 && [';', '.'].includes(tokens[from - 1]!.norm));
  if (of('mutateHard').length > 0 || changes || afterAnd) {
    return refuse('unsafe', 'Data can be asked about here, and not be changed.');
  }
  const objects = of('evadeObject');
  if (objects.length > 0 || of('secrets').length > 0) {
    return refuse(
      'unsafe',
      'Rules, instructions and secrets are not part of what can be asked for, and nothing goes around them.',
    );
  }
  if (of('why').length > 0)
    return refuse('unclear', 'The data tells what happened, not why. Ask how a figure splits by something.');
  if (of('forecast').length > 0) return refuse('unclear', 'What will be is not in the data. Ask for what was.');
  if (of('opinion').length > 0)
    return refuse('unclear', 'That asks for a judgement. Ask for the figures that it would rest on.');
  return null;
};

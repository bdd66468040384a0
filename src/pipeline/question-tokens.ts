import { createPersonalTokens, type PersonalTokens } from '../../core/pii/tokenise-personal.js';
import { sayableMembers } from '../../semantic/prompt/compile-context.js';
import { showHistory } from '../../semantic/prompt/compress-history.js';
import { sayableDimensions } from '../../semantic/prompt/vocabulary.js';
import type { QuestionRequest } from './question.js';
import type { Understanding } from './stages/interpret.js';

/** Tokens that know what was compared with before in the conversation: names among it have no pattern. */
export const questionTokens = (
  { vocabulary, governed, previous }: Understanding,
  { model }: QuestionRequest,
): PersonalTokens => {
  const tokens = createPersonalTokens();
  const isSayable = sayableMembers(vocabulary, sayableDimensions(model, governed));
  showHistory(previous, { tokens, isSayable, countTokens: () => 0 });
  return tokens;
};

import { maskText } from '../../core/pii/mask-text.js';
import type { DialectName } from '../../core/plugin/contract.js';
import { takesText } from '../../core/sql/text-dialects.js';
import { type Token, tokenizeSql } from '../../core/sql/tokenize-sql.js';

const longestText = 20_000;

const struck = ({ kind, text, gap }: Token): string => {
  if (kind === 'string') return `${gap}'…'`;
  // Years, limits and the like are no secret; numbers of people, cards and telephones are longer.
  if (kind === 'number' && text.length > 4) return `${gap}#`;
  return `${gap}${text}`;
};

/**
 * A statement without its values and comments, cut into words as its engine does. `null` for a text of a user that cannot be cut so.
 * @param planned values of such are bound; what is quoted all the same is of its own making
 */
export const strikeValues = (text: string, dialect: DialectName, planned: boolean): string | null => {
  try {
    if (takesText(dialect)) {
      const words = tokenizeSql(text, dialect).map(struck).join('').trim();
      return maskText(words.slice(0, longestText));
    }
  } catch {
    // Neither is it kept as it is.
  }
  return planned ? maskText(text.replace(/'(?:[^']|'')*'?/g, "'…'").slice(0, longestText)) : null;
};

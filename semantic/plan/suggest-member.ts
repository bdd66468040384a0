/** What somebody may have meant by a name that means nothing where it stands. */
import { didYouMean } from '../../core/config/did-you-mean.js';
import { DataMindError } from '../../core/errors/datamind-error.js';

/** A better name, or the right name in the wrong place. */
export interface Suggestion {
  readonly hint: string;
  readonly suggestions: readonly string[];
}

export const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

const most = 5;

/** @param found names that mean something there, the likeliest first */
export const sayOneOf = (found: readonly string[]): Suggestion | null => {
  const suggestions = found.slice(0, most);
  if (suggestions.length === 0) return null;
  return { hint: `Did you mean ${suggestions.map((name) => `"${name}"`).join(' or ')}?`, suggestions };
};

export const sayNear = (name: string, known: Iterable<string>): Suggestion | null => {
  const guess = didYouMean(name, known);
  return guess === undefined ? null : sayOneOf([guess]);
};

/** @param what of another kind the name is, such as "a metric", and where such names are asked for */
export const sayMisplaced = (name: string, what: string, where: string): Suggestion => ({
  hint: `"${shorten(name)}" is ${what}: ask for it under "${where}".`,
  suggestions: [],
});

export const unknownMember = (message: string, at: string, said: Suggestion | null): DataMindError =>
  new DataMindError('UNKNOWN_MEMBER', message, { at, hint: said?.hint, suggestions: said?.suggestions ?? [] });

/** Refuses a name that several entities have. */
export const ambiguous = (
  message: string,
  at: string,
  entities: readonly { readonly name: string }[],
  name: string,
): DataMindError => {
  const suggestions = entities.slice(0, 10).map((entity) => `${entity.name}.${name}`);
  return new DataMindError('AMBIGUOUS_MEMBER', message, {
    at,
    hint: `Write ${suggestions.map((choice) => `"${choice}"`).join(' or ')}.`,
    suggestions,
  });
};

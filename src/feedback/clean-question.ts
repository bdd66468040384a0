import { DataMindError } from '../../core/errors/datamind-error.js';
import { maskText } from '../../core/pii/mask-text.js';
import { plainWords } from '../pipeline/value-index.js';

export const refused = (message: string, at: string, hint?: string): DataMindError =>
  new DataMindError('PAIR_REFUSED', message, { at, ...(hint !== undefined && { hint }) });

/** Controls, and what turns the direction of what is read around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unseen = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;

/**
 * What speaks to whoever reads rather than asks. It is fenced in every prompt, and no prompt gives rights; it is kept out all the
 * same, because an example that was verified is read with trust.
 */
const commands: readonly RegExp[] = [
  /\b(ignore|disregard|forget|override|bypass|circumvent|disable|skip)\b.{0,60}\b(polic(y|ies)|rules?|instructions?|masks?|permissions?|guards?|restrictions?|safety|above|previous|prior)\b/i,
  /\b(system|developer)\s+(prompt|message|instructions?)\b/i,
  /\b(you are|act as|behave as|pretend to be)\s+(now|an?|the)\b/i,
  /\b(reveal|print|repeat|show)\b.{0,40}\b(prompt|instructions)\b/i,
  /```|<\/?[a-z!]|\{\{|\]\]>/i,
];

/** Texts of a query or of SQL. */
export const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
};

export const isPersonal = (text: string): boolean => maskText(text) !== text;

/** A question that may stand in the model as it is. @throws DataMindError `PAIR_REFUSED` */
export const cleanQuestion = (text: string, at = '/question'): string => {
  const question = text.normalize('NFC').trim();
  if (unseen.test(question)) {
    throw refused('The question has characters that cannot be seen; write it as one plain line.', at);
  }
  if (plainWords(question) === '') throw refused('The question has no words.', at);
  if (isPersonal(question)) {
    throw refused('The question holds personal data, and would show it to everybody who keeps the model.', at);
  }
  if (commands.some((command) => command.test(question))) {
    throw refused('This speaks to whoever reads it rather than asks for data, so it is no question to learn from.', at);
  }
  return question;
};

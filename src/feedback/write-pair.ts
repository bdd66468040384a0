/** A verified pair as YAML in the model: comments, order and style of the rest stay, and so does all of its content. */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { EditError, editDocument } from '../../semantic/load/edit-document.js';
import { plainWords } from '../pipeline/value-index.js';

/** Where new ones go. */
export const pairsFile = 'verified_queries.yaml';
const section = 'verified_queries';
const longestName = 60;

type Definition = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const readAll = (text: string): readonly unknown[] => {
  const documents = parseAllDocuments(text, { version: '1.2', schema: 'core' });
  return Array.isArray(documents) ? documents.map((document) => document.toJS({ maxAliasCount: 100 }) as unknown) : [];
};

/** What stands there under a name; `null`: nothing. */
export const readPair = (text: string, name: string): Definition | null => {
  for (const document of readAll(text)) {
    const pairs = isMap(document) ? document[section] : null;
    if (isMap(pairs) && Object.hasOwn(pairs, name) && isMap(pairs[name])) return pairs[name];
  }
  return null;
};

/** All that is in a text but for one pair. */
const rest = (text: string, name: string): readonly unknown[] =>
  readAll(text).flatMap((document) => {
    if (!isMap(document)) return document === null ? [] : [document];
    const { [section]: pairs, ...others } = document;
    const { [name]: _, ...left } = isMap(pairs) ? pairs : {};
    const kept = Object.keys(left).length === 0 ? others : { ...others, [section]: left };
    return Object.keys(kept).length === 0 ? [] : [kept];
  });

/**
 * @param definition `null`: it is removed
 * @throws DataMindError `CONFLICT` where the text cannot be written into
 */
export const writePair = (text: string, name: string, definition: Definition | null): string => {
  let after: string;
  try {
    after = editDocument(text, [section, name], definition ?? undefined);
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    throw new DataMindError('CONFLICT', `The verified query "${name}" cannot be written: ${error.message}`, {
      cause: error,
    });
  }
  // Whatever stands in a question, it changes nothing else of the model.
  const isWhole =
    isDeepStrictEqual(rest(after, name), rest(text, name)) && isDeepStrictEqual(readPair(after, name), definition);
  if (!isWhole) throw new Error('a verified query would change more of the file than itself');
  return after;
};

/** A name that is not taken, of the words of the question. */
export const pairName = (question: string, isTaken: (name: string) => boolean): string => {
  const words = plainWords(question)
    .split(' ')
    .filter((word) => /^[a-z0-9]+$/.test(word));
  const said = words.join('_').slice(0, longestName).replace(/_+$/, '');
  const digest = createHash('sha256').update(question).digest('hex').slice(0, 8);
  const name = said === '' ? `question_${digest}` : /^[a-z]/.test(said) ? said : `question_${said}`;
  return isTaken(name) ? `${name}_${digest}` : name;
};

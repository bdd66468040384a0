/** The verified pairs of a model that questions are held to: without those that are held back, or mean something else by now. */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { DialectName } from '../../core/plugin/contract.js';
import type { Vocabulary } from '../../core/plugin/llm.js';
import type { Model, VerifiedQuery } from '../../semantic/model/model.js';
import { staleQueries } from '../../semantic/prompt/verified-meaning.js';
import type { HeldBack } from './question.js';
import { plainWords } from './value-index.js';

export interface VerifiedSql {
  readonly question: string;
  readonly sql: string;
}

/** A question by its words, without saying them. */
export const wordsHash = (question: string): string => createHash('sha256').update(plainWords(question)).digest('hex');

const isHeldBack = ({ names, questions }: HeldBack, { name, question }: VerifiedQuery): boolean =>
  names.has(name) || questions.has(wordsHash(question));

const mostKept = 8;
const known = new WeakMap<Vocabulary, LRUCache<string, Vocabulary>>();

/** The same object for the same vocabulary and what is held back, so that indexes can hang on it. */
export const withoutHeldBack = (vocabulary: Vocabulary, model: Model, heldBack: HeldBack | null): Vocabulary => {
  if (heldBack === null || (heldBack.names.size === 0 && heldBack.questions.size === 0)) return vocabulary;
  const held = Object.values(model.verified_queries).filter((one) => isHeldBack(heldBack, one));
  const words = new Set(held.map(({ question }) => plainWords(question)));
  const verified = vocabulary.verified.filter(({ question }) => !words.has(plainWords(question)));
  if (verified.length === vocabulary.verified.length) return vocabulary;
  const hash = createHash('sha256')
    .update(JSON.stringify([vocabulary.hash, verified]))
    .digest('hex');
  let variants = known.get(vocabulary);
  if (variants === undefined) {
    variants = new LRUCache({ max: mostKept });
    known.set(vocabulary, variants);
  }
  let found = variants.get(hash);
  if (found === undefined) {
    found = { ...vocabulary, verified, hash };
    variants.set(hash, found);
  }
  return found;
};

/** SQL of a verified query in a dialect; `null` where it has none for it. */
export const sqlIn = ({ sql }: Pick<VerifiedQuery, 'sql'>, dialect: string): string | null =>
  sql === null ? null : ((sql as Readonly<Record<string, string>>)[dialect] ?? sql.default ?? null);

/** The verified questions that SQL answers. What it may read is settled where it is prepared, for whoever asks. */
export const verifiedSqlOf = (
  model: Model,
  dialect: DialectName,
  heldBack: HeldBack | null,
): readonly VerifiedSql[] => {
  const stale = staleQueries(model);
  return Object.values(model.verified_queries).flatMap((one) => {
    const sql = sqlIn(one, dialect);
    const isOut = sql === null || one.hidden || stale.has(one.name);
    return isOut || (heldBack !== null && isHeldBack(heldBack, one)) ? [] : [{ question: one.question, sql }];
  });
};

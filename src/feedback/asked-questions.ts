import { LessThan } from 'typeorm';
import { maskText } from '../../core/pii/mask-text.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import type { Subject } from '../../core/subject/subject.js';
import type { ReadBy } from '../pipeline/question.js';
import { wordsHash } from '../pipeline/verified-pairs.js';
import { newId } from '../store/new-id.js';
import type { Reader, Store } from '../store/store.js';
import { type AskedQuestionRow, askedQuestions } from './store.js';

/** A question, and what it was taken to be. */
export interface Understood {
  readonly subject: Subject;
  readonly queryId: string;
  readonly question: string;
  readonly query: SemanticQuery | null;
  readonly sql: string | null;
  readonly readBy: ReadBy;
  readonly followUp: boolean;
  readonly modelHash: string;
}

/** Every text in it without personal data. */
export const withoutPersonalData = <T>(value: T): T => {
  if (typeof value === 'string') return maskText(value) as T;
  if (Array.isArray(value)) return value.map(withoutPersonalData) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutPersonalData(inner)])) as T;
};

/** Keeps what may be flagged. */
export const keepAsked = async (store: Store, understood: Understood, at: number): Promise<void> => {
  const { subject, question, query, sql, ...rest } = understood;
  const row: AskedQuestionRow = {
    ...rest,
    id: newId(at),
    workspaceId: subject.workspace,
    user: subject.user,
    question: maskText(question),
    wordsHash: wordsHash(question),
    query: withoutPersonalData(query),
    sql: withoutPersonalData(sql),
    at,
  };
  await store.transaction((db) => db.insert(askedQuestions, row));
};

/** The latest question of that id: one's own, or anybody's. */
export const findAsked = async (
  db: Reader,
  workspaceId: string,
  queryId: string,
  user: string | null,
): Promise<AskedQuestionRow | null> => {
  const where = { workspaceId, queryId, ...(user !== null && { user }) };
  const [latest] = await db.find(askedQuestions, { where, order: { at: 'DESC', id: 'DESC' }, take: 1 });
  return latest ?? null;
};

/** Deletes what was asked before a moment. */
export const sweepAsked = async (store: Store, before: number): Promise<void> => {
  await store.transaction((db) => db.remove(askedQuestions, { at: LessThan(before) }));
};

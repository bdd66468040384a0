import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { LessThan } from 'typeorm';
import type { AppLogger } from '../../core/logging/create-logger.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Store } from '../store/store.js';
import { generatedQueries } from './store.js';

/** SQL that was shown for a question, and the query that it stands for. */
export interface GeneratedQueries {
  keep(subject: Subject, queryId: string, sql: string, query: SemanticQuery): Promise<void>;
  /** What the text stands for, where it is unchanged and was shown to the same person; `null`: it is text like any other. */
  find(subject: Subject, queryId: string, sql: string): Promise<SemanticQuery | null>;
}

interface Kept {
  readonly sql: string;
  readonly query: SemanticQuery;
}

const most = 5_000;
const keptMs = 24 * 3_600_000;

const keyOf = ({ workspace, user }: Subject, queryId: string): string =>
  createHash('sha256')
    .update(JSON.stringify([workspace, user, queryId]))
    .digest('hex');

/** Kept for a day: what was forgotten is judged as the text that it is. */
export const createGeneratedQueries = (
  store: Store | null,
  log: AppLogger,
  now: () => number = Date.now,
): GeneratedQueries => {
  const kept = new LRUCache<string, Kept>({ max: most, ttl: keptMs });
  const stored = async (id: string): Promise<Kept | null> => {
    const row = (await store?.read((db) => db.findOneBy(generatedQueries, { id }))) ?? null;
    if (row === null || row.createdAt < now() - keptMs) return null;
    return { sql: row.sql, query: row.query as SemanticQuery };
  };
  return {
    keep: async (subject, queryId, sql, query) => {
      const id = keyOf(subject, queryId);
      kept.set(id, { sql, query });
      const { workspace: workspaceId, user } = subject;
      const row = { id, workspaceId, user, queryId, sql, query, createdAt: now() };
      // Without the store this process knows it all the same.
      await store
        ?.transaction(async (db) => {
          await db.remove(generatedQueries, { id });
          await db.insert(generatedQueries, row);
        })
        .catch((error: unknown) => log.warn('a generated query could not be kept', { error }));
    },
    find: async (subject, queryId, sql) => {
      const id = keyOf(subject, queryId);
      const found = kept.get(id) ?? (await stored(id));
      return found !== null && found.sql.trim() === sql.trim() ? found.query : null;
    },
  };
};

/** Nothing depends on it: what is older is not found, swept or not. */
export const sweepGenerated = async (store: Store, now: number): Promise<void> => {
  await store.transaction((db) => db.remove(generatedQueries, { createdAt: LessThan(now - keptMs) }));
};

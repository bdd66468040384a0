import { DataMindError } from '../../core/errors/datamind-error.js';
import type { SharedAnswers } from '../cluster/shared-answers.js';
import { readAnswer, serialiseAnswer } from './answer-query.js';
import { readSqlAnswer, type SqlFormat, serialiseSqlAnswer } from './answer-sql.js';
import type { GovernedExecutor } from './execute.js';
import type { Prepared, PreparedQuery, PreparedSql } from './prepared.js';
import type { CachedAnswer, ResultCache } from './result-cache.js';
import { createSingleFlight } from './single-flight.js';

export type CacheUse = 'hit' | 'miss' | 'shared' | 'bypass';

export interface ServedAnswer extends CachedAnswer {
  readonly cache: CacheUse;
  readonly executeMs: number;
}

export interface ServeOptions {
  readonly correlationId: string;
  /** Where it is asked from: a network address, for the audit. */
  readonly origin?: string | null;
  readonly signal: AbortSignal;
  /** Ask the database anew. */
  readonly fresh: boolean;
}

export interface AnswerService {
  /**
   * What is cached for this, given at once and noted in the trail; `undefined` when there is nothing, or when the trail would have
   * to be waited for.
   */
  cached(prepared: PreparedQuery, asked: Pick<ServeOptions, 'correlationId' | 'origin'>): CachedAnswer | undefined;
  /** From the cache, or together with whoever asks the same now, or from the database. */
  answer(prepared: PreparedQuery, options: ServeOptions): Promise<ServedAnswer>;
  /** @param limit rows at most */
  answerSql(prepared: PreparedSql, format: SqlFormat, limit: number, options: ServeOptions): Promise<ServedAnswer>;
}

type Reading = (how: {
  readonly correlationId: string;
  readonly origin: string | null;
  readonly signal: AbortSignal;
}) => Promise<{ readonly head: Buffer; readonly truncated: boolean }>;

export const createAnswerService = (
  executor: GovernedExecutor,
  cache: ResultCache,
  { maxRows, shared: others }: { readonly maxRows: number; readonly shared?: SharedAnswers },
): AnswerService => {
  const once = createSingleFlight<{ readonly head: Buffer; readonly kept: boolean }>();
  const enabled = cache.status().enabled;

  /** What another process has answered. */
  const ofOthers = async (name: string): Promise<Buffer | null> => {
    const found = enabled ? ((await others?.get(name)) ?? null) : null;
    if (found === null) return null;
    // It is as old here as it is there.
    cache.set(name, { head: found.head }, found.ttlMs);
    return found.head;
  };

  const serve = async (
    prepared: Prepared,
    variant: string,
    read: Reading,
    { correlationId, origin = null, signal, fresh }: ServeOptions,
  ): Promise<ServedAnswer> => {
    const { key, cacheable } = prepared;
    // Nothing runs for it, and it is in the trail all the same.
    const noted = async (): Promise<void> => {
      await executor.answered(prepared, { correlationId, origin });
    };
    if (signal.aborted) throw new DataMindError('QUERY_CANCELLED', 'The request was given up by its client.');
    const before = performance.now();
    const name = `${key}${variant}`;
    if (!fresh && cacheable) {
      const found = cache.get(name);
      if (found !== undefined) {
        await noted();
        return { ...found, cache: 'hit', executeMs: 0 };
      }
    }
    // A fresh answer never joins a run that began before it was asked for; nor does one that chance or the clock is in.
    const flight = fresh || !cacheable ? `${name} ${correlationId}` : name;
    const { shared, result } = once(flight, signal, async (stop) => {
      const known = fresh || !cacheable ? null : await ofOthers(name);
      if (known !== null) return { head: known, kept: true };
      const { head, truncated } = await read({ correlationId, origin, signal: stop });
      if (cacheable && !truncated) {
        cache.set(name, { head });
        if (enabled) others?.set(name, head);
      }
      return { head, kept: false };
    });
    const { head, kept } = await result;
    if (kept || shared) await noted();
    if (kept) return { head, cache: 'hit', executeMs: 0 };
    const use: CacheUse = fresh ? 'bypass' : shared ? 'shared' : 'miss';
    return { head, cache: use, executeMs: performance.now() - before };
  };

  return {
    cached: (prepared, asked) => {
      const { key, cacheable } = prepared;
      if (!cacheable || !executor.takesNotes()) return undefined;
      const found = cache.get(key);
      if (found !== undefined) executor.answered(prepared, asked);
      return found;
    },
    answer: (prepared, options) =>
      serve(
        prepared,
        '',
        async (how) => {
          const answer = await readAnswer(executor, prepared, { ...how, maxRows });
          return { head: serialiseAnswer(prepared, answer), truncated: answer.truncated };
        },
        options,
      ),
    answerSql: (prepared, format, limit, options) =>
      serve(
        prepared,
        ` ${format}`,
        async (how) => {
          const answer = await readSqlAnswer(executor, prepared, { ...how, maxRows: Math.min(limit, maxRows) });
          return { head: serialiseSqlAnswer(prepared, answer, format), truncated: answer.truncated };
        },
        options,
      ),
  };
};

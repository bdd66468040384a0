/** A running statement whose end is written into the trail, however it ends. */
import type { AppLogger } from '../../core/logging/create-logger.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { type ErrorCode, errorCatalogue } from '../../core/errors/catalogue.js';
import { maskEngineWords } from '../../core/pii/mask-engine-words.js';
import { PluginError } from '../../core/plugin/contract.js';
import type { Row } from '../../core/result/column.js';
import type { ResultSet } from '../../core/result/result-set.js';
import type { OpenEntry, Outcome } from '../audit/trail.js';

export interface Auditing {
  readonly entry: OpenEntry;
  readonly log: AppLogger;
  readonly fields: { readonly correlation_id: string; readonly connection: string };
}

const codeOf = (error: unknown): ErrorCode => {
  if (error instanceof DataMindError) return error.code;
  return PluginError.is(error) && error.code in errorCatalogue ? error.code : 'INTERNAL';
};

const results: Partial<Record<ErrorCode, Outcome['result']>> = { QUERY_CANCELLED: 'cancelled', FORBIDDEN: 'denied' };
const resultOf = (code: ErrorCode): Outcome['result'] => results[code] ?? 'failed';

/** What the database said, for the operator alone; callers get the code and our own words. */
const logFailure = ({ log, fields }: Auditing, error: unknown, code: ErrorCode): void => {
  const { cause } = error as { readonly cause?: { readonly message?: unknown } };
  const words = typeof cause?.message === 'string' ? { engine: maskEngineWords(cause.message) } : {};
  log.warn('a statement failed', { ...fields, code, ...words });
};

/** The intent stands in the trail without an outcome, and can be seen there. */
export const logUnwritten = (log: AppLogger, fields: Readonly<Record<string, unknown>>, error: unknown): void =>
  log.error('the outcome of a statement could not be written into the audit trail', { ...fields, error });

/** Runs a statement under an entry of the trail. @throws what `open` throws */
export const runAudited = async (auditing: Auditing, open: () => Promise<ResultSet>): Promise<ResultSet> => {
  const { entry, log, fields } = auditing;
  const began = performance.now();
  let rows = 0;
  let ended = false;
  const finish = async (outcome: Outcome): Promise<void> => {
    if (ended) return;
    ended = true;
    try {
      await entry.finish(outcome);
    } catch (error) {
      logUnwritten(log, fields, error);
    }
  };
  const fail = async (error: unknown): Promise<never> => {
    const code = codeOf(error);
    logFailure(auditing, error, code);
    await finish({ result: resultOf(code), code, detail: { rows, ms: Math.round(performance.now() - began) } });
    throw error;
  };
  const result = await open().catch(fail);
  const done = (): Outcome => ({
    result: 'done',
    code: null,
    detail: {
      rows,
      bytes: result.bytes ?? null,
      truncated: result.truncated,
      ms: Math.round(performance.now() - began),
    },
  });

  async function* read(): AsyncGenerator<readonly Row[], void, undefined> {
    let whole = false;
    try {
      for await (const batch of result.batches) {
        rows += batch.length;
        yield batch;
      }
      whole = true;
    } catch (error) {
      await fail(error);
    } finally {
      await finish(whole ? done() : { ...done(), result: 'cancelled', code: 'QUERY_CANCELLED' });
    }
  }

  const batches = read();
  return {
    columns: result.columns,
    batches,
    get truncated() {
      return result.truncated;
    },
    get bytes() {
      return result.bytes;
    },
    close: async () => {
      await result.close();
      await batches.return();
      await finish({ ...done(), result: 'cancelled', code: 'QUERY_CANCELLED' });
    },
  };
};

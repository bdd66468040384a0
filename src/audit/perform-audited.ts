import type { ErrorCode } from '../../core/errors/catalogue.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { AuditTrail, Intent, JsonObject, Outcome } from './trail.js';

const denials: readonly ErrorCode[] = ['FORBIDDEN', 'UNAUTHENTICATED', 'LOGIN_FAILED', 'RATE_LIMITED', 'READ_ONLY'];

const failure = (error: unknown): Outcome => {
  const code = error instanceof DataMindError ? error.code : 'INTERNAL';
  return { result: denials.includes(code) ? 'denied' : 'failed', code, detail: {} };
};

/**
 * Does what the intent says, once the intent is on the disk, and writes how it ended.
 * @param told what the outcome says besides
 * @throws DataMindError `AUDIT_UNAVAILABLE` and nothing was done; what the work throws
 */
export const performAudited = async <T>(
  trail: AuditTrail,
  intent: Intent,
  work: () => Promise<T>,
  told: (result: T) => JsonObject = () => ({}),
): Promise<T> => {
  const entry = await trail.begin(intent);
  let result: T;
  try {
    result = await work();
  } catch (error) {
    // The error itself says more than a trail that fails after it.
    await entry.finish(failure(error)).catch(() => undefined);
    throw error;
  }
  // It is done: an intent without an outcome stands in the trail, and can be seen there.
  await entry.finish({ result: 'done', code: null, detail: told(result) }).catch(() => undefined);
  return result;
};

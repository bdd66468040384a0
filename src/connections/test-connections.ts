/** Whether settings lead to a database. What fails takes the same time and is told in the same words, whatever is there instead. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import { performAudited } from '../audit/perform-audited.js';
import type { JsonObject } from '../audit/trail.js';
import { actorOf, type Caller, workspaceOf } from '../identity/caller.js';
import type { Circumstances } from '../identity/service.js';
import { connectFailure } from '../pipeline/made-connections.js';
import { type Config, splitConfig, joinConfig } from './connection-config.js';
import { connectionType } from './connection-types.js';
import { configuredOf, type ConnectionServices, grantedOf } from './service.js';
import { connectionStates } from './store.js';

export type TestResult =
  | { readonly success: true; readonly latency_ms: number }
  | { readonly success: false; readonly code: string; readonly message: string; readonly hint?: string };

/** How long an attempt may take, in milliseconds. */
export const attemptMs = 5_000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The failure, not before the time that any failure takes. */
export const evenly = async <T>(
  { probeMs }: Pick<ConnectionServices, 'probeMs'>,
  work: () => Promise<T>,
): Promise<T> => {
  const began = performance.now();
  try {
    return await work();
  } catch (error) {
    await wait(Math.max(0, probeMs - (performance.now() - began)));
    throw error;
  }
};

export const failed = (error: unknown): TestResult & { readonly success: false } => {
  const { code, message, details } = connectFailure(error);
  return { success: false, code, message, ...(details.hint !== undefined && { hint: details.hint }) };
};

const attempt = async (
  services: ConnectionServices,
  work: () => Promise<{ latencyMs: number; status: string }>,
): Promise<TestResult> => {
  try {
    const { latencyMs } = await evenly(services, async () => {
      const health = await work();
      if (health.status === 'down') throw new DataMindError('CONNECTION_FAILED', 'The database does not answer.');
      return health;
    });
    return { success: true, latency_ms: Math.round(latencyMs) };
  } catch (error) {
    return failed(error);
  }
};

const audited = (
  { trail }: ConnectionServices,
  caller: Caller,
  target: string | null,
  { correlationId, address }: Circumstances,
  work: () => Promise<TestResult>,
): Promise<TestResult> =>
  performAudited(
    trail,
    { action: 'connection.test', actor: actorOf(caller), target, correlationId, origin: address, detail: {} },
    work,
    (result): JsonObject => (result.success ? { success: true } : { success: false, code: result.code }),
  );

export interface Tested {
  readonly type: string;
  readonly config: Config;
}

/** Before it is saved; nothing stays. @throws DataMindError `BAD_REQUEST` for settings that are not right */
export const testSettings = async (
  services: ConnectionServices,
  caller: Caller,
  { type: typeName, config }: Tested,
  circumstances: Circumstances,
): Promise<TestResult> => {
  const type = connectionType(typeName);
  const split = splitConfig(type, config);
  // One attempt may not take longer than the others seem to.
  const limited = {
    ...joinConfig(split),
    ...('connectTimeoutMs' in (type.schema.properties as object) && { connectTimeoutMs: attemptMs }),
  };
  return audited(services, caller, null, circumstances, () =>
    attempt(services, async () => {
      const plan = await services.reader.planFor(type, workspaceOf(caller), limited);
      return services.control.probe('test', { ...plan, startTimeoutMs: attemptMs });
    }),
  );
};

/** One that is saved; what was found out becomes its status. */
export const testConnection = async (
  services: ConnectionServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
): Promise<TestResult> => {
  if (configuredOf(services, caller, id) !== null) {
    return audited(services, caller, id, circumstances, () =>
      attempt(services, async () => {
        const health = (await services.configured.health()).find(({ name }) => name === id);
        return health ?? { latencyMs: 0, status: 'down' };
      }),
    );
  }
  const { row } = await grantedOf(services, caller, id, 'chat');
  return audited(services, caller, id, circumstances, async () => {
    const { revision } = row;
    const result = await attempt(services, async () => {
      const plan = await services.reader.madeOf(row).plan();
      return services.control.probe(row.name, { ...plan, startTimeoutMs: attemptMs });
    });
    const found = result.success
      ? { code: null, message: null, latencyMs: result.latency_ms }
      : { code: result.code, message: result.message, latencyMs: null };
    await services.store.transaction(async (db) => {
      const which = { connectionId: id, revision };
      await db.update(connectionStates, which, { ...found, checkedAt: services.now() });
      if (!result.success) await db.update(connectionStates, which, { status: 'error' });
    });
    if (result.success) services.wake(id);
    return result;
  });
};

/** Whether settings lead to a database. What fails takes the same time and is told in the same words, whatever is there instead. */
import { intentOf } from '../audit/intent-of.js';
import { performAudited } from '../audit/perform-audited.js';
import type { JsonObject } from '../audit/trail.js';
import { actorOf, type Caller, workspaceOf } from '../identity/caller.js';
import type { Circumstances } from '../identity/service.js';
import { connectFailure, unreachable } from '../pipeline/made-connections.js';
import { type Config, splitConfig, joinConfig } from './connection-config.js';
import { connectionType } from './connection-types.js';
import { configuredOf, type ConnectionServices, grantedOf } from './service.js';
import { connectionStates } from './store.js';

export type TestResult =
  | { readonly success: true; readonly latency_ms: number }
  | { readonly success: false; readonly code: string; readonly message: string; readonly hint?: string };

/** How long an attempt may take, in milliseconds. */
export const attemptMs = 5_000;

/** As long as every failure takes. */
const limitOf = ({ probeMs }: Pick<ConnectionServices, 'probeMs'>): number => (probeMs > 0 ? probeMs : attemptMs);

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

/** What is slow to let go of a socket ends by itself, and does not tell by its time. */
const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unreachable()), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

const attempt = async (
  services: ConnectionServices,
  work: () => Promise<{ latencyMs: number; status: string }>,
): Promise<TestResult> => {
  const healthy = async () => {
    const health = await work();
    if (health.status === 'down') throw unreachable();
    return health;
  };
  try {
    const { latencyMs } = await evenly(services, () => within(limitOf(services), healthy()));
    return { success: true, latency_ms: Math.round(latencyMs) };
  } catch (error) {
    return failed(error);
  }
};

const audited = (
  { trail }: ConnectionServices,
  caller: Caller,
  target: string | null,
  circumstances: Circumstances,
  work: () => Promise<TestResult>,
): Promise<TestResult> =>
  performAudited(
    trail,
    intentOf(actorOf(caller), 'connection.test', target, circumstances),
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
    ...('connectTimeoutMs' in (type.schema.properties as object) && { connectTimeoutMs: limitOf(services) }),
  };
  return audited(services, caller, null, circumstances, () =>
    attempt(services, async () => {
      const plan = await services.reader.planFor(type, workspaceOf(caller), limited);
      return services.control.probe('test', { ...plan, startTimeoutMs: limitOf(services) });
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
      return services.control.probe(row.name, { ...plan, startTimeoutMs: limitOf(services) });
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

import type { LookupFunction } from 'node:net';
import type { AppLogger } from '../logging/create-logger.js';
import { createRedactor, type Redactor } from '../secrets/create-redactor.js';
import type { ApprovedStatement, Health, Lifecycle, PluginHost } from './contract.js';
import { PluginError } from './contract.js';
import { createInstance } from './create-instance.js';
import { describeFailure } from './describe-failure.js';
import type { PlannedPlugin, PluginCandidate } from './plan-plugins.js';
import type { PluginFailure, PluginStatus } from './startup-report.js';
import { within } from './within.js';

/** What the composer gives to every plugin. */
export interface PluginServices {
  readonly log: AppLogger;
  /** The redactor behind `log`: learns the secrets of each plugin before its code runs. */
  readonly redact: Redactor;
  now(): number;
  isApproved(statement: ApprovedStatement): boolean;
  /** How plugins find addresses of names, where not every address may be reached. */
  readonly lookup?: LookupFunction;
  readonly limits?: Partial<PluginLimits>;
}

/** How long a plugin may take. Starting has a limit of its own in each entry. */
export interface PluginLimits {
  readonly stopMs: number;
  readonly healthMs: number;
}

export interface PluginHealth extends Health {
  readonly name: string;
}

/** One configured plugin and its life. All its state is here. */
export interface RunningPlugin {
  readonly plan: PlannedPlugin;
  status(): PluginStatus;
  /** The instance, when it is up. */
  instance(): Lifecycle | undefined;
  /** Loads the code and makes the instance. Never rejects: the status says what went wrong. */
  create(): Promise<void>;
  /** Never rejects. */
  start(): Promise<void>;
  health(): Promise<PluginHealth>;
  /** Idempotent, never rejects. */
  stop(): Promise<PluginFailure | undefined>;
}

const usualLimits: PluginLimits = { stopMs: 10_000, healthMs: 5_000 };

export const createRunningPlugin = (plan: PlannedPlugin, services: PluginServices): RunningPlugin => {
  const { name, startTimeoutMs } = plan;
  const { stopMs, healthMs } = { ...usualLimits, ...services.limits };
  const log = services.log.child({ plugin: name });
  const redact = createRedactor();
  for (const candidate of [plan.candidate, plan.otherwise]) {
    redact.add(candidate?.secrets ?? []);
    services.redact.add(candidate?.secrets ?? []);
  }
  const host: PluginHost = Object.freeze({
    name,
    log: Object.freeze({ debug: log.debug, info: log.info, warn: log.warn, error: log.error }),
    now: services.now,
    redact: (text: string) => redact(text),
    isApproved: services.isApproved,
    ...(services.lookup !== undefined && { lookup: services.lookup }),
  });

  let candidate: PluginCandidate = plan.candidate;
  let made: Lifecycle | undefined;
  let state: PluginStatus['state'] = 'down';
  let failure: PluginFailure | undefined;
  let startedInMs = 0;
  let stopping: Promise<PluginFailure | undefined> | undefined;

  const fail = (error: unknown, doing: string, limitMs: number): PluginFailure => {
    const described = describeFailure(error, doing, limitMs, redact);
    log.error(`plugin ${name}: ${described.message}`, { code: described.code, cause: error });
    return described;
  };
  const release = async (instance: Lifecycle): Promise<PluginFailure | undefined> => {
    try {
      await within(stopMs, () => instance.stop());
      return undefined;
    } catch (error) {
      return fail(error, 'stop', stopMs);
    }
  };
  /** Goes over to `otherwise` when that is what the failure calls for. */
  const fallBack = (error: unknown): boolean => {
    const lacksDriver = PluginError.is(error) && error.code === 'DRIVER_MISSING';
    if (!lacksDriver || plan.otherwise === undefined || candidate === plan.otherwise) return false;
    log.warn(`plugin ${name}: ${plan.otherwise.use} takes the place of ${candidate.use}, whose driver is missing`, {
      cause: error,
    });
    candidate = plan.otherwise;
    return true;
  };

  const create = async (): Promise<void> => {
    try {
      made = await within(startTimeoutMs, () => createInstance(candidate, host));
    } catch (error) {
      if (fallBack(error)) return create();
      failure = fail(error, 'load', startTimeoutMs);
    }
  };
  const start = async (): Promise<void> => {
    const instance = made;
    if (instance === undefined) return;
    const before = performance.now();
    try {
      await within(startTimeoutMs, (signal) => instance.start(signal));
      state = 'up';
    } catch (error) {
      made = undefined;
      await release(instance);
      if (fallBack(error)) {
        await create();
        return start();
      }
      failure = fail(error, 'start', startTimeoutMs);
    }
    startedInMs = Math.round(performance.now() - before);
  };
  const health = async (): Promise<PluginHealth> => {
    const instance = made;
    const before = performance.now();
    const took = (): number => Math.round(performance.now() - before);
    if (instance === undefined || state !== 'up') {
      return { name, status: 'down', latencyMs: 0, detail: failure?.message ?? 'it is not running' };
    }
    try {
      const { status, latencyMs, detail } = await within(healthMs, (signal) => instance.health(signal));
      return { name, status, latencyMs, ...(detail === undefined ? {} : { detail: redact(detail) }) };
    } catch (error) {
      const { message } = describeFailure(error, 'answer', healthMs, redact);
      log.warn(`plugin ${name}: health check failed`, { cause: error });
      return { name, status: 'down', latencyMs: took(), detail: message };
    }
  };
  const stop = (): Promise<PluginFailure | undefined> => {
    const instance = made;
    if (instance === undefined || state === 'down') return Promise.resolve(undefined);
    stopping ??= release(instance).then((problem) => {
      state = 'stopped';
      return problem;
    });
    return stopping;
  };
  const status = (): PluginStatus => {
    const { id, kind, title, version } = candidate.manifest;
    const otherwise = candidate === plan.otherwise;
    return { name, kind, id, title, version, use: candidate.use, otherwise, state, startedInMs, failure };
  };
  return { plan, status, instance: () => (state === 'up' ? made : undefined), create, start, health, stop };
};

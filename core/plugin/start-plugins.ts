import { DataMindError } from '../errors/datamind-error.js';
import type { Connector, Lifecycle, PluginKind } from './contract.js';
import type { PluginPlan } from './plan-plugins.js';
import { createRunningPlugin, type PluginHealth, type PluginServices, type RunningPlugin } from './running-plugin.js';
import { describeFailures, type PluginFailure, type PluginStatus } from './startup-report.js';

/** The plugins of one server, started. */
export interface Plugins {
  readonly defaultConnection?: string;
  /** Every configured plugin, those that are down too. */
  statuses(): readonly PluginStatus[];
  health(): Promise<readonly PluginHealth[]>;
  /**
   * The connectors that are up, by name. They can be claimed once, by the governed executor, so that there is no second
   * way to a database.
   * @throws Error when they were claimed before: a fault in the composition of the server
   */
  claimConnectors(): ReadonlyMap<string, Connector>;
  /** The plugins of another kind that are up, by name. */
  of(kind: Exclude<PluginKind, 'connector'>): ReadonlyMap<string, Lifecycle>;
  /** Stops them in reverse order, each with a time-out; idempotent. Returns those that did not stop well. */
  stop(): Promise<readonly (PluginFailure & { readonly name: string })[]>;
}

const reportFailures = (statuses: readonly PluginStatus[]): DataMindError => {
  const failed = statuses.filter(({ failure }) => failure !== undefined);
  const [only] = failed;
  const code = failed.length === 1 ? only!.failure!.code : 'PLUGIN_FAILED';
  return new DataMindError(code, describeFailures(failed), {
    hint: 'Mend what is named, or give the entry "onFailure": "degrade" to go on without a plugin that does not start.',
    errors: failed.map(({ name, failure }) => ({ at: name, message: failure!.message, code: failure!.code })),
  });
};

/** Failing to start may be borne; a plugin that breaks the contract, or a missing driver of one that must run, may not. */
const mayDegrade = ({ plan, status }: RunningPlugin): boolean =>
  plan.onFailure === 'degrade' && status().failure?.code !== 'PLUGIN_INVALID';

const stopAll = async (running: readonly RunningPlugin[]): Promise<(PluginFailure & { readonly name: string })[]> => {
  const problems: (PluginFailure & { readonly name: string })[] = [];
  for (const plugin of running.toReversed()) {
    const problem = await plugin.stop();
    if (problem !== undefined) problems.push({ name: plugin.plan.name, ...problem });
  }
  return problems;
};

const upOf = <T extends Lifecycle>(running: readonly RunningPlugin[], kind: PluginKind): ReadonlyMap<string, T> =>
  new Map(
    running.flatMap((plugin) => {
      const instance = plugin.instance();
      return instance !== undefined && plugin.status().kind === kind
        ? [[plugin.plan.name, instance as T] as const]
        : [];
    }),
  );

/**
 * Starts what the plan names: first all code is loaded and all instances made, then all are started side by side.
 * @throws DataMindError that names every plugin that failed, after the others have been stopped again
 */
export const startPlugins = async (plan: PluginPlan, services: PluginServices): Promise<Plugins> => {
  const running = plan.plugins.map((planned) => createRunningPlugin(planned, services));
  const assertBearable = async (): Promise<void> => {
    const fatal = running.some((plugin) => plugin.status().failure !== undefined && !mayDegrade(plugin));
    if (!fatal) return;
    await stopAll(running);
    throw reportFailures(running.map(({ status }) => status()));
  };
  await Promise.all(running.map(({ create }) => create()));
  await assertBearable();
  await Promise.all(running.map(({ start }) => start()));
  await assertBearable();

  let claimed = false;
  let stopping: Promise<readonly (PluginFailure & { readonly name: string })[]> | undefined;
  return {
    defaultConnection: plan.defaultConnection,
    statuses: () => running.map(({ status }) => status()),
    health: () => Promise.all(running.map(({ health }) => health())),
    claimConnectors: () => {
      if (claimed) throw new Error('the connectors have an owner already: only the governed executor may hold them');
      claimed = true;
      return upOf<Connector>(running, 'connector');
    },
    of: (kind) => upOf(running, kind),
    stop: () => {
      stopping ??= stopAll(running);
      return stopping;
    },
  };
};

import type { Sealer } from '../../core/secrets/create-sealer.js';
import type { Logger } from '../../core/plugin/contract.js';
import type { Route } from '../api/route.js';
import type { AuditTrail } from '../audit/trail.js';
import { assertKeys } from '../keys/sealed-secrets.js';
import { defaultWorkspace } from '../identity/caller.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import { createModelCompiler } from '../models/create-model-compiler.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import type { MadeConnections } from '../pipeline/made-connections.js';
import type { Store } from '../store/store.js';
import { type AddressGuard, createAddressGuard, type PermittedAddresses } from './address-guard.js';
import { createDrafts, type Drafts } from './drafts.js';
import { createConnectionReader } from './read-connections.js';
import { createConnectionRoutes } from './routes.js';
import type { ConnectionServices } from './service.js';
import { attemptMs } from './test-connections.js';
import { type ConnectionWatch, type Pace, watchConnections } from './watch-connections.js';

export interface ConnectionsOptions {
  readonly sealer: Sealer;
  readonly trail: AuditTrail;
  readonly log: Logger;
  /** Addresses that are not public and may be connected to all the same. */
  readonly permitted: PermittedAddresses;
  /** Under it each workspace has a folder of files that may be connected to; `null`: none. */
  readonly files: string | null;
  readonly now?: () => number;
  /** How long a failed attempt to connect takes, in milliseconds, whatever it fails at: five seconds when absent; 0: no longer than it needs. */
  readonly probeMs?: number;
  readonly pace?: Partial<Pace>;
  readonly guard?: AddressGuard;
}

/** The connections that are made by API, on a running node. */
export interface OpenConnections {
  /** For the executor, before it is opened. */
  readonly made: MadeConnections;
  readonly isConfigured: (workspace: string) => boolean;
  /** Takes the executor that reaches them, and begins to look after them. */
  serve(executor: GovernedExecutor, models: () => WorkspaceModels): RunningConnections;
  /** What is in models of subjects besides. */
  readonly drafts: Drafts;
}

export interface RunningConnections {
  readonly routes: readonly Route[];
  readonly watch: ConnectionWatch;
  /** For capabilities that are about connections. */
  readonly services: ConnectionServices;
  close(): Promise<void>;
}

/** The connections of the server's configuration are the default workspace's. */
const isConfigured = (workspace: string): boolean => workspace === defaultWorkspace;

/** @throws DataMindError `CONFIG_INVALID` when secrets were sealed with a key that is not here */
export const openConnections = async (store: Store, options: ConnectionsOptions): Promise<OpenConnections> => {
  const { sealer, trail, log, permitted, files, now = Date.now, probeMs = attemptMs, pace } = options;
  const { guard = createAddressGuard(permitted) } = options;
  await assertKeys(store, sealer);
  const reader = createConnectionReader({ store, sealer, guard, files });
  const drafts = createDrafts({ store, reader, compiler: createModelCompiler() });
  return {
    made: reader,
    isConfigured,
    drafts,
    serve: (executor, models) => {
      const control = executor.made;
      const watch = watchConnections({ store, reader, drafts, control, log, now, ...(pace !== undefined && { pace }) });
      const services: ConnectionServices = {
        store,
        trail,
        sealer,
        reader,
        drafts,
        models,
        control,
        isConfigured,
        now,
        probeMs,
        wake: watch.wake,
        configured: {
          statuses: executor.statuses,
          health: executor.health,
          connections: executor.connections,
          introspect: (name, signal) => executor.introspect(name, {}, signal),
          defaultConnection: executor.defaultConnection,
        },
      };
      return { routes: createConnectionRoutes(services), watch, services, close: watch.close };
    },
  };
};

/** What is done with connections; knows no HTTP. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Catalogue, DialectName } from '../../core/plugin/contract.js';
import type { PluginHealth } from '../../core/plugin/running-plugin.js';
import type { PluginStatus } from '../../core/plugin/startup-report.js';
import type { Sealer } from '../../core/secrets/create-sealer.js';
import type { AuditTrail } from '../audit/trail.js';
import { type Caller, workspaceOf } from '../identity/caller.js';
import type { MadeControl } from '../pipeline/made-connectors.js';
import type { Store, Writer } from '../store/store.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import type { Drafts } from './drafts.js';
import type { ConnectionReader, Granted } from './read-connections.js';
import { mayDo } from './read-connections.js';
import { type ConnectionRow, connections, type Permission } from './store.js';

/** The connections of `plugins.config.json`, as the executor has them. */
export interface ConfiguredConnections {
  statuses(): readonly PluginStatus[];
  health(): Promise<readonly PluginHealth[]>;
  introspect(name: string, signal: AbortSignal): Promise<Catalogue>;
  connections(): readonly { readonly name: string; readonly dialect: DialectName }[];
  readonly defaultConnection: string | null;
}

export interface ConnectionServices {
  readonly store: Store;
  readonly trail: AuditTrail;
  readonly sealer: Sealer;
  readonly reader: ConnectionReader;
  readonly configured: ConfiguredConnections;
  /** Whether the connections of the configuration are a workspace's. */
  readonly isConfigured: (workspace: string) => boolean;
  readonly control: MadeControl;
  readonly drafts: Drafts;
  /** The models of workspaces, where a draft becomes a file. */
  readonly models: () => WorkspaceModels;
  /** Has somebody look at a connection that was made or changed. */
  readonly wake: (id: string) => void;
  readonly now: () => number;
  /** A failed attempt to connect takes at least so long, in milliseconds, whatever it failed at. */
  readonly probeMs: number;
}

export const notThere = (): DataMindError => new DataMindError('NOT_FOUND', 'There is no such connection.');

/** A connection of the configuration that is the caller's workspace's. */
export const configuredOf = (
  { configured, isConfigured }: ConnectionServices,
  caller: Caller,
  id: string,
): PluginStatus | null =>
  isConfigured(workspaceOf(caller))
    ? (configured.statuses().find(({ name, kind }) => kind === 'connector' && name === id) ?? null)
    : null;

/**
 * Within a project its part of the model says what there is: all that a database has is for whoever works in the whole workspace.
 * @throws DataMindError `FORBIDDEN`
 */
export const assertWhole = ({ project }: Caller): void => {
  if (project === null) return;
  throw new DataMindError(
    'FORBIDDEN',
    'Within a project its entities say what there is; all of a database is not shown.',
    {
      hint: 'Leave X-Project-Id away, where you may.',
    },
  );
};

export const assertNotConfigured = (services: ConnectionServices, caller: Caller, id: string): void => {
  if (configuredOf(services, caller, id) === null) return;
  throw new DataMindError('READ_ONLY', 'The connection is in the configuration of the server, and is changed there.');
};

/**
 * A connection that was made by API, as far as the caller has been given it.
 * @throws DataMindError `NOT_FOUND`, the same for one that is not there; `FORBIDDEN` for one that may be seen and not more
 */
export const grantedOf = async (
  services: ConnectionServices,
  caller: Caller,
  id: string,
  needed: Permission,
): Promise<Granted> => {
  assertNotConfigured(services, caller, id);
  const found = await services.reader.granted(caller.subject, { id });
  if (found === null) throw notThere();
  if (mayDo(found.permission, needed)) return found;
  throw new DataMindError(
    'FORBIDDEN',
    `This needs the permission "${needed}" for the connection; yours is "${found.permission}".`,
  );
};

/** The row as it is now, within a transaction. @throws DataMindError `NOT_FOUND` */
export const rowOf = async (db: Writer, caller: Caller, id: string): Promise<ConnectionRow> => {
  const row = await db.findOneBy(connections, { workspaceId: workspaceOf(caller), id });
  if (row === null) throw notThere();
  return row;
};

/** What all of the workspace asks is no longer for its owner alone to lead elsewhere. */
export const assertMayChange = ({ row }: Granted, { role }: Caller): void => {
  if (row.publishedAt === null || role === 'admin') return;
  throw new DataMindError('FORBIDDEN', 'The connection is published, so only admins of the workspace change it.');
};

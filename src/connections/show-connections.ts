import { listPage } from '../api/list.js';
import { type Caller, workspaceOf } from '../identity/caller.js';
import type { ListRequest } from '../store/list-rows.js';
import type { PluginStatus } from '../../core/plugin/startup-report.js';
import { shownConfig } from './connection-config.js';
import { connectionTypes } from './connection-types.js';
import type { Granted } from './read-connections.js';
import { configuredOf, type ConnectionServices, notThere } from './service.js';
import { type ConnectionStateRow, connectionStates } from './store.js';

const spelled = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** The settings are shown to whoever may change them; others see what the database is. */
const shown = ({ row, permission }: Granted, state: ConnectionStateRow | null) => ({
  id: row.id,
  name: row.name,
  type: row.type,
  title: connectionTypes().get(row.type)?.manifest.title ?? row.type,
  description: row.description,
  origin: 'api',
  permission,
  owner: row.owner,
  config: permission === 'owner' ? shownConfig(row.settings, row.secretsAt) : null,
  status: state?.status ?? 'pending',
  published: row.publishedAt !== null,
  default: false,
  created_at: spelled(row.createdAt),
  changed_at: spelled(row.changedAt),
  version: row.version,
});

const shownConfigured = (
  { configured }: ConnectionServices,
  { role }: Caller,
  { name, id: type, title, state }: PluginStatus,
) => ({
  id: name,
  name,
  type,
  title,
  description: '',
  origin: 'config',
  permission: role === 'admin' ? 'view' : 'chat',
  owner: null,
  config: null,
  status: state === 'up' ? 'ready' : 'error',
  published: true,
  default: configured.defaultConnection === name,
  created_at: null,
  changed_at: null,
  version: 1,
});

const configuredFor = (services: ConnectionServices, caller: Caller): readonly PluginStatus[] =>
  services.isConfigured(workspaceOf(caller))
    ? services.configured.statuses().filter(({ kind }) => kind === 'connector')
    : [];

const statesOf = async (
  { store }: ConnectionServices,
  caller: Caller,
): Promise<ReadonlyMap<string, ConnectionStateRow>> => {
  const rows = await store.read((db) => db.findBy(connectionStates, { workspaceId: workspaceOf(caller) }));
  return new Map(rows.map((row) => [row.connectionId, row]));
};

/** Those of the configuration and those that the caller was given. */
export const listConnections = async (services: ConnectionServices, caller: Caller, request: ListRequest) => {
  const [granted, states] = await Promise.all([services.reader.grantedTo(caller.subject), statesOf(services, caller)]);
  const all = [
    ...configuredFor(services, caller).map((status) => shownConfigured(services, caller, status)),
    ...granted.map((one) => shown(one, states.get(one.row.id) ?? null)),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  return listPage(all, request);
};

export const showConnection = async (services: ConnectionServices, caller: Caller, id: string) => {
  const status = configuredOf(services, caller, id);
  if (status !== null) return shownConfigured(services, caller, status);
  const granted = await services.reader.granted(caller.subject, { id });
  if (granted === null) throw notThere();
  const state = await services.store.read((db) =>
    db.findOneBy(connectionStates, { workspaceId: workspaceOf(caller), connectionId: id }),
  );
  return shown(granted, state);
};

/** How a connection is, and what was last found out about it. */
export const showStatus = async (services: ConnectionServices, caller: Caller, id: string) => {
  const configured = configuredOf(services, caller, id);
  if (configured !== null) {
    const health = (await services.configured.health()).find(({ name }) => name === id);
    const up = health?.status === 'up' || health?.status === 'degraded';
    return {
      id,
      name: id,
      status: up ? 'ready' : 'error',
      code: up ? null : (configured.failure?.code ?? 'CONNECTION_FAILED'),
      message: up ? null : 'The connection is down.',
      checked_at: spelled(services.now()),
      latency_ms: up ? Math.round(health?.latencyMs ?? 0) : null,
      analysed_at: null,
      schema_changed_at: null,
      schema_changes: null,
    };
  }
  const granted = await services.reader.granted(caller.subject, { id });
  if (granted === null) throw notThere();
  const state = await services.store.read((db) =>
    db.findOneBy(connectionStates, { workspaceId: workspaceOf(caller), connectionId: id }),
  );
  const { schemaChanges } = state ?? {};
  const seesStructure = !granted.publishedOnly && caller.project === null;
  const hasChanges = schemaChanges !== undefined && 'added' in schemaChanges && seesStructure;
  return {
    id,
    name: granted.row.name,
    status: state?.status ?? 'pending',
    code: state?.code ?? null,
    message: state?.message ?? null,
    checked_at: spelled(state?.checkedAt ?? null),
    latency_ms: state?.latencyMs ?? null,
    analysed_at: spelled(state?.analysedAt ?? null),
    schema_changed_at: spelled(state?.schemaChangedAt ?? null),
    schema_changes: hasChanges ? schemaChanges : null,
  };
};

/** What is supported, with the settings of each. */
export const listTypes = () =>
  [...connectionTypes().values()].map(({ type, manifest, schema, isFile, available }) => ({
    type,
    title: manifest.title,
    description: manifest.description ?? '',
    file: isFile,
    available,
    schema,
  }));

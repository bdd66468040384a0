import { DataMindError } from '../../core/errors/datamind-error.js';
import { isIP } from 'node:net';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import { actorOf, type Caller, workspaceOf } from '../identity/caller.js';
import type { Circumstances } from '../identity/service.js';
import { changeRow } from '../store/change-row.js';
import { newId } from '../store/new-id.js';
import { assertPrecondition } from '../api/entity-tag.js';
import { changeConfig, type Config, type SplitConfig, splitConfig } from './connection-config.js';
import { type ConnectionType, connectionType } from './connection-types.js';
import { fromUrl } from './from-url.js';
import { sealPurpose } from './read-connections.js';
import {
  assertMayChange,
  assertNotConfigured,
  configuredOf,
  type ConnectionServices,
  grantedOf,
  rowOf,
} from './service.js';
import { type ConnectionRow, connections, connectionStates } from './store.js';

export interface NewConnection {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
  readonly config: Config;
}

export interface ConnectionChange {
  readonly name?: string;
  readonly description?: string;
  readonly config?: Config;
}

const mostInWorkspace = 500;

const seal = ({ sealer }: ConnectionServices, id: string, { settings, secrets }: SplitConfig) => ({
  settings,
  secretsAt: Object.keys(secrets),
  sealed: sealer.seal(Buffer.from(JSON.stringify(secrets)), sealPurpose(id)),
});

const taken = (name: string): DataMindError =>
  new DataMindError('CONFLICT', `There is a connection named "${name}" already; choose another name.`, { at: '/name' });

const assertFree = (services: ConnectionServices, caller: Caller, name: string): void => {
  if (configuredOf(services, caller, name) !== null) throw taken(name);
};

/** What can be told at once of where it leads; names of hosts are judged when they are connected to. */
const assertDestination = async (
  { reader }: ConnectionServices,
  type: ConnectionType,
  workspaceId: string,
  config: Config,
): Promise<void> => {
  const { host } = config;
  const literal = host === undefined || isIP(String(host)) !== 0 || String(host).startsWith('/');
  if (type.isFile || literal) await reader.planFor(type, workspaceId, config);
};

/** @returns its id */
export const createConnection = async (
  services: ConnectionServices,
  caller: Caller,
  { name, type: typeName, description = '', config }: NewConnection,
  circumstances: Circumstances,
): Promise<string> => {
  const type = connectionType(typeName);
  const split = splitConfig(type, config);
  const workspaceId = workspaceOf(caller);
  assertFree(services, caller, name);
  await assertDestination(services, type, workspaceId, split.settings);
  const at = services.now();
  const id = newId(at);
  const row: ConnectionRow = {
    id,
    workspaceId,
    name,
    type: type.type,
    description,
    ...seal(services, id, split),
    owner: caller.subject.user,
    revision: 1,
    createdAt: at,
    changedAt: at,
    publishedAt: null,
    version: 1,
  };
  await changeAudited(
    services,
    intentOf(actorOf(caller), 'connection.create', id, circumstances, { name, type: type.type }),
    ['connections'],
    async (db) => {
      if (await db.existsBy(connections, { workspaceId, name })) throw taken(name);
      if ((await db.countBy(connections, { workspaceId })) >= mostInWorkspace) {
        throw new DataMindError('CONFLICT', `A workspace has at most ${mostInWorkspace} connections.`);
      }
      await db.insert(connections, row);
      await db.insert(connectionStates, {
        connectionId: id,
        workspaceId,
        status: 'pending',
        code: null,
        message: null,
        revision: 1,
        checkedAt: null,
        latencyMs: null,
        analysedAt: null,
        schemaChangedAt: null,
        schemaChanges: {},
        leasedUntil: 0,
      });
    },
  );
  services.wake(id);
  return id;
};

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '_')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63);

/** Settings and a name from a URL; what is said beside it wins. */
export const describeUrl = ({
  url,
  name,
  config = {},
}: {
  readonly url: string;
  readonly name?: string;
  readonly config?: Config;
}): Pick<NewConnection, 'name' | 'type' | 'config'> => {
  const parts = fromUrl(url);
  const { database, path, host } = parts.config;
  const own = slug(String(database ?? path ?? host ?? ''));
  return { name: name ?? (own === '' ? parts.type : own), type: parts.type, config: { ...parts.config, ...config } };
};

export const changeConnection = async (
  services: ConnectionServices,
  caller: Caller,
  id: string,
  { name, description, config }: ConnectionChange,
  circumstances: Circumstances,
  headers: Parameters<typeof assertPrecondition>[0],
): Promise<void> => {
  const granted = await grantedOf(services, caller, id, 'owner');
  assertMayChange(granted, caller);
  const { row } = granted;
  const type = connectionType(row.type);
  if (name !== undefined) assertFree(services, caller, name);
  const split = config === undefined ? null : changeConfig(type, services.reader.open(row), config);
  if (split !== null) await assertDestination(services, type, row.workspaceId, split.settings);
  const detail = { ...(name !== undefined && { name }), settings: split !== null };
  await changeAudited(
    services,
    intentOf(actorOf(caller), 'connection.change', id, circumstances, detail),
    ['connections'],
    async (db) => {
      const now = await rowOf(db, caller, id);
      assertPrecondition(headers, etagOfRow(now));
      if (now.version !== row.version) {
        throw new DataMindError('PRECONDITION_FAILED', 'The connection has changed since you read it.');
      }
      if (name !== undefined && name !== now.name) {
        if (now.publishedAt !== null) {
          throw new DataMindError('CONFLICT', 'A model names the connection, so it keeps its name.', { at: '/name' });
        }
        if (await db.existsBy(connections, { workspaceId: now.workspaceId, name })) throw taken(name);
      }
      const change = {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        ...(split !== null && { ...seal(services, id, split), revision: now.revision + 1 }),
        changedAt: services.now(),
      };
      await changeRow(db, connections, { workspaceId: now.workspaceId, id }, now.version, change, 'connection');
      if (split === null) return;
      await db.update(
        connectionStates,
        { connectionId: id },
        { status: 'updating', code: null, message: null, revision: now.revision + 1, checkedAt: null, leasedUntil: 0 },
      );
    },
  );
  if (split !== null) services.wake(id);
};

export const deleteConnection = async (
  services: ConnectionServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
): Promise<void> => {
  assertNotConfigured(services, caller, id);
  const granted = await grantedOf(services, caller, id, 'owner');
  assertMayChange(granted, caller);
  const { row } = granted;
  await changeAudited(
    services,
    intentOf(actorOf(caller), 'connection.delete', id, circumstances, { name: row.name }),
    ['connections'],
    async (db) => {
      const { workspaceId } = await rowOf(db, caller, id);
      await db.remove(connections, { workspaceId, id });
    },
  );
  await services.control.drop(id);
};

export const etagOfRow = ({ id, version }: Pick<ConnectionRow, 'id' | 'version'>): string =>
  `"${id.slice(-12)}-${version}"`;

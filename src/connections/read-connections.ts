/**
 * The connections of the store as subjects reach them. What was read of a workspace is kept until anything about any connection
 * changes: each look reads one number, so a change on any node holds for the next statement.
 */
import { isAbsolute, join, relative, sep } from 'node:path';
import { realpath } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { valueAt } from '../../core/config/json-pointer.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { PluginCandidate } from '../../core/plugin/plan-plugins.js';
import type { Sealer } from '../../core/secrets/create-sealer.js';
import type { Subject } from '../../core/subject/subject.js';
import type { ConnectorPlan, MadeConnection, MadeConnections } from '../pipeline/made-connections.js';
import { groups } from '../identity/store.js';
import type { Reader, Store } from '../store/store.js';
import type { AddressGuard } from './address-guard.js';
import { type Config, joinConfig, type SplitConfig } from './connection-config.js';
import { type ConnectionType, connectionType } from './connection-types.js';
import {
  type ConnectionRow,
  connectionCatalogues,
  connectionGroupShares,
  connectionShares,
  connections,
  type Permission,
  permissions,
} from './store.js';

export interface ReaderParts {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly guard: AddressGuard;
  /** Under it, each workspace has a folder of files that may be connected to; `null`: files are not connected to. */
  readonly files: string | null;
}

/** A connection, and what one subject may do with it. */
export interface Granted {
  readonly row: ConnectionRow;
  readonly permission: Permission;
  /** Only because its model is published: what it has besides is not shown. */
  readonly publishedOnly: boolean;
}

export interface ConnectionReader extends MadeConnections {
  /** The connection of that id or name, when the subject has anything to do with it. */
  granted(subject: Subject, which: { readonly id: string } | { readonly name: string }): Promise<Granted | null>;
  /** All that the subject has anything to do with. */
  grantedTo(subject: Subject): Promise<readonly Granted[]>;
  /**
   * The connections whose drafts are part of the subject's model: its own and those that it was given to ask, until they are
   * published. Not all that an admin may manage.
   */
  draftsOf(subject: Subject): Promise<readonly { readonly row: ConnectionRow; readonly catalogueHash: string }[]>;
  /** A row as the executor takes it. */
  madeOf(row: ConnectionRow): MadeConnection;
  /** What a connector would be started from. @throws DataMindError where it leads is not permitted */
  planFor(type: ConnectionType, workspaceId: string, config: Config): Promise<ConnectorPlan>;
  /** Opens the secrets of a row. @throws DataMindError `CONFIG_INVALID` without the key that sealed them */
  open(row: ConnectionRow): SplitConfig;
}

/** What one user, or everybody in one group, was given. */
interface Share {
  readonly connectionId: string;
  readonly user: string | null;
  readonly group: string | null;
  readonly permission: Permission;
}

interface Known {
  readonly epoch: number;
  /** Of the names of groups. */
  readonly identityEpoch: number;
  readonly rows: readonly ConnectionRow[];
  readonly shares: readonly Share[];
  /** Of what each database has, by connection. */
  readonly hashes: ReadonlyMap<string, string>;
}

export const sealPurpose = (id: string): string => `connection/${id}`;

export const mayDo = (permission: Permission, needed: Permission): boolean =>
  permissions.indexOf(permission) >= permissions.indexOf(needed);

const sharesIn = async (db: Reader, workspaceId: string): Promise<readonly Share[]> => {
  const users = await db.findBy(connectionShares, { workspaceId });
  const shared = await db.findBy(connectionGroupShares, { workspaceId });
  const named = shared.length === 0 ? [] : await db.findBy(groups, { workspaceId });
  const names = new Map(named.map(({ id, name }) => [id, name]));
  return [
    ...users.map(({ connectionId, user, permission }) => ({ connectionId, user, group: null, permission })),
    ...shared.flatMap(({ connectionId, groupId, permission }) => {
      const group = names.get(groupId);
      return group === undefined ? [] : [{ connectionId, user: null, group, permission }];
    }),
  ];
};

/** The most that a subject was given of a connection, by name or by a group. */
const givenTo = (subject: Subject, { id }: ConnectionRow, shares: readonly Share[]): Permission | null =>
  shares
    .filter(({ connectionId }) => connectionId === id)
    .filter(({ user, group }) => user === subject.user || (group !== null && subject.groups.includes(group)))
    .map(({ permission }) => permission)
    .reduce((best: Permission | null, one) => (best !== null && mayDo(best, one) ? best : one), null);

const startTimeoutMs = 15_000;
const longestConnectMs = 10_000;

const noFiles = (): DataMindError =>
  new DataMindError('FORBIDDEN', 'There is no such file that connections may lead to.', {
    hint: 'Files are off unless whoever operates the server names a folder with DATAMIND_CONNECTION_FILES; a path is relative to the folder of your workspace in it.',
    at: '/config/path',
  });

/** The file itself, behind all links, in the workspace's own folder. @throws DataMindError the same words for all that is not there */
const fileIn = async (folder: string | null, workspaceId: string, path: unknown): Promise<string> => {
  if (folder === null || typeof path !== 'string' || path.includes('\0')) throw noFiles();
  const own = join(folder, workspaceId);
  try {
    const [root, file] = await Promise.all([realpath(own), realpath(isAbsolute(path) ? path : join(own, path))]);
    const steps = relative(root, file);
    if (steps === '' || isAbsolute(steps) || steps.split(sep)[0] === '..') throw noFiles();
    return file;
  } catch {
    throw noFiles();
  }
};

const candidateOf = (type: ConnectionType, config: Config, secrets: readonly string[]): PluginCandidate => ({
  use: `datamind/plugins/connectors/${type.type}`,
  folder: type.folder,
  main: type.main,
  manifest: type.manifest,
  config,
  secrets,
});

export const createConnectionReader = ({ store, sealer, guard, files }: ReaderParts): ConnectionReader => {
  const known = new LRUCache<string, Known>({ max: 500 });

  const read = async (workspaceId: string): Promise<Known> => {
    // Before all else: what changes while the rest is read is read again the next time.
    const { connections: epoch, identity: identityEpoch } = await store.epochs();
    let found = known.get(workspaceId);
    const isNamed = found?.shares.some(({ group }) => group !== null) === true;
    if (found === undefined || found.epoch !== epoch || (isNamed && found.identityEpoch !== identityEpoch)) {
      found = await store.read(async (db) => ({
        epoch,
        identityEpoch,
        rows: await db.find(connections, { where: { workspaceId }, order: { name: 'ASC' } }),
        shares: await sharesIn(db, workspaceId),
        hashes: new Map(
          (
            await db.find(connectionCatalogues, { select: { connectionId: true, hash: true }, where: { workspaceId } })
          ).map(({ connectionId, hash }) => [connectionId, hash]),
        ),
      }));
      known.set(workspaceId, found);
    }
    return found;
  };

  const grant = (subject: Subject, row: ConnectionRow, shares: readonly Share[]): Granted | null => {
    const isOwn = subject.roles.includes('admin') || row.owner === subject.user;
    if (isOwn) return { row, permission: 'owner', publishedOnly: false };
    const permission = givenTo(subject, row, shares);
    if (row.publishedAt !== null && (permission === null || permission === 'view')) {
      return { row, permission: 'chat', publishedOnly: permission === null };
    }
    return permission === null ? null : { row, permission, publishedOnly: false };
  };

  const open = (row: ConnectionRow): SplitConfig => {
    const secrets = JSON.parse(sealer.open(row.sealed, sealPurpose(row.id)).toString()) as Record<string, string>;
    return { settings: row.settings, secrets };
  };

  const planFor: ConnectionReader['planFor'] = async (type, workspaceId, given) => {
    const plan = { lookup: guard.lookup, startTimeoutMs };
    // With the defaults.
    const whole = structuredClone(given) as Config;
    const texts = [...type.check(whole).secrets].flatMap((at) => {
      const value = valueAt(whole, at);
      return typeof value === 'string' ? [value] : [];
    });
    if (type.isFile) {
      const path = await fileIn(files, workspaceId, given.path);
      return { ...plan, candidate: candidateOf(type, { ...whole, path }, texts) };
    }
    if (!Object.hasOwn(type.schema.properties as object, 'host')) {
      return { ...plan, candidate: candidateOf(type, whole, texts) };
    }
    const { host = 'localhost', connectTimeoutMs = longestConnectMs } = whole;
    await guard.assertHost(String(host));
    const config = { ...whole, host, connectTimeoutMs: Math.min(Number(connectTimeoutMs), longestConnectMs) };
    return { ...plan, candidate: candidateOf(type, config, texts) };
  };

  const madeOf = (row: ConnectionRow): MadeConnection => ({
    id: row.id,
    name: row.name,
    revision: row.revision,
    plan: () => planFor(connectionType(row.type), row.workspaceId, joinConfig(open(row))),
  });

  const grantedTo: ConnectionReader['grantedTo'] = async (subject) => {
    const { rows, shares } = await read(subject.workspace);
    return rows.flatMap((row) => grant(subject, row, shares) ?? []);
  };
  const granted: ConnectionReader['granted'] = async (subject, which) => {
    const { rows, shares } = await read(subject.workspace);
    const row = rows.find(({ id, name }) => ('id' in which ? id === which.id : name === which.name));
    return row === undefined ? null : grant(subject, row, shares);
  };
  const draftsOf: ConnectionReader['draftsOf'] = async (subject) => {
    const { rows, shares, hashes } = await read(subject.workspace);
    return rows.flatMap((row) => {
      const catalogueHash = hashes.get(row.id);
      if (row.publishedAt !== null || catalogueHash === undefined) return [];
      const permission = givenTo(subject, row, shares);
      const isTheirs = row.owner === subject.user || (permission !== null && mayDo(permission, 'chat'));
      return isTheirs ? [{ row, catalogueHash }] : [];
    });
  };
  return {
    draftsOf,
    granted,
    grantedTo,
    madeOf,
    planFor,
    open,
    find: async (subject, name) => {
      const found = await granted(subject, { name });
      return found === null || !mayDo(found.permission, 'chat') ? null : madeOf(found.row);
    },
    list: async (subject) =>
      (await grantedTo(subject)).filter(({ permission }) => mayDo(permission, 'chat')).map(({ row }) => madeOf(row)),
  };
};

import type { Catalogue } from '../../core/plugin/contract.js';
import { defineTable } from '../store/define-table.js';
import type { Config } from './connection-config.js';

/** A connection that was made by API. */
export interface ConnectionRow {
  readonly id: string;
  readonly workspaceId: string;
  /** What models and requests call it. */
  readonly name: string;
  /** The id of the connector plugin. */
  readonly type: string;
  readonly description: string;
  /** Without secrets. */
  readonly settings: Config;
  /** JSON pointers of the secrets that there are. */
  readonly secretsAt: readonly string[];
  /** The secrets, as JSON, sealed. */
  readonly sealed: string;
  /** As the subject of whoever made it is called; never given twice. */
  readonly owner: string;
  /** Grows with each change of the settings. */
  readonly revision: number;
  readonly createdAt: number;
  readonly changedAt: number;
  /** When an admin put its model into that of the workspace; from then on all of the workspace may ask it. */
  readonly publishedAt: number | null;
  readonly version: number;
}

export const connections = defineTable<ConnectionRow>('connections', {
  id: 'id',
  workspaceId: 'text',
  name: 'text',
  type: 'text',
  description: 'text',
  settings: 'json',
  secretsAt: 'json',
  sealed: 'text',
  owner: 'text',
  revision: 'count',
  createdAt: 'time',
  changedAt: 'time',
  publishedAt: 'time?',
  version: 'count',
});

/** Each may do what those before it may: see what it has, ask it, change and share it. */
export const permissions = ['view', 'chat', 'owner'] as const;
export type Permission = (typeof permissions)[number];

export interface ConnectionShareRow {
  readonly connectionId: string;
  /** A username. */
  readonly user: string;
  readonly workspaceId: string;
  readonly permission: Permission;
  readonly createdBy: string;
  readonly createdAt: number;
}

export const connectionShares = defineTable<ConnectionShareRow>('connection_shares', {
  connectionId: 'id',
  user: 'id',
  workspaceId: 'text',
  permission: 'text',
  createdBy: 'text',
  createdAt: 'time',
});

/** What everybody in a group may do. */
export interface ConnectionGroupShareRow {
  readonly connectionId: string;
  readonly groupId: string;
  readonly workspaceId: string;
  readonly permission: Permission;
  readonly createdBy: string;
  readonly createdAt: number;
}

export const connectionGroupShares = defineTable<ConnectionGroupShareRow>('connection_group_shares', {
  connectionId: 'id',
  groupId: 'id',
  workspaceId: 'text',
  permission: 'text',
  createdBy: 'text',
  createdAt: 'time',
});

/**
 * `pending`: nobody has looked at it yet; `analyzing`: its tables are read; `indexing`: its draft is made; `updating`: its settings
 * or its tables have changed and it is read again.
 */
export const connectionStatuses = ['pending', 'analyzing', 'indexing', 'ready', 'error', 'updating'] as const;
export type ConnectionStatus = (typeof connectionStatuses)[number];

/** What has changed in the database since it was read before: tables by what happened to them. */
export interface SchemaChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** How it is; written by whichever node looks after it now. */
export interface ConnectionStateRow {
  readonly connectionId: string;
  readonly workspaceId: string;
  readonly status: ConnectionStatus;
  /** Why it is in error. */
  readonly code: string | null;
  readonly message: string | null;
  /** The revision of the settings that this is about. */
  readonly revision: number;
  readonly checkedAt: number | null;
  readonly latencyMs: number | null;
  readonly analysedAt: number | null;
  readonly schemaChangedAt: number | null;
  readonly schemaChanges: SchemaChanges | Record<string, never>;
  /** Until then one node looks after it alone. */
  readonly leasedUntil: number;
}

export const connectionStates = defineTable<ConnectionStateRow>('connection_states', {
  connectionId: 'id',
  workspaceId: 'text',
  status: 'text',
  code: 'text?',
  message: 'text?',
  revision: 'count',
  checkedAt: 'time?',
  latencyMs: 'count?',
  analysedAt: 'time?',
  schemaChangedAt: 'time?',
  schemaChanges: 'json',
  leasedUntil: 'time',
});

/** What the database had when it was read for the last time. */
export interface ConnectionCatalogueRow {
  readonly connectionId: string;
  readonly workspaceId: string;
  readonly revision: number;
  readonly hash: string;
  readonly catalogue: Catalogue;
  readonly readAt: number;
}

export const connectionCatalogues = defineTable<ConnectionCatalogueRow>('connection_catalogues', {
  connectionId: 'id',
  workspaceId: 'text',
  revision: 'count',
  hash: 'text',
  catalogue: 'json',
  readAt: 'time',
});

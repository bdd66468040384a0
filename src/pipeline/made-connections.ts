/**
 * Connections that are made while the server runs, as the executor knows them: rows of the store to whoever has them, and what a
 * connector is made of to the executor. Types only, but for how failures are told.
 */
import type { LookupFunction } from 'node:net';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { ErrorCode } from '../../core/errors/catalogue.js';
import { PluginError } from '../../core/plugin/contract.js';
import type { PluginCandidate } from '../../core/plugin/plan-plugins.js';
import type { Subject } from '../../core/subject/subject.js';

/** What a connector is started from. */
export interface ConnectorPlan {
  readonly candidate: PluginCandidate;
  /** How names become addresses; the guard of the network. */
  readonly lookup: LookupFunction;
  readonly startTimeoutMs: number;
}

export interface MadeConnection {
  /** Unique for ever, in all workspaces. */
  readonly id: string;
  /** Unique in its workspace; what models and requests call it. */
  readonly name: string;
  /** Grows with each change of what is connected to. */
  readonly revision: number;
  /** Opens the settings and judges where they lead. @throws DataMindError */
  plan(): Promise<ConnectorPlan>;
}

/** What the trail and budgets call one of them: the same through all changes of its name and settings. */
export const placeOf = (id: string): string => `connection:${id}`;

/** The connections of the store, as they are committed now. */
export interface MadeConnections {
  /** The connection of that name that the subject may ask; one that it may not ask is not there. */
  find(subject: Subject, name: string): Promise<MadeConnection | null>;
  /** Those that the subject may ask, by name. */
  list(subject: Subject): Promise<readonly MadeConnection[]>;
}

/** What may be told of why a connection does not come about; everything else is told in the same words. */
const told: ReadonlySet<ErrorCode> = new Set([
  'AUTHENTICATION_FAILED',
  'DATABASE_NOT_FOUND',
  'PERMISSION_DENIED',
  'CONFIG_INVALID',
  'DRIVER_MISSING',
  'FORBIDDEN',
  'STORE_UNAVAILABLE',
]);

/** Those of the network and of TLS: whoever is told which learns what listens where. */
const networks: ReadonlySet<ErrorCode> = new Set([
  'CONNECTION_FAILED',
  'CONNECTION_LOST',
  'TLS_FAILED',
  'UNAVAILABLE',
  'PLUGIN_FAILED',
  'PLUGIN_INVALID',
]);

/** The same words for a port that is closed, one that is filtered, one where something else listens, and a broken TLS. */
export const unreachable = (cause?: unknown): DataMindError =>
  new DataMindError('CONNECTION_FAILED', 'No database that can be used answers there.', {
    hint: 'Check host, port and tls; whoever operates the server finds the reason in its log.',
    cause,
  });

/** How the failure to connect is told to whoever made the connection. */
export const connectFailure = (error: unknown): DataMindError => {
  if (error instanceof DataMindError) return told.has(error.code) ? error : unreachable(error);
  if (PluginError.is(error) && told.has(error.code))
    return new DataMindError(error.code, error.message, { cause: error });
  return unreachable(error);
};

/** How the failure of a statement is told: what the network did in the same words, what the database said as it is. */
export const statementFailure = (error: unknown): unknown =>
  // What a driver says of the network may name what it signed in with, and is nobody's log's.
  PluginError.is(error) && networks.has(error.code) ? unreachable() : error;

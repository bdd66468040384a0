import { askHealth, connectorSubject, createPool, createStatementRunner, type Pool } from 'datamind/connector-kit';
import {
  type Connector,
  type ConnectorCapabilities,
  PluginError,
  type PluginHost,
  type PluginModule,
} from 'datamind/contract';
import { type Session, sessionsOf } from './connect.js';
import { translateError } from './errors.js';
import { introspect } from './introspect.js';
import { openRows } from './query.js';
import { readRelations } from './relations.js';
import type { SqliteSettings } from './settings.js';

const capabilities: ConnectorCapabilities = {
  cancel: 'process',
  readOnly: 'engine',
  streaming: true,
  timeZones: true,
  schemas: false,
  foreignKeys: true,
  comments: false,
  tls: false,
  missingTypes: ['integer', 'interval', 'array'],
};

/** How long health and introspection may take. */
const ownTimeoutMs = 30_000;

const create = (settings: SqliteSettings, host: PluginHost): Connector => {
  const pool: Pool<Session> = createPool(sessionsOf(settings, host), {
    min: settings.pool?.min ?? 1,
    max: settings.pool?.max ?? 4,
    acquireTimeoutMs: settings.pool?.acquire_timeout_ms ?? 30_000,
    maxAgeSeconds: settings.pool?.max_age_seconds ?? 3600,
    idleSeconds: 60,
    now: host.now,
  });
  const runner = createStatementRunner<Session>({
    dialect: 'sqlite',
    host,
    pool,
    open: openRows,
    cancel: (session) => session.cancel(),
    translate: translateError,
  });
  let started = false;

  const assertStarted = () => {
    if (!started) throw new PluginError('UNAVAILABLE', `The connection ${host.name} is not started.`);
  };
  const own = async <T>(signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T> => {
    assertStarted();
    return runner.withSession({ subject: connectorSubject, timeoutMs: ownTimeoutMs }, signal, work);
  };

  return {
    dialect: 'sqlite',
    capabilities,
    place: { catalog: null, schema: 'main' },
    start: async (signal) => {
      if (signal.aborted)
        throw new PluginError('CONNECTION_FAILED', 'The start was cancelled before the file was opened.');
      await pool.start(signal);
      started = true;
    },
    health: (signal) => askHealth(translateError, () => own(signal, (session) => session.ask('SELECT 1 AS one'))),
    stop: async () => {
      started = false;
      await runner.stop();
    },
    query: async (statement, options, signal) => {
      assertStarted();
      return runner.query(statement, options, signal);
    },
    introspect: (_options, signal) => own(signal, introspect),
    relations: (signal) => own(signal, readRelations),
  };
};

export default { create } satisfies PluginModule<Connector, SqliteSettings>;

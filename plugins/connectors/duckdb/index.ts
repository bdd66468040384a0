import type { Connector, ConnectorCapabilities, NamePlace, PluginHost, PluginModule } from 'datamind/contract';
import { PluginError } from 'datamind/contract';
import {
  askHealth,
  connectorSubject,
  createPool,
  createStatementRunner,
  type StatementRunner,
} from 'datamind/connector-kit';
import { type Database, openDatabase, type Session } from './connect.js';
import { translateError } from './errors.js';
import { introspect } from './introspect.js';
import { openRows } from './query.js';
import { readOwnFunctions, readRelations } from './relations.js';
import type { DuckDbSettings } from './settings.js';

const capabilities: ConnectorCapabilities = {
  cancel: 'server',
  readOnly: 'engine',
  streaming: true,
  timeZones: true,
  schemas: true,
  foreignKeys: true,
  comments: true,
  tls: false,
  missingTypes: [],
};

/** What it serialises of a text that it cannot read, or that holds no statement. */
const unread = /^\{"error":(?:true|false,"statements":\[\])/;

/** How long health and introspection may take. */
const ownTimeoutMs = 30_000;

const create = (settings: DuckDbSettings, host: PluginHost): Connector => {
  let database: Database | null = null;
  let runner: StatementRunner<Session> | null = null;
  let place: NamePlace | null = null;

  const running = (): StatementRunner<Session> => {
    if (runner) return runner;
    throw new PluginError('UNAVAILABLE', `The connection ${host.name} is not started.`);
  };
  const own = <T>(signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T> =>
    running().withSession({ subject: connectorSubject, timeoutMs: ownTimeoutMs }, signal, work);

  return {
    dialect: 'duckdb',
    capabilities,
    get place() {
      return place;
    },
    start: async (signal) => {
      if (signal.aborted)
        throw new PluginError('CONNECTION_FAILED', 'The start was cancelled before the database was opened.');
      const opened = await openDatabase(settings, host);
      database = opened;
      const pool = createPool<Session>(opened.sessions, {
        min: settings.pool?.min ?? 1,
        max: settings.pool?.max ?? 4,
        acquireTimeoutMs: settings.pool?.acquire_timeout_ms ?? 30_000,
        maxAgeSeconds: settings.pool?.max_age_seconds ?? 3600,
        now: host.now,
      });
      runner = createStatementRunner<Session>({
        dialect: 'duckdb',
        host,
        pool,
        open: openRows,
        cancel: (session) => session.cancel(),
        translate: translateError,
      });
      await pool.start(signal);
      const [row] = await own(signal, (session) =>
        session.ask('SELECT current_database() AS catalog, current_schema() AS schema'),
      );
      place = { catalog: String(row?.catalog), schema: String(row?.schema) };
    },
    health: (signal) => askHealth(translateError, () => own(signal, (session) => session.ask('SELECT 1'))),
    stop: async () => {
      const [ending, closing] = [runner, database];
      runner = null;
      database = null;
      await ending?.stop();
      closing?.close();
    },
    query: async (statement, options, signal) => running().query(statement, options, signal),
    introspect: (options, signal) => own(signal, (session) => introspect(session, options)),
    relations: (signal) => own(signal, readRelations),
    ownFunctions: (signal) => own(signal, readOwnFunctions),
    opinion: async (text, signal) => {
      const [row] = await own(signal, (session) => session.ask('SELECT json_serialize_sql($1::VARCHAR) AS tree', text));
      return typeof row?.tree === 'string' && !unread.test(row.tree) ? row.tree : '';
    },
  };
};

export default { create } satisfies PluginModule<Connector, DuckDbSettings>;

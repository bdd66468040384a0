import {
  askHealth,
  beginSessions,
  connectorSubject,
  createPool,
  createStatementRunner,
  readPool,
  type RowSource,
  taggedText,
} from 'datamind/connector-kit';
import {
  type ApprovedStatement,
  type Connector,
  type ConnectorCapabilities,
  type NamePlace,
  PluginError,
  type PluginHost,
  type PluginModule,
  type QueryOptions,
} from 'datamind/contract';
import { translateMysqlError } from './errors.js';
import { introspectMysql } from './introspect.js';
import { readOwnFunctions, readRelations } from './relations.js';
import { checkPrivileges } from './privileges.js';
import { openSession, type Session } from './session.js';
import { type MysqlConfig, readSettings } from './settings.js';

const capabilities: ConnectorCapabilities = {
  cancel: 'server',
  readOnly: 'engine',
  streaming: true,
  timeZones: false,
  schemas: true,
  foreignKeys: true,
  comments: true,
  tls: true,
  missingTypes: ['interval', 'array'],
};

/** Blanks, semicolons and comments only: some servers take that for a statement without rows. */
const nothing = /^(?:\s|;|(?:#|-- )[^\n]*|\/\*(?![!M])[^*]*\*+(?:[^/*][^*]*\*+)*\/)*$/;
/** Bytes of rows that may wait in memory for the reader. */
const readAheadBytes = 1_000_000;
/** The server stops by itself what DataMind should have stopped this long ago. */
const serverGraceMs = 2_000;
const introspectTimeoutMs = 60_000;
const checkTimeoutMs = 10_000;

/** Null where the server's tables of time zones are empty. */
const timeZoneProbe = "SELECT CONVERT_TZ('2024-07-01 00:00:00', 'UTC', 'Europe/Berlin') IS NOT NULL";

function createConnector(config: MysqlConfig, host: PluginHost): Connector {
  const settings = (): ReturnType<typeof readSettings> => ({ ...readSettings(config), lookup: host.lookup });
  let timeZones = false;
  let place: NamePlace | null = null;
  const pool = createPool<Session>(
    {
      open: (signal) => {
        return openSession(settings(), signal);
      },
      ping: (session) => session.alive(),
      reset: (session) => session.reset(),
      close: (session) => session.close(),
    },
    { ...readPool(config.pool), now: host.now },
  );

  const open = async (
    session: Session,
    statement: ApprovedStatement,
    options: QueryOptions,
    signal: AbortSignal,
  ): Promise<RowSource> => {
    try {
      const timeoutMs = Math.min(Math.ceil(options.timeoutMs) + serverGraceMs, 2 ** 31 - 1);
      await session.begin(timeoutMs, options.planning?.unmerged === true);
      signal.throwIfAborted();
      if (nothing.test(statement.text)) throw new PluginError('STATEMENT_INVALID', 'The text holds no statement.');
      const limits = { rows: Math.min(options.batchRows, options.maxRows + 1), bytes: readAheadBytes };
      const stream = await session.stream(taggedText(statement, options), statement.parameters, limits, signal);
      const columns = await stream.described;
      // The transaction ends with the last row and does not wait for the reader.
      const over = stream.finished.then(() => session.rollback());
      return { columns, next: () => stream.next(), close: () => over };
    } catch (error) {
      await session.rollback();
      throw error;
    }
  };

  const runner = createStatementRunner<Session>({
    dialect: 'mysql',
    host,
    pool,
    open,
    cancel: (session) => session.cancel(),
    translate: translateMysqlError,
  });
  const own = (timeoutMs: number) => ({ subject: connectorSubject, timeoutMs });

  return {
    dialect: 'mysql',
    get capabilities() {
      return { ...capabilities, timeZones };
    },
    get place() {
      return place;
    },
    start: async (signal) => {
      const { allowPrivilegedUser } = settings();
      await beginSessions(signal, translateMysqlError, () => pool.start(signal));
      const warnings = await runner.withSession(own(checkTimeoutMs), signal, async (session) => {
        const [[probe] = [0]] = await session.query<[number]>(timeZoneProbe);
        timeZones = Number(probe) === 1;
        const [[schema] = [null]] = await session.query<[string | null]>('SELECT DATABASE()');
        place = schema === null ? null : { catalog: null, schema: String(schema) };
        return checkPrivileges(session, allowPrivilegedUser);
      });
      for (const warning of warnings) host.log.warn(warning, { connection: host.name });
    },
    health: (signal) =>
      askHealth(translateMysqlError, () =>
        runner.withSession(own(checkTimeoutMs), signal, (session) => session.query('SELECT 1')),
      ),
    query: runner.query,
    introspect: (options, signal) =>
      runner.withSession(own(introspectTimeoutMs), signal, (session) =>
        introspectMysql(session, settings().tinyintIsBoolean, options),
      ),
    relations: (signal) => runner.withSession(own(introspectTimeoutMs), signal, readRelations),
    ownFunctions: (signal) => runner.withSession(own(introspectTimeoutMs), signal, readOwnFunctions),
    stop: runner.stop,
  };
}

const mysql: PluginModule<Connector, MysqlConfig> = { create: createConnector };
export default mysql;

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
import type {
  ApprovedStatement,
  Connector,
  ConnectorCapabilities,
  NamePlace,
  PluginHost,
  PluginModule,
  QueryOptions,
} from 'datamind/contract';
import { translateSqlServerError } from './errors.js';
import { introspectSqlServer } from './introspect.js';
import { checkPrivileges } from './privileges.js';
import type { RowStream } from './row-stream.js';
import { openSession, type Session } from './session.js';
import { readSettings, type SqlServerConfig } from './settings.js';

const capabilities: ConnectorCapabilities = {
  cancel: 'server',
  readOnly: 'engine',
  streaming: true,
  // Its zones are those of Windows: other names, other rules for the past.
  timeZones: false,
  schemas: true,
  foreignKeys: true,
  comments: true,
  tls: true,
  missingTypes: ['interval', 'json', 'array'],
};

const introspectTimeoutMs = 60_000;
const checkTimeoutMs = 10_000;

const createConnector = (config: SqlServerConfig, host: PluginHost): Connector => {
  const settings = (): ReturnType<typeof readSettings> => ({ ...readSettings(config), lookup: host.lookup });
  const active = new WeakMap<Session, RowStream>();
  let place: NamePlace | null = null;
  const pool = createPool<Session>(
    {
      open: async (signal) => {
        try {
          return await openSession(settings(), signal);
        } catch (error) {
          throw signal.aborted ? signal.reason : translateSqlServerError(error);
        }
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
    // Nothing that a statement changes outlives it: the transaction always ends without effect.
    await session.batch('BEGIN TRANSACTION');
    signal.throwIfAborted();
    const stream = session.stream(taggedText(statement, options), statement.parameters);
    active.set(session, stream);
    const over = stream.finished.then(() => session.batch('IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION'));
    over.catch(() => undefined);
    try {
      const columns = await stream.described;
      return {
        columns: columns.map(({ name, type, nativeType }) => ({ name, type, nativeType })),
        next: () => stream.next(),
        close: () => over,
      };
    } catch (error) {
      await over;
      throw error;
    }
  };

  const runner = createStatementRunner<Session>({
    dialect: 'sqlserver',
    host,
    pool,
    open,
    cancel: async (session) => {
      session.cancel();
      const stream = active.get(session);
      stream?.abandon();
      await stream?.finished;
      return 'keep';
    },
    translate: translateSqlServerError,
  });
  const own = (timeoutMs: number) => ({ subject: connectorSubject, timeoutMs });

  return {
    dialect: 'sqlserver',
    capabilities,
    get place() {
      return place;
    },
    start: async (signal) => {
      const { allowPrivilegedUser } = settings();
      await beginSessions(signal, translateSqlServerError, () => pool.start(signal));
      const warnings = await runner.withSession(own(checkTimeoutMs), signal, async (session) => {
        const [found] = await session.query<{ schema: string }>('SELECT SCHEMA_NAME() AS [schema]');
        place = found === undefined ? null : { catalog: null, schema: found.schema };
        return checkPrivileges(session, allowPrivilegedUser);
      });
      for (const warning of warnings) host.log.warn(warning, { connection: host.name });
    },
    health: (signal) =>
      askHealth(translateSqlServerError, () =>
        runner.withSession(own(checkTimeoutMs), signal, (session) => session.query('SELECT 1 AS one')),
      ),
    query: runner.query,
    introspect: (options, signal) =>
      runner.withSession(own(introspectTimeoutMs), signal, (session) => introspectSqlServer(session, options)),
    stop: runner.stop,
  };
};

const sqlserver: PluginModule<Connector, SqlServerConfig> = { create: createConnector };
export default sqlserver;

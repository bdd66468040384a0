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
  PluginError,
  type PluginHost,
  type PluginModule,
  type QueryOptions,
} from 'datamind/contract';
import { translateSnowflakeError } from './errors.js';
import { introspectSnowflake } from './introspect.js';
import type { RowStream } from './row-stream.js';
import { openSession, type Session } from './session.js';
import type { SnowflakeConfig } from './settings.js';

const capabilities: ConnectorCapabilities = {
  cancel: 'server',
  readOnly: 'engine',
  streaming: true,
  timeZones: true,
  schemas: true,
  foreignKeys: false,
  comments: true,
  // Always on: there is nothing to set.
  tls: false,
  missingTypes: ['uuid', 'interval', 'array'],
};

const introspectTimeoutMs = 120_000;
const checkTimeoutMs = 30_000;

/** Roles that can change the account. */
const mighty: ReadonlySet<string> = new Set([
  'ACCOUNTADMIN',
  'SECURITYADMIN',
  'SYSADMIN',
  'USERADMIN',
  'ORGADMIN',
  'GLOBALORGADMIN',
]);

/** A plain name is kept in upper case there. */
const storedName = (name: string): string => (/^[A-Za-z_][A-Za-z0-9_$]*$/.test(name) ? name.toUpperCase() : name);

/** @throws PluginError `PERMISSION_DENIED` for a role of administrators, unless that is allowed */
const checkRole = async (session: Session, allowed: boolean): Promise<string | null> => {
  const [found] = await session.query<{ role: string }>('SELECT CURRENT_ROLE() AS "role"');
  if (found === undefined || !mighty.has(found.role)) return null;
  if (!allowed) {
    throw new PluginError(
      'PERMISSION_DENIED',
      `The role ${found.role} may change the account, and Snowflake has no read-only sessions: use a role with SELECT only, or set \`allowPrivilegedUser\` to true.`,
    );
  }
  return `the role ${found.role} may change the account; use a role with SELECT only`;
};

const createConnector = (config: SnowflakeConfig, host: PluginHost): Connector => {
  const active = new WeakMap<Session, RowStream>();
  const pool = createPool<Session>(
    {
      open: async (signal) => {
        try {
          return await openSession(config, signal);
        } catch (error) {
          throw signal.aborted ? signal.reason : translateSnowflakeError(error);
        }
      },
      // Only queries run there, and nothing is committed: there is nothing that one subject could leave to another.
      reset: () => Promise.resolve(),
      close: (session) => session.close(),
    },
    { ...readPool(config.pool), now: host.now },
  );

  const open = async (session: Session, statement: ApprovedStatement, options: QueryOptions): Promise<RowSource> => {
    const stream = session.stream(taggedText(statement, options), statement.parameters);
    active.set(session, stream);
    const columns = await stream.described;
    return {
      columns: columns.map(({ name, type, nativeType }) => ({ name, type, nativeType })),
      next: () => stream.next(),
      close: () => stream.close(),
    };
  };

  const runner = createStatementRunner<Session>({
    dialect: 'snowflake',
    host,
    pool,
    open,
    cancel: async (session) => {
      await active.get(session)?.cancel();
      return 'keep';
    },
    translate: translateSnowflakeError,
  });
  const own = (timeoutMs: number) => ({ subject: connectorSubject, timeoutMs });

  return {
    dialect: 'snowflake',
    capabilities,
    place: { catalog: null, schema: storedName(config.schema ?? 'PUBLIC') },
    start: async (signal) => {
      await beginSessions(signal, translateSnowflakeError, () => pool.start(signal));
      const { allowPrivilegedUser = false } = config;
      const warning = await runner.withSession(own(checkTimeoutMs), signal, (session) =>
        checkRole(session, allowPrivilegedUser),
      );
      if (warning !== null) host.log.warn(warning, { connection: host.name });
    },
    health: (signal) =>
      askHealth(translateSnowflakeError, () =>
        runner.withSession(own(checkTimeoutMs), signal, (session) => session.query('SELECT 1 AS "one"')),
      ),
    query: runner.query,
    introspect: (options, signal) =>
      runner.withSession(own(introspectTimeoutMs), signal, (session) => introspectSnowflake(session, options)),
    stop: runner.stop,
  };
};

const snowflake: PluginModule<Connector, SnowflakeConfig> = { create: createConnector };
export default snowflake;

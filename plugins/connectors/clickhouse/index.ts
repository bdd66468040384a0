import { askHealth, connectorSubject, createPool, createStatementRunner, readPool } from 'datamind/connector-kit';
import {
  type Connector,
  type ConnectorCapabilities,
  PluginError,
  type PluginHost,
  type PluginModule,
} from 'datamind/contract';
import { translateClickHouseError } from './errors.js';
import { introspectClickHouse } from './introspect.js';
import { readOwnFunctions, readRelations } from './relations.js';
import { createGateway, type Gateway, judgeServer, type Server, type Session } from './session.js';
import { type ClickHouseConfig, readSettings } from './settings.js';

const capabilities: ConnectorCapabilities = {
  cancel: 'server',
  readOnly: 'engine',
  streaming: true,
  timeZones: true,
  schemas: true,
  foreignKeys: false,
  comments: true,
  tls: true,
  missingTypes: ['timestamp', 'binary'],
};

const introspectTimeoutMs = 120_000;
const checkTimeoutMs = 10_000;

function createConnector(config: ClickHouseConfig, host: PluginHost): Connector {
  let gateway: Gateway | null = null;
  let server: Promise<Server> | null = null;

  /** The first session asks the server what it is; the others take its word. */
  const open = async (signal: AbortSignal): Promise<Session> => {
    const through = gateway;
    if (through === null) throw new PluginError('UNAVAILABLE', 'The ClickHouse connection is not started.');
    const settings = readSettings(config);
    server ??= through.probe(signal).then((found) => {
      for (const warning of judgeServer(found, settings)) host.log.warn(warning, { connection: host.name });
      return found;
    });
    try {
      return through.createSession(await server);
    } catch (error) {
      server = null;
      throw error;
    }
  };

  const pool = createPool<Session>(
    // Requests share nothing, so that there is nothing to reset.
    { open, reset: async () => {}, close: async () => {} },
    { ...readPool(config.pool), now: host.now },
  );
  const runner = createStatementRunner<Session>({
    dialect: 'clickhouse',
    host,
    pool,
    open: (session, { text, parameters }, { timeoutMs, tag, planning }) =>
      session.run({ text, parameters, timeoutMs, tag, fixedPlan: planning?.fixed }),
    cancel: async (session) => {
      await session.cancel();
      return 'keep';
    },
    translate: translateClickHouseError,
  });
  const own = (timeoutMs: number) => ({ subject: connectorSubject, timeoutMs });

  return {
    dialect: 'clickhouse',
    capabilities,
    get place() {
      return { catalog: null, schema: readSettings(config).database };
    },
    start: async (signal) => {
      gateway ??= createGateway({ ...readSettings(config), lookup: host.lookup });
      await pool.start(signal);
    },
    health: (signal) =>
      askHealth(translateClickHouseError, () =>
        runner.withSession(own(checkTimeoutMs), signal, (session) =>
          session.query({ text: 'SELECT 1', timeoutMs: checkTimeoutMs }),
        ),
      ),
    query: runner.query,
    introspect: (options, signal) =>
      runner.withSession(own(introspectTimeoutMs), signal, (session) => introspectClickHouse(session, options)),
    relations: (signal) => runner.withSession(own(introspectTimeoutMs), signal, readRelations),
    ownFunctions: (signal) => runner.withSession(own(introspectTimeoutMs), signal, readOwnFunctions),
    opinion: async (text, signal) => {
      const [row] = await runner.withSession(own(checkTimeoutMs), signal, (session) =>
        session.query({
          text: 'SELECT formatQuerySingleLineOrNull({p1:String}) AS text',
          parameters: [{ type: 'string', value: text }],
          timeoutMs: checkTimeoutMs,
        }),
      );
      return typeof row?.text === 'string' ? row.text : '';
    },
    stop: async () => {
      await runner.stop();
      const closing = gateway;
      gateway = null;
      await closing?.close();
    },
  };
}

const clickhouse: PluginModule<Connector, ClickHouseConfig> = { create: createConnector };
export default clickhouse;

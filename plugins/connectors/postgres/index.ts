import {
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
import { translatePostgresError } from './errors.js';
import { introspectPostgres } from './introspect.js';
import { readRelations } from './relations.js';
import { bindParameters } from './parameters.js';
import { checkPrivileges } from './privileges.js';
import { NoRows, type Field, type RowReader, type RowStream } from './row-stream.js';
import { openSession, type Session } from './session.js';
import { type PostgresConfig, readSettings } from './settings.js';
import { createTypeRegistry, nativeTypeName, type PostgresType, type TypeRow, typeQuery } from './types.js';

const capabilities: ConnectorCapabilities = {
  cancel: 'server',
  readOnly: 'engine',
  streaming: true,
  timeZones: true,
  schemas: true,
  foreignKeys: true,
  comments: true,
  tls: true,
  missingTypes: [],
};

/** Blanks, semicolons and comments only: the server takes that for a statement without rows. */
const nothing = /^(?:\s|;|--[^\n]*|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/)*$/;
/** Bytes of rows that may wait in memory for the reader. */
const readAheadBytes = 1_000_000;
/** The server stops by itself what DataMind should have stopped this long ago. */
const serverGraceMs = 2_000;
const startAborted = (): PluginError =>
  new PluginError('CONNECTION_FAILED', 'The start was cancelled before the database answered.');
const introspectTimeoutMs = 60_000;
const checkTimeoutMs = 10_000;

function translate(error: unknown): PluginError {
  if (error instanceof NoRows) {
    return new PluginError('READ_ONLY_VIOLATION', 'Only queries are run here, and this statement gives no rows.', {
      cause: error,
    });
  }
  return translatePostgresError(error);
}

/**
 * The first schema in which names without one are looked for, behind the `pg_catalog` that the session puts first and where no
 * table of a model is. A table that lies in a later one is not found by SQL text, rather than another one being read.
 */
async function findPlace(session: Session): Promise<NamePlace | null> {
  const [row] = await session.query<{ schemas: readonly string[] }>('SELECT current_schemas(false)::text[] AS schemas');
  const schema = row?.schemas.find((name) => name !== 'pg_catalog');
  return schema === undefined ? null : { catalog: null, schema };
}

function createConnector(config: PostgresConfig, host: PluginHost): Connector {
  const types = createTypeRegistry();
  const settings = (): ReturnType<typeof readSettings> => readSettings(config);
  let started = false;
  let place: NamePlace | null = null;
  const pool = createPool<Session>(
    {
      open: (signal) => {
        if (!started) throw new PluginError('UNAVAILABLE', 'The connection has not been started.');
        return openSession(settings(), signal);
      },
      ping: (session) => session.alive(),
      reset: (session) => session.reset(),
      close: (session) => session.close(),
    },
    { ...readPool(config.pool), now: host.now },
  );

  /** Sends the statement and learns its columns; asks the server first about types that are not known yet. */
  const describe = async (
    session: Session,
    send: () => RowStream,
    signal: AbortSignal,
  ): Promise<{
    readonly stream: RowStream;
    readonly fields: readonly (Field & { readonly known: PostgresType })[];
  }> => {
    const stream = send();
    const fields = await stream.described;
    const strange = fields.map((field) => field.dataTypeID).filter((oid) => types.find(oid) === undefined);
    if (strange.length > 0) {
      stream.abandon();
      await stream.finished;
      types.learn(await session.query<TypeRow & Record<string, unknown>>(typeQuery, [strange]));
      signal.throwIfAborted();
      return describe(session, send, signal);
    }
    return { stream, fields: fields.map((field) => ({ ...field, known: types.find(field.dataTypeID)! })) };
  };

  const open = async (
    session: Session,
    statement: ApprovedStatement,
    options: QueryOptions,
    signal: AbortSignal,
  ): Promise<RowSource> => {
    try {
      const serverTimeout = Math.min(Math.ceil(options.timeoutMs) + serverGraceMs, 2 ** 31 - 1);
      await session.query(`BEGIN TRANSACTION READ ONLY; SET LOCAL statement_timeout = ${serverTimeout}`);
      signal.throwIfAborted();
      if (nothing.test(statement.text)) throw new PluginError('STATEMENT_INVALID', 'The text holds no statement.');
      const parameters = bindParameters(statement.parameters);
      const limits = { rows: Math.min(options.batchRows, options.maxRows + 1), bytes: readAheadBytes };
      const send = (): RowStream => session.stream(taggedText(statement, options), parameters, limits);
      const { stream, fields } = await describe(session, send, signal);
      signal.throwIfAborted();
      const readers = fields.map(({ known }) => known.read);
      const read: RowReader = (texts) => texts.map((text, at) => (text === null ? null : readers[at]!(text)));
      stream.run(read);
      // The transaction ends with the last row and does not wait for the reader.
      const over = stream.finished.then(() => session.rollback());
      return {
        columns: fields.map(({ name, known, dataTypeID, dataTypeModifier }) => ({
          name,
          type: known.type,
          nativeType: nativeTypeName(known, dataTypeID, dataTypeModifier),
        })),
        next: () => stream.next(),
        close: () => over,
      };
    } catch (error) {
      await session.rollback();
      throw error;
    }
  };

  const runner = createStatementRunner<Session>({
    dialect: 'postgres',
    host,
    pool,
    open,
    cancel: async (session) => {
      await session.cancel();
      return 'keep';
    },
    translate,
  });
  const own = (timeoutMs: number) => ({ subject: connectorSubject, timeoutMs });

  return {
    dialect: 'postgres',
    capabilities,
    get place() {
      return place;
    },
    start: async (signal) => {
      if (signal.aborted) throw startAborted();
      const { allowPrivilegedUser } = settings();
      started = true;
      try {
        await pool.start(signal);
      } catch (error) {
        throw signal.aborted ? startAborted() : translate(error);
      }
      const warnings = await runner.withSession(own(checkTimeoutMs), signal, async (session) => {
        place = await findPlace(session);
        return checkPrivileges(session, allowPrivilegedUser);
      });
      for (const warning of warnings) host.log.warn(warning, { connection: host.name });
    },
    health: async (signal) => {
      const began = performance.now();
      try {
        await runner.withSession(own(checkTimeoutMs), signal, (session) => session.query('SELECT 1'));
        return { status: 'up', latencyMs: performance.now() - began };
      } catch (error) {
        const { code, message } = translate(error);
        // A pool that is busy answers somebody.
        const status = code === 'TOO_MANY_CONNECTIONS' ? 'degraded' : 'down';
        return { status, latencyMs: performance.now() - began, detail: message };
      }
    },
    query: runner.query,
    introspect: (options, signal) =>
      runner.withSession(own(introspectTimeoutMs), signal, (session) => introspectPostgres(session, types, options)),
    relations: (signal) => runner.withSession(own(introspectTimeoutMs), signal, readRelations),
    stop: runner.stop,
  };
}

const postgres: PluginModule<Connector, PostgresConfig> = { create: createConnector };
export default postgres;

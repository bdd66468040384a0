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
  type Catalogue,
  type Connector,
  type ConnectorCapabilities,
  type DialectName,
  type IntrospectOptions,
  type NamePlace,
  PluginError,
  type PluginHost,
  type QueryOptions,
} from 'datamind/contract';
import { translatePostgresError } from './errors.js';
import { bindParameters } from './parameters.js';
import { type Field, NoRows, type RowReader, type RowStream } from './row-stream.js';
import { openSession, type Session, type SessionSetup } from './session.js';
import type { PostgresConfig, PostgresSettings } from './settings.js';
import { nativeTypeName, type TypeRegistry, type TypeRow } from './types.js';

/** Blanks, semicolons and comments only: the server takes that for a statement without rows. */
const nothing = /^(?:\s|;|--[^\n]*|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/)*$/;
/** Bytes of rows that may wait in memory for the reader. */
const readAheadBytes = 1_000_000;
/** The server stops by itself what DataMind should have stopped this long ago. */
const serverGraceMs = 2_000;
const introspectTimeoutMs = 60_000;
/** Texts whose columns are remembered to be of known types, and how long each may be. */
const mostRemembered = 2_000;
const longestRemembered = 20_000;
const checkTimeoutMs = 10_000;

function translate(error: unknown): PluginError {
  if (error instanceof NoRows) {
    return new PluginError('READ_ONLY_VIOLATION', 'Only queries are run here, and this statement gives no rows.', {
      cause: error,
    });
  }
  return translatePostgresError(error);
}

/** What servers that speak PostgreSQL's protocol do each in their own way. */
export interface WireServer {
  readonly dialect: DialectName;
  readonly capabilities: ConnectorCapabilities;
  /** @throws PluginError `CONFIG_INVALID` */
  readSettings(config: PostgresConfig): PostgresSettings;
  sessionSetup(settings: PostgresSettings): SessionSetup;
  createTypes(): TypeRegistry;
  /** What the server knows of types that are not built in. */
  describeTypes(session: Session, oids: readonly number[]): Promise<readonly TypeRow[]>;
  findPlace(session: Session, settings: PostgresSettings): Promise<NamePlace | null>;
  /** Warnings for the log. @throws PluginError `PERMISSION_DENIED` */
  checkPrivileges(session: Session, allowed: boolean): Promise<readonly string[]>;
  introspect(session: Session, types: TypeRegistry, options: IntrospectOptions): Promise<Catalogue>;
  /** `Connector.relations`, where the server can tell. */
  relations?(session: Session): ReturnType<NonNullable<Connector['relations']>>;
  /** `Connector.ownFunctions`, where the server can tell. */
  ownFunctions?(session: Session): ReturnType<NonNullable<Connector['ownFunctions']>>;
}

export function createWireConnector(config: PostgresConfig, host: PluginHost, server: WireServer): Connector {
  const { dialect, capabilities } = server;
  const types = server.createTypes();
  const settings = (): PostgresSettings => ({ ...server.readSettings(config), lookup: host.lookup });
  let place: NamePlace | null = null;
  const pool = createPool<Session>(
    {
      open: (signal) => {
        const chosen = settings();
        return openSession(chosen, server.sessionSetup(chosen), signal);
      },
      ping: (session) => session.alive(),
      reset: (session) => session.reset(),
      close: (session) => session.close(),
    },
    { ...readPool(config.pool), now: host.now },
  );

  /** Texts whose columns were all of known types: they are run without waiting for their columns. */
  const described = new Set<string>();
  const remember = (text: string): void => {
    if (text.length > longestRemembered) return;
    if (described.size >= mostRemembered) described.clear();
    described.add(text);
  };

  /** Sends the statement and learns its columns; asks the server first about types that are not known yet. */
  const describe = async (
    session: Session,
    send: (isFirst: boolean) => RowStream,
    signal: AbortSignal,
    isFirst = true,
  ): Promise<{ readonly stream: RowStream; readonly fields: readonly Field[] }> => {
    const stream = send(isFirst);
    const fields = await stream.described;
    const strange = fields.map((field) => field.dataTypeID).filter((oid) => types.find(oid) === undefined);
    if (strange.length === 0) return { stream, fields };
    await stream.finished;
    types.learn(await server.describeTypes(session, strange));
    signal.throwIfAborted();
    return describe(session, send, signal, false);
  };

  const readerOf = (fields: readonly Field[]): RowReader | null => {
    const known = fields.map(({ dataTypeID }) => types.find(dataTypeID));
    if (known.includes(undefined)) return null;
    const readers = known.map((type) => type!.read);
    return (texts) => texts.map((text, at) => (text === null ? null : readers[at]!(text)));
  };

  const open = async (
    session: Session,
    statement: ApprovedStatement,
    options: QueryOptions,
    signal: AbortSignal,
  ): Promise<RowSource> => {
    try {
      const serverTimeout = Math.min(Math.ceil(options.timeoutMs) + serverGraceMs, 2 ** 31 - 1);
      signal.throwIfAborted();
      const { text } = statement;
      if (nothing.test(text)) throw new PluginError('STATEMENT_INVALID', 'The text holds no statement.');
      const begin = ['BEGIN TRANSACTION READ ONLY', `SET LOCAL statement_timeout = ${serverTimeout}`];
      const work = {
        text: taggedText(statement, options),
        parameters: bindParameters(statement.parameters),
        limits: { rows: Math.min(options.batchRows, options.maxRows + 1), bytes: readAheadBytes },
        eager: described.has(text),
        readerOf,
      };
      const send = (isFirst: boolean): RowStream => session.stream({ ...work, before: isFirst ? begin : [] });
      const { stream, fields } = await describe(session, send, signal);
      signal.throwIfAborted();
      remember(text);
      // The transaction ends with the last row and does not wait for the reader.
      const over = stream.finished.then(() => session.rollback());
      return {
        columns: fields.map(({ name, dataTypeID, dataTypeModifier }) => {
          const known = types.find(dataTypeID)!;
          return { name, type: known.type, nativeType: nativeTypeName(known, dataTypeID, dataTypeModifier) };
        }),
        next: () => stream.next(),
        close: () => over,
      };
    } catch (error) {
      await session.rollback();
      throw error;
    }
  };

  const runner = createStatementRunner<Session>({
    dialect,
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
    dialect,
    capabilities,
    get place() {
      return place;
    },
    start: async (signal) => {
      const { allowPrivilegedUser } = settings();
      await beginSessions(signal, translate, () => pool.start(signal));
      const warnings = await runner.withSession(own(checkTimeoutMs), signal, async (session) => {
        place = await server.findPlace(session, settings());
        return server.checkPrivileges(session, allowPrivilegedUser);
      });
      for (const warning of warnings) host.log.warn(warning, { connection: host.name });
    },
    health: (signal) =>
      askHealth(translate, () =>
        runner.withSession(own(checkTimeoutMs), signal, (session) => session.query('SELECT 1')),
      ),
    query: runner.query,
    introspect: (options, signal) =>
      runner.withSession(own(introspectTimeoutMs), signal, (session) => server.introspect(session, types, options)),
    ...(server.relations && {
      relations: (signal: AbortSignal) =>
        runner.withSession(own(introspectTimeoutMs), signal, (session) => server.relations!(session)),
    }),
    ...(server.ownFunctions && {
      ownFunctions: (signal: AbortSignal) =>
        runner.withSession(own(introspectTimeoutMs), signal, (session) => server.ownFunctions!(session)),
    }),
    stop: runner.stop,
  };
}

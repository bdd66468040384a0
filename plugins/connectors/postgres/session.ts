import { type LookupFunction, Socket } from 'node:net';
import pg from 'pg';
import { translatePostgresError } from './errors.js';
import { RowStream, type Wire, type Work } from './row-stream.js';
import { cancelUntilOver, tlsOptions } from 'datamind/connector-kit';
import type { PostgresSettings } from './settings.js';

/** One connection, read-only from its first message on, that runs one thing at a time. */
export interface Session {
  /** Runs one of the connector's own texts. */
  query<R extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
  /** Sends a user's statement; its rows wait until they are asked for. */
  stream(work: Work): RowStream;
  /**
   * Ends the transaction and with it all that the statement set, and where the server can do both at once, resets the session.
   * One where that fails is not used again.
   */
  rollback(): Promise<void>;
  /** Resolves when the server runs nothing of this session any more. */
  cancel(): Promise<void>;
  /** Whether the server still answers; a session in use a moment ago is believed. */
  alive(): Promise<boolean>;
  /** Removes what one subject may have left behind; at once when nothing ran since the last time. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

interface DriverConnection extends NodeJS.EventEmitter, Wire {
  readonly stream: Wire['stream'] & { destroy(): void };
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(process: number, secret: number): void;
}

interface DriverClient {
  readonly connection: DriverConnection;
  readonly processID: number;
  readonly secretKey: number;
}

const driverTls = ({ tls, host }: PostgresSettings) => tls && tlsOptions(tls, host);

const { Connection } = pg as unknown as {
  Connection: new (config: { ssl: ReturnType<typeof driverTls>; stream?: () => Socket }) => DriverConnection;
};

/** A socket that finds addresses as the host of the plugin says; the driver names port and host only. */
class LookingSocket extends Socket {
  readonly #lookup: LookupFunction;

  constructor(lookup: LookupFunction) {
    super();
    this.#lookup = lookup;
  }

  override connect(...given: never[]): this {
    const [port, host] = given as readonly unknown[];
    if (typeof port !== 'number' || typeof host !== 'string') throw new Error('a host and a port are needed');
    return super.connect({ port, host, lookup: this.#lookup });
  }
}

const streamOf = ({ lookup }: PostgresSettings) =>
  lookup === undefined ? {} : { stream: () => new LookingSocket(lookup) };

/** How long a session is believed to be alive after it answered. */
const freshMs = 1_000;
/** A cancel request that came too early for the server is repeated after so long. */
const cancelAgainMs = 500;

/** A value in the `options` of the start-up message: blanks and backslashes are escaped. */
const escaped = (value: string): string => value.replace(/[\\\s]/g, '\\$&');
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** What a session is fixed to. */
export interface SessionSetup {
  /** The `options` of the start-up message; what is set there, a reset comes back to. */
  readonly options?: string;
  /** What is run before anything else, and after a reset. */
  readonly first?: string;
  readonly reset: string;
  /** What does the same as `reset` behind a `ROLLBACK` in one text, where there is such. */
  readonly resetAfterRollback?: string;
}

/** All that `DISCARD ALL` is, in its manual's own order; that itself may not stand beside other statements. */
const discardAll = [
  'CLOSE ALL',
  'SET SESSION AUTHORIZATION DEFAULT',
  'RESET ALL',
  'DEALLOCATE ALL',
  'UNLISTEN *',
  'SELECT pg_catalog.pg_advisory_unlock_all()',
  'DISCARD PLANS',
  'DISCARD TEMP',
  'DISCARD SEQUENCES',
].join('; ');

/** What a session of PostgreSQL is fixed to. Set in the start-up message, so `DISCARD ALL` comes back to it. */
export const postgresSetup = (settings: PostgresSettings): SessionSetup => ({
  options: sessionOptions(settings),
  reset: 'DISCARD ALL',
  resetAfterRollback: discardAll,
});

function sessionOptions(settings: PostgresSettings): string {
  const values: Readonly<Record<string, string>> = {
    default_transaction_read_only: 'on',
    search_path: ['pg_catalog', ...settings.searchPath.map(quoted), 'pg_temp'].join(','),
    client_encoding: 'UTF8',
    TimeZone: 'UTC',
    DateStyle: 'ISO,YMD',
    IntervalStyle: 'postgres',
    extra_float_digits: '1',
    bytea_output: 'hex',
    standard_conforming_strings: 'on',
    lock_timeout: String(settings.lockTimeoutMs),
    idle_in_transaction_session_timeout: '60000',
  };
  return Object.entries(values)
    .map(([name, value]) => `-c ${name}=${escaped(value)}`)
    .join(' ');
}

/** Asks the server, over a connection of its own, to stop what a session runs. Resolves when the server has taken note. */
function requestCancel(client: DriverClient, settings: PostgresSettings): Promise<void> {
  return new Promise((resolve) => {
    const line = new Connection({ ssl: driverTls(settings), ...streamOf(settings) });
    const late = setTimeout(() => line.stream.destroy(), settings.connectTimeoutMs);
    const send = (): void => line.cancel(client.processID, client.secretKey);
    line.on('connect', () => (settings.tls ? line.requestSsl() : send()));
    line.on('sslconnect', send);
    line.on('error', () => line.stream.destroy());
    line.on('end', () => {
      clearTimeout(late);
      resolve();
    });
    if (settings.host.startsWith('/')) line.connect(`${settings.host}/.s.PGSQL.${settings.port}`);
    else line.connect(settings.port, settings.host);
  });
}

/** @throws PluginError, translated */
export async function openSession(
  settings: PostgresSettings,
  setup: SessionSetup,
  signal: AbortSignal,
): Promise<Session> {
  const client = new pg.Client({
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    // A function, because the driver would take an empty password for a reason to look into the environment.
    password: () => settings.password,
    ssl: driverTls(settings),
    connectionTimeoutMillis: settings.connectTimeoutMs,
    application_name: settings.applicationName,
    options: setup.options,
    keepAlive: true,
    ...streamOf(settings),
  });
  const driver = client as unknown as DriverClient;
  const wire = driver.connection;
  let broken = false;
  let answeredAt = performance.now();
  let active: RowStream | null = null;
  /** Whether nothing ran since the session was reset. */
  let clean = false;
  /** What the server was given last. */
  let work: Promise<unknown> = Promise.resolve();

  client.on('error', () => {
    broken = true;
  });
  wire.on('noData', () => active?.handleNoData());
  wire.on('readyForQuery', () => {
    answeredAt = performance.now();
    active?.handleReadyForQuery();
  });
  wire.on('end', () => {
    broken = true;
    active?.handleEnd();
  });

  const giveUp = (): void => wire.stream.destroy();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    signal.throwIfAborted();
    await client.connect();
    if (setup.first !== undefined) await client.query(setup.first);
  } catch (error) {
    giveUp();
    throw signal.aborted ? signal.reason : translatePostgresError(error);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }

  const query: Session['query'] = async (text, values) => {
    clean = false;
    const answer = client.query(text, values === undefined ? undefined : [...values]);
    work = answer.catch(() => undefined);
    return (await answer).rows;
  };

  return {
    query,
    stream: (statement) => {
      const stream = new RowStream(statement);
      clean = false;
      active = stream;
      work = stream.finished.then(() => {
        if (active === stream) active = null;
      });
      (client.query as (submittable: RowStream) => void)(stream);
      return stream;
    },
    rollback: async () => {
      try {
        const { resetAfterRollback: rest } = setup;
        await query(rest === undefined ? 'ROLLBACK' : `ROLLBACK; ${rest}`);
        clean = rest !== undefined;
      } catch {
        broken = true;
      }
    },
    cancel: async () => {
      active?.abandon();
      await cancelUntilOver(
        work,
        () => requestCancel(driver, settings),
        cancelAgainMs,
        () => broken,
      );
    },
    alive: async () => {
      if (broken) return false;
      if (performance.now() - answeredAt < freshMs) return true;
      await query('SELECT 1');
      return true;
    },
    reset: async () => {
      if (broken) throw new Error('the session is broken');
      if (clean) return;
      await query(setup.reset);
      if (setup.first !== undefined) await query(setup.first);
    },
    close: async () => {
      const hard = setTimeout(giveUp, 1_000);
      if (broken || active !== null) giveUp();
      await client.end().catch(() => undefined);
      clearTimeout(hard);
    },
  };
}

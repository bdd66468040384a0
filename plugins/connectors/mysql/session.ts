import { connect as connectSocket } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import mysql, { type Connection, type ConnectionOptions } from 'mysql2';
import { type Parameter, PluginError } from 'datamind/contract';
import { translateMysqlError } from './errors.js';
import { bindParameters } from './parameters.js';
import { type Prepared, RowStream, type StreamLimits } from './row-stream.js';
import { cancelUntilOver, type TlsSettings } from 'datamind/connector-kit';
import type { MysqlSettings } from './settings.js';

/** One connection, read-only from its first statement on, that runs one thing at a time. */
export interface Session {
  readonly mariadb: boolean;
  /** Runs one of the connector's own texts; rows are arrays. */
  query<Cells extends readonly unknown[]>(text: string): Promise<readonly Cells[]>;
  /**
   * Begins the read-only transaction of one statement, which the server ends by itself after so long.
   * @param unmerged MariaDB computes subqueries in FROM apart; MySQL does not merge any wrongly
   */
  begin(timeoutMs: number, unmerged: boolean): Promise<void>;
  /** Prepares a user's statement and runs it if it is a query; its rows wait until they are asked for. */
  stream(text: string, parameters: readonly Parameter[], limits: StreamLimits, signal: AbortSignal): Promise<RowStream>;
  /** Ends the transaction. A session where that fails is not used again. */
  rollback(): Promise<void>;
  /** Resolves when the server runs nothing of this session any more, or the session is broken. */
  cancel(): Promise<'keep' | 'discard'>;
  /** Whether the server still answers; a session in use a moment ago is believed. */
  alive(): Promise<boolean>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** What the driver has and its types do not show. */
interface DriverConnection {
  startTLS?: (ready: (error?: Error) => void) => void;
  readonly stream: { destroy(): void; getPeerCertificate?(): Parameters<typeof checkServerIdentity>[1] };
  prepare(options: { readonly sql: string }, done: (error: Error | null, prepared: Prepared) => void): void;
  unprepare(options: { readonly sql: string }): void;
  reset(done: (error: Error | null) => void): void;
}

/** How long a session is believed to be alive after it answered. */
const freshMs = 1_000;
/** A kill that came too early for the server is repeated after so long. */
const killAgainMs = 500;
const longestResult = 16_777_216;

const connectionOptions = (settings: MysqlSettings): ConnectionOptions => ({
  ...(settings.host.startsWith('/') ? { socketPath: settings.host } : { host: settings.host, port: settings.port }),
  user: settings.user,
  password: settings.password,
  database: settings.database,
  connectTimeout: settings.connectTimeoutMs,
  connectAttributes: { program_name: settings.applicationName },
  charset: 'utf8mb4',
  timezone: 'Z',
  multipleStatements: false,
  flags: ['-LOCAL_FILES', '-MULTI_STATEMENTS'],
  rowsAsArray: true,
  supportBigNumbers: true,
  bigNumberStrings: true,
  decimalNumbers: false,
  dateStrings: true,
  jsonStrings: true,
  enableKeepAlive: true,
  ...(settings.tls ? { ssl: tlsOptions(settings.tls) } : {}),
  ...streamOf(settings),
});

/** With the plugin host's way to find addresses, the driver is given a socket instead of making one. */
const streamOf = ({ lookup, host, port }: MysqlSettings): Pick<ConnectionOptions, 'stream'> =>
  lookup === undefined ? {} : { stream: () => connectSocket({ host, port, lookup, keepAlive: true }) };

/** A new object each time: the driver keeps TLS sessions by it, and a resumed one shows no certificate to check. */
const tlsOptions = ({ mode, ca, cert, key }: TlsSettings): NonNullable<ConnectionOptions['ssl']> => ({
  ca,
  cert,
  key,
  rejectUnauthorized: mode !== 'require',
  verifyIdentity: false,
});

/**
 * Checks the certificate against the host before the sign-in. The driver's own check compares with `localhost` when the
 * host is an address.
 */
function checkIdentity(connection: DriverConnection, host: string): void {
  const startTls = connection.startTLS?.bind(connection);
  if (startTls === undefined) throw new PluginError('TLS_FAILED', 'The MySQL driver does not let its TLS be checked.');
  connection.startTLS = (ready) =>
    startTls((error) => ready(error ?? checkServerIdentity(host, connection.stream.getPeerCertificate!())));
}

function connect(settings: MysqlSettings, signal: AbortSignal): Promise<Connection> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) throw signal.reason;
    const connection = mysql.createConnection(connectionOptions(settings));
    const driver = connection as unknown as DriverConnection;
    connection.on('error', () => undefined);
    if (settings.tls && settings.tls.mode === 'verify-full') checkIdentity(driver, settings.host);
    const onAbort = (): void => {
      driver.stream.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    connection.connect((error) => {
      signal.removeEventListener('abort', onAbort);
      if (error === null || error === undefined) return resolve(connection);
      driver.stream.destroy();
      reject(translateMysqlError(error));
    });
  });
}

const ask = <Cells extends readonly unknown[]>(connection: Connection, text: string): Promise<readonly Cells[]> =>
  new Promise((resolve, reject) => {
    connection.query(text, (error, rows) => (error ? reject(error) : resolve(rows as unknown as readonly Cells[])));
  });

/** What the session is fixed to, in one statement; a reset takes it away, so it is said again. */
function sessionSettings(mariadb: boolean, settings: MysqlSettings): string {
  const values: Readonly<Record<string, string | number>> = {
    time_zone: "'+00:00'",
    sql_mode:
      "'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
    character_set_client: "'utf8mb4'",
    character_set_results: "'utf8mb4'",
    collation_connection: mariadb ? "'utf8mb4_nopad_bin'" : "'utf8mb4_0900_bin'",
    group_concat_max_len: longestResult,
    div_precision_increment: 10,
    // MariaDB ends a longer recursion without an error, and answers with what it has by then.
    [mariadb ? 'max_recursive_iterations' : 'cte_max_recursion_depth']: 4_294_967_295,
    sql_big_selects: 1,
    sql_select_limit: 'DEFAULT',
    net_write_timeout: 3600,
    lock_wait_timeout: Math.max(1, settings.lockTimeoutSeconds),
    innodb_lock_wait_timeout: Math.max(1, settings.lockTimeoutSeconds),
  };
  const list = Object.entries(values).map(([name, value]) => `SESSION ${name} = ${value}`);
  return `SET ${list.join(', ')}`;
}

/** @throws PluginError, translated */
export async function openSession(settings: MysqlSettings, signal: AbortSignal): Promise<Session> {
  const connection = await connect(settings, signal);
  const driver = connection as unknown as DriverConnection;
  let broken = false;
  let answeredAt = performance.now();
  let active: RowStream | null = null;
  /** What the server was given last. */
  let work: Promise<unknown> = Promise.resolve();
  /** The time-out that the session has now, in milliseconds. */
  let timeout: number | null = null;
  /** Whether the session merges subqueries in FROM now. */
  let merges = true;

  const onLost = (error: unknown): void => {
    broken = true;
    active?.lose(error);
  };
  connection.on('error', onLost);
  connection.on('end', () => onLost(Object.assign(new Error('Connection lost'), { code: 'PROTOCOL_CONNECTION_LOST' })));

  const does = async <T>(call: () => Promise<T>): Promise<T> => {
    if (broken) throw Object.assign(new Error('Connection lost'), { code: 'PROTOCOL_CONNECTION_LOST' });
    const answer = call();
    work = answer.then(
      () => undefined,
      () => undefined,
    );
    const value = await answer;
    answeredAt = performance.now();
    return value;
  };
  const query: Session['query'] = (text) => does(() => ask(connection, text));

  let mariadb = false;
  let id = 0;
  const prepareSession = async (): Promise<void> => {
    timeout = null;
    merges = true;
    await query(sessionSettings(mariadb, settings));
    await query('SET SESSION TRANSACTION READ ONLY');
  };
  const onAbort = (): void => driver.stream.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const [[version, thread] = ['', 0]] = await query<[string, number]>('SELECT VERSION(), CONNECTION_ID()');
    mariadb = /mariadb/i.test(version);
    id = Number(thread);
    await prepareSession();
  } catch (error) {
    driver.stream.destroy();
    throw signal.aborted ? signal.reason : translateMysqlError(error);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }

  /** Asks the server, over a connection of its own, to stop what the session runs. */
  const kill = async (): Promise<void> => {
    const other = await connect(settings, AbortSignal.timeout(settings.connectTimeoutMs));
    try {
      await ask(other, `KILL QUERY ${id}`);
    } finally {
      other.end(() => undefined);
    }
  };

  return {
    mariadb,
    query,
    begin: async (timeoutMs, unmerged) => {
      if (timeoutMs !== timeout) {
        const limit = mariadb ? `max_statement_time = ${timeoutMs / 1000}` : `max_execution_time = ${timeoutMs}`;
        await query(`SET SESSION ${limit}`);
        timeout = timeoutMs;
      }
      if (mariadb && unmerged === merges) {
        await query(`SET SESSION optimizer_switch = 'derived_merge=${unmerged ? 'off' : 'default'}'`);
        merges = !unmerged;
      }
      await query('START TRANSACTION READ ONLY');
    },
    stream: async (text, parameters, limits, cancelled) => {
      const values = bindParameters(parameters);
      const prepared = await does(
        () =>
          new Promise<Prepared>((resolve, reject) => {
            driver.prepare({ sql: text }, (error, statement) => (error ? reject(error) : resolve(statement)));
          }),
      );
      if (cancelled.aborted || prepared.columns.length === 0) {
        driver.unprepare({ sql: text });
        cancelled.throwIfAborted();
        throw new PluginError('READ_ONLY_VIOLATION', 'Only queries are run here, and this statement gives no rows.');
      }
      const stream = new RowStream(connection, prepared, values, limits, settings.tinyintIsBoolean);
      active = stream;
      work = stream.finished.then(() => {
        answeredAt = performance.now();
        if (active === stream) active = null;
        if (!broken) driver.unprepare({ sql: text });
      });
      return stream;
    },
    rollback: async () => {
      // A kill that came after the end of its statement hits the next one: this.
      for (let attempt = 0; attempt < 2 && !broken; attempt += 1) {
        try {
          await query('ROLLBACK');
          return;
        } catch (error) {
          if (translateMysqlError(error).code !== 'QUERY_CANCELLED') break;
        }
      }
      broken = true;
    },
    cancel: async () => {
      active?.abandon();
      try {
        await cancelUntilOver(work, kill, killAgainMs, () => broken);
      } catch {
        // No second connection to be had: the server sees the first one close.
        onLost(Object.assign(new Error('Connection lost'), { code: 'PROTOCOL_CONNECTION_LOST' }));
        driver.stream.destroy();
      }
      return broken ? 'discard' : 'keep';
    },
    alive: async () => {
      if (broken) return false;
      if (performance.now() - answeredAt < freshMs) return true;
      await query('SELECT 1');
      return true;
    },
    reset: async () => {
      await does(
        () =>
          new Promise<void>((resolve, reject) => {
            driver.reset((error) => (error ? reject(error) : resolve()));
          }),
      );
      await prepareSession();
    },
    close: () =>
      new Promise((resolve) => {
        const hard = setTimeout(() => {
          driver.stream.destroy();
          resolve();
        }, 1_000);
        const done = (): void => {
          clearTimeout(hard);
          resolve();
        };
        if (broken || active !== null) {
          driver.stream.destroy();
          done();
        } else connection.end(done);
      }),
  };
}

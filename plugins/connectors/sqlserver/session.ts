import { connect, type Socket } from 'node:net';
import tedious from 'tedious';
import { tlsOptions } from 'datamind/connector-kit';
import type { Parameter } from 'datamind/contract';
import { readNumbersExactly } from './exact-numbers.js';
import { RowStream } from './row-stream.js';
import type { SqlServerSettings } from './settings.js';

/** One connection that runs one thing at a time. */
export interface Session {
  /** Runs one of the connector's own texts. */
  query<Row>(text: string): Promise<readonly Row[]>;
  /** Sends a statement, as one call of `sp_executesql`; its rows wait until they are asked for. */
  stream(text: string, parameters: readonly Parameter[]): RowStream;
  /** Runs a batch without rows. */
  batch(text: string): Promise<void>;
  cancel(): void;
  reset(): Promise<void>;
  alive(): Promise<boolean>;
  close(): Promise<void>;
}

/** A parameter that loses nothing on its way: all but whole numbers, floats and booleans go as text, which the statement casts. */
const add = (request: tedious.Request, { type, value }: Parameter, index: number): void => {
  const { TYPES } = tedious;
  const name = `p${index + 1}`;
  if (type === 'integer') request.addParameter(name, TYPES.Int, value);
  else if (type === 'float') request.addParameter(name, TYPES.Float, value);
  else if (type === 'boolean') request.addParameter(name, TYPES.Bit, value);
  else request.addParameter(name, TYPES.NVarChar, value === null ? null : String(value));
};

/** What the session is fixed to. The driver sets the rest (ANSI, QUOTED_IDENTIFIER, DATEFORMAT), and after a reset again. */
const first = ({ lockTimeoutMs }: SqlServerSettings): string => `SET LOCK_TIMEOUT ${lockTimeoutMs}; SET NOCOUNT ON`;

/** With the plugin host's way to find addresses; a server that sends on to another host is asked once more itself. */
const connectorOf = ({ lookup, host, port }: SqlServerSettings) =>
  lookup === undefined
    ? {}
    : {
        connector: () =>
          new Promise<Socket>((resolve, reject) => {
            const socket = connect({ host, port, lookup });
            socket.once('error', reject);
            socket.once('connect', () => {
              socket.off('error', reject);
              resolve(socket);
            });
          }),
      };

const configOf = (settings: SqlServerSettings): tedious.ConnectionConfiguration => {
  const { host, port, database, user, password, tls, connectTimeoutMs, applicationName } = settings;
  const driverTls = tls === false ? undefined : tlsOptions(tls, host);
  return {
    server: host,
    authentication: { type: 'default', options: { userName: user, password } },
    options: {
      port,
      database,
      appName: applicationName,
      connectTimeout: connectTimeoutMs,
      ...connectorOf(settings),
      requestTimeout: 0,
      encrypt: tls !== false,
      trustServerCertificate: driverTls === undefined || driverTls.rejectUnauthorized === false,
      cryptoCredentialsDetails:
        driverTls === undefined ? {} : { ca: driverTls.ca, cert: driverTls.cert, key: driverTls.key },
      // Says that nothing will be written, so that a readable secondary may answer. It forbids nothing.
      readOnlyIntent: true,
      useUTC: true,
      dateFormat: 'ymd',
      maxRetriesOnTransientErrors: 0,
      rowCollectionOnRequestCompletion: false,
      abortTransactionOnError: true,
    },
  };
};

/** @throws what the driver throws */
export const openSession = async (settings: SqlServerSettings, signal: AbortSignal): Promise<Session> => {
  readNumbersExactly();
  signal.throwIfAborted();
  const connection = new tedious.Connection(configOf(settings));
  let broken = false;
  connection.on('error', () => {
    broken = true;
  });
  connection.on('end', () => {
    broken = true;
  });
  const giveUp = (): void => connection.close();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
  } catch (error) {
    giveUp();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }

  const run = (
    text: string,
    onRow?: (cells: readonly { value: unknown; metadata: { colName: string } }[]) => void,
  ): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = new tedious.Request(text, (error) => (error ? reject(error) : resolve()));
      if (onRow) request.on('row', onRow);
      connection.execSqlBatch(request);
    });
  await run(first(settings));

  return {
    query: async <Row>(text: string) => {
      const rows: Row[] = [];
      await run(text, (cells) => {
        rows.push(Object.fromEntries(cells.map(({ metadata, value }) => [metadata.colName, value])) as Row);
      });
      return rows;
    },
    stream: (text, parameters) => {
      const stream = new RowStream(text, () => connection.cancel());
      for (const [index, parameter] of parameters.entries()) add(stream.request, parameter, index);
      connection.execSql(stream.request);
      return stream;
    },
    batch: (text) => run(text),
    cancel: () => {
      connection.cancel();
    },
    reset: async () => {
      if (broken) throw new Error('the session is broken');
      await new Promise<void>((resolve, reject) => connection.reset((error) => (error ? reject(error) : resolve())));
      await run(first(settings));
    },
    alive: async () => {
      if (broken) return false;
      await run('SELECT 1 AS one');
      return true;
    },
    close: () =>
      new Promise((resolve) => {
        if (connection.closed) return resolve();
        connection.once('end', () => resolve());
        connection.close();
      }),
  };
};

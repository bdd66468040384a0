import snowflake from 'snowflake-sdk';
import { PluginError, type Parameter } from 'datamind/contract';
import { RowStream } from './row-stream.js';
import { credentialsOf, type SnowflakeConfig } from './settings.js';

/** One session that runs one thing at a time. */
export interface Session {
  /** Runs one of the connector's own texts. */
  query<Row>(text: string): Promise<readonly Row[]>;
  stream(text: string, parameters: readonly Parameter[]): RowStream;
  close(): Promise<void>;
}

/**
 * What the session is fixed to. Nothing is committed by itself; only the chosen role counts; times are spelled so that nothing
 * is lost; what a session that is gone has left running is stopped.
 */
const first = [
  "ALTER SESSION SET TIMEZONE = 'UTC', AUTOCOMMIT = FALSE, ABORT_DETACHED_QUERY = TRUE, QUOTED_IDENTIFIERS_IGNORE_CASE = FALSE, WEEK_START = 1, TIMESTAMP_TYPE_MAPPING = 'TIMESTAMP_NTZ', DATE_INPUT_FORMAT = 'AUTO', TIMESTAMP_INPUT_FORMAT = 'AUTO', DATE_OUTPUT_FORMAT = 'YYYY-MM-DD', TIME_OUTPUT_FORMAT = 'HH24:MI:SS.FF9', TIMESTAMP_NTZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF9', TIMESTAMP_LTZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF9TZH:TZM', TIMESTAMP_TZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF9TZH:TZM', BINARY_OUTPUT_FORMAT = 'HEX'",
  'USE SECONDARY ROLES NONE',
] as const;

let configured = false;

/**
 * The driver writes a log of its own into the working directory, and evaluates what is in a VARIANT and is no JSON as a
 * program, unless it is told not to.
 */
const configureDriver = (): void => {
  if (configured) return;
  configured = true;
  snowflake.configure({
    logLevel: 'OFF',
    logFilePath: 'STDOUT',
    additionalLogToConsole: false,
    jsonColumnVariantParser: (raw: string) => raw,
    xmlColumnVariantParser: (raw: string) => raw,
  });
};

const bound = ({ value }: Parameter): string | null => (value === null ? null : String(value));

/** @throws what the driver throws */
export const openSession = async (config: SnowflakeConfig, signal: AbortSignal): Promise<Session> => {
  configureDriver();
  signal.throwIfAborted();
  const { account, endpoint, user, role, warehouse, database, schema = 'PUBLIC', connectTimeoutMs = 10_000 } = config;
  const connection = snowflake.createConnection({
    account,
    username: user,
    ...credentialsOf(config),
    role,
    warehouse,
    database,
    schema,
    application: 'DataMind',
    rowMode: 'array',
    fetchAsString: ['Number', 'Date', 'JSON', 'Buffer'],
    // Without this a null that is fetched as text is the text NULL.
    representNullAsStringNull: false,
    sfRetryMaxLoginRetries: 1,
    retryTimeout: Math.ceil(connectTimeoutMs / 1000),
    ...(endpoint === undefined ? {} : { accessUrl: endpoint }),
  } as snowflake.ConnectionOptions);

  const destroy = (): Promise<void> =>
    new Promise((resolve) => {
      connection.destroy(() => resolve());
    });
  let late: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      late = setTimeout(
        () =>
          reject(
            new PluginError('CONNECTION_FAILED', 'Snowflake did not answer within `connectTimeoutMs`.', {
              retryable: true,
            }),
          ),
        connectTimeoutMs,
      );
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
  } finally {
    clearTimeout(late);
  }

  const run = (sqlText: string, rowMode: 'array' | 'object'): Promise<readonly unknown[]> =>
    new Promise((resolve, reject) => {
      connection.execute({
        sqlText,
        rowMode,
        complete: (error, _, rows) => (error ? reject(error) : resolve(rows ?? [])),
      });
    });
  for (const text of first) await run(text, 'array');

  return {
    query: async <Row>(text: string) => (await run(text, 'object')) as readonly Row[],
    stream: (sqlText, parameters) => new RowStream(connection, sqlText, parameters.map(bound)),
    close: destroy,
  };
};

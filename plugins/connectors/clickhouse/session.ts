import { randomUUID } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { tlsOptions } from 'datamind/connector-kit';
import { type Parameter, PluginError } from 'datamind/contract';
import { type ByteSource, openByteSource } from './byte-source.js';
import { fixedNames, missingSettings, statementSettings } from './engine-settings.js';
import { NotClickHouse, translateConnectError } from './errors.js';
import { bindParameters, checkPlaceholders } from './parameters.js';
import { openRowStream, type RowStream } from './row-stream.js';
import type { ClickHouseSettings } from './settings.js';

/** What the first contact with a server told. */
export interface Server {
  readonly version: string;
  /** `readonly` of the user's settings profile. */
  readonly profileReadonly: number;
  readonly knownSettings: ReadonlySet<string>;
  /** What the user may do besides reading tables, as far as the server tells. */
  readonly excessGrants: readonly string[];
  readonly grantsKnown: boolean;
}

export interface Request {
  readonly text: string;
  readonly parameters?: readonly Parameter[];
  readonly timeoutMs: number;
  readonly tag?: string;
  /** See `fixed` of `Planning`; as the server likes when absent. */
  readonly fixedPlan?: boolean;
}

/** HTTP has no sessions, and no `session_id` is ever sent: this is the place of one request at a time. */
export interface Session {
  run(request: Request): Promise<RowStream>;
  /** The rows of a small answer, as objects. */
  query(request: Request): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Breaks off what runs, and sees to it that the server stops it. */
  cancel(): Promise<void>;
}

export interface Gateway {
  /** The first contact. @throws PluginError */
  probe(signal: AbortSignal): Promise<Server>;
  createSession(server: Server): Session;
  close(): Promise<void>;
}

const killTimeoutSeconds = 4;
/** Sockets beyond those of the pool, so that a cancelling request never waits for what it cancels. */
const spareSockets = 4;
/** The server closes idle sockets itself; ours go first. */
const idleSocketMs = 2_000;

/** Rights that a reader does not need, and where they are asked for: in the connection's database, or anywhere. */
const excessRights: Readonly<Record<string, 'database' | 'anywhere'>> = {
  INSERT: 'database',
  'ALTER DELETE': 'database',
  'CREATE TABLE': 'database',
  'DROP TABLE': 'database',
  FILE: 'anywhere',
  URL: 'anywhere',
  REMOTE: 'anywhere',
  S3: 'anywhere',
  MYSQL: 'anywhere',
  POSTGRES: 'anywhere',
};

const quoteName = (name: string): string => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;

type Ask = (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** Whether the user has a right; `null` from servers that cannot say (before 24.10). */
const isGranted = async (ask: Ask, right: string): Promise<boolean | null> => {
  try {
    const [row] = await ask(`CHECK GRANT ${right}`);
    return row !== undefined && Number(Object.values(row)[0]) === 1;
  } catch (error) {
    if (error instanceof ClickHouseError) return null;
    throw error;
  }
};

const createAgent = ({ tls, host, pool, lookup }: ClickHouseSettings): HttpAgent => {
  const shared = { keepAlive: true, maxSockets: pool.max + spareSockets, ...(lookup !== undefined && { lookup }) };
  if (!tls) return new HttpAgent(shared);
  const servername = /^[\d.]+$|:/.test(host) ? undefined : host;
  return new HttpsAgent({ ...shared, ...tlsOptions(tls, host), servername });
};

/** The format is a setting of the request, so that the statement's text stays as it was approved. */
const withFormat = (engineSettings: Record<string, string>): Record<string, string> => ({
  ...engineSettings,
  default_format: 'RowBinaryWithNamesAndTypes',
});

export const createGateway = (settings: ClickHouseSettings): Gateway => {
  const agent = createAgent(settings);
  // A client certificate without a password signs in by itself.
  const byCertificate = settings.tls && settings.tls.cert !== undefined && settings.password === '';
  const client: ClickHouseClient = createClient({
    url: settings.origin,
    username: settings.user,
    password: settings.password,
    database: settings.database,
    application: settings.applicationName,
    http_agent: agent,
    set_basic_auth_header: !byCertificate,
    ...(byCertificate
      ? { http_headers: { 'X-ClickHouse-User': settings.user, 'X-ClickHouse-SSL-Certificate-Auth': 'on' } }
      : {}),
    compression: { response: settings.compression, request: false },
    keep_alive: { enabled: true, idle_socket_ttl: idleSocketMs },
    // Time-outs are ours; the driver's would cut an answer that is slow to be read.
    request_timeout: 2 ** 31 - 1,
    // The driver's own log would hold statements and values.
    log: { level: ClickHouseLogLevel.OFF },
  });

  interface Running {
    readonly queryId: string;
    readonly abort: AbortController;
    source: ByteSource | null;
  }

  const send = async (
    { text, parameters = [], tag }: Pick<Request, 'text' | 'parameters' | 'tag'>,
    engineSettings: Record<string, string>,
    running: Running,
  ): Promise<RowStream> => {
    checkPlaceholders(text, parameters);
    const { stream, response_headers: headers } = await client.exec({
      query: text,
      query_id: running.queryId,
      query_params: bindParameters(parameters),
      clickhouse_settings: withFormat(engineSettings),
      abort_signal: running.abort.signal,
      decompress_response_stream: false,
    });
    const source = openByteSource(stream as Readable, headers['content-encoding'] === 'gzip');
    running.source = source;
    try {
      const format = headers['x-clickhouse-format'];
      if (format === undefined) throw new NotClickHouse(`no ClickHouse answered (tag ${tag ?? 'none'})`);
      if (format !== 'RowBinaryWithNamesAndTypes') {
        throw new PluginError(
          'STATEMENT_INVALID',
          'The statement names an output format, which only the connector may.',
        );
      }
      return await openRowStream(source, headers['x-clickhouse-exception-tag']?.toString());
    } catch (error) {
      source.destroy();
      throw error;
    }
  };

  const readAll = async (rows: RowStream): Promise<readonly Readonly<Record<string, unknown>>[]> => {
    const found: Record<string, unknown>[] = [];
    for (let batch = await rows.next(); batch !== null; batch = await rows.next()) {
      for (const row of batch) found.push(Object.fromEntries(rows.columns.map(({ name }, at) => [name, row[at]])));
    }
    return found;
  };

  const begin = (tag?: string): Running => ({
    queryId: `${tag ?? 'datamind'}-${randomUUID()}`,
    abort: new AbortController(),
    source: null,
  });

  const probe = async (signal: AbortSignal): Promise<Server> => {
    const timeout = AbortSignal.timeout(settings.connectTimeoutMs);
    const running = begin();
    const stop = () => {
      running.abort.abort();
      running.source?.destroy();
    };
    const either = AbortSignal.any([signal, timeout]);
    either.addEventListener('abort', stop, { once: true });
    const ask = async (text: string) => {
      either.throwIfAborted();
      return readAll(await send({ text }, {}, { ...running, queryId: `datamind-${randomUUID()}` }));
    };
    try {
      const names = fixedNames.map((name) => `'${name}'`).join(', ');
      const [row] = await ask(
        `SELECT version() AS version, toString(getSetting('readonly')) AS readonly, (SELECT groupArray(name) FROM system.settings WHERE name IN (${names})) AS known`,
      );
      const granted = await Promise.all(
        Object.entries(excessRights).map(async ([right, where]) => {
          const place = where === 'anywhere' ? '*.*' : `${quoteName(settings.database)}.*`;
          return { right, is: await isGranted(ask, `${right} ON ${place}`) };
        }),
      );
      return {
        version: String(row?.version),
        profileReadonly: Number(row?.readonly),
        knownSettings: new Set(row?.known as readonly string[]),
        excessGrants: granted.filter(({ is }) => is === true).map(({ right }) => right),
        grantsKnown: granted.every(({ is }) => is !== null),
      };
    } catch (error) {
      if (signal.aborted)
        throw new PluginError('QUERY_CANCELLED', 'Connecting to ClickHouse was called off.', { cause: error });
      if (timeout.aborted) {
        const message = `ClickHouse did not answer within ${settings.connectTimeoutMs} ms: check \`host\` and \`port\`.`;
        throw new PluginError('CONNECTION_FAILED', message, { cause: error, retryable: true });
      }
      throw translateConnectError(error);
    } finally {
      either.removeEventListener('abort', stop);
    }
  };

  const kill = async (queryId: string): Promise<void> => {
    await client.command({
      query: `KILL QUERY WHERE query_id = '${queryId}' SYNC`,
      clickhouse_settings: { max_execution_time: killTimeoutSeconds },
    });
  };

  const createSession = ({ knownSettings, profileReadonly }: Server): Session => {
    let running: Running | null = null;
    const run = async (request: Request): Promise<RowStream> => {
      const current = begin(request.tag);
      running = current;
      const { timeoutMs, tag, fixedPlan = false } = request;
      const limits = { timeoutMs, tag, fixedPlan, maxMemoryBytes: settings.maxMemoryBytes, final: settings.final };
      return send(request, statementSettings(knownSettings, profileReadonly, limits), current);
    };
    return {
      run,
      query: async (request) => readAll(await run(request)),
      cancel: async () => {
        const current = running;
        running = null;
        if (current === null) return;
        current.abort.abort();
        current.source?.destroy();
        await kill(current.queryId);
      },
    };
  };

  return {
    probe,
    createSession,
    close: async () => {
      await client.close();
      agent.destroy();
    },
  };
};

/** @throws PluginError when statements could not be kept right and read-only on this server with this user. */
export const judgeServer = (server: Server, { allowPrivilegedUser }: ClickHouseSettings): readonly string[] => {
  const { version, profileReadonly, knownSettings, excessGrants, grantsKnown } = server;
  const missing = missingSettings(knownSettings);
  if (missing.length > 0) {
    throw new PluginError(
      'CONFIG_INVALID',
      `ClickHouse ${version} is too old: it does not know ${missing.slice(0, 3).join(', ')}; 24.8 or later is needed.`,
    );
  }
  if (profileReadonly === 1) {
    throw new PluginError(
      'CONFIG_INVALID',
      "The ClickHouse user's settings profile has readonly = 1, which also forbids the time limit and the settings that keep answers right: use 0 or 2.",
    );
  }
  if (profileReadonly >= 2 && !allowPrivilegedUser && !grantsKnown) {
    throw new PluginError(
      'CONFIG_INVALID',
      "The ClickHouse user's settings profile has readonly = 2, which leaves files and the network to grants, and this server cannot say which it has: use a profile with 0, or set `allowPrivilegedUser`.",
    );
  }
  if (excessGrants.length === 0) return [];
  const some = excessGrants.slice(0, 5).join(', ');
  const warning = `The ClickHouse user may do more than read tables (${some}): grant it SELECT only.`;
  if (profileReadonly >= 2 && !allowPrivilegedUser) throw new PluginError('CONFIG_INVALID', warning);
  return [warning];
};

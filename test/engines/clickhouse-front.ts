/**
 * A child process that puts ClickHouse's HTTP protocol before the in-process engine: started with `fork`, it sends
 * `{ port, version }` or `{ missing }` and ends when its parent does.
 *
 * True to a server, because the engine itself does it: parsing and running, one statement only, `readonly` and every
 * other setting, grants (through roles), typed parameters, time and memory limits, `system.processes`, `KILL QUERY`,
 * output formats, computing no more chunks than the client reads.
 *
 * Imitated here: HTTP itself, accounts and passwords (the engine has one user; an account stands for a role), headers,
 * status codes, the frame around an exception in the middle of a stream (as servers from 25.11 on write it), gzip, and
 * query ids: the engine makes its own, so that the client's is kept in the setting `log_comment`, and `KILL QUERY … query_id`
 * is turned into a look at that.
 *
 * Not there: sessions (`session_id`), progress in headers, external tables, insertion through the body, other
 * compressions, quotas, clusters.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Writable } from 'node:stream';
import { randomBytes } from 'node:crypto';
import { constants, createGzip } from 'node:zlib';
import { type Account, type Chdb, type EngineRequest, openChdb, type RunningStatement } from './clickhouse-chdb.js';

/** What the parent passes as the only argument, as JSON. */
export interface FrontOptions {
  readonly folder: string;
  readonly grants: Readonly<Record<string, readonly string[]>>;
  readonly ownerRole: string;
  readonly accounts: Readonly<Record<string, Account>>;
}

/** Parameters of a request that are no settings. */
const notSettings = new Set([
  ...['query', 'query_id', 'database', 'default_format', 'user', 'password', 'session_id', 'role', 'quota_key'],
  ...['buffer_size', 'wait_end_of_query', 'compress', 'decompress', 'stacktrace', 'log_comment'],
]);

const statusOf: Readonly<Record<string, number>> = {
  47: 404,
  60: 404,
  81: 404,
  62: 400,
  159: 408,
  164: 403,
  497: 403,
  516: 403,
};

interface Running {
  readonly statement: RunningStatement;
  readonly ended: Promise<void>;
  stop(): void;
}

class ServerFailure extends Error {}

/** What the engine says, and in its words what its wrapper says instead of it. */
const failureText = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error);
  if (/Code: \d+/.test(message)) return message;
  if (/non-empty query/.test(message))
    return 'Code: 62. DB::Exception: Syntax error: failed at position 1 (end of query). (SYNTAX_ERROR)';
  return `Code: 1002. DB::Exception: ${message}. (UNKNOWN_EXCEPTION)`;
};

const authenticationFailed = (user: string): ServerFailure =>
  new ServerFailure(
    `Code: 516. DB::Exception: ${user}: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)`,
  );

const credentialsOf = (request: IncomingMessage, query: URLSearchParams): readonly [string, string] => {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic !== undefined) {
    const [, user = '', password = ''] = /^([^:]*):?(.*)$/s.exec(Buffer.from(basic, 'base64').toString()) ?? [];
    return [user, password];
  }
  const { 'x-clickhouse-user': user, 'x-clickhouse-key': password } = request.headers;
  if (user !== undefined) return [String(user), String(password ?? '')];
  return [query.get('user') ?? 'default', query.get('password') ?? ''];
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part as Uint8Array);
  return Buffer.concat(parts).toString();
};

const formatOf = (text: string, query: URLSearchParams): string =>
  /\bFORMAT\s+([A-Za-z]+)\s*;?\s*$/i.exec(text)?.[1] ?? query.get('default_format') ?? 'TabSeparated';

/** How many bytes of a chunk are the header that the chunk before had as well. */
const headerLength = (format: string, chunk: Uint8Array): number => {
  if (format === 'RowBinaryWithNamesAndTypes') return binaryHeaderLength(chunk);
  const lines = format.endsWith('WithNamesAndTypes') ? 2 : format.endsWith('WithNames') ? 1 : 0;
  let at = 0;
  for (let line = 0; line < lines; line += 1) at = chunk.indexOf(0x0a, at) + 1;
  return at;
};

const binaryHeaderLength = (chunk: Uint8Array): number => {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = chunk[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const columns = varint();
  for (let word = 0; word < 2 * columns; word += 1) {
    const length = varint();
    at += length;
  }
  return at;
};

const createFront = (chdb: Chdb, options: FrontOptions) => {
  const running = new Map<string, Running>();

  const kill = async (queryId: string): Promise<void> => {
    const found = running.get(queryId);
    chdb.ask(`KILL QUERY WHERE Settings['log_comment'] = '${queryId.replace(/[^\w-]/g, '')}' ASYNC`);
    found?.stop();
    await found?.ended;
  };

  const fail = (response: ServerResponse, error: unknown): void => {
    const message = failureText(error);
    const code = /Code: (\d+)/.exec(message)?.[1] ?? '1002';
    response.writeHead(statusOf[code] ?? 500, {
      'Content-Type': 'text/plain; charset=UTF-8',
      'X-ClickHouse-Exception-Code': code,
    });
    response.end(`${message} (version ${chdb.version} (official build))\n`);
  };

  const send = async (
    response: ServerResponse,
    statement: RunningStatement,
    asked: EngineRequest & { readonly queryId: string; readonly gzip: boolean },
    stopped: () => boolean,
    stopping: Promise<void>,
  ): Promise<void> => {
    const tag = randomBytes(8).toString('hex');
    let sink: Writable = response;
    let begun = false;
    const begin = () => {
      begun = true;
      response.writeHead(200, {
        'Content-Type': 'application/octet-stream',
        'X-ClickHouse-Query-Id': asked.queryId,
        'X-ClickHouse-Format': asked.format,
        'X-ClickHouse-Timezone': 'UTC',
        'X-ClickHouse-Exception-Tag': tag,
        ...(asked.gzip ? { 'Content-Encoding': 'gzip' } : {}),
      });
      if (!asked.gzip) return;
      sink = createGzip({ flush: constants.Z_SYNC_FLUSH });
      sink.pipe(response, { end: false });
    };
    /** Hands the last bytes to the response, which stays open. */
    const finish = async (last = '') => {
      if (sink === response) return void response.write(last);
      sink.end(last);
      await Promise.race([once(sink, 'end'), once(response, 'close')]);
    };
    const room = () =>
      new Promise<void>((resolve) => {
        const done = () => {
          sink.off('drain', done);
          response.off('close', done);
          resolve();
        };
        sink.once('drain', done);
        response.once('close', done);
        void stopping.then(done);
      });
    const write = async (bytes: Uint8Array) => {
      if (!sink.write(bytes)) await room();
    };
    try {
      for await (const chunk of statement.chunks) {
        if (stopped() || response.destroyed) return;
        const skip = begun && statement.streamed ? headerLength(asked.format, chunk) : 0;
        if (!begun) begin();
        await write(chunk.subarray(skip));
        if (stopped() || response.destroyed) return;
      }
      if (!begun) begin();
      await finish();
      response.end();
    } catch (error) {
      if (!begun) fail(response, error);
      else {
        const message = `${failureText(error)} (version ${chdb.version} (official build))\n`;
        const size = Buffer.byteLength(message);
        const frame = `\r\n__exception__\r\n${tag}\r\n${message}${size} ${tag}\r\n__exception__\r\n`;
        await finish(frame);
        // The body is left without its end, so that no reader takes it for whole.
        response.write('', () => response.socket?.destroySoon());
      }
    }
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://front');
    if (pathname === '/ping') {
      response.end('Ok.\n');
      return;
    }
    const [user, password] = credentialsOf(request, query);
    const account = options.accounts[user];
    const body = await readBody(request);
    if (account?.password !== password) return fail(response, authenticationFailed(user));
    const text = [query.get('query') ?? '', body].filter((part) => part !== '').join('\n');
    const victim = /^\s*KILL\s+QUERY\s+WHERE\s+query_id\s*=\s*'([\w-]+)'/i.exec(text)?.[1];
    const entries = [...query];
    const queryId = query.get('query_id') || randomBytes(16).toString('hex');
    const asked = {
      text,
      queryId,
      format: formatOf(text, query),
      gzip: query.get('enable_http_compression') === '1' && /\bgzip\b/.test(String(request.headers['accept-encoding'])),
      role: account.role,
      database: query.get('database') || 'default',
      profile: { ...account.profile, log_comment: queryId },
      parameters: Object.fromEntries(
        entries.filter(([name]) => name.startsWith('param_')).map(([name, value]) => [name.slice(6), value]),
      ),
      settings: Object.fromEntries(entries.filter(([name]) => !notSettings.has(name) && !name.startsWith('param_'))),
    };
    if (victim !== undefined) {
      await kill(victim);
      response.writeHead(200, { 'X-ClickHouse-Query-Id': queryId, 'X-ClickHouse-Format': asked.format });
      response.end();
      return;
    }
    let statement: RunningStatement;
    try {
      statement = chdb.open(asked);
    } catch (error) {
      return fail(response, error);
    }
    let stopped = false;
    let stop = () => {};
    const stopping = new Promise<void>((resolve) => {
      stop = () => {
        stopped = true;
        resolve();
      };
    });
    const sent = send(response, statement, asked, () => stopped, stopping);
    const ended = sent.finally(() => {
      running.delete(queryId);
      statement.end();
      if (stopped) response.destroy();
    });
    running.set(queryId, { statement, ended, stop });
    response.once('close', () => {
      const cancels = asked.settings.cancel_http_readonly_queries_on_client_close === '1';
      if (!response.writableFinished && cancels && Number(asked.settings.readonly ?? 0) > 0) void kill(queryId);
    });
    await ended;
  };
};

const main = async (): Promise<void> => {
  const options = JSON.parse(process.argv[2] ?? '{}') as FrontOptions;
  process.once('disconnect', () => process.exit(0));
  let chdb: Chdb;
  try {
    chdb = await openChdb(options.folder, options.grants, options.ownerRole);
  } catch (error) {
    process.send?.({ missing: error instanceof Error ? error.message : String(error) });
    return;
  }
  const front = createFront(chdb, options);
  const server = createServer({ maxHeaderSize: 1 << 21, keepAliveTimeout: 10_000 }, (request, response) => {
    front(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send?.({ port: (server.address() as AddressInfo).port, version: chdb.version });
};

await main();

/**
 * A `fetch` that opens its sockets to the addresses that may be reached (`lookup` of the host), follows no redirect, keeps
 * connections, and takes no answer without an end. Client libraries take it in place of their own.
 */
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { PluginError } from '../contract.js';

export interface HttpFetch {
  readonly fetch: typeof globalThis.fetch;
  /** Ends every connection. */
  close(): void;
}

const mostBytes = 32 * 1024 * 1024;
const empty: ReadonlySet<number> = new Set([204, 205, 304]);

const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

/** Node asks nobody about an address that is written out. */
const judge = (lookup: LookupFunction, address: string): Promise<void> =>
  new Promise((resolve, reject) => {
    lookup(address, { all: false }, (error) => (error === null ? resolve() : reject(error)));
  });

const headersOf = (message: http.IncomingMessage): Headers => {
  const headers = new Headers();
  for (let at = 0; at + 1 < message.rawHeaders.length; at += 2) {
    headers.append(message.rawHeaders[at]!, message.rawHeaders[at + 1]!);
  }
  return headers;
};

/** Node's own way from one kind of stream to the other fails when a body is cancelled that comes on. */
const bodyOf = (message: http.IncomingMessage): ReadableStream<Uint8Array> => {
  const chunks = message[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let bytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await chunks.next();
        if (done === true) return controller.close();
        bytes += value.length;
        if (bytes <= mostBytes) return controller.enqueue(value);
        message.destroy();
        throw Object.assign(new Error('the answer has no end'), { code: 'LLM_ANSWER_TOO_LONG' });
      },
      cancel: () => {
        message.destroy();
      },
    },
    { highWaterMark: 0 },
  );
};

export const createHttpFetch = ({ lookup }: { readonly lookup?: LookupFunction } = {}): HttpFetch => {
  const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) };
  const send = (url: URL, init: RequestInit): Promise<Response> =>
    new Promise((resolve, reject) => {
      const { method = 'GET', body, signal } = init;
      if (signal?.aborted) return reject(signal.reason);
      const isTls = url.protocol === 'https:';
      const headers = Object.fromEntries(new Headers(init.headers));
      const request = (isTls ? https : http).request(url, {
        method,
        headers: {
          ...headers,
          ...(typeof body === 'string' && { 'content-length': String(Buffer.byteLength(body)) }),
        },
        agent: isTls ? agents['https:'] : agents['http:'],
        ...(lookup !== undefined && { lookup }),
      });
      const abort = (): void => {
        request.destroy(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      signal?.addEventListener('abort', abort, { once: true });
      request.on('close', () => signal?.removeEventListener('abort', abort));
      request.on('error', reject);
      request.on('response', (message) => {
        const status = message.statusCode ?? 500;
        if (empty.has(status)) message.resume();
        resolve(new Response(empty.has(status) ? null : bodyOf(message), { status, headers: headersOf(message) }));
      });
      request.end(typeof body === 'string' ? body : undefined);
    });
  return {
    fetch: async (input, init = {}) => {
      const url = new URL(input instanceof Request ? input.url : input);
      if (
        input instanceof Request ||
        (init.body !== undefined && init.body !== null && typeof init.body !== 'string')
      ) {
        throw new TypeError('only requests with a text are sent');
      }
      if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        throw new PluginError('LLM_REJECTED', 'The address of the provider must begin with https:// or http://.');
      }
      if (lookup !== undefined && isIP(bare(url.hostname)) !== 0) await judge(lookup, bare(url.hostname));
      return send(url, init);
    },
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
};

/** A local HTTP server that does one scripted thing after another, whatever it is asked. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Stream {
  /** As the protocol frames them. */
  readonly events: readonly string[];
  readonly contentType: string;
  /** How many bytes travel together: 1 cuts every character and every event; the whole of an event when absent. */
  readonly chunk?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  /** After so many events the connection is cut, or nothing comes any more; `end`: the answer just ends. */
  readonly after?: { readonly events: number; readonly next: 'cut' | 'hang' | 'end' };
}

export interface Plain {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Step = Stream | Plain | 'hang';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Where the connection comes from. */
  readonly port: number | undefined;
  /** Milliseconds, of a clock that only goes forward. */
  readonly at: number;
  /** When whoever asked closed the connection before there was a whole answer. */
  readonly left: Promise<void>;
}

export interface ProviderServer {
  readonly url: string;
  readonly received: readonly Received[];
  /** What is asked for by GET, or to find out about models: answered well, and not part of the script. */
  script(...steps: readonly Step[]): void;
  /** What is answered to a look at the model. */
  look(plain: Plain): void;
  close(): Promise<void>;
}

const isLook = ({ method, url }: IncomingMessage): boolean => method === 'GET' || url === '/api/show';

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A write that reaches the socket by itself, so that what is read is cut just there. */
const send = async (response: ServerResponse, bytes: Buffer): Promise<void> => {
  response.write(bytes);
  await turn();
};

const sendEvent = async (response: ServerResponse, text: string, chunk: number): Promise<void> => {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunk) await send(response, bytes.subarray(at, at + chunk));
};

const stream = async (response: ServerResponse, step: Stream): Promise<void> => {
  const { events, contentType, chunk = Number.MAX_SAFE_INTEGER, headers = {}, delayMs = 0, after } = step;
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  response.writeHead(200, { 'content-type': contentType, ...headers });
  response.flushHeaders();
  for (const event of events.slice(0, after?.events)) await sendEvent(response, event, chunk);
  if (after?.next === 'hang') return;
  if (after?.next === 'cut') {
    // What was written is to arrive before the end does.
    await new Promise((resolve) => setTimeout(resolve, 5));
    response.destroy();
    return;
  }
  response.end();
};

export const startProviderServer = async (): Promise<ProviderServer> => {
  const received: Received[] = [];
  let steps: Step[] = [];
  let looked: Plain = { status: 200, body: '{}' };
  const plain = (response: ServerResponse, { status, headers = {}, body = '' }: Plain): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body);
  };
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const at = performance.now();
    const left = new Promise<void>((resolve) => {
      response.on('close', () => {
        if (!response.writableFinished) resolve();
      });
    });
    void (async () => {
      const body = await readBody(request);
      if (isLook(request)) return plain(response, looked);
      received.push({ method, path: url, headers, body, at, left, port: request.socket.remotePort });
      const step = steps.length > 1 ? steps.shift()! : (steps[0] ?? { status: 500 });
      if (step === 'hang') return;
      if ('events' in step) await stream(response, step);
      else plain(response, step);
    })().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    script: (...next) => {
      steps = [...next];
      received.length = 0;
    },
    look: (next) => {
      looked = next;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

import { type Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';

/** JSON of any shape: a test that looks for what is not there finds `undefined`. */
export interface Loose {
  readonly [key: string]: Loose;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The parsed body; `undefined` when it is not JSON. */
  readonly body: Loose;
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects are sent as JSON. */
  readonly body?: unknown;
  /** Keeps connections for the next request; a new one each time when absent. */
  readonly agent?: Agent;
}

/** One HTTP request as it is: nothing added, no header hidden, no redirect followed. */
export const ask = (
  url: string,
  method: string,
  path: string,
  { headers = {}, body, agent }: Asked = {},
): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const json = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
    const sent = json ? JSON.stringify(body) : (body as string | Buffer | undefined);
    const outgoing = httpRequest(
      `${url}${path}`,
      {
        method,
        agent: agent ?? false,
        headers: { ...(json && { 'Content-Type': 'application/json' }), ...headers },
      },
      (incoming) => {
        text(incoming).then((received) => {
          const isJson = /json$/.test(
            (incoming.headers['content-type'] ?? '').replace(/;.*/, '').replace('ndjson', ''),
          );
          resolve({
            status: incoming.statusCode!,
            headers: incoming.headers,
            text: received,
            body: isJson && received !== '' ? (JSON.parse(received) as Loose) : (undefined as unknown as Loose),
          });
        }, reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(sent);
  });

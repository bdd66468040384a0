/** Runs in a worker: many users, each on a connection of its own, ask, wait for the answer, think, and ask again. */
import { connect } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { firstResponse } from './first-response.js';

export interface UsersJob {
  readonly port: number;
  /** One for each user. */
  readonly tokens: readonly string[];
  readonly seconds: number;
  /** Milliseconds between an answer and the next question at the mean, exponentially distributed; 0: none. */
  readonly thinkMs: number;
  /** By kind: how often it is asked beside the others, and how it reads. `$N` becomes a whole number below `upTo`. */
  readonly kinds: Readonly<Record<string, { readonly weight: number; readonly path: string; readonly body: string }>>;
  readonly upTo: number;
}

export interface KindFigures {
  readonly answered: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly longest: number;
}

export interface UsersResult {
  readonly answered: number;
  /** By status; a connection that broke is `0`. */
  readonly failed: Readonly<Record<string, number>>;
  /** The body of the first answer that was not fine. */
  readonly complaint: string | null;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly kinds: Readonly<Record<string, KindFigures>>;
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

const figuresOf = (times: number[]): KindFigures => {
  times.sort((a, b) => a - b);
  const [p50, p95, p99, longest] = [at(times, 0.5), at(times, 0.95), at(times, 0.99), at(times, 1)];
  return { answered: times.length, p50, p95, p99, longest };
};

const pick = (kinds: UsersJob['kinds']): string => {
  const whole = Object.values(kinds).reduce((sum, { weight }) => sum + weight, 0);
  let left = Math.random() * whole;
  for (const [name, { weight }] of Object.entries(kinds)) {
    left -= weight;
    if (left < 0) return name;
  }
  return Object.keys(kinds)[0]!;
};

const requestOf = ({ port, kinds, upTo }: UsersJob, token: string, kind: string): string => {
  const { path, body: template } = kinds[kind]!;
  const body = template.replaceAll('$N', () => String(Math.floor(Math.random() * upTo)));
  return [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
};

const drive = async (job: UsersJob): Promise<UsersResult> => {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(job.kinds).map((kind) => [kind, []]));
  const failed: Record<string, number> = {};
  let complaint: string | null = null;
  const fail = (status: number, text = ''): void => {
    failed[status] = (failed[status] ?? 0) + 1;
    complaint ??= text;
  };
  const began = performance.now();
  const over = began + job.seconds * 1000;
  const user = (token: string): Promise<void> =>
    new Promise((resolve) => {
      let rest: Buffer = Buffer.alloc(0);
      let asked = 0;
      let kind = '';
      let waiting = false;
      const socket = connect(job.port, '127.0.0.1', () => think());
      const send = (): void => {
        if (performance.now() >= over) {
          socket.end();
          return;
        }
        kind = pick(job.kinds);
        asked = performance.now();
        waiting = true;
        socket.write(requestOf(job, token, kind));
      };
      const think = (): void => {
        if (job.thinkMs === 0) send();
        else setTimeout(send, -job.thinkMs * Math.log(1 - Math.random()));
      };
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        if (waiting) fail(0);
        resolve();
      });
      socket.on('data', (chunk: Buffer) => {
        rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
        const found = firstResponse(rest);
        if (found === null) return;
        waiting = false;
        if (found.status === 200) times[kind]!.push(performance.now() - asked);
        else fail(found.status, rest.toString('utf8', 0, found.length));
        rest = rest.subarray(found.length);
        think();
      });
    });
  await Promise.all(job.tokens.map(user));
  const kinds = Object.fromEntries(Object.entries(times).map(([kind, some]) => [kind, figuresOf(some)]));
  const answered = Object.values(kinds).reduce((sum, { answered: some }) => sum + some, 0);
  return { answered, failed, complaint, perSecond: answered / ((performance.now() - began) / 1000), kinds };
};

parentPort?.on('message', (job: UsersJob) => {
  drive(job).then(
    (result) => parentPort!.postMessage(result),
    (error: unknown) => {
      throw error;
    },
  );
});

/** Runs in a worker: sends one request over and over on several kept connections, and reports how many were answered. */
import { connect, type Socket } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { firstResponse } from './first-response.js';

export interface LoadJob {
  readonly port: number;
  readonly path: string;
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly answered: number;
  readonly failed: number;
  readonly perSecond: number;
}

const requestOf = ({ port, path, body }: LoadJob): string =>
  [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');

const drive = async (job: LoadJob): Promise<LoadResult> => {
  const request = requestOf(job);
  let answered = 0;
  let failed = 0;
  let over = false;
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      let rest: Buffer = Buffer.alloc(0);
      const socket: Socket = connect(job.port, '127.0.0.1', () => socket.write(request));
      socket.setNoDelay(true);
      socket.on('error', reject);
      socket.on('close', () => resolve());
      socket.on('data', (chunk: Buffer) => {
        rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
        const found = firstResponse(rest);
        if (found === null) return;
        rest = rest.subarray(found.length);
        if (found.status === 200) answered += 1;
        else failed += 1;
        if (over) socket.end();
        else socket.write(request);
      });
    });
  const began = performance.now();
  setTimeout(() => {
    over = true;
  }, job.seconds * 1000);
  await Promise.all(Array.from({ length: job.connections }, one));
  return { answered, failed, perSecond: answered / ((performance.now() - began) / 1000) };
};

parentPort?.on('message', (job: LoadJob) => {
  drive(job).then(
    (result) => parentPort!.postMessage(result),
    (error: unknown) => {
      throw error;
    },
  );
});

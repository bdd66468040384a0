import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { createServerFolder, freePort, startServer } from './server-process.js';

export interface TestRedis {
  readonly url: string;
  /** A word of Redis' inline protocol; the answer as it comes. */
  say(line: string): Promise<string>;
  /** It hangs, and goes on. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** Why there is none here. */
export const redisMissing = (): string | null =>
  spawnSync('redis-server', ['--version']).status === 0 ? null : 'redis-server is not installed (Debian: redis-server)';

const say = (port: number, line: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(1_000, () => socket.destroy(new Error('Redis is silent')));
    socket.once('error', reject);
    socket.once('data', (data) => {
      resolve(data.toString('latin1'));
      socket.destroy();
    });
    socket.write(`${line}\r\n`);
  });

/** A Redis of its own, which keeps nothing on disk. */
export const startRedis = async (wanted?: number): Promise<TestRedis> => {
  const port = wanted ?? (await freePort());
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const ready = async (): Promise<boolean> => (await say(port, 'PING').catch(() => '')).startsWith('+PONG');
  const folder = createServerFolder('redis');
  const stop = await startServer({ program: 'redis-server', args, folder, ready });
  const pid = Number(/process_id:(\d+)/.exec(await say(port, 'INFO server'))![1]);
  return {
    url: `redis://127.0.0.1:${port}`,
    say: (line) => say(port, line),
    freeze: () => process.kill(pid, 'SIGSTOP'),
    thaw: () => process.kill(pid, 'SIGCONT'),
    stop: async () => {
      process.kill(pid, 'SIGCONT');
      await stop();
    },
  };
};

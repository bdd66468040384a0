import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own in the system's temporary folder; {@link startServer} removes it when the server ends. */
export function createServerFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `datamind-${name}-`));
}

/**
 * A port that was free a moment ago, below those that systems give to outgoing connections: of these the tests make
 * thousands, and one could take the port before the server that it is for.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
}

/** Runs a program to its end; rejects with what it wrote when it fails. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly uid?: number; readonly gid?: number; readonly cwd?: string } = {},
): Promise<string> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  child.stdout.on('data', (data) => output.push(String(data)));
  child.stderr.on('data', (data) => output.push(String(data)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${output.join('').slice(-2000)}`);
  return output.join('');
}

export interface ServerProgram {
  readonly program: string;
  readonly args: readonly string[];
  /** Removed after the server has ended. */
  readonly folder: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Whether it answers; asked until it does. */
  ready(): Promise<boolean>;
}

/**
 * Starts a database server and a keeper beside it: a shell that waits for its standard input to close, which happens
 * when this process ends in whatever way, then kills the server and removes its folder.
 * @returns what stops the server and removes its folder; idempotent.
 */
export async function startServer(server: ServerProgram): Promise<() => Promise<void>> {
  const logFile = join(server.folder, 'server.log');
  const log = openSync(logFile, 'a');
  const child = spawn(server.program, server.args, {
    uid: server.uid,
    gid: server.gid,
    cwd: server.folder,
    stdio: ['ignore', log, log],
    detached: true,
  });
  const ended = once(child, 'exit');
  await once(child, 'spawn');
  const keeper = spawn(
    '/bin/sh',
    [
      '-c',
      'read _; kill -QUIT "$1" 2>/dev/null && sleep 1; kill -KILL "$1" 2>/dev/null; rm -rf "$2"',
      'keeper',
      String(child.pid),
      server.folder,
    ],
    { stdio: ['pipe', 'ignore', 'ignore'], detached: true },
  );
  keeper.unref();
  child.unref();

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    // Nothing else may be left to wait for, and then Node would not wait for their ends either.
    child.ref();
    keeper.ref();
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGQUIT');
      const gone = await Promise.race([ended.then(() => true), after(3000)]);
      if (!gone) child.kill('SIGKILL');
      await ended;
    }
    rmSync(server.folder, { recursive: true, force: true });
    const kept = once(keeper, 'exit');
    keeper.stdin?.end();
    await kept;
  };
  const stopOnce = (): Promise<void> => {
    stopped ??= stop();
    return stopped;
  };

  const deadline = Date.now() + 20_000;
  while (!(await server.ready())) {
    if (child.exitCode !== null || Date.now() > deadline) {
      const text = readFileSync(logFile, 'utf8').slice(-2000);
      await stopOnce();
      throw new Error(`${server.program} did not start: ${text}`);
    }
    await after(25);
  }
  return stopOnce;
}

function after(milliseconds: number): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, false));
}

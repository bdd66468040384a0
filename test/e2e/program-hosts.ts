/**
 * Processes that run programs one after another: loading the program takes 2.5 s of processor time, which is paid once for
 * each process and not once for each server or command. `command-host.ts` is what runs there.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { packageRoot } from '../../core/package-root.js';
import type { Asked } from './command-host.js';

/** As much of a child process as tests need; one that runs in a host, or a process of its own. Emits `exit` and `close`. */
export interface Program extends EventEmitter {
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  kill(signal?: NodeJS.Signals | number): boolean;
}

/** What a host writes to both its streams when a program is over. */
export const mark = '\0';

interface Host {
  readonly child: ChildProcess;
  /** Who is told, while a program runs. */
  program: HostedProgram | null;
}

class HostedProgram extends EventEmitter implements Program {
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  exitCode: number | null = null;
  signalCode: NodeJS.Signals | null = null;
  readonly #child: ChildProcess;
  readonly #isOver = { stdout: false, stderr: false };
  #said: number | null = null;

  constructor(child: ChildProcess) {
    super();
    this.#child = child;
  }

  kill(signal: NodeJS.Signals | number = 'SIGTERM'): boolean {
    return this.exitCode === null && this.signalCode === null && this.#child.kill(signal);
  }

  /** @returns whether that was the last */
  write(name: 'stdout' | 'stderr', chunk: Buffer): boolean {
    const isLast = chunk.at(-1) === 0;
    this[name].write(isLast ? chunk.subarray(0, -1) : chunk);
    this.#isOver[name] ||= isLast;
    return this.#isDone();
  }

  ended(code: number): boolean {
    this.#said = code;
    return this.#isDone();
  }

  #isDone(): boolean {
    return this.#said !== null && this.#isOver.stdout && this.#isOver.stderr;
  }

  close(code: number | null = this.#said, signal: NodeJS.Signals | null = null): void {
    this.exitCode = code;
    this.signalCode = signal;
    this.stdout.end();
    this.stderr.end();
    this.emit('exit', code, signal);
    this.emit('close', code, signal);
  }
}

/** Those in which nothing runs. They do not keep this process. */
const idle: Host[] = [];

const hold = ({ child }: Host, how: 'ref' | 'unref'): void => {
  child[how]();
  child.channel?.[how]();
  for (const stream of [child.stdout, child.stderr]) (stream as Socket)[how]();
};

const startHost = (): Host => {
  const child = fork(join(packageRoot(), 'dist', 'test', 'e2e', 'command-host.js'), {
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const host: Host = { child, program: null };
  const release = (isDone: boolean): void => {
    if (!isDone) return;
    const { program } = host;
    host.program = null;
    hold(host, 'unref');
    idle.push(host);
    program!.close();
  };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]!.on('data', (chunk: Buffer) => host.program && release(host.program.write(name, chunk)));
  child.on('message', (code: number) => host.program && release(host.program.ended(code)));
  child.on('close', (code, signal) => {
    if (idle.includes(host)) idle.splice(idle.indexOf(host), 1);
    host.program?.close(code, signal);
  });
  return host;
};

/** Starts the program where others may have run before; where none is idle, a host is started. */
export const startHosted = (asked: Asked): Program => {
  const host = idle.pop() ?? startHost();
  const program = new HostedProgram(host.child);
  host.program = program;
  hold(host, 'ref');
  host.child.send(asked);
  return program;
};

import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SessionKind } from 'datamind/connector-kit';
import { PluginError, type PluginHost } from 'datamind/contract';
import { translateOpenError } from './errors.js';
import { type Answer, ChildFailure, memoryExhausted, type Request } from './messages.js';
import type { SqliteSettings } from './settings.js';

type AnswerOf<Kind extends Answer['kind']> = Extract<Answer, { kind: Kind }>;

/** One child process with the file open. */
export interface Session {
  /** Asks the child and waits; the failure that it reports is thrown. Only one request may be pending. */
  call<Kind extends Exclude<Answer['kind'], 'failed'>>(request: Request, expected: Kind): Promise<AnswerOf<Kind>>;
  alive(): boolean;
  /** Runs a text of the connector's own. */
  ask<T>(text: string): Promise<readonly T[]>;
  /** A child that answers soon is only told to stop; one that computes is killed. */
  cancel(): Promise<'keep' | 'discard'>;
  close(): Promise<void>;
}

/** How long a child may take to come to the end of a batch before it is killed. */
const patienceMs = 40;

const worker = fileURLToPath(new URL('./worker.js', import.meta.url));

const lost = (cause?: unknown) =>
  new PluginError('CONNECTION_LOST', 'The process that ran the statement ended before it answered.', {
    cause,
    retryable: true,
  });

const exhausted = () =>
  new PluginError('RESOURCES_EXHAUSTED', 'The statement needs more memory than the connection permits.', {
    retryable: true,
  });

const createSession = (child: ChildProcess): Session => {
  let pending: Promise<Answer> | null = null;
  let settle: { resolve(answer: Answer): void; reject(error: unknown): void } | null = null;
  let ended = false;
  let folder: string | null = null;
  const exited = new Promise<void>((done) => {
    child.once('exit', (_code, signal) => {
      ended = true;
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
      settle?.reject(signal === memoryExhausted ? exhausted() : lost());
      done();
    });
    child.once('error', (error) => {
      ended = true;
      settle?.reject(lost(error));
      done();
    });
  });
  child.on('message', (answer: Answer) => {
    if (answer.kind === 'started') folder = answer.folder;
    settle?.resolve(answer);
  });

  const send = (request: Request): Promise<Answer> => {
    if (ended) return Promise.reject(lost());
    const asked = new Promise<Answer>((resolve, reject) => {
      settle = { resolve, reject };
      child.send(request, (error) => error && reject(lost(error)));
    }).finally(() => {
      pending = null;
      settle = null;
    });
    pending = asked;
    return asked;
  };
  const call: Session['call'] = async (request, expected) => {
    const answer = await send(request);
    if (answer.kind === 'failed') throw new ChildFailure(answer.failure.code, answer.failure.message);
    if (answer.kind !== expected) throw new Error(`the child answered ${answer.kind} instead of ${expected}`);
    return answer as AnswerOf<typeof expected>;
  };
  const close = async () => {
    if (!ended) child.kill('SIGKILL');
    await exited;
  };
  return {
    call,
    alive: () => !ended,
    ask: async <T>(text: string) => (await call({ kind: 'ask', text }, 'answer')).rows as readonly T[],
    cancel: async () => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((tick) => {
        timer = setTimeout(() => tick('late'), patienceMs);
      });
      const outcome = await Promise.race([Promise.resolve(pending).catch(() => null), late]);
      clearTimeout(timer);
      if (outcome === 'late' || ended) {
        await close();
        return 'discard';
      }
      await call({ kind: 'close' }, 'done');
      return 'keep';
    },
    close,
  };
};

export const sessionsOf = (settings: SqliteSettings, host: PluginHost): SessionKind<Session> => {
  let told = false;
  return {
    open: async (signal) => {
      const child = fork(worker, [String(settings.memory_limit_mb ?? 512)], {
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        execArgv: [],
      });
      const session = createSession(child);
      const onAbort = () => void session.close();
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        const { driver } = await session.call(
          {
            kind: 'start',
            path: resolve(settings.path),
            driver: settings.driver ?? 'auto',
          },
          'started',
        );
        if (driver === 'wasm' && (settings.driver ?? 'auto') === 'auto' && !told) {
          told = true;
          host.log.warn(
            'better-sqlite3 is not installed, so SQLite runs in WebAssembly: slower, without declared types and percentiles; run `npm install better-sqlite3` (where no binary can be downloaded it is compiled, with g++, make and python3)',
          );
        }
        return session;
      } catch (error) {
        await session.close();
        throw PluginError.is(error) ? error : translateOpenError(error, settings.path);
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
    ping: async (session) => session.alive(),
    reset: async (session) => {
      await session.call({ kind: 'reset' }, 'done');
    },
    close: (session) => session.close(),
  };
};

import { Worker } from 'node:worker_threads';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { PasswordTask } from './password-worker.js';

/** Hashes and compares passwords, off the event loop. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** @param hash of the account; `null` takes the same work and is false */
  matches(password: string, hash: string | null): Promise<boolean>;
  close(): Promise<void>;
}

export const passwordRounds = 12;
/** bcrypt reads no further. */
export const mostPasswordBytes = 72;
export const leastPasswordLength = 10;

/** Beyond so many the server says that it is busy: each takes a third of a second. */
const mostWaiting = 60;

/** Of no password: the salt and the sum are made up. It takes as long to compare with as any other. */
const nobodys = (rounds: number): string =>
  `$2b$${String(rounds).padStart(2, '0')}$Zb4fq8yLrV0u2mKx7cT9eO${'1'.repeat(31)}`;

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

type Task = { readonly password: string } & ({ readonly rounds: number } | { readonly hash: string });

export const createPasswords = (rounds: number = passwordRounds): Passwords => {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let next = 0;
  const failAll = (error: unknown): void => {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = (): Worker => {
    const made = new Worker(new URL('./password-worker.js', import.meta.url));
    made.on('message', ({ id, result }: { id: number; result: never }) => {
      waiting.get(id)?.resolve(result);
      waiting.delete(id);
      if (waiting.size === 0) made.unref();
    });
    made.on('error', failAll);
    made.on('exit', () => failAll(new Error('the thread that hashes passwords has ended')));
    return made;
  };
  const ask = <T>(task: Task): Promise<T> =>
    new Promise((resolve, reject) => {
      if (waiting.size >= mostWaiting) {
        reject(
          new DataMindError('RATE_LIMITED', 'Too many people log in at this moment; try again shortly.', {
            retryAfterSeconds: 10,
          }),
        );
        return;
      }
      worker ??= start();
      worker.ref();
      next += 1;
      waiting.set(next, { resolve: resolve as (result: never) => void, reject });
      worker.postMessage({ id: next, ...task } as PasswordTask);
    });
  return {
    hash: (password) => ask<string>({ password, rounds }),
    matches: async (password, hash) => {
      const matches = await ask<boolean>({ password, hash: hash ?? nobodys(rounds) });
      return matches && hash !== null;
    },
    close: async () => {
      await worker?.terminate();
    },
  };
};

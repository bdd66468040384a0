import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Longer than making anything here takes; whoever made it then has been killed. */
const staleAfterMs = 60_000;

const age = (path: string): number => Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);

/**
 * Makes a file or folder that is the same in every test, once for all processes: the first one makes it, the others wait.
 * @param make makes it at the path that it is given
 */
export const keepOnce = async (path: string, make: (draft: string) => Promise<unknown>): Promise<void> => {
  const [lock, draft] = [`${path}.lock`, `${path}.${process.pid}.draft`];
  mkdirSync(dirname(path), { recursive: true });
  while (!existsSync(path)) {
    try {
      mkdirSync(lock);
    } catch {
      if (age(lock) > staleAfterMs) rmSync(lock, { recursive: true, force: true });
      else await pause(50);
      continue;
    }
    try {
      if (existsSync(path)) return;
      await make(draft);
      renameSync(draft, path);
    } finally {
      rmSync(draft, { recursive: true, force: true });
      rmSync(lock, { recursive: true, force: true });
    }
  }
};

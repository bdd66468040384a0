/** Bugs that were chosen from the sources before any test was run against them: one line of `seeded-bugs.jsonl` each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root.js';

export interface SeededBug {
  readonly id: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly title: string;
  /** What goes wrong with it. */
  readonly why: string;
  /** A statement, or a sequence, that shows it. */
  readonly witness: string;
  /** Text that stands in the file once, and what stands there instead. */
  readonly find: string;
  readonly replace: string;
}

export const readSeededBugs = (): readonly SeededBug[] =>
  readFileSync(join(packageRoot(), 'test', 'security', 'seeded-bugs.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as SeededBug);

/** @throws Error when the code has moved on, so that the bug would not be there */
export const seedBug = (source: string, { id, file, find, replace }: SeededBug): string => {
  const count = source.split(find).length - 1;
  if (count !== 1) throw new Error(`${id}: what it replaces is ${count} times in ${file}; follow the code in the list`);
  return source.replace(find, () => replace);
};

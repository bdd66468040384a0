import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '../store/new-id.js';

const shape = /^[0-9a-f-]{36}$/;

/** The name of this node, and so of its chain: made once, kept in its home folder. */
export const nodeId = (home: string): string => {
  const file = join(home, 'node-id');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  try {
    // Of processes that start together one makes it.
    writeFileSync(file, `${newId()}\n`, { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const id = readFileSync(file, 'utf8').trim();
  if (!shape.test(id)) throw new Error(`${file} does not hold the id of a node; delete it, and a new one is made`);
  return id;
};

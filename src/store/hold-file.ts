import { randomUUID } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { isAlive } from '../settings/is-alive.js';

const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

/** Tells a process from a later one with its number, where the system can: when it began, in ticks since the boot. */
const beginOf = (pid: number): string => {
  const stat = read(`/proc/${pid}/stat`);
  const boot = read('/proc/sys/kernel/random/boot_id')?.trim();
  // The name of the program, in parentheses, may hold blanks.
  const ticks = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return boot === undefined || ticks === undefined ? '' : `${boot}/${ticks}`;
};

const lives = (owner: string): boolean => {
  const [digits = '', begin = ''] = owner.trim().split(' ');
  const pid = Number(digits);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  return isAlive(pid) && (begin === '' || begin === beginOf(pid));
};

const held = (): DataMindError =>
  new DataMindError('STORE_UNAVAILABLE', 'Another program has the store open.', {
    hint: 'Without the package better-sqlite3 one program at a time can use the store: stop the other one, or run "npm install better-sqlite3".',
  });

const heldAlone = (): DataMindError =>
  new DataMindError('STORE_UNAVAILABLE', 'Another program has the store to itself.', {
    hint: 'It runs without the package better-sqlite3, and then one program at a time can use the store: stop it first.',
  });

const own = (): string => `${process.pid} ${beginOf(process.pid)}\n`;

/** Whether a process lives that shares the file; takes away what those left behind that were killed. */
const isUsed = (file: string): boolean => {
  const folder = dirname(file);
  const notes = readdirSync(folder).filter((name) => name.startsWith(`${basename(file)}.user.`));
  return notes
    .map((name) => join(folder, name))
    .map((path) => {
      const alive = lives(read(path) ?? '');
      if (!alive) rmSync(path, { force: true });
      return alive;
    })
    .includes(true);
};

/**
 * Says that this process uses a file which others may use beside it, so that nobody takes it for themselves meanwhile. Each side
 * writes its own note before it looks for the other's: of two that begin at once one sees the other.
 * @returns lets go
 * @throws DataMindError `STORE_UNAVAILABLE` while a process lives that holds it
 */
export const shareFile = (file: string): (() => void) => {
  isUsed(file);
  const id = `${process.pid}.${randomUUID()}`;
  const [draft, note] = [`${file}.new.${id}`, `${file}.user.${id}`];
  writeFileSync(draft, own(), { mode: 0o600 });
  // The note appears with its content or not at all.
  renameSync(draft, note);
  const owner = read(`${file}.owner`);
  if (owner !== null && lives(owner)) {
    rmSync(note, { force: true });
    throw heldAlone();
  }
  return () => rmSync(note, { force: true });
};

/**
 * Makes this process the only one that uses a file, until it lets go or ends. What a process that was killed left behind
 * is taken over.
 * @returns lets go
 * @throws DataMindError `STORE_UNAVAILABLE` while a process lives that holds it or shares it
 */
export const holdFile = (file: string): (() => void) => {
  const path = `${file}.owner`;
  const mine = `${path}.${process.pid}`;
  // The file appears with its content or not at all.
  writeFileSync(mine, own(), { mode: 0o600 });
  const claim = (): boolean => {
    try {
      linkSync(mine, path);
      return true;
    } catch (error) {
      if ((error as { code?: string }).code !== 'EEXIST') throw error;
      return false;
    }
  };
  try {
    if (!claim()) {
      const owner = read(path);
      if (owner !== null && lives(owner)) throw held();
      const taken = `${mine}.stale`;
      if (owner !== null) {
        renameSync(path, taken);
        const found = read(taken);
        // Somebody else was faster: what was taken away is theirs.
        if (found !== owner) linkSync(taken, path);
        unlinkSync(taken);
      }
      if (!claim()) throw held();
    }
  } catch (error) {
    // Of two that take over at once, one finds that there is nothing to take any more.
    throw (error as { code?: string }).code === 'ENOENT' ? held() : error;
  } finally {
    rmSync(mine, { force: true });
  }
  const letGo = (): void => rmSync(path, { force: true });
  if (isUsed(file)) {
    letGo();
    throw held();
  }
  return letGo;
};

import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
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

/**
 * Makes this process the only one that uses a file, until it lets go or ends. What a process that was killed left behind
 * is taken over.
 * @returns lets go
 * @throws DataMindError `STORE_UNAVAILABLE` while another process lives that holds it
 */
export const holdFile = (file: string): (() => void) => {
  const path = `${file}.owner`;
  const mine = `${path}.${process.pid}`;
  // The file appears with its content or not at all.
  writeFileSync(mine, `${process.pid} ${beginOf(process.pid)}\n`, { mode: 0o600 });
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
  return () => rmSync(path, { force: true });
};

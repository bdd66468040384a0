import { mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildFailure } from './messages.js';

/** A file as SQLite in WebAssembly reads it, which neither shares a lock with others nor mends what a writer left half done. */
export interface WasmFile {
  /** The name to open it by. */
  readonly name: string;
  /** The folder of that name, which is this process's own; null where the file goes by its real name. */
  readonly folder: string | null;
  /** Remembers how the file is now. @throws ChildFailure `SQLITE_BUSY` while another program writes, or was killed while it wrote */
  begin(): void;
  /** @throws ChildFailure `SQLITE_BUSY` when the file was written since: what was read may be half of before and half of after */
  check(): void;
}

const busy = (what: string): ChildFailure => new ChildFailure('SQLITE_BUSY', what);

/** The driver locks `x` by the folder `x.lock`, also against other readers, and one that is killed leaves it: so `x` gets a name of our own. */
const linkTo = (path: string): { readonly name: string; readonly folder: string | null } => {
  const folder = mkdtempSync(join(tmpdir(), 'datamind-sqlite-'));
  const name = join(folder, 'database');
  try {
    symlinkSync(path, name, 'file');
  } catch {
    // Windows permits links to some users only.
    rmSync(folder, { recursive: true, force: true });
    return { name: path, folder: null };
  }
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return { name, folder };
};

export const openWasmFile = (path: string): WasmFile => {
  const { name, folder } = linkTo(path);
  const state = (): string => {
    const { mtimeNs, size, ino } = statSync(path, { bigint: true });
    return `${mtimeNs} ${size} ${ino}`;
  };
  const journal = (): boolean => (statSync(`${path}-journal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  let before = '';
  return {
    name,
    folder,
    begin: () => {
      before = state();
      if (journal()) throw busy('another program is writing to the file, or was killed while it wrote');
    },
    check: () => {
      if (state() !== before || journal()) throw busy('another program has written to the file while it was read');
    },
  };
};

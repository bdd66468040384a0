import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { isAlive } from '../settings/is-alive.js';
import { makeFolder } from '../settings/make-folder.js';
import type { DemoFile } from './demo-file.js';
import { generateDemo } from './generate.js';
import { createDuckdbFile } from './write-duckdb.js';
import { createSqliteFile } from './write-sqlite.js';

export type DemoEngine = 'duckdb' | 'sqlite';

export interface EnsureDemoOptions {
  /** Where the database file is to be. */
  readonly path: string;
  readonly engine: DemoEngine;
  /** Told how much is done, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

const create: Record<DemoEngine, (path: string) => Promise<DemoFile>> = {
  duckdb: createDuckdbFile,
  sqlite: createSqliteFile,
};

const unfinished = (path: string, pid: number): string => {
  const { dir, name, ext } = parse(path);
  return join(dir, `${name}.${pid}.unfinished${ext}`);
};

/** What drivers put beside the file that they write; the lock of SQLite in WebAssembly is a folder. */
const companions = ['', '.wal', '-journal', '.lock'];

const remove = (draft: string): void => {
  for (const path of companions.map((suffix) => draft + suffix)) {
    if (existsSync(path)) rmSync(path, { recursive: true });
  }
};

/** Removes what generations that were killed left beside `path`. */
const removeLeftovers = (path: string): void => {
  const { dir, name, ext } = parse(path);
  const pattern = new RegExp(`^${name}\\.(\\d+)\\.unfinished${ext.replace('.', '\\.')}(?:\\.wal|-journal|\\.lock)?$`);
  for (const file of readdirSync(dir)) {
    const pid = Number(pattern.exec(file)?.[1] ?? Number.NaN);
    if (!Number.isNaN(pid) && !isAlive(pid)) rmSync(join(dir, file), { recursive: true, force: true });
  }
};

const hint = 'Set DATAMIND_HOME to a folder that you may write to.';
const notWritable = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT']);
const inTheWay = new Set(['ENOTDIR', 'EEXIST']);

const asClearError = (error: unknown, path: string): unknown => {
  if (error instanceof DataMindError) return error;
  const text = String((error as Error)?.message ?? error);
  const { code = '' } = error as NodeJS.ErrnoException;
  const folder = dirname(path);
  if (code === 'ENOSPC' || /no space left|disk (is )?full|SQLITE_FULL|could not write/i.test(text)) {
    const message = `The demo data could not be written: the disk that holds ${folder} is full.`;
    const help = 'Free about 100 MB, or set DATAMIND_HOME to a folder on another disk.';
    return new DataMindError('STORAGE_FULL', message, { hint: help, cause: error });
  }
  if (inTheWay.has(code)) {
    const message = `The demo data could not be written: ${folder} is a file or lies in one, and a folder is needed.`;
    return new DataMindError('UNAVAILABLE', message, { hint, cause: error });
  }
  if (notWritable.has(code) || /permission denied|read-only file system|readonly database/i.test(text)) {
    const message = `The demo data could not be written: ${folder} is not writable.`;
    return new DataMindError('UNAVAILABLE', message, { hint, cause: error });
  }
  return error;
};

/**
 * Makes the demo database unless it is there. The file appears under its name only when it is whole, so a kill at any
 * moment leaves nothing that looks finished. Two processes at once each make one; the first to finish wins.
 * @returns whether this call made it.
 * @throws DataMindError `STORAGE_FULL`, `UNAVAILABLE` (folder not writable, or cancelled).
 */
export const ensureDemo = async ({ path, engine, onProgress, signal }: EnsureDemoOptions): Promise<boolean> => {
  if (existsSync(path)) return false;
  const draft = unfinished(path, process.pid);
  let file: DemoFile | undefined;
  try {
    makeFolder(dirname(path));
    removeLeftovers(path);
    remove(draft);
    file = await create[engine](draft);
    let shown = 0;
    for (const done of generateDemo(file.write)) {
      if (done - shown < 0.01 && done < 1) continue;
      shown = done;
      onProgress?.(done);
      await setImmediate();
      if (signal?.aborted)
        throw new DataMindError('UNAVAILABLE', 'Making the demo data was cancelled.', {
          hint: 'Start again to make it.',
        });
    }
    await file.finish();
    await file.close();
    file = undefined;
    if (existsSync(path)) {
      remove(draft);
      return false;
    }
    renameSync(draft, path);
    return true;
  } catch (error) {
    await file?.close().catch(() => undefined);
    remove(draft);
    throw asClearError(error, path);
  }
};

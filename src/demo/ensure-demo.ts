import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { DataMindError } from '../../core/errors/datamind-error.js';
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

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const unfinished = (path: string, pid: number): string => {
  const { dir, name, ext } = parse(path);
  return join(dir, `${name}.${pid}.unfinished${ext}`);
};

/** Removes what generations that were killed left beside `path`. */
const removeLeftovers = (path: string): void => {
  const { dir, name, ext } = parse(path);
  const pattern = new RegExp(`^${name}\\.(\\d+)\\.unfinished${ext.replace('.', '\\.')}(\\.wal|-journal)?$`);
  for (const file of readdirSync(dir)) {
    const pid = Number(pattern.exec(file)?.[1] ?? Number.NaN);
    if (!Number.isNaN(pid) && !isAlive(pid)) rmSync(join(dir, file), { force: true });
  }
};

const asClearError = (error: unknown, path: string): unknown => {
  if (error instanceof DataMindError) return error;
  const text = String((error as Error)?.message ?? error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || /no space left|disk (is )?full|SQLITE_FULL|could not write/i.test(text))
    return new DataMindError(
      'STORAGE_FULL',
      `The demo data could not be written: the disk that holds ${dirname(path)} is full.`,
      {
        hint: 'Free about 100 MB, or set DATAMIND_HOME to a folder on another disk.',
        cause: error,
      },
    );
  if (
    (code !== undefined && ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) ||
    /permission denied|read-only file system|readonly database/i.test(text)
  )
    return new DataMindError('UNAVAILABLE', `The demo data could not be written: ${dirname(path)} is not writable.`, {
      hint: 'Set DATAMIND_HOME to a folder that you may write to.',
      cause: error,
    });
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
    mkdirSync(dirname(path), { recursive: true });
    removeLeftovers(path);
    rmSync(draft, { force: true });
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
      rmSync(draft, { force: true });
      return false;
    }
    renameSync(draft, path);
    return true;
  } catch (error) {
    await file?.close().catch(() => undefined);
    for (const suffix of ['', '.wal', '-journal']) if (existsSync(draft + suffix)) rmSync(draft + suffix);
    throw asClearError(error, path);
  }
};

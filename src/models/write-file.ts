import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { isAlive } from '../settings/is-alive.js';

const inTheWay = (): DataMindError =>
  new DataMindError(
    'CONFLICT',
    'A file stands where a folder is needed, or a folder where the file is to be; nothing was written.',
  );

const reasons: Readonly<Record<string, () => DataMindError>> = {
  ENOSPC: () =>
    new DataMindError('STORAGE_FULL', 'The disk is full, so nothing was written; free some space and repeat it.'),
  EDQUOT: () => new DataMindError('STORAGE_FULL', 'The disk quota is used up, so nothing was written.'),
  EACCES: () => new DataMindError('READ_ONLY', 'The server may not write to the ontology folder; nothing was written.'),
  EPERM: () => new DataMindError('READ_ONLY', 'The server may not write to the ontology folder; nothing was written.'),
  EEXIST: inTheWay,
  ENOTDIR: inTheWay,
  EISDIR: inTheWay,
  EROFS: () =>
    new DataMindError('READ_ONLY', 'The ontology folder is on a read-only file system; nothing was written.'),
};

const explain = (error: unknown): unknown => reasons[(error as NodeJS.ErrnoException).code ?? '']?.() ?? error;

const temporaryPath = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`);

const temporaryName = /(?:^|[/\\])\.[^/\\]+\.(\d+)\.[0-9a-f]{12}\.tmp$/;

/** Removes what writers that were killed left in a folder and the folders in it. This process must not be writing there. */
export const removeLeftovers = async (folder: string): Promise<void> => {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  for (const name of names) {
    const writer = Number(temporaryName.exec(name)?.[1] ?? Number.NaN);
    const isLeft = writer === process.pid || (!Number.isNaN(writer) && !isAlive(writer));
    if (isLeft) await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
};

/**
 * Writes the whole file or nothing: readers see the old text or the new one.
 * @throws DataMindError `STORAGE_FULL`, `READ_ONLY`
 */
export const writeFileWhole = async (path: string, text: string): Promise<void> => {
  const temporary = temporaryPath(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'wx', 0o644);
    try {
      await file.writeFile(text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw explain(error);
  }
};

/** @throws DataMindError `READ_ONLY` */
export const removeFile = async (path: string): Promise<void> => {
  try {
    await rm(path);
  } catch (error) {
    throw explain(error);
  }
};

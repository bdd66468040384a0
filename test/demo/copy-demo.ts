import { createHash } from 'node:crypto';
import { constants, copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root.js';
import { ensureDemo } from '../../src/demo/ensure-demo.js';
import { keepOnce } from '../keep-once.js';

/** What the file comes of: the code that makes it, and DuckDB. */
const keyOf = (folder: string): string => {
  const { version } = createRequire(import.meta.url)('@duckdb/node-api/package.json') as { version: string };
  const hash = createHash('sha256').update(version);
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
};

/**
 * Puts the example business there as a DuckDB file. Its data is the same each time and takes 8 s of processor time, so it
 * is made once for this code, in `dist`, and copied.
 * What makes the data is tested without this.
 */
export const copyDemo = async (to: string): Promise<void> => {
  const kept = join(packageRoot(), 'dist', 'demo', `${keyOf(join(packageRoot(), 'dist', 'src', 'demo'))}.duckdb`);
  await keepOnce(kept, (path) => ensureDemo({ path, engine: 'duckdb' }));
  copyFileSync(kept, to, constants.COPYFILE_FICLONE);
};

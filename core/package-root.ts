import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const find = (from: string): string => {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(folder) === folder) throw new Error(`no package.json above ${from}`);
  }
};

const root = find(dirname(fileURLToPath(import.meta.url)));

/** The folder of DataMind's own `package.json`: where files that are not code are found. */
export const packageRoot = (): string => root;

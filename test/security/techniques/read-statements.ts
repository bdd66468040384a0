import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../core/package-root.js';
import type { DialectName } from '../../../core/plugin/contract.js';
import type { Harmless, Technique } from './technique.js';

/** Statements of a `.sql` file: a line `-- title`, then the statement up to an empty line. */
const blocks = (name: string): readonly Harmless[] =>
  readFileSync(join(packageRoot(), 'test', 'security', 'techniques', `${name}.sql`), 'utf8')
    .trimEnd()
    .split('\n\n')
    .map((block) => {
      const [, title, sql] = /^-- (.+)\n([\s\S]+)$/.exec(block) ?? [];
      if (title === undefined) throw new Error(`${name}.sql has a block without a title: ${block}`);
      return { title, sql: sql! };
    });

const both = (folder: string, dialect: DialectName): readonly Harmless[] => [
  ...blocks(`${folder}/everywhere`),
  ...blocks(`${folder}/${dialect}`),
];

/** What analysts write; nothing of it tells anything, all of it is to be answered. */
export const harmlessStatements = (dialect: DialectName): readonly Harmless[] => both('harmless', dialect);

/** Ways around governance; `-- refuse: ` begins the title of what must never run. */
export const hostileStatements = (dialect: DialectName): readonly Technique[] =>
  both('hostile', dialect).map(({ title, sql }) => ({
    title: title.replace(/^refuse: /, ''),
    refuse: title.startsWith('refuse: '),
    sql,
  }));

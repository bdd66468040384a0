import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { DataMindError } from '../errors/datamind-error.js';
import { packageRoot } from '../package-root.js';
import { contractVersion, type DialectName, type PluginKind } from './contract.js';
import { isInside } from './locate-plugin.js';

export interface Scaffold {
  readonly kind: PluginKind;
  /** Becomes the id: lower case, digits and hyphens. */
  readonly name: string;
  /** The folder to write; it must not exist, or be empty. */
  readonly folder: string;
  /** The SQL that the planner writes for a connector. */
  readonly dialect?: DialectName;
}

const templateOf: Readonly<Record<PluginKind, string>> = {
  connector: 'connector',
  llm: 'llm',
  dashboard: 'plain',
  export: 'plain',
};

const validName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

const titleOf = (name: string): string =>
  name
    .split('-')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join(' ');

/**
 * Writes the folder of a new plugin, which loads at once and passes the conformance cases that need no engine.
 * @returns the files that were written, relative to the folder
 * @throws DataMindError `BAD_REQUEST` for a bad name, `CONFLICT` when the folder holds something
 */
export const scaffoldPlugin = ({ kind, name, folder, dialect = 'postgres' }: Scaffold): readonly string[] => {
  if (!validName.test(name)) {
    throw new DataMindError(
      'BAD_REQUEST',
      `"${name}" is no name of a plugin: use lower case letters, digits and hyphens`,
    );
  }
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new DataMindError('CONFLICT', `The folder ${folder} is not empty; choose another with --dir`);
  }
  const templates = join(packageRoot(), 'core', 'plugin', 'templates');
  const template = join(templates, templateOf[kind]);
  const sources = readdirSync(template).map((file) => join(template, file));
  // Inside DataMind's own package the folder belongs to that package and needs none of its own.
  if (!isInside(packageRoot(), folder)) sources.push(join(templates, 'package.json.template'));
  const steps = relative(process.cwd(), folder).split(sep).join('/');
  const words: Readonly<Record<string, string>> = {
    id: name,
    kind,
    dialect,
    api: String(contractVersion),
    title: titleOf(name),
    use: steps.startsWith('..') ? folder : `./${steps}`,
  };
  mkdirSync(folder, { recursive: true });
  return sources.map((source) => {
    const text = readFileSync(source, 'utf8').replace(/\{\{(\w+)\}\}/g, (whole, word: string) => words[word] ?? whole);
    const file = basename(source, '.template');
    writeFileSync(join(folder, file), text, { flag: 'wx' });
    return file;
  });
};

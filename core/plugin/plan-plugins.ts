import { dirname, resolve } from 'node:path';
import { checkSettings } from '../config/check-settings.js';
import { compileSchema } from '../config/compile-schema.js';
import { describeSchemaErrors } from '../config/describe-schema-error.js';
import { didYouMean } from '../config/did-you-mean.js';
import { child } from '../config/json-pointer.js';
import { type ConfigProblem, formatProblem } from '../config/problem.js';
import { type JsonFile, readJsonFile } from '../config/read-json-file.js';
import type { Environment } from '../secrets/resolve-references.js';
import type { PluginKind, PluginManifest } from './contract.js';
import { locatePlugin } from './locate-plugin.js';
import { readManifest } from './read-manifest.js';
import { readSchema } from './read-schema.js';
import { packageRoot } from '../package-root.js';

/** A plugin and the checked configuration that it will be made with. No code of it has run. */
export interface PluginCandidate {
  /** As the configuration file names it. */
  readonly use: string;
  readonly folder: string;
  readonly main: string;
  readonly manifest: PluginManifest;
  readonly config: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
}

export interface PlannedPlugin {
  /** The instance's name: `as`. */
  readonly name: string;
  readonly onFailure: 'abort' | 'degrade';
  readonly startTimeoutMs: number;
  readonly candidate: PluginCandidate;
  /** Takes the candidate's place when its driver is not installed. */
  readonly otherwise?: PluginCandidate;
}

/** Everything that `plugins.config.json` says, checked against the manifests of the plugins that it names. */
export interface PluginPlan {
  readonly file: string;
  readonly plugins: readonly PlannedPlugin[];
  /** The connector that answers what names no connection: the one that is configured, or the only one there is. */
  readonly defaultConnection?: string;
  /** The key of masked hashes. A secret. */
  readonly maskSalt?: string;
}

interface Choice {
  readonly use: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

interface Entry extends Choice {
  readonly as: string;
  readonly onFailure: 'abort' | 'degrade';
  readonly startTimeoutSeconds: number;
  readonly otherwise?: Choice;
}

interface ConfigFile {
  readonly plugins: readonly Entry[];
  readonly connections?: { readonly default?: string };
  readonly masks?: unknown;
}

const shortestSalt = 16;
const checkMasks = compileSchema({
  type: 'object',
  additionalProperties: false,
  properties: { salt: { type: 'string', minLength: shortestSalt, 'x-secret': true } },
});

const checkFile = compileSchema(readSchema('plugins.config.schema.json'));

type Found<T> = { readonly found?: T; readonly problems: readonly ConfigProblem[] };

const planCandidate = (
  choice: Choice,
  at: string,
  file: JsonFile,
  folder: string,
  env: Environment,
): Found<PluginCandidate> => {
  const located = locatePlugin(choice.use, folder);
  if ('fault' in located) return { problems: [file.problemAt(child(at, 'use'), located.fault)] };
  const { read, problems } = readManifest(located.folder);
  if (read === undefined) return { problems };
  const settings = checkSettings(read.checkConfig, choice.config ?? {}, folder, env);
  if (settings.problems.length > 0) {
    const configAt = child(at, 'config');
    return { problems: settings.problems.map((problem) => file.problemAt(configAt + problem.at, problem.message)) };
  }
  const { value: config, secrets } = settings;
  const { manifest, main } = read;
  return { found: { use: choice.use, folder: located.folder, main, manifest, config, secrets }, problems: [] };
};

/** Enough of an entry's shape to look further, whatever else is wrong with it. */
const isChoice = <T>(value: T): value is T & Choice => {
  const { use, config } = (value ?? {}) as Partial<Choice>;
  return typeof use === 'string' && (config === undefined || (typeof config === 'object' && config !== null));
};

const planEntry = (
  entry: Entry,
  at: string,
  file: JsonFile,
  folder: string,
  env: Environment,
): Found<PlannedPlugin> => {
  const first = planCandidate(entry, at, file, folder, env);
  const otherwiseAt = child(at, 'otherwise');
  const second = isChoice(entry.otherwise) ? planCandidate(entry.otherwise, otherwiseAt, file, folder, env) : undefined;
  const problems = [...first.problems, ...(second?.problems ?? [])];
  const [kind, otherKind] = [first.found?.manifest.kind, second?.found?.manifest.kind];
  if (kind !== undefined && otherKind !== undefined && kind !== otherKind) {
    problems.push(
      file.problemAt(
        child(otherwiseAt, 'use'),
        `must be of the kind "${kind}" like the plugin that it replaces, not "${otherKind}"`,
      ),
    );
  }
  if (first.found === undefined || problems.length > 0) return { problems };
  const { as: name, onFailure, startTimeoutSeconds } = entry;
  const startTimeoutMs = startTimeoutSeconds * 1000;
  return { found: { name, onFailure, startTimeoutMs, candidate: first.found, otherwise: second?.found }, problems };
};

/**
 * An entry that stands in no file: one of our own plugins, with settings that come from elsewhere.
 * @param source what problems name in place of a file
 */
export const planOwnPlugin = (
  entry: Pick<Entry, 'use' | 'as' | 'config' | 'onFailure'>,
  source: string,
  env: Environment,
): Found<PlannedPlugin> => {
  const file: JsonFile = { value: entry, problems: [], problemAt: (at, message) => ({ file: source, at, message }) };
  return planEntry({ startTimeoutSeconds: 10, ...entry }, '', file, packageRoot(), env);
};

const checkNames = (entries: readonly Partial<Entry>[], file: JsonFile): ConfigProblem[] =>
  entries.flatMap((entry, index) => {
    const name = entry?.as;
    const first = entries.findIndex((other) => other?.as === name);
    if (typeof name !== 'string' || first === index) return [];
    return [file.problemAt(`/plugins/${index}/as`, `the name "${name}" is taken by /plugins/${first}; choose another`)];
  });

/** A broken manifest that two entries use is one problem. */
const unique = (problems: readonly ConfigProblem[]): ConfigProblem[] => [
  ...new Map(problems.map((problem) => [formatProblem(problem), problem])).values(),
];

/** Two plugins may not share an id: it is how logs and reports tell them apart. */
const checkIds = (plugins: readonly PlannedPlugin[]): readonly string[] => {
  const folders = new Map<string, string>();
  const candidates = plugins.flatMap(({ candidate, otherwise }) => [candidate, ...(otherwise ? [otherwise] : [])]);
  return candidates.flatMap(({ manifest: { id }, folder }) => {
    const first = folders.get(id) ?? folder;
    folders.set(id, first);
    return first === folder ? [] : [`the plugins in ${first} and ${folder} have the same id "${id}"; change one`];
  });
};

/** The connector that is configured as default, or the only one there is; a fault when there is no such connector. */
const chooseDefault = (
  wanted: unknown,
  entries: readonly Partial<Entry>[],
  kinds: ReadonlyMap<string, PluginKind>,
): { readonly name?: string; readonly fault?: string } => {
  const possible = entries.flatMap(({ as: name }) => (typeof name === 'string' ? [name] : []));
  const connectors = possible.filter((name) => kinds.get(name) === 'connector');
  if (typeof wanted !== 'string') return { name: connectors.length === 1 ? connectors[0] : undefined };
  // What has problems of its own has no kind yet, and the benefit of the doubt.
  if (possible.includes(wanted) && (kinds.get(wanted) ?? 'connector') === 'connector') return { name: wanted };
  const meant = didYouMean(wanted, connectors);
  return { fault: `no connector here is named "${wanted}"${meant ? `; did you mean "${meant}"?` : ''}` };
};

export interface PlanOutcome {
  /** Only when there is no problem. */
  readonly plan?: PluginPlan;
  /** The entries that have no problem of their own. */
  readonly sound: readonly PlannedPlugin[];
  readonly problems: readonly ConfigProblem[];
}

/**
 * Reads `plugins.config.json`, the manifests that it names and the configuration for each, and reports everything that
 * is wrong at once. Runs no code of a plugin.
 */
export const planPlugins = (path: string, env: Environment): PlanOutcome => {
  const absolute = resolve(path);
  const file = readJsonFile(absolute, path);
  if (file.value === undefined) return { sound: [], problems: file.problems };
  const shape = describeSchemaErrors(checkFile(file.value).errors).map(({ at, message }) =>
    file.problemAt(at, message),
  );
  const { plugins: listed, connections, masks = {} } = (file.value ?? {}) as Partial<ConfigFile>;
  const entries = Array.isArray(listed) ? listed : [];
  const masking = checkSettings(checkMasks, masks, dirname(absolute), env);
  const planned = entries.map(
    (entry, index): Found<PlannedPlugin> =>
      isChoice(entry) ? planEntry(entry, `/plugins/${index}`, file, dirname(absolute), env) : { problems: [] },
  );
  const problems = unique([
    ...file.problems,
    ...shape,
    ...masking.problems.map(({ at, message }) => file.problemAt(`/masks${at}`, message)),
    ...checkNames(entries, file),
    ...planned.flatMap((found) => found.problems),
  ]);
  const plugins = planned.flatMap(({ found }) => found ?? []);
  const kinds = new Map(plugins.map(({ name, candidate }) => [name, candidate.manifest.kind]));
  const { name: defaultConnection, fault } = chooseDefault(connections?.default, entries.filter(isChoice), kinds);
  problems.push(...checkIds(plugins).map((message) => file.problemAt('/plugins', message)));
  if (fault !== undefined) problems.push(file.problemAt('/connections/default', fault));
  const { salt: maskSalt } = masking.value as { readonly salt?: string };
  const plan = { file: absolute, plugins, defaultConnection, ...(maskSalt !== undefined && { maskSalt }) };
  return problems.length > 0 ? { sound: plugins, problems } : { plan, sound: plugins, problems };
};

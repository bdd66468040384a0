import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exampleSettings } from '../config/example-settings.js';
import { checkSettings } from '../config/check-settings.js';
import { formatProblem } from '../config/problem.js';
import { readJsonFile } from '../config/read-json-file.js';
import { DataMindError } from '../errors/datamind-error.js';
import { createRedactor } from '../secrets/create-redactor.js';
import type { Environment } from '../secrets/resolve-references.js';
import type { ConformanceTarget, ReportRow } from './conformance/index.js';
import type { Connector, Lifecycle, PluginHost, PluginManifest, PluginModule } from './contract.js';
import { createInstance, importModule } from './create-instance.js';
import { describeFailure } from './describe-failure.js';
import { locatePlugin } from './locate-plugin.js';
import { type ReadManifest, readManifest } from './read-manifest.js';
import { within } from './within.js';

export interface PluginTestOptions {
  /** A file that holds what would be under `config` in `plugins.config.json`. */
  readonly configFile?: string;
  /** A module that exports `admin(...statements)`, with the right to write, and may export `running(marker)`. */
  readonly adminModule?: string;
  readonly env: Environment;
  readonly onRow?: (row: ReportRow) => void;
}

export interface PluginTest {
  readonly manifest: PluginManifest;
  readonly rows: readonly ReportRow[];
}

const missingConfig = 'no database to run on: give its configuration with --config FILE';
const lifeCycleMs = 30_000;

const refuse = (problems: readonly string[]): never => {
  throw new DataMindError('CONFIG_INVALID', problems.join('\n'));
};

const readSettings = (path: string, { checkConfig }: ReadManifest, env: Environment) => {
  const file = readJsonFile(resolve(path), path);
  if (file.value === undefined || file.problems.length > 0) return refuse(file.problems.map(formatProblem));
  const settings = checkSettings(checkConfig, file.value, dirname(resolve(path)), env);
  if (settings.problems.length === 0) return settings;
  return refuse(settings.problems.map(({ at, message }) => formatProblem(file.problemAt(at, message))));
};

const isEnough = ({ checkConfig }: ReadManifest, settings: object): boolean =>
  checkConfig(structuredClone(settings)).errors.length === 0;

type Admin = Pick<ConformanceTarget, 'admin' | 'running'>;

/** What lets the kit write to the database and look into it; runs code that whoever tests has named. */
const loadAdmin = async (path: string | undefined): Promise<Admin> => {
  if (path === undefined) return {};
  let exported: Admin;
  try {
    exported = await import(pathToFileURL(resolve(path)).href);
  } catch (cause) {
    throw new DataMindError('BAD_REQUEST', `the module ${path} cannot be loaded`, { cause });
  }
  const { admin, running } = exported;
  if (typeof admin !== 'function') {
    throw new DataMindError('BAD_REQUEST', `the module ${path} must export a function "admin(...statements)"`);
  }
  return { admin, ...(typeof running === 'function' && { running }) };
};

type Step = readonly [name: string, title: string, run: () => Promise<unknown>];

/** The life cycle of a plugin for whose kind the kit has no cases. */
const testLifeCycle = async (
  instance: Lifecycle,
  configured: boolean,
  redact: ReturnType<typeof createRedactor>,
): Promise<ReportRow[]> => {
  const steps: readonly Step[] = [
    ['start', 'start proves that it works', () => within(lifeCycleMs, (signal) => instance.start(signal))],
    ['health', 'health answers', () => within(lifeCycleMs, (signal) => instance.health(signal))],
    ['stop', 'stop ends it', () => within(lifeCycleMs, () => instance.stop())],
    ['stop-twice', 'stop is idempotent', () => within(lifeCycleMs, () => instance.stop())],
  ];
  const rows: ReportRow[] = [];
  for (const [name, title, run] of steps) {
    const row = { case: `life-cycle/${name}`, title, area: 'life cycle' as const };
    if (!configured && (name === 'start' || name === 'health')) {
      rows.push({ ...row, status: 'skipped', reason: 'no configuration: give one with --config FILE', ms: 0 });
      continue;
    }
    const began = performance.now();
    const ms = (): number => Math.round(performance.now() - began);
    try {
      await run();
      rows.push({ ...row, status: 'passed', reason: '', ms: ms() });
    } catch (error) {
      const { message } = describeFailure(error, name, lifeCycleMs, redact);
      rows.push({ ...row, status: 'failed', reason: message, ms: ms() });
    }
  }
  return rows;
};

/**
 * Runs the conformance kit on a plugin: a connector against the database that the configuration reaches, or without one
 * the cases that need none; a language model through its abilities; a plugin of another kind through its life cycle.
 * @param target a folder or the name of an installed package
 * @throws DataMindError `BAD_REQUEST` when there is no such plugin, `CONFIG_INVALID` with the problems of manifest and configuration
 * @throws PluginError when the code cannot be loaded
 */
export const testPlugin = async (
  target: string,
  { configFile, adminModule, env, onRow = () => undefined }: PluginTestOptions,
): Promise<PluginTest> => {
  const asPath = locatePlugin(resolve(target), process.cwd());
  const located = 'folder' in asPath ? asPath : locatePlugin(target, process.cwd());
  if ('fault' in located) throw new DataMindError('BAD_REQUEST', located.fault);
  const { read, problems } = readManifest(located.folder);
  if (read === undefined) return refuse(problems.map(formatProblem));
  const { manifest, main } = read;
  const settings = configFile === undefined ? undefined : readSettings(configFile, read, env);
  const secrets = settings?.secrets ?? [];
  const config = settings?.value;
  const module = await importModule({ folder: located.folder, main, manifest });
  if (manifest.kind === 'connector') {
    const { runConformance } = await import('./conformance/index.js');
    const connector = module as unknown as PluginModule<Connector>;
    const admin = await loadAdmin(adminModule);
    return {
      manifest,
      rows: await runConformance({ manifest, module: connector, config, missing: missingConfig, ...admin }, { onRow }),
    };
  }
  const redact = createRedactor(secrets);
  const silent = (): void => undefined;
  const host: PluginHost = {
    name: manifest.id,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    now: Date.now,
    redact,
    isApproved: () => false,
  };
  // Without a configuration it is made of the defaults and examples of its manifest: enough to look at it.
  const looked = config ?? exampleSettings(manifest.config);
  const candidate = { use: target, folder: located.folder, main, manifest, config: looked, secrets };
  // What asks nobody, and needs no settings, needs no configuration.
  const configured = config !== undefined || (manifest.needs.network !== true && isEnough(read, looked));
  const rows = await testLifeCycle(await createInstance(candidate, host), configured, redact);
  for (const row of rows) onRow(row);
  if (manifest.kind !== 'llm') return { manifest, rows };
  const { runLlmConformance } = await import('./conformance/run-llm-conformance.js');
  const create = (given: PluginHost): Promise<Lifecycle> => createInstance(candidate, given);
  const more = await runLlmConformance({ create, configured, secrets, redact }, onRow);
  return { manifest, rows: [...rows, ...more] };
};

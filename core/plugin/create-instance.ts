import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../package-root.js';
import {
  type Connector,
  type DialectName,
  type Lifecycle,
  PluginError,
  type PluginHost,
  type PluginKind,
  type PluginModule,
} from './contract.js';
import { findInstalled } from './locate-plugin.js';
import type { PluginCandidate } from './plan-plugins.js';
import { provideHostModules } from './provide-host-modules.js';

const lifecycle: readonly (keyof Lifecycle)[] = ['start', 'health', 'stop'];
const connectorMethods: readonly (keyof Connector)[] = ['query', 'introspect'];

/** What an instance of each kind must be able to do, by name. */
const methods: Readonly<Record<PluginKind, readonly string[]>> = {
  connector: [...lifecycle, ...connectorMethods],
  llm: lifecycle,
  dashboard: lifecycle,
  export: lifecycle,
};

const dialects: Readonly<Record<DialectName, true>> = {
  duckdb: true,
  sqlite: true,
  postgres: true,
  mysql: true,
  clickhouse: true,
  redshift: true,
  sqlserver: true,
  snowflake: true,
  bigquery: true,
};

/** What an llm plugin may be able to do, each with its methods. */
const llmAbilities: Readonly<Record<'completion' | 'interpretation' | 'embedding', readonly string[]>> = {
  completion: ['complete', 'countTokens'],
  interpretation: ['interpret'],
  embedding: ['embed'],
};

const missingPackage = /Cannot find package '([^']+)'|Cannot find module '((?![./])[^']+)'/;

/** Why a module could not be loaded, as far as the reason is a driver that is not installed or not made for this machine. */
const driverFault = (error: unknown): string | undefined => {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === 'ERR_DLOPEN_FAILED')
    return 'a native part of its driver does not load on this machine; install the driver again here';
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return undefined;
  const match = missingPackage.exec(String(message));
  const name = match?.[1] ?? match?.[2];
  return name && `the package "${name}" is not installed; run "npm install ${name}"`;
};

/**
 * Loads a plugin's code.
 * @throws PluginError `DRIVER_MISSING` or `PLUGIN_INVALID`
 */
export const importModule = async ({
  folder,
  main,
  manifest,
}: Pick<PluginCandidate, 'folder' | 'main' | 'manifest'>): Promise<PluginModule<Lifecycle, unknown>> => {
  for (const name of manifest.packages ?? []) {
    if ((findInstalled(name, folder) ?? findInstalled(name, packageRoot())) === undefined) {
      throw new PluginError('DRIVER_MISSING', `the package "${name}" is not installed; run "npm install ${name}"`);
    }
  }
  if (!existsSync(main)) throw new PluginError('PLUGIN_INVALID', `the module ${main} does not exist; build the plugin`);
  provideHostModules(folder);
  let exported: { default?: unknown };
  try {
    exported = await import(pathToFileURL(main).href);
  } catch (cause) {
    if (PluginError.is(cause)) throw cause;
    const fault = driverFault(cause);
    if (fault !== undefined) throw new PluginError('DRIVER_MISSING', fault, { cause });
    throw new PluginError('PLUGIN_INVALID', 'its module cannot be loaded; the log has the cause', { cause });
  }
  const module = exported.default as Partial<PluginModule<Lifecycle, unknown>> | undefined;
  if (typeof module?.create !== 'function') {
    throw new PluginError('PLUGIN_INVALID', 'its default export must be an object with the function "create"');
  }
  return module as PluginModule<Lifecycle, unknown>;
};

/** One ability at least, each whole. */
const checkAbilities = (given: Readonly<Record<string, unknown>>): string | undefined => {
  const has = Object.entries(llmAbilities).filter(([name]) => given[name] !== undefined);
  if (has.length === 0) {
    const names = Object.keys(llmAbilities).map((name) => `"${name}"`);
    return `its llm has none of ${names.join(', ')}`;
  }
  for (const [name, methods] of has) {
    const ability = given[name] as Readonly<Record<string, unknown>> | null;
    const lacks = methods.filter((method) => typeof ability?.[method] !== 'function');
    if (lacks.length > 0) return `its "${name}" lacks ${lacks.map((method) => `"${method}()"`).join(', ')}`;
  }
  const { completion, embedding } = given as {
    readonly completion?: { readonly model?: unknown; readonly contextTokens?: unknown };
    readonly embedding?: { readonly id?: unknown; readonly dimensions?: unknown };
  };
  if (completion !== undefined) {
    const { model, contextTokens } = completion;
    if (typeof model !== 'string' || model === '') return 'its "completion" lacks the name of a "model"';
    if (!Number.isSafeInteger(contextTokens) || Number(contextTokens) <= 0) {
      return 'the "contextTokens" of its "completion" must be a whole number';
    }
  }
  if (embedding === undefined) return undefined;
  if (typeof embedding.id !== 'string' || embedding.id === '') return 'its "embedding" lacks an "id"';
  return Number.isSafeInteger(embedding.dimensions) && Number(embedding.dimensions) > 0
    ? undefined
    : 'the "dimensions" of its "embedding" must be a whole number';
};

const checkInstance = (instance: unknown, kind: PluginKind): string | undefined => {
  if (typeof instance !== 'object' || instance === null) return 'its "create" must return an object';
  if (typeof (instance as { then?: unknown }).then === 'function') {
    return 'its "create" must not be asynchronous; what takes time belongs into "start"';
  }
  const given = instance as Readonly<Record<string, unknown>>;
  const missing = methods[kind].filter((name) => typeof given[name] !== 'function');
  if (missing.length > 0) return `its ${kind} lacks ${missing.map((name) => `"${name}()"`).join(', ')}`;
  if (kind === 'llm') return checkAbilities(given);
  if (kind !== 'connector') return undefined;
  if (!Object.hasOwn(dialects, String(given.dialect))) {
    return `its "dialect" must be one of ${Object.keys(dialects).join(', ')}`;
  }
  return typeof given.capabilities === 'object' && given.capabilities !== null
    ? undefined
    : 'its connector lacks "capabilities"';
};

/**
 * Loads a plugin's code and makes an instance; nothing is started.
 * @throws PluginError `DRIVER_MISSING` when its driver is not installed, `PLUGIN_INVALID` when it breaks the contract
 */
export const createInstance = async (candidate: PluginCandidate, host: PluginHost): Promise<Lifecycle> => {
  const module = await importModule(candidate);
  let instance: unknown;
  try {
    instance = module.create(structuredClone(candidate.config), host);
  } catch (cause) {
    if (PluginError.is(cause) && cause.code === 'DRIVER_MISSING') throw cause;
    throw new PluginError('PLUGIN_INVALID', 'its "create" failed on a configuration that fits its schema', { cause });
  }
  const fault = checkInstance(instance, candidate.manifest.kind);
  if (fault !== undefined) {
    // A forgotten await must not end the process when it rejects.
    if (instance instanceof Promise) instance.catch(() => undefined);
    throw new PluginError('PLUGIN_INVALID', fault);
  }
  return instance as Lifecycle;
};

import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type CompiledSchema, compileSchema } from '../config/compile-schema.js';
import { describeSchemaErrors } from '../config/describe-schema-error.js';
import type { ConfigProblem } from '../config/problem.js';
import { readJsonFile } from '../config/read-json-file.js';
import { packageRoot } from '../package-root.js';
import { contractVersion, type PluginManifest } from './contract.js';
import { expandSettings } from './expand-settings.js';
import { isInside } from './locate-plugin.js';
import { readSchema } from './read-schema.js';

export interface ReadManifest {
  readonly manifest: PluginManifest;
  readonly checkConfig: CompiledSchema;
  /** Absolute path of the module to load. */
  readonly main: string;
}

const checkManifest = compileSchema(readSchema('plugin.schema.json'));

/** Our own plugins are TypeScript: their code is where the build put it, under the same path in `dist/`. */
const locateMain = (folder: string, main: string): string => {
  const beside = join(folder, main);
  if (!isInside(packageRoot(), folder)) return beside;
  const built = join(packageRoot(), 'dist', relative(packageRoot(), folder), main);
  return existsSync(built) ? built : beside;
};

const checkApi = (api: number): string | undefined => {
  if (api === contractVersion) return undefined;
  const mend = api > contractVersion ? 'update DataMind' : 'update the plugin';
  return `the plugin was written for version ${api} of the plugin contract, and this DataMind has version ${contractVersion}; ${mend}`;
};

/** Reads and checks `plugin.json`, and runs none of the plugin's code. */
export const readManifest = (
  folder: string,
): { readonly read?: ReadManifest; readonly problems: readonly ConfigProblem[] } => {
  const path = join(folder, 'plugin.json');
  const file = readJsonFile(path, path);
  if (file.value === undefined || file.problems.length > 0) return { problems: file.problems };
  const manifest = file.value as PluginManifest;
  // A manifest of another contract has another shape: its other problems would only mislead.
  const foreign = Number.isInteger(manifest?.api) ? checkApi(manifest.api) : undefined;
  if (foreign !== undefined) return { problems: [file.problemAt('/api', foreign)] };
  const problems = describeSchemaErrors(checkManifest(manifest).errors).map(({ at, message }) =>
    file.problemAt(at, message),
  );
  if (problems.length > 0) return { problems };
  const main = locateMain(folder, manifest.main);
  if (!existsSync(main)) {
    problems.push(
      file.problemAt('/main', `the module "${manifest.main}" does not exist; build the plugin, or correct "main"`),
    );
  }
  let config = manifest.config;
  let checkConfig: CompiledSchema | undefined;
  try {
    config = expandSettings(config);
    checkConfig = compileSchema(config);
  } catch (error) {
    problems.push(file.problemAt('/config', `is not a JSON Schema: ${(error as Error).message}`));
  }
  return checkConfig === undefined || problems.length > 0
    ? { problems }
    : { read: { manifest: { ...manifest, config }, checkConfig, main }, problems };
};

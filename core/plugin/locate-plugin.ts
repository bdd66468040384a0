import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { packageRoot } from '../package-root.js';

export type Located = { readonly folder: string } | { readonly fault: string };

const ownPrefix = 'datamind/';
const packageName = /^(@[a-z0-9._~-]+\/)?[a-z0-9._~-]+(\/[A-Za-z0-9._~-]+)*$/;

/** Whether the path is in the folder, or is it. */
export const isInside = (folder: string, path: string): boolean => {
  const steps = relative(folder, path);
  return steps === '' || (!isAbsolute(steps) && steps.split(sep)[0] !== '..');
};

/** The nearest `node_modules/<name>` at or above the folder: as Node looks, but blind to the package's `exports`. */
export const findInstalled = (name: string, from: string): string | undefined => {
  for (let at = from; ; at = dirname(at)) {
    const candidate = join(at, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
    if (dirname(at) === at) return undefined;
  }
};

/**
 * The folder of the plugin that `use` names: a path relative to the configuration, an installed package, or a plugin of
 * our own package (`datamind/plugins/…`).
 */
export const locatePlugin = (use: string, configFolder: string): Located => {
  const isPath = /^\.{1,2}([\\/]|$)/.test(use) || isAbsolute(use);
  if (isPath) {
    const folder = resolve(configFolder, use);
    return existsSync(folder) ? { folder: realpathSync(folder) } : { fault: `there is no folder "${use}"` };
  }
  if (!packageName.test(use)) {
    return { fault: `"${use}" is neither a path that begins with "./" nor the name of a package` };
  }
  if (use.startsWith(ownPrefix)) {
    const folder = join(packageRoot(), use.slice(ownPrefix.length));
    return existsSync(folder) ? { folder } : { fault: `DataMind comes with no plugin "${use}"` };
  }
  const found = findInstalled(use, configFolder) ?? findInstalled(use, packageRoot());
  if (found !== undefined) return { folder: realpathSync(found) };
  const nearby = existsSync(resolve(configFolder, use)) ? `; for the folder write "./${use}"` : '';
  return { fault: `the package "${use}" is not installed; run "npm install ${use}"${nearby}` };
};

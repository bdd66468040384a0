import { readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../package-root.js';
import { isInside } from './locate-plugin.js';

/** `datamind/contract` → the URL of the module in this very copy of DataMind; one line for each module that we publish. */
const publishedModules = (): Readonly<Record<string, string>> => {
  const { name, exports } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    name: string;
    exports: Record<string, string | { default: string }>;
  };
  return Object.fromEntries(
    Object.entries(exports).flatMap(([path, target]) =>
      typeof target === 'string'
        ? []
        : [[name + path.slice(1), pathToFileURL(join(packageRoot(), target.default)).href] as const],
    ),
  );
};

type ResolveHook = (
  specifier: string,
  context: unknown,
  next: (specifier: string, context: unknown) => { url: string },
) => { url: string; shortCircuit?: boolean };

/** Absent from Node 20's types: hooks on the main thread, which Node 22.15 brought and which replace `register`. */
type WithRegisterHooks = { registerHooks?: (hooks: { resolve: ResolveHook }) => void };

let provided = false;

/**
 * Lets a plugin from outside our package import what we publish under its name, without having DataMind installed
 * beside it, and never a second copy of it. Does nothing for our own plugins: Node resolves a package's own name.
 */
export const provideHostModules = (pluginFolder: string): void => {
  const isOwn = isInside(packageRoot(), pluginFolder) && !isInside(join(packageRoot(), 'node_modules'), pluginFolder);
  if (provided || isOwn) return;
  provided = true;
  const modules = publishedModules();
  const { registerHooks } = nodeModule as WithRegisterHooks;
  if (registerHooks !== undefined) {
    registerHooks({
      resolve: (specifier, context, next) => {
        const url = modules[specifier];
        return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
      },
    });
    return;
  }

  nodeModule.register('./resolve-hook.js', { parentURL: import.meta.url, data: modules });
};

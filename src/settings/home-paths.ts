import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { PluginCandidate, PluginPlan } from '../../core/plugin/plan-plugins.js';

const defaultHome = '.datamind';
const demoEngines: Readonly<Record<string, 'duckdb' | 'sqlite'>> = { 'demo.duckdb': 'duckdb', 'demo.sqlite': 'sqlite' };

const pathOf = ({ config }: PluginCandidate): string | null => (typeof config.path === 'string' ? config.path : null);

const moved = (candidate: PluginCandidate, from: string, to: string): PluginCandidate => {
  const path = pathOf(candidate);
  if (path === null || !path.startsWith(from + sep)) return candidate;
  return { ...candidate, config: { ...candidate.config, path: join(to, relative(from, path)) } };
};

/** Files that the configuration puts under `.datamind` beside itself are looked for in `DATAMIND_HOME`. */
export const inHome = (plan: PluginPlan, home: string): PluginPlan => {
  const from = resolve(dirname(plan.file), defaultHome);
  const plugins = plan.plugins.map((plugin) => ({
    ...plugin,
    candidate: moved(plugin.candidate, from, home),
    ...(plugin.otherwise !== undefined && { otherwise: moved(plugin.otherwise, from, home) }),
  }));
  return { ...plan, plugins };
};

export interface DemoFile {
  readonly path: string;
  readonly engine: 'duckdb' | 'sqlite';
}

/** The demo database that a plugin of the plan reads: a file of that name in the home folder. */
export const demoFileOf = (candidate: PluginCandidate, home: string): DemoFile | null => {
  const path = pathOf(candidate);
  const engine = path === null ? undefined : demoEngines[basename(path)];
  return path !== null && engine !== undefined && dirname(path) === home ? { path, engine } : null;
};

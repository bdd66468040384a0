import type { PlannedPlugin, PluginPlan } from '../../core/plugin/plan-plugins.js';
import { planOwnPlugin } from '../../core/plugin/plan-plugins.js';
import { modelsOfEnvironment } from './models-of-environment.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Beside the models: what reads questions without one, and what turns texts into vectors without one. */
const builtIns = { interpreter: 'the built-in interpreter', hashing: 'the built-in embedder' } as const;
/** Of the network they need a model's weights at most: they answer no prompts. */
const embedders: ReadonlySet<string> = new Set(['hashing', 'transformers']);

const isLlm = ({ candidate }: PlannedPlugin): boolean => candidate.manifest.kind === 'llm';
/** What reads questions by itself asks nobody. */
const isRemote = (plugin: PlannedPlugin): boolean =>
  isLlm(plugin) && plugin.candidate.manifest.needs.network === true && !embedders.has(plugin.candidate.manifest.id);

/** A name that no entry has. */
const freeName = (taken: readonly PlannedPlugin[], name: string): string =>
  taken.some((plugin) => plugin.name === name) ? freeName(taken, `${name}-built-in`) : name;

const builtIn = (plugins: readonly PlannedPlugin[], env: Environment): readonly PlannedPlugin[] =>
  Object.entries(builtIns).flatMap(([id, title]) => {
    if (plugins.some(({ candidate }) => candidate.manifest.id === id)) return [];
    const entry = {
      use: `datamind/plugins/llm/${id}`,
      as: freeName(plugins, id),
      config: {},
      onFailure: 'degrade',
    } as const;
    const { found } = planOwnPlugin(entry, title, env);
    return found === undefined ? [] : [found];
  });

/**
 * The plan with all that reads questions: the language models that the configuration names, else those of the environment, and last
 * the interpreter and the embedder that need none.
 * @throws DataMindError `CONFIG_INVALID`
 */
export const withLanguageModels = (plan: PluginPlan, env: Environment): PluginPlan => {
  const given = plan.plugins.some(isRemote)
    ? []
    : modelsOfEnvironment(env).map((model) => ({ ...model, name: freeName(plan.plugins, model.name) }));
  const plugins = [...plan.plugins, ...given];
  return { ...plan, plugins: [...plugins, ...builtIn(plugins, env)] };
};

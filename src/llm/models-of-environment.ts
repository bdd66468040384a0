/** Language models that environment variables name, where the configuration of the plugins names none. */
import { formatProblem } from '../../core/config/problem.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { type PlannedPlugin, planOwnPlugin } from '../../core/plugin/plan-plugins.js';

type Environment = Readonly<Record<string, string | undefined>>;
type Settings = Readonly<Record<string, unknown>>;

interface Provider {
  /** The folder of its plugin. */
  readonly plugin: string;
  /** It is chosen when this is set: a key alone may be there for other programs, and a prompt holds what the model of the business says. */
  readonly chosenBy: string;
  /** What it cannot do without. */
  readonly needs: readonly string[];
  readonly settings: (read: (name: string) => string | undefined) => Settings;
}

const secret = (name: string): Settings => ({ $env: name });

/** By the names that `LLM_PROVIDER` takes, in the order in which they are asked unless it says another. */
const providers: Readonly<Record<string, Provider>> = {
  anthropic: {
    plugin: 'anthropic',
    chosenBy: 'ANTHROPIC_MODEL',
    needs: ['ANTHROPIC_API_KEY'],
    settings: (read) => ({
      apiKey: secret('ANTHROPIC_API_KEY'),
      model: read('ANTHROPIC_MODEL') ?? 'claude-sonnet-4-5',
      baseUrl: read('ANTHROPIC_BASE_URL'),
    }),
  },
  openai: {
    plugin: 'openai',
    chosenBy: 'OPENAI_MODEL',
    needs: ['OPENAI_API_KEY'],
    settings: (read) => ({
      apiKey: secret('OPENAI_API_KEY'),
      model: read('OPENAI_MODEL') ?? 'gpt-4.1-mini',
      baseUrl: read('OPENAI_BASE_URL'),
    }),
  },
  azure: {
    plugin: 'openai',
    chosenBy: 'AZURE_OPENAI_DEPLOYMENT',
    needs: ['AZURE_OPENAI_API_KEY', 'AZURE_OPENAI_ENDPOINT', 'AZURE_OPENAI_DEPLOYMENT'],
    settings: (read) => ({
      apiKey: secret('AZURE_OPENAI_API_KEY'),
      model: read('AZURE_OPENAI_MODEL') ?? read('AZURE_OPENAI_DEPLOYMENT'),
      baseUrl: read('AZURE_OPENAI_ENDPOINT'),
      azure: {
        apiVersion: read('AZURE_OPENAI_API_VERSION') ?? '2024-10-21',
        deployment: read('AZURE_OPENAI_DEPLOYMENT'),
      },
    }),
  },
  ollama: {
    plugin: 'ollama',
    chosenBy: 'OLLAMA_MODEL',
    needs: [],
    settings: (read) => ({ model: read('OLLAMA_MODEL') ?? 'llama3.1', baseUrl: read('OLLAMA_BASE_URL') }),
  },
};

/** What `LLM_PROVIDER` says where no model is to be asked. */
const none: ReadonlySet<string> = new Set(['none', 'interpreter', 'builtin']);

const defined = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));

/**
 * The entries that the environment stands for: those that `LLM_PROVIDER` names, in its order; without it those whose model is
 * named. They degrade: a server does not stay down because a provider does.
 * @throws DataMindError `CONFIG_INVALID` with everything that is wrong
 */
export const modelsOfEnvironment = (env: Environment): readonly PlannedPlugin[] => {
  const read = (name: string): string | undefined => env[name]?.trim() || undefined;
  const wanted = read('LLM_PROVIDER')
    ?.split(',')
    .map((name) => name.trim().toLowerCase())
    .map((name) => (name === 'azure_openai' || name === 'azure-openai' ? 'azure' : name));
  const names =
    wanted?.filter((name) => !none.has(name)) ??
    Object.keys(providers).filter((name) => read(providers[name]!.chosenBy) !== undefined);
  const problems: string[] = [];
  const plans = [...new Set(names)].flatMap((name): readonly PlannedPlugin[] => {
    const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
    if (provider === undefined) {
      problems.push(`LLM_PROVIDER must name ${Object.keys(providers).join(', ')} or none, separated by commas.`);
      return [];
    }
    const missing = provider.needs.filter((variable) => read(variable) === undefined);
    if (missing.length > 0) {
      problems.push(`The language model "${name}" is chosen, but ${missing.join(', ')} must be set for it.`);
      return [];
    }
    const entry = {
      use: `datamind/plugins/llm/${provider.plugin}`,
      as: name,
      config: defined(provider.settings(read)),
      onFailure: 'degrade',
    } as const;
    const { found, problems: more } = planOwnPlugin(entry, `the environment of "${name}"`, env);
    problems.push(...more.map(formatProblem));
    return found === undefined ? [] : [found];
  });
  if (problems.length > 0) throw new DataMindError('CONFIG_INVALID', problems.join('\n'));
  return plans;
};

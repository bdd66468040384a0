import type { Llm, PluginModule } from 'datamind/contract';
import { interpretQuestion } from './interpret.js';
import { type Language, readLanguages } from './language.js';

interface Config {
  readonly languages?: readonly string[];
}

const interpreter: PluginModule<Llm, Config> = {
  create({ languages: names = ['en', 'id', 'ar'] }) {
    let languages: readonly Language[] = [];
    return {
      start: async () => {
        languages = await readLanguages(names);
      },
      health: () => Promise.resolve({ status: languages.length > 0 ? 'up' : 'down', latencyMs: 0 }),
      stop: () => Promise.resolve(),
      interpretation: { interpret: (request, signal) => interpretQuestion(request, languages, signal) },
    };
  },
};
export default interpreter;

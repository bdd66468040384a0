import { setImmediate as turn } from 'node:timers/promises';
import type { Llm, PluginModule } from 'datamind/contract';
import { hashFeatures } from './hash-features.js';

interface Settings {
  readonly dimensions: number;
}

/** Grows when {@link hashFeatures} gives other vectors. */
const version = 1;
/** So many at once take some milliseconds; others have their turn in between. */
const atOnce = 128;

const create = ({ dimensions }: Settings): Llm => ({
  start: async () => undefined,
  health: async () => ({ status: 'up', latencyMs: 0 }),
  stop: async () => undefined,
  embedding: {
    id: `hashing-${version}-${dimensions}`,
    dimensions,
    embed: async (texts, signal) => {
      const vectors: Float32Array[] = [];
      for (const [at, text] of texts.entries()) {
        if (at % atOnce === 0) {
          if (at > 0) await turn();
          signal.throwIfAborted();
        }
        vectors.push(hashFeatures(text, dimensions));
      }
      return vectors;
    },
  },
});

export default { create } satisfies PluginModule<Llm, Settings>;

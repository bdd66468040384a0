import { join } from 'node:path';
import type { Llm, PluginHost, PluginModule } from 'datamind/contract';
import { PluginError } from 'datamind/contract';
import { markOfFiles } from './model-files.js';

export interface TransformersSettings {
  readonly model: string;
  readonly dimensions: number;
  readonly folder?: string;
  readonly cacheFolder: string;
  readonly quantized: boolean;
  readonly pooling: 'mean' | 'cls';
  readonly prefix: string;
}

interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

type Extract = (
  texts: readonly string[],
  options: { readonly pooling: 'mean' | 'cls'; readonly normalize: true },
) => Promise<Tensor>;

/** Of the library: what is used here. */
interface Library {
  readonly env: { localModelPath: string; allowRemoteModels: boolean };
  pipeline(
    task: 'feature-extraction',
    model: string,
    options: object,
  ): Promise<Extract & { dispose(): Promise<unknown> }>;
}

type Loaded = Awaited<ReturnType<Library['pipeline']>>;

/** Texts that go through the model together. */
const batch = 16;

const wrongLength = (dimensions: number): PluginError =>
  new PluginError('LLM_REJECTED', `The model's vectors do not have ${dimensions} dimensions; set "dimensions".`);

const load = async ({ model, folder, cacheFolder, quantized }: TransformersSettings): Promise<Loaded> => {
  const library = (await import('@xenova/transformers')) as unknown as Library;
  // Models of a folder are named by their whole path, so that several instances need no setting of the library's own.
  library.env.localModelPath = '';
  const options = { quantized, cache_dir: cacheFolder, local_files_only: folder !== undefined };
  return library.pipeline('feature-extraction', folder === undefined ? model : join(folder, model), options);
};

const create = (settings: TransformersSettings, host: PluginHost): Llm => {
  const { model, dimensions, folder, quantized, pooling, prefix } = settings;
  let mark = '';
  let loading: Promise<Loaded> | null = null;
  let failure: string | null = null;
  let stopped = false;
  /** One text after another: the model takes all threads that it was given. */
  let last: Promise<unknown> = Promise.resolve();

  const ready = (): Promise<Loaded> => {
    if (stopped) return Promise.reject(new PluginError('LLM_UNAVAILABLE', 'The server is stopping.'));
    loading ??= load(settings).then(
      (extract) => {
        failure = null;
        return extract;
      },
      () => {
        // The library's words may hold paths and addresses; the next text tries again.
        loading = null;
        failure =
          folder === undefined ? 'The model cannot be had from the hub.' : 'The model in the folder cannot be loaded.';
        host.log.warn('the model of an embedder cannot be loaded', { model, reason: failure });
        throw new PluginError('LLM_UNAVAILABLE', failure, { retryable: true });
      },
    );
    return loading;
  };

  const embedAll = async (texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]> => {
    signal.throwIfAborted();
    const extract = await ready();
    const vectors: Float32Array[] = [];
    for (let at = 0; at < texts.length; at += batch) {
      signal.throwIfAborted();
      const some = texts.slice(at, at + batch).map((text) => prefix + text);
      const { dims, data } = await extract(some, { pooling, normalize: true });
      if (dims.at(-1) !== dimensions || data.length !== some.length * dimensions) throw wrongLength(dimensions);
      vectors.push(...some.map((_, nth) => data.slice(nth * dimensions, (nth + 1) * dimensions)));
    }
    return vectors;
  };

  return {
    start: async () => {
      if (folder !== undefined) mark = await markOfFiles(join(folder, model), quantized);
    },
    health: async () =>
      failure === null
        ? { status: 'up', latencyMs: 0, detail: loading === null ? 'the model is loaded when it is needed first' : '' }
        : { status: 'degraded', latencyMs: 0, detail: failure },
    stop: async () => {
      if (stopped) return;
      stopped = true;
      await last.catch(() => undefined);
      const extract = await loading?.catch(() => null);
      await extract?.dispose();
    },
    embedding: {
      get id() {
        return ['transformers', model, quantized ? 'q8' : 'full', pooling, dimensions, prefix, mark].join(' ').trim();
      },
      dimensions,
      embed: (texts, signal) => {
        const work = last.catch(() => undefined).then(() => embedAll(texts, signal));
        last = work;
        return work;
      },
    },
  };
};

export default { create } satisfies PluginModule<Llm, TransformersSettings>;

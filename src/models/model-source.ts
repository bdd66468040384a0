import { createHash } from 'node:crypto';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { AppLogger } from '../../core/logging/create-logger.js';
import type { Diagnostic } from '../../semantic/check/diagnostic.js';
import type { ClosingPolicy } from '../../semantic/check/closing-policies.js';
import type { FolderContent } from '../../semantic/load/read-folder.js';
import type { Model } from '../../semantic/model/model.js';
import { type LayerFile, type ModelPlace, Outdated, type PlaceWords } from './model-place.js';
import { invalidChange, isError, mends, refusal } from './model-refusal.js';
import type { FolderWatch, WatchOptions } from './watch-folder.js';

export interface Compilation {
  /** `null` when there are errors. */
  readonly model: Model | null;
  readonly diagnostics: readonly Diagnostic[];
}

export interface CompilerInput extends FolderContent {
  /** Files whose policy closes what it is about where it does not compile. */
  readonly closing?: ReadonlyMap<string, ClosingPolicy>;
}

/** The compiler, as far as the server needs it. */
export interface ModelCompiler {
  readFolder(folder: string): Promise<FolderContent>;
  compile(content: CompilerInput): Promise<Compilation> | Compilation;
}

/**
 * `current`: the files as they are. `stale`: they have errors, and the last model without any serves on.
 * `missing`: there has been no valid model yet.
 */
export type ModelStatus = 'current' | 'stale' | 'missing';

export interface ModelState {
  readonly status: ModelStatus;
  readonly model: Model | null;
  /** Of the files as they are now. */
  readonly diagnostics: readonly Diagnostic[];
  /** When they were last compiled. */
  readonly compiledAt: Date;
  readonly fileCount: number;
  /** Of what the store has of it; -1 before anything was read. */
  readonly revision: number;
}

/** One file of the model. */
export interface ModelFile {
  readonly name: string;
  readonly text: string;
  /** SHA-256 of the text. */
  readonly hash: string;
  /** Another capability keeps it. */
  readonly readOnly: boolean;
}

/** What becomes of files of layers; `null`: it is no longer there. */
export type LayerChanges = ReadonlyMap<string, LayerFile | null>;

export interface ModelSource {
  readonly words: PlaceWords;
  state(): ModelState;
  /** The model to serve from now. @throws DataMindError `MODEL_UNAVAILABLE` with the first diagnostics */
  model(): Model;
  /** Looks at all files anew. */
  refresh(): Promise<ModelState>;
  /** The same, where the store has changed since. */
  catchUp(): Promise<void>;
  files(): Promise<readonly ModelFile[]>;
  file(name: string): Promise<ModelFile | null>;
  /** Compiles the model with some files replaced (`null`: removed), and changes nothing. */
  preview(changes: ReadonlyMap<string, string | null>): Promise<Compilation>;
  /**
   * Replaces one file, or removes it. One after another; the whole model is compiled with the change first, and nothing
   * is written unless that finds no errors, or, where there were errors, fewer than before and none that is new.
   * @param edit gets the text that is there now (`null`: none) and returns the new one (`null`: remove the file); what it
   *   throws is thrown on; it may be called again when somebody else was quicker
   * @param by who changes it
   * @throws DataMindError `MODEL_INVALID` with the diagnostics, `READ_ONLY`, `STORAGE_FULL`, `CONFLICT`
   */
  change(name: string, edit: (file: ModelFile | null) => string | null, by?: string): Promise<ModelFile | null>;
  /**
   * Changes files of layers: the whole model is compiled with them first.
   * @param keep writes them down in one transaction, which calls `advanceRevision` with the revision that it is given; it may
   *   be called again when somebody else was quicker
   * @throws DataMindError `MODEL_INVALID` with the diagnostics, `CONFLICT`; what `keep` throws
   */
  changeLayers<T>(changes: LayerChanges, keep: (revision: number) => Promise<T>): Promise<T>;
  /** What the model would be with such a change. */
  previewLayers(changes: LayerChanges): Promise<Compilation>;
  /** Calls back whenever the state has changed. Returns the way to stop that. */
  onChange(listener: (state: ModelState) => void): () => void;
  /** Begins to watch the files, where they can change behind the server's back. */
  watch(options?: WatchOptions): void;
  close(): void;
}

export interface ModelSourceParts {
  readonly place: ModelPlace;
  readonly compiler: Pick<ModelCompiler, 'compile'>;
  readonly log: AppLogger;
  /** What capabilities add to the files. */
  readonly layers?: () => Promise<ReadonlyMap<string, LayerFile>>;
}

/** All that a model is made from. */
interface Whole {
  readonly content: FolderContent;
  readonly layered: ReadonlyMap<string, LayerFile>;
  readonly revision: number;
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const noLayers = async (): Promise<ReadonlyMap<string, LayerFile>> => new Map();
/** How often a change is made again when others are quicker. */
const mostTries = 8;

const merged = <T>(before: ReadonlyMap<string, T>, changes: ReadonlyMap<string, T | null>): ReadonlyMap<string, T> => {
  const after = new Map(before);
  for (const [name, value] of changes) {
    if (value === null) after.delete(name);
    else after.set(name, value);
  }
  return after;
};

const sameTexts = (a: ReadonlyMap<string, LayerFile>, b: ReadonlyMap<string, LayerFile>): boolean =>
  a.size === b.size && [...a].every(([name, { text }]) => b.get(name)?.text === text);

const unavailable = ({ diagnostics, fileCount }: ModelState, words: PlaceWords): DataMindError => {
  if (fileCount === 0 && !diagnostics.some(isError)) return new DataMindError('MODEL_UNAVAILABLE', words.empty);
  const { message, errors } = refusal(diagnostics, 'The model');
  return new DataMindError('MODEL_UNAVAILABLE', message, { errors, hint: words.mend });
};

const keptElsewhere = (name: string): DataMindError =>
  new DataMindError('READ_ONLY', `"${name}" is not kept as a file; change it where it was made.`);

/** The model of a workspace. The caller refreshes it once before use. */
export const createModelSource = ({ place, compiler, log, layers = noLayers }: ModelSourceParts): ModelSource => {
  const { words } = place;
  let state: ModelState = Object.freeze({
    status: 'missing',
    model: null,
    diagnostics: [],
    compiledAt: new Date(0),
    fileCount: 0,
    revision: -1,
  });
  /** The files of the model in force, and what layers added to them. */
  let good: FolderContent | null = null;
  let layersInForce: ReadonlyMap<string, LayerFile> = new Map();
  let watching: FolderWatch | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const listeners = new Set<(state: ModelState) => void>();

  /** One piece of work at a time, whatever became of the one before. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };

  const readWhole = async (): Promise<Whole> => {
    const revision = await place.revision();
    const [content, layered] = await Promise.all([place.read(), layers()]);
    return { content, layered, revision };
  };

  /** @param mayClose whether the policy of a file may close its entities in place of being an error: where a reload broke it */
  const compileWhole = async (
    { content, layered }: Omit<Whole, 'revision'>,
    mayClose: (file: string) => boolean = () => true,
  ): Promise<Compilation> => {
    const files = new Map([...content.files, ...[...layered].map(([name, { text }]) => [name, text] as const)]);
    const closing = new Map<string, ClosingPolicy>();
    for (const [name, { closing: closes }] of layered) if (closes && mayClose(name)) closing.set(name, closes);
    const compilation = await compiler.compile({ files, findings: content.findings, closing });
    const broken = files.size === 0 || compilation.diagnostics.some(isError);
    return { ...compilation, model: broken ? null : compilation.model };
  };

  /** What serves on where the files have errors: the last good ones, with what layers add now. */
  const stillServing = async (layered: ReadonlyMap<string, LayerFile>): Promise<Model | null> => {
    if (!place.keepsLast || good === null) return null;
    if (sameTexts(layered, layersInForce)) return state.model;
    return (await compileWhole({ content: good, layered })).model;
  };

  const adopt = async ({ model, diagnostics }: Compilation, whole: Whole): Promise<ModelState> => {
    const before = state;
    const found = model ?? (await stillServing(whole.layered));
    const kept = found !== null && found.hash === before.model?.hash ? before.model : found;
    const status: ModelStatus = model !== null ? 'current' : kept === null ? 'missing' : 'stale';
    if (model !== null) good = whole.content;
    layersInForce = whole.layered;
    const fileCount = whole.content.files.size;
    state = Object.freeze({
      status,
      model: kept,
      diagnostics,
      compiledAt: new Date(),
      fileCount,
      revision: whole.revision,
    });
    if (status !== before.status || kept !== before.model) {
      const broken = diagnostics.filter(({ code }) => code === 'POLICY_BROKEN').map(({ message }) => message);
      if (broken.length > 0) log.warn('policies do not compile any more', { broken });
      if (status === 'current') log.info('the model is in force', { hash: kept?.hash, files: fileCount });
      else log.warn(refusal(diagnostics, words.name).message, { serving: kept?.hash ?? null });
      for (const listener of listeners) listener(state);
    }
    return state;
  };

  const recompile = async (): Promise<ModelState> => {
    const whole = await readWhole();
    return adopt(await compileWhole(whole), whole);
  };

  /** Begins anew where somebody else has changed the store meanwhile. */
  const untilCurrent = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Outdated)) throw error;
        if (tries === mostTries) {
          throw new DataMindError('CONFLICT', 'Others change the model all the time; try again.', { cause: error });
        }
      }
    }
  };

  /** What a change would break is refused; what is broken already stays closed. */
  const isBroken = (name: string): boolean =>
    state.diagnostics.some(({ code, file: place }) => code === 'POLICY_BROKEN' && place === name);

  const withFiles = ({ content, ...rest }: Whole, changes: ReadonlyMap<string, string | null>): Whole => ({
    ...rest,
    content: { files: merged(content.files, changes), findings: content.findings },
  });

  const authored = (name: string, text: string): ModelFile => ({ name, text, hash: hashOf(text), readOnly: false });
  const file = async (name: string): Promise<ModelFile | null> => {
    const layered = (await layers()).get(name);
    if (layered !== undefined) return { ...authored(name, layered.text), readOnly: true };
    const text = await place.readFile(name);
    return text === null ? null : authored(name, text);
  };

  const change = async (
    name: string,
    edit: (file: ModelFile | null) => string | null,
    by: string | null,
  ): Promise<ModelFile | null> => {
    const whole = await readWhole();
    const before = await file(name);
    if (before?.readOnly === true) throw keptElsewhere(name);
    const text = edit(before);
    if (text === null && before === null) return null;
    const next = withFiles(whole, new Map([[name, text]]));
    const compilation = await compileWhole(next, isBroken);
    const hasErrors = compilation.model === null && next.content.files.size > 0;
    if (hasErrors && !mends((await compileWhole(whole, isBroken)).diagnostics, compilation.diagnostics)) {
      throw invalidChange(compilation.diagnostics, new Set([name]));
    }
    const revision = text === before?.text ? whole.revision : await place.write(name, text, whole.revision, by);
    await adopt(compilation, { ...next, revision });
    return text === null ? null : authored(name, text);
  };

  /** The whole with other files of layers, compiled with the last good files where those of now have errors. */
  const compileLayers = async (whole: Whole, changes: LayerChanges): Promise<Compilation> => {
    const layered = merged(whole.layered, changes);
    const mayClose = (name: string): boolean => !changes.has(name) && isBroken(name);
    const compilation = await compileWhole({ content: whole.content, layered }, mayClose);
    if (compilation.model !== null || !place.keepsLast || good === null) return compilation;
    return compileWhole({ content: good, layered }, mayClose);
  };

  const changeLayers = async <T>(changes: LayerChanges, keep: (revision: number) => Promise<T>): Promise<T> => {
    const whole = await readWhole();
    const { model, diagnostics } = await compileLayers(whole, changes);
    const isRemoval = [...changes.values()].every((value) => value === null);
    if (model === null && !isRemoval) throw invalidChange(diagnostics, new Set(changes.keys()));
    const kept = await keep(whole.revision);
    const next = { ...whole, layered: merged(whole.layered, changes), revision: whole.revision + 1 };
    await adopt(await compileWhole(next), next);
    return kept;
  };

  return {
    words,
    state: () => state,
    model: () => {
      if (state.model === null) throw unavailable(state, words);
      return state.model;
    },
    refresh: () => inTurn(recompile),
    catchUp: () =>
      inTurn(async () => {
        if ((await place.revision()) !== state.revision) await recompile();
      }),
    files: async () => {
      const [{ files }, layered] = await Promise.all([place.read(), layers()]);
      return [
        ...[...files].filter(([name]) => /\.ya?ml$/i.test(name)).map(([name, text]) => authored(name, text)),
        ...[...layered].map(([name, { text }]) => ({ ...authored(name, text), readOnly: true })),
      ];
    },
    file,
    preview: async (changes) => compileWhole(withFiles(await readWhole(), changes), isBroken),
    change: (name, edit, by) => inTurn(() => untilCurrent(() => change(name, edit, by ?? null))),
    changeLayers: (changes, keep) => inTurn(() => untilCurrent(() => changeLayers(changes, keep))),
    previewLayers: async (changes) => compileLayers(await readWhole(), changes),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watch: (options) => {
      void inTurn(async () => place.tidy?.());
      watching ??= place.watch?.(
        () =>
          inTurn(recompile).then(
            () => undefined,
            (error: unknown) => log.error('the files of the model cannot be read', { error }),
          ),
        options,
      );
    },
    close: () => {
      watching?.close();
      listeners.clear();
    },
  };
};

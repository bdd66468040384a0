import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { AppLogger } from '../../core/logging/create-logger.js';
import type { Model } from '../../semantic/model/model.js';
import type { Diagnostic } from '../../semantic/check/diagnostic.js';
import type { FolderContent } from '../../semantic/load/read-folder.js';
import { wholeFolder } from '../../semantic/load/source-text.js';
import { modelPath } from './model-path.js';
import { type FolderWatch, type WatchOptions, watchFolder } from './watch-folder.js';
import { removeFile, removeLeftovers, writeFileWhole } from './write-file.js';

export interface Compilation {
  /** `null` when there are errors. */
  readonly model: Model | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** The compiler, as far as the server needs it. */
export interface ModelCompiler {
  readFolder(folder: string): Promise<FolderContent>;
  compile(content: FolderContent): Compilation;
}

/**
 * `current`: the folder as it is. `stale`: the folder has errors, and the last model without any serves on.
 * `missing`: there has been no valid model yet.
 */
export type ModelStatus = 'current' | 'stale' | 'missing';

export interface ModelState {
  readonly status: ModelStatus;
  readonly model: Model | null;
  /** Of the folder as it is now. */
  readonly diagnostics: readonly Diagnostic[];
  /** When the folder was last compiled. */
  readonly compiledAt: Date;
  readonly fileCount: number;
}

/** One file of the model. */
export interface ModelFile {
  readonly name: string;
  readonly text: string;
  /** SHA-256 of the text. */
  readonly hash: string;
}

export interface ModelSource {
  readonly folder: string;
  state(): ModelState;
  /** The model to serve from now. @throws DataMindError `MODEL_UNAVAILABLE` with the first diagnostics */
  model(): Model;
  /** Looks at the folder anew. */
  refresh(): Promise<ModelState>;
  files(): Promise<readonly ModelFile[]>;
  file(name: string): Promise<ModelFile | null>;
  /** Compiles the folder with some files replaced (`null`: removed), and changes nothing. */
  preview(changes: ReadonlyMap<string, string | null>): Promise<Compilation>;
  /**
   * Replaces one file, or removes it. One after another; the whole folder is compiled with the change first, and nothing
   * is written unless that finds no errors, or, in a folder that has errors, fewer than before and none that is new.
   * @param edit gets the text that is there now (`null`: none) and returns the new one (`null`: remove the file); what it
   *   throws is thrown on
   * @throws DataMindError `MODEL_INVALID` with the diagnostics, `READ_ONLY`, `STORAGE_FULL`
   */
  change(name: string, edit: (file: ModelFile | null) => string | null): Promise<ModelFile | null>;
  /** Calls back whenever the state has changed. Returns the way to stop that. */
  onChange(listener: (state: ModelState) => void): () => void;
  /** Begins to watch the folder, and removes from it what a server that was killed left half written. */
  watch(options?: WatchOptions): void;
  close(): void;
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const isError = ({ severity }: Diagnostic): boolean => severity === 'error';
const shown = 20;

/** @param changed the file whose errors come first: what is wrong elsewhere may follow from them */
const refusal = (
  diagnostics: readonly Diagnostic[],
  what: string,
  changed?: string,
): { message: string; errors: readonly Diagnostic[] } => {
  const found = diagnostics.filter(isError);
  const errors = [...found.filter(({ file }) => file === changed), ...found.filter(({ file }) => file !== changed)];
  const first = errors[0];
  const place = first === undefined || first.file === wholeFolder ? '' : `${first.file}:${first.line}:${first.column} `;
  const count = `${errors.length} ${errors.length === 1 ? 'error' : 'errors'}`;
  return {
    message: `${what} has ${count}${first === undefined ? '' : `: ${place}${first.message}`}`,
    errors: errors.slice(0, shown),
  };
};

const unavailable = ({ diagnostics, fileCount }: ModelState): DataMindError => {
  if (fileCount === 0 && !diagnostics.some(isError)) {
    return new DataMindError('MODEL_UNAVAILABLE', 'The ontology folder holds no YAML files yet; add an entity to it.');
  }
  const { message, errors } = refusal(diagnostics, 'The model');
  return new DataMindError('MODEL_UNAVAILABLE', message, {
    errors,
    hint: 'Mend the folder; it is read again by itself.',
  });
};

/** Whether a change leaves fewer errors than there were, and none that was not there: lines may move, words may not. */
const mends = (before: readonly Diagnostic[], after: readonly Diagnostic[]): boolean => {
  const nameOf = ({ file, code, message }: Diagnostic): string => JSON.stringify([file, code, message]);
  const left = before.filter(isError).map(nameOf);
  const known = after.filter(isError).every((error) => {
    const at = left.indexOf(nameOf(error));
    if (at !== -1) left.splice(at, 1);
    return at !== -1;
  });
  return known && left.length > 0;
};

const readIfThere = async (path: string): Promise<string | null> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null;
    throw error;
  }
};

/** A model that lives in a folder. The caller refreshes it once before use. */
export const createModelSource = (folder: string, compiler: ModelCompiler, log: AppLogger): ModelSource => {
  let state: ModelState = { status: 'missing', model: null, diagnostics: [], compiledAt: new Date(0), fileCount: 0 };
  let watching: FolderWatch | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const listeners = new Set<(state: ModelState) => void>();

  /** One piece of work at a time, whatever became of the one before. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };

  const adopt = ({ model, diagnostics }: Compilation, fileCount: number): ModelState => {
    const before = state;
    const kept = model !== null && model.hash === before.model?.hash ? before.model : (model ?? before.model);
    const status: ModelStatus = model !== null ? 'current' : kept === null ? 'missing' : 'stale';
    state = Object.freeze({ status, model: kept, diagnostics, compiledAt: new Date(), fileCount });
    if (status !== before.status || kept !== before.model) {
      if (status === 'current') log.info('the model is in force', { hash: kept?.hash, files: fileCount });
      else log.warn(refusal(diagnostics, 'The ontology folder').message, { serving: kept?.hash ?? null });
      for (const listener of listeners) listener(state);
    }
    return state;
  };
  const compileFiles = (content: FolderContent): Compilation => {
    const compilation = compiler.compile(content);
    const broken = content.files.size === 0 || compilation.diagnostics.some(isError);
    return { ...compilation, model: broken ? null : compilation.model };
  };
  const recompile = async (): Promise<ModelState> => {
    const content = await compiler.readFolder(folder);
    return adopt(compileFiles(content), content.files.size);
  };
  const withChanges = async (changes: ReadonlyMap<string, string | null>): Promise<FolderContent> => {
    const { files: there, findings } = await compiler.readFolder(folder);
    const files = new Map(there);
    for (const [name, text] of changes) {
      if (text === null) files.delete(name);
      else files.set(name, text);
    }
    return { files, findings };
  };
  const compileFolder = async (): Promise<Compilation> => compileFiles(await compiler.readFolder(folder));
  const file = async (name: string): Promise<ModelFile | null> => {
    const text = await readIfThere(modelPath(folder, name));
    return text === null ? null : { name, text, hash: hashOf(text) };
  };

  return {
    folder,
    state: () => state,
    model: () => {
      if (state.model === null) throw unavailable(state);
      return state.model;
    },
    refresh: () => inTurn(recompile),
    files: async () => {
      const { files } = await compiler.readFolder(folder);
      return [...files]
        .filter(([name]) => /\.ya?ml$/i.test(name))
        .map(([name, text]) => ({ name, text, hash: hashOf(text) }));
    },
    file,
    preview: async (changes) => compileFiles(await withChanges(changes)),
    change: (name, edit) =>
      inTurn(async () => {
        const path = modelPath(folder, name);
        const before = await file(name);
        const text = edit(before);
        if (text === null && before === null) return null;
        const content = await withChanges(new Map([[name, text]]));
        const { files } = content;
        const compilation = compileFiles(content);
        const isBroken = compilation.model === null && files.size > 0;
        if (isBroken && !mends((await compileFolder()).diagnostics, compilation.diagnostics)) {
          const { message, errors } = refusal(compilation.diagnostics, 'With this change the model', name);
          throw new DataMindError('MODEL_INVALID', message, { errors, hint: 'Nothing was written.' });
        }
        if (text === null) await removeFile(path);
        else if (text !== before?.text) await writeFileWhole(path, text);
        adopt(compilation, files.size);
        return text === null ? null : { name, text, hash: hashOf(text) };
      }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watch: (options) => {
      void inTurn(() => removeLeftovers(folder));
      watching ??= watchFolder(
        folder,
        () =>
          inTurn(recompile).then(
            () => undefined,
            (error: unknown) => log.error('the ontology folder cannot be read', { error }),
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

/** Where the files of a model that people write are kept: a folder, or the store. Types only. */
import type { ClosingPolicy } from '../../semantic/check/closing-policies.js';
import type { FolderContent } from '../../semantic/load/read-folder.js';
import type { FolderWatch, WatchOptions } from './watch-folder.js';

/** How the place is spoken of. */
export interface PlaceWords {
  /** `The ontology folder`. */
  readonly name: string;
  /** What to do where there are no files. */
  readonly empty: string;
  /** What to do about errors. */
  readonly mend: string;
}

export interface ModelPlace {
  readonly words: PlaceWords;
  /** Whether the last model without errors serves on when what is there has errors, or nothing is there. */
  readonly keepsLast: boolean;
  /**
   * Counts what is changed in the store of the workspace's model; read before all else, so that what is changed meanwhile
   * is read again. Zero where nothing of it is in a store.
   */
  revision(): Promise<number>;
  /** All files as they are. */
  read(): Promise<FolderContent>;
  /** The text of one; `null`: there is none. @throws DataMindError for a name that no file can have */
  readFile(name: string): Promise<string | null>;
  /**
   * Replaces one file whole, or removes it (`null`).
   * @param revision that the change was compiled with
   * @returns the one after it
   * @throws Outdated when the store has moved on; DataMindError `STORAGE_FULL`, `READ_ONLY`, `STORE_UNAVAILABLE`
   */
  write(name: string, text: string | null, revision: number, by: string | null): Promise<number>;
  /** Calls back when files have changed behind the server's back, where that can be told only by looking. */
  watch?(changed: () => Promise<void>, options?: WatchOptions): FolderWatch;
  /** Removes what writers that were killed left behind. */
  tidy?(): Promise<void>;
}

/** What capabilities add to the files of a model: policies by API, drafts. */
export interface LayerFile {
  readonly text: string;
  /** Where it holds one policy: what is closed to everyone, rather than all of the model, when it does not compile. */
  readonly closing?: ClosingPolicy;
}

/**
 * Files that a capability adds to the models of workspaces. Nobody writes them as files; their names begin with `.`, as no
 * authored one does. Whoever changes them calls `advanceRevision` in the same transaction, and so all nodes know.
 */
export interface ModelLayer {
  files(workspace: string): Promise<ReadonlyMap<string, LayerFile>>;
}

/** Somebody else changed the model meanwhile: what was compiled is not what would be in force. */
export class Outdated extends Error {
  override readonly name = 'Outdated';
}

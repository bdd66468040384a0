import { defineTable } from '../store/define-table.js';

/** Counts the changes of what the store has of a workspace's model: files, and what layers add. */
export interface ModelRevisionRow {
  readonly workspaceId: string;
  readonly revision: number;
}

/** A file of the model of a workspace that is not the default one. */
export interface ModelFileRow {
  readonly workspaceId: string;
  readonly name: string;
  readonly text: string;
  readonly version: number;
  readonly changedAt: number;
  readonly changedBy: string | null;
}

/** What a file was with each of its versions. */
export interface ModelFileVersionRow {
  readonly workspaceId: string;
  readonly name: string;
  readonly version: number;
  /** Null: it was removed. */
  readonly text: string | null;
  readonly changedAt: number;
  readonly changedBy: string | null;
}

export const modelRevisions = defineTable<ModelRevisionRow>('model_revisions', {
  workspaceId: 'id',
  revision: 'count',
});

export const modelFiles = defineTable<ModelFileRow>('model_files', {
  workspaceId: 'id',
  name: 'id',
  text: 'text',
  version: 'count',
  changedAt: 'time',
  changedBy: 'text?',
});

export const modelFileVersions = defineTable<ModelFileVersionRow>('model_file_versions', {
  workspaceId: 'id',
  name: 'id',
  version: 'place',
  text: 'text?',
  changedAt: 'time',
  changedBy: 'text?',
});

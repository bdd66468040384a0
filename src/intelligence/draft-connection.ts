/** From a connection to the first draft of a model: look at its tables as the model that there is permits, infer, write. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import { correlationId } from '../../core/logging/correlation-id.js';
import type { Catalogue, CatalogueTable } from '../../core/plugin/contract.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import { draftModel, type FindBroken } from '../connections/draft-model.js';
import { createModelCompiler } from '../models/create-model-compiler.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import type { ConnectionProfile, TableProfile } from './profile.js';
import { entitiesOf, profileConnection } from './profile-connection.js';
import { type Draft, writeDraft } from './write-draft.js';

export interface Drafting {
  readonly executor: Pick<GovernedExecutor, 'prepareSql' | 'run' | 'introspect' | 'defaultConnection'>;
  /** The model that there is: what it knows is looked at under its policies. `null`: none. */
  readonly present: Model | null;
  readonly connection: string;
  readonly subject: Subject;
  readonly signal: AbortSignal;
  /** From 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

export interface Drafted {
  readonly draft: Draft;
  readonly profile: ConnectionProfile;
}

const compiled = (files: ReadonlyMap<string, string>) => createModelCompiler().compile({ files, findings: [] });

const findBroken: FindBroken = async (files) => {
  const { diagnostics } = await compiled(files);
  return new Set(diagnostics.flatMap(({ severity, file }) => (severity === 'error' ? [file] : [])));
};

/** What stands in for a model of tables that no model knows yet, so that statements are governed like all others. */
const bareModel = async (connection: string, catalogue: Catalogue): Promise<Model | null> => {
  const text = await draftModel(connection, catalogue, findBroken);
  return text === null ? null : (await compiled(new Map([['draft.yaml', text]]))).model;
};

/** The model that there is, with its policies; what it does not know is left to a bare one. */
const modelsFor = async (
  { present, connection, executor }: Drafting,
  catalogue: Catalogue,
): Promise<readonly { readonly model: Model; readonly catalogue: Catalogue }[]> => {
  const isKnown = (table: CatalogueTable): boolean =>
    present !== null && entitiesOf(present, table, connection, executor.defaultConnection).length > 0;
  const rest = { ...catalogue, tables: catalogue.tables.filter((table) => !isKnown(table)) };
  const bare = rest.tables.length === 0 ? null : await bareModel(connection, rest);
  const known = { ...catalogue, tables: catalogue.tables.filter(isKnown) };
  return [
    ...(present === null || known.tables.length === 0 ? [] : [{ model: present, catalogue: known }]),
    ...(bare === null ? [] : [{ model: bare, catalogue: rest }]),
  ];
};

/** @throws DataMindError `NOT_FOUND` where there is nothing to draft; the reason of the signal once it is aborted */
export const draftConnection = async (drafting: Drafting): Promise<Drafted> => {
  const { executor, connection, subject, signal, onProgress } = drafting;
  const catalogue = await executor.introspect(connection, {}, signal);
  const parts = await modelsFor(drafting, catalogue);
  if (parts.length === 0) {
    throw new DataMindError('NOT_FOUND', `The connection "${connection}" has no table that a model could hold.`);
  }
  const tables: TableProfile[] = [];
  for (const part of parts) {
    const before = tables.length;
    const count = part.catalogue.tables.length;
    const found = await profileConnection({
      ...{ executor, connection, subject, signal, ...part },
      correlationId: correlationId(),
      onProgress: (done) => onProgress?.((before + done * count) / catalogue.tables.length),
    });
    tables.push(...found.tables);
  }
  const profile = { connection, dialect: catalogue.dialect, tables };
  return { profile, draft: await writeDraft(profile, catalogue, findBroken) };
};

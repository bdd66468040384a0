/**
 * The drafts of connections that are not published: each is part of the model of those who may ask its connection, and of nobody
 * else's. It follows from the catalogue, so it is made anew when that changes.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Subject } from '../../core/subject/subject.js';
import type { ModelCompiler } from '../models/model-source.js';
import type { LayerFile } from '../models/model-place.js';
import type { Store } from '../store/store.js';
import { draftModel, type FindBroken } from './draft-model.js';
import type { ConnectionReader } from './read-connections.js';
import { type ConnectionRow, connectionCatalogues } from './store.js';

export interface Drafts {
  /** The draft of a connection as YAML; `null` while there is none. */
  textOf(row: Pick<ConnectionRow, 'id' | 'name' | 'workspaceId'>): Promise<string | null>;
  /** The drafts that are part of a subject's model, as files of a layer; empty for most. */
  filesFor(subject: Subject): Promise<ReadonlyMap<string, LayerFile>>;
}

interface Parts {
  readonly store: Store;
  readonly reader: ConnectionReader;
  /** One of its own: what it remembers are drafts. */
  readonly compiler: Pick<ModelCompiler, 'compile'>;
}

const most = 200;

export const createDrafts = ({ store, reader, compiler }: Parts): Drafts => {
  const made = new LRUCache<string, Promise<string | null>>({ max: most });

  const findBroken: FindBroken = async (files) => {
    const { diagnostics } = await compiler.compile({ files, findings: [] });
    return new Set(diagnostics.flatMap(({ severity, file }) => (severity === 'error' ? [file] : [])));
  };

  const textOf: Drafts['textOf'] = async ({ id, name, workspaceId }) => {
    const kept = await store.read((db) => db.findOneBy(connectionCatalogues, { workspaceId, connectionId: id }));
    if (kept === null) return null;
    const key = JSON.stringify([id, name, kept.hash]);
    let text = made.get(key);
    if (text === undefined) {
      text = draftModel(name, kept.catalogue, findBroken);
      text.catch(() => made.delete(key));
      made.set(key, text);
    }
    return text;
  };

  /** By what they are made from, so that catalogues are not read with each statement. */
  const known = new LRUCache<string, Promise<string | null>>({ max: most });
  return {
    textOf,
    filesFor: async (subject) => {
      const files = new Map<string, LayerFile>();
      for (const { row, catalogueHash } of await reader.draftsOf(subject)) {
        const key = JSON.stringify([row.id, row.name, catalogueHash]);
        let text = known.get(key);
        if (text === undefined) {
          text = textOf(row);
          text.catch(() => known.delete(key));
          known.set(key, text);
        }
        const found = await text;
        if (found !== null) files.set(`.draft-${row.id}.yaml`, { text: found });
      }
      return files;
    },
  };
};

export const hashOfFiles = (files: ReadonlyMap<string, LayerFile>): string =>
  createHash('sha256')
    .update(JSON.stringify([...files].map(([name, { text }]) => [name, text])))
    .digest('hex');

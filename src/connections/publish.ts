import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Caller } from '../identity/caller.js';
import type { Circumstances } from '../identity/service.js';
import { actorOf } from '../identity/caller.js';
import { intentOf } from '../audit/intent-of.js';
import { performAudited } from '../audit/perform-audited.js';
import { changeRow } from '../store/change-row.js';
import { countUp } from '../store/epochs.js';
import { assertWhole, type ConnectionServices, grantedOf } from './service.js';
import { connections } from './store.js';

const noDraft = (): DataMindError =>
  new DataMindError(
    'CONFLICT',
    'There is no draft of this connection: its tables have not been read, or none can be asked.',
    {
      hint: 'GET /api/v1/system/connections/{id}/status says how far it is.',
    },
  );

/** The model that was made of what the database has. */
export const readDraft = async (services: ConnectionServices, caller: Caller, id: string) => {
  const { row } = await grantedOf(services, caller, id, 'chat');
  assertWhole(caller);
  const text = await services.drafts.textOf(row);
  if (text === null) throw noDraft();
  return { text, file: fileOf(row.name), published: row.publishedAt !== null };
};

const fileOf = (name: string): string => `connections/${name}.yaml`;

/** Makes the draft a file of the workspace's model, compiled with all of it first; from then on everybody there may ask it. */
export const publishConnection = async (
  services: ConnectionServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
): Promise<void> => {
  const { store, trail, drafts, models, now } = services;
  const { row } = await grantedOf(services, caller, id, 'owner');
  if (row.publishedAt !== null) throw new DataMindError('CONFLICT', 'The connection is published already.');
  const text = await drafts.textOf(row);
  if (text === null) throw noDraft();
  const file = fileOf(row.name);
  const intent = intentOf(actorOf(caller), 'connection.publish', id, circumstances, { file });
  await performAudited(trail, intent, async () => {
    const source = await models().of(row.workspaceId);
    const add = (before: { readonly text: string } | null): string => {
      // Left by an attempt that was broken off.
      if (before === null || before.text === text) return text;
      throw new DataMindError('CONFLICT', `The model has a file "${file}" already.`);
    };
    await source.change(file, add, caller.subject.user);
    await store.transaction(async (db) => {
      const which = { workspaceId: row.workspaceId, id };
      const found = await db.findOneBy(connections, which);
      if (found === null) throw new DataMindError('NOT_FOUND', 'There is no such connection.');
      await changeRow(db, connections, which, found.version, { publishedAt: now() }, 'connection');
      await countUp(db, 'connections');
    });
  });
};

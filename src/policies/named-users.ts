import { nobody } from '../../semantic/check/read-audience.js';
import type { Audience, Model } from '../../semantic/model/model.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import { modelFiles } from '../models/store.js';
import type { Store } from '../store/store.js';
import { policies } from './store.js';

const usersOf = (model: Model | null): readonly string[] =>
  Object.values(model?.policies ?? {}).flatMap((policy) => [...policy.for.users, ...policy.except.users]);

/** As it was written: `everyone`, or lists. */
const usersIn = (audience: unknown): readonly string[] =>
  typeof audience === 'object' && audience !== null ? ({ ...nobody, ...audience } as Audience).users : [];

/** The usernames that policies of any workspace are about: whoever takes one is who they mean. */
export const namedUsers = async (store: Store, models: WorkspaceModels): Promise<ReadonlySet<string>> => {
  // Nobody is known who asks for an account, so that nobody has looked what changed.
  await store.epochs();
  const [rows, files] = await store.read(async (db) => [
    await db.find(policies, {}),
    await db.find(modelFiles, { select: { workspaceId: true, name: true } }),
  ]);
  const workspaces = new Set(files.map(({ workspaceId }) => workspaceId));
  const sources = await Promise.all([...workspaces].map((workspace) => models.of(workspace)));
  return new Set([
    ...rows.flatMap(({ body }) => [...usersIn(body.for), ...usersIn(body.except)]),
    ...[models.folder, ...sources].flatMap((source) => usersOf(source.state().model)),
  ]);
};

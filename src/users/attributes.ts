import type { Attribute } from '../../core/subject/subject.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import { actorOf, type Caller, workspaceOf } from '../identity/caller.js';
import { memberOf } from '../identity/managed-user.js';
import type { Circumstances, IdentityServices } from '../identity/service.js';
import { userAttributes } from '../identity/store.js';
import type { Reader, Writer } from '../store/store.js';

export type Attributes = Readonly<Record<string, Attribute>>;

const attributesOf = async (db: Reader, workspaceId: string, userId: string): Promise<Attributes> =>
  Object.fromEntries(
    (await db.findBy(userAttributes, { workspaceId, userId })).map(({ name, value }) => [name, value]),
  );

/** Gives a user these attributes in a workspace, and no others. */
export const setAttributes = async (
  db: Writer,
  workspaceId: string,
  userId: string,
  attributes: Attributes,
): Promise<void> => {
  await db.remove(userAttributes, { workspaceId, userId });
  const rows = Object.entries(attributes).map(([name, value]) => ({ workspaceId, userId, name, value }));
  if (rows.length > 0) await db.insert(userAttributes, rows);
};

/** @throws DataMindError `NOT_FOUND` */
export const showAttributes = ({ store }: IdentityServices, caller: Caller, userId: string): Promise<Attributes> =>
  store.read(async (db) => {
    await memberOf(db, caller, userId);
    return attributesOf(db, workspaceOf(caller), userId);
  });

/** Replaces the attributes of a user in the caller's workspace. The audit has their names, never their values. */
export const replaceAttributes = (
  services: IdentityServices,
  caller: Caller,
  userId: string,
  attributes: Attributes,
  circumstances: Circumstances,
): Promise<void> => {
  const detail = { attributes: Object.keys(attributes) };
  const intent = intentOf(actorOf(caller), 'user.change', userId, circumstances, detail);
  return changeAudited(services, intent, ['identity'], async (db) => {
    await memberOf(db, caller, userId);
    await setAttributes(db, workspaceOf(caller), userId, attributes);
  });
};

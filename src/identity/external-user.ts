import { In } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import { newId } from '../store/new-id.js';
import type { Reader, Writer } from '../store/store.js';
import { defaultWorkspace } from './caller.js';
import type { Role } from './access.js';
import { normalEmail, normalUsername, usernameFrom } from './names.js';
import type { ExternalIdentity } from './oidc-client.js';
import { accountActor, type Circumstances, type IdentityServices } from './service.js';
import { externalAccounts, groupMembers, groups, memberships, type UserRow, users } from './store.js';

const refuse = (sentence: string): never => {
  throw new DataMindError('FORBIDDEN', sentence);
};

const known = async (db: Reader, { issuer, subject }: ExternalIdentity): Promise<UserRow | null> => {
  const account = await db.findOneBy(externalAccounts, { issuer, subject });
  return account === null ? null : db.findOneBy(users, { id: account.userId });
};

/** A username that nobody has or had, and that no policy names: whoever it means must get it from an admin. */
const freeUsername = async (db: Reader, wanted: string, named: ReadonlySet<string>): Promise<string> => {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? wanted : `${wanted.slice(0, 58)}-${n}`;
    if (!named.has(name) && !(await db.existsBy(users, { username: name }))) return name;
  }
};

const wantedName = ({ username, email, subject }: ExternalIdentity): string => {
  try {
    return usernameFrom(username === null ? (email ?? subject.toLowerCase()) : normalUsername(username));
  } catch {
    return usernameFrom(email ?? subject.toLowerCase());
  }
};

const emailOf = ({ email, emailVerified }: ExternalIdentity): string | null => {
  if (email === null || !emailVerified) return null;
  try {
    return normalEmail(email);
  } catch {
    return null;
  }
};

interface Placed {
  readonly user: UserRow;
  readonly how: 'known' | 'linked' | 'made';
}

/** The groups that the claims name, of those that the default workspace has; what claims gave before and give no more is taken. */
const placeInGroups = async (db: Writer, userId: string, named: readonly string[], at: number): Promise<void> => {
  const all = await db.findBy(groups, { workspaceId: defaultWorkspace });
  const ids = In(all.map(({ id }) => id));
  const wanted = new Set(all.filter(({ name }) => named.includes(name)).map(({ id }) => id));
  const present = await db.findBy(groupMembers, { userId, groupId: ids });
  for (const { groupId, source } of present) {
    if (source === 'claims' && !wanted.has(groupId)) await db.remove(groupMembers, { userId, groupId });
    wanted.delete(groupId);
  }
  for (const groupId of wanted) await db.insert(groupMembers, { groupId, userId, source: 'claims', createdAt: at });
};

/**
 * The account of somebody whom the provider knows. Who is new is linked to the account with the same e-mail when the provider has
 * verified it, but never to the operator's; otherwise an account is made.
 * @param role in the default workspace, of a new one; `null`: none
 * @param namedByPolicies usernames that no new account gets
 * @throws DataMindError `FORBIDDEN` when there is no account for this person
 */
export const externalUser = async (
  services: IdentityServices,
  identity: ExternalIdentity,
  { role, namedByPolicies }: { readonly role: Role | null; readonly namedByPolicies: ReadonlySet<string> },
  circumstances: Circumstances,
): Promise<UserRow> => {
  const { store, now } = services;
  const { issuer, subject, name, groups: claimed } = identity;
  const email = emailOf(identity);
  const at = now();
  const place = async (db: Writer): Promise<Placed> => {
    const before = await known(db, identity);
    if (before !== null) return { user: before, how: 'known' };
    const same = email === null ? null : await db.findOneBy(users, { email });
    if (same?.operator) return refuse('The operator logs in with a password.');
    if (same !== null) {
      await db.insert(externalAccounts, { issuer, subject, userId: same.id, createdAt: at });
      return { user: same, how: 'linked' };
    }
    const username = await freeUsername(db, wantedName(identity), namedByPolicies);
    const user: UserRow = {
      id: newId(at),
      username,
      email,
      name: (name ?? username).slice(0, 200),
      passwordHash: null,
      passwordChangedAt: at,
      status: 'active',
      operator: false,
      createdAt: at,
      version: 1,
    };
    await db.insert(users, user);
    await db.insert(externalAccounts, { issuer, subject, userId: user.id, createdAt: at });
    if (role !== null) {
      await db.insert(memberships, { workspaceId: defaultWorkspace, userId: user.id, role, createdAt: at });
    }
    return { user, how: 'made' };
  };
  const before = await store.read((db) => known(db, identity));
  const actor = accountActor(before?.username ?? 'nobody');
  const action = before === null ? 'user.register' : 'user.change';
  const { user } = await changeAudited(
    services,
    intentOf(actor, action, before?.id ?? null, circumstances, { by: 'provider' }),
    ['identity'],
    async (db) => {
      const placed = await place(db);
      if (placed.user.status !== 'active') refuse('This account is not active; ask an admin.');
      const isMember = await db.existsBy(memberships, { workspaceId: defaultWorkspace, userId: placed.user.id });
      if (claimed !== null && isMember) await placeInGroups(db, placed.user.id, claimed, at);
      return placed;
    },
    ({ user: { id, username }, how }) => ({ user: id, username, how }),
  );
  return user;
};

import { randomBytes } from 'node:crypto';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { serverActor } from '../audit/open-audit.js';
import { performAudited } from '../audit/perform-audited.js';
import type { AuditTrail } from '../audit/trail.js';
import { newId } from '../store/new-id.js';
import type { Store } from '../store/store.js';
import { defaultWorkspace } from './caller.js';
import { weaknessOf } from './check-password.js';
import { normalEmail, usernameFrom } from './names.js';
import type { Passwords } from './passwords.js';
import { memberships, users } from './store.js';

/** What the environment says of the first account. */
export interface OperatorSettings {
  readonly email: string | null;
  readonly password: string | null;
  /** A weak password stops the start. */
  readonly production: boolean;
}

export interface MadeOperator {
  readonly email: string;
  readonly username: string;
  /** A generated one, to be shown once; `null` when the environment has given it. */
  readonly password: string | null;
}

const generated = (): string => randomBytes(15).toString('base64url');

/**
 * Makes the account that runs this instance, admin of the default workspace, unless there is one.
 * @returns `null` when there is one
 * @throws DataMindError `CONFIG_INVALID` for a password that is missing its e-mail, or is weak, in production
 */
export const makeFirstOperator = async (
  store: Store,
  passwords: Passwords,
  trail: AuditTrail,
  { email: given, password, production }: OperatorSettings,
  now: () => number,
): Promise<MadeOperator | null> => {
  if (await store.read((db) => db.existsBy(users, { operator: true }))) return null;
  const email = normalEmail(given ?? 'admin@localhost');
  const username = usernameFrom(email);
  const weakness = password === null ? null : weaknessOf(password, [email, username]);
  // A longer or malformed one could never log in; a weak one can, on a machine of one's own.
  if (weakness !== null && (production || /bytes|code 0/.test(weakness))) {
    throw new DataMindError('CONFIG_INVALID', `DATAMIND_ADMIN_PASSWORD ${weakness}.`, {
      hint: 'Set it to a sentence of your own of at least 10 characters, or leave it away: one is made and printed once.',
    });
  }
  const chosen = password ?? generated();
  const passwordHash = await passwords.hash(chosen);
  const id = newId(now());
  const at = now();
  const made = await performAudited(
    trail,
    { action: 'user.create', actor: serverActor, target: id, correlationId: 'start', detail: { operator: true } },
    () =>
      store.transaction(async (db) => {
        // Of nodes that start together one makes it.
        if (await db.existsBy(users, { operator: true })) return false;
        await db.insert(users, {
          id,
          username,
          email,
          name: 'Administrator',
          passwordHash,
          passwordChangedAt: at,
          status: 'active',
          operator: true,
          createdAt: at,
          version: 1,
        });
        await db.insert(memberships, { workspaceId: defaultWorkspace, userId: id, role: 'admin', createdAt: at });
        return true;
      }),
    (done) => ({ made: done }),
  );
  return made ? { email, username, password: password === null ? chosen : null } : null;
};

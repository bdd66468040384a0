import { createSealer, type KeySource } from '../../core/secrets/create-sealer.js';
import type { Route } from '../api/route.js';
import { createAuditRoutes } from '../audit/routes.js';
import type { AuditTrail } from '../audit/trail.js';
import type { Store } from '../store/store.js';
import { accessTokenSeconds, createAccessTokens } from './access-token.js';
import { type MadeOperator, makeFirstOperator, type OperatorSettings } from './first-operator.js';
import { type AuthMode, createGate, type Gate } from './gate.js';
import { createLoginGuard } from './login-guard.js';
import { createPasswords, passwordRounds } from './passwords.js';
import { createCallerReader } from './read-caller.js';
import type { OidcSettings } from './oidc-client.js';
import { createGroupRoutes } from '../users/group-routes.js';
import { createWorkspaceRoutes } from '../workspaces/routes.js';
import { createUserRoutes } from '../users/routes.js';
import type { Registration } from './register.js';
import { createRegistrationRoutes } from './registration-routes.js';
import { createAccountRoutes } from './routes.js';
import { createSecurityRoutes } from './security-routes.js';
import { createKeyRing } from './signing-keys.js';
import { users } from './store.js';

export interface IdentityOptions {
  /** `null`: tokens are required once there are accounts. */
  readonly auth: AuthMode | null;
  readonly operator: OperatorSettings;
  /** What seals the signing keys; the first one is the one in use. */
  readonly encryptionKeys: readonly Buffer[] | KeySource;
  readonly trail: AuditTrail;
  /** The OpenID provider, when there is one. */
  readonly oidc?: OidcSettings | null;
  /** Who may make an account without an admin; who was invited when absent. */
  readonly registration?: Registration;
  /** Usernames that policies name: whoever makes an account without an admin gets none of them. */
  readonly namedByPolicies?: () => Promise<ReadonlySet<string>> | ReadonlySet<string>;
  readonly now?: () => number;
  /** bcrypt's cost, as its power of two. */
  readonly rounds?: number;
}

/** The identity of a running node. */
export interface Identity {
  readonly gate: Gate;
  readonly routes: readonly Route[];
  /** The first account, when this start made it. */
  readonly made: MadeOperator | null;
  close(): Promise<void>;
}

/** @throws DataMindError `CONFIG_INVALID` for a weak password of the first account in production, or a key that opens nothing */
export const openIdentity = async (store: Store, options: IdentityOptions): Promise<Identity> => {
  const { auth, operator, encryptionKeys, trail, now = Date.now, rounds = passwordRounds, oidc = null } = options;
  const { namedByPolicies = () => new Set<string>(), registration = 'invite' } = options;
  const mode = auth ?? ((await store.read((db) => db.exists(users))) ? 'required' : 'local');
  const passwords = createPasswords(rounds);
  try {
    const sealer = createSealer(encryptionKeys);
    const keys = createKeyRing(store, sealer, now, accessTokenSeconds * 1000);
    // A wrong encryption key is told at the start and not to whoever logs in first.
    if (mode === 'required') await keys.current();
    const tokens = createAccessTokens(keys, now);
    const made = mode === 'required' ? await makeFirstOperator(store, passwords, trail, operator, now) : null;
    const guard = createLoginGuard(store, now);
    const services = { store, trail, tokens, keys, passwords, guard, now };
    // Its library is loaded where it is used.
    const external =
      oidc === null
        ? []
        : (await import('./oidc-routes.js')).createOidcRoutes(services, { settings: oidc, sealer, namedByPolicies });
    return {
      gate: createGate(mode, tokens, createCallerReader(store, now), trail),
      routes: [
        ...createAccountRoutes(services),
        ...external,
        ...createRegistrationRoutes(services, { registration, namedByPolicies }),
        ...createUserRoutes(services),
        ...createGroupRoutes(services),
        ...createWorkspaceRoutes(services),
        ...createSecurityRoutes(services),
        ...createAuditRoutes(store),
      ],
      made,
      close: () => passwords.close(),
    };
  } catch (error) {
    await passwords.close();
    throw error;
  }
};

import { randomBytes } from 'node:crypto';
import bcrypt from 'bcryptjs';
import { createLogger } from '../../core/logging/create-logger.js';
import { createSealer } from '../../core/secrets/create-sealer.js';
import {
  type ConnectionsOptions,
  openConnections,
  type OpenConnections,
  type RunningConnections,
} from '../../src/connections/open-connections.js';
import type { GovernedExecutor } from '../../src/pipeline/execute.js';
import type { ServerParts } from '../../src/start-server.js';
import { createMemoryTrail, type MemoryTrail } from '../../src/audit/memory-trail.js';
import type { AuditTrail } from '../../src/audit/trail.js';
import type { Role } from '../../src/identity/access.js';
import { type Identity, type IdentityOptions, openIdentity } from '../../src/identity/open-identity.js';
import { withProjects } from '../../src/projects/project-views.js';
import { withDrafts } from '../../src/connections/drafted-models.js';
import { createIntelligenceRoutes } from '../../src/intelligence/routes.js';
import { openJobs } from '../../src/jobs/open-jobs.js';
import { createJobRoutes } from '../../src/jobs/routes.js';
import { memberships, users, workspaces } from '../../src/identity/store.js';
import type { Route } from '../../src/api/route.js';
import type { Engine } from '../../src/store/engine.js';
import { newId } from '../../src/store/new-id.js';
import type { Subject } from '../../core/subject/subject.js';
import { createModelCompiler } from '../../src/models/create-model-compiler.js';
import { createLlmKeyRoutes } from '../../src/llm/routes.js';
import { createPolicyChangeRoutes } from '../../src/policies/change-routes.js';
import { createProjectRoutes } from '../../src/projects/routes.js';
import { openStore } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { stageExecutor, startTestServer, type TestServer } from '../api/start-test-server.js';
import { ask, type Asked } from '../api/request.js';
import { createPlace } from '../store/store-places.js';

export const password = 'correct horse battery staple';
const passwordHash = bcrypt.hashSync(password, 4);

export interface TestIdentity {
  readonly store: Store;
  readonly connections: RunningConnections;
  readonly identity: Identity;
  /** Routes of all that is kept in the store. */
  readonly kept: readonly Route[];
  readonly trail: MemoryTrail;
  readonly server: TestServer;
  readonly encryptionKeys: readonly Buffer[];
  /** Adds somebody who logs in with {@link password}. @returns the id */
  add(username: string, places: Readonly<Record<string, Role>>, over?: { operator?: boolean }): Promise<string>;
  addWorkspace(id: string): Promise<void>;
  /** @returns the header of a new session */
  login(username: string): Promise<{ readonly authorization: string }>;
  /** @returns the header of a new service token of the default workspace */
  token(name: string, over: object): Promise<{ readonly authorization: string }>;
  ask(method: string, path: string, asked?: Asked): ReturnType<typeof ask>;
  close(): Promise<void>;
}

export interface StartOptions extends Partial<IdentityOptions> {
  readonly trustedProxies?: readonly string[];
  readonly connecting?: Partial<ConnectionsOptions>;
  /** Reaches the databases; one that answers from memory when absent. */
  readonly openExecutor?: (connections: OpenConnections) => Promise<GovernedExecutor>;
  readonly server?: Partial<ServerParts>;
  /** Of the default workspace's model. */
  readonly files?: Readonly<Record<string, string>>;
}

const textsOf = (files: ReadonlyMap<string, { readonly text: string }>): ReadonlyMap<string, string> =>
  new Map([...files].map(([name, { text }]) => [name.replace(/^\./, ''), text]));

/** A server with accounts, on a store of its own; the operator is `root`. */
export const startIdentity = async (
  engine: Engine,
  {
    trustedProxies = [],
    connecting = {},
    openExecutor = async () => stageExecutor(),
    server: parts = {},
    files = { 'orders.yaml': 'entity: orders\n' },
    ...over
  }: StartOptions = {},
  openTrail?: (store: Store) => AuditTrail,
): Promise<TestIdentity> => {
  const { place, remove } = await createPlace[engine]();
  const store = await openStore(place, { log: createLogger({ level: 'silent' }) });
  const memory = createMemoryTrail(5_000);
  const trail = { ...memory, ...openTrail?.(store) };
  const encryptionKeys = [randomBytes(32)];
  const identity = await openIdentity(store, {
    auth: 'required',
    operator: { email: 'root@example.com', password, production: true },
    encryptionKeys,
    trail,
    rounds: 4,
    ...over,
  });
  const connections = await openConnections(store, {
    sealer: createSealer(encryptionKeys),
    trail,
    log: createLogger({ level: 'silent' }),
    permitted: 'allow',
    files: null,
    probeMs: 0,
    ...connecting,
  });
  const executor = await openExecutor(connections);
  let running: TestServer | undefined;
  const served = connections.serve(executor, () => running!.all);
  const jobRoutes = createJobRoutes({ store, trail, now: Date.now, wake: () => undefined });
  const models = { of: (workspace: string) => server.all.of(workspace) };
  const policyRoutes = createPolicyChangeRoutes({ models, store, trail, now: Date.now });
  const sealer = connecting.sealer ?? createSealer(encryptionKeys);
  const log = createLogger({ level: 'silent' });
  const keyed = [{ name: 'claude', title: 'Anthropic', model: 'claude-x', place: 'anthropic https://api.example.com' }];
  const llmKeyRoutes = createLlmKeyRoutes({ store, trail, sealer, log, models: keyed, now: Date.now });
  const projectRoutes = createProjectRoutes({ models, store, trail, now: Date.now });
  // What stands in for a compiler knows no drafts.
  const draftsAlone = {
    modelFor: async (subject: Subject) =>
      (
        await createModelCompiler().compile({
          files: textsOf(await connections.drafts.filesFor(subject)),
          findings: [],
        })
      ).model!,
  };
  const profileRoutes = createIntelligenceRoutes({
    ...{ store, trail, executor, now: Date.now, wake: () => undefined },
    models: () =>
      parts.compiler === undefined ? draftsAlone : withProjects(withDrafts(running!.all, connections.drafts), store),
    connections: served.services,
    jobs: openJobs(store, { log, leaseMs: 5_000 }),
  });
  const kept = [
    ...profileRoutes,
    ...identity.routes,
    ...jobRoutes,
    ...served.routes,
    ...policyRoutes,
    ...llmKeyRoutes,
    ...projectRoutes,
  ];
  const server: TestServer = await startTestServer(files, executor, {
    gate: identity.gate,
    kept,
    store,
    trustedProxies,
    drafts: connections.drafts,
    ...parts,
  });
  running = server;
  const login: TestIdentity['login'] = async (username) => {
    const { status, body, text } = await ask(server.url, 'POST', '/api/v1/auth/login', {
      body: { username, password },
    });
    if (status !== 200) throw new Error(text);
    return { authorization: `Bearer ${body.access_token}` };
  };
  let operator: ReturnType<typeof login> | undefined;
  return {
    store,
    identity,
    kept,
    connections: served,
    trail,
    server,
    encryptionKeys,
    add: async (username, places, { operator = false } = {}) => {
      const id = newId();
      await store.transaction(async (db) => {
        await db.insert(users, {
          id,
          username,
          email: `${username}@example.com`,
          name: username,
          passwordHash,
          passwordChangedAt: 0,
          status: 'active',
          operator,
          createdAt: 0,
          version: 1,
        });
        for (const [workspaceId, role] of Object.entries(places)) {
          await db.insert(memberships, { workspaceId, userId: id, role, createdAt: Date.now() });
        }
      });
      return id;
    },
    addWorkspace: (id) =>
      store.transaction((db) => db.insert(workspaces, { id, name: id, createdAt: Date.now(), version: 1 })),
    login,
    token: async (name, over) => {
      operator ??= login('root');
      const made = await ask(server.url, 'POST', '/api/v1/security/service-tokens', {
        headers: await operator,
        body: { name, role: 'viewer', scopes: ['query:run'], ...over },
      });
      if (made.status !== 201) throw new Error(made.text);
      return { authorization: `Bearer ${made.body.token}` };
    },
    ask: (method, path, asked) => ask(server.url, method, path, asked),
    close: async () => {
      await server.close();
      await served.close();
      await executor.stop();
      await identity.close();
      await store.close();
      await remove();
    },
  };
};

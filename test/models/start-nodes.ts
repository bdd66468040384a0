/** Servers over one ontology folder and one store, each as a process of its own would be: the shop of a few rows behind it. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import bcrypt from 'bcryptjs';
import Sqlite from 'better-sqlite3';
import type { PluginKind } from '../../core/plugin/contract.js';
import { createMemoryTrail, type MemoryTrail } from '../../src/audit/memory-trail.js';
import type { Role } from '../../src/identity/access.js';
import { openIdentity } from '../../src/identity/open-identity.js';
import { memberships, userAttributes, users, workspaces } from '../../src/identity/store.js';
import { metricEditor } from '../../src/metrics/edit-metric.js';
import type { WorkspaceModels } from '../../src/models/workspace-models.js';
import { openProject } from '../../src/open-project.js';
import { createMemoryLedger } from '../../src/pipeline/group-ledger.js';
import { createPolicyChangeRoutes } from '../../src/policies/change-routes.js';
import { namedUsers } from '../../src/policies/named-users.js';
import { createProjectRoutes } from '../../src/projects/routes.js';
import { startServer } from '../../src/start-server.js';
import type { Engine } from '../../src/store/engine.js';
import { newId } from '../../src/store/new-id.js';
import type { Store } from '../../src/store/store.js';
import { type Asked, ask } from '../api/request.js';
import { shopStatements, shopYaml } from '../semantic/policy/guarded-shop.js';
import { createPlace } from '../store/store-places.js';

const password = 'correct horse battery staple';
const passwordHash = bcrypt.hashSync(password, 4);

export interface ModelNode {
  readonly url: string;
  readonly store: Store;
  readonly models: WorkspaceModels;
  readonly trail: MemoryTrail;
  /** @param user who asks, with a session of its own */
  ask(
    user: string,
    method: string,
    path: string,
    asked?: Asked & { readonly workspace?: string },
  ): ReturnType<typeof ask>;
}

export interface ModelNodes {
  readonly nodes: readonly ModelNode[];
  /** Where the default workspace's model is. */
  readonly ontology: string;
  /** What `plugins.config.json` and the home are in. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** One more node on the same store. */
  start(): Promise<ModelNode>;
  close(): Promise<void>;
}

export interface Person {
  readonly places: Readonly<Record<string, Role>>;
  readonly attributes?: Readonly<Record<string, string | number | readonly string[]>>;
}

export interface NodeOptions {
  readonly count?: number;
  readonly others?: readonly string[];
  /** Of plugins besides connectors. */
  readonly kinds?: readonly PluginKind[];
}

export const startNodes = async (
  engine: Engine,
  people: Readonly<Record<string, Person>>,
  { count = 2, others = ['north'], kinds = [] }: NodeOptions = {},
): Promise<ModelNodes> => {
  const folder = mkdtempSync(join(tmpdir(), 'datamind-nodes-'));
  const ontology = join(folder, 'ontology');
  mkdirSync(ontology);
  writeFileSync(join(ontology, 'shop.yaml'), shopYaml);
  const database = new Sqlite(join(folder, 'shop.sqlite'));
  for (const statement of shopStatements) database.exec(statement);
  database.close();
  const config = join(folder, 'plugins.config.json');
  const plugins = [{ use: 'datamind/plugins/connectors/sqlite', as: 'shop', config: { path: './shop.sqlite' } }];
  writeFileSync(config, JSON.stringify({ plugins, connections: { default: 'shop' } }));
  const { place, remove } = await createPlace[engine]();
  const env: Record<string, string> = {
    DATAMIND_HOME: place.engine === 'sqlite' ? join(place.file, '..') : join(folder, 'home'),
    ...(place.engine === 'postgres' && { DATABASE_URL: place.url }),
  };
  const encryptionKeys = [randomBytes(32)];
  const closing: (() => Promise<void>)[] = [];

  const start = async (): Promise<ModelNode> => {
    const project = openProject({ config, ontology, env, logLevel: 'silent' });
    const store = await project.openStore();
    const trail = createMemoryTrail();
    const models = await project.openModels(store);
    const identity = await openIdentity(store, {
      auth: 'required',
      operator: { email: 'root@example.com', password, production: true },
      encryptionKeys,
      trail,
      rounds: 4,
      registration: 'open',
      namedByPolicies: () => namedUsers(store, models),
    });
    const executor = await project.openExecutor(null, { trail, ledger: createMemoryLedger() }, kinds);
    await models.folder.refresh();
    const { log, compiler, settings } = project;
    const keeping = { models, store, trail, now: Date.now };
    const kept = [...identity.routes, ...createPolicyChangeRoutes(keeping), ...createProjectRoutes(keeping)];
    const server = await startServer(
      {
        ...{ executor, models, compiler, editor: metricEditor, gate: identity.gate, trail, kept, log, store },
        ...{ version: '0', maxRows: settings.maxRows, cacheTtlSeconds: 60, cacheBytes: 1e6 },
      },
      0,
      '127.0.0.1',
    );
    closing.push(async () => {
      models.close();
      await server.close(200);
      await executor.stop();
      await identity.close();
      await store.close();
    });
    const sessions = new Map<string, Promise<string>>();
    const login = async (username: string): Promise<string> => {
      const { body, text } = await ask(server.url, 'POST', '/api/v1/auth/login', { body: { username, password } });
      if (body?.access_token === undefined) throw new Error(text);
      return `Bearer ${body.access_token}`;
    };
    return {
      url: server.url,
      store,
      models,
      trail,
      ask: async (user, method, path, { workspace, headers = {}, ...rest } = {}) => {
        const session = sessions.get(user) ?? login(user);
        sessions.set(user, session);
        const authorization = await session;
        const place: Record<string, string> = workspace === undefined ? {} : { 'X-Workspace-Id': workspace };
        return ask(server.url, method, `/api/v1/${path}`, {
          ...rest,
          headers: { ...headers, authorization, ...place },
        });
      },
    };
  };

  const nodes: ModelNode[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.reverse()) await end();
    await remove();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (let at = 0; at < count; at += 1) nodes.push(await start());
    await nodes[0]!.store.transaction(async (db) => {
      for (const id of others) await db.insert(workspaces, { id, name: id, createdAt: Date.now(), version: 1 });
      for (const [username, { places, attributes = {} }] of Object.entries(people)) {
        const id = newId();
        await db.insert(users, {
          ...{ id, username, email: `${username}@example.com`, name: username, passwordHash, passwordChangedAt: 0 },
          ...{ status: 'active', operator: false, createdAt: 0, version: 1 },
        });
        for (const [workspaceId, role] of Object.entries(places)) {
          await db.insert(memberships, { workspaceId, userId: id, role, createdAt: Date.now() });
          for (const [name, value] of Object.entries(attributes)) {
            await db.insert(userAttributes, { workspaceId, userId: id, name, value });
          }
        }
      }
    });
  } catch (error) {
    await close();
    throw error;
  }
  return { nodes, ontology, folder, env, start, close };
};

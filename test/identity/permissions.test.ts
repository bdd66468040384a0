import { Agent, createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createLogger } from '../../core/logging/create-logger.js';
import { createApp } from '../../src/api/create-app.js';
import type { Route } from '../../src/api/route.js';
import { type Access, type Role, roles, type Scope, scopes } from '../../src/identity/access.js';
import { createRoutes } from '../../src/start-server.js';
import { ask } from '../api/request.js';
import { folderModels } from '../api/folder-models.js';
import { stageExecutor, standInCompiler } from '../api/start-test-server.js';
import { isLong, partOf } from '../property/part-of.js';
import { permissionMatrix } from './permission-matrix.js';
import { startIdentity, type TestIdentity } from './start-identity.js';

const spelled = (access: Access): string =>
  typeof access === 'string' ? access : `${access.role} ${access.scope ?? 'people'}`;

/** Who knocks, and which rows of the matrix let them in. */
interface Visitor {
  readonly user: string | null;
  readonly workspace?: string;
  /** A service token with this role and these scopes instead of a person. */
  readonly token?: { readonly role: Role; readonly scopes: readonly Scope[] };
  /** The status of a refusal, by the row of the matrix; 200 where none is. */
  readonly meets: (row: string) => number;
}

const rank = ['viewer', 'analyst', 'admin'];
const member =
  (role: string, { operator = false } = {}) =>
  (row: string): number => {
    if (['public', 'optional', 'signed-in'].includes(row)) return 200;
    if (row === 'operator') return operator ? 200 : 403;
    const [needed = ''] = row.split(' ');
    return rank.indexOf(role) < rank.indexOf(needed) ? 403 : 200;
  };
const stranger = (operator: boolean) => (row: string) => {
  if (['public', 'optional', 'signed-in'].includes(row)) return 200;
  return row === 'operator' && operator ? 200 : 403;
};
const refusedWith = (status: number) => (row: string) => {
  if (row === 'public' || row === 'optional') return 200;
  return status;
};

const program =
  (role: string, given: readonly string[]) =>
  (row: string): number => {
    if (row === 'public' || row === 'optional') return 200;
    const [needed = '', scope = ''] = row.split(' ');
    if (row === 'signed-in' || row === 'operator' || scope === 'people') return 403;
    return rank.indexOf(role) >= rank.indexOf(needed) && given.includes(scope) ? 200 : 403;
  };

const programs: Readonly<Record<string, Visitor>> = Object.fromEntries(
  roles.flatMap((role) =>
    [...scopes.map((scope) => [scope]), [...scopes]].map((given) => [
      `a service token: ${role}, ${given.length === 1 ? given[0] : 'every scope'}`,
      { user: null, token: { role, scopes: given }, meets: program(role, given) },
    ]),
  ),
);

const visitors: Readonly<Record<string, Visitor>> = {
  ...programs,
  nobody: { user: null, meets: refusedWith(401) },
  viewer: { user: 'vi', meets: member('viewer') },
  analyst: { user: 'an', meets: member('analyst') },
  admin: { user: 'ad', meets: member('admin') },
  operator: { user: 'root', meets: member('admin', { operator: true }) },
  'member of nothing': { user: 'no', meets: stranger(false) },
  'operator who is a member of nothing': { user: 'op', meets: stranger(true) },
  'admin of another workspace, in it': { user: 'el', meets: member('admin') },
  'admin of another workspace, who asks for the default one': {
    user: 'el',
    workspace: 'default',
    meets: refusedWith(403),
  },
  'admin, who asks for another workspace': { user: 'ad', workspace: 'elsewhere', meets: refusedWith(403) },
  'admin, who asks for a workspace that is not there': { user: 'ad', workspace: 'nowhere', meets: refusedWith(403) },
};

/**
 * The routes that a visitor tries. Tokens of single scopes, most of the visitors, meet the same check at each route: in
 * the short run one tries what its scope lets it do, and every sixth of the rest, which are others for each token.
 */
const triedBy = (nth: number, { token }: Visitor, routes: readonly Route[]): readonly Route[] => {
  const [scope, ...more] = token?.scopes ?? [];
  if (isLong || scope === undefined || more.length > 0) return routes;
  return routes.filter(
    ({ operation }, at) => permissionMatrix[operation]?.endsWith(` ${scope}`) || (at + nth) % 6 === 0,
  );
};

/**
 * Under the address of a workspace visitors repeat what they meet elsewhere. In the short run tokens of single scopes stay
 * away, and of the others each tries a third of the routes, which are not the next one's; the long run asks all.
 */
const repeated = Object.entries(visitors).filter(
  ([, { token }]) => isLong || token === undefined || token.scopes.length === scopes.length,
);

describe('permissions', function () {
  this.timeout(60_000);
  let at: TestIdentity;
  let routes: readonly Route[];
  let server: Server;
  let url: string;
  // Ten thousand requests: a connection for each would cost more than they do.
  const agent = new Agent({ keepAlive: true });
  let serial = 0;

  before(async () => {
    at = await startIdentity('sqlite', {
      oidc: {
        issuer: 'https://id.example.com',
        clientId: 'x',
        clientSecret: null,
        redirectUri: 'https://bi.example.com/api/v1/auth/oidc/callback',
        scopes: 'openid',
        groupsClaim: 'groups',
        role: null,
      },
    });
    await at.addWorkspace('elsewhere');
    await at.add('vi', { default: 'viewer' });
    await at.add('an', { default: 'analyst' });
    await at.add('ad', { default: 'admin' });
    await at.add('no', {});
    await at.add('op', {}, { operator: true });
    await at.add('el', { elsewhere: 'admin' });
    const log = createLogger({ level: 'silent' });
    const real = createRoutes({
      executor: stageExecutor(),
      models: folderModels('/nowhere', standInCompiler, log),
      compiler: standInCompiler,
      editor: { read: () => undefined, write: (text) => text },
      gate: at.identity.gate,
      trail: at.trail,
      store: at.store,
      kept: at.kept,
      log,
      version: '0',
      maxRows: 1,
      cacheTtlSeconds: 1,
      cacheBytes: 1,
    });
    // What a handler would do is not asked here, only whether it is reached.
    routes = real.map(({ body: _, query: __, shortcut: ___, ...route }) => ({
      ...route,
      handle: () => ({ json: { reached: route.operation } }),
    }));
    server = createServer(createApp({ routes, gate: at.identity.gate, log }));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    agent.destroy();
    server?.close();
    await at?.close();
  });

  it('of every route are written down, and nothing else is', () => {
    const found = Object.fromEntries(routes.map(({ operation, access }) => [operation, spelled(access)]));
    expect(found).to.deep.equal(permissionMatrix);
  });

  for (const [nth, [who, visitor]] of Object.entries(visitors).entries()) {
    const { user, workspace, token, meets } = visitor;
    it(`let ${who} in where the matrix says so`, async () => {
      const headers = {
        ...(user !== null && (await at.login(user))),
        ...(token !== undefined && (await at.token(`robot-${serial++}`, token))),
        ...(workspace !== undefined && { 'X-Workspace-Id': workspace }),
      };
      const wrong: string[] = [];
      for (const { method, path, operation } of triedBy(nth, visitor, routes)) {
        const address = path.replaceAll(/\{\w+\}/g, 'x');
        const { status, body } = await ask(url, method.toUpperCase(), address, { headers, agent });
        const expected = meets(permissionMatrix[operation] ?? 'no row');
        const reached = body?.reached as unknown;
        if (status !== expected || (status === 200) !== (reached === operation)) {
          wrong.push(`${operation}: ${status} instead of ${expected}`);
        }
      }
      expect(wrong).to.deep.equal([]);
    });
  }

  for (const [nth, [who, { user, workspace, token, meets }]] of repeated.entries()) {
    it(`are the same for ${who} at addresses under the workspace`, async () => {
      const headers = {
        ...(user !== null && (await at.login(user))),
        ...(token !== undefined && (await at.token(`robot-${serial++}`, token))),
      };
      const place = workspace ?? (user === 'el' ? 'elsewhere' : 'default');
      const wrong: string[] = [];
      for (const { method, path, operation, access } of partOf(routes, 3, nth)) {
        if (typeof access === 'string' || !path.startsWith('/api/v1/')) continue;
        const address = path.replace('/api/v1/', `/api/v1/workspaces/${place}/`).replaceAll(/\{\w+\}/g, 'x');
        const { status } = await ask(url, method.toUpperCase(), address, { headers, agent });
        const expected = meets(permissionMatrix[operation] ?? 'no row');
        if (status !== expected) wrong.push(`${operation}: ${status} instead of ${expected}`);
      }
      expect(wrong).to.deep.equal([]);
    });
  }

  it('refuse a request that names two workspaces', async () => {
    const headers = { ...(await at.login('ad')), 'X-Workspace-Id': 'elsewhere' };
    const { status } = await ask(url, 'GET', '/api/v1/workspaces/default/entities', { headers });
    expect(status).to.equal(400);
  });

  it('say the same of a workspace that is not there as of one that is not yours', async () => {
    const headers = await at.login('ad');
    const [foreign, missing] = await Promise.all(
      ['elsewhere', 'nowhere'].map((workspace) =>
        at.ask('GET', '/api/v1/entities', { headers: { ...headers, 'X-Workspace-Id': workspace } }),
      ),
    );
    const told = ({ status, body }: NonNullable<typeof foreign>) => [status, body.code, body.detail, body.hint];
    expect(told(foreign!)).to.deep.equal(told(missing!));
  });
});

import { expect } from 'chai';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Schema } from '../../src/api/route.js';
import { withDefinitions } from '../../src/api/schemas.js';
import { insightId } from '../../src/intelligence/service.js';
import { profiles } from '../../src/intelligence/store.js';
import { tables } from '../../src/store/schema.js';
import { readyProfile } from '../intelligence/ready-profile.js';
import { deadJob } from '../jobs/dead-job.js';
import { password, startIdentity, type TestIdentity } from './start-identity.js';

type Headers = Readonly<Record<string, string>>;

/** What a call needs to be right. */
interface Stage {
  readonly root: Headers;
  /** A user of nobody else's, and its session. */
  readonly user: string;
  readonly session: Headers;
  readonly sessionId: string;
  readonly refresh: string;
  readonly group: string;
  readonly token: string;
  readonly range: string;
  readonly workspace: string;
  readonly policy: string;
  readonly invitation: { readonly id: string; readonly token: string; readonly email: string };
  /** One that is dead. */
  readonly job: string;
  readonly connection: string;
  readonly project: string;
  readonly nth: number;
}

interface Change {
  readonly path?: (stage: Stage) => Readonly<Record<string, string>>;
  readonly body?: (stage: Stage) => unknown;
  /** Who calls; the operator when absent. */
  readonly as?: (stage: Stage) => Headers;
  /** What the audit has of it. */
  readonly writes: readonly string[];
}

const ofUser = ({ user }: Stage) => ({ id: user });
const ofGroup = ({ group }: Stage) => ({ id: group });
const ofWorkspace = ({ workspace }: Stage) => ({ id: workspace });
const ofJob = ({ job }: Stage) => ({ id: job });
const ofConnection = ({ connection }: Stage) => ({ id: connection });
const ofProject = ({ project }: Stage) => ({ id: project });
const itself = ({ session }: Stage) => session;
const ofPolicy = ({ policy }: Stage) => ({ name: policy });
const nobody = () => ({});

const newConfig = { host: 'db.example.com', database: 'shop', user: 'ada', password: 'a-secret-of-hers' };

/** A right call of each route that changes something. A route that is not here fails the test. */
const changes: Readonly<Record<string, Change>> = {
  login: { as: nobody, body: () => ({ username: 'root', password }), writes: ['session.login'] },
  refreshTokens: { as: nobody, body: ({ refresh }) => ({ refresh_token: refresh }), writes: ['session.refresh'] },
  logout: { as: itself, writes: ['session.logout'] },
  changePassword: {
    as: itself,
    body: () => ({ current_password: password, new_password: 'another sentence of my own' }),
    writes: ['user.password'],
  },
  register: {
    as: nobody,
    body: ({ invitation }) => ({ email: invitation.email, password, invitation: invitation.token }),
    writes: ['user.register', 'session.login'],
  },
  acceptInvitation: {
    as: itself,
    body: ({ invitation }) => ({ invitation: invitation.token }),
    writes: ['member.add'],
  },
  invite: { body: () => ({ email: 'guest@example.com' }), writes: ['user.invite'] },
  withdrawInvitation: { path: ({ invitation }) => ({ id: invitation.id }), writes: ['user.invite'] },
  changeOwnUser: { as: itself, body: () => ({ name: 'Another' }), writes: ['user.change'] },
  createUser: { body: ({ nth }) => ({ email: `new${nth}@example.com` }), writes: ['user.create'] },
  changeUser: { path: ofUser, body: () => ({ name: 'Another' }), writes: ['user.change'] },
  deleteUser: { path: ofUser, writes: ['user.delete'] },
  assignRole: { path: ofUser, body: () => ({ role: 'admin' }), writes: ['user.assign'] },
  resetPassword: { path: ofUser, writes: ['user.password'] },
  unlockUser: { path: ofUser, writes: ['user.unlock'] },
  replaceUserGroups: { path: ofUser, body: ({ group }) => ({ groups: [group] }), writes: ['user.assign'] },
  replaceUserAttributes: { path: ofUser, body: () => ({ attributes: { a: 1 } }), writes: ['user.change'] },
  createGroup: { body: ({ nth }) => ({ name: `another ${nth}` }), writes: ['group.create'] },
  changeGroup: { path: ofGroup, body: () => ({ description: 'Another.' }), writes: ['group.change'] },
  deleteGroup: { path: ofGroup, writes: ['group.delete'] },
  addGroupMember: { path: ofGroup, body: ({ user }) => ({ user_id: user }), writes: ['group.join'] },
  removeGroupMember: { path: ({ group }) => ({ id: group, user_id: 'member' }), writes: ['group.leave'] },
  createProject: { body: ({ nth }) => ({ name: `another ${nth}` }), writes: ['project.create'] },
  changeProject: { path: ofProject, body: () => ({ description: 'Another.' }), writes: ['project.change'] },
  deleteProject: { path: ofProject, writes: ['project.delete'] },
  addProjectMember: { path: ofProject, body: ({ user }) => ({ user_id: user }), writes: ['project.change'] },
  removeProjectMember: { path: ({ project }) => ({ id: project, user_id: 'member' }), writes: ['project.change'] },
  addProjectGroup: { path: ofProject, body: ({ group }) => ({ group_id: group }), writes: ['project.change'] },
  removeProjectGroup: {
    path: ({ project, group }) => ({ id: project, group_id: group }),
    writes: ['project.change'],
  },
  createWorkspace: { body: ({ nth }) => ({ name: `Another ${nth}` }), writes: ['workspace.create'] },
  renameWorkspace: { path: ofWorkspace, body: ({ nth }) => ({ name: `Renamed ${nth}` }), writes: ['workspace.change'] },
  deleteWorkspace: { path: ofWorkspace, writes: ['workspace.delete'] },
  addMember: { path: ofWorkspace, body: ({ user }) => ({ user_id: user }), writes: ['member.add'] },
  changeMember: {
    path: ({ user }) => ({ id: 'default', user_id: user }),
    body: () => ({ role: 'analyst' }),
    writes: ['member.change'],
  },
  removeMember: { path: ({ user }) => ({ id: 'default', user_id: user }), writes: ['member.remove'] },
  revokeSession: { path: ({ sessionId }) => ({ id: sessionId }), as: itself, writes: ['session.revoke'] },
  addIpRestriction: { body: ({ nth }) => ({ range: `10.${nth}.0.0/16` }), writes: ['setting.change'] },
  removeIpRestriction: { path: ({ range }) => ({ id: range }), writes: ['setting.change'] },
  createServiceToken: {
    body: ({ nth }) => ({ name: `robot-${nth}`, role: 'viewer', scopes: ['model:read'] }),
    writes: ['token.create'],
  },
  revokeServiceToken: { path: ({ token }) => ({ id: token }), writes: ['token.revoke'] },
  rotateKeys: { writes: ['key.rotate'] },
  setLlmKey: {
    path: () => ({ provider: 'claude' }),
    body: () => ({ key: 'a-secret-of-hers' }),
    writes: ['setting.change'],
  },
  removeLlmKey: { path: () => ({ provider: 'claude' }), writes: ['setting.change'] },
  createPolicy: {
    body: ({ nth }) => ({ name: `of_${nth}`, for: 'everyone', on: 'orders' }),
    writes: ['policy.create'],
  },
  createRowPolicy: {
    body: ({ nth }) => ({ name: `rows_${nth}`, for: 'everyone', entity: 'orders', rows: true }),
    writes: ['policy.create'],
  },
  createColumnPolicy: {
    body: ({ nth }) => ({ name: `columns_${nth}`, entity: 'orders', columns: ['amount'], deny: true }),
    writes: ['policy.create'],
  },
  replacePolicy: { path: ofPolicy, body: () => ({ for: 'everyone', on: 'orders' }), writes: ['policy.change'] },
  replaceRowPolicy: {
    path: ofPolicy,
    body: ({ policy }) => ({ name: policy, for: 'everyone', entity: 'orders', rows: true }),
    writes: ['policy.change'],
  },
  replaceColumnPolicy: {
    path: ofPolicy,
    body: ({ policy }) => ({ name: policy, entity: 'orders', columns: ['amount'], deny: true }),
    writes: ['policy.change'],
  },
  changePolicy: { path: ofPolicy, body: () => ({ label: 'Another' }), writes: ['policy.change'] },
  deletePolicy: { path: ofPolicy, writes: ['policy.delete'] },
  deleteRowPolicy: { path: ofPolicy, writes: ['policy.delete'] },
  deleteColumnPolicy: { path: ofPolicy, writes: ['policy.delete'] },
  retryJob: { path: ofJob, writes: ['job.retry'] },
  deleteJob: { path: ofJob, writes: ['job.delete'] },
  createConnection: {
    body: ({ nth }) => ({ name: `another${nth}`, type: 'postgres', config: newConfig }),
    writes: ['connection.create'],
  },
  createConnectionFromUrl: {
    body: ({ nth }) => ({ name: `url${nth}`, url: 'postgresql://ada:a-secret-of-hers@db.example.com/shop' }),
    writes: ['connection.create'],
  },
  testConnectionSettings: {
    body: () => ({ type: 'postgres', config: { ...newConfig, host: '127.0.0.1' } }),
    writes: ['connection.test'],
  },
  changeConnection: { path: ofConnection, body: () => ({ description: 'Another.' }), writes: ['connection.change'] },
  deleteConnection: { path: ofConnection, writes: ['connection.delete'] },
  testConnection: { path: ofConnection, writes: ['connection.test'] },
  shareConnection: {
    path: ofConnection,
    body: ({ user }) => ({ user, permission: 'chat' }),
    writes: ['connection.share'],
  },
  reanalyzeConnection: { path: ofConnection, writes: ['connection.analyse'] },
  describeInsight: {
    path: ({ connection }) => ({ connection, id: insightId(connection, { schema: null, name: 'staged' }) }),
    body: () => ({ description: 'What is on the stage.' }),
    writes: ['connection.describe'],
  },
  publishConnection: { path: ofConnection, writes: ['connection.publish'] },
  unshareConnectionWithGroup: {
    path: ({ connection, group }) => ({ id: connection, group }),
    writes: ['connection.share'],
  },
  unshareConnection: { path: ({ connection }) => ({ id: connection, user: 'member' }), writes: ['connection.share'] },
};

/** What a right call of a route reads of the stage: only that is made for it. */
const needsOf = ({ path, body, as }: Change): ReadonlySet<string> => {
  const needs = new Set<string>();
  const reader = new Proxy({} as Stage, {
    get: (_, name) => {
      needs.add(String(name));
      return '';
    },
  });
  for (const read of [path, body, as]) read?.(reader);
  return needs;
};

/** Counts, keys that were looked for, and what is found out about connections change without anybody's doing. */
const unwatched = ['epochs', 'login_failures', 'connection_states', 'connection_catalogues'];

describe('what changes accounts', function () {
  this.timeout(120_000);
  let at: TestIdentity;
  let root: Headers;
  let nth = 0;
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': true } });
  const routes = () => at.kept;
  const mutating = () => routes().filter(({ method }) => method !== 'get');
  before(async () => {
    at = await startIdentity('sqlite');
    root = await at.login('root');
    // So that the operator may come from here, whatever other ranges there are.
    await at.ask('POST', '/api/v1/security/ip-restrictions', { headers: root, body: { range: '127.0.0.1' } });
    await at.ask('POST', '/api/v1/security/ip-restrictions', { headers: root, body: { range: '::1' } });
  });
  after(() => at.close());

  const made = async (path: string, body: object, headers = root) => {
    const answer = await at.ask('POST', `/api/v1/${path}`, { headers, body });
    expect(answer.status, answer.text).to.equal(201);
    return answer.body;
  };
  /** Everything that a right call needs, new for each. */
  const stage = async (operation: string, needs = needsOf(changes[operation]!)): Promise<Stage> => {
    nth += 1;
    const when = async (needed: boolean, make: () => Promise<unknown>): Promise<string> =>
      needed ? String(await make()) : '';
    const username = `user${nth}`;
    const user = await at.add(username, { default: 'viewer' });
    const { body } = await at.ask('POST', '/api/v1/auth/login', { body: { username, password } });
    const session = { authorization: `Bearer ${body.access_token}` };
    const group = await when(needs.has('group'), async () => (await made('groups', { name: `group ${nth}` })).id);
    if (operation === 'removeGroupMember')
      await at.ask('POST', `/api/v1/groups/${group}/members`, { headers: root, body: { user_id: user } });
    const workspace = await when(
      needs.has('workspace') || needs.has('invitation'),
      async () => (await made('workspaces', { name: `Workspace ${nth}` })).id,
    );
    const email = operation === 'acceptInvitation' ? `${username}@example.com` : `invited${nth}@example.com`;
    const invitation = needs.has('invitation')
      ? await made('invitations', { email }, { ...root, 'X-Workspace-Id': workspace })
      : {};
    const robot = { name: `token-${nth}`, role: 'viewer', scopes: ['model:read'] };
    const token = await when(needs.has('token'), async () => (await made('security/service-tokens', robot)).id);
    const connection = await when(
      needs.has('connection'),
      async () => (await made('connections', { name: `shop${nth}`, type: 'postgres', config: newConfig })).id,
    );
    if (operation === 'describeInsight') {
      await at.ask('GET', `/api/v1/connections/${connection}/schema`, { headers: root });
      await at.store.transaction((db) => db.insert(profiles, readyProfile(connection, 'staged')));
    }
    if (operation === 'publishConnection')
      await at.ask('GET', `/api/v1/connections/${connection}/schema`, { headers: root });
    if (operation === 'unshareConnectionWithGroup') {
      const body = { group, permission: 'view' };
      await at.ask('POST', `/api/v1/connections/${connection}/shares`, { headers: root, body });
    }
    if (operation === 'unshareConnection') {
      const body = { user, permission: 'view' };
      await at.ask('POST', `/api/v1/connections/${connection}/shares`, { headers: root, body });
    }
    if (operation === 'removeLlmKey') {
      const body = { key: 'a-secret-of-hers' };
      await at.ask('PUT', '/api/v1/settings/llm-keys/claude', { headers: root, body });
    }
    const project = await when(
      needs.has('project'),
      async () => (await made('projects', { name: `project ${nth}` })).id,
    );
    if (operation === 'removeProjectMember')
      await at.ask('POST', `/api/v1/projects/${project}/members`, { headers: root, body: { user_id: user } });
    if (operation === 'removeProjectGroup')
      await at.ask('POST', `/api/v1/projects/${project}/groups`, { headers: root, body: { group_id: group } });
    const range = await when(
      needs.has('range'),
      async () => (await made('security/ip-restrictions', { range: `172.16.${nth}.0/24` })).id,
    );
    const changesPolicy = /^(replace|change|delete)\w*Policy$/.test(operation);
    const policy = changesPolicy ? `policy_${nth}` : '';
    if (changesPolicy) await made('policies', { name: policy, for: 'everyone', on: 'orders' });
    const job = await when(needs.has('job'), () => deadJob(at.store));
    const own = await at.ask('GET', '/api/v1/security/sessions', { headers: session });
    return {
      root,
      user,
      session,
      sessionId: (own.body.data as unknown as { id: string }[])[0]!.id,
      refresh: String(body.refresh_token),
      group,
      token,
      range,
      workspace,
      connection,
      project,
      invitation: { id: String(invitation.id), token: String(invitation.token), email },
      job,
      policy,
      nth,
    };
  };
  const call = async (operation: string, staged: Stage) => {
    const { path, body, as } = changes[operation]!;
    const route = routes().find((one) => one.operation === operation)!;
    const params = path?.(staged) ?? {};
    const address = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      params[name]!.replace(/^member$/, staged.user),
    );
    const headers =
      as?.(staged) ?? (operation === 'withdrawInvitation' ? { ...root, 'X-Workspace-Id': staged.workspace } : root);
    return at.ask(route.method.toUpperCase(), address, { headers, ...(body !== undefined && { body: body(staged) }) });
  };
  const contents = async (): Promise<string> => {
    const rows: Record<string, unknown> = {};
    for (const table of tables) {
      if (unwatched.includes(table.options.name)) continue;
      rows[table.options.name] = await at.store.read((db) => db.find(table));
    }
    return JSON.stringify(rows);
  };

  it('is all here', () => {
    expect(mutating().map(({ operation }) => operation)).to.have.members(Object.keys(changes));
    // What only reads changes nothing, so its method says so.
    expect(routes().filter(({ method }) => method === 'get').length).to.be.greaterThan(10);
  });

  for (const [operation, { writes }] of Object.entries(changes)) {
    it(`${operation}: is in the audit, and does not happen when that cannot be written`, async () => {
      const broken = await stage(operation);
      const before = await contents();
      const { begin } = at.trail;
      const trail = at.trail as { begin: unknown };
      trail.begin = async () => {
        throw new Error('the disk is full');
      };
      const refused = await call(operation, broken).finally(() => {
        trail.begin = begin;
      });
      expect(refused.status, refused.text).to.equal(500);
      expect(await contents()).to.equal(before);

      const staged = await stage(operation);
      const written = at.trail.entries().length;
      const answer = await call(operation, staged);
      expect(answer.status, answer.text).to.be.within(200, 204);
      const entries = at.trail.entries().slice(written);
      expect(entries.map(({ intent }) => intent.action)).to.deep.equal(writes);
      for (const { intent, outcome } of entries) {
        expect([outcome?.result, intent.origin]).to.deep.equal(['done', '127.0.0.1']);
        const told = JSON.stringify([intent, outcome]);
        expect(told)
          .not.to.contain('a-secret-of-hers')
          .and.not.to.contain(password)
          .and.not.to.match(/@example|dm[rsi]_|Bearer|\$2b\$/);
      }
      const route = routes().find((one) => one.operation === operation)!;
      const schema = route.responses[answer.status]?.content?.['application/json'];
      expect(schema === undefined).to.equal(answer.text === '');
      if (schema !== undefined) holds(schema, answer.body);
    });
  }

  const holds = (schema: Schema, body: unknown): void => {
    const check = ajv.compile(withDefinitions(schema));
    expect(check(body), ajv.errorsText(check.errors)).to.equal(true);
  };

  it('is read as the schemas say', async () => {
    const staged = await stage(
      'removeGroupMember',
      new Set(['group', 'workspace', 'invitation', 'token', 'connection', 'project', 'range', 'job']),
    );
    const params: Readonly<Record<string, string>> = {
      '/api/v1/groups/{id}': staged.group,
      '/api/v1/groups/{id}/members': staged.group,
      '/api/v1/workspaces/{id}': staged.workspace,
      '/api/v1/workspaces/{id}/members': staged.workspace,
      '/api/v1/jobs/{id}': staged.job,
      '/api/v1/projects/{id}': staged.project,
      '/api/v1/projects/{id}/members': staged.project,
      '/api/v1/projects/{id}/groups': staged.project,
      '/api/v1/connections/{id}': staged.connection,
      '/api/v1/connections/{id}/schema': staged.connection,
      '/api/v1/connections/{id}/draft': staged.connection,
      '/api/v1/connections/{id}/shares': staged.connection,
      '/api/v1/system/connections/{id}/status': staged.connection,
    };
    for (const { method, path, operation, responses } of routes()) {
      if (method !== 'get') continue;
      const address = path
        .replace('{id}', params[path] ?? staged.user)
        .replace('{connection}', staged.connection)
        .replace('{name}', 'sales');
      const { status, body, text } = await at.ask('GET', address, { headers: root });
      expect(status, `${operation}: ${text}`).to.equal(200);
      holds(responses[200]!.content!['application/json']!, body);
    }
  });
});

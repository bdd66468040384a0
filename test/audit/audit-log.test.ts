import { expect } from 'chai';
import { createLogger } from '../../core/logging/create-logger.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import { auditFiles, openAudit } from '../../src/audit/open-audit.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startIdentity, type TestIdentity } from '../identity/start-identity.js';

const path = '/api/v1/security/audit-log';

describe('the audit over HTTP', () => {
  let at: TestIdentity;
  const home = mkdtempSync(join(tmpdir(), 'datamind-audit-log-'));
  before(async () => {
    at = await startIdentity('sqlite', {}, (store) =>
      openAudit(store, {
        files: auditFiles(home, null),
        log: createLogger({ level: 'silent' }),
        redact: createRedactor([]),
      }),
    );
    await at.addWorkspace('north');
    await at.add('na', { north: 'admin' });
    await at.add('vi', { default: 'viewer' });
  });
  after(async () => {
    await at?.close();
    rmSync(home, { recursive: true, force: true });
  });
  const list = async (headers: Readonly<Record<string, string>>, query = '') => {
    const { status, body } = await at.ask('GET', `${path}${query}`, { headers });
    const data = (body.data ?? []) as unknown as {
      action: string;
      user: string;
      workspace: string;
      result: string;
      target: string;
      code: string;
      origin: string;
    }[];
    return { status, code: body.code, actions: data.map(({ action, result }) => `${action} ${result}`), data };
  };

  it('shows an admin what was done in the workspace, and nothing of others', async () => {
    const root = await at.login('root');
    const na = await at.login('na');
    await at.ask('POST', '/api/v1/groups', { headers: root, body: { name: 'ours' } });
    await at.ask('POST', '/api/v1/groups', { headers: root, body: { name: 'ours' } });
    await at.ask('POST', '/api/v1/groups', { headers: na, body: { name: 'theirs' } });
    expect((await list(na)).actions).to.deep.equal(['group.create done']);
    expect((await list(root, '?action=group.create')).actions).to.deep.equal([
      'group.create failed',
      'group.create done',
    ]);
    expect((await list(root, '?result=failed')).actions).to.deep.equal(['group.create failed']);
    expect((await list(root, '?user=na')).actions).to.deep.equal([]);
    expect((await list(root, '?from=2100-01-01T00:00:00Z')).actions).to.deep.equal([]);
    expect((await list(root, '?action=nothing')).status).to.equal(400);
  });

  it('shows logins and all workspaces to the operator, and who failed to nobody', async () => {
    await at.ask('POST', '/api/v1/auth/login', { body: { username: 'my password', password: 'my name' } });
    const root = await at.login('root');
    const all = await list(root, '?everywhere=true&limit=1000');
    expect(all.actions).to.include.members([
      'session.login done',
      'session.login denied',
      'user.create done',
      'group.create done',
    ]);
    expect(new Set(all.data.map(({ workspace }) => workspace))).to.include.keys('*', 'default', 'north');
    expect(JSON.stringify(all.data)).not.to.contain('my password').and.not.to.contain('my name');
    const refused = await list(await at.login('na'), '?everywhere=true');
    expect([refused.status, refused.code]).to.deep.equal([403, 'FORBIDDEN']);
    const vi = await at.login('vi');
    expect((await list(vi)).status).to.equal(403);
    // A refusal is in it too, with who, what and why.
    const denied = (await list(root, '?action=access.deny')).data;
    expect(denied.map(({ user, target, code, origin }) => [user, target, code, origin])).to.deep.equal([
      ['vi', 'listAuditLog', 'FORBIDDEN', '127.0.0.1'],
    ]);
  });
});

import { networkInterfaces } from 'node:os';
import { expect } from 'chai';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createMemoryTrail } from '../../src/audit/memory-trail.js';
import { localGate } from '../../src/identity/gate.js';
import { readSettings } from '../../src/settings/settings.js';
import { createLogger } from '../../core/logging/create-logger.js';
import { openIdentity } from '../../src/identity/open-identity.js';
import { type ServerParts, startServer } from '../../src/start-server.js';
import { folderModels } from '../api/folder-models.js';
import { stageExecutor, standInCompiler } from '../api/start-test-server.js';
import { startIdentity, type TestIdentity } from './start-identity.js';

describe('who is asked for a token', () => {
  const secret = 'correct horse battery staple';
  const rows: readonly [env: Readonly<Record<string, string>>, auth: 'required' | null | 'refused'][] = [
    [{}, null],
    [{ HOST: '::1' }, null],
    [{ HOST: '0.0.0.0' }, 'required'],
    [{ HOST: '::' }, 'required'],
    [{ HOST: '192.168.1.7' }, 'required'],
    [{ HOST: 'bi.example.com' }, 'required'],
    [{ NODE_ENV: 'production' }, 'required'],
    [{ DATAMIND_ADMIN_EMAIL: 'a@example.com' }, 'required'],
    [{ DATAMIND_ADMIN_PASSWORD: secret }, 'required'],
    [{ DATAMIND_AUTH: 'required' }, 'required'],
    [{ DATAMIND_AUTH: 'local', HOST: '0.0.0.0' }, 'refused'],
    [{ DATAMIND_AUTH: 'local', NODE_ENV: 'production' }, 'refused'],
    [{ DATAMIND_AUTH: 'off' }, 'refused'],
  ];
  for (const [env, auth] of rows) {
    it(`${JSON.stringify(env)}: ${auth ?? 'whoever comes from elsewhere, and all once there are accounts'}`, () => {
      if (auth === 'refused') expect(() => readSettings(env)).to.throw(DataMindError, /DATAMIND_AUTH must be/);
      else expect(readSettings(env).auth).to.equal(auth);
    });
  }
});

const parts = (): ServerParts => {
  const log = createLogger({ level: 'silent' });
  return {
    executor: stageExecutor(),
    models: folderModels('/nowhere', standInCompiler, log),
    compiler: standInCompiler,
    editor: { read: () => undefined, write: (text: string) => text },
    gate: localGate,
    trail: createMemoryTrail(),
    log,
    version: '0',
    maxRows: 1,
    cacheTtlSeconds: 1,
    cacheBytes: 1,
  };
};

describe('local mode', () => {
  let at: TestIdentity;
  before(async () => {
    at = await startIdentity('sqlite', { auth: 'local' });
  });
  after(() => at.close());

  it('serves whoever sits at this machine as an admin, and makes no account', async () => {
    const { status, body } = await at.ask('GET', '/api/v1/auth/me');
    expect([status, body.username, body.role, body.workspace]).to.deep.equal([200, 'local', 'admin', 'default']);
    expect(at.identity.made).to.equal(null);
  });

  it('takes no token that is not valid for the local admin', async () => {
    for (const authorization of ['Bearer x', 'Bearer a.b.c', 'Basic cm9vdA==', '']) {
      const { status } = await at.ask('GET', '/api/v1/entities', { headers: { authorization } });
      expect(status, authorization).to.equal(401);
    }
  });

  const elsewhere: readonly [what: string, headers: Readonly<Record<string, string>>][] = [
    ['another name of this machine', { host: 'bi.example.com' }],
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['a proxy: X-Forwarded-For', { 'x-forwarded-for': '127.0.0.1' }],
    ['a proxy: Forwarded', { forwarded: 'for=203.0.113.9' }],
    ['a proxy: Via', { via: '1.1 proxy' }],
    ['a proxy: X-Real-IP', { 'x-real-ip': '203.0.113.9' }],
    ['a proxy: X-Forwarded-Host', { 'x-forwarded-host': 'localhost' }],
  ];
  for (const [what, headers] of elsewhere) {
    it(`refuses ${what}`, async () => {
      const { status, body } = await at.ask('GET', '/api/v1/entities', { headers });
      expect([status, body.code]).to.deep.equal([403, 'FORBIDDEN']);
    });
  }

  it('never listens on an address that other machines reach', async () => {
    const address = Object.values(networkInterfaces())
      .flat()
      .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
    for (const host of ['0.0.0.0', '::', ...(address === undefined ? [] : [address])]) {
      const error = await startServer(parts(), 0, host).catch((thrown) => thrown);
      expect(error, host).to.be.instanceOf(DataMindError).and.have.property('code', 'CONFIG_INVALID');
    }
  });

  it('asks for tokens from the next start on, once there are accounts', async () => {
    await at.add('ana', { default: 'admin' });
    const options = { operator: { email: null, password: null, production: false }, encryptionKeys: at.encryptionKeys };
    const again = await openIdentity(at.store, { auth: null, ...options, trail: at.trail, rounds: 4 });
    expect(again.gate.mode).to.equal('required');
    // Somebody must be able to come in.
    expect(again.made).to.include({ email: 'admin@localhost', username: 'admin' });
    expect(again.made?.password).to.match(/^[\w-]{20}$/);
    await again.close();
  });
});

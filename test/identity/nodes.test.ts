import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createLogger } from '../../core/logging/create-logger.js';
import { createMemoryTrail } from '../../src/audit/memory-trail.js';
import { type Identity, openIdentity } from '../../src/identity/open-identity.js';
import { invitations, loginFailures, refreshTokens, sessions, signingKeys } from '../../src/identity/store.js';
import { sweepExpired } from '../../src/identity/sweep-expired.js';
import { readSettings } from '../../src/settings/settings.js';
import { openStore } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { ask } from '../api/request.js';
import { stageExecutor, startTestServer, type TestServer } from '../api/start-test-server.js';
import { createPlace, engines, type TestPlace } from '../store/store-places.js';
import { password } from './start-identity.js';

interface Node {
  readonly store: Store;
  readonly identity: Identity;
  readonly server: TestServer;
  close(): Promise<void>;
}

for (const engine of engines) {
  describe(`two nodes on one store, on ${engine}`, function () {
    this.timeout(60_000);
    let at: TestPlace;
    const nodes: Node[] = [];
    let clock = 0;
    const older = randomBytes(32);
    const newer = randomBytes(32);
    const start = async (encryptionKeys: readonly Buffer[]): Promise<Node> => {
      const store = await openStore(at.place, { log: createLogger({ level: 'silent' }) });
      const identity = await openIdentity(store, {
        auth: 'required',
        operator: { email: 'root@example.com', password, production: true },
        encryptionKeys,
        trail: createMemoryTrail(),
        rounds: 4,
        now: () => clock,
      }).catch(async (error) => {
        await store.close();
        throw error;
      });
      const parts = { gate: identity.gate, kept: identity.routes };
      const server = await startTestServer({ 'orders.yaml': 'entity: orders\n' }, stageExecutor(), parts);
      const node = {
        store,
        identity,
        server,
        close: async () => {
          await server.close();
          await identity.close();
          await store.close();
        },
      };
      nodes.push(node);
      return node;
    };
    before(async () => {
      clock = Date.now();
      at = await createPlace[engine]();
      await Promise.all([start([older]), start([older])]);
    });
    after(async () => {
      for (const node of nodes) await node.close();
      await at.remove();
    });
    const login = async (node: Node): Promise<Readonly<Record<string, string>>> => {
      const { status, body, text } = await ask(node.server.url, 'POST', '/api/v1/auth/login', {
        body: { username: 'root', password },
      });
      expect(status, text).to.equal(200);
      return { authorization: `Bearer ${body.access_token}` };
    };
    const works = async (node: Node, headers: Readonly<Record<string, string>>): Promise<number> =>
      (await ask(node.server.url, 'GET', '/api/v1/auth/me', { headers })).status;

    it('make one account and one key when they start together', async () => {
      expect(nodes.filter(({ identity }) => identity.made !== null).length).to.equal(1);
      expect(await nodes[0]!.store.read((db) => db.count(signingKeys))).to.equal(1);
    });

    it('take each other’s tokens, and know at once what the other one ends', async () => {
      const [one, two] = nodes as [Node, Node];
      const headers = await login(one);
      expect([await works(one, headers), await works(two, headers)]).to.deep.equal([200, 200]);
      await ask(two.server.url, 'POST', '/api/v1/auth/logout', { headers });
      expect([await works(one, headers), await works(two, headers)]).to.deep.equal([401, 401]);
    });

    it('rotate keys while serving, without a failed request', async () => {
      const [one, two] = nodes as [Node, Node];
      const before = await login(one);
      const rotated = await ask(one.server.url, 'POST', '/api/v1/security/keys/rotate', { headers: before });
      expect(rotated.status, rotated.text).to.equal(200);
      // The other node signs with the old one until it looks, and takes the new one at once.
      const after = await login(one);
      clock += 2_000;
      for (const node of [one, two])
        expect([await works(node, before), await works(node, after)]).to.deep.equal([200, 200]);
      const kid = (headers: Readonly<Record<string, string>>) =>
        JSON.parse(Buffer.from(headers.authorization!.replace(/^Bearer |\..*/g, ''), 'base64url').toString())
          .kid as string;
      expect(kid(after)).to.equal(rotated.body.key_id).and.not.to.equal(kid(before));
      expect(await works(two, await login(two))).to.equal(200);
      clock += 31_000;
      expect(kid(await login(two))).to.equal(rotated.body.key_id);
      // When its last token has expired the old key verifies nothing.
      clock += 16 * 60_000;
      for (const node of [one, two]) expect(await works(node, before)).to.equal(401);
      clock = Date.now();
    });

    it('change the encryption key one after another, and then give the old one up', async () => {
      await expectRefused(() => start([newer]));
      const third = await start([newer, older]);
      const headers = await login(third);
      expect(await works(nodes[0]!, headers)).to.equal(200);
      const { status } = await ask(third.server.url, 'POST', '/api/v1/security/keys/rotate', { headers });
      expect(status).to.equal(200);
      const fourth = await start([newer]);
      expect(await works(fourth, headers)).to.equal(200);
    });

    const expectRefused = async (work: () => Promise<unknown>): Promise<void> => {
      const error = await work().catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(DataMindError).and.include({ code: 'CONFIG_INVALID' });
      expect((error as DataMindError).details.hint).to.contain('ENCRYPTION_KEY');
    };

    it('forget what has been over for a while, and nothing else', async () => {
      const { store } = nodes[0]!;
      const headers = await login(nodes[0]!);
      await ask(nodes[0]!.server.url, 'POST', '/api/v1/invitations', { headers, body: { email: 'x@example.com' } });
      await ask(nodes[0]!.server.url, 'POST', '/api/v1/auth/login', { body: { username: 'x', password: 'y' } });
      const count = () =>
        store.read(async (db) => [
          await db.count(sessions),
          await db.count(refreshTokens),
          await db.count(invitations),
          await db.count(loginFailures),
        ]);
      const before = await count();
      await sweepExpired(store, Date.now());
      expect(await count()).to.deep.equal(before);
      expect(await works(nodes[0]!, headers)).to.equal(200);
      await sweepExpired(store, Date.now() + 8 * 24 * 3_600_000);
      expect(await count()).to.deep.equal([before[0], 0, before[2], 0]);
      await sweepExpired(store, Date.now() + 60 * 24 * 3_600_000);
      expect(await count()).to.deep.equal([0, 0, 0, 0]);
    });
  });
}

describe('a start in production', () => {
  const production = { NODE_ENV: 'production' };
  const rows: readonly [env: Readonly<Record<string, string>>, says: RegExp][] = [
    [{ ENCRYPTION_KEY: 'changeme' }, /ENCRYPTION_KEY must be 32 random bytes.*openssl rand/],
    [{ ENCRYPTION_KEY: '0'.repeat(64) }, /ENCRYPTION_KEY must be 32 random bytes/],
    [{ DATABASE_URL: 'postgresql://datamind:datamind@db/datamind' }, /DATABASE_URL has a password that everybody/],
    [{ DATABASE_URL: 'postgresql://x:postgres@db/datamind' }, /DATABASE_URL has a password that everybody/],
    [{ DB_HOST: 'db', DB_USER: 'shop', DB_PASSWORD: 'Shop' }, /DATABASE_URL has a password that everybody/],
    [{ DATAMIND_AUTH: 'local' }, /DATAMIND_AUTH must be "required"/],
  ];
  for (const [env, says] of rows) {
    it(`is refused with ${JSON.stringify(env)}, and no secret is repeated`, () => {
      expect(() => readSettings({ ...production, ...env })).to.throw(DataMindError, says);
      for (const value of Object.values(env).filter((text) => text.length > 10)) {
        expect(() => readSettings({ ...production, ...env })).not.to.throw(value);
      }
    });
  }
  it('takes secrets that were drawn at random', () => {
    const env = { ENCRYPTION_KEY: randomBytes(32).toString('base64'), DATABASE_URL: 'postgresql://u:k3nT-9xVq@db/x' };
    expect(readSettings({ ...production, ...env }).production).to.equal(true);
  });

  for (const weak of ['changeme', 'admin12345', 'password123', 'root@example.com']) {
    it(`is refused with the password ${weak} for the first account, and is not on a machine of one's own`, async () => {
      const { place, remove } = await createPlace.sqlite();
      const store = await openStore(place, { log: createLogger({ level: 'silent' }) });
      const encryptionKeys = [randomBytes(32)];
      const open = (inProduction: boolean) =>
        openIdentity(store, {
          auth: 'required',
          operator: { email: 'root@example.com', password: weak, production: inProduction },
          encryptionKeys,
          trail: createMemoryTrail(),
          rounds: 4,
        });
      try {
        const error = await open(true).catch((thrown: unknown) => thrown);
        expect(error).to.be.instanceOf(DataMindError).and.include({ code: 'CONFIG_INVALID' });
        expect((error as Error).message)
          .to.contain('DATAMIND_ADMIN_PASSWORD')
          .and.not.to.contain(weak);
        const own = await open(false);
        expect(own.made).to.include({ email: 'root@example.com', password: null });
        await own.close();
      } finally {
        await store.close();
        await remove();
      }
    });
  }
});

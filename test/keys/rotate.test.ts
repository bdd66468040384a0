/** Keys are rotated while servers run: what was sealed before opens all along, and afterwards nothing needs the old key. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createLogger } from '../../core/logging/create-logger.js';
import { createSealer } from '../../core/secrets/create-sealer.js';
import { createMemoryTrail } from '../../src/audit/memory-trail.js';
import { createConnectionReader, sealPurpose } from '../../src/connections/read-connections.js';
import { createAddressGuard } from '../../src/connections/address-guard.js';
import { openConnections } from '../../src/connections/open-connections.js';
import { connections } from '../../src/connections/store.js';
import { newId } from '../../src/store/new-id.js';
import { signingKeys } from '../../src/identity/store.js';
import { addKey, keyFile, retireKeys } from '../../src/keys/key-file.js';
import { assertKeys, resealSecrets } from '../../src/keys/sealed-secrets.js';
import { openEnvironment } from '../../src/settings/open-environment.js';
import { startIdentity, type TestIdentity } from '../identity/start-identity.js';
import { listening, makeSmallProject, runProgram, type SmallProject, startProgram } from '../e2e/small-project.js';
import { ask } from '../api/request.js';
import { engines } from '../store/store-places.js';

const config = { host: 'db.example.com', database: 'shop', user: 'ada', password: 'a-secret-of-hers' };

for (const engine of engines) {
  describe(`the keys of secrets, kept on ${engine}`, function () {
    this.timeout(60_000);
    let at: TestIdentity;
    let folder: string;
    let file: string;
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'datamind-keys-'));
      file = join(folder, 'encryption-key');
      const keys = keyFile(file);
      const sealer = createSealer(keys);
      at = await startIdentity(engine, { encryptionKeys: keys as never, connecting: { sealer } });
    });
    afterEach(async () => {
      await at.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const make = async (name: string, headers: Readonly<Record<string, string>>) => {
      const body = { name, type: 'postgres', config };
      const { status, text } = await at.ask('POST', '/api/v1/connections', { headers, body });
      expect(status, text).to.equal(201);
    };
    const sealedWith = async (): Promise<ReadonlySet<string>> => {
      const rows = await at.store.read((db) => db.find(connections));
      const signing = await at.store.read((db) => db.find(signingKeys));
      const sealed = [...rows.map((row) => row.sealed), ...signing.map((row) => row.secret)];
      return new Set(sealed.map((text) => text.split('.')[1]!));
    };

    it('are rotated under a server that goes on', async () => {
      const root = await at.login('root');
      await make('shop', root);
      const own = createSealer(keyFile(file));
      await at.store.transaction(async (db) => {
        const [row] = await db.find(connections);
        for (let nth = 1; nth < 120; nth += 1) {
          const id = newId();
          const sealed = own.seal(own.open(row!.sealed, sealPurpose(row!.id)), sealPurpose(id));
          await db.insert(connections, { ...row!, id, name: `shop${nth}`, sealed });
        }
      });
      const before = await sealedWith();
      expect(before.size).to.equal(1);
      addKey(file);
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      const batches: number[] = [];
      const sealer = createSealer(keyFile(file));
      const { changed, all } = await resealSecrets(at.store, sealer, (done) => void batches.push(done));
      expect([changed, all]).to.deep.equal([121, 121]);
      expect(batches.length).to.be.greaterThan(2);
      const after = await sealedWith();
      expect([after.size, [...after].some((id) => before.has(id))]).to.deep.equal([1, false]);
      // The server seals with the new key, opens what it has, and its sessions live.
      await make('later', root);
      expect(await sealedWith()).to.deep.equal(after);
      expect(retireKeys(file)).to.equal(1);
      await assertKeys(at.store, createSealer(keyFile(file)));
      const guard = createAddressGuard([]);
      const reader = createConnectionReader({
        store: at.store,
        sealer: createSealer(keyFile(file)),
        guard,
        files: null,
      });
      for (const row of await at.store.read((db) => db.find(connections))) {
        expect(reader.open(row).secrets).to.deep.equal({ '/password': config.password });
      }
      await at.login('root');
    });

    it('are told apart at the start: a wrong one is an error that says so', async () => {
      await make('shop', await at.login('root'));
      const wrong = createSealer([randomBytes(32)]);
      const options = {
        sealer: wrong,
        trail: createMemoryTrail(),
        log: createLogger({ level: 'silent' }),
        permitted: [],
        files: null,
      };
      const failure = await openConnections(at.store, options).catch((error: Error) => error);
      expect(String(failure)).to.contain('not the one that sealed').and.contain('1 of 1 connections');
      const [row] = await at.store.read((db) => db.find(connections));
      expect(() => wrong.open(row!.sealed, `connection/${row!.id}`)).to.throw(/a key that is not here/);
      // A row that was moved opens for nobody.
      const right = createSealer(keyFile(file));
      expect(() => right.open(row!.sealed, 'connection/another')).to.throw(/altered or moved/);
    });
  });
}

describe('datamind keys', function () {
  this.timeout(90_000);
  let project: SmallProject;
  before(async () => {
    project = await makeSmallProject();
  });
  after(() => project?.remove());

  it('rotate: seals all anew beside a running server, which opens what is new', async () => {
    const home = join(project.folder, 'home');
    const env = { DATAMIND_HOME: home, PORT: '0', DATAMIND_AUTH: 'local' };
    const server = startProgram(project.folder, ['serve', '-c', project.config, '-o', project.ontology], env);
    try {
      const url = await listening(server);
      const body = { name: 'made', type: 'postgres', config };
      const made = await ask(url, 'POST', '/api/v1/connections', { body });
      expect(made.status, made.text).to.equal(201);
      const key = readFileSync(join(home, 'encryption-key'), 'utf8').trim();
      const rotated = await runProgram(project.folder, ['keys', 'rotate', '--retire', '--json'], { env });
      expect(rotated.code, rotated.err).to.equal(0);
      expect(JSON.parse(rotated.out)).to.deep.equal({ changed: 1, all: 1, retired: 1 });
      expect(readFileSync(join(home, 'encryption-key'), 'utf8')).not.to.contain(key);
      const id = String(made.body.id);
      const patched = await ask(url, 'PATCH', `/api/v1/connections/${id}`, {
        body: { config: { applicationName: 'x' } },
      });
      expect(patched.status, patched.text).to.equal(200);
    } finally {
      server.kill('SIGTERM');
      await new Promise((resolve) => server.once('exit', resolve));
    }
  });

  it('encrypt: seals a value that the environment then has in clear nowhere', async () => {
    const home = join(project.folder, 'other');
    const sealed = await runProgram(project.folder, ['keys', 'encrypt'], {
      env: { DATAMIND_HOME: home },
      input: 'a-secret-of-hers\n',
    });
    expect(sealed.code, sealed.err).to.equal(0);
    const value = sealed.out.trim();
    expect(value)
      .to.match(/^enc:s1\./)
      .and.not.contain('secret');
    const env = { DATAMIND_HOME: home, OIDC_CLIENT_SECRET: value, PORT: '80' };
    expect(openEnvironment(env)).to.deep.equal({ ...env, OIDC_CLIENT_SECRET: 'a-secret-of-hers' });
    const wrong = { ...env, ENCRYPTION_KEY: randomBytes(32).toString('base64') };
    expect(() => openEnvironment(wrong)).to.throw('does not open OIDC_CLIENT_SECRET');
  });
});

import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { expect } from 'chai';
import { createSealer } from '../../core/secrets/create-sealer.js';
import { sessions, signingKeys, users } from '../../src/identity/store.js';
import { countUp } from '../../src/store/epochs.js';
import { startIdentity, type TestIdentity } from './start-identity.js';

type Part = Readonly<Record<string, unknown>>;

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decoded = (text: string): Part => JSON.parse(Buffer.from(text, 'base64url').toString()) as Part;

const digests: Readonly<Record<string, string>> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' };

/** A JWT by hand: no library's opinion is in it. */
const forge = (header: Part, payload: Part, key: Buffer | string): string => {
  const text = `${encoded(header)}.${encoded(payload)}`;
  const digest = digests[header.alg as string] ?? 'sha256';
  return `${text}.${createHmac(digest, key).update(text).digest('base64url')}`;
};

describe('access tokens', () => {
  let at: TestIdentity;
  let good: string;
  let header: Part;
  let payload: Part;
  let secret: Buffer;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const now = (): number => Math.floor(Date.now() / 1000);

  before(async () => {
    at = await startIdentity('sqlite');
    good = (await at.login('root')).authorization.replace('Bearer ', '');
    const [first = '', second = ''] = good.split('.');
    header = decoded(first);
    payload = decoded(second);
    const [key] = await at.store.read((db) => db.find(signingKeys));
    secret = createSealer(at.encryptionKeys).open(key!.secret, `signing-key/${key!.id}`);
  });
  after(() => at.close());

  const status = async (authorization: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
    (await at.ask('GET', '/api/v1/auth/me', { headers: { authorization, ...headers } })).status;

  it('that are good are taken, also when made by hand with the right key', async () => {
    expect(await status(`Bearer ${good}`)).to.equal(200);
    expect(await status(`bearer ${good}`)).to.equal(200);
    expect(await status(`Bearer ${forge(header, payload, secret)}`)).to.equal(200);
  });

  const forged: readonly (readonly [what: string, make: () => string])[] = [
    ['no algorithm', () => `${encoded({ ...header, alg: 'none' })}.${encoded(payload)}.`],
    ['no algorithm, in capitals', () => `${encoded({ ...header, alg: 'NONE' })}.${encoded(payload)}.`],
    [
      'no algorithm, with the old signature',
      () => `${encoded({ ...header, alg: 'none' })}.${good.split('.').slice(1).join('.')}`,
    ],
    ['no signature', () => good.split('.').slice(0, 2).join('.')],
    ['an empty signature', () => `${good.split('.').slice(0, 2).join('.')}.`],
    ['half a signature', () => good.slice(0, -20)],
    ['another signature', () => `${good.slice(0, -4)}${good.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`],
    [
      'another user in the payload',
      () => [encoded(header), encoded({ ...payload, sub: 'somebody' }), good.split('.')[2]].join('.'),
    ],
    ['a key of nobody', () => forge(header, payload, randomBytes(32))],
    ['an empty key', () => forge(header, payload, '')],
    ['its key id as the key', () => forge(header, payload, String(header.kid))],
    ['an unknown key id', () => forge({ ...header, kid: 'other' }, payload, secret)],
    ['a path for a key id', () => forge({ ...header, kid: '../../../../dev/null' }, payload, '')],
    ['a statement for a key id', () => forge({ ...header, kid: "' or '1'='1" }, payload, secret)],
    ['no key id', () => forge({ ...header, kid: undefined }, payload, secret)],
    [
      'a key of its own in the header',
      () => forge({ ...header, kid: undefined, jwk: { kty: 'oct', k: encoded('k') } }, payload, 'k'),
    ],
    [
      'a key address in the header',
      () => forge({ ...header, kid: 'x', jku: 'https://evil.example/keys' }, payload, 'k'),
    ],
    ['HS384', () => forge({ ...header, alg: 'HS384' }, payload, secret)],
    ['HS512', () => forge({ ...header, alg: 'HS512' }, payload, secret)],
    [
      'RS256, signed by a key of its own',
      () => {
        const text = `${encoded({ ...header, alg: 'RS256' })}.${encoded(payload)}`;
        return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
      },
    ],
    [
      'RS256 for HS256: a public key as the secret',
      () => forge(header, payload, publicKey.export({ type: 'spki', format: 'pem' }) as string),
    ],
    ['another type', () => forge({ ...header, typ: 'JWT' }, payload, secret)],
    ['no type', () => forge({ ...header, typ: undefined }, payload, secret)],
    [
      'a time that is over',
      () => forge(header, { ...payload, iat: now() - 900, nbf: now() - 900, exp: now() - 1 }, secret),
    ],
    ['a time that has not come', () => forge(header, { ...payload, nbf: now() + 60 }, secret)],
    ['no end', () => forge(header, { ...payload, exp: undefined }, secret)],
    ['an end that is a text', () => forge(header, { ...payload, exp: '9999999999' }, secret)],
    ['a long life', () => forge(header, { ...payload, exp: now() + 86_400 }, secret)],
    ['another audience', () => forge(header, { ...payload, aud: 'other-api' }, secret)],
    ['no audience', () => forge(header, { ...payload, aud: undefined }, secret)],
    ['another issuer', () => forge(header, { ...payload, iss: 'evil' }, secret)],
    ['no issuer', () => forge(header, { ...payload, iss: undefined }, secret)],
    ['nobody', () => forge(header, { ...payload, sub: undefined }, secret)],
    ['a user who is a list', () => forge(header, { ...payload, sub: [payload.sub] }, secret)],
    ['a user who is not there', () => forge(header, { ...payload, sub: 'nobody' }, secret)],
    ['no session', () => forge(header, { ...payload, sid: undefined }, secret)],
    ['a session that is not there', () => forge(header, { ...payload, sid: 'none' }, secret)],
    ['a text', () => 'let-me-in'],
    ['three dots', () => '...'],
    ['two tokens', () => `${good} ${good}`],
    ['ten thousand letters', () => `${'a'.repeat(5000)}.${'a'.repeat(5000)}.${'a'.repeat(43)}`],
  ];
  it(`are tried in ${forged.length} forged ways`, () => expect(forged.length).to.be.greaterThan(30));
  for (const [what, make] of forged) {
    it(`with ${what} are refused`, async () => {
      const answer = await at.ask('GET', '/api/v1/auth/me', { headers: { authorization: `Bearer ${make()}` } });
      expect([answer.status, answer.body.code]).to.deep.equal([401, 'UNAUTHENTICATED']);
      expect(answer.headers['www-authenticate']).to.match(/^Bearer/);
      // Nobody learns what was wrong with it.
      expect(answer.body.detail).to.equal('The access token is not valid, or not any more.');
    });
  }

  it('are looked for in the Authorization header only', async () => {
    expect((await at.ask('GET', '/api/v1/auth/me')).status).to.equal(401);
    expect((await at.ask('GET', `/api/v1/auth/me?access_token=${good}`)).status).to.equal(401);
    expect(await status(`Basic ${Buffer.from(`root:${good}`).toString('base64')}`)).to.equal(401);
    expect((await at.ask('GET', '/api/v1/auth/me', { headers: { cookie: `access_token=${good}` } })).status).to.equal(
      401,
    );
  });

  it('of another session, another user, an ended session and a disabled user are dead with the next request', async () => {
    const ana = await at.add('ana', { default: 'viewer' });
    const bo = await at.add('bo', { default: 'viewer' });
    const anas = await at.login('ana');
    const bos = await at.login('bo');
    expect([await status(anas.authorization), await status(bos.authorization)]).to.deep.equal([200, 200]);
    const claims = decoded(anas.authorization.split('.')[1]!);
    expect(await status(`Bearer ${forge(header, { ...claims, sub: bo }, secret)}`)).to.equal(401);
    await at.store.transaction(async (db) => {
      await db.update(sessions, { userId: ana }, { endedAt: Date.now(), endedBy: 'revoked' });
      await countUp(db, 'identity');
    });
    expect([await status(anas.authorization), await status(bos.authorization)]).to.deep.equal([401, 200]);
    await at.store.transaction(async (db) => {
      await db.update(users, { id: bo }, { status: 'disabled' });
      await countUp(db, 'identity');
    });
    expect(await status(bos.authorization)).to.equal(401);
  });
});

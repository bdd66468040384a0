import { expect } from 'chai';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { normalRange, within } from '../../src/identity/address-ranges.js';
import { startIdentity, type TestIdentity } from './start-identity.js';

const path = '/api/v1/security/ip-restrictions';

describe('where a workspace may be used from', () => {
  const rows: readonly [ranges: readonly string[], address: string | null, inside: boolean][] = [
    [[], '203.0.113.9', true],
    [[], null, true],
    [['192.0.2.0/24'], '192.0.2.255', true],
    [['192.0.2.0/24'], '192.0.3.0', false],
    [['192.0.2.0/24'], null, false],
    [['192.0.2.0/24'], 'somewhere', false],
    [['192.0.2.7'], '192.0.2.7', true],
    [['192.0.2.7'], '192.0.2.8', false],
    [['2001:db8::/32'], '2001:db8:ffff::1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
    [['2001:db8::/32'], '192.0.2.7', false],
    [['10.0.0.0/8', '2001:db8::/32'], '10.9.9.9', true],
    [['0.0.0.0/0'], '203.0.113.9', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
  ];
  for (const [ranges, address, inside] of rows) {
    it(`${address ?? 'no address'} is ${inside ? '' : 'not '}in ${ranges.join(' and ') || 'anywhere'}`, () =>
      expect(within(ranges.map(normalRange))(address)).to.equal(inside));
  }
  for (const range of ['', '192.0.2.0/33', '192.0.2/24', '192.0.2.0/24/1', '192.0.2.0/x', '2001:db8::/129', 'office']) {
    it(`"${range}" is no range`, () => expect(() => normalRange(range)).to.throw(DataMindError, /A range is/));
  }

  let at: TestIdentity;
  before(async () => {
    at = await startIdentity('sqlite', { trustedProxies: ['127.0.0.1'] });
    await at.addWorkspace('north');
    await at.add('ana', { default: 'admin', north: 'viewer' });
  });
  after(() => at.close());
  /** As a proxy on this machine forwards it. */
  const from = (address: string, headers: object) => ({ headers: { ...headers, 'x-forwarded-for': address } });

  it('is asked with every request, of the address that a trusted proxy names', async () => {
    const headers = await at.login('ana');
    const office = from('192.0.2.10', headers);
    const home = from('203.0.113.9', headers);
    const out = await at.ask('POST', path, { ...office, body: { range: '198.51.100.0/24' } });
    expect([out.status, out.body.code]).to.deep.equal([409, 'CONFLICT']);
    expect((await at.ask('GET', '/api/v1/entities', home)).status).to.equal(200);
    const made = await at.ask('POST', path, { ...office, body: { range: '192.0.2.0/24', note: 'The office.' } });
    expect(made.status, made.text).to.equal(201);
    expect((await at.ask('GET', '/api/v1/entities', office)).status).to.equal(200);
    const refused = await at.ask('GET', '/api/v1/entities', home);
    expect([refused.status, refused.body.code]).to.deep.equal([403, 'FORBIDDEN']);
    const [denied] = at.trail.entries().slice(-1);
    expect(denied!.intent).to.deep.include({ action: 'access.deny', target: 'listEntities', origin: '203.0.113.9' });
    expect(denied!.intent.actor).to.include({ user: 'ana', workspace: 'default' });
    expect(denied!.outcome).to.include({ result: 'denied', code: 'FORBIDDEN' });
    // Addresses that the client wrote in front of the proxy's word count for nothing.
    expect((await at.ask('GET', '/api/v1/entities', from('192.0.2.10, 203.0.113.9', headers))).status).to.equal(403);
    // Another workspace has rules of its own.
    expect(
      (await at.ask('GET', '/api/v1/auth/me', from('203.0.113.9', { ...headers, 'X-Workspace-Id': 'north' }))).status,
    ).to.equal(200);
    const gone = await at.ask('DELETE', `${path}/${made.body.id}`, office);
    expect(gone.status).to.equal(204);
    expect((await at.ask('GET', '/api/v1/entities', home)).status).to.equal(200);
  });

  it('believes no forwarded address of somebody who is no trusted proxy', async () => {
    const alone = await startIdentity('sqlite');
    try {
      const headers = await alone.login('root');
      const made = await alone.ask('POST', path, { headers, body: { range: '127.0.0.1' } });
      expect(made.status, made.text).to.equal(201);
      const { status } = await alone.ask('GET', path, from('203.0.113.9', headers));
      expect(status).to.equal(200);
      const out = await alone.ask('POST', path, { ...from('192.0.2.1', headers), body: { range: '192.0.2.1' } });
      expect(out.status).to.equal(201);
    } finally {
      await alone.close();
    }
  });
});

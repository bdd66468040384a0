import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { expect } from 'chai';
import { type AddressGuard, createAddressGuard } from '../../src/connections/address-guard.js';

/** A guard for a world where names have these addresses. */
const guardOf = (
  permitted: Parameters<typeof createAddressGuard>[0],
  names: Readonly<Record<string, readonly string[]>> = {},
) =>
  createAddressGuard(permitted, (name, done) => {
    const found = names[name];
    if (found === undefined) done(new Error('not found'), []);
    else
      done(
        null,
        found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
  });
const refusal = (guard: AddressGuard, host: string): Promise<string | null> =>
  guard.assertHost(host).then(
    () => null,
    ({ code, message, details }) => JSON.stringify([code, message, details]),
  );

const inward = [
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '169.254.0.1',
  '100.64.0.1',
  '100.127.255.255',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '198.18.0.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '192.0.2.1',
  '203.0.113.9',
  '::',
  '::1',
  'fe80::1',
  'fe80::1%lo',
  'fc00::1',
  'fd00:ec2::254',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '0:0:0:0:0:ffff:a00:1',
  '::ffff:169.254.169.254',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b::a00:1',
  '2002:7f00:1::',
  '2001:0:7f00:1::',
  '2001:db8::1',
  'fec0::1',
  '3fff::1',
];
const outward = [
  '1.1.1.1',
  '8.8.8.8',
  '172.32.0.1',
  '100.128.0.1',
  '192.169.0.1',
  '2606:4700:4700::1111',
  '2a00:1450:4001::8a',
  '::ffff:8.8.8.8',
];

describe('the guard of the network', () => {
  for (const address of inward)
    it(`lets no connection to ${address}`, async () => {
      expect(guardOf([]).isPermitted(address)).to.equal(false);
      expect(await refusal(guardOf([]), address)).not.to.equal(null);
      expect(await refusal(guardOf([], { name: [address] }), 'name')).not.to.equal(null);
    });
  for (const address of outward)
    it(`lets connections to ${address}`, async () => {
      expect(guardOf([]).isPermitted(address)).to.equal(true);
      expect(await refusal(guardOf([], { name: [address] }), 'name')).to.equal(null);
    });

  it('says the same of a name without an address, one of a private address, and the address itself', async () => {
    const guard = guardOf([], { inside: ['10.0.0.1'], 'metadata.google.internal': ['169.254.169.254'] });
    const said = await Promise.all(
      ['absent', 'inside', 'metadata.google.internal', '10.0.0.1', '/var/run/postgresql'].map((host) =>
        refusal(guard, host),
      ),
    );
    expect(new Set(said).size).to.equal(1);
    expect(said[0]).to.match(/FORBIDDEN/);
  });

  it('permits what the operator has listed, and with `allow` what is private but not what only clouds answer on', () => {
    const some = guardOf(['10.1.0.0/16', 'fd12::/16', '169.254.9.9']);
    expect(
      ['10.1.2.3', '10.2.0.1', 'fd12::1', 'fd13::1', '169.254.9.9', '::ffff:10.1.2.3'].map(some.isPermitted),
    ).to.deep.equal([true, false, true, false, true, true]);
    const all = guardOf('allow');
    expect(['127.0.0.1', '10.0.0.1', '::1', 'fd00::1', '8.8.8.8'].every(all.isPermitted)).to.equal(true);
    expect(
      ['169.254.169.254', 'fd00:ec2::254', '0.0.0.0', '224.0.0.1', '100.100.100.200', 'fe80::1'].some(all.isPermitted),
    ).to.equal(false);
  });

  it('connects to the address that it has judged, whatever the name is a moment later', async () => {
    let asked = 0;
    // First a public address, then the one that the attacker is after.
    const rebinding = createAddressGuard([], (_, done) => {
      asked += 1;
      done(null, [{ address: asked === 1 ? '8.8.8.8' : '127.0.0.1', family: 4 }]);
    });
    await rebinding.assertHost('rebind.example.com');
    const reached: string[] = [];
    const server = createServer((socket) => {
      reached.push('the inside');
      socket.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const code = await new Promise((resolve) => {
      const socket = connect({ host: 'rebind.example.com', port, lookup: rebinding.lookup });
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      socket.on('connect', () => resolve('connected'));
    });
    server.close();
    expect([code, reached]).to.deep.equal(['ENOTFOUND', []]);
  });

  it('keeps to the permitted addresses of a name that has others too', async () => {
    const guard = guardOf([], { both: ['10.0.0.1', '8.8.8.8', '2606:4700::1'] });
    const all = await new Promise((resolve) => guard.lookup('both', { all: true }, (_, found) => resolve(found)));
    expect(all).to.deep.equal([
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ]);
    const six = await new Promise((resolve) => guard.lookup('both', { family: 6 }, (_, address) => resolve(address)));
    expect(six).to.equal('2606:4700::1');
  });

  it('knows the spellings of this machine that resolvers know', async () => {
    // No addresses of numbers are names of hosts: the system resolves them, and what comes of it is judged.
    const guard = createAddressGuard([]);
    for (const host of ['2130706433', '0x7f.1', '127.1', '0177.0.0.1', 'localhost', '0']) {
      expect(await refusal(guard, host), host).not.to.equal(null);
    }
  });
});

/**
 * Where connections that users make may lead: to public addresses, and to those of networks that whoever operates the server has
 * permitted. A name is judged by every address that it has at the moment at which it is connected to, so that it cannot be another
 * one then.
 */
import { lookup as lookUp } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { DataMindError } from '../../core/errors/datamind-error.js';

/** `allow`: private ones and those of this machine too, but for what only clouds answer on; else networks in CIDR notation. */
export type PermittedAddresses = 'allow' | readonly string[];

export interface AddressGuard {
  isPermitted(address: string): boolean;
  /** @throws DataMindError `FORBIDDEN` in the same words for a name that has no address and one that has no permitted one */
  assertHost(host: string): Promise<void>;
  /** Finds the permitted addresses of a name only. */
  readonly lookup: LookupFunction;
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

const listOf = (networks: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, bits === undefined ? (isIP(address) === 6 ? 128 : 32) : Number(bits), familyOf(address));
  }
  return list;
};

/** RFC 1918, this machine, carriers' networks (RFC 6598), unique local ones: permitted by `allow`. */
const privateNetworks = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '127.0.0.0/8',
  '100.64.0.0/10',
  '::1/128',
  'fc00::/7',
];

/** Never public, and never meant by `allow`: link-local with the metadata of clouds, multicast, reserved, documentation, tunnels. */
const special = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '168.63.129.16/32',
  '100.100.100.200/32',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  'fd00:ec2::254/128',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
];

const privateList = listOf(privateNetworks);
const specialList = listOf(special);
const globalUnicast = listOf(['2000::/3']);

/** `::ffff:10.0.0.1`, however it is spelled, is the address 10.0.0.1. */
const embedded = (address: string): string | null => {
  if (isIP(address) !== 6) return null;
  const { hostname } = new URL(`http://[${address}]/`);
  const match = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(hostname);
  if (match === null) return null;
  const [high, low] = [Number.parseInt(match[1]!, 16), Number.parseInt(match[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
};

const isPublic = (address: string): boolean => {
  const family = familyOf(address);
  if (specialList.check(address, family) || privateList.check(address, family)) return false;
  return family === 'ipv4' || globalUnicast.check(address, family);
};

const refused = (): DataMindError =>
  new DataMindError('FORBIDDEN', 'The host has no address that connections may lead to.', {
    hint: 'Check its name. Private addresses are off for connections that users make; whoever operates the server can permit networks with DATAMIND_PRIVATE_ADDRESSES.',
    at: '/config/host',
  });

/** As drivers know it. */
const notFound = (): Error => Object.assign(new Error('no address that is permitted'), { code: 'ENOTFOUND' });

interface Address {
  readonly address: string;
  readonly family: number;
}

/** @param resolve for tests: finds all addresses of a name */
export const createAddressGuard = (
  permitted: PermittedAddresses,
  resolve: (name: string, done: (error: Error | null, found: readonly Address[]) => void) => void = (name, done) =>
    lookUp(name, { all: true }, (error, found) => done(error, found ?? [])),
): AddressGuard => {
  const networks = permitted === 'allow' ? privateList : listOf(permitted);
  const isPermitted = (text: string): boolean => {
    // A zone means an address of this link.
    if (isIP(text) === 0 || text.includes('%')) return false;
    const address = embedded(text) ?? text;
    if (permitted === 'allow' && specialList.check(address, familyOf(address))) return false;
    return networks.check(address, familyOf(address)) || isPublic(address);
  };
  const find = (name: string, done: (error: Error | null, found: readonly Address[]) => void): void =>
    resolve(name, (error, found) => {
      const good = error === null ? found.filter(({ address }) => isPermitted(address)) : [];
      if (good.length > 0) done(null, good);
      else done(notFound(), []);
    });
  return {
    isPermitted,
    assertHost: (host) =>
      new Promise((done, fail) => {
        if (isIP(host) !== 0) return isPermitted(host) ? done() : fail(refused());
        // A folder of sockets is no host.
        if (host.startsWith('/')) return fail(refused());
        find(host, (error) => (error === null ? done() : fail(refused())));
      }),
    lookup: (name, options, done) => {
      find(name, (error, found) => {
        const { all = false, family } = options as { all?: boolean; family?: number | string };
        const wanted = found.filter((one) => (family === 4 || family === 6 ? one.family === family : true));
        const [first] = wanted;
        const failure = error ?? (first === undefined ? notFound() : null);
        if (failure !== null) (done as (error: Error) => void)(failure);
        else if (all) (done as (error: null, found: readonly Address[]) => void)(null, wanted);
        else done(null, first!.address, first!.family);
      });
    },
  };
};

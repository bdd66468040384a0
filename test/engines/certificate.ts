import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A certificate that signs itself, valid for a day; both parts as PEM. */
export interface SelfSigned {
  readonly certificate: string;
  readonly key: string;
}

const tag = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
  dnsName: 0x82,
  ipAddress: 0x87,
} as const;

function der(kind: keyof typeof tag, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const size: number[] = [];
  for (let rest = body.length; rest > 0; rest >>= 8) size.unshift(rest & 0xff);
  const length = body.length < 128 ? [body.length] : [0x80 | size.length, ...size];
  return Buffer.concat([Buffer.from([tag[kind], ...length]), body]);
}

const oid = (hex: string): Buffer => der('oid', Buffer.from(hex, 'hex'));
const time = (at: Date): Buffer =>
  der('generalizedTime', Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
const extension = (id: string, value: Buffer): Buffer => der('sequence', oid(id), der('octets', value));

const ecdsaWithSha256 = der('sequence', oid('2a8648ce3d040302'));
const commonName = '550403';
const basicConstraints = '551d13';
const subjectAltName = '551d11';
const bitString = (bytes: Buffer): Buffer => der('bits', Buffer.from([0]), bytes);

/**
 * Encodes an X.509 v3 certificate (RFC 5280) by hand, so that tests need no OpenSSL program.
 * @param address an IPv4 address that it is for beside the name
 */
export function selfSignedCertificate(name = 'localhost', address: string | null = '127.0.0.1'): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = der('sequence', der('set', der('sequence', oid(commonName), der('utf8', Buffer.from(name)))));
  const day = 86_400_000;
  const body = der(
    'sequence',
    der('version', der('integer', Buffer.from([2]))),
    der('integer', Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    ecdsaWithSha256,
    subject,
    der('sequence', time(new Date(Date.now() - day)), time(new Date(Date.now() + day))),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      'extensions',
      der(
        'sequence',
        extension(basicConstraints, der('sequence', der('boolean', Buffer.from([0xff])))),
        extension(
          subjectAltName,
          der(
            'sequence',
            der('dnsName', Buffer.from(name)),
            ...(address === null ? [] : [der('ipAddress', Buffer.from(address.split('.').map(Number)))]),
          ),
        ),
      ),
    ),
  );
  const certificate = der('sequence', body, ecdsaWithSha256, bitString(sign('sha256', body, privateKey)));
  const lines = certificate.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

import { createHash } from 'node:crypto';

const blockBytes = 64;

/** The two pads of HMAC-SHA-256 (RFC 2104), in hexadecimal digits: all that a statement needs of the key. Secrets like it. */
export interface HashKey {
  readonly outer: string;
  readonly inner: string;
}

export const hashKeyOf = (salt: string): HashKey => {
  const bytes = Buffer.from(salt, 'utf8');
  const key = bytes.length > blockBytes ? createHash('sha256').update(bytes).digest() : bytes;
  const pad = (byte: number): string => {
    const padded = Buffer.alloc(blockBytes, byte);
    for (const [index, one] of key.entries()) padded[index] = one ^ byte;
    return padded.toString('hex');
  };
  return { outer: pad(0x5c), inner: pad(0x36) };
};

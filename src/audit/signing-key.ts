import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DataMindError } from '../../core/errors/datamind-error.js';

/** The key that signs checkpoints: Ed25519. */
export interface SigningKey {
  /** The first 16 hexadecimal digits of the SHA-256 of the public key (SPKI, DER). */
  readonly id: string;
  /** PEM, for whoever verifies elsewhere. */
  readonly publicKey: string;
  sign(text: string): string;
}

export interface VerifyingKey {
  readonly id: string;
  isSignature(text: string, signature: string): boolean;
}

const idOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);

const unreadable = (file: string, cause: unknown): DataMindError =>
  new DataMindError('CONFIG_INVALID', `The key of the audit in ${file} cannot be read: it must be Ed25519, as PEM.`, {
    hint: 'Make one with: openssl genpkey -algorithm ed25519.',
    cause,
  });

/** Makes the key whole under another name first: nobody ever reads half of it, and of two that make one, one wins. */
const createKeyFile = (file: string): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
};

const readIfThere = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unreadable(file, error);
  }
};

/**
 * The key in a file.
 * @param create makes one where there is none
 * @throws DataMindError `CONFIG_INVALID`
 */
export const readSigningKey = (file: string, create: boolean): SigningKey => {
  if (create && readIfThere(file) === null) createKeyFile(file);
  try {
    const key = createPrivateKey(readFileSync(file));
    if (key.asymmetricKeyType !== 'ed25519') throw new Error('not Ed25519');
    const publicKey = createPublicKey(key);
    return {
      id: idOf(publicKey),
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
      sign: (text) => sign(null, Buffer.from(text), key).toString('base64url'),
    };
  } catch (error) {
    throw unreadable(file, error);
  }
};

/** A key that verifies, from PEM: a public one, or the signing one. @throws DataMindError `CONFIG_INVALID` */
export const readVerifyingKey = (file: string): VerifyingKey => {
  try {
    const key = createPublicKey(readFileSync(file));
    if (key.asymmetricKeyType !== 'ed25519') throw new Error('not Ed25519');
    return {
      id: idOf(key),
      isSignature: (text, signature) => verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url')),
    };
  } catch (error) {
    throw unreadable(file, error);
  }
};

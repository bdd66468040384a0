import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { DataMindError } from '../errors/datamind-error.js';

/** Keeps secrets where others may read: what it gives out is ciphertext, and what was altered does not open. */
export interface Sealer {
  /** @param purpose what the secret is and whose (`signing-key/k1`): it opens for the same purpose only */
  seal(secret: Buffer, purpose: string): string;
  /** @throws DataMindError `CONFIG_INVALID` when no key here sealed it, or it was altered */
  open(sealed: string, purpose: string): Buffer;
  /** True for what an older key sealed. */
  isStale(sealed: string): boolean;
  /** Whether there is a key here that could open it. */
  knows(sealed: string): boolean;
}

/** The keys as they are now, the one that seals first. @param anew look again, however short ago it was looked */
export type KeySource = (anew?: boolean) => readonly Buffer[];

const version = 's1';
const idOf = (key: Buffer): string =>
  createHash('sha256').update('datamind-key-id').update(key).digest('hex').slice(0, 8);

/**
 * AES-256-GCM with a nonce of 96 random bits. A sealed text is `s1.<key id>.<nonce>.<ciphertext and tag>`.
 * @param source 32 bytes each; the first one seals, all of them open
 */
export const createSealer = (source: readonly Buffer[] | KeySource): Sealer => {
  const read: KeySource = typeof source === 'function' ? source : () => source;
  let keys: readonly Buffer[] = [];
  let byId = new Map<string, Buffer>();
  let current = '';
  const refresh = (anew = false): void => {
    const found = read(anew);
    if (found === keys) return;
    const [first] = found;
    if (first === undefined || found.some(({ length }) => length !== 32)) {
      throw new Error('a sealer needs keys of 32 bytes');
    }
    keys = found;
    byId = new Map(found.map((key) => [idOf(key), key]));
    current = idOf(first);
  };
  refresh();
  /** The key that sealed a text; one that is not known may be in the file by now. */
  const keyOf = (sealed: string): Buffer | undefined => {
    const [made, id = ''] = sealed.split('.');
    if (made !== version) return undefined;
    refresh();
    if (!byId.has(id)) refresh(true);
    return byId.get(id);
  };
  const associated = (id: string, purpose: string): Buffer => Buffer.from(JSON.stringify([version, id, purpose]));
  return {
    seal: (secret, purpose) => {
      refresh();
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', byId.get(current)!, nonce);
      cipher.setAAD(associated(current, purpose));
      const text = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
      return [version, current, nonce.toString('base64url'), text.toString('base64url')].join('.');
    },
    open: (sealed, purpose) => {
      const [, id = '', nonce = '', text = ''] = sealed.split('.');
      const key = keyOf(sealed);
      if (key === undefined) {
        throw new DataMindError('CONFIG_INVALID', 'A secret of the store was sealed with a key that is not here.', {
          hint: 'Set ENCRYPTION_KEY to the key it was sealed with; after a change, list both, the new one first: ENCRYPTION_KEY=new,old.',
        });
      }
      try {
        const bytes = Buffer.from(text, 'base64url');
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), { authTagLength: 16 });
        decipher.setAAD(associated(id, purpose));
        decipher.setAuthTag(bytes.subarray(-16));
        return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
      } catch (cause) {
        throw new DataMindError('CONFIG_INVALID', 'A secret of the store does not open: it was altered or moved.', {
          hint: 'Restore the store from a backup.',
          cause,
        });
      }
    },
    isStale: (sealed) => {
      refresh();
      return sealed.split('.')[1] !== current;
    },
    knows: (sealed) => keyOf(sealed) !== undefined,
  };
};

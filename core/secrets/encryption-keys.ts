import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DataMindError } from '../errors/datamind-error.js';

const spelled = /^(?:[0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=?|[A-Za-z0-9_-]{43}=?)$/;
/** Random bytes have far more; a key typed by hand, or copied from an example, has fewer. */
const leastDistinctBytes = 16;

/** One key from its spelling, 64 hexadecimal digits or 44 of base64; `null` when it is none, or was not drawn at random. */
const keyOf = (text: string): Buffer | null => {
  if (!spelled.test(text)) return null;
  const key = Buffer.from(text, text.length === 64 ? 'hex' : 'base64');
  return key.length === 32 && new Set(key).size >= leastDistinctBytes ? key : null;
};

/** The keys in a text, separated by commas: the first one seals. `null` when one of them is none. */
export const parseEncryptionKeys = (text: string): readonly Buffer[] | null => {
  const keys = text.split(',').map((part) => keyOf(part.trim()));
  return keys.includes(null) ? null : (keys as Buffer[]);
};

/**
 * The keys in a file, which is made with a random one when it is not there.
 * @throws DataMindError `CONFIG_INVALID`
 */
export const readEncryptionKeyFile = (file: string): readonly Buffer[] => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
    try {
      // Whole or not at all; of two that make one, one wins.
      linkSync(draft, file);
    } catch (failure) {
      if ((failure as NodeJS.ErrnoException).code !== 'EEXIST') throw failure;
    } finally {
      rmSync(draft);
    }
    text = readFileSync(file, 'utf8');
  }
  const keys = parseEncryptionKeys(text.trim());
  if (keys !== null) return keys;
  throw new DataMindError('CONFIG_INVALID', `The file ${file} does not hold an encryption key.`, {
    hint: 'Restore it from a backup: what it sealed cannot be opened without it.',
  });
};

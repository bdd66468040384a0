/** The file of encryption keys, read again when it has changed: keys are rotated while servers run. */
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { parseEncryptionKeys, readEncryptionKeyFile } from '../../core/secrets/encryption-keys.js';

/** How long a change of the file may go unnoticed by what seals, in milliseconds; what opens looks at once. */
const lookAgainMs = 1_000;

/** @returns the keys as they are in the file now; made with a random one when there is none. @throws DataMindError */
export const keyFile = (file: string): ((anew?: boolean) => readonly Buffer[]) => {
  let keys = readEncryptionKeyFile(file);
  const stampOf = (): string => {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs} ${size} ${ino}`;
  };
  let stamp = stampOf();
  let lookedAt = performance.now();
  return (anew = false) => {
    if (!anew && performance.now() - lookedAt < lookAgainMs) return keys;
    lookedAt = performance.now();
    try {
      const found = stampOf();
      if (found === stamp) return keys;
      // A file that is gone or broken for a moment takes no key away that is known.
      keys = parseEncryptionKeys(readFileSync(file, 'utf8').trim()) ?? keys;
      stamp = found;
    } catch {
      return keys;
    }
    return keys;
  };
};

/** Writes the file whole or not at all. */
const replace = (file: string, texts: readonly string[]): void => {
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, `${texts.join(',')}\n`, { mode: 0o600, flush: true });
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
};

const textsIn = (file: string): readonly string[] => readEncryptionKeyFile(file).map((key) => key.toString('base64'));

/** Puts a new random key before the others. */
export const addKey = (file: string): void => replace(file, [randomBytes(32).toString('base64'), ...textsIn(file)]);

/** Leaves the key in use only. @returns how many were taken away */
export const retireKeys = (file: string): number => {
  const [current = '', ...old] = textsIn(file);
  if (old.length > 0) replace(file, [current]);
  return old.length;
};

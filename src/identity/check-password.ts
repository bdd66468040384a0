import { DataMindError } from '../../core/errors/datamind-error.js';
import { leastPasswordLength, mostPasswordBytes } from './passwords.js';

/** What everybody tries first. */
const known = new Set(
  'password passwort changeme letmein welcome admin administrator root secret datamind qwerty qwertz qwertyuiop iloveyou default test'.split(
    ' ',
  ),
);

/** The letters alone, without what is put around a word to please a rule. */
const word = (text: string): string =>
  text
    .toLowerCase()
    .replace(/0/g, 'o')
    .replace(/[1!]/g, 'i')
    .replace(/3/g, 'e')
    .replace(/[@4]/g, 'a')
    .replace(/[$5]/g, 's')
    .replace(/[^a-z]/g, '');

const isRow = (text: string): boolean => {
  const steps = new Set([...text].slice(1).map((letter, at) => letter.codePointAt(0)! - text.codePointAt(at)!));
  return steps.size === 1;
};

/**
 * Why a password will not do, as the end of a sentence; `null` when it will.
 * @param names of the account, which are no secrets
 */
export const weaknessOf = (password: string, names: readonly string[]): string | null => {
  if (Buffer.byteLength(password) > mostPasswordBytes) return `is longer than ${mostPasswordBytes} bytes`;
  if (password.includes('\0')) return 'holds a character of code 0';
  if ([...password].length < leastPasswordLength) return `is shorter than ${leastPasswordLength} characters`;
  const lower = password.toLowerCase();
  if (new Set(lower).size < 5 || isRow(lower)) return 'is too simple';
  if (known.has(word(password)) || known.has(lower.replace(/[^a-z]/g, ''))) return 'is one that everybody tries first';
  const named = names.map((name) => name.toLowerCase()).filter((name) => name.length > 3);
  if (named.some((name) => lower.includes(name) || lower === name)) return 'holds the name of the account';
  return null;
};

/** @throws DataMindError `BAD_REQUEST` */
export const assertPassword = (password: string, names: readonly string[], at = '/password'): void => {
  const weakness = weaknessOf(password, names);
  if (weakness !== null) {
    throw new DataMindError('BAD_REQUEST', `The password ${weakness}; choose a longer sentence of your own.`, { at });
  }
};

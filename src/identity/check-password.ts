import { DataMindError } from '../../core/errors/datamind-error.js';
import { leastPasswordLength, mostPasswordBytes } from './passwords.js';

/** What everybody tries first, alone or with a little around it. */
const known =
  'password passwort changeme letmein welcome administrator admin root secret datamind qwerty qwertz iloveyou default test'.split(
    ' ',
  );
const rows = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
];

/** `p@ssw0rd` is `password`. */
const withoutDisguise = (text: string): string =>
  text.replace(/0/g, 'o').replace(/[1!]/g, 'i').replace(/3/g, 'e').replace(/[@4]/g, 'a').replace(/[$5]/g, 's');

const leastBeside = 6;
const isKnown = (text: string): boolean => {
  const beside = known.reduce((rest, word) => rest.replaceAll(word, ''), text);
  return beside !== text && beside.length < leastBeside;
};

const isRow = (text: string): boolean =>
  rows.some((row) => row.includes(text) || [...row].reverse().join('').includes(text));

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
  if (isKnown(lower) || isKnown(withoutDisguise(lower))) return 'is one that everybody tries first';
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

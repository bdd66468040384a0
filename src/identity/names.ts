import { DataMindError } from '../../core/errors/datamind-error.js';

/** A name that policies and the audit can tell from an e-mail address and from a service token. */
const usernamePattern = '^[a-z0-9][a-z0-9._-]{1,62}$';
const username = new RegExp(usernamePattern);
const email = /^[^\s@"<>()[\],;:\\]{1,64}@[^\s@"<>()[\],;:\\]{1,250}$/;

/** What the audit and the subject call others than accounts. */
const reserved = new Set(['local', 'server', 'nobody', 'anonymous', 'system', 'service', 'me', 'search']);

/** In lower case and one form of Unicode, so that one address is one account. @throws DataMindError `BAD_REQUEST` */
export const normalEmail = (text: string): string => {
  const normal = text.trim().normalize('NFC').toLowerCase();
  if (email.test(normal)) return normal;
  throw new DataMindError('BAD_REQUEST', 'The e-mail address is none; write it as name@example.com.', { at: '/email' });
};

/** @throws DataMindError `BAD_REQUEST` */
export const normalUsername = (text: string): string => {
  const normal = text.trim().toLowerCase();
  if (username.test(normal)) return normal;
  throw new DataMindError(
    'BAD_REQUEST',
    'A username has 2 to 63 characters: letters from a to z, digits, dots, hyphens and underscores.',
    { at: '/username' },
  );
};

/** A username from what stands before the @. */
export const usernameFrom = (address: string): string => {
  const local = address
    .replace(/@.*$/, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 63);
  return username.test(local) && !reserved.has(local) ? local : `user-${local}`.slice(0, 63);
};

/** @throws DataMindError `BAD_REQUEST` for a name that is not for accounts */
export const freshUsername = (name: string): string => {
  if (!reserved.has(name)) return name;
  throw new DataMindError('BAD_REQUEST', `The username "${name}" is not for accounts; choose another one.`, {
    at: '/username',
  });
};

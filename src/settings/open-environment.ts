/** Values of the environment that were sealed by `datamind keys encrypt`, so that no file of it has them in clear. */
import { join, resolve } from 'node:path';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createSealer } from '../../core/secrets/create-sealer.js';
import { parseEncryptionKeys, readEncryptionKeyFile } from '../../core/secrets/encryption-keys.js';

type Environment = Readonly<Record<string, string | undefined>>;

export const sealedPrefix = 'enc:';
/** What a value of the environment is sealed for. */
export const settingPurpose = 'setting';

/** The keys that the environment names: those in `ENCRYPTION_KEY`, else those of the file. @throws DataMindError */
export const keysOf = (env: Environment): readonly Buffer[] => {
  const { ENCRYPTION_KEY: text, ENCRYPTION_KEY_FILE: file, DATAMIND_HOME: home } = env;
  if (text) {
    const keys = parseEncryptionKeys(text.trim());
    if (keys !== null) return keys;
    throw new DataMindError(
      'CONFIG_INVALID',
      'ENCRYPTION_KEY must be 32 random bytes; make them with: openssl rand -base64 32.',
    );
  }
  return readEncryptionKeyFile(resolve(file || join(home || '.datamind', 'encryption-key')));
};

/**
 * The environment with what is sealed in it opened; itself when nothing is.
 * @throws DataMindError `CONFIG_INVALID` that names every variable that does not open
 */
export const openEnvironment = (env: Environment): Environment => {
  const sealed = Object.entries(env).filter(([, value]) => value?.startsWith(sealedPrefix));
  if (sealed.length === 0) return env;
  const sealer = createSealer(keysOf(env));
  const problems: string[] = [];
  const opened = sealed.map(([name, value = '']) => {
    try {
      return [name, sealer.open(value.slice(sealedPrefix.length), settingPurpose).toString()];
    } catch {
      problems.push(name);
      return [name, undefined];
    }
  });
  if (problems.length === 0) return { ...env, ...Object.fromEntries(opened) };
  throw new DataMindError('CONFIG_INVALID', `The encryption key does not open ${problems.join(', ')}.`, {
    hint: 'Set ENCRYPTION_KEY to the key that sealed them, or seal them anew with: datamind keys encrypt.',
  });
};

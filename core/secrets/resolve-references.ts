import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { didYouMean } from '../config/did-you-mean.js';
import { child } from '../config/json-pointer.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `{"$env": "NAME"}`, with `"default"` where the value is no secret, or `{"$file": "path"}`. */
export type Reference = { readonly $env: string; readonly default?: unknown } | { readonly $file: string };

export interface ResolvedReferences {
  /** A copy of the value with every reference replaced by what it stands for; a broken one by `undefined`. */
  readonly value: unknown;
  /** The references by the pointer at which they stood. */
  readonly references: ReadonlyMap<string, Reference>;
  readonly problems: readonly { readonly at: string; readonly message: string }[];
}

const largestFile = 1024 * 1024;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Why an object with a `$` key is not a reference; `undefined` when it is one. */
const faultOf = (value: Record<string, unknown>): string | undefined => {
  const { $env, $file, default: fallback, ...rest } = value;
  const extra = Object.keys(rest)[0];
  if (extra?.startsWith('$')) {
    const meant = didYouMean(extra, ['$env', '$file']);
    return `"${extra}" is no kind of reference; ${meant ? `did you mean "${meant}"?` : 'use "$env" or "$file"'}`;
  }
  if (extra !== undefined) return `a reference has no key "${extra}"; remove it`;
  if ($env !== undefined && $file !== undefined) return 'a reference has "$env" or "$file", not both';
  if ($file !== undefined && fallback !== undefined) return '"default" goes with "$env" only; remove it';
  const target = $env ?? $file;
  if (typeof target !== 'string' || target === '') {
    return $env === undefined ? '"$file" must be the path of a file' : '"$env" must be the name of a variable';
  }
  return undefined;
};

const readSecretFile = (path: string): { text: string } | { fault: string } => {
  try {
    const { size } = statSync(path);
    if (size > largestFile) return { fault: 'is larger than 1 MB' };
    // Editors and `echo` end a file with a line break that is no part of the secret.
    return { text: readFileSync(path, 'utf8').replace(/\r?\n$/, '') };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return { fault: code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})` };
  }
};

/**
 * Replaces the references anywhere in a configuration.
 * @param folder what paths of `$file` are relative to: the folder of the configuration file
 */
export const resolveReferences = (value: unknown, folder: string, env: Environment): ResolvedReferences => {
  const references = new Map<string, Reference>();
  const problems: { at: string; message: string }[] = [];
  const fail = (at: string, message: string): undefined => {
    problems.push({ at, message });
    return undefined;
  };
  const follow = (reference: Reference, at: string): unknown => {
    if ('$env' in reference) {
      const found = env[reference.$env];
      if (found !== undefined && found !== '') return found;
      if (reference.default !== undefined) return reference.default;
      return fail(at, `the environment variable ${reference.$env} is not set; set it before you start DataMind`);
    }
    const read = readSecretFile(resolve(folder, reference.$file));
    if ('fault' in read) return fail(at, `the file "${reference.$file}" ${read.fault}`);
    return read.text === '' ? fail(at, `the file "${reference.$file}" is empty`) : read.text;
  };
  const walk = (node: unknown, at: string): unknown => {
    if (Array.isArray(node)) return node.map((item, index) => walk(item, child(at, index)));
    if (!isObject(node)) return node;
    if (!Object.keys(node).some((key) => key.startsWith('$'))) {
      return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, walk(inner, child(at, key))]));
    }
    const fault = faultOf(node);
    if (fault !== undefined) return fail(at, fault);
    references.set(at, node as Reference);
    return follow(node as Reference, at);
  };
  return { value: walk(value, ''), references, problems };
};

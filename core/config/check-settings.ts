import { isAbsolute, resolve } from 'node:path';
import { shortestSecret } from '../secrets/create-redactor.js';
import { type Environment, type Reference, resolveReferences } from '../secrets/resolve-references.js';
import type { CompiledSchema, SchemaCheck } from './compile-schema.js';
import { describeSchemaErrors, type SchemaProblem } from './describe-schema-error.js';
import { selfAndAbove, steps, valueAt } from './json-pointer.js';

export interface CheckedSettings {
  /** References replaced, defaults filled in, paths absolute. Of use only without problems. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
  readonly problems: readonly SchemaProblem[];
}

/** What an environment variable's text means where the schema wants another type; `undefined` when it does not fit. */
const fromText: Readonly<Record<string, (text: string) => unknown>> = {
  integer: (text) => (/^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined),
  number: (text) => (/^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined),
  boolean: (text) => (/^(true|false)$/.test(text) ? text === 'true' : undefined),
};

const put = (root: unknown, pointer: string, value: unknown): void => {
  const path = steps(pointer);
  const above = valueAt(root, pointer.slice(0, pointer.lastIndexOf('/')));
  (above as Record<string, unknown>)[path.at(-1)!] = value;
};

/** Variables are texts: turns those that stand where the schema wants a number or a boolean. True when one was turned. */
const convertTexts = (value: unknown, { errors }: SchemaCheck, references: ReadonlyMap<string, Reference>): boolean => {
  let converted = false;
  for (const { keyword, instancePath, params } of errors) {
    const text = valueAt(value, instancePath);
    if (keyword !== 'type' || typeof text !== 'string' || !references.has(instancePath)) continue;
    const wanted = [params.type as string | string[]].flat();
    const meant = wanted.map((type) => fromText[type]?.(text)).find((found) => found !== undefined);
    if (meant === undefined) continue;
    put(value, instancePath, meant);
    converted = true;
  }
  return converted;
};

const literalSecret =
  'is a secret and must not stand in this file; write {"$env": "NAME"} or {"$file": "path"} in its place';
const defaultSecret = 'is a secret and must not have a "default" in this file; remove it';
const shortSecret = `is a secret of fewer than ${shortestSecret} characters, which could not be kept out of logs; use a longer one`;

const checkSecret = (
  value: unknown,
  at: string,
  references: ReadonlyMap<string, Reference>,
): SchemaProblem | undefined => {
  const reference = selfAndAbove(at).flatMap((pointer) => references.get(pointer) ?? [])[0];
  if (reference === undefined) return { at, message: literalSecret };
  if ('$env' in reference && reference.default !== undefined) return { at, message: defaultSecret };
  return typeof value === 'string' && value.length < shortestSecret ? { at, message: shortSecret } : undefined;
};

/**
 * Checks one configuration against its schema: references first, then types, then that every secret came by reference.
 * @param folder what `$file` and the paths under `x-path` are relative to
 */
export const checkSettings = (
  schema: CompiledSchema,
  settings: unknown,
  folder: string,
  env: Environment,
): CheckedSettings => {
  const { value, references, problems: broken } = resolveReferences(settings, folder, env);
  let check = schema(value);
  if (convertTexts(value, check, references)) check = schema(value);
  const brokenAt = new Set(broken.map(({ at }) => at));
  const wrong = describeSchemaErrors(check.errors).filter(({ at }) => !brokenAt.has(at));
  const marked = [...check.secrets].filter((at) => !brokenAt.has(at) && valueAt(value, at) !== undefined);
  const exposed = marked.flatMap((at) => checkSecret(valueAt(value, at), at, references) ?? []);
  for (const at of check.paths) {
    const path = valueAt(value, at);
    // `:memory:` and URLs are no paths.
    if (typeof path === 'string' && !/^(:|[a-z][a-z0-9+.-]+:\/\/)/i.test(path) && !isAbsolute(path)) {
      put(value, at, resolve(folder, path));
    }
  }
  return {
    value: value as Readonly<Record<string, unknown>>,
    secrets: marked.map((at) => valueAt(value, at)).filter((secret) => typeof secret === 'string'),
    problems: [...broken, ...wrong, ...exposed],
  };
};

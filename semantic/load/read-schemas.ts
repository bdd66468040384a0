import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root.js';

/** A JSON Schema (draft 2020-12), as far as ours go. */
export interface Schema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: false | Schema;
  readonly propertyNames?: Schema;
  readonly required?: readonly string[];
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>;
  readonly minProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly anyOf?: readonly Schema[];
  /** Alternatives of required keys only: exactly one of them. */
  readonly oneOf?: readonly { readonly required: readonly string[] }[];
  readonly examples?: readonly unknown[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

export const schemaNames = [
  'document',
  'entity',
  'entity-body',
  'glossary',
  'metrics',
  'policies',
  'project',
  'semantic-query',
  'shared',
  'verified-queries',
] as const;

const files = new Map<string, Schema>();

/** A schema of `semantic/schema`, by its file name without the extension. Read once. */
export const readSchema = (name: string): Schema => {
  let schema = files.get(name);
  if (schema === undefined) {
    const path = join(packageRoot(), 'semantic', 'schema', `${name}.json`);
    schema = JSON.parse(readFileSync(path, 'utf8')) as Schema;
    files.set(name, schema);
  }
  return schema;
};

const resolved = new WeakMap<Schema, { readonly schema: Schema; readonly file: string }>();

/** Follows `$ref`: to a file beside, a definition of this file, or both. */
export const resolveSchema = (schema: Schema, file: string): { readonly schema: Schema; readonly file: string } => {
  if (schema.$ref === undefined) return { schema, file };
  let target = resolved.get(schema);
  if (target === undefined) {
    const [path = '', pointer = ''] = schema.$ref.split('#');
    const name = path === '' ? file : path.replace(/\.json$/, '');
    let found = readSchema(name) as unknown as Record<string, unknown>;
    for (const step of pointer.split('/').slice(1)) found = found[step] as Record<string, unknown>;
    target = resolveSchema(found as Schema, name);
    resolved.set(schema, target);
  }
  return target;
};

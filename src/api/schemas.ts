import { errorCatalogue } from '../../core/errors/catalogue.js';
import type { Schema } from './route.js';

/** A list as every list endpoint answers: `count` is how many match, whatever page is shown. */
export const listOf = (name: string): Schema => ({
  type: 'object',
  required: ['data', 'count'],
  properties: {
    data: { type: 'array', items: { $ref: `#/$defs/${name}` } },
    count: { type: 'integer', minimum: 0, description: 'How many match, on this page and all others.' },
  },
});

const text: Schema = { type: 'string' };

/** The schemas that have a name; one table for the checks of requests and for `components/schemas` of the OpenAPI document. */
const definitions: Record<string, Schema> = {
  Problem: {
    type: 'object',
    description: 'What went wrong (RFC 9457).',
    required: ['type', 'title', 'status', 'detail', 'code', 'correlation_id'],
    properties: {
      type: { type: 'string', format: 'uri-reference', description: 'Where the code is described.' },
      title: text,
      status: { type: 'integer' },
      detail: { type: 'string', description: 'One sentence: what, where, how to mend it.' },
      code: { type: 'string', enum: Object.keys(errorCatalogue) },
      correlation_id: text,
      hint: text,
      suggestions: { type: 'array', items: text, description: 'What was probably meant, or the choices there are.' },
      at: { type: 'string', description: 'JSON pointer into the request, or the name of what is at fault.' },
      errors: {
        type: 'array',
        items: { type: 'object' },
        description: 'Every fault, when there is more than one to tell.',
      },
    },
  },
  Diagnostic: {
    type: 'object',
    description: 'One thing that is wrong, or suspicious, in the YAML.',
    required: ['severity', 'code', 'message', 'file', 'line', 'column'],
    properties: {
      severity: { type: 'string', enum: ['error', 'warning'] },
      code: text,
      message: text,
      file: text,
      line: { type: 'integer', minimum: 1 },
      column: { type: 'integer', minimum: 1 },
      end: {
        type: 'object',
        description: 'Exclusive.',
        properties: { line: { type: 'integer' }, column: { type: 'integer' } },
      },
      suggestion: { type: 'string', description: 'What to write in place of what is marked.' },
      related: { type: 'array', items: { type: 'object' } },
    },
  },
};

/** Adds a capability's named schemas; called once from its `schemas.ts`. */
export const define = (schemas: Readonly<Record<string, Schema>>): void => {
  for (const [name, schema] of Object.entries(schemas)) {
    if (Object.hasOwn(definitions, name)) throw new Error(`two schemas are named ${name}`);
    definitions[name] = schema;
  }
};

export const definedSchemas = (): Readonly<Record<string, Schema>> => definitions;

const referred = (schema: unknown): string[] =>
  [...JSON.stringify(schema).matchAll(/"#\/\$defs\/(\w+)"/g)].map(([, name]) => name!);

/** The schema with the definitions that it refers to, so that it can be compiled by itself. */
export const withDefinitions = (schema: Schema): Schema => {
  const needed = new Map<string, Schema>();
  const collect = (from: unknown): void => {
    for (const name of referred(from)) {
      if (needed.has(name)) continue;
      const found = definitions[name];
      if (found === undefined) throw new Error(`no schema is named ${name}`);
      needed.set(name, found);
      collect(found);
    }
  };
  collect(schema);
  return needed.size === 0 ? schema : { ...schema, $defs: Object.fromEntries(needed) };
};

import type { ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** What a check finds besides errors: where values stand that the schema marks. */
export interface Marks {
  /** Pointers of the values under `"x-secret": true`. */
  readonly secrets: Set<string>;
  /** Pointers of the texts under `"x-path": true`. */
  readonly paths: Set<string>;
}

export interface SchemaCheck extends Marks {
  readonly errors: readonly ErrorObject[];
}

/** Checks a value and fills in the schema's defaults, in place. */
export type CompiledSchema = (value: unknown) => SchemaCheck;

const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  useDefaults: true,
  passContext: true,
  strictTypes: false,
  strictRequired: false,
  strictTuples: false,
  validateSchema: 'log',
  logger: false,
});
(addFormats as unknown as (instance: Ajv2020) => void)(ajv);

const mark = (keyword: string, set: keyof Marks): void => {
  ajv.addKeyword({
    keyword,
    schemaType: 'boolean',
    errors: false,
    validate(this: Marks, marked: boolean, _value: unknown, _schema: unknown, place?: { instancePath: string }): true {
      if (marked && place !== undefined) this[set].add(place.instancePath);
      return true;
    },
  });
};
mark('x-secret', 'secrets');
mark('x-path', 'paths');
// For readers of the schema: only who operates the server may set it, no user of the API.
ajv.addKeyword({ keyword: 'x-operator', schemaType: 'boolean' });

/**
 * Compiles a JSON Schema (draft 2020-12, with the marks `x-secret`, `x-path` and `x-operator`).
 * @throws Error with a sentence about the schema when it is not one, has a keyword that does not exist, or refers to nothing
 */
export const compileSchema = (schema: Readonly<Record<string, unknown>>): CompiledSchema => {
  if (ajv.validateSchema(schema) !== true) {
    const { instancePath = '', message = 'is not valid' } = ajv.errors?.[0] ?? {};
    throw new Error(`${instancePath || 'the schema'} ${message}`);
  }
  // Its own `$id` would collide with that of another plugin's schema, or of the same one read again.
  const { $id: _, ...anonymous } = schema;
  const validate = ajv.compile(anonymous);
  return (value) => {
    const marks: Marks = { secrets: new Set(), paths: new Set() };
    validate.call(marks as never, value);
    return { ...marks, errors: validate.errors ?? [] };
  };
};

import { type CompiledSchema, compileSchema } from '../../core/config/compile-schema.js';
import { describeSchemaErrors } from '../../core/config/describe-schema-error.js';
import { didYouMean } from '../../core/config/did-you-mean.js';
import type { ErrorCode } from '../../core/errors/catalogue.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { asSentence } from '../../core/errors/as-sentence.js';
import type { Schema } from './route.js';
import { withDefinitions } from './schemas.js';

const compiled = new WeakMap<Schema, CompiledSchema>();

const compiledOf = (schema: Schema): CompiledSchema => {
  let check = compiled.get(schema);
  if (check === undefined) {
    check = compileSchema(withDefinitions(schema));
    compiled.set(schema, check);
  }
  return check;
};

/**
 * Holds a value to a schema and fills in the defaults, in place.
 * @throws DataMindError with every fault at once, each with its JSON pointer
 */
export const checkValue = (schema: Schema, value: unknown, code: ErrorCode, what: string): void => {
  const { errors } = compiledOf(schema)(value);
  if (errors.length === 0) return;
  const faults = describeSchemaErrors(errors);
  const { at, message } = faults[0]!;
  const more = faults.length === 1 ? '' : ` (and ${faults.length - 1} more)`;
  throw new DataMindError(code, asSentence(`${what}${at === '' ? '' : ` at ${at}`}: ${message}${more}`), {
    errors: faults,
  });
};

const fromText: Readonly<Record<string, (text: string) => unknown>> = {
  integer: (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : text),
  boolean: (text) => (text === 'true' ? true : text === 'false' ? false : text),
};

const objects = new WeakMap<object, Schema>();

const objectOf = (properties: Readonly<Record<string, Schema>>): Schema => {
  let schema = objects.get(properties);
  if (schema === undefined) {
    schema = { type: 'object', properties };
    objects.set(properties, schema);
  }
  return schema;
};

/** The query string by the route's schema, defaults filled in. @throws DataMindError `BAD_REQUEST` */
export const readQueryString = (
  properties: Readonly<Record<string, Schema>>,
  found: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> => {
  const errors: { at: string; message: string }[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(found)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property === undefined) {
      const meant = didYouMean(name, Object.keys(properties));
      const help = meant === undefined ? '' : `; did you mean "${meant}"?`;
      errors.push({ at: name, message: `is no parameter here${help}` });
    } else if (typeof value !== 'string') errors.push({ at: name, message: 'is given more than once; give it once' });
    else values[name] = fromText[String(property.type)]?.(value) ?? value;
  }
  const faults = describeSchemaErrors(compiledOf(objectOf(properties))(values).errors);
  errors.push(...faults.map(({ at, message }) => ({ at: at.slice(1), message })));
  if (errors.length > 0) {
    const { at, message } = errors[0]!;
    throw new DataMindError('BAD_REQUEST', asSentence(`The parameter "${at}" ${message}`), { errors });
  }
  return values;
};

type Schema = Readonly<Record<string, unknown>>;

const isObject = (node: unknown): node is Schema => typeof node === 'object' && node !== null && !Array.isArray(node);

/** What is understood by providers that hold a model to a schema, token by token. */
const known: ReadonlySet<string> = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'const',
  'anyOf',
  '$ref',
  '$defs',
  'description',
  'title',
]);

const fits = (node: unknown): boolean => {
  if (!isObject(node)) return false;
  if (Object.keys(node).some((key) => !known.has(key))) return false;
  const { properties, required, additionalProperties, items, anyOf, $defs, $ref } = node;
  if ($ref !== undefined && !/^#(\/\$defs\/[^/]+)?$/.test(String($ref))) return false;
  const isRecord = node.type === 'object' || (Array.isArray(node.type) && node.type.includes('object'));
  if (isRecord || properties !== undefined) {
    if (!isObject(properties) || additionalProperties !== false) return false;
    const named = new Set(Array.isArray(required) ? required : []);
    if (!Object.entries(properties).every(([name, value]) => named.has(name) && fits(value))) return false;
  }
  if (items !== undefined && !fits(items)) return false;
  if (anyOf !== undefined && !(Array.isArray(anyOf) && anyOf.every(fits))) return false;
  return $defs === undefined || (isObject($defs) && Object.values($defs).every(fits));
};

/** What providers take at most of a schema: values of enumerations, and letters in names and values. */
const mostValues = 1_000;
const mostLetters = 100_000;
const manyValues = 250;
const mostLettersOfMany = 15_000;

/** @returns values and letters; `null` where one enumeration alone is too long */
const measure = (node: unknown): { readonly values: number; readonly letters: number } | null => {
  if (typeof node === 'string') return { values: 0, letters: node.length };
  if (typeof node !== 'object' || node === null) return { values: 0, letters: 0 };
  let values = 0;
  let letters = 0;
  for (const [key, inner] of Object.entries(node)) {
    const part = measure(inner);
    if (part === null) return null;
    values += part.values;
    letters += part.letters + (Array.isArray(node) ? 0 : key.length);
    if (key !== 'enum' || !Array.isArray(inner)) continue;
    values += inner.length;
    if (inner.length > manyValues && part.letters > mostLettersOfMany) return null;
  }
  return { values, letters };
};

const isSmall = (schema: Schema): boolean => {
  const size = measure(schema);
  return size !== null && size.values <= mostValues && size.letters <= mostLetters;
};

/**
 * Whether a provider can hold a model to this schema strictly: an object whose properties are all required and closed, of the few
 * keywords that are understood, and not too large.
 */
export const holdsStrictly = (schema: Schema): boolean =>
  schema.type === 'object' && schema.anyOf === undefined && fits(schema) && isSmall(schema);

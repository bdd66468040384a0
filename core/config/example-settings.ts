type Schema = Readonly<Record<string, unknown>>;

const isObject = (node: unknown): node is Schema => typeof node === 'object' && node !== null && !Array.isArray(node);

const exampleOf = (schema: unknown): unknown => {
  if (!isObject(schema)) return undefined;
  if (schema.default !== undefined) return schema.default;
  const [example] = Array.isArray(schema.examples) ? schema.examples : [];
  // A reference to what is not there.
  if (isObject(example) && Object.keys(example).some((key) => key.startsWith('$'))) return 'an-example';
  return example;
};

/** Settings that a schema takes, made of its own defaults, and of its examples for what is required: to look at what is made with them. */
export const exampleSettings = (schema: Schema): Readonly<Record<string, unknown>> => {
  const { properties, required = [] } = schema;
  if (!isObject(properties)) return {};
  const entries = Object.entries(properties).flatMap(([name, setting]): [string, unknown][] => {
    const isNeeded = (required as readonly string[]).includes(name);
    const value = isNeeded || (isObject(setting) && setting.default !== undefined) ? exampleOf(setting) : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
};

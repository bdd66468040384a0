import { readSchema, type Schema } from './read-schemas.js';

const reference = /"\$ref":"(?:([\w-]+)\.json)?#\/\$defs\/(\w+)"/g;

/**
 * A schema of `semantic/schema` with every definition that it refers to under its own `$defs`, whichever file it stands in,
 * so that a validator or a document can hold it by itself.
 * @throws Error when two files define the same name
 */
export const bundleSchema = (name: string): Schema => {
  const definitions = new Map<string, { readonly file: string; readonly schema: Schema }>();
  const localised = (schema: Schema, file: string): Schema => {
    const text = JSON.stringify(schema).replace(reference, (_, other: string | undefined, definition: string) => {
      collect(definition, other ?? file);
      return `"$ref":"#/$defs/${definition}"`;
    });
    return JSON.parse(text) as Schema;
  };
  const collect = (definition: string, file: string): void => {
    const known = definitions.get(definition);
    if (known?.file === file) return;
    const found = readSchema(file).$defs?.[definition];
    if (found === undefined) throw new Error(`${file}.json defines no ${definition}`);
    if (known !== undefined) throw new Error(`${definition} is defined in ${known.file}.json and in ${file}.json`);
    definitions.set(definition, { file, schema: found });
    definitions.set(definition, { file, schema: localised(found, file) });
  };
  const { $defs: _, $id: __, $schema: ___, ...own } = readSchema(name);
  const schema = localised(own, name);
  return { ...schema, $defs: Object.fromEntries([...definitions].map(([key, found]) => [key, found.schema])) };
};

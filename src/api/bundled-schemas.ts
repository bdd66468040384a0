import { bundleSchema } from '../../semantic/load/bundle-schema.js';
import type { Schema } from './route.js';

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** What a schema that editors use says, under names of this document: capitalised, and told apart by a word in front. */
export interface BundledSchemas {
  readonly root: Schema;
  /** All that it refers to, by name. */
  readonly parts: Readonly<Record<string, Schema>>;
}

export const bundledSchemas = (name: string, prefix = ''): BundledSchemas => {
  const { $defs: parts = {}, ...root } = bundleSchema(name);
  const nameOf = (part: string): string => `${prefix}${capitalised(part)}`;
  const renamed = (schema: object): Schema =>
    JSON.parse(
      JSON.stringify(schema).replace(/"#\/\$defs\/(\w+)"/g, (_, part: string) => `"#/$defs/${nameOf(part)}"`),
    ) as Schema;
  return {
    root: renamed(root),
    parts: Object.fromEntries(Object.entries(parts).map(([part, schema]) => [nameOf(part), renamed(schema)])),
  };
};

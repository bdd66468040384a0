import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';

export type SchemaFile =
  | 'plugin.schema.json'
  | 'plugins.config.schema.json'
  | 'connection.schema.json'
  | 'llm.schema.json';

/** One of the JSON Schemas of this room: the same files that editors use. */
export const readSchema = (name: SchemaFile): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(join(packageRoot(), 'core', 'plugin', 'schema', name), 'utf8'));

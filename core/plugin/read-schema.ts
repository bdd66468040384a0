import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';

/** One of the JSON Schemas of this room: the same files that editors use. */
export const readSchema = (
  name: 'plugin.schema.json' | 'plugins.config.schema.json' | 'connection.schema.json',
): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(join(packageRoot(), 'core', 'plugin', 'schema', name), 'utf8'));

import { didYouMean } from '../config/did-you-mean.js';
import { readSchema } from './read-schema.js';

type Schema = Readonly<Record<string, unknown>>;

/** How a manifest names one of the settings that connections over the network share. */
const prefix = 'datamind/connection.schema.json#/$defs/';

let shared: Readonly<Record<string, Schema>> | undefined;

const settingOf = (reference: string): Schema => {
  shared ??= readSchema('connection.schema.json').$defs as Readonly<Record<string, Schema>>;
  const name = reference.slice(prefix.length);
  const found = Object.hasOwn(shared, name) ? shared[name] : undefined;
  if (found !== undefined) return found;
  const meant = didYouMean(name, Object.keys(shared));
  throw new Error(`there is no shared setting "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`);
};

const expand = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(expand);
  if (typeof node !== 'object' || node === null) return node;
  const { $ref, ...own } = node as Schema;
  const isShared = typeof $ref === 'string' && $ref.startsWith(prefix);
  const whole = isShared ? { ...(expand(settingOf($ref)) as Schema), ...own } : (node as Schema);
  return Object.fromEntries(Object.entries(whole).map(([key, value]) => [key, expand(value)]));
};

/**
 * A manifest's schema of its settings with the shared ones (`schema/connection.schema.json`) in the place of references
 * to them, so that whoever reads it finds every description, default and mark. What stands beside a reference wins.
 * @throws Error with a sentence when a reference names no shared setting
 */
export const expandSettings = (config: Schema): Schema => expand(config) as Schema;

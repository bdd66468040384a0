import { didYouMean } from '../config/did-you-mean.js';
import { readSchema, type SchemaFile } from './read-schema.js';

type Schema = Readonly<Record<string, unknown>>;

/** How a manifest names a setting that plugins of its kind share: of connections over the network, of language models. */
const shared = /^datamind\/((?:connection|llm)\.schema\.json)#\/\$defs\/(.+)$/;

const read = new Map<string, Readonly<Record<string, Schema>>>();

const settingsIn = (file: string): Readonly<Record<string, Schema>> => {
  const known = read.get(file) ?? (readSchema(file as SchemaFile).$defs as Readonly<Record<string, Schema>>);
  read.set(file, known);
  return known;
};

const settingOf = (reference: string): Schema | undefined => {
  const [, file, name] = shared.exec(reference) ?? [];
  if (file === undefined || name === undefined) return undefined;
  const settings = settingsIn(file);
  if (Object.hasOwn(settings, name)) return settings[name];
  const meant = didYouMean(name, Object.keys(settings));
  throw new Error(`there is no shared setting "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`);
};

const expand = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(expand);
  if (typeof node !== 'object' || node === null) return node;
  const { $ref, ...own } = node as Schema;
  const setting = typeof $ref === 'string' ? settingOf($ref) : undefined;
  const whole = setting === undefined ? (node as Schema) : { ...(expand(setting) as Schema), ...own };
  return Object.fromEntries(Object.entries(whole).map(([key, value]) => [key, expand(value)]));
};

/**
 * A manifest's schema of its settings with the shared ones (`schema/connection.schema.json`, `schema/llm.schema.json`) in the place
 * of references to them, so that whoever reads it finds every description, default and mark. What stands beside a reference wins.
 * @throws Error with a sentence when a reference names no shared setting
 */
export const expandSettings = (config: Schema): Schema => expand(config) as Schema;

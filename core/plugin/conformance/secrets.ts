import type { PluginManifest } from '../contract.js';

type Schema = { readonly properties?: Readonly<Record<string, Schema>>; readonly 'x-secret'?: boolean };

const collect = (schema: Schema | undefined, value: unknown, into: string[]): void => {
  if (!schema) return;
  if (schema['x-secret'] && typeof value === 'string' && value !== '') into.push(value);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) collect(schema.properties?.[key], inner, into);
};

/** The values of a configuration that its schema marks as secret. */
export const secretsOf = (manifest: PluginManifest, config: Readonly<Record<string, unknown>>): readonly string[] => {
  const found: string[] = [];
  collect(manifest.config as Schema, config, found);
  return found;
};

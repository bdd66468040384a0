/** What can be connected to by API: the connectors that come with DataMind, each with a JSON Schema of its settings. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CompiledSchema, compileSchema } from '../../core/config/compile-schema.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { packageRoot } from '../../core/package-root.js';
import type { PluginManifest } from '../../core/plugin/contract.js';
import { findInstalled } from '../../core/plugin/locate-plugin.js';
import { readManifest } from '../../core/plugin/read-manifest.js';

type Schema = Readonly<Record<string, unknown>>;

export interface ConnectionType {
  /** The plugin's id. */
  readonly type: string;
  readonly folder: string;
  readonly main: string;
  readonly manifest: PluginManifest;
  /** What may be set by API: secrets marked, without what only who operates the server may set. */
  readonly schema: Schema;
  readonly check: CompiledSchema;
  /** Whether it reads a file of this machine. */
  readonly isFile: boolean;
  /** Whether its driver is installed. */
  readonly available: boolean;
}

const folder = 'plugins/connectors';

const isObject = (node: unknown): node is Schema => typeof node === 'object' && node !== null && !Array.isArray(node);
const isReference = (node: unknown): boolean => isObject(node) && Object.keys(node).some((key) => key.startsWith('$'));

/** By API a secret is sent as it is: there are no references to what is on the server. */
const offered = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(offered);
  if (!isObject(node)) return node;
  const entries = Object.entries(node).flatMap(([key, value]): [string, unknown][] => {
    if (key === 'examples' && Array.isArray(value)) {
      const plain = value.filter((example) => !isReference(example));
      return plain.length === 0 ? [] : [[key, plain]];
    }
    if (key === 'description' && typeof value === 'string') {
      return [[key, value.replace(/,? by reference|,? so it is given by reference/g, '')]];
    }
    if (key === 'properties' && isObject(value)) {
      const kept = Object.entries(value).filter(([, setting]) => !isObject(setting) || setting['x-operator'] !== true);
      return [[key, Object.fromEntries(kept.map(([name, setting]) => [name, offered(setting)]))]];
    }
    return [[key, offered(value)]];
  });
  const schema = Object.fromEntries(entries);
  return schema['x-secret'] === true ? { ...schema, writeOnly: true } : schema;
};

const typeOf = (name: string): ConnectionType[] => {
  const at = join(packageRoot(), folder, name);
  const { read } = readManifest(at);
  if (read === undefined || read.manifest.kind !== 'connector') return [];
  const { manifest, main } = read;
  const schema = offered(manifest.config) as Schema;
  const installed = (driver: string): boolean =>
    (findInstalled(driver, at) ?? findInstalled(driver, packageRoot())) !== undefined;
  return [
    {
      type: manifest.id,
      folder: at,
      main,
      manifest,
      schema,
      check: compileSchema(schema),
      isFile: manifest.needs.filesystem !== undefined,
      available: (manifest.packages ?? []).every(installed),
    },
  ];
};

let known: ReadonlyMap<string, ConnectionType> | undefined;

/** By type, sorted. */
export const connectionTypes = (): ReadonlyMap<string, ConnectionType> => {
  if (known === undefined) {
    const names = readdirSync(join(packageRoot(), folder), { withFileTypes: true });
    const found = names.flatMap((entry) => (entry.isDirectory() ? typeOf(entry.name) : []));
    known = new Map(found.sort((a, b) => (a.type < b.type ? -1 : 1)).map((one) => [one.type, one]));
  }
  return known;
};

/** @throws DataMindError `BAD_REQUEST` that lists what is supported */
export const connectionType = (name: string): ConnectionType => {
  const found = connectionTypes().get(name);
  if (found !== undefined) return found;
  const all = [...connectionTypes().keys()];
  throw new DataMindError(
    'BAD_REQUEST',
    `Connections of that type are not supported; supported are ${all.join(', ')}.`,
    {
      suggestions: all,
      at: '/type',
    },
  );
};

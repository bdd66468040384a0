import { Ajv2020 } from 'ajv/dist/2020.js';
import { contractVersion } from '../../contract.js';
import type { ConformanceCase } from '../case.js';
import { holds, same } from '../expectation.js';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly type?: string;
  readonly default?: unknown;
  readonly additionalProperties?: unknown;
  readonly 'x-secret'?: boolean;
}

const schemaOf = (manifest: { readonly config: Readonly<Record<string, unknown>> }) => manifest.config as Schema;

const settings = (schema: Schema, path = ''): readonly (readonly [string, Schema])[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => [
    [`${path}${name}`, inner] as const,
    ...settings(inner, `${path}${name}.`),
  ]);

export const manifestCases: readonly ConformanceCase[] = [
  {
    id: 'manifest/complete',
    title: 'the manifest says what the plugin is, for this version of the contract',
    area: 'manifest',
    needs: [],
    run: async ({ manifest }) => {
      holds(/^[a-z][a-z0-9-]*$/.test(manifest.id), `id ${manifest.id}: lower case, digits and hyphens`);
      same(manifest.kind, 'connector', 'kind');
      same(manifest.api, contractVersion, 'api');
      holds(/^\d+\.\d+\.\d+/.test(manifest.version), `version ${manifest.version} is no semantic version`);
      holds(manifest.title.length > 0, 'title is empty');
    },
  },
  {
    id: 'manifest/settings-closed',
    title: 'the schema of the settings is an object that refuses unknown keys, also further in',
    area: 'manifest',
    needs: [],
    run: async ({ manifest }) => {
      const schema = schemaOf(manifest);
      same(schema.type, 'object', 'type of the schema');
      for (const [name, inner] of [['', schema] as const, ...settings(schema)]) {
        if (inner.properties)
          same(inner.additionalProperties, false, `additionalProperties of ${name || 'the schema'}`);
      }
    },
  },
  {
    id: 'manifest/settings-described',
    title: 'every setting has a description',
    area: 'manifest',
    needs: [],
    run: async ({ manifest }) => {
      for (const [name, inner] of settings(schemaOf(manifest))) {
        holds((inner.description ?? '').length > 9, `the setting ${name} has no description`);
      }
    },
  },
  {
    id: 'manifest/secrets-marked',
    title: 'settings that are named like secrets are marked as such',
    area: 'manifest',
    needs: [],
    run: async ({ manifest }) => {
      for (const [name, inner] of settings(schemaOf(manifest))) {
        const looksSecret =
          /password|secret|token|passphrase|private_?key|api_?key/i.test(name) && inner.type === 'string';
        holds(!looksSecret || inner['x-secret'] === true, `the setting ${name} should carry "x-secret": true`);
      }
    },
  },
  {
    id: 'manifest/url-beside-no-default',
    title: 'what a URL can say has no default, which would be put beside it and win',
    area: 'manifest',
    needs: [],
    run: async ({ manifest }) => {
      const { url, host, port, database, user, password, tls } = schemaOf(manifest).properties ?? {};
      if (url === undefined) return;
      for (const [name, inner] of Object.entries({ host, port, database, user, password, tls })) {
        const all = inner === undefined ? [] : [[name, inner] as const, ...settings(inner, `${name}.`)];
        for (const [at, schema] of all) holds(schema.default === undefined, `the setting ${at} has a default`);
      }
    },
  },
  {
    id: 'manifest/settings-fit',
    title: 'the configuration under test fits the schema',
    area: 'manifest',
    needs: ['engine'],
    run: async ({ manifest, config }) => {
      const ajv = new Ajv2020({ strict: false, allErrors: true });
      const fits = ajv.compile(manifest.config);
      holds(fits(config), `the configuration does not fit: ${ajv.errorsText(fits.errors)}`);
    },
  },
];

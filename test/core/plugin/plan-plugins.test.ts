import { expect } from 'chai';
import { planPlugins } from '../../../core/plugin/plan-plugins.js';
import { createFolder, type Folder, manifestOf, writeProbe } from './plugin-folder.js';

const secret = 'hunter2-hunter2';
const env = { PG_PASSWORD: secret, PG_PORT: '6543', BAD_PORT: secret, SHORT: 'abc', EMPTY: '' };

interface Row {
  readonly title: string;
  readonly file: unknown;
  /** In full: `line:column pointer: message`. */
  readonly problems: readonly string[];
}

const entry = (changes: object = {}): object => ({ use: './probe', as: 'one', ...changes });
const configured = (config: object): object => ({ plugins: [entry({ config })] });

const rows: readonly Row[] = [
  { title: 'nothing wrong', file: { plugins: [entry()] }, problems: [] },
  { title: 'an empty file', file: '', problems: ['1:1: a value is expected here, but the file ends'] },
  {
    title: 'a comma too many',
    file: '{\n  "plugins": [],\n}',
    problems: ['3:1: another key after "," is expected here'],
  },
  {
    title: 'text that is not closed',
    file: '{"plugins": [{"use": "./probe}]}',
    problems: ['1:22: this text is not closed by "'],
  },
  {
    title: 'a key that is there twice',
    file: '{"plugins": [],\n "plugins": []}',
    problems: ['2:2 /plugins: the key "plugins" is here twice; remove one'],
  },
  { title: 'a list in place of an object', file: '[]', problems: ['1:1: must be an object in {}, not a list in []'] },
  {
    title: 'unknown keys at the top and in an entry',
    file: { plugin: [], plugins: [entry({ confg: {} })] },
    problems: [
      '2:3 /plugin: "plugin" is not known here; did you mean "plugins"?',
      '7:7 /plugins/0/confg: "confg" is not known here; did you mean "config"?',
    ],
  },
  {
    title: 'an entry without its name, and one with a bad name',
    file: { plugins: [{ use: './probe' }, { use: './probe', as: 'My DB' }] },
    problems: [
      '3:5 /plugins/0: "as" is missing; add it',
      '8:7 /plugins/1/as: must match ^[a-z][a-z0-9_-]{0,62}$, for example "warehouse"',
    ],
  },
  {
    title: 'a name twice',
    file: { plugins: [entry(), entry()] },
    problems: ['9:7 /plugins/1/as: the name "one" is taken by /plugins/0; choose another'],
  },
  {
    title: 'a folder, a package and a name that are not there',
    file: {
      plugins: [
        { use: './nowhere', as: 'a' },
        { use: '@acme/nowhere', as: 'b' },
        { use: 'no such thing', as: 'c' },
        { use: 'probe', as: 'd' },
        { use: 'datamind/plugins/connectors/nowhere', as: 'e' },
      ],
    },
    problems: [
      '4:7 /plugins/0/use: there is no folder "./nowhere"',
      '8:7 /plugins/1/use: the package "@acme/nowhere" is not installed; run "npm install @acme/nowhere"',
      '12:7 /plugins/2/use: "no such thing" is neither a path that begins with "./" nor the name of a package',
      '16:7 /plugins/3/use: the package "probe" is not installed; run "npm install probe"; for the folder write "./probe"',
      '20:7 /plugins/4/use: DataMind comes with no plugin "datamind/plugins/connectors/nowhere"',
    ],
  },
  {
    title: 'bad choices of onFailure and time-out',
    file: { plugins: [entry({ onFailure: 'retry', startTimeoutSeconds: 0 })] },
    problems: [
      '6:7 /plugins/0/onFailure: must be one of "abort", "degrade"',
      '7:7 /plugins/0/startTimeoutSeconds: must be at least 0.1',
    ],
  },
  {
    title: 'settings of the wrong type and unknown settings',
    file: configured({ host: 5, port: '5432', prot: 1 }),
    problems: [
      '9:9 /plugins/0/config/prot: "prot" is not known here; did you mean "port"?',
      '7:9 /plugins/0/config/host: must be a text in "quotes", not a number',
      '8:9 /plugins/0/config/port: must be a whole number, not a text in "quotes"',
    ],
  },
  {
    title: 'a secret in the file',
    file: configured({ password: secret }),
    problems: [
      '7:9 /plugins/0/config/password: is a secret and must not stand in this file; write {"$env": "NAME"} or {"$file": "path"} in its place',
    ],
  },
  {
    title: 'a secret with a default',
    file: configured({ password: { $env: 'PG_PASSWORD', default: secret } }),
    problems: ['7:9 /plugins/0/config/password: is a secret and must not have a "default" in this file; remove it'],
  },
  {
    title: 'the key of masks in the file',
    file: { plugins: [entry()], masks: { salt: secret.repeat(2) } },
    problems: [
      '9:5 /masks/salt: is a secret and must not stand in this file; write {"$env": "NAME"} or {"$file": "path"} in its place',
    ],
  },
  {
    title: 'a key of masks that can be guessed, and a misspelt one',
    file: { plugins: [entry()], masks: { salt: { $env: 'PG_PASSWORD' }, sallt: 1 } },
    problems: [
      '12:5 /masks/sallt: "sallt" is not known here; did you mean "salt"?',
      '9:5 /masks/salt: must have at least 16 characters',
    ],
  },
  {
    title: 'a secret too short to be masked',
    file: configured({ password: { $env: 'SHORT' } }),
    problems: [
      '7:9 /plugins/0/config/password: is a secret of fewer than 4 characters, which could not be kept out of logs; use a longer one',
    ],
  },
  {
    title: 'references that lead nowhere',
    file: configured({ host: { $env: 'NOWHERE' }, password: { $file: './nowhere' }, file: { $env: 'EMPTY' } }),
    problems: [
      '7:9 /plugins/0/config/host: the environment variable NOWHERE is not set; set it before you start DataMind',
      '10:9 /plugins/0/config/password: the file "./nowhere" does not exist',
      '13:9 /plugins/0/config/file: the environment variable EMPTY is not set; set it before you start DataMind',
    ],
  },
  {
    title: 'references that are none',
    file: configured({
      host: { $enb: 'X' },
      password: { $file: 'a', $env: 'B' },
      file: { $env: 'A', fallback: 1 },
      port: { $env: 5 },
    }),
    problems: [
      '7:9 /plugins/0/config/host: "$enb" is no kind of reference; did you mean "$env"?',
      '10:9 /plugins/0/config/password: a reference has "$env" or "$file", not both',
      '14:9 /plugins/0/config/file: a reference has no key "fallback"; remove it',
      '18:9 /plugins/0/config/port: "$env" must be the name of a variable',
    ],
  },
  {
    title: 'a variable that is no number where one must be',
    file: configured({ port: { $env: 'BAD_PORT' } }),
    problems: ['7:9 /plugins/0/config/port: must be a whole number, not a text in "quotes"'],
  },
  {
    title: 'a default connection that is none',
    file: { plugins: [{ use: './connector', as: 'warehouse' }, entry()], connections: { default: 'warehose' } },
    problems: ['13:5 /connections/default: no connector here is named "warehose"; did you mean "warehouse"?'],
  },
  {
    title: 'a default connection that is no connector',
    file: { plugins: [entry()], connections: { default: 'one' } },
    problems: ['9:5 /connections/default: no connector here is named "one"'],
  },
  {
    title: 'an "otherwise" of another kind',
    file: { plugins: [entry({ otherwise: { use: './connector' } })] },
    problems: [
      '7:9 /plugins/0/otherwise/use: must be of the kind "export" like the plugin that it replaces, not "connector"',
    ],
  },
  {
    title: 'an "otherwise" with bad settings',
    file: { plugins: [entry({ otherwise: { use: './probe', config: { hots: 'x' } } })] },
    problems: ['9:11 /plugins/0/otherwise/config/hots: "hots" is not known here; did you mean "host"?'],
  },
  {
    title: 'problems of every sort at once',
    file: { plugins: [entry({ config: { password: secret } }), { use: './nowhere', as: 'one' }], extra: true },
    problems: [
      '15:3 /extra: "extra" is not known here; known are "$schema", "plugins", "connections", "masks"',
      '12:7 /plugins/1/as: the name "one" is taken by /plugins/0; choose another',
      '7:9 /plugins/0/config/password: is a secret and must not stand in this file; write {"$env": "NAME"} or {"$file": "path"} in its place',
      '11:7 /plugins/1/use: there is no folder "./nowhere"',
    ],
  },
];

interface ManifestRow {
  readonly title: string;
  readonly manifest: unknown;
  readonly problem: string;
}

const manifests: readonly ManifestRow[] = [
  { title: 'no JSON', manifest: '{', problem: '1:2: a key in "quotes" is expected here, but the file ends' },
  {
    title: 'an unknown kind',
    manifest: manifestOf({ kind: 'conector' }),
    problem: '/kind: must be one of "connector", "llm", "dashboard", "export"',
  },
  {
    title: 'a newer contract',
    manifest: { api: 2, novelties: [] },
    problem:
      '/api: the plugin was written for version 2 of the plugin contract, and this DataMind has version 1; update DataMind',
  },
  {
    title: 'an unknown key',
    manifest: manifestOf({ mian: 'x.js' }),
    problem: '/mian: "mian" is not known here; did you mean "main"?',
  },
  {
    title: 'a main that is not there',
    manifest: manifestOf({ main: 'nowhere.js' }),
    problem: '/main: the module "nowhere.js" does not exist; build the plugin, or correct "main"',
  },
  { title: 'a main outside its folder', manifest: manifestOf({ main: '../x.js' }), problem: 'for example "index.js"' },
  {
    title: 'an open configuration',
    manifest: manifestOf({ config: { type: 'object' } }),
    problem: '/config: "additionalProperties" is missing; add it',
  },
  {
    title: 'a configuration that is no schema',
    manifest: manifestOf({
      config: { type: 'object', additionalProperties: false, properties: { a: { type: 'txt' } } },
    }),
    problem: '/config: is not a JSON Schema: /properties/a/type must be equal to one of the allowed values',
  },
  {
    title: 'a schema with a keyword that does not exist',
    manifest: manifestOf({
      config: { type: 'object', additionalProperties: false, properties: { a: { typ: 'string' } } },
    }),
    problem: '/config: is not a JSON Schema: strict mode: unknown keyword: "typ"',
  },
];

describe('the configuration of plugins', () => {
  let folder: Folder;
  beforeEach(() => {
    folder = createFolder();
    writeProbe(folder, 'probe');
    writeProbe(folder, 'connector', { manifest: { kind: 'connector' } });
  });
  afterEach(() => folder.remove());

  const plan = (file: unknown) => planPlugins(folder.write('plugins.config.json', file), env);

  for (const { title, file, problems } of rows) {
    it(title, () => {
      const found = plan(file).problems.map(
        ({ line, column, at, message }) => `${line}:${column}${at && ` ${at}`}: ${message}`,
      );
      expect(found).to.deep.equal(problems);
      expect(found.join()).not.to.contain(secret);
    });
  }

  for (const { title, manifest, problem } of manifests) {
    it(`a manifest with ${title}`, () => {
      const path = folder.write('probe/plugin.json', manifest);
      const { problems } = plan({ plugins: [entry(), entry({ as: 'two' })] });
      expect(problems, JSON.stringify(problems)).to.have.length(1);
      expect(problems[0]!.file).to.equal(path);
      expect(
        `${problems[0]!.line}:${problems[0]!.column}${problems[0]!.at && ` ${problems[0]!.at}`}: ${problems[0]!.message}`,
      ).to.contain(problem);
    });
  }

  it('a folder without a manifest', () => {
    folder.write('empty/index.mjs', '');
    const { problems } = plan({ plugins: [{ use: './empty', as: 'a' }] });
    expect(problems.map(({ file, message }) => `${file}: ${message}`)).to.deep.equal([
      `${folder.path}/empty/plugin.json: the file does not exist`,
    ]);
  });

  it('two plugins with one id', () => {
    writeProbe(folder, 'other/probe');
    const { problems } = plan({ plugins: [entry(), { use: './other/probe', as: 'two' }] });
    expect(problems.map(({ message }) => message)).to.deep.equal([
      `the plugins in ${folder.path}/probe and ${folder.path}/other/probe have the same id "probe"; change one`,
    ]);
  });

  it('no file at all', () => {
    const { problems } = planPlugins('nowhere/plugins.config.json', env);
    expect(problems).to.deep.equal([
      { file: 'nowhere/plugins.config.json', at: '', message: 'the file does not exist' },
    ]);
  });

  it('references, defaults and paths arrive resolved', () => {
    folder.write('secrets/password', `${secret}\n`);
    const config = {
      host: { $env: 'NOWHERE', default: 'localhost' },
      port: { $env: 'PG_PORT' },
      password: { $file: 'secrets/password' },
      file: 'data/my.db',
    };
    const { plan: found, problems } = plan({ plugins: [entry({ config }), entry({ as: 'two' })] });
    expect(problems).to.deep.equal([]);
    expect(found!.plugins[0]!.candidate.config).to.deep.equal({
      host: 'localhost',
      port: 6543,
      password: secret,
      file: `${folder.path}/data/my.db`,
    });
    expect(found!.plugins[0]!.candidate.secrets).to.deep.equal([secret]);
    expect(found!.plugins[1]!.candidate.config).to.deep.equal({ port: 5432 });
    expect(found!.plugins[1]).to.include({ name: 'two', onFailure: 'abort', startTimeoutMs: 10_000 });
  });

  it('the key of masks arrives resolved', () => {
    folder.write('secrets/salt', `${secret}${secret}\n`);
    const masks = { salt: { $file: 'secrets/salt' } };
    expect(plan({ plugins: [entry()], masks }).plan!.maskSalt).to.equal(`${secret}${secret}`);
    expect(plan({ plugins: [entry()] }).plan).not.to.have.property('maskSalt');
  });

  it('the only connector is the default connection, one of two is not', () => {
    const one = { use: './connector', as: 'warehouse' };
    expect(plan({ plugins: [entry(), one] }).plan!.defaultConnection).to.equal('warehouse');
    expect(plan({ plugins: [one, { ...one, as: 'lake' }] }).plan!.defaultConnection).to.equal(undefined);
    expect(
      plan({ plugins: [one, { ...one, as: 'lake' }], connections: { default: 'lake' } }).plan!.defaultConnection,
    ).to.equal('lake');
  });
});

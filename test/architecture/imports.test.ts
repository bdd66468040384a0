import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../core/package-root.js';

/** Who may lean on whom: the first room that a file is in decides. A room may always lean on itself. */
const rooms: readonly {
  readonly room: string;
  readonly mayImport: readonly string[];
  readonly packages?: readonly string[];
}[] = [
  { room: 'core/sql', mayImport: ['core'] },
  { room: 'core', mayImport: [] },
  { room: 'semantic', mayImport: ['core'] },
  {
    room: 'plugins',
    mayImport: [],
    packages: ['datamind/contract', 'datamind/conformance', 'datamind/connector-kit', 'datamind/llm-kit'],
  },
  { room: 'src', mayImport: ['core', 'semantic'] },
];

/** Plugins that stand on another one's folder, and why. */
const standsOn: Readonly<Record<string, readonly [folder: string, why: string]>> = {
  'plugins/connectors/redshift': [
    'plugins/connectors/postgres',
    "it speaks PostgreSQL's protocol, which is written once",
  ],
};

const drivers = [
  '@duckdb/node-api',
  'better-sqlite3',
  'node-sqlite3-wasm',
  'pg',
  'mysql2',
  '@clickhouse/client',
  'tedious',
  'snowflake-sdk',
  '@google-cloud/bigquery',
];
const web = ['express', 'node:http2'];
const plainHttp = ['node:http', 'node:https'];
/** Client libraries of language models: prompts and keys leave through plugins only. */
const providers = ['@anthropic-ai/sdk', 'openai', 'ollama'];

/** Packages that only some rooms may use, and those rooms: drivers so that there is one way to a database. */
const reserved: readonly { readonly packages: readonly string[]; readonly rooms: readonly string[] }[] = [
  { packages: ['better-sqlite3', 'node-sqlite3-wasm', 'pg'], rooms: ['plugins/connectors', 'src/demo', 'src/store'] },
  { packages: drivers, rooms: ['plugins/connectors', 'src/demo'] },
  { packages: web, rooms: ['src', 'plugins'] },
  // What plugins of language models share opens sockets for them.
  { packages: plainHttp, rooms: ['src', 'plugins', 'core/plugin/llm-kit'] },
  { packages: providers, rooms: ['plugins/llm'] },
  { packages: ['js-yaml', 'yaml'], rooms: ['semantic', 'src'] },
  { packages: ['commander'], rooms: ['src/cli'] },
  { packages: ['typeorm'], rooms: ['src'] },
];

/** Rooms that compute and touch nothing, and the one door in each that may. */
const pure: readonly { readonly room: string; readonly doors: readonly string[] }[] = [
  { room: 'core/sql', doors: [] },
  { room: 'semantic', doors: ['semantic/load'] },
];
const impureModules =
  /^node:(fs|fs\/promises|net|tls|dns|http|https|http2|dgram|child_process|worker_threads|cluster|os|process|readline|timers|timers\/promises)$/;
const impureWords =
  /\b(?:setTimeout|setInterval|fetch\(|Date\.now|new Date\(\)|Math\.random|process\.env|performance\.now)/;

/** Where such a room waits, and why: all else in it is synchronous. */
const waits: Readonly<Record<string, string>> = {
  'core/sql/parse-query.ts': "loads the parser's WASM, once",
  'core/sql/second-opinion/postgres.ts': "loads the parser's WASM, once",
  'core/sql/second-opinion/sqlite.ts': 'loads the parser, once',
  'semantic/check/compiler.ts': 'waits for that, once, before the first compile',
};

/** The only places that load code by a name that is not written there, and why. */
const loadsByName: Readonly<Record<string, string>> = {
  'core/plugin/create-instance.ts': 'loads what plugins.config.json names',
  'core/plugin/test-plugin.ts': 'loads the module that whoever tests a plugin has named',
  'src/open-project.ts': 'asks whether a driver of the demo, from its own table of two, is installed',
  'src/operations/tracing.ts':
    'loads the optional packages of its own list, which need not be there to check the types',
};

const topLevel: readonly string[] = [
  ...['core', 'semantic', 'ontology', 'plugins', 'src', 'test'],
  ...['plugins.config.json', 'package.json', 'package-lock.json', 'tsconfig.json', 'biome.json'],
  ...['docker-compose.yml', 'Dockerfile', 'README.md', 'LICENSE', 'NOTICE', 'CHANGELOG.md'],
];

const cupboards = /(^|[-_.])(utils?|helpers?|common|misc)([-_.]|$)/i;

const mostLines = 400;

const root = packageRoot();
const skipped = new Set(['node_modules', 'dist', 'fixtures', 'templates']);

const filesUnder = (folder: string): string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
        if (skipped.has(entry.name)) return [];
        const path = `${folder}/${entry.name}`;
        return entry.isDirectory() ? filesUnder(path) : [path];
      })
    : [];

const isIn = (path: string, room: string): boolean => `${path}/`.startsWith(`${room}/`);
const isTest = (path: string): boolean => path.endsWith('.test.ts');

const importPattern = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+|\brequire(?:\.resolve)?\(\s*)(['"])([^'"\n]+)\1/g;

const specifiersOf = (text: string): string[] => [...text.matchAll(importPattern)].map((match) => match[2]!);

/** `pg/lib/x` is `pg`, `@a/b/c` is `@a/b`, `node:fs` is itself. */
const packageOf = (specifier: string): string =>
  specifier.startsWith('node:')
    ? specifier
    : specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');

interface Source {
  readonly path: string;
  readonly text: string;
  readonly specifiers: readonly string[];
}

/** Why a file may not import this; `undefined` when it may. */
const faultOf = (path: string, specifier: string): string | undefined => {
  const home = rooms.find(({ room }) => isIn(path, room));
  if (home === undefined) return undefined;
  if (!specifier.startsWith('.')) {
    const reservation = reserved.find(({ packages }) => packages.includes(packageOf(specifier)));
    if (reservation && !isTest(path) && !reservation.rooms.some((room) => isIn(path, room))) {
      return `${specifier} is for ${reservation.rooms.join(', ')} only`;
    }
    const own = specifier === 'datamind' || specifier.startsWith('datamind/');
    return own && !home.packages?.includes(specifier) ? `${specifier} is for plugins only` : undefined;
  }
  const target = normalize(join(dirname(path), specifier)).replaceAll('\\', '/');
  if (home.room === 'plugins') {
    const folder = path.split('/').slice(0, 3).join('/');
    const ground = standsOn[folder]?.[0];
    if (isIn(target, folder) || (ground !== undefined && isIn(target, ground))) return undefined;
    if (isTest(path) && isIn(target, 'test')) return undefined;
    return `a plugin imports its own folder and what DataMind publishes, not ${target}`;
  }
  if (isIn(target, home.room) || home.mayImport.some((room) => isIn(target, room))) return undefined;
  return `${home.room} may not import ${target}`;
};

describe('the architecture', () => {
  const sources: readonly Source[] = ['core', 'semantic', 'plugins', 'src']
    .flatMap(filesUnder)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, specifiers: specifiersOf(text) };
    });
  const everything = ['core', 'semantic', 'plugins', 'src', 'test', 'ontology'].flatMap(filesUnder);

  describe('its rules', () => {
    const rows: readonly [path: string, specifier: string, allowed: boolean][] = [
      ['core/plugin/a.ts', '../sql/b.js', true],
      ['core/plugin/a.ts', '../../semantic/b.js', false],
      ['core/plugin/a.ts', '../../plugins/connectors/duckdb/index.js', false],
      ['core/a.ts', 'express', false],
      ['core/a.ts', 'js-yaml', false],
      ['core/a.ts', 'pg', false],
      ['core/a.ts', 'node:http', false],
      ['core/plugin/llm-kit/a.ts', 'node:http', true],
      ['src/llm/a.ts', 'openai', false],
      ['plugins/llm/x/a.ts', 'datamind/llm-kit', true],
      ['core/a.ts', 'datamind/contract', false],
      ['semantic/plan/a.ts', '../model/b.js', true],
      ['semantic/plan/a.ts', '../../core/sql/b.js', true],
      ['semantic/plan/a.ts', '../../src/pipeline/b.js', false],
      ['plugins/connectors/pg/a.ts', './b.js', true],
      ['plugins/connectors/pg/a.ts', 'pg', true],
      ['plugins/connectors/pg/a.ts', 'datamind/contract', true],
      ['plugins/connectors/pg/a.ts', 'datamind/pipeline', false],
      ['plugins/connectors/pg/a.ts', '../mysql/b.js', false],
      ['plugins/connectors/redshift/a.ts', '../postgres/b.js', true],
      ['plugins/connectors/postgres/a.ts', '../redshift/b.js', false],
      ['plugins/connectors/pg/a.ts', '../../../core/plugin/contract.js', false],
      ['plugins/connectors/pg/a.test.ts', '../../../test/engines/all.js', true],
      ['plugins/connectors/pg/a.ts', '../../../test/engines/all.js', false],
      ['src/pipeline/a.ts', '../../core/a.js', true],
      ['src/pipeline/a.ts', '../../plugins/connectors/duckdb/index.js', false],
      ['src/pipeline/a.ts', '@duckdb/node-api/lib/x.js', false],
      ['src/pipeline/a.ts', '../../test/engines/all.js', false],
      ['src/demo/a.ts', '@duckdb/node-api', true],
    ];
    for (const [path, specifier, allowed] of rows) {
      it(`${path} ${allowed ? 'may' : 'may not'} import ${specifier}`, () => {
        expect(faultOf(path, specifier) === undefined).to.equal(allowed);
      });
    }
    it('sees every way to import', () => {
      const text = `import a from 'a'; import 'b'; export * from "c"; const d = await import('d'); require('e');\nimport {\n f,\n} from 'f';`;
      expect(specifiersOf(text)).to.deep.equal(['a', 'b', 'c', 'd', 'e', 'f']);
    });
  });

  it('imports point one way', () => {
    const faults = sources.flatMap(({ path, specifiers }) =>
      specifiers.flatMap((specifier) => {
        const fault = faultOf(path, specifier);
        return fault === undefined ? [] : [`${path}: ${fault}`];
      }),
    );
    expect(sources.length).to.be.greaterThan(50);
    expect(faults).to.deep.equal([]);
  });

  it('what computes touches nothing: no files, no network, no clock, no waiting', () => {
    const faults = sources.flatMap(({ path, text, specifiers }) => {
      const rule = pure.find(({ room }) => isIn(path, room));
      if (rule === undefined || rule.doors.some((door) => isIn(path, door))) return [];
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$|'[^'\n]*'|`[^`]*`/gm, '');
      const word =
        impureWords.exec(code)?.[0] ?? (waits[path] === undefined ? /\b(?:async|await)\b/.exec(code)?.[0] : undefined);
      return [...specifiers.filter((name) => impureModules.test(name)), ...(word ? [word] : [])].map(
        (what) => `${path}: ${what}`,
      );
    });
    expect(faults).to.deep.equal([]);
  });

  it('code is loaded by a name that is not written down where there is a reason only', () => {
    const loaders = sources.filter(({ text }) => /\bimport\((?!\s*['"])/.test(text.replace(/\/\*[\s\S]*?\*\//g, '')));
    expect(loaders.map(({ path }) => path)).to.deep.equal(Object.keys(loadsByName));
  });

  it('every plugin has the same shape', () => {
    const folders = new Set(
      everything
        .filter((path) => /^plugins\/[^/]+\/[^/]+\//.test(path))
        .map((path) => path.split('/').slice(0, 3).join('/')),
    );
    // What is scaffolded here begins as JavaScript; ours are TypeScript.
    const shape = [/^plugin\.json$/, /^index\.(ts|js)$/, /^README\.md$/];
    const missing = [...folders].flatMap((folder) => {
      const files = everything.filter((path) => isIn(path, folder)).map((path) => path.slice(folder.length + 1));
      return shape.filter((name) => !files.some((file) => name.test(file))).map((name) => `${folder}: ${name.source}`);
    });
    expect(missing).to.deep.equal([]);
  });

  it('nothing is called after a cupboard', () => {
    const bad = everything.flatMap((path) =>
      path
        .split('/')
        .filter((name) => cupboards.test(name.replace(/\.[a-z]+$/, '')))
        .map(() => path),
    );
    expect(bad).to.deep.equal([]);
  });

  it('no file is long', () => {
    const long = sources.filter(({ text }) => text.split('\n').length - 1 > mostLines).map(({ path }) => path);
    expect(long).to.deep.equal([]);
  });

  it('the top level is the list', () => {
    const git = spawnSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' });
    // Without git (a package, a copy) everything that lies there counts.
    const tracked =
      git.status === 0 && git.stdout !== ''
        ? git.stdout.split('\n').map((path) => path.split('/')[0]!)
        : readdirSync(root).filter((name) => !skipped.has(name));
    const strangers = [...new Set(tracked)].filter(
      (name) => name !== '' && !name.startsWith('.') && !topLevel.includes(name),
    );
    expect(tracked).to.include('package.json');
    expect(strangers).to.deep.equal([]);
  });
});

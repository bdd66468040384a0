/** What a person or a program does wrong, or the machine: the sentence that it is told, and that nothing is left half made. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect } from 'chai';
import { type Asked, ask } from '../api/request.js';
import { isMissing, startEngine } from '../engines/start-engine.js';
import { mountMemory } from './mount-memory.js';
import {
  listening,
  makeSmallProject,
  ordersYaml,
  runProgram,
  type SmallProject,
  startProgram,
  startProgramAlone,
} from './small-project.js';
import type { Program } from './program-hosts.js';

const ended = async (child: Program): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
};

/** The files of a folder, by their hashes; but not those of the store, into which a server writes by itself (who leads, whether it can be written). */
const contents = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile() && !name.includes('datamind.db'))
      .sort()
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  );

interface CommandRow {
  readonly what: string;
  /** Sets the stage in the project's folder; a text is why the row cannot be played here. */
  readonly given?: (folder: string) => Promise<string | null> | string | null;
  readonly run: readonly string[];
  readonly env?: (folder: string) => Readonly<Record<string, string>>;
  readonly code: number;
  /** `FOLDER` stands for the project's folder. */
  readonly out?: string;
  readonly err?: string;
  readonly afterwards?: (folder: string) => void;
}

const undo: (() => void)[] = [];

const file =
  (name: string, text: string) =>
  (folder: string): null => {
    writeFileSync(join(folder, name), text);
    return null;
  };
const emptyFolder = (folder: string): null => {
  mkdirSync(join(folder, 'empty'));
  return null;
};
const postgresWith = (config: Readonly<Record<string, unknown>>): ((folder: string) => null) =>
  file(
    'other.json',
    JSON.stringify({
      plugins: [
        {
          use: 'datamind/plugins/connectors/postgres',
          as: 'shop',
          config: { ...config, password: { $env: 'SHOP_PASSWORD' } },
        },
      ],
    }),
  );
const unreachable = { host: '127.0.0.1', port: 1, database: 'shop', user: 'reader' };
const demoConfig = JSON.stringify({
  plugins: [{ use: 'datamind/plugins/connectors/duckdb', as: 'shop', config: { path: '.datamind/demo.duckdb' } }],
});
const writable = '\n  Set DATAMIND_HOME to a folder that you may write to.\n';
const rows: readonly CommandRow[] = [
  {
    what: 'an unreachable database',
    given: postgresWith(unreachable),
    run: ['query', '-c', 'other.json', '-m', 'revenue'],
    env: () => ({ SHOP_PASSWORD: 'hush-9Q' }),
    code: 1,
    err: 'The plugin shop (PostgreSQL): The PostgreSQL server cannot be reached: check `host` and `port`, and that it runs and a firewall lets through. [CONNECTION_FAILED]\n  Mend what is named, or give the entry "onFailure": "degrade" to go on without a plugin that does not start.\n',
  },
  {
    what: 'a wrong password',
    given: async (folder) => {
      const engine = await startEngine('postgres');
      return isMissing(engine) ? engine.missing : postgresWith(engine.config)(folder);
    },
    run: ['query', '-c', 'other.json', '-m', 'revenue'],
    env: () => ({ SHOP_PASSWORD: 'hush-9Q' }),
    code: 1,
    err: 'The plugin shop (PostgreSQL): PostgreSQL refused the sign-in: check `user` and `password`, and whether the server admits this user, database, address and TLS mode (pg_hba.conf). [AUTHENTICATION_FAILED]\n  Mend what is named, or give the entry "onFailure": "degrade" to go on without a plugin that does not start.\n',
  },
  {
    what: 'a secret that is not set',
    given: postgresWith(unreachable),
    run: ['query', '-c', 'other.json', '-m', 'revenue'],
    code: 1,
    err: 'The configuration of the plugins has a problem:\nother.json:1:143 /plugins/0/config/password: the environment variable SHOP_PASSWORD is not set; set it before you start DataMind [CONFIG_INVALID]\n  Mend each of them; "datamind plugins check" lists them again.\n',
  },
  {
    what: 'an empty folder, checked',
    given: emptyFolder,
    run: ['check', 'empty'],
    code: 0,
    out: 'empty:1:1 warning FOLDER_EMPTY\n  there are no YAML files in the folder; write `entity: …` into a first one, `orders.yaml`\n\n0 errors, 1 warning\n',
  },
  {
    what: 'an empty folder, asked',
    given: emptyFolder,
    run: ['query', '-o', 'empty', '-m', 'revenue'],
    code: 1,
    err: 'The ontology folder holds no YAML files yet; add an entity to it. [MODEL_UNAVAILABLE]\n',
  },
  {
    what: 'a missing folder, checked',
    run: ['check', 'nowhere'],
    code: 1,
    out: 'nowhere:1:1 error FOLDER_MISSING\n  the folder of the model does not exist; create it, or name another\n\n1 error, 0 warnings\n',
  },
  {
    what: 'a missing folder, asked',
    run: ['query', '-o', 'nowhere', '-m', 'revenue'],
    code: 1,
    err: 'The model has 1 error: the folder of the model does not exist; create it, or name another [MODEL_UNAVAILABLE]\n  Mend the folder; it is read again by itself.\n',
  },
  {
    what: 'broken YAML, checked',
    given: file('ontology/broken.yaml', 'entity: x\ntable: {\n'),
    run: ['check'],
    code: 1,
    out: 'ontology/broken.yaml:3:1 error YAML_SYNTAX\n  a `{` or `[` before this is not closed, or this line of it is not indented further than its key\n3 | \n  | ^\n\n1 error, 0 warnings\n',
  },
  {
    what: 'broken YAML, asked',
    given: file('ontology/broken.yaml', 'entity: x\ntable: {\n'),
    run: ['query', '-m', 'revenue'],
    code: 1,
    err: 'The model has 1 error: broken.yaml:3:1 a `{` or `[` before this is not closed, or this line of it is not indented further than its key [MODEL_UNAVAILABLE]\n  Mend the folder; it is read again by itself.\n',
  },
  {
    what: 'a home that is a file',
    given: (folder) => {
      writeFileSync(join(folder, 'home'), 'mine');
      writeFileSync(join(folder, 'other.json'), demoConfig);
      return null;
    },
    run: ['query', '-c', 'other.json', '-m', 'revenue'],
    env: (folder) => ({ DATAMIND_HOME: join(folder, 'home') }),
    code: 1,
    err: `The demo data could not be written: FOLDER/home is a file or lies in one, and a folder is needed. [UNAVAILABLE]${writable}`,
    afterwards: (folder) => expect(readFileSync(join(folder, 'home'), 'utf8')).to.equal('mine'),
  },
  {
    what: 'a home that may not be written',
    given: (folder) => {
      writeFileSync(join(folder, 'other.json'), demoConfig);
      const locked = join(folder, 'locked');
      mkdirSync(locked);
      chmodSync(locked, 0o555);
      if (process.getuid?.() !== 0) return null;
      const unmount = mountMemory(locked, 'ro');
      if (unmount === null) return 'the superuser may write anywhere, and may not mount a read-only file system here';
      undo.push(unmount);
      return null;
    },
    run: ['query', '-c', 'other.json', '-m', 'revenue'],
    env: (folder) => ({ DATAMIND_HOME: join(folder, 'locked', 'home') }),
    code: 1,
    err: `The demo data could not be written: FOLDER/locked/home is not writable. [UNAVAILABLE]${writable}`,
  },
  {
    what: 'a full disk',
    given: (folder) => {
      writeFileSync(join(folder, 'other.json'), demoConfig);
      const unmount = mountMemory(join(folder, 'small'), 'size=2m');
      if (unmount === null) return 'this user may not mount a small file system; run the tests as root to see it';
      undo.push(unmount);
      return null;
    },
    run: ['query', '-c', 'other.json', '-m', 'revenue'],
    env: (folder) => ({ DATAMIND_HOME: join(folder, 'small') }),
    code: 1,
    err: 'The demo data could not be written: the disk that holds FOLDER/small is full. [STORAGE_FULL]\n  Free about 100 MB, or set DATAMIND_HOME to a folder on another disk.\n',
    afterwards: (folder) => expect(readdirSync(join(folder, 'small'))).to.deep.equal([]),
  },
  {
    what: 'a limit that is beyond all numbers',
    given: file('q.json', '{"metrics": ["revenue"], "limit": 1e999}'),
    run: ['query', 'q.json'],
    code: 2,
    err: 'q.json cannot be read as JSON: line 1, column 35: this number is too large. [BAD_REQUEST]\n',
  },
  {
    what: 'an unknown metric',
    run: ['query', '-m', 'revenu'],
    code: 1,
    err: 'There is no metric or measure "revenu". [UNKNOWN_MEMBER]\n  Did you mean "revenue"?\n',
  },
  {
    what: 'an unknown dimension',
    run: ['query', '-m', 'revenue', '-b', 'customer.contry'],
    code: 1,
    err: 'There is no dimension "customer.contry" for "orders". [UNKNOWN_MEMBER]\n  Did you mean "customer.country"?\n',
  },
  {
    what: 'an unknown connection',
    run: ['query', '-m', 'revenue', '--connection', 'shpo'],
    code: 1,
    err: 'There is no connection named "shpo". [CONNECTION_UNKNOWN]\n  Did you mean: shop?\n',
  },
  {
    what: 'an unknown command',
    run: ['qurey'],
    code: 2,
    err: "error: unknown command 'qurey'\n(Did you mean query?)\n(add --help to see how it is used)\n",
  },
  {
    what: 'a time range that is none',
    run: ['query', '-m', 'revenue', '-r', 'yesteryear'],
    code: 1,
    err: 'The time range "yesteryear" is not understood. [TIME_RANGE_INVALID]\n  Possible: last 3 months, this year to date, 2024-Q3, past 7 days, since 2024-01-15, 2024-01 to 2024-03\n  Write words such as "last 3 months", or a pair of dates such as ["2024-01-01", "2024-04-01"].\n',
  },
  {
    what: 'an empty table, without dimensions',
    run: ['query', '-m', 'refund,refund_count', '--csv'],
    code: 0,
    out: 'refund,refund_count\r\n,0\r\n',
  },
  {
    what: 'an empty table, by a dimension',
    run: ['query', '-m', 'refund', '-b', 'reason', '--csv'],
    code: 0,
    out: 'reason,refund\r\n',
  },
];

const nested = (depth: number): object =>
  depth === 0 ? { member: 'status', op: 'not_null' } : { not: nested(depth - 1) };

const refundsYaml = `entity: refunds
table: refunds
key: refund_id
dimensions:
  reason: {type: string}
measures:
  refund: {sum: amount}
  refund_count: {count: "*"}
`;

interface RequestRow {
  readonly what: string;
  readonly given?: (folder: string) => string | null;
  readonly method?: string;
  readonly path?: string;
  readonly send: Asked;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly suggestions?: readonly string[];
}

const query = '/api/v1/semantic/query';
const model = '/api/v1/semantic/models/orders.yaml';
const json = { 'Content-Type': 'application/json' };
const yaml = { 'Content-Type': 'application/yaml' };

const requests: readonly RequestRow[] = [
  {
    what: 'a huge body',
    send: { body: `{"metrics":["${'a'.repeat(1_100_000)}"]}`, headers: json },
    ...{ status: 413, code: 'PAYLOAD_TOO_LARGE', detail: 'The body is larger than this endpoint takes.' },
  },
  {
    what: 'deep JSON',
    send: { body: `{"filters":${'{"not":'.repeat(5_000)}{}${'}'.repeat(5_000)}}`, headers: json },
    ...{
      status: 400,
      code: 'BAD_REQUEST',
      detail: 'The body cannot be read as JSON: line 1, column 712: this is nested more than 100 levels deep.',
    },
  },
  {
    what: 'a filter that is nested deeper than anybody means',
    send: { body: { metrics: ['revenue'], filters: nested(30) } },
    ...{
      status: 400,
      code: 'QUERY_INVALID',
      detail: `The query at /filters${'/not'.repeat(21)} is nested more than 20 levels deep.`,
    },
  },
  {
    what: 'another content type',
    send: { body: 'metrics=revenue', headers: { 'Content-Type': 'text/plain' } },
    suggestions: ['application/json'],
    ...{ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', detail: '"text/plain" is not read here; send application/json.' },
  },
  {
    what: 'an unknown metric',
    send: { body: { metrics: ['revenu'] } },
    ...{
      status: 400,
      code: 'UNKNOWN_MEMBER',
      detail: 'There is no metric or measure "revenu".',
      suggestions: ['revenue'],
    },
  },
  {
    what: 'an unknown dimension',
    send: { body: { metrics: ['revenue'], dimensions: ['customer.contry'] } },
    ...{
      status: 400,
      code: 'UNKNOWN_MEMBER',
      detail: 'There is no dimension "customer.contry" for "orders".',
      suggestions: ['customer.country'],
    },
  },
  {
    what: 'an unknown key',
    send: { body: { metrics: ['revenue'], filter: {} } },
    ...{
      status: 400,
      code: 'QUERY_INVALID',
      detail: 'The body at /filter: "filter" is not known here; did you mean "filters"?',
    },
  },
  {
    what: 'an unknown operator',
    send: { body: { metrics: ['revenue'], filters: { member: 'status', op: 'equal', values: ['paid'] } } },
    ...{
      status: 400,
      code: 'QUERY_INVALID',
      detail:
        'The body at /filters/op: must be one of "eq", "ne", "in", "not_in", "gt", "gte", "lt", "lte", "between", "like", "not_like", "contains", "starts_with", "ends_with", "is_null", "not_null", "under".',
    },
  },
  {
    what: 'a number that would become another one',
    send: {
      body: '{"metrics":["revenue"],"filters":{"member":"numbers.n","op":"eq","values":[9007199254740993]}}',
      headers: json,
    },
    ...{
      status: 400,
      code: 'BAD_REQUEST',
      detail:
        'The body cannot be read as JSON: line 1, column 76: this number has more digits than a JSON number keeps; write it as a text in "quotes".',
    },
  },
  {
    what: 'a model that does not compile',
    ...{ method: 'PUT', path: model, send: { body: `${ordersYaml}tabel: x\n`, headers: yaml } },
    ...{
      status: 422,
      code: 'MODEL_INVALID',
      detail:
        'With this change the model has 1 error: orders.yaml:16:1 `tabel` is not known here; did you mean `label`?',
    },
  },
  {
    what: 'a model that is no YAML',
    ...{ method: 'PUT', path: model, send: { body: 'entity: {\n\tx', headers: yaml } },
    ...{
      status: 422,
      code: 'MODEL_INVALID',
      detail:
        'With this change the model has 4 errors: orders.yaml:2:2 a `{` or `[` before this is not closed, or this line of it is not indented further than its key',
    },
  },
  {
    what: 'a name that leaves the folder',
    ...{ method: 'PUT', path: '/api/v1/semantic/models/..%2Fevil.yaml', send: { body: 'x: 1\n', headers: yaml } },
    ...{
      status: 400,
      code: 'BAD_REQUEST',
      detail:
        'A model is named by the path of its file in the ontology folder, which ends in .yaml or .yml, such as sales/orders.yaml.',
    },
  },
  {
    what: 'a model on a full disk',
    given: (folder) => {
      const unmount = mountMemory(join(folder, 'ontology', 'small'), 'size=64k');
      if (unmount === null) return 'this user may not mount a small file system; run the tests as root to see it';
      undo.push(unmount);
      return null;
    },
    ...{ method: 'PUT', path: '/api/v1/semantic/models/small%2Fnew.yaml' },
    send: { body: `# ${'x'.repeat(200_000)}\nentity: more\ntable: orders\nkey: order_id\n`, headers: yaml },
    ...{
      status: 507,
      code: 'STORAGE_FULL',
      detail: 'The disk is full, so nothing was written; free some space and repeat it.',
    },
  },
];

describe('bad input', function () {
  this.timeout(60_000);
  let project: SmallProject;
  let base: Readonly<Record<string, string>>;
  before(async () => {
    project = await makeSmallProject();
    const instance = await DuckDBInstance.create(join(project.folder, 'shop.duckdb'));
    const connection = await instance.connect();
    await connection.run('create table refunds (refund_id integer primary key, amount decimal(18,2), reason varchar)');
    connection.closeSync();
    instance.closeSync();
    writeFileSync(join(project.ontology, 'refunds.yaml'), refundsYaml);
    base = contents(project.folder);
  });
  after(() => project?.remove());
  afterEach(() => {
    for (const back of undo.splice(0)) back();
    for (const name of Object.keys(contents(project.folder))) if (!(name in base)) rmSync(join(project.folder, name));
    for (const name of ['empty', 'locked', 'small', 'home', 'ontology/small']) {
      rmSync(join(project.folder, name), { recursive: true, force: true });
    }
    expect(contents(project.folder)).to.deep.equal(base);
  });

  describe('of the command line', () => {
    for (const { what, given, run, env, code, out = '', err = '', afterwards } of rows) {
      it(what, async function () {
        const { folder } = project;
        const missing = (await given?.(folder)) ?? null;
        if (missing !== null) {
          console.log(`  skipped: ${what}: ${missing}`);
          this.skip();
        }
        const before = contents(folder);
        const found = await runProgram(folder, run, { env: env?.(folder) ?? {} });
        const named = (text: string): string => text.replaceAll(folder, 'FOLDER');
        expect({ code: found.code, out: named(found.out), err: named(found.err) }).to.deep.equal({ code, out, err });
        expect(contents(folder)).to.deep.equal(before);
        afterwards?.(folder);
      });
    }
  });

  describe('of a server', () => {
    let child: Program;
    let url: string;
    const start = async (): Promise<void> => {
      // Nothing of its own is written while the rows run.
      child = startProgram(project.folder, ['serve', '--port', '0'], { DATAMIND_LEASE_SECONDS: '3600' });
      child.stderr!.resume();
      url = await listening(child);
    };
    const stop = async (): Promise<void> => {
      child.kill('SIGTERM');
      await ended(child);
    };
    before(start);
    after(stop);

    for (const { what, given, method = 'POST', path = query, send, status, code, detail, suggestions } of requests) {
      it(what, async function () {
        const missing = given?.(project.folder) ?? null;
        if (missing !== null) {
          console.log(`  skipped: ${what}: ${missing}`);
          this.skip();
        }
        const before = contents(project.folder);
        const { body, text, status: found } = await ask(url, method, path, send);
        expect({ status: found, code: body?.code, detail: body?.detail }, text).to.deep.equal({ status, code, detail });
        expect(body.suggestions).to.deep.equal(suggestions);
        expect(contents(project.folder)).to.deep.equal(before);
        const healthy = await ask(url, 'POST', query, { body: { metrics: ['order_count'] } });
        expect(healthy.body.rows).to.deep.equal([[5]]);
      });
    }

    it('a port that is in use', async () => {
      const { port } = new URL(url);
      const { code, out, err } = await runProgram(project.folder, ['serve', '--port', port]);
      const hint = `Stop that program, or choose another port: PORT=${Number(port) + 1} npm start.`;
      const said = `Port ${port} is in use by another program. [PORT_IN_USE]\n  ${hint}\n`;
      expect({ code, out, err: err.replace(/^\{.*\}\n/gm, '') }).to.deep.equal({ code: 1, out: '', err: said });
    });

    it('a kill in the middle of a change to the model: the old file or the new one, and nothing beside', async () => {
      const path = join(project.ontology, 'orders.yaml');
      const files = contents(project.ontology);
      let left = 0;
      for (let round = 0; round < 8 && left === 0; round += 1) {
        const next = `${ordersYaml}# round ${round}\n${`# ${'x'.repeat(98)}\n`.repeat(30_000)}`;
        const writing = watch(project.ontology);
        writing.on('change', (_, name) => {
          if (String(name).endsWith('.tmp')) child.kill('SIGKILL');
        });
        await ask(url, 'PUT', model, { body: next, headers: yaml }).catch(() => undefined);
        await ended(child);
        writing.close();
        left = readdirSync(project.ontology).filter((name) => name.endsWith('.tmp')).length;
        const whole = [ordersYaml, next].includes(readFileSync(path, 'utf8'));
        await start();
        expect(whole).to.equal(true);
        const mended = await ask(url, 'PUT', model, { body: ordersYaml, headers: yaml });
        expect(mended.status, mended.text).to.equal(200);
        expect(contents(project.ontology)).to.deep.equal(files);
      }
      expect(left, 'a kill between the first byte and the last').to.equal(1);
    });

    it('a kill in the middle of making the demo data', async () => {
      const home = join(project.folder, 'home');
      mkdirSync(home);
      writeFileSync(join(project.folder, 'other.json'), demoConfig);
      const making = watch(home);
      const maker = startProgramAlone(project.folder, ['serve', '-c', 'other.json', '--port', '0'], {
        DATAMIND_HOME: home,
      });
      maker.stderr!.resume();
      await once(making, 'change');
      making.close();
      maker.kill('SIGKILL');
      await ended(maker);
      expect(readdirSync(home)).to.not.include('demo.duckdb');
    });
  });
});

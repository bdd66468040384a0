import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { runConformance } from 'datamind/conformance';
import { selfSignedCertificate } from '../../../test/engines/certificate.js';
import {
  describeFailures,
  describeTls,
  encryptionOf,
  type ServerConnector,
} from '../../../test/engines/describe-connection.js';
import type { TestEngine } from '../../../test/engines/engine.js';
import { codeOf, withConnector } from '../../../test/engines/open-connector.js';
import { start } from '../../../test/engines/postgres.js';
import { isMissing } from '../../../test/engines/start-engine.js';
import { parsePostgresArray } from './arrays.js';
import postgres from './index.js';
import type { PostgresConfig } from './settings.js';
import { spellPostgresTime, toPostgresTime } from './times.js';

describe('postgres: text forms', () => {
  const arrays: readonly (readonly [text: string, cells: unknown])[] = [
    ['{}', []],
    ['{a,NULL,"NULL","","a\\"b","c\\\\d","{x}","e,f"}', ['a', null, 'NULL', '', 'a"b', 'c\\d', '{x}', 'e,f']],
    [
      '{{1,2},{3,NULL}}',
      [
        ['1', '2'],
        ['3', null],
      ],
    ],
    ['[0:1]={7,8}', ['7', '8']],
    ['[2:2][0:0]={{x}}', [['x']]],
  ];
  for (const [text, cells] of arrays) {
    it(`reads the array ${text}`, () => {
      expect(parsePostgresArray(text, (element) => element, ',')).to.deep.equal(cells);
    });
  }
  for (const broken of ['', '{', '{a', '{"a', '{"a"b}', 'a']) {
    it(`refuses the array ${JSON.stringify(broken)}`, () => {
      expect(() => parsePostgresArray(broken, (element) => element, ',')).to.throw();
    });
  }

  const times: readonly (readonly [written: string, spelled: string, zone: '' | 'Z'])[] = [
    ['2024-02-29', '2024-02-29', ''],
    ['0001-01-01 BC', '0000-01-01', ''],
    ['0002-01-01 BC', '-000001-01-01', ''],
    ['10000-01-01 00:00:00', '+010000-01-01T00:00:00', ''],
    ['2024-02-29 01:02:03.4', '2024-02-29T01:02:03.400000', ''],
    ['2024-02-29 01:02:03+00', '2024-02-29T01:02:03Z', 'Z'],
    ['4713-11-24 00:00:00+00 BC', '-004712-11-24T00:00:00Z', 'Z'],
    ['5874897-12-31', '+5874897-12-31', ''],
    ['-infinity', '-infinity', ''],
  ];
  for (const [written, spelled, zone] of times) {
    it(`spells the time ${written}`, () => {
      expect(spellPostgresTime(written, zone)).to.equal(spelled);
    });
  }
  it('writes times the way back', () => {
    expect(
      ['-000043-03-15', '0000-01-01', '+012345-01-01T00:00:00', '2024-01-01T00:00:00.5Z'].map(toPostgresTime),
    ).to.deep.equal(['0044-03-15 BC', '0001-01-01 BC', '12345-01-01 00:00:00', '2024-01-01 00:00:00.5Z']);
  });
});

describe('postgres: connections', function () {
  this.timeout(60_000);
  let engine: TestEngine;
  let config: Readonly<Record<string, unknown>>;

  before(async function () {
    const started = await start();
    if (isMissing(started)) {
      process.stdout.write(`skipped: ${started.missing}\n`);
      return this.skip();
    }
    engine = started;
    config = engine.config;
  });
  after(() => engine?.stop());

  const server: ServerConnector<PostgresConfig> = {
    module: postgres,
    scheme: 'postgres',
    open: () => ({ engine, config }),
    encrypted: 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    sleeps: 'SELECT pg_sleep(30)',
    endless: 'SELECT generate_series(1, 100000000)',
    session: 'SELECT pg_backend_pid()',
    doomed: "SELECT pid AS id FROM pg_stat_activity WHERE query LIKE '%doomed%' AND pid <> pg_backend_pid()",
    ends: (id) => [`SELECT pg_terminate_backend(${id}, 2000)`],
    one: 'ALTER ROLE datamind_reader CONNECTION LIMIT 1',
    many: 'ALTER ROLE datamind_reader CONNECTION LIMIT -1',
    nowhere: 'DATABASE_NOT_FOUND',
  };
  const encrypted = (tls: object, host = '127.0.0.1'): Promise<string> =>
    encryptionOf(server, { ...config, host, tls });

  describe('TLS', () => {
    describeTls(server);

    it('a certificate for another host: refused by verify-full, taken by verify-ca', async () => {
      const [{ data_directory: folder }] = (await engine.admin('SHOW data_directory')) as [{ data_directory: string }];
      const other = selfSignedCertificate('other.example', null);
      writeFileSync(join(folder, 'server.crt'), other.certificate);
      writeFileSync(join(folder, 'server.key'), other.key);
      await engine.admin('SELECT pg_reload_conf()', 'SELECT pg_sleep(0.2)');
      for (const host of ['127.0.0.1', 'localhost']) {
        expect(await encrypted({ mode: 'verify-full', ca: other.certificate }, host), host).to.equal('TLS_FAILED');
      }
      expect(await encrypted({ mode: 'verify-ca', ca: other.certificate })).to.equal('encrypted');
      config = { ...config, tls: { mode: 'verify-ca', ca: other.certificate } };
    });

    it('a server without TLS: refused', async () => {
      await engine.admin('ALTER SYSTEM SET ssl = off', 'SELECT pg_reload_conf()', 'SELECT pg_sleep(0.2)');
      expect(await encrypted({ mode: 'require' })).to.equal('TLS_FAILED');
      expect(await encrypted({ mode: 'disable' })).to.equal('plain');
      await engine.admin('ALTER SYSTEM SET ssl = on', 'SELECT pg_reload_conf()', 'SELECT pg_sleep(0.2)');
    });
  });

  describe('what else goes wrong', () => {
    describeFailures(server);

    const startCode = (change: object): Promise<string> =>
      codeOf(withConnector(postgres, { ...config, ...change }, async () => 0));

    it('nothing is taken from the environment', async () => {
      const { PGPASSWORD } = process.env;
      process.env.PGPASSWORD = String(config.password);
      try {
        expect(await startCode({ password: '' })).to.equal('AUTHENTICATION_FAILED');
      } finally {
        if (PGPASSWORD === undefined) delete process.env.PGPASSWORD;
        else process.env.PGPASSWORD = PGPASSWORD;
      }
    });
    it('more than one row in the place of a value is an invalid value', () =>
      withConnector(postgres, { ...config }, async ({ ask }) => {
        expect(await codeOf(ask('SELECT (SELECT n FROM generate_series(1, 2) AS s (n)) AS a'))).to.equal(
          'VALUE_INVALID',
        );
      }));
    it('a reader who does not read holds the server back', async () => {
      let received = 0;
      const proxy = createServer((near) => {
        const far = connect(Number(config.port), '127.0.0.1');
        far.on('data', (data) => {
          received += data.length;
        });
        near.pipe(far).pipe(near);
        for (const socket of [near, far]) socket.on('error', () => undefined);
      }).listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      const { port } = proxy.address() as AddressInfo;
      const text = "SELECT repeat('x', 1000) FROM (SELECT generate_series(1, 100000000)) AS s";
      await withConnector(postgres, { ...config, port, tls: { mode: 'disable' } }, async ({ query }) => {
        const result = await query(text);
        await result.batches[Symbol.asyncIterator]().next();
        const end = performance.now() + 10_000;
        for (let before = -1; before !== received; ) {
          expect(performance.now(), 'the server still sends').to.be.below(end);
          before = received;
          await engine.admin('SELECT pg_sleep(0.3)');
        }
        await result.close();
      });
      proxy.close();
    });
  });

  describe('a user who could do more than read', () => {
    const admin = { user: 'admin', password: 'admin-secret-3Z' };
    it('a superuser is refused, unless allowed, and then there is a warning', async () => {
      expect(await codeOf(withConnector(postgres, { ...config, ...admin }, async () => 0))).to.equal(
        'PERMISSION_DENIED',
      );
      await withConnector(postgres, { ...config, ...admin, allowPrivilegedUser: true }, async ({ log }) => {
        expect(log.join()).to.match(/superuser/);
      });
    });
    it('a role that reads files of the server is refused', async () => {
      await engine.admin('GRANT pg_read_server_files TO datamind_reader');
      try {
        expect(await codeOf(withConnector(postgres, config, async () => 0))).to.equal('PERMISSION_DENIED');
      } finally {
        await engine.admin('REVOKE pg_read_server_files FROM datamind_reader');
      }
    });
    it('the session stays read-only for a superuser', async () => {
      const rows = await runConformance(
        {
          manifest: { config: {} } as never,
          module: postgres as never,
          config: { ...config, ...admin, allowPrivilegedUser: true },
          admin: engine.admin,
        },
        { only: ['read-only/writes', 'read-only/disguised', 'one-statement'] },
      );
      expect(rows.filter(({ status }) => status !== 'passed')).to.deep.equal([]);
      expect(rows).to.have.length.above(3);
    });
  });

  describe('types of the database itself', () => {
    before(() =>
      engine.admin(
        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
        'CREATE DOMAIN email AS text',
        'CREATE TYPE pair AS (a integer, b text)',
        `CREATE TABLE odd (m mood, e email, p pair, r int4range, ms mood[], n numeric, nan numeric, inf numeric, d date, ts timestamptz,
           real4 real, b bytea, bits bit(3), net inet, i interval, j jsonb, arr text[], days date[], boxes box[])`,
        `INSERT INTO odd VALUES ('ok', 'a@b', '(1,"x y")', '[1,5)', '{sad,NULL}', 1.50, 'NaN', '-Infinity', '-infinity', '0044-03-15 12:00:00+00 BC',
           0.1, '\\x00ff', '101', '10.0.0.1', '-1 mon +2 days', '{"b":1,"a":2}', '[2:3]={a,NULL}', '{2024-02-29,infinity}', '{(1,1),(0,0);(2,2),(1,1)}')`,
      ),
    );
    const expected: readonly (readonly [name: string, type: string, cell: unknown])[] = [
      ['m', 'string', 'ok'],
      ['e', 'string', 'a@b'],
      ['p', 'unknown', '(1,"x y")'],
      ['r', 'unknown', '[1,5)'],
      ['ms', 'array', ['sad', null]],
      ['n', 'decimal', '1.50'],
      ['nan', 'decimal', 'NaN'],
      ['inf', 'decimal', '-Infinity'],
      ['d', 'date', '-infinity'],
      ['ts', 'timestamptz', '-000043-03-15T12:00:00Z'],
      ['real4', 'float', 0.1],
      ['b', 'binary', 'AP8='],
      ['bits', 'string', '101'],
      ['net', 'unknown', '10.0.0.1'],
      ['i', 'interval', '-1 mons +2 days'],
      ['j', 'json', '{"a": 2, "b": 1}'],
      ['arr', 'array', ['a', null]],
      ['days', 'array', ['2024-02-29', 'infinity']],
      ['boxes', 'array', ['(1,1),(0,0)', '(2,2),(1,1)']],
    ];
    it('come out typed and whole, and the catalogue agrees', () =>
      withConnector(postgres, config, async ({ ask, connector }) => {
        const { columns, rows } = await ask('SELECT * FROM odd');
        expect(columns.map(({ name, type }, at) => [name, type, rows[0]?.[at]])).to.deep.equal(expected);
        const { tables } = await connector.introspect({}, new AbortController().signal);
        const odd = tables.find(({ name }) => name === 'odd');
        expect(odd?.columns.map(({ name, type }) => [name, type])).to.deep.equal(
          expected.map(([name, type]) => [name, type]),
        );
      }));
    it('a string compares with an enumeration, a UUID and a domain alike', () =>
      withConnector(postgres, config, async ({ ask }) => {
        const text = 'SELECT count(*)::int FROM odd WHERE m = $1 AND e = $2 AND gen_random_uuid() <> $3';
        const parameters = ['ok', 'a@b', '0f8fad5b-d9cb-469f-a165-70867728950e'].map(
          (value) => ({ type: 'string', value }) as const,
        );
        expect((await ask(text, {}, parameters)).rows).to.deep.equal([[1]]);
      }));
  });

  describe('introspection', () => {
    before(() =>
      engine.admin(
        'CREATE SCHEMA sales',
        'CREATE TABLE sales.region (country text, code text, PRIMARY KEY (code, country))',
        'CREATE TABLE sales.shop (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, c text, r text, FOREIGN KEY (c, r) REFERENCES sales.region (country, code))',
        'CREATE UNIQUE INDEX ON sales.shop (r, c) INCLUDE (id)',
        'CREATE UNIQUE INDEX ON sales.shop (lower(c))',
        "CREATE UNIQUE INDEX ON sales.shop (c) WHERE r = 'x'",
        'CREATE TABLE sales.event (at date NOT NULL, n integer) PARTITION BY RANGE (at)',
        "CREATE TABLE sales.event_2023 PARTITION OF sales.event FOR VALUES FROM ('2023-01-01') TO ('2024-01-01')",
        "CREATE TABLE sales.event_2024 PARTITION OF sales.event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
        "INSERT INTO sales.event SELECT '2023-06-01'::date + n, n FROM generate_series(1, 400) n",
        'CREATE MATERIALIZED VIEW sales.stored AS SELECT 1 AS one',
        'CREATE TABLE sales.hidden (secret text)',
        'REVOKE ALL ON sales.hidden FROM datamind_reader',
        'ANALYZE sales.event_2023, sales.event_2024',
        "DO $$ BEGIN FOR i IN 1..1500 LOOP EXECUTE format('CREATE TABLE sales.many_%s (id int PRIMARY KEY, v text UNIQUE)', i); END LOOP; END $$",
      ),
    );
    it('reads keys in their order, partitions as one, and thousands of tables at once', () =>
      withConnector(postgres, config, async ({ connector }) => {
        const began = performance.now();
        const { tables } = await connector.introspect({ schemas: ['sales'] }, new AbortController().signal);
        expect(performance.now() - began).to.be.below(5_000);
        const find = (name: string) => tables.find((table) => table.name === name);
        expect(tables.filter(({ name }) => name.startsWith('many_'))).to.have.length(1500);
        expect(find('region')?.primaryKey).to.deep.equal(['code', 'country']);
        expect(find('shop')?.foreignKeys).to.deep.equal([
          { columns: ['c', 'r'], toSchema: 'sales', toTable: 'region', toColumns: ['country', 'code'] },
        ]);
        expect(find('shop')?.uniqueKeys).to.deep.equal([['r', 'c']]);
        expect([find('event')?.kind, find('event')?.rowEstimate]).to.deep.equal(['table', 400]);
        expect(find('event_2023')).to.equal(undefined);
        expect([find('stored')?.kind, find('stored')?.rowEstimate]).to.deep.equal(['view', null]);
        expect(find('hidden')).to.equal(undefined);
        expect(find('many_1')?.rowEstimate).to.equal(null);
      }));
  });
});

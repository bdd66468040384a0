import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { runConformance } from 'datamind/conformance';
import { selfSignedCertificate } from '../../../test/engines/certificate.js';
import type { TestEngine } from '../../../test/engines/engine.js';
import { codeOf, withConnector } from '../../../test/engines/open-connector.js';
import { start } from '../../../test/engines/postgres.js';
import { isMissing } from '../../../test/engines/start-engine.js';
import { parsePostgresArray } from './arrays.js';
import postgres from './index.js';
import { spellPostgresTime, toPostgresTime } from './times.js';

const stranger = selfSignedCertificate('stranger.example');

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
  let ca: string;

  before(async function () {
    const started = await start();
    if (isMissing(started)) {
      process.stdout.write(`skipped: ${started.missing}\n`);
      return this.skip();
    }
    engine = started;
    config = engine.config;
    ca = (config.tls as { readonly ca: string }).ca;
  });
  after(() => engine?.stop());

  const encrypted = (tls: object, host = '127.0.0.1'): Promise<string> =>
    withConnector(postgres, { ...config, host, tls }, async ({ ask }) => {
      const { rows } = await ask('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
      return String(rows[0]?.[0]);
    }).catch((error: { readonly code: string }) => error.code);

  describe('TLS', () => {
    const modes: readonly (readonly [title: string, tls: () => object, host: string, outcome: string])[] = [
      ['disable', () => ({ mode: 'disable' }), '127.0.0.1', 'false'],
      ['require, believing anybody', () => ({ mode: 'require' }), '127.0.0.1', 'true'],
      ['verify-ca with the right authority', () => ({ mode: 'verify-ca', ca }), '127.0.0.1', 'true'],
      [
        'verify-ca with a wrong authority',
        () => ({ mode: 'verify-ca', ca: stranger.certificate }),
        '127.0.0.1',
        'TLS_FAILED',
      ],
      ['verify-ca with the authorities of Node.js', () => ({ mode: 'verify-ca' }), '127.0.0.1', 'TLS_FAILED'],
      ['verify-full by address', () => ({ mode: 'verify-full', ca }), '127.0.0.1', 'true'],
      ['verify-full by name', () => ({ mode: 'verify-full', ca }), 'localhost', 'true'],
      [
        'verify-full with a wrong authority',
        () => ({ mode: 'verify-full', ca: stranger.certificate }),
        'localhost',
        'TLS_FAILED',
      ],
      [
        'an authority that is no certificate',
        () => ({ mode: 'verify-full', ca: 'nonsense' }),
        'localhost',
        'TLS_FAILED',
      ],
      ['a key without its certificate', () => ({ mode: 'require', key: 'nonsense' }), 'localhost', 'TLS_FAILED'],
    ];
    for (const [title, tls, host, outcome] of modes) {
      it(title, async () => {
        expect(await encrypted(tls(), host)).to.equal(outcome);
      });
    }

    it('a certificate for another host: refused by verify-full, taken by verify-ca', async () => {
      const [{ data_directory: folder }] = (await engine.admin('SHOW data_directory')) as [{ data_directory: string }];
      const other = selfSignedCertificate('other.example', null);
      writeFileSync(join(folder, 'server.crt'), other.certificate);
      writeFileSync(join(folder, 'server.key'), other.key);
      await engine.admin('SELECT pg_reload_conf()', 'SELECT pg_sleep(0.2)');
      for (const host of ['127.0.0.1', 'localhost']) {
        expect(await encrypted({ mode: 'verify-full', ca: other.certificate }, host), host).to.equal('TLS_FAILED');
      }
      expect(await encrypted({ mode: 'verify-ca', ca: other.certificate })).to.equal('true');
      config = { ...config, tls: { mode: 'verify-ca', ca: other.certificate } };
    });

    it('cancels over TLS', async () => {
      await withConnector(postgres, config, async ({ ask }) => {
        const began = performance.now();
        expect(await codeOf(ask('SELECT pg_sleep(30)', { timeoutMs: 200 }))).to.equal('QUERY_TIMEOUT');
        expect(performance.now() - began).to.be.below(3_000);
      });
    });

    it('a server without TLS: refused', async () => {
      await engine.admin('ALTER SYSTEM SET ssl = off', 'SELECT pg_reload_conf()', 'SELECT pg_sleep(0.2)');
      expect(await encrypted({ mode: 'require' })).to.equal('TLS_FAILED');
      expect(await encrypted({ mode: 'disable' })).to.equal('false');
      await engine.admin('ALTER SYSTEM SET ssl = on', 'SELECT pg_reload_conf()', 'SELECT pg_sleep(0.2)');
    });
  });

  describe('what else goes wrong', () => {
    const listens = async (answer: string | null, work: (port: number) => Promise<void>): Promise<void> => {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        if (answer !== null) socket.end(answer);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      try {
        await work((server.address() as AddressInfo).port);
      } finally {
        server.close();
      }
    };
    const startCode = (change: object): Promise<string> =>
      codeOf(withConnector(postgres, { ...config, ...change }, async () => 0));

    it('a server that never answers: the connection times out', () =>
      listens(null, async (port) => {
        expect(await startCode({ port, connectTimeoutMs: 300, tls: { mode: 'disable' } })).to.equal(
          'CONNECTION_FAILED',
        );
      }));
    it('a server of another kind', () =>
      listens('HTTP/1.1 400 Bad Request\r\n\r\n', async (port) => {
        expect(await startCode({ port, tls: { mode: 'require' } })).to.equal('TLS_FAILED');
        expect(await startCode({ port, tls: { mode: 'disable' } })).to.be.oneOf([
          'CONNECTION_LOST',
          'CONNECTION_FAILED',
        ]);
      }));
    it('a URL takes the place of the parts, and the parts win', async () => {
      const { host, port, user, password, database, tls } = config as Record<string, string>;
      const url = `postgres://${user}:${password}@${host}:${port}/nowhere?sslmode=verify-full`;
      expect(await codeOf(withConnector(postgres, { url, tls }, async () => 0))).to.equal('DATABASE_NOT_FOUND');
      expect(await codeOf(withConnector(postgres, { url, tls, database }, async () => 0))).to.equal('none');
    });
    for (const url of [
      'nonsense',
      'mysql://u:p@h/d',
      'postgres://h/d?options=x',
      'postgres://u@h/d?sslmode=maybe',
      'postgres://u:%zz@h/d',
    ]) {
      it(`a URL that will not do: ${url}`, async () => {
        expect(await codeOf(withConnector(postgres, { url }, async () => 0))).to.equal('CONFIG_INVALID');
      });
    }
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
    it('a full pool: refused after the wait', () =>
      withConnector(postgres, { ...config, pool: { max: 1, acquireTimeoutMs: 200 } }, async ({ ask, query }) => {
        const held = await query('SELECT generate_series(1, 10000000)');
        expect(await codeOf(ask('SELECT 1'))).to.equal('TOO_MANY_CONNECTIONS');
        await held.close();
        expect(await codeOf(ask('SELECT 1'))).to.equal('none');
      }));
    it('a full server', async () => {
      await engine.admin('ALTER ROLE datamind_reader CONNECTION LIMIT 1');
      try {
        await withConnector(postgres, config, async () => {
          expect(await startCode({})).to.equal('TOO_MANY_CONNECTIONS');
        });
      } finally {
        await engine.admin('ALTER ROLE datamind_reader CONNECTION LIMIT -1');
      }
    });
    it('a connection that the server ends in the middle of a stream: a code, and the next statement gets another', () =>
      withConnector(postgres, { ...config, pool: { max: 1 } }, async ({ ask, query }) => {
        const result = await query('SELECT generate_series(1, 100000000)', { tag: 'doomed' });
        const reader = result.batches[Symbol.asyncIterator]();
        await reader.next();
        await engine.admin(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%doomed%' AND pid <> pg_backend_pid()",
        );
        const rest = async (): Promise<void> => {
          while (!(await reader.next()).done);
        };
        expect(await codeOf(rest())).to.equal('CONNECTION_LOST');
        expect((await ask('SELECT 1')).rows).to.deep.equal([[1]]);
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
    it('a connection that the server ended while it was idle is replaced unseen', () =>
      withConnector(postgres, { ...config, pool: { max: 1 } }, async ({ ask }) => {
        const [[process]] = (await ask('SELECT pg_backend_pid()')).rows as [[number]];
        await engine.admin(`SELECT pg_terminate_backend(${process}, 2000)`);
        expect((await ask('SELECT 1')).rows).to.deep.equal([[1]]);
      }));
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

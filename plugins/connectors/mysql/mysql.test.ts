import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import driver from 'mysql2';
import { runConformance } from 'datamind/conformance';
import { selfSignedCertificate } from '../../../test/engines/certificate.js';
import {
  describeFailures,
  describeTls,
  encryptionOf,
  type ServerConnector,
} from '../../../test/engines/describe-connection.js';
import type { TestEngine } from '../../../test/engines/engine.js';
import { start } from '../../../test/engines/mysql.js';
import { codeOf, withConnector } from '../../../test/engines/open-connector.js';
import { isMissing } from '../../../test/engines/start-engine.js';
import mysql from './index.js';
import type { MysqlConfig } from './settings.js';

describe('mysql: connections', function () {
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

  const server: ServerConnector<MysqlConfig> = {
    module: mysql,
    scheme: 'mysql',
    open: () => ({ engine, config }),
    encrypted: "SELECT VARIABLE_VALUE <> '' FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'Ssl_cipher'",
    sleeps: 'SELECT SLEEP(30)',
    endless: 'SELECT a.seq, b.seq FROM seq_1_to_10000 a, seq_1_to_10000 b',
    session: 'SELECT CONNECTION_ID()',
    doomed: "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE INFO LIKE '/* doomed%'",
    ends: (id) => [`KILL CONNECTION ${id}`, 'SELECT SLEEP(0.1)'],
    one: 'ALTER USER datamind_reader WITH MAX_USER_CONNECTIONS 1',
    many: 'ALTER USER datamind_reader WITH MAX_USER_CONNECTIONS 0',
    nowhere: 'PERMISSION_DENIED',
  };
  const encrypted = (tls: object, host = '127.0.0.1'): Promise<string> =>
    encryptionOf(server, { ...config, host, tls });

  describe('TLS', () => {
    describeTls(server);

    it('a certificate for another host: refused by verify-full, taken by verify-ca', async () => {
      const [files] = (await engine.admin('SELECT @@ssl_cert AS certificate, @@ssl_key AS secret')) as [
        { readonly certificate: string; readonly secret: string },
      ];
      // `localhost`, because the driver's own check takes that for the name behind any address.
      const byName = selfSignedCertificate('localhost', null);
      writeFileSync(files.certificate, byName.certificate);
      writeFileSync(files.secret, byName.key);
      await engine.admin('FLUSH SSL');
      expect(await encrypted({ mode: 'verify-full', ca: byName.certificate }, '127.0.0.1')).to.equal('TLS_FAILED');
      expect(await encrypted({ mode: 'verify-full', ca: byName.certificate }, 'localhost')).to.equal('encrypted');
      expect(await encrypted({ mode: 'verify-ca', ca: byName.certificate })).to.equal('encrypted');
      const byAddress = selfSignedCertificate('other.example', '127.0.0.1');
      writeFileSync(files.certificate, byAddress.certificate);
      writeFileSync(files.secret, byAddress.key);
      await engine.admin('FLUSH SSL');
      expect(await encrypted({ mode: 'verify-full', ca: byAddress.certificate }, '127.0.0.1')).to.equal('encrypted');
      expect(await encrypted({ mode: 'verify-full', ca: byAddress.certificate }, 'localhost')).to.equal('TLS_FAILED');
      config = { ...config, tls: { mode: 'verify-ca', ca: byAddress.certificate } };
    });

    it('a server without TLS: refused', async () => {
      const server = driver.createServer((connection) => {
        connection.on('error', () => undefined);
        connection.serverHandshake({
          protocolVersion: 10,
          serverVersion: '8.0.0',
          connectionId: 1,
          statusFlags: 2,
          characterSet: 45,
          capabilityFlags: 0x00ff_f7ff,
        });
      });
      server.listen(0);
      const inner = (server as unknown as { readonly _server: ReturnType<typeof createServer> })._server;
      await once(inner, 'listening');
      try {
        const { port } = inner.address() as AddressInfo;
        const work = withConnector(mysql, { ...config, port, tls: { mode: 'require' } }, async () => 0);
        expect(await codeOf(work)).to.equal('TLS_FAILED');
      } finally {
        inner.close();
      }
    });
  });

  describe('what else goes wrong', () => {
    describeFailures(server);

    it('a statement is stopped even where no second connection is to be had', async () => {
      await engine.admin('ALTER USER datamind_reader WITH MAX_USER_CONNECTIONS 1');
      try {
        await withConnector(mysql, { ...config, pool: { max: 1 } }, async ({ ask }) => {
          expect(await codeOf(ask('SELECT SLEEP(3) /* alone */', { timeoutMs: 200 }))).to.equal('QUERY_TIMEOUT');
        });
      } finally {
        await engine.admin('ALTER USER datamind_reader WITH MAX_USER_CONNECTIONS 0');
      }
    });
    it('subqueries in FROM are computed apart where that is asked for, statement by statement', () =>
      withConnector(mysql, { ...config, pool: { max: 1 } }, async ({ ask }) => {
        // What MariaDB 10.11 merges here answers 5.
        const greatestOfNone =
          'SELECT MAX(t.b) AS b FROM seq_1_to_3 x LEFT JOIN (SELECT seq AS id, 5 AS b FROM seq_1_to_3) t ON t.id = x.seq + 9';
        const merges = "SELECT @@optimizer_switch LIKE '%derived_merge=on%' AS merges";
        for (const unmerged of [true, false, true]) {
          const planning = { unmerged, fixed: false };
          expect((await ask(merges, { planning })).rows).to.deep.equal([[unmerged ? 0 : 1]]);
          if (unmerged) expect((await ask(greatestOfNone, { planning })).rows).to.deep.equal([[null]]);
        }
      }));
    for (const [text, code] of [
      ["SELECT DATE '2024-02-31'", 'VALUE_INVALID'],
      ['SELECT NTILE(0) OVER (ORDER BY seq) FROM seq_1_to_3', 'VALUE_INVALID'],
      ['SELECT (SELECT seq FROM seq_1_to_3)', 'VALUE_INVALID'],
      ['SELECT 1 FROM seq_1_to_3 WHERE SUM(seq) > 0', 'STATEMENT_INVALID'],
    ] as const)
      it(`${text} is told as ${code}`, () =>
        withConnector(mysql, config, async ({ ask }) => {
          expect(await codeOf(ask(text))).to.equal(code);
        }));
    it('a reader who does not read holds the server back', () =>
      withConnector(mysql, config, async ({ query }) => {
        const result = await query("SELECT REPEAT('x', 1000) FROM seq_1_to_10000 a, seq_1_to_10000 b");
        await result.batches[Symbol.asyncIterator]().next();
        const sent = async (): Promise<number> => {
          const [row] = (await engine.admin(
            "SELECT SLEEP(0.3), VARIABLE_VALUE AS bytes FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'Bytes_sent'",
          )) as [{ readonly bytes: string }];
          return Number(row.bytes);
        };
        const end = performance.now() + 10_000;
        for (let grown = Number.POSITIVE_INFINITY, before = await sent(); grown > 20_000; ) {
          expect(performance.now(), 'the server still sends').to.be.below(end);
          const now = await sent();
          grown = now - before;
          before = now;
        }
        await result.close();
      }));
    it('prepared statements do not pile up in the server', () =>
      withConnector(mysql, { ...config, pool: { max: 1 } }, async ({ ask }) => {
        for (let round = 0; round < 30; round += 1) {
          await ask(`SELECT ${round}`);
          await codeOf(ask(`SELECT ${round} FROM nowhere`));
          await codeOf(ask(`SET @a = ${round}`));
        }
        const [count] = (await engine.admin("SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'")) as [
          { readonly Value: string },
        ];
        expect(Number(count.Value)).to.be.below(3);
      }));
  });

  describe('a user who could do more than read', () => {
    before(() =>
      engine.admin(
        "CREATE USER writer@'%' IDENTIFIED BY 'writer-secret-5K'",
        "GRANT ALL ON shop.* TO writer@'%'",
        "CREATE USER filer@'%' IDENTIFIED BY 'writer-secret-5K'",
        "GRANT FILE ON *.* TO filer@'%'",
        "GRANT SELECT ON shop.* TO filer@'%'",
      ),
    );
    const as = (user: string) => ({ ...config, user, password: 'writer-secret-5K' });

    it('one that reads files of the server is refused, unless allowed, and then there is a warning', async () => {
      expect(await codeOf(withConnector(mysql, as('filer'), async () => 0))).to.equal('PERMISSION_DENIED');
      await withConnector(mysql, { ...as('filer'), allowPrivilegedUser: true }, async ({ log }) => {
        expect(log.join()).to.match(/FILE/);
      });
    });
    it('one that writes is warned of', () =>
      withConnector(mysql, as('writer'), async ({ log }) => {
        expect(log.join()).to.match(/may write/);
      }));
    it('the session stays read-only for it', async () => {
      const rows = await runConformance(
        { manifest: { config: {} } as never, module: mysql as never, config: as('writer'), admin: engine.admin },
        { only: ['read-only', 'one-statement'] },
      );
      expect(rows.filter(({ status }) => status !== 'passed')).to.deep.equal([]);
      expect(rows).to.have.length.above(5);
    });
  });

  describe('types of the database itself', () => {
    before(() =>
      engine.admin(
        `CREATE TABLE odd (m ENUM('sad','ok'), s SET('a','b'), b1 BIT(1), b9 BIT(9), y YEAR, u INT UNSIGNED, f FLOAT, ti TIME(3), long_time TIME,
           dt DATETIME, zero DATE, j JSON, id UUID, g POINT, vb VARBINARY(4), latin VARCHAR(5) CHARACTER SET latin1, tiny TINYINT(1), small TINYINT)`,
        "SET sql_mode = ''",
        `INSERT INTO odd VALUES ('ok', 'a,b', b'1', b'100000001', 2024, 4294967295, 0.1, '-01:02:03.5', '838:59:59', '2024-02-29 00:00:00', '0000-00-00',
           '{"b": 1}', '0F8FAD5B-D9CB-469F-A165-70867728950E', POINT(1, 2), x'00ff', 'é', 1, -128)`,
        'CREATE TABLE rated (stars TINYINT(1))',
        'INSERT INTO rated VALUES (5)',
      ),
    );
    const expected: readonly (readonly [name: string, type: string, cell: unknown])[] = [
      ['m', 'string', 'ok'],
      ['s', 'string', 'a,b'],
      ['b1', 'boolean', true],
      ['b9', 'bigint', '257'],
      ['y', 'integer', 2024],
      ['u', 'integer', 4294967295],
      ['f', 'float', 0.1],
      ['ti', 'time', '-01:02:03.500000'],
      ['long_time', 'time', '838:59:59'],
      ['dt', 'timestamp', '2024-02-29T00:00:00'],
      ['zero', 'date', '0000-00-00'],
      ['j', 'json', '{"b": 1}'],
      ['id', 'uuid', '0f8fad5b-d9cb-469f-a165-70867728950e'],
      [
        'g',
        'binary',
        Buffer.from('00000000010100000000000000 0000f03f0000000000000040'.replaceAll(' ', ''), 'hex').toString(
          'base64',
        ),
      ],
      ['vb', 'binary', 'AP8='],
      ['latin', 'string', 'é'],
      ['tiny', 'boolean', true],
      ['small', 'integer', -128],
    ];
    it('come out typed and whole, and the catalogue agrees', () =>
      withConnector(mysql, config, async ({ ask, connector }) => {
        const { columns, rows } = await ask('SELECT * FROM odd');
        expect(columns.map(({ name, type }, at) => [name, type, rows[0]?.[at]])).to.deep.equal(expected);
        const { tables } = await connector.introspect({}, new AbortController().signal);
        const odd = tables.find(({ name }) => name === 'odd');
        expect(odd?.columns.map(({ name, type }) => [name, type])).to.deep.equal(
          expected.map(([name, type]) => [name, type]),
        );
      }));
    it('TINYINT(1) with more than 0 and 1 in it is refused, or an integer by setting', async () => {
      await withConnector(mysql, config, async ({ ask }) => {
        expect(await codeOf(ask('SELECT stars FROM rated'))).to.equal('VALUE_INVALID');
        expect(await codeOf(ask('SELECT 1'))).to.equal('none');
      });
      await withConnector(mysql, { ...config, tinyintIsBoolean: false }, async ({ ask }) => {
        expect((await ask('SELECT stars FROM rated')).rows).to.deep.equal([[5]]);
      });
    });
    it('a long recursion is not cut', () =>
      withConnector(mysql, config, async ({ ask }) => {
        const steps = 'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5000)';
        const { rows } = await ask(`${steps} SELECT COUNT(*), MAX(n) FROM r`);
        expect(rows.flat().map(Number)).to.deep.equal([5000, 5000]);
      }));
    it('long groups are not cut, divisions keep ten digits', () =>
      withConnector(mysql, config, async ({ ask }) => {
        const { rows } = await ask("SELECT LENGTH(GROUP_CONCAT(REPEAT('x', 100))) > 900000, 1 / 3 FROM seq_1_to_10000");
        expect(rows).to.deep.equal([[1, '0.3333333333']]);
      }));
  });

  describe('introspection', () => {
    before(() =>
      engine.admin(
        'CREATE DATABASE sales',
        'GRANT SELECT ON sales.* TO datamind_reader',
        'CREATE TABLE sales.region (country VARCHAR(20), code VARCHAR(20), PRIMARY KEY (code, country), UNIQUE KEY (country, code))',
        `CREATE TABLE sales.shop (id INT PRIMARY KEY, c VARCHAR(20), r VARCHAR(20), note TEXT, UNIQUE KEY by_note (note(10)), UNIQUE KEY (r, c),
           CONSTRAINT to_region FOREIGN KEY (c, r) REFERENCES sales.region (country, code))`,
        'CREATE SEQUENCE sales.counter',
        'CREATE DATABASE hidden',
        'CREATE TABLE hidden.secret (a INT)',
      ),
    );
    it('reads keys in their order, and only what the user may see', () =>
      withConnector(mysql, config, async ({ connector }) => {
        const { tables } = await connector.introspect({}, new AbortController().signal);
        const sales = tables.filter(({ schema }) => schema === 'sales');
        expect(sales.map(({ name }) => name)).to.deep.equal(['region', 'shop']);
        expect(sales[0]?.primaryKey).to.deep.equal(['code', 'country']);
        expect(sales[1]?.foreignKeys).to.deep.equal([
          { columns: ['c', 'r'], toSchema: 'sales', toTable: 'region', toColumns: ['country', 'code'] },
        ]);
        expect(sales[1]?.uniqueKeys).to.deep.equal([['r', 'c']]);
        expect(tables.filter(({ schema }) => schema === 'hidden' || schema === 'information_schema')).to.deep.equal([]);
      }));
    it('hundreds of tables at once', async () => {
      await engine.admin(
        Array.from({ length: 300 }, (_, at) => `CREATE TABLE sales.many_${at} (id INT PRIMARY KEY) ENGINE=MEMORY`).join(
          ';',
        ),
      );
      await withConnector(mysql, config, async ({ connector }) => {
        const began = performance.now();
        const { tables } = await connector.introspect({ schemas: ['sales'] }, new AbortController().signal);
        expect(tables.filter(({ name }) => name.startsWith('many_'))).to.have.length(300);
        expect(performance.now() - began).to.be.below(10_000);
      });
    });
  });
});

import { expect } from 'chai';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type Connector, type Parameter, PluginError, type PluginHost } from 'datamind/contract';
import { selfSignedCertificate } from '../../../test/engines/certificate.js';
import type { TestEngine } from '../../../test/engines/engine.js';
import { isMissing, startEngine } from '../../../test/engines/start-engine.js';
import clickhouse from './index.js';
import type { ClickHouseConfig } from './settings.js';

const warnings: string[] = [];
const note = (text: string): void => void warnings.push(text);
const host: PluginHost = {
  name: 'test',
  log: { debug: note, info: note, warn: note, error: note },
  now: () => Date.now(),
  redact: (text) => text,
  isApproved: () => true,
};
const signal = (): AbortSignal => AbortSignal.timeout(20_000);

const using = async <T>(config: ClickHouseConfig, work: (connector: Connector) => Promise<T>): Promise<T> => {
  const connector = clickhouse.create(config as never, host);
  try {
    await connector.start(signal());
    return await work(connector);
  } finally {
    await connector.stop();
  }
};

const options = { timeoutMs: 20_000, maxRows: 1e6, maxBytes: 1e9, batchRows: 1000, subject: 'test' };

const ask = async (connector: Connector, text: string, parameters: readonly Parameter[] = []): Promise<unknown[]> => {
  const result = await connector.query({ dialect: 'clickhouse', text, parameters }, options, signal());
  const rows: unknown[] = [];
  for await (const batch of result.batches) rows.push(...batch);
  return rows;
};

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: unknown) => (PluginError.is(error) ? error.code : String(error)),
  );

const listen = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

describe('the ClickHouse connector', () => {
  let engine: TestEngine;
  let config: ClickHouseConfig;
  const servers: Server[] = [];
  before(async function () {
    this.timeout(60_000);
    const found = await startEngine('clickhouse');
    if (isMissing(found)) {
      console.log(`skipped: ${found.missing}`);
      this.skip();
    }
    engine = found;
    config = engine.config as ClickHouseConfig;
  });
  after(() => servers.forEach((server) => void server.close()));

  const isChdb = (): boolean => engine.version.includes('chdb');

  it('reads compressed answers, and errors in the middle of them', () =>
    using({ ...config, compression: true }, async (connector) => {
      const rows = await ask(connector, 'SELECT number FROM numbers(200000)');
      expect(rows.length).to.equal(200_000);
      expect(rows.at(-1)).to.deep.equal(['199999']);
      const late = ask(connector, 'SELECT intDiv(1, 400000 - number) AS v FROM numbers(500000)');
      expect(await codeOf(late)).to.equal('DIVISION_BY_ZERO');
    }));

  it('is configured by a URL as well', () =>
    using(
      {
        url: `http://${config.user}:${config.password}@${config.host}:${config.port}/${config.database}`,
        pool: { max: 1 },
      },
      async (connector) => expect(await ask(connector, 'SELECT currentDatabase()')).to.deep.equal([[config.database]]),
    ));

  describe('means what the standard says', () => {
    const meanings: readonly (readonly [text: string, rows: unknown])[] = [
      ['SELECT r.b FROM (SELECT 1 AS a) AS l LEFT JOIN (SELECT 2 AS a, 3 AS b) AS r ON l.a = r.a', [[null]]],
      [
        'SELECT sum(x) AS s, count(x) AS c, avg(x) AS a, max(x) AS m FROM (SELECT 1 AS x WHERE 0)',
        [[null, '0', null, null]],
      ],
      ['SELECT sum(number) FILTER (WHERE number > 5) AS s FROM numbers(3)', [[null]]],
      ["SELECT 'EU' AS region, name FROM (SELECT 'US' AS region, 'n' AS name) AS t WHERE region = 'EU'", []],
      ['SELECT 1 AS a UNION SELECT 1 AS a', [[1]]],
      ['SELECT count() AS c FROM (SELECT arrayJoin([1, 1]) AS a INTERSECT SELECT arrayJoin([1, 1]) AS a)', [['1']]],
      ['SELECT CAST(NULL AS Int32) AS v', [[null]]],
      ["SELECT toStartOfMonth(toDate32('1925-03-04')) AS v", [['1925-03-01']]],
      [
        'SELECT x, sum(y) AS s FROM (SELECT 1 AS x, 2 AS y) GROUP BY ROLLUP(x) ORDER BY x',
        [
          [1, '2'],
          [null, '2'],
        ],
      ],
      ["SELECT toDateTime('2024-01-01 00:00:00') AS v", [['2024-01-01T00:00:00Z']]],
    ];
    for (const [text, rows] of meanings) {
      it(text, () => using(config, async (connector) => expect(await ask(connector, text)).to.deep.equal(rows)));
    }
    it('a date that does not fit is an error', () =>
      using(config, async (connector) =>
        expect(await codeOf(ask(connector, "SELECT toDate(toDate32('1925-01-01')) AS v"))).to.equal('NUMERIC_OVERFLOW'),
      ));
  });

  describe('refuses what would change the question', () => {
    const cases: readonly (readonly [title: string, text: string, parameters: readonly Parameter[], code: string])[] = [
      ['a day that no calendar has', 'SELECT {p1:Date32}', [{ type: 'date', value: '2024-02-30' }], 'VALUE_INVALID'],
      ['one type for numbers and texts', "SELECT if(number = 0, 1, 'a') AS v FROM numbers(2)", [], 'STATEMENT_INVALID'],
      ['a date before 1900', 'SELECT {p1:Date32}', [{ type: 'date', value: '1899-12-31' }], 'VALUE_INVALID'],
      [
        'an instant after 2299',
        "SELECT {p1:DateTime64(6, 'UTC')}",
        [{ type: 'timestamptz', value: '2299-12-31T23:00:00-05:00' }],
        'VALUE_INVALID',
      ],
      [
        'a placeholder without a value',
        'SELECT {p2:Nullable(Int8)}',
        [{ type: 'integer', value: 1 }],
        'STATEMENT_INVALID',
      ],
      ['a format of its own', 'SELECT 1 FORMAT JSON', [], 'STATEMENT_INVALID'],
      ['bytes that are no text', "SELECT unhex('ff') AS v", [], 'VALUE_INVALID'],
      ['the state of an aggregate', 'SELECT sumState(1) AS v', [], 'UNSUPPORTED_ON_DIALECT'],
      ['a statement without rows', 'USE system', [], 'READ_ONLY_VIOLATION'],
    ];
    for (const [title, text, parameters, code] of cases) {
      it(title, () =>
        using(config, async (connector) => {
          const found = await codeOf(ask(connector, text, parameters));
          // A user without rights on a database is told so before anything else.
          expect([code, ...(text.startsWith('USE') ? ['PERMISSION_DENIED'] : [])]).to.include(found);
        }),
      );
    }
  });

  describe('judges the user at the start', () => {
    it('accepts a profile with readonly = 2, and the engine still refuses to write', function () {
      if (!isChdb()) this.skip();
      return using({ ...config, user: 'reader_readonly_2' }, async (connector) => {
        expect(await ask(connector, "SELECT toString(getSetting('readonly')) AS v")).to.deep.equal([['2']]);
        expect(await codeOf(ask(connector, 'CREATE TABLE dmc_x (a Int8) ENGINE = Memory'))).to.be.oneOf([
          'READ_ONLY_VIOLATION',
          'PERMISSION_DENIED',
        ]);
      });
    });
    it('refuses a profile with readonly = 1, which forbids the time limit', async function () {
      if (!isChdb()) this.skip();
      expect(await codeOf(using({ ...config, user: 'reader_readonly_1' }, async () => {}))).to.equal('CONFIG_INVALID');
    });
    it('warns of a user who may do more than read', async function () {
      if (!isChdb()) this.skip();
      warnings.length = 0;
      await using({ ...config, user: 'writer' }, async () => {});
      expect(warnings.join()).to.match(/may do more than read tables \(INSERT/);
    });
  });

  describe('says why it cannot connect', () => {
    const reasons: readonly (readonly [title: string, change: ClickHouseConfig, code: string])[] = [
      ['a wrong password', { password: 'wrong' }, 'AUTHENTICATION_FAILED'],
      ['nobody listens', { port: 1 }, 'CONNECTION_FAILED'],
      ['TLS where there is none', { tls: { mode: 'require' } }, 'TLS_FAILED'],
      ['certificates without TLS', { tls: { mode: 'disable', ca: 'x' } }, 'CONFIG_INVALID'],
      ['a broken URL', { url: 'clickhouse://x' }, 'CONFIG_INVALID'],
    ];
    for (const [title, change, code] of reasons) {
      it(title, async () => expect(await codeOf(using({ ...config, ...change }, async () => {}))).to.equal(code));
    }
    it('a web server that is no ClickHouse', async () => {
      const server = createHttpServer((_, response) => response.end('<html>hello</html>'));
      servers.push(server);
      const port = await listen(server);
      expect(await codeOf(using({ ...config, port }, async () => {}))).to.equal('CONNECTION_FAILED');
    });
    it('a server that never answers', async () => {
      const server = createHttpServer(() => {});
      servers.push(server);
      const port = await listen(server);
      const work = using({ ...config, port, connectTimeoutMs: 300 }, async () => {});
      expect(await codeOf(work)).to.equal('CONNECTION_FAILED');
      server.closeAllConnections();
    });
  });

  describe('stops a cancelled statement in the server', () => {
    const ways: readonly (readonly [title: string, closes: boolean, kills: boolean])[] = [
      ['by KILL QUERY, when a proxy hides that the connection was closed', false, true],
      ['by closing the connection, when KILL QUERY does not arrive', true, false],
    ];
    for (const [title, closes, kills] of ways) {
      it(title, async () => {
        const relay = createServer((socket) => {
          const inner = connect(config.port!, config.host!);
          inner.pipe(socket);
          socket.on('data', (data) => {
            if (!kills && data.includes('KILL QUERY')) socket.destroy();
            else inner.write(data);
          });
          socket.on('error', () => {});
          inner.on('error', () => {});
          socket.on('close', () => void (closes && inner.destroy()));
          socket.on('end', () => {});
        });
        servers.push(relay);
        const port = await listen(relay);
        await using({ ...config, port }, async (connector) => {
          const marker = `dmcway${closes ? 'close' : 'kill'}`;
          const text = `SELECT sum(sipHash64(number)) AS s, '${marker}' AS m FROM numbers(1000000000000)`;
          const controller = new AbortController();
          const work = codeOf(
            connector.query({ dialect: 'clickhouse', text, parameters: [] }, options, controller.signal),
          );
          while ((await engine.running(marker)) === 0);
          controller.abort();
          expect(await work).to.equal('QUERY_CANCELLED');
          const end = performance.now() + 5_000;
          while ((await engine.running(marker)) !== 0) expect(performance.now(), 'still running').to.be.below(end);
        });
      });
    }
  });

  describe('over TLS', () => {
    const { certificate, key } = selfSignedCertificate();
    let port: number;
    before(async () => {
      const server = createTlsServer({ cert: certificate, key }, (socket) => {
        const inner = connect(config.port!, config.host!);
        socket.pipe(inner).pipe(socket);
        socket.on('error', () => inner.destroy());
        inner.on('error', () => socket.destroy());
      });
      servers.push(server);
      port = await listen(server);
    });
    const modes: readonly (readonly [title: string, tls: ClickHouseConfig['tls'], code: string])[] = [
      ['verify-full with the authority', { mode: 'verify-full', ca: certificate }, 'no error'],
      ['verify-full without it', { mode: 'verify-full' }, 'TLS_FAILED'],
      ['verify-ca with the authority', { mode: 'verify-ca', ca: certificate }, 'no error'],
      ['require', { mode: 'require' }, 'no error'],
    ];
    for (const [title, tls, code] of modes) {
      it(title, async () => {
        const work = using({ ...config, host: 'localhost', port, tls }, (connector) => ask(connector, 'SELECT 1'));
        expect(await codeOf(work)).to.equal(code);
      });
    }
  });
});

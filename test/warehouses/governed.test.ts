/** A warehouse behind the governed executor: planned queries go the whole way under policies, SQL text does not begin. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createLogger } from '../../core/logging/create-logger.js';
import { packageRoot } from '../../core/package-root.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import type { Model } from '../../semantic/model/model.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import { createMemoryTrail } from '../../src/audit/memory-trail.js';
import { type GovernedExecutor, openExecutor, readPluginPlan } from '../../src/pipeline/execute.js';
import { BigQueryStandIn, type RestAnswer } from './bigquery-server.js';
import { admin, analyst, exampleModel } from './plan-example.js';
import { SnowflakeStandIn, type WireAnswer } from './snowflake-server.js';
import { allRows, never } from './start-connector.js';
import { type TdsAnswer, TdsStandIn, tds } from './tds-server.js';

const password = 'warehouse-secret-1X';
const query: SemanticQuery = { metrics: ['orders_placed'], dimensions: ['store.city'], limit: 5 };
/** What the stand-ins answer to everything that reads orders. */
const city = 'Oslo';

describe('a warehouse behind the governed executor', function () {
  this.timeout(60_000);
  let model: Model;
  let executor: GovernedExecutor;
  let folder: string;
  const tables = (): readonly string[] =>
    Object.values(model.entities).flatMap(({ from }) => (from.kind === 'table' ? [from.table] : []));
  const bigquery = new BigQueryStandIn(({ text }) => {
    const names = text.includes('INFORMATION_SCHEMA.TABLES') ? tables() : [];
    const fields = [
      { name: 'a', type: 'STRING' },
      { name: 'b', type: 'STRING' },
    ];
    if (text.includes('INFORMATION_SCHEMA'))
      return { fields, count: names.length, row: (index) => [names[index], 'table'] };
    return answerOfBigQuery(text);
  });
  const answerOfBigQuery = (text: string): RestAnswer => ({
    fields: [
      { name: 'store.city', type: 'STRING' },
      { name: 'orders_placed', type: 'INTEGER' },
    ],
    count: text.includes('orders') ? 1 : 0,
    row: () => [city, '42'],
  });
  const catalogueOfSnowflake = (text: string): WireAnswer => ({
    columns: ['schema', 'name', 'kind', 'comment', 'estimate'].map((name) => ({ name, type: 'text' })),
    rows: text.includes('.TABLES') ? tables().map((name) => ['PUBLIC', name.toUpperCase(), 'table', null, null]) : [],
  });
  const snowflake = new SnowflakeStandIn(({ text }) =>
    text.includes('INFORMATION_SCHEMA')
      ? catalogueOfSnowflake(text)
      : text.includes('orders')
        ? {
            columns: [
              { name: 'store.city', type: 'text' },
              { name: 'ORDERS_PLACED', type: 'fixed', precision: 18, scale: 0 },
            ],
            rows: [[city, '42']],
          }
        : { columns: [{ name: 'role', type: 'text' }], rows: [['READER']] },
  );
  const catalogueOfSqlServer = (): TdsAnswer => ({
    columns: [
      { name: 'id', type: { kind: 'int' } },
      ...['schema', 'name', 'kind', 'comment'].map((name) => ({ name, type: { kind: 'nvarchar' } as const })),
      { name: 'estimate', type: { kind: 'float' } },
    ],
    rows: tables().map((name, at) => [tds.int(at), tds.text('dbo'), tds.text(name), tds.text('table'), null, null]),
  });
  const sqlserver = new TdsStandIn(({ text }) =>
    text.includes('JOIN sys.schemas')
      ? catalogueOfSqlServer()
      : text.includes('[orders]')
        ? {
            columns: [
              { name: 'store.city', type: { kind: 'nvarchar' } },
              { name: 'orders_placed', type: { kind: 'int' } },
            ],
            rows: [[tds.text(city), tds.int(42)]],
          }
        : null,
  );

  before(async () => {
    model = await exampleModel();
    bigquery.token = password;
    folder = mkdtempSync(join(tmpdir(), 'datamind-warehouses-'));
    const use = (name: string): string => join(packageRoot(), 'plugins/connectors', name);
    const secret = { $env: 'WAREHOUSE_SECRET' };
    const plugins = [
      {
        use: use('bigquery'),
        as: 'bigquery',
        config: { project: 'acme-test', dataset: 'shop', accessToken: secret, endpoint: await bigquery.listen() },
      },
      {
        use: use('snowflake'),
        as: 'snowflake',
        config: {
          ...{ account: 'acme-test', endpoint: await snowflake.listen(), user: 'reader', password: secret },
          ...{ role: 'READER', warehouse: 'REPORTING', database: 'SHOP' },
        },
      },
      {
        use: use('sqlserver'),
        as: 'sqlserver',
        config: {
          ...{ host: '127.0.0.1', port: await sqlserver.listen(), database: 'shop', user: 'reader', password: secret },
          tls: { mode: 'disable' },
        },
      },
    ];
    const config = join(folder, 'plugins.config.json');
    writeFileSync(config, JSON.stringify({ plugins, connections: { default: 'bigquery' } }));
    const redact = createRedactor();
    executor = await openExecutor({
      plan: readPluginPlan(config, { WAREHOUSE_SECRET: password }),
      log: createLogger({ level: 'silent', redact }),
      redact,
      settings: { timeoutMs: 10_000, maxBytes: 1e7 },
      trail: createMemoryTrail(),
    });
  });
  after(async () => {
    await executor.stop();
    await Promise.all([bigquery.stop(), snowflake.stop(), sqlserver.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  for (const connection of ['bigquery', 'snowflake', 'sqlserver']) {
    it(`${connection}: a planned query is answered, for an analyst under policies`, async () => {
      for (const subject of [admin, analyst]) {
        const prepared = await executor.prepare({ model, query, subject, connection });
        expect(prepared.policies.includes('own_countries')).to.equal(subject === analyst);
        const result = await executor.run(prepared, {
          correlationId: 'test',
          signal: never(),
          maxRows: 10,
          stream: false,
        });
        expect((await allRows(result)).map((row) => row.map(String))).to.deep.equal([[city, '42']]);
      }
    });

    it(`${connection}: SQL text is refused, with a sentence that helps`, async () => {
      const sql = 'SELECT count(*) FROM orders';
      const asked = { model, sql, subject: admin, connection, limit: 10, correlationId: 'test', signal: never() };
      const refused = await executor.prepareSql(asked).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(DataMindError);
      expect((refused as DataMindError).code).to.equal('UNSUPPORTED_ON_DIALECT');
      expect((refused as DataMindError).message).to.match(/takes no SQL text yet, .* ask a semantic query\.$/);
    });
  }
});

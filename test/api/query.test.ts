import { once } from 'node:events';
import { request } from 'node:http';
import { expect } from 'chai';
import type { Row } from '../../core/result/column.js';
import { ask } from './request.js';
import { type StagedExecutor, stageExecutor, startTestServer, type TestServer } from './start-test-server.js';

const path = '/api/v1/semantic/query';
const revenue = { metrics: ['revenue'], dimensions: ['country'] };
const ndjson = { Accept: 'application/x-ndjson' };

/** Resolves once it holds; fails after a while, saying what it waited for. */
const until = async (what: string, holds: () => boolean): Promise<void> => {
  const end = Date.now() + 5_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** Batches that wait for the signal of the run, as a database does that is asked for too much. */
async function* endless(signal: AbortSignal): AsyncGenerator<readonly Row[]> {
  yield [['DE', 1]];
  if (!signal.aborted) await once(signal, 'abort');
  throw new Error('cancelled in the database');
}

describe('POST semantic/query', () => {
  let server: TestServer;
  let executor: StagedExecutor;
  beforeEach(async () => {
    executor = stageExecutor();
    server = await startTestServer({ 'orders.yaml': 'entity: orders\n' }, executor);
  });
  afterEach(() => server.close());

  it('answers in the shape that is promised, with exact numbers', async () => {
    const { status, body, headers } = await ask(server.url, 'POST', path, {
      body: { ...revenue, totals: true },
      headers: { 'X-Correlation-Id': 'c-1' },
    });
    expect(status).to.equal(200);
    expect(headers['content-type']).to.equal('application/json');
    expect(headers['cache-control']).to.equal('no-store');
    expect(Object.keys(body)).to.deep.equal([
      'columns',
      'rows',
      'row_count',
      'truncated',
      'totals',
      'sql',
      'query_id',
      'policies',
      'warnings',
      'timings',
      'correlation_id',
    ]);
    expect(body.rows).to.deep.equal([
      ['DE', 12.5],
      ['FR', '9007199254740993'],
    ]);
    expect(body.totals).to.deep.equal([[null, 99.5]]);
    expect(body).to.deep.include({ row_count: 2, truncated: false, correlation_id: 'c-1', policies: [], warnings: [] });
    expect(body.columns![1]).to.include({ name: 'revenue', type: 'number', kind: 'metric', unit: 'EUR', format: null });
    expect(body.timings!.cache).to.equal('miss');
  });

  it('plans only, when asked to', async () => {
    const { body } = await ask(server.url, 'POST', path, { body: { ...revenue, dry_run: true } });
    expect(body).to.deep.include({ rows: [], row_count: 0 });
    expect(body.sql).to.match(/^select/);
    expect(executor.runs).to.equal(0);
  });

  for (const rows of [3, 3_000]) {
    it(`keeps letters of all scripts in an answer of ${rows} rows, from the database and from the cache`, async () => {
      const countries = Array.from({ length: rows }, (_, row) => `Österreich 日本 🇫🇷 ${row}`);
      executor.batches = async function* () {
        yield countries.map((country) => [country, '1.50']);
      };
      for (const cache of ['miss', 'hit']) {
        const { body, headers, text } = await ask(server.url, 'POST', path, { body: revenue });
        expect(body.timings!.cache).to.equal(cache);
        expect((body.rows as unknown as string[][]).map(([country]) => country)).to.deep.equal(countries);
        expect(headers['content-length']).to.equal(String(Buffer.byteLength(text)));
      }
    });
  }

  it('answers the same question from the cache, with its own correlation id', async () => {
    await ask(server.url, 'POST', path, { body: revenue });
    const { body } = await ask(server.url, 'POST', path, { body: revenue, headers: { 'X-Correlation-Id': 'mine' } });
    expect(body.timings!.cache).to.equal('hit');
    expect(body.correlation_id).to.equal('mine');
    expect(body.rows!.length).to.equal(2);
    const respelt = await ask(server.url, 'POST', path, {
      body: JSON.stringify(revenue, null, 3),
      headers: { 'Content-Type': 'application/json; charset=utf-8' },
    });
    expect(respelt.body.timings!.cache).to.equal('hit');
    expect(executor.runs).to.equal(1);
  });

  it('asks anew with Cache-Control: no-cache, and after the model has changed', async () => {
    await ask(server.url, 'POST', path, { body: revenue });
    const fresh = await ask(server.url, 'POST', path, { body: revenue, headers: { 'Cache-Control': 'no-cache' } });
    expect(fresh.body.timings!.cache).to.equal('bypass');
    await server.models.change('orders.yaml', () => 'entity: other\n');
    const changed = await ask(server.url, 'POST', path, { body: revenue });
    expect(changed.body.timings!.cache).to.equal('miss');
    expect(executor.runs).to.equal(3);
  });

  it('runs once for all who ask at the same time', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    executor.batches = async function* () {
      await gate;
      yield [['DE', 1]];
    };
    const asked = Array.from({ length: 8 }, () => ask(server.url, 'POST', path, { body: revenue }));
    await until('one runs', () => executor.runs === 1);
    const first = request(`${server.url}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' } });
    first.on('error', () => undefined);
    first.end(JSON.stringify(revenue));
    open();
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([200]));
    expect(executor.runs).to.equal(1);
  });

  it('does not keep what was cut', async () => {
    executor.batches = async function* () {
      for (let batch = 0; batch < 12; batch += 1) yield Array.from({ length: 1000 }, (_, row): Row => ['DE', row]);
    };
    for (const run of [1, 2]) {
      const { body } = await ask(server.url, 'POST', path, { body: revenue });
      expect(body).to.include({ row_count: 10_000, truncated: true });
      expect(executor.runs).to.equal(run);
    }
  });

  it('does not keep errors', async () => {
    executor.batches = async function* () {
      yield [['DE', 1]];
      throw new Error('the disk of the database is full');
    };
    expect((await ask(server.url, 'POST', path, { body: revenue })).status).to.equal(500);
    executor.batches = async function* () {
      yield [['DE', 1]];
    };
    expect((await ask(server.url, 'POST', path, { body: revenue })).status).to.equal(200);
  });

  it('cancels in the database when the client goes away', async () => {
    executor.batches = ({ signal }) => endless(signal);
    const outgoing = request(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
    });
    outgoing.on('error', () => undefined);
    outgoing.end(JSON.stringify(revenue));
    await until('it runs', () => executor.signals.length === 1);
    outgoing.destroy();
    await until('it is cancelled', () => executor.signals[0]!.aborted);
    await until('it is closed', () => executor.closed === 1);
  });

  it('goes on for those who stay when one of several goes away', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    executor.batches = async function* () {
      await gate;
      yield [['DE', 1]];
    };
    const leaving = request(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
    });
    leaving.on('error', () => undefined);
    leaving.end(JSON.stringify(revenue));
    await until('it runs', () => executor.runs === 1);
    const staying = ask(server.url, 'POST', path, { body: revenue });
    await ask(server.url, 'GET', '/health/live');
    leaving.destroy();
    await ask(server.url, 'GET', '/health/live');
    open();
    expect((await staying).status).to.equal(200);
    expect(executor.signals[0]!.aborted).to.equal(false);
  });

  it('streams every row as NDJSON between a header and a trailer', async () => {
    executor.batches = async function* () {
      for (let batch = 0; batch < 30; batch += 1)
        yield Array.from({ length: 1000 }, (_, row): Row => ['DE', `${row}.25`]);
    };
    const { headers, text } = await ask(server.url, 'POST', path, {
      body: { ...revenue, totals: true },
      headers: ndjson,
    });
    expect(headers['content-type']).to.equal('application/x-ndjson');
    const records = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records[0]).to.include.keys('columns', 'sql', 'query_id', 'correlation_id');
    expect(records[1]).to.deep.equal(['DE', 0.25]);
    expect(records.length).to.equal(30_002);
    expect(records.at(-1)).to.deep.include({
      complete: true,
      row_count: 30_000,
      truncated: false,
      totals: [[null, 99.5]],
    });
  });

  it('ends a stream that fails with an error record', async () => {
    executor.batches = async function* () {
      yield [['DE', 1]];
      throw new Error('secret words of the engine');
    };
    const { status, text } = await ask(server.url, 'POST', path, { body: revenue, headers: ndjson });
    const records = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(status).to.equal(200);
    expect(records.at(-1)).to.include({ complete: false, row_count: 1 });
    expect(records.at(-1).error).to.include({ code: 'INTERNAL', status: 500 });
    expect(text).not.to.contain('secret words');
  });

  it('answers a stream that cannot begin with a problem document', async () => {
    const { status, headers } = await ask(server.url, 'POST', path, { body: { metrics: ['wrong'] }, headers: ndjson });
    expect([status, headers['content-type']]).to.deep.equal([400, 'application/problem+json']);
  });

  it('waits for a slow reader, and cancels when it leaves', async () => {
    let made = 0;
    executor.batches = async function* () {
      for (; made < 100_000; made += 1)
        yield Array.from({ length: 1000 }, (): Row => ['a country with a long name', 1]);
    };
    const outgoing = request(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...ndjson },
    });
    outgoing.on('error', () => undefined);
    outgoing.end(JSON.stringify(revenue));
    const [incoming] = await once(outgoing, 'response');
    incoming.pause();
    let before = -1;
    await until('the source rests', () => {
      const rests = made === before;
      before = made;
      return rests && made > 0;
    });
    expect(made).to.be.lessThan(2_000);
    outgoing.destroy();
    await until('the result is closed', () => executor.closed === 1);
  });

  it('serves the last good model while the folder is broken, and says so', async () => {
    const { writeFileSync } = await import('node:fs');
    writeFileSync(`${server.folder}/orders.yaml`, 'entity: BROKEN\n');
    await server.models.refresh();
    const { body } = await ask(server.url, 'POST', path, { body: revenue });
    expect(body.row_count).to.equal(2);
    expect(body.warnings![0]).to.match(/answered from the last one without any/);
    const health = await ask(server.url, 'GET', '/health');
    expect(health.body.model).to.include({ status: 'stale', errors: 1 });
    expect(health.body.model!.diagnostics![0]).to.include({ file: 'orders.yaml', line: 1, column: 9 });
  });
});

describe('a server without a valid model', () => {
  it('runs, and answers queries with what is wrong', async () => {
    const server = await startTestServer({ 'orders.yaml': 'x: 1\nentity: BROKEN\n' }, stageExecutor());
    try {
      const { status, body } = await ask(server.url, 'POST', path, { body: revenue });
      expect([status, body.code]).to.deep.equal([503, 'MODEL_UNAVAILABLE']);
      expect(body.errors![0]).to.include({ file: 'orders.yaml', line: 2, column: 9 });
      const list = await ask(server.url, 'GET', '/api/v1/entities');
      expect(list.status).to.equal(503);
      expect((await ask(server.url, 'GET', '/health')).body).to.include({
        status: 'unhealthy',
        operational_mode: 'CONFIGURATION',
      });
      expect((await ask(server.url, 'GET', '/health/ready')).status).to.equal(503);
      expect((await ask(server.url, 'GET', '/health/live')).status).to.equal(200);
    } finally {
      await server.close();
    }
  });
});

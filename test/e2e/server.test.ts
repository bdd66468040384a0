import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { ask } from '../api/request.js';
import {
  listening,
  makeSmallProject,
  metricsYaml,
  runProgram,
  type SmallProject,
  startProgramAlone,
} from './small-project.js';
import type { Program } from './program-hosts.js';

const query = '/api/v1/semantic/query';
const numbers = 400_000;

/** Polls until it holds; fails after a while, saying what it waited for. */
const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
};

describe('datamind serve', function () {
  this.timeout(60_000);
  let project: SmallProject;
  let child: Program;
  let url: string;
  let errors = '';
  before(async () => {
    project = await makeSmallProject(numbers);
    child = startProgramAlone(project.folder, ['serve', '--port', '0']);
    child.stderr!.on('data', (chunk) => {
      errors += chunk;
    });
    url = await listening(child);
  });
  after(async () => {
    if (child?.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    project?.remove();
  });
  const onDisk = (): string => readFileSync(join(project.ontology, 'metrics.yaml'), 'utf8');

  it('answers over a real database', async () => {
    const { status, body, text } = await ask(url, 'POST', query, {
      body: {
        metrics: ['revenue', 'average_order_value'],
        dimensions: ['customer.country'],
        filters: { member: 'orders.status', op: 'ne', values: ['open'] },
        order: [{ by: 'revenue', desc: true }],
        totals: true,
      },
    });
    expect(status, text).to.equal(200);
    expect(body.rows).to.deep.equal([
      ['DE', 150.15, 150.15 / 3],
      [null, 10, 10],
    ]);
    expect(body.totals).to.deep.equal([[null, 160.15, 40.0375]]);
    expect(body.columns![1]).to.include({ name: 'revenue', unit: 'EUR', kind: 'metric', type: 'number' });
  });

  it('is healthy', async () => {
    const { body } = await ask(url, 'GET', '/health');
    expect(body).to.include({ status: 'healthy', operational_mode: 'FULL_OPERATIONAL', health_score: 100 });
    expect(body.components!.database).to.include({ status: 'up' });
    // What comes along reads questions by itself.
    expect(body.components!.llm).to.include({ status: 'up' });
  });

  it('lets the command line ask beside it', async () => {
    const { code, out } = await runProgram(project.folder, ['query', '-m', 'order_count', '--csv']);
    expect([code, out]).to.deep.equal([0, 'order_count\r\n5\r\n']);
  });

  it('streams every row', async () => {
    const outgoing = request(`${url}${query}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/x-ndjson' },
    });
    outgoing.end(JSON.stringify({ dimensions: ['numbers.n', 'numbers.label'] }));
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    let lines = 0;
    let sum = 0;
    let last = '';
    for await (const line of createInterface({ input: incoming })) {
      lines += 1;
      if (line.startsWith('[')) sum += JSON.parse(line)[0];
      last = line;
    }
    expect(lines).to.equal(numbers + 2);
    expect(sum).to.equal((numbers * (numbers - 1)) / 2);
    expect(JSON.parse(last)).to.deep.include({ complete: true, row_count: numbers });
  });

  it('cuts JSON at 10,000 rows and says so', async () => {
    const { body } = await ask(url, 'POST', query, { body: { dimensions: ['numbers.n'] } });
    expect(body).to.include({ row_count: 10_000, truncated: true });
    expect(body.rows!.length).to.equal(10_000);
  });

  it('gives the session back when a reader leaves in the middle of a stream', async () => {
    for (let round = 0; round < 6; round += 1) {
      const outgoing = request(`${url}${query}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/x-ndjson' },
      });
      outgoing.on('error', () => undefined);
      outgoing.end(JSON.stringify({ dimensions: ['numbers.n', 'numbers.label'] }));
      const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
      await once(incoming, 'data');
      outgoing.destroy();
    }
    const { status } = await ask(url, 'POST', query, { body: { metrics: ['number_count'] } });
    expect(status).to.equal(200);
  });

  it('adds, changes and removes a metric in metrics.yaml, and keeps the comments', async () => {
    const metrics = '/api/v1/metrics';
    const created = await ask(url, 'POST', metrics, {
      body: { name: 'paid_revenue', measure: 'revenue', where: "status = 'paid'", description: 'Money we have.' },
    });
    expect(created.status, created.text).to.equal(201);
    expect(created.body).to.deep.include({
      name: 'paid_revenue',
      kind: 'simple',
      depends_on: ['orders.revenue'],
      definition: { measure: 'revenue', where: "status = 'paid'", description: 'Money we have.' },
    });
    expect(onDisk()).to.contain('# the registry of metrics').and.contain('# how much an order is worth');
    const asked = await ask(url, 'POST', query, { body: { metrics: ['paid_revenue'] } });
    expect(asked.body.rows).to.deep.equal([[160.15]]);

    const put = await ask(url, 'PUT', `${metrics}/paid_revenue`, {
      body: { measure: 'revenue', where: "status in ('paid', 'open')" },
      headers: { 'If-Match': created.headers.etag! },
    });
    expect(put.status, put.text).to.equal(200);
    const again = await ask(url, 'POST', query, { body: { metrics: ['paid_revenue'] } });
    expect(again.body.rows).to.deep.equal([[185.15]]);
    const late = await ask(url, 'PUT', `${metrics}/paid_revenue`, {
      body: { measure: 'revenue' },
      headers: { 'If-Match': created.headers.etag! },
    });
    expect([late.status, late.body.code]).to.deep.equal([412, 'PRECONDITION_FAILED']);

    expect((await ask(url, 'DELETE', `${metrics}/paid_revenue`)).status).to.equal(204);
    expect((await ask(url, 'GET', `${metrics}/paid_revenue`)).status).to.equal(404);
    expect(onDisk()).to.equal(metricsYaml);
  });

  interface Refused {
    readonly what: string;
    readonly method: string;
    readonly path: string;
    readonly body?: unknown;
    readonly status: number;
    readonly code: string;
  }
  const refused: readonly Refused[] = [
    {
      what: 'a metric of nothing',
      method: 'POST',
      path: '',
      body: { name: 'x', measure: 'nothing' },
      status: 422,
      code: 'MODEL_INVALID',
    },
    {
      what: 'a metric that is there',
      method: 'POST',
      path: '',
      body: { name: 'average_order_value', measure: 'revenue' },
      status: 409,
      code: 'CONFLICT',
    },
    {
      what: 'a name with capitals',
      method: 'POST',
      path: '',
      body: { name: 'Net', measure: 'revenue' },
      status: 400,
      code: 'BAD_REQUEST',
    },
    {
      what: 'a misspelt key',
      method: 'POST',
      path: '',
      body: { name: 'x', mesure: 'revenue' },
      status: 400,
      code: 'BAD_REQUEST',
    },
    {
      what: 'a formula that does not parse',
      method: 'PUT',
      path: '/average_order_value',
      body: { formula: '(revenue' },
      status: 422,
      code: 'MODEL_INVALID',
    },
    {
      what: 'a change to a measure',
      method: 'PUT',
      path: '/revenue',
      body: { measure: 'x' },
      status: 403,
      code: 'READ_ONLY',
    },
    { what: 'the removal of what is not there', method: 'DELETE', path: '/nothing', status: 404, code: 'NOT_FOUND' },
  ];
  for (const { what, method, path, body, status, code } of refused) {
    it(`refuses ${what} and writes nothing`, async () => {
      const answer = await ask(url, method, `/api/v1/metrics${path}`, body === undefined ? {} : { body });
      expect([answer.status, answer.body.code], answer.text).to.deep.equal([status, code]);
      expect(onDisk()).to.equal(metricsYaml);
    });
  }

  it('imports metrics from CSV, all or nothing', async () => {
    const csv = [
      'name,measure,where,ratio,synonyms,description',
      'open_orders,order_count,"status = \'open\'",,"pending; waiting","Not paid, yet"',
      'revenue_an_order,,,revenue / order_count,,',
    ].join('\r\n');
    const importing = (text: string, suffix = '') =>
      ask(url, 'POST', `/api/v1/metrics/import${suffix}`, { body: text, headers: { 'Content-Type': 'text/csv' } });
    const dry = await importing(csv, '?dry_run=true');
    expect([dry.status, dry.body.written], dry.text).to.deep.equal([200, false]);
    expect(onDisk()).to.equal(metricsYaml);
    const broken = await importing(`${csv}\r\nbad,nothing,,,,`);
    expect(broken.body.code).to.equal('MODEL_INVALID');
    expect(onDisk()).to.equal(metricsYaml);
    const done = await importing(csv);
    expect([done.status, done.body.written], done.text).to.deep.equal([200, true]);
    const open = await ask(url, 'GET', '/api/v1/metrics/open_orders');
    expect(open.body.definition).to.deep.equal({
      measure: 'order_count',
      where: "status = 'open'",
      synonyms: ['pending', 'waiting'],
      description: 'Not paid, yet',
    });
    for (const name of ['open_orders', 'revenue_an_order']) await ask(url, 'DELETE', `/api/v1/metrics/${name}`);
    expect(onDisk()).to.equal(metricsYaml);
    const dbt = await ask(url, 'POST', '/api/v1/metrics/import', { body: { format: 'dbt', text: '' } });
    expect([dbt.status, dbt.body.code, dbt.body.suggestions]).to.deep.equal([422, 'FORMAT_UNSUPPORTED', ['csv']]);
  });

  it('goes on with the last good model when the folder breaks, and takes the next good one', async () => {
    const status = async () => (await ask(url, 'GET', '/health')).body.model!.status as unknown;
    writeFileSync(join(project.ontology, 'broken.yaml'), 'entity: x\ntable: [\n');
    await until('the folder is seen to be broken', async () => (await status()) === 'stale');
    const { body } = await ask(url, 'POST', query, { body: { metrics: ['order_count'] } });
    expect(body.rows).to.deep.equal([[5]]);
    expect(body.warnings!.length).to.equal(1);
    for (const path of ['entities', 'entities/orders', 'dimensions', 'metrics', 'metrics/average_order_value']) {
      const { headers } = await ask(url, 'GET', `/api/v1/${path}`);
      expect(headers['x-datamind-warning'], path).to.equal(body.warnings![0]);
    }
    writeFileSync(join(project.ontology, 'broken.yaml'), 'glossary:\n  mended: {description: It works.}\n');
    await until('the folder is seen to be mended', async () => (await status()) === 'current');
    const mended = await ask(url, 'GET', '/api/v1/glossary/mended');
    expect([mended.status, mended.headers['x-datamind-warning']]).to.deep.equal([200, undefined]);
  });

  it('says in one sentence that the port is in use, before it makes anything', async () => {
    const { port } = new URL(url);
    const home = join(project.folder, 'another-home');
    const { code, err } = await runProgram(project.folder, ['serve', '--port', port], { env: { DATAMIND_HOME: home } });
    expect(code).to.equal(1);
    expect(err).to.contain(`Port ${port} is in use by another program.`);
    expect(err).not.to.match(/at .*\.js/);
    expect(existsSync(home)).to.equal(false);
  });

  it('stops in good order at a signal: streams end, the exit code is 0', async () => {
    const outgoing = request(`${url}${query}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/x-ndjson' },
    });
    outgoing.on('error', () => undefined);
    outgoing.end(JSON.stringify({ dimensions: ['numbers.n', 'numbers.label'] }));
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    incoming.on('error', () => undefined);
    child.kill('SIGTERM');
    incoming.resume();
    const [code] = await once(child, 'close');
    expect(code, errors).to.equal(0);
    expect(errors).not.to.contain('"level":"error"');
  });
});

import { expect } from 'chai';
import type { Express } from 'express';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { createLogger } from '../../core/logging/create-logger.js';
import { createApp } from '../../src/api/create-app.js';
import { withDefinitions } from '../../src/api/schemas.js';
import { createMemoryTrail } from '../../src/audit/memory-trail.js';
import { localGate } from '../../src/identity/gate.js';
import { createRoutes } from '../../src/start-server.js';
import { createResultCache } from '../../src/pipeline/result-cache.js';
import { ask, type Loose } from './request.js';
import { folderModels } from './folder-models.js';
import { stageExecutor, standInCompiler, startTestServer, type TestServer } from './start-test-server.js';

interface Layer {
  readonly route?: {
    readonly path: string;
    readonly stack: readonly { readonly method?: string; readonly name: string }[];
  };
}

/** Every `method /path` that Express has a handler for, read from its own stack, without those that answer 405. */
const registered = (app: Express): readonly string[] =>
  (app.router.stack as unknown as readonly Layer[]).flatMap(({ route }) =>
    (route?.stack ?? [])
      // What is of a workspace is there a second time, under its address.
      .filter(({ name }) => name !== 'otherMethods' && !route!.path.startsWith('/api/v1/workspaces/:workspace/'))
      .map(({ method }) => `${method} ${route!.path.replaceAll(/:(\w+)/g, '{$1}')}`),
  );

describe('the OpenAPI document', () => {
  let server: TestServer;
  let document: Loose;
  before(async () => {
    server = await startTestServer({ 'orders.yaml': 'entity: orders\n' }, stageExecutor());
    document = (await ask(server.url, 'GET', '/openapi.json')).body;
  });
  after(() => server.close());

  it('has each route of the router, and the router each of the document', () => {
    const log = createLogger({ level: 'silent' });
    const models = folderModels('/nowhere', standInCompiler, log);
    const editor = { read: () => undefined, write: (text: string) => text };
    const limits = { maxRows: 1, cacheTtlSeconds: 1, cacheBytes: 1 };
    const parts = {
      executor: stageExecutor(),
      models,
      compiler: standInCompiler,
      editor,
      gate: localGate,
      trail: createMemoryTrail(),
      log,
      version: '0',
      ...limits,
    };
    const app = createApp({ routes: createRoutes(parts), gate: localGate, log });
    const documented = Object.entries(document.paths!).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(registered(app).length).to.be.greaterThan(25);
    expect([...registered(app)].sort()).to.deep.equal(documented.sort());
  });

  it('is OpenAPI 3.1 with unique operations and no reference that leads nowhere', () => {
    expect(document.openapi).to.equal('3.1.0');
    const operations = Object.values(document.paths!).flatMap((methods) => Object.values(methods));
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).to.equal(ids.length);
    const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);
    expect(Object.keys(document.components!.schemas!)).to.include.members(names);
    expect(JSON.stringify(document)).not.to.contain('#/$defs/');
    for (const operation of operations) {
      expect(operation.summary, String(operation.operationId)).to.be.a('string');
      expect(operation.responses).to.have.any.keys('200', '201', '204');
    }
  });

  const read: readonly [path: string, schema: string][] = [
    ['/health', 'Health'],
    ['/api/v1/entities', 'EntityList'],
    ['/api/v1/entities/orders', 'Entity'],
    ['/api/v1/dimensions', 'DimensionList'],
    ['/api/v1/dimensions/country', 'Dimension'],
    ['/api/v1/hierarchies', 'HierarchyList'],
    ['/api/v1/hierarchies/customers.geography', 'Hierarchy'],
    ['/api/v1/filters', 'NamedFilterList'],
    ['/api/v1/filters/completed', 'NamedFilter'],
    ['/api/v1/glossary', 'GlossaryTermList'],
    ['/api/v1/glossary/basket', 'GlossaryTerm'],
    ['/api/v1/metrics', 'MetricList'],
    ['/api/v1/metrics/average_order_value', 'MetricDetail'],
    ['/api/v1/metrics/revenue', 'MetricDetail'],
    ['/api/v1/metrics/templates', 'MetricTemplateList'],
    ['/api/v1/semantic/models', 'ModelFileList'],
    ['/api/v1/semantic/models/orders.yaml', 'ModelFileText'],
  ];
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': true, 'uri-reference': true } });

  for (const [path, schema] of read) {
    it(`GET ${path} answers as ${schema} says`, async () => {
      const { status, body } = await ask(server.url, 'GET', path);
      expect(status).to.equal(200);
      const check = ajv.compile(withDefinitions({ $ref: `#/$defs/${schema}` }));
      expect(check(body), ajv.errorsText(check.errors)).to.equal(true);
    });
  }

  it('describes the answer and the problem as they are', async () => {
    const answer = await ask(server.url, 'POST', '/api/v1/semantic/query', { body: { metrics: ['revenue'] } });
    const problem = await ask(server.url, 'POST', '/api/v1/semantic/query', { body: { metric: 1 } });
    for (const [schema, { body }] of [
      ['Answer', answer],
      ['Problem', problem],
    ] as const) {
      const check = ajv.compile(withDefinitions({ $ref: `#/$defs/${schema}` }));
      expect(check(body), ajv.errorsText(check.errors)).to.equal(true);
    }
  });
});

describe('lists', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ 'orders.yaml': 'entity: orders\n' }, stageExecutor());
  });
  after(() => server.close());

  const names = async (path: string) => {
    const { body } = await ask(server.url, 'GET', path);
    return {
      names: (body.data as unknown as { name: string }[]).map(({ name }) => name),
      count: body.count as unknown,
    };
  };
  const rows: readonly [path: string, names: readonly string[], count: number][] = [
    ['/api/v1/entities', ['customers', 'orders'], 2],
    ['/api/v1/entities?sort=-name', ['orders', 'customers'], 2],
    ['/api/v1/entities?limit=1', ['customers'], 2],
    ['/api/v1/entities?limit=0', [], 2],
    ['/api/v1/entities?offset=1', ['orders'], 2],
    ['/api/v1/entities?offset=9', [], 2],
    ['/api/v1/entities?q=BUYER', ['customers'], 1],
    ['/api/v1/entities?q=nothing', [], 0],
    ['/api/v1/dimensions?q=email', ['customers.email'], 1],
    ['/api/v1/metrics', ['average_order_value', 'order_count', 'revenue', 'orders.order_count'], 4],
    ['/api/v1/metrics?kind=measure', ['revenue', 'orders.order_count'], 2],
    ['/api/v1/glossary?q=bought', ['basket'], 1],
  ];
  for (const [path, expected, count] of rows) {
    it(`${path} lists ${expected.join(', ') || 'nothing'}`, async () => {
      expect(await names(path)).to.deep.equal({ names: expected, count });
    });
  }

  it('shows no joins to hidden entities and no samples of personal data', async () => {
    const orders = await ask(server.url, 'GET', '/api/v1/entities/orders');
    expect((orders.body.joins as unknown as { name: string }[]).map(({ name }) => name)).to.deep.equal(['customer']);
    const email = await ask(server.url, 'GET', '/api/v1/dimensions/email');
    expect(email.body.sample_values).to.deep.equal([]);
    expect(email.text).not.to.contain('example.com');
  });

  it('answers 304 to who has it, until the model changes', async () => {
    const first = await ask(server.url, 'GET', '/api/v1/metrics');
    const etag = first.headers.etag!;
    const again = await ask(server.url, 'GET', '/api/v1/metrics', { headers: { 'If-None-Match': `W/"x", ${etag}` } });
    expect([again.status, again.text]).to.deep.equal([304, '']);
    await server.models.change('orders.yaml', () => 'entity: orders # changed\n');
    const changed = await ask(server.url, 'GET', '/api/v1/metrics', { headers: { 'If-None-Match': etag } });
    expect(changed.status).to.equal(200);
  });
});

describe('the result cache', () => {
  it('keeps within its bytes and forgets after its time', () => {
    const cache = createResultCache({ ttlSeconds: 60, maxBytes: 10_000 });
    for (let n = 0; n < 100; n += 1) cache.set(`k${n}`, { head: Buffer.alloc(1000) });
    expect(cache.status().bytes).to.be.at.most(10_000);
    expect(cache.get('k99')).not.to.equal(undefined);
    expect(cache.get('k0')).to.equal(undefined);
    cache.set('huge', { head: Buffer.alloc(9_000) });
    expect(cache.get('huge')).to.equal(undefined);
    const off = createResultCache({ ttlSeconds: 0, maxBytes: 10_000 });
    off.set('k', { head: Buffer.alloc(1) });
    expect(off.get('k')).to.equal(undefined);
  });
});

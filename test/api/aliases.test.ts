import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { aliases, createAliasRoutes } from '../../src/api/aliases.js';
import type { Route } from '../../src/api/route.js';
import { createPolicyRoutes } from '../../src/policies/routes.js';
import { withDefinitions } from '../../src/api/schemas.js';
import { startConnections, type TestConnections } from '../connections/start-connections.js';
import type { TestEngine } from '../engines/engine.js';
import { isMissing, startEngine } from '../engines/start-engine.js';

interface Old {
  /** An analyst when absent. */
  readonly as?: 'admin';
  readonly body?: (database: TestEngine) => unknown;
  /** What of the answer old clients read. */
  readonly reads: (body: Readonly<Record<string, unknown>>) => boolean;
}

const flat = ({ config }: TestEngine): object => {
  const { user, ...rest } = config as { user: string };
  return { type: 'postgresql', username: user, ...rest };
};

const oldPolicy = { name: 'x', entity: 'orders', for: 'everyone', rows: "status = 'paid'" };

/** A call of each old spelling, as old clients make it. An alias that is not here fails the test. */
const calls: Readonly<Record<string, Old>> = {
  connectDatabase: {
    body: (database) => ({ name: 'Old Shop', ...flat(database) }),
    reads: ({ success, id, source }) => success === true && (source as { id: unknown }).id === id,
  },
  testDatabase: { body: flat, reads: ({ success }) => success === true },
  listSources: { reads: ({ data }) => (data as { name: string }[]).some(({ name }) => name === 'old_shop') },
  getSource: { reads: ({ name }) => name === 'old_shop' },
  changeSource: {
    body: () => ({ description: 'An old one.' }),
    reads: ({ description }) => description === 'An old one.',
  },
  getSourceSchema: {
    reads: ({ success, schema }) => success === true && Array.isArray((schema as { tables: unknown }).tables),
  },
  deleteSource: { reads: () => true },
  createDataControlPolicy: {
    as: 'admin',
    body: () => oldPolicy,
    reads: ({ name, on, rows }) => name === 'x' && on === 'orders' && String(rows).includes("status = 'paid'"),
  },
  listDataControlPolicies: {
    as: 'admin',
    reads: ({ data }) => (data as { name: string }[]).some(({ name }) => name === 'x'),
  },
  getDataControlPolicy: { as: 'admin', reads: ({ name }) => name === 'x' },
  replaceDataControlPolicy: { as: 'admin', body: () => oldPolicy, reads: ({ version }) => version === 2 },
  deleteDataControlPolicy: { as: 'admin', reads: () => true },
};

describe('old spellings', function () {
  this.timeout(60_000);
  let at: TestConnections;
  let database: TestEngine;
  let all: readonly Route[];
  const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true } });
  before(async () => {
    at = await startConnections('sqlite');
    const engine = await startEngine('postgres');
    if (isMissing(engine)) throw new Error(engine.missing);
    database = engine;
    const orders = 'entity: orders\ntable: orders\nkey: id\ndimensions: {status: {type: string}}\n';
    writeFileSync(join(at.server.folder, 'orders.yaml'), orders);
    await at.server.models.refresh();
    const { executor, store } = at;
    all = [...at.kept, ...createPolicyRoutes({ models: at.server.all, executor, store, maxRows: 1 })];
  });
  after(() => at?.close());

  it('each stand for a route that there is, with its access, its cost and its errors', () => {
    const made = createAliasRoutes(all);
    expect(made.map(({ operation }) => operation)).to.have.members(aliases.map(({ operation }) => operation));
    for (const { of, operation } of aliases) {
      const [route, target] = [
        made.find((one) => one.operation === operation)!,
        all.find((one) => one.operation === of)!,
      ];
      expect([route.access, route.cost, route.errors], operation).to.deep.equal([
        target.access,
        target.cost,
        target.errors,
      ]);
    }
  });

  it('answer as old clients read it', async () => {
    expect(Object.keys(calls)).to.have.members(aliases.map(({ operation }) => operation));
    const made = createAliasRoutes(all);
    let id = '';
    for (const [operation, { as, body, reads }] of Object.entries(calls)) {
      const { method, path, responses } = made.find((route) => route.operation === operation)!;
      const answer = await at.ask(method.toUpperCase(), path.replace('{id}', id).replace('{name}', 'x'), {
        headers: as === 'admin' ? at.as.root : at.as.ana,
        ...(body !== undefined && { body: body(database) }),
      });
      expect(answer.status, `${operation}: ${answer.text}`).to.be.within(200, 204);
      if (answer.text !== '') expect(reads(answer.body), `${operation}: ${answer.text}`).to.equal(true);
      const schema = responses[answer.status]?.content?.['application/json'];
      if (schema !== undefined)
        expect(ajv.validate(withDefinitions(schema), answer.body), ajv.errorsText()).to.equal(true);
      if (operation === 'connectDatabase') id = String(answer.body.id);
      expect(answer.text).not.to.contain((database.config as { password: string }).password);
    }
  });

  it('tell failures to connect in the old way, and refusals in today’s', async () => {
    const broken = {
      name: 'broken',
      type: 'postgres',
      host: '127.0.0.1',
      port: 1,
      database: 'x',
      username: 'ada',
      password: 'a-secret',
    };
    const send = (method: string, path: string, body?: object, headers = at.as.ana) =>
      at.ask(method, `/api/v1/data/${path}`, { headers, ...(body && { body }) });
    const tested = await send('POST', 'database/test', broken);
    expect([tested.status, tested.body.success, typeof tested.body.error]).to.deep.equal([200, false, 'string']);
    const { body } = await send('POST', 'database/connect', broken);
    const schema = await send('GET', `sources/${body.id}/schema`);
    expect([schema.status, schema.body]).to.deep.equal([
      200,
      { success: false, error: 'No database that can be used answers there.' },
    ]);
    expect((await send('POST', 'database/connect', { type: 'oracle' })).body.code).to.equal('BAD_REQUEST');
    expect(
      (await send('POST', 'database/connect', { ...broken, name: 'other', host: { $env: 'HOME' } })).status,
    ).to.equal(400);
    expect((await send('GET', `sources/${body.id}/schema`, undefined, at.as.ben)).status).to.equal(404);
    expect((await send('POST', 'database/test', broken, at.as.vic)).status).to.equal(403);
    expect((await send('GET', 'sources/0190/schema')).body.code).to.equal('NOT_FOUND');
  });
});

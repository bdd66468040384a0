import { expect } from 'chai';
import { createMemoryTrail } from '../../src/audit/memory-trail.js';
import type { AuditTrail } from '../../src/audit/trail.js';
import { metricEditor } from '../../src/metrics/edit-metric.js';
import { createModelCompiler } from '../../src/models/create-model-compiler.js';
import { startIdentity } from '../identity/start-identity.js';
import { ask } from '../api/request.js';
import { stageExecutor, startTestServer, type TestServer } from '../api/start-test-server.js';

const orders = `entity: orders
table: orders
key: order_id
measures:
  order_count: {count: "*"}
  revenue: {sum: amount}
`;
const files = { 'project.yaml': 'project:\n  name: Shop\n  timezone: UTC\n', 'orders.yaml': orders };

interface Write {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly action: string;
  readonly target: string | null;
}

/** In this order each is right. */
const writes: readonly Write[] = [
  {
    method: 'POST',
    path: 'semantic/models',
    body: { name: 'extra.yaml', text: 'glossary:\n  basket: {description: At once.}\n' },
    action: 'model.create',
    target: 'extra.yaml',
  },
  {
    method: 'PUT',
    path: 'semantic/models/extra.yaml',
    body: { text: 'glossary:\n  basket: {description: All at once.}\n' },
    action: 'model.change',
    target: 'extra.yaml',
  },
  { method: 'DELETE', path: 'semantic/models/extra.yaml', action: 'model.delete', target: 'extra.yaml' },
  {
    method: 'POST',
    path: 'metrics',
    body: { name: 'aov', ratio: ['revenue', 'order_count'] },
    action: 'metric.create',
    target: 'aov',
  },
  {
    method: 'PUT',
    path: 'metrics/aov',
    body: { ratio: ['revenue', 'order_count'], description: 'An order.' },
    action: 'metric.change',
    target: 'aov',
  },
  { method: 'DELETE', path: 'metrics/aov', action: 'metric.delete', target: 'aov' },
  {
    method: 'POST',
    path: 'metrics/import',
    body: { format: 'csv', text: 'name,ratio\nrevenue_an_order,revenue / order_count\n' },
    action: 'metric.import',
    target: null,
  },
];

describe('what changes the model', () => {
  let server: TestServer;
  const memory = createMemoryTrail();
  let broken = false;
  const trail: AuditTrail = {
    ...memory,
    begin: async (intent) => {
      if (broken) throw new Error('the disk is full');
      return memory.begin(intent);
    },
  };
  before(async () => {
    const over = { trail, compiler: createModelCompiler(), editor: metricEditor };
    server = await startTestServer(files, stageExecutor(), over);
  });
  after(() => server.close());

  const state = async (): Promise<string> => (await ask(server.url, 'GET', '/api/v1/semantic/models')).text;

  for (const { method, path, body, action, target } of writes) {
    it(`${method} ${path} is in the audit, and does not happen when that cannot be written`, async () => {
      const send = () => ask(server.url, method, `/api/v1/${path}`, { ...(body !== undefined && { body }) });
      const before = await state();
      broken = true;
      const refused = await send().finally(() => {
        broken = false;
      });
      expect(refused.status, refused.text).to.equal(500);
      expect(await state()).to.equal(before);
      const written = memory.entries().length;
      const answer = await send();
      expect(answer.status, answer.text).to.be.within(200, 204);
      const [entry, ...more] = memory.entries().slice(written);
      expect(more).to.deep.equal([]);
      expect(entry!.intent).to.deep.include({ action, target, origin: '127.0.0.1' });
      expect(entry!.intent.actor).to.include({ user: 'local', workspace: 'default' });
      expect(entry!.outcome).to.include({ result: 'done' });
    });
  }

  it('is in it too when it is refused, and not when it is only tried', async () => {
    const written = memory.entries().length;
    await ask(server.url, 'POST', '/api/v1/metrics', { body: { name: 'bad', ratio: ['nothing', 'order_count'] } });
    const text = 'name,ratio\nanother,revenue / order_count\n';
    await ask(server.url, 'POST', '/api/v1/metrics/import?dry_run=true', { body: { format: 'csv', text } });
    const entries = memory.entries().slice(written);
    expect(entries.map(({ intent, outcome }) => [intent.action, outcome?.result])).to.deep.equal([
      ['metric.create', 'failed'],
    ]);
  });
});

describe('who asks for a workspace of others', () => {
  it('is refused, and that is in the audit of the workspace; what is none is not named', async () => {
    const at = await startIdentity('sqlite');
    try {
      await at.addWorkspace('north');
      await at.add('ana', { default: 'admin' });
      const headers = await at.login('ana');
      const token = await at.token('robot', { scopes: ['model:read'] });
      for (const [who, workspace, user, written] of [
        [headers, 'north', 'ana', 'north'],
        [headers, 'hunter2', 'ana', '*'],
        [token, 'north', 'service:robot', 'default'],
      ] as const) {
        const before = at.trail.entries().length;
        const asked = { headers: { ...who, 'X-Workspace-Id': workspace } };
        expect((await at.ask('GET', '/api/v1/entities', asked)).status).to.equal(403);
        const [entry, ...more] = at.trail.entries().slice(before);
        expect(more).to.deep.equal([]);
        expect(entry!.intent).to.deep.include({ action: 'access.deny', target: 'listEntities' });
        expect(entry!.intent.actor).to.include({ user, workspace: written });
        expect(JSON.stringify(entry)).not.to.contain('hunter2');
      }
      const before = at.trail.entries().length;
      await at.ask('GET', '/health', { headers: { ...headers, 'X-Workspace-Id': 'north' } });
      expect(at.trail.entries().length).to.equal(before);
    } finally {
      await at.close();
    }
  });
});

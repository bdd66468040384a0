import { expect } from 'chai';
import type { PluginHealth } from '../../core/plugin/running-plugin.js';
import type { MadeCount } from '../../src/connections/count-connections.js';
import type { Store } from '../../src/store/store.js';
import { ask } from '../api/request.js';
import { stageExecutor, startTestServer } from '../api/start-test-server.js';

const up: PluginHealth = { name: 'main', status: 'up', latencyMs: 1 };
const down: PluginHealth = { name: 'main', status: 'down', latencyMs: 1 };

interface Case {
  readonly title: string;
  readonly connections: readonly PluginHealth[];
  readonly store: 'up' | 'down' | 'absent';
  readonly trail?: 'down' | 'slow';
  /** Connections that were made by API. */
  readonly made?: MadeCount;
  readonly mode: string;
  readonly score?: number;
  readonly ready: number;
}

const cases: readonly Case[] = [
  { title: 'all is up', connections: [up], store: 'up', mode: 'FULL_OPERATIONAL', ready: 200 },
  { title: 'nothing is kept', connections: [up], store: 'absent', mode: 'FULL_OPERATIONAL', ready: 200 },
  { title: 'the store is down', connections: [up], store: 'down', mode: 'READ_ONLY', score: 59, ready: 503 },
  {
    title: 'the trail cannot be written',
    connections: [up],
    store: 'up',
    trail: 'down',
    mode: 'READ_ONLY',
    score: 59,
    ready: 503,
  },
  {
    title: 'writing the trail takes long',
    connections: [up],
    store: 'up',
    trail: 'slow',
    mode: 'FULL_OPERATIONAL',
    score: 100,
    ready: 200,
  },
  { title: 'every warehouse is down', connections: [down], store: 'up', mode: 'EMERGENCY', ready: 503 },
  { title: 'one of two warehouses is down', connections: [up, down], store: 'up', mode: 'LIMITED_AI', ready: 200 },
  {
    title: 'one of the warehouses that users connected is reached, and there is no other',
    connections: [],
    made: { total: 2, ready: 1 },
    store: 'up',
    mode: 'FULL_OPERATIONAL',
    ready: 200,
  },
  {
    title: 'no warehouse that users connected is reached, and there is one of its own',
    connections: [up],
    made: { total: 2, ready: 0 },
    store: 'up',
    mode: 'FULL_OPERATIONAL',
    ready: 200,
  },
  { title: 'there is no warehouse', connections: [], store: 'up', mode: 'CONFIGURATION', ready: 503 },
];

/** A store of which only connections are counted. */
const countingStore = ({ total, ready }: MadeCount): Store =>
  ({
    onEpochs: () => () => undefined,
    read: async (work: (db: object) => unknown) =>
      work({
        ...{ count: async () => total, countBy: async () => ready },
        ...{ findOneBy: async () => null, find: async () => [], findBy: async () => [] },
      }),
  }) as unknown as Store;

describe('the mode of the server', () => {
  for (const { title, connections, store, trail, made, mode, score, ready } of cases)
    it(`is ${mode} when ${title}`, async () => {
      const executor = Object.assign(stageExecutor(), { health: async () => connections });
      const storeHealth = async (): Promise<void> => {
        if (store === 'down') throw new Error('password=hunter2 at 10.0.0.1');
      };
      const trailHealth = (): Promise<void> => {
        if (trail === 'slow') return new Promise(() => undefined);
        return trail === 'down' ? Promise.reject(new Error('password=hunter2')) : Promise.resolve();
      };
      const over = {
        ...(store !== 'absent' && { storeHealth, trailHealth }),
        ...(made !== undefined && { store: countingStore(made) }),
      };
      const server = await startTestServer({ 'orders.yaml': 'entity: orders\n' }, executor, over);
      try {
        const { body } = await ask(server.url, 'GET', '/health');
        expect(body).to.include({ operational_mode: mode, ...(score !== undefined && { health_score: score }) });
        const { database } = body.components as unknown as { readonly database: { readonly made: MadeCount } };
        expect(database.made).to.deep.equal(made ?? { total: 0, ready: 0 });
        expect(JSON.stringify(body)).not.to.contain('hunter2');
        expect((await ask(server.url, 'GET', '/health/ready')).status).to.equal(ready);
        expect((await ask(server.url, 'GET', '/health/live')).status).to.equal(200);
      } finally {
        await server.close();
      }
    });

  it('recovers by itself', async () => {
    let now = Date.parse('2026-03-01T12:00:00Z');
    let broken = true;
    const storeHealth = async (): Promise<void> => {
      if (broken) throw new Error('gone');
    };
    const over = { storeHealth, now: () => now };
    const server = await startTestServer({ 'orders.yaml': 'entity: orders\n' }, stageExecutor(), over);
    try {
      expect((await ask(server.url, 'GET', '/health')).body).to.include({ operational_mode: 'READ_ONLY' });
      broken = false;
      now += 3_000;
      expect((await ask(server.url, 'GET', '/health')).body).to.include({ operational_mode: 'FULL_OPERATIONAL' });
    } finally {
      await server.close();
    }
  });
});

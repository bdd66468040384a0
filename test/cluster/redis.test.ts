import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { createLogger } from '../../core/logging/create-logger.js';
import { createSealer } from '../../core/secrets/create-sealer.js';
import { createSubject } from '../../core/subject/subject.js';
import { createRateLimiter, type RateLimiter } from '../../src/api/rate-limits.js';
import { openNotices } from '../../src/cluster/notices.js';
import type { Cluster } from '../../src/cluster/open-cluster.js';
import { openRedis, type Redis } from '../../src/cluster/open-redis.js';
import { createSharedAnswers } from '../../src/cluster/shared-answers.js';
import { localCaller } from '../../src/identity/caller.js';
import { ask } from '../api/request.js';
import { stageExecutor, startTestServer } from '../api/start-test-server.js';
import { redisMissing, startRedis, type TestRedis } from '../engines/redis.js';

const log = createLogger({ level: 'silent' });

describe('Redis between processes', function () {
  this.timeout(30_000);
  let server: TestRedis;
  let opened: Redis[] = [];

  before(async function () {
    const missing = redisMissing();
    if (missing !== null) {
      console.log(`      skipped: ${missing}`);
      this.skip();
    }
    server = await startRedis();
  });
  after(() => server?.stop());
  afterEach(() => {
    for (const redis of opened) redis.close();
    opened = [];
  });

  const until = async (what: () => boolean | Promise<boolean>): Promise<void> => {
    for (let tries = 0; !(await what()); tries += 1) {
      if (tries > 1_000) throw new Error('it did not become so');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  let nth = 0;
  const fresh = (): string => {
    nth += 1;
    return `test${nth}:`;
  };
  const open = async (prefix: string, url = server.url): Promise<Redis> => {
    const redis = openRedis(url, prefix, log);
    opened.push(redis);
    if (url === server.url) await until(() => redis.usable());
    return redis;
  };
  const encryptionKey = randomBytes(32);
  const answersOf = (redis: Redis, over: object = {}) =>
    createSharedAnswers(redis, { encryptionKey, scope: 'one', ttlSeconds: 60, ...over });
  const head = Buffer.from('{"rows":[["Ada Lovelace",1]]');

  describe('answers', () => {
    it('are there for another process, with the time that is left', async () => {
      const prefix = fresh();
      const [one, two] = [answersOf(await open(prefix)), answersOf(await open(prefix))];
      one.set('k', head);
      await until(async () => (await two.get('k')) !== null);
      const found = (await two.get('k'))!;
      expect(found.head.equals(head)).to.equal(true);
      expect(found.ttlMs).to.be.within(50_000, 60_000);
      expect(await two.get('K')).to.equal(null);
    });

    it('are not there for who has another key, another configuration or another store', async () => {
      const prefix = fresh();
      const redis = await open(prefix);
      const one = answersOf(redis);
      one.set('k', head);
      await until(async () => (await one.get('k')) !== null);
      expect(await answersOf(redis, { encryptionKey: randomBytes(32) }).get('k')).to.equal(null);
      expect(await answersOf(redis, { scope: 'two' }).get('k')).to.equal(null);
      expect(await answersOf(await open(fresh())).get('k')).to.equal(null);
    });

    it('tell nothing to who reads Redis, neither of rows nor of what was asked', async () => {
      const prefix = fresh();
      const one = answersOf(await open(prefix));
      one.set('select secret_column', head);
      await until(async () => (await one.get('select secret_column')) !== null);
      const names = await server.say(`KEYS ${prefix}*`);
      const [name] = /test\d+:answer:\S+/.exec(names)!;
      expect(names).not.to.contain('secret_column');
      const raw = await server.say(`GET ${name}`);
      expect(raw.length).to.be.greaterThan(head.length);
      expect(raw).not.to.contain('Ada');
    });

    it('that were put there by others, altered, cut, moved or kept for ever are none', async () => {
      const prefix = fresh();
      const redis = await open(prefix);
      const one = answersOf(redis);
      one.set('a', head);
      one.set('b', Buffer.from('{"rows":[["Bea",2]]'));
      await until(async () => (await one.get('a')) !== null && (await one.get('b')) !== null);
      const [first, second] = [...(await server.say(`KEYS ${prefix}*`)).matchAll(/test\d+:answer:\S+/g)].map(
        ([name]) => name,
      );
      // One key's answer under another key.
      await server.say(`COPY ${first} ${second} REPLACE`);
      await server.say(`EXPIRE ${second} 60`);
      const found = await Promise.all([one.get('a'), one.get('b')]);
      expect(found.filter((answer) => answer !== null).length).to.equal(1);
      await server.say(`SETRANGE ${first} 14 XX`);
      expect(await Promise.all([one.get('a'), one.get('b')])).to.deep.equal([null, null]);
      for (const value of ['', 'x', JSON.stringify({ head: 'forged' })]) {
        await server.say(`SET ${first} "${value.replaceAll('"', '\\"')}" EX 60`);
        await server.say(`SET ${second} "${value.replaceAll('"', '\\"')}" EX 60`);
        expect(await Promise.all([one.get('a'), one.get('b')])).to.deep.equal([null, null]);
      }
      one.set('c', head);
      await until(async () => (await one.get('c')) !== null);
      const third = [...(await server.say(`KEYS ${prefix}*`)).matchAll(/test\d+:answer:\S+/g)]
        .map(([name]) => name)
        .find((name) => name !== first && name !== second)!;
      await server.say(`PERSIST ${third}`);
      expect(await one.get('c')).to.equal(null);
    });
  });

  const caller = { ...localCaller, kind: 'person', id: 'ann', subject: createSubject({ user: 'ann' }) } as const;
  const spend = async (limiter: RateLimiter, cost = 1): Promise<string> => {
    const refused = await limiter.byCaller(caller, cost).catch((error: { code: string }) => error.code);
    return refused ?? 'fine';
  };

  it('counts requests of all processes together', async () => {
    const prefix = fresh();
    const settings = { perCaller: 5, perAddress: 0 };
    const [one, two] = [
      createRateLimiter(settings, await open(prefix)),
      createRateLimiter(settings, await open(prefix)),
    ];
    const said = [];
    for (const limiter of [one, two, one, two, one, two, one]) said.push(await spend(limiter));
    expect(said).to.deep.equal(['fine', 'fine', 'fine', 'fine', 'fine', 'RATE_LIMITED', 'RATE_LIMITED']);
  });

  it('tells others what happened, and not who said it', async () => {
    const prefix = fresh();
    const [one, two] = [openNotices(await open(prefix)), openNotices(await open(prefix))];
    const heard: unknown[] = [];
    one.on('x', (body) => heard.push(['one', body]));
    two.on('x', (body) => heard.push(['two', body]));
    await until(() => {
      one.announce('x', { a: 1 });
      return heard.length > 0;
    });
    await server.say(`PUBLISH ${prefix}notices {not-json`);
    expect(heard[0]).to.deep.equal(['two', { a: 1 }]);
    expect(heard.some((one) => (one as readonly string[])[0] === 'one')).to.equal(false);
  });

  describe('that hangs, or is not there', () => {
    const clusterOf = (redis: Redis): Cluster => ({
      redis,
      notices: openNotices(redis),
      answers: answersOf(redis),
      sealer: createSealer([encryptionKey]),
      close: () => redis.close(),
    });
    const serve = (redis: Redis, over: object = {}) =>
      startTestServer({ 'orders.yaml': 'entity: orders\n' }, stageExecutor(), { cluster: clusterOf(redis), ...over });
    const query = (url: string, metric: string) =>
      ask(url, 'POST', '/api/v1/semantic/query', { body: { metrics: [metric] } });

    it('fails nobody, makes nobody wait for long, is told of by /health, and is used again', async () => {
      const prefix = fresh();
      const redis = await open(prefix);
      let now = Date.now();
      const at = await serve(redis, { now: () => now });
      try {
        expect((await ask(at.url, 'GET', '/health')).body).to.deep.include({ status: 'healthy' });
        server.freeze();
        for (let nth = 0; nth < 10; nth += 1) expect((await query(at.url, `m${nth}`)).status).to.equal(200);
        const before = performance.now();
        for (let nth = 10; nth < 20; nth += 1) expect((await query(at.url, `m${nth}`)).status).to.equal(200);
        expect(performance.now() - before).to.be.lessThan(1_500);
        now += 5_000;
        const { body } = await ask(at.url, 'GET', '/health');
        expect(body.status).to.equal('degraded');
        expect(body.components!.cache).to.include({ status: 'degraded', latency_ms: null });
        expect((await ask(at.url, 'GET', '/health/ready')).status).to.equal(200);
        server.thaw();
        await until(async () => (await redis.ping()) !== null);
        now += 5_000;
        expect((await ask(at.url, 'GET', '/health')).body).to.deep.include({ status: 'healthy' });
      } finally {
        server.thaw();
        await at.close();
      }
    });

    it('holds up no start, and each process counts by itself meanwhile', async () => {
      const redis = await open(fresh(), 'redis://127.0.0.1:1');
      const at = await serve(redis);
      try {
        expect((await query(at.url, 'm')).status).to.equal(200);
        const again = (await query(at.url, 'm')).body as unknown as { timings: { cache: string } };
        expect(again.timings.cache).to.equal('hit');
        const limiter = createRateLimiter({ perCaller: 1, perAddress: 0 }, redis);
        expect([await spend(limiter), await spend(limiter)]).to.deep.equal(['fine', 'RATE_LIMITED']);
      } finally {
        await at.close();
      }
    });
  });
});

import { expect } from 'chai';
import { createRateLimiter } from '../../src/api/rate-limits.js';
import { createSubject } from '../../core/subject/subject.js';
import type { Gate } from '../../src/identity/gate.js';
import { localCaller } from '../../src/identity/caller.js';
import { ask } from '../api/request.js';
import { stageExecutor, startTestServer, type TestServer } from '../api/start-test-server.js';

/** Takes the name of the caller for a token. */
const byName: Gate = {
  mode: 'required',
  guard: () => undefined,
  callerOf: ({ headers }) => {
    const id = headers.authorization;
    return id === undefined ? null : { ...localCaller, kind: 'person', id, subject: createSubject({ user: id }) };
  },
  refused: async () => undefined,
};

const as = (user: string) => ({ headers: { authorization: user } });

describe('rate limits', () => {
  let server: TestServer | undefined;
  const start = async (rateLimits: { perCaller: number; perAddress: number }, gate = byName): Promise<TestServer> => {
    server = await startTestServer({ 'orders.yaml': 'entity: orders\n' }, stageExecutor(), { gate, rateLimits });
    return server;
  };
  afterEach(() => server?.close());

  it('stop one caller and not the next, and say when to come back', async () => {
    const { url } = await start({ perCaller: 3, perAddress: 1_000 });
    for (let at = 0; at < 3; at += 1) {
      expect((await ask(url, 'GET', '/api/v1/entities', as('ann'))).status, `request ${at}`).to.equal(200);
    }
    const refused = await ask(url, 'GET', '/api/v1/entities', as('ann'));
    expect(refused.status).to.equal(429);
    expect(refused.body).to.include({ code: 'RATE_LIMITED' });
    expect(Number(refused.headers['retry-after'])).to.be.within(1, 60);
    expect((await ask(url, 'GET', '/api/v1/entities', as('bob'))).status).to.equal(200);
  });

  it('take more for what may reach a database', async () => {
    const { url } = await start({ perCaller: 9, perAddress: 1_000 });
    const body = { metrics: ['revenue'] };
    expect((await ask(url, 'POST', '/api/v1/semantic/query', { ...as('ann'), body })).status).to.equal(200);
    expect((await ask(url, 'POST', '/api/v1/semantic/query', { ...as('ann'), body })).status).to.equal(429);
  });

  it('count an address before it is known who asks, so that guessing tokens ends too', async () => {
    const { url } = await start({ perCaller: 1_000, perAddress: 2 });
    const statuses: number[] = [];
    for (let at = 0; at < 3; at += 1) statuses.push((await ask(url, 'GET', '/api/v1/entities')).status);
    expect(statuses).to.deep.equal([401, 401, 429]);
    expect((await ask(url, 'GET', '/api/v1/entities', as('ann'))).status).to.equal(429);
  });

  it('count the network of an IPv6 address, not each of its addresses', async () => {
    const limiter = createRateLimiter({ perCaller: 0, perAddress: 1 });
    await limiter.fromAddress('2001:db8:1:2::1', 1);
    const refused = await limiter.fromAddress('2001:db8:1:2::ffff', 1).catch((error: unknown) => error);
    expect(refused).to.include({ code: 'RATE_LIMITED' });
    await limiter.fromAddress('2001:db8:1:3::1', 1);
  });

  it('are none where they are 0, nor for whoever sits at this machine', async () => {
    const { localGate } = await import('../../src/identity/gate.js');
    const { url } = await start({ perCaller: 1, perAddress: 1 }, localGate);
    for (let at = 0; at < 5; at += 1) expect((await ask(url, 'GET', '/api/v1/entities')).status).to.equal(200);
    const limiter = createRateLimiter({ perCaller: 0, perAddress: 0 });
    for (let at = 0; at < 5; at += 1) await limiter.fromAddress('10.0.0.1', 5);
  });
});

describe('what browsers are told', () => {
  const origin = 'https://app.example.com';
  let server: TestServer;
  before(async () => {
    const over = { gate: byName, origins: [origin] };
    server = await startTestServer({ 'orders.yaml': 'entity: orders\n' }, stageExecutor(), over);
  });
  after(() => server.close());

  it('keeps answers from being framed, sniffed or run', async () => {
    for (const path of ['/health', '/no/such/path', '/api/v1/entities']) {
      const { headers } = await ask(server.url, 'GET', path);
      expect(headers['x-content-type-options'], path).to.equal('nosniff');
      expect(headers['content-security-policy'], path).to.contain("default-src 'none'");
      expect(headers['x-frame-options'], path).to.equal('SAMEORIGIN');
      expect(headers['x-powered-by'], path).to.equal(undefined);
    }
    expect((await ask(server.url, 'GET', '/docs')).headers['content-security-policy']).to.contain("script-src 'self'");
  });

  it('lets pages of configured origins read answers, and of no others', async () => {
    const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
    for (const [asking, allowed] of [
      [origin, origin],
      ['https://app.example.com.evil.test', undefined],
      ['null', undefined],
      ['http://app.example.com', undefined],
    ] as const) {
      const plain = await ask(server.url, 'GET', '/api/v1/entities', {
        headers: { origin: asking, authorization: 'ann' },
      });
      expect(plain.headers['access-control-allow-origin'], asking).to.equal(allowed);
      expect(plain.headers['access-control-allow-credentials'], asking).to.equal(undefined);
      const before = await ask(server.url, 'OPTIONS', '/api/v1/semantic/query', {
        headers: { origin: asking, ...preflight },
      });
      expect(before.headers['access-control-allow-origin'], asking).to.equal(allowed);
    }
  });
});

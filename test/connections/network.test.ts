/** Connections lead where they may: drivers connect to the address that was judged, and failures do not tell what is there. */
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createAddressGuard } from '../../src/connections/address-guard.js';
import type { TestEngine } from '../engines/engine.js';
import { isMissing, startEngine } from '../engines/start-engine.js';
import { startConnections, type TestConnections } from './start-connections.js';

/** A start that succeeds must fit in, on a machine that does other things too. */
const probeMs = 3_000;
/** What the machine may take besides. */
const late = 4_000;

describe('where connections lead', function () {
  this.timeout(90_000);
  let at: TestConnections;
  /** What names are, in the world of this test. */
  const names = new Map<string, readonly string[]>();
  let asked = 0;
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  const listen = async (onSocket: (socket: Socket) => void): Promise<number> => {
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      onSocket(socket);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  before(async () => {
    const guard = createAddressGuard(['127.0.0.1'], (name, done) => {
      asked += 1;
      const found = names.get(name);
      if (found === undefined) done(new Error('not found'), []);
      else
        done(
          null,
          found.map((address) => ({ address, family: 4 })),
        );
    });
    at = await startConnections('sqlite', { guard, probeMs });
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
    await at?.close();
  });
  const test = async (type: string, config: object) => {
    const began = performance.now();
    const { body, text } = await at.ask('POST', '/api/v1/connections/test', {
      headers: at.as.ana,
      body: { type, config: { database: 'shop', user: 'ada', password: 'a-secret-of-hers', ...config } },
    });
    return { body, text, ms: performance.now() - began };
  };

  for (const type of ['postgres', 'mysql', 'clickhouse'] as const) {
    it(`is the address that was judged, for ${type}`, async function () {
      const engine = await startEngine(type);
      if (isMissing(engine)) return this.skip();
      const { config } = engine as TestEngine;
      const host = `${type}.example.com`;
      const { tls } = config as { tls?: object };
      const named = { ...config, host, tls: tls === undefined ? { mode: 'disable' } : { ...tls, mode: 'verify-ca' } };
      // Only the guard knows the name: the driver asks it.
      names.set(host, ['127.0.0.1']);
      const before = asked;
      expect((await test(type, named)).body.success).to.equal(true);
      expect(asked - before).to.be.greaterThan(1);
      // Judged as permitted, and another one when the driver connects.
      let looks = 0;
      const rebinding = { get: () => (looks++ === 0 ? ['127.0.0.1'] : ['169.254.169.254']) };
      const get = names.get.bind(names);
      names.get = rebinding.get;
      const { body } = await test(type, named).finally(() => {
        names.get = get;
      });
      expect([body.success, body.code]).to.deep.equal([false, 'CONNECTION_FAILED']);
      expect(looks).to.be.greaterThan(1);
    });
  }

  it('is not told apart by words or time: closed, silent, something else, a broken TLS', async () => {
    const silent = await listen(() => undefined);
    const closing = await listen((socket) => socket.destroy());
    const web = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\nServer: inner\r\n\r\n'));
    const noise = await listen((socket) => socket.end(Buffer.alloc(64, 7)));
    const closed = await listen(() => undefined);
    await new Promise((resolve) => servers.at(-1)!.close(resolve));
    names.set('db.example.com', ['127.0.0.1']);
    const types = ['postgres', 'mysql', 'clickhouse', 'sqlserver'];
    // So that no driver is loaded while time is taken.
    await Promise.all(types.map((type) => test(type, { host: '127.0.0.1', port: closed })));
    const tries = types.flatMap((type) =>
      [closed, silent, closing, web, noise].flatMap((port) =>
        ['disable', 'require'].map(async (mode) => {
          const { body, ms } = await test(type, { host: '127.0.0.1', port, tls: { mode } });
          expect(ms, `${type} ${port} ${mode}`).to.be.within(probeMs - 5, probeMs + late);
          return JSON.stringify([body.success, body.code, body.message, body.hint]);
        }),
      ),
    );
    const told = new Set(await Promise.all(tries));
    expect([...told]).to.have.length(1);
    expect([...told][0])
      .to.contain('CONNECTION_FAILED')
      .and.not.to.match(/HTTP|inner|TLS|refused|ECONN/);
  });

  it('is refused alike and as slowly for what may not be led to', async () => {
    names.set('inside.example.com', ['10.1.2.3']);
    const hosts = [
      '10.0.0.1',
      'inside.example.com',
      'absent.example.com',
      '169.254.169.254',
      '[::1]',
      '::1',
      'localhost',
      '/var/run',
    ];
    const tries = hosts.map(async (host) => {
      const { body, ms } = await test('postgres', { host });
      expect(ms).to.be.within(probeMs - 5, probeMs + late);
      return JSON.stringify([body.success, body.code, body.message, body.hint]);
    });
    const told = new Set(await Promise.all(tries));
    expect([...told]).to.have.length(1);
    expect([...told][0]).to.contain('FORBIDDEN');
  });
});

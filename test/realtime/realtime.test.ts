import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { io, type Socket } from 'socket.io-client';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createLogger } from '../../core/logging/create-logger.js';
import { createSubject } from '../../core/subject/subject.js';
import { trustOf } from '../../src/api/address.js';
import { type Caller, localCaller, NotAdmitted } from '../../src/identity/caller.js';
import { type Gate, localGate } from '../../src/identity/gate.js';
import { createRealtime, type Realtime } from '../../src/realtime/create-realtime.js';

/** A gate that knows tokens by name, and from which they can be taken. */
const tokens = new Map<string, { readonly user: string; readonly workspace: string }>();
const writtenDown: (readonly string[])[] = [];
const gate: Gate = {
  mode: 'required',
  guard: () => undefined,
  callerOf: ({ headers }, { project }): Caller | null => {
    if (headers.authorization === undefined) return null;
    const known = tokens.get(headers.authorization.slice('Bearer '.length));
    if (known === undefined) throw new DataMindError('UNAUTHENTICATED', 'The access token is not valid.');
    const { user, workspace } = known;
    const subject = createSubject({ user, workspace });
    if (project !== null)
      throw new NotAdmitted('You are not a member of that project.', { user, workspace, fingerprint: null });
    return { ...localCaller, kind: 'person', id: user, workspace, subject };
  },
  refused: async (actor, refusal) => {
    writtenDown.push([actor.user, refusal.operation, refusal.code]);
  },
};

const when = (socket: Socket, event: string): Promise<unknown> =>
  new Promise((resolve) => socket.once(event, (payload: unknown) => resolve(payload)));

describe('real time', () => {
  let now: number;
  let server: Server;
  let realtime: Realtime;
  let clients: Socket[];
  const logged: string[] = [];

  const start = async (by: Gate): Promise<void> => {
    const log = createLogger({ level: 'info', write: (line) => logged.push(line) });
    realtime = createRealtime({ gate: by, log, trusts: trustOf([]), origins: [], now: () => now, recheckMs: 20 });
    server = createServer();
    realtime.attach(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  };

  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const connect = (auth: object, options = {}): Socket => {
    const socket = io(url(), { auth, forceNew: true, reconnectionDelay: 10, transports: ['websocket'], ...options });
    clients.push(socket);
    return socket;
  };
  const connected = async (auth: object): Promise<Socket> => {
    const socket = connect(auth);
    await when(socket, 'connect');
    return socket;
  };

  const finish = (user: string, correlationId: string, workspace = 'default'): void => {
    const actor = { user, workspace, fingerprint: null };
    const intent = { action: 'statement.run', actor, target: 'main', correlationId, detail: {} } as const;
    realtime.ended(intent, { result: 'done', code: null, detail: { rows: 3 } }, 0.25);
  };

  beforeEach(async () => {
    now = Date.parse('2026-03-01T12:00:00Z');
    clients = [];
    tokens.clear();
    tokens.set('ann-1', { user: 'ann', workspace: 'default' });
    tokens.set('ann-2', { user: 'ann', workspace: 'default' });
    tokens.set('bob-1', { user: 'bob', workspace: 'default' });
    tokens.set('eve-1', { user: 'ann', workspace: 'other' });
    await start(gate);
  });
  afterEach(async () => {
    for (const client of clients) client.close();
    await realtime.close();
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  });

  for (const [title, auth, code] of [
    ['no token', {}, 'UNAUTHENTICATED'],
    ['a token that is not good', { token: 'forged' }, 'UNAUTHENTICATED'],
    ['a token that is no text', { token: { $ne: null } }, 'UNAUTHENTICATED'],
  ] as const)
    it(`takes no connection with ${title}`, async () => {
      const error = (await when(connect(auth), 'connect_error')) as Error & { data: { code: string } };
      expect(error.data).to.deep.equal({ code });
    });

  it('writes down that somebody known was not let in', async () => {
    writtenDown.length = 0;
    const error = (await when(connect({ token: 'ann-1', project: 'secret' }), 'connect_error')) as { data?: unknown };
    expect(error.data).to.deep.equal({ code: 'FORBIDDEN' });
    expect(writtenDown).to.deep.equal([['ann', 'connect', 'FORBIDDEN']]);
    await when(connect({ token: 'forged' }), 'connect_error');
    expect(writtenDown).to.have.length(1);
  });

  it('tells a caller how a statement ended, and nobody else', async () => {
    const [ann, bob, eve] = await Promise.all([
      connected({ token: 'ann-1' }),
      connected({ token: 'bob-1' }),
      connected({ token: 'eve-1' }),
    ]);
    const heard: string[] = [];
    bob.on('query_completed', () => heard.push('bob'));
    eve.on('query_completed', () => heard.push('ann of another workspace'));
    const told = when(ann, 'query_completed');
    finish('ann', 'c-1');
    expect(await told).to.deep.equal({ correlation_id: 'c-1', connection: 'main', result: 'done', rows: 3, ms: 250 });
    finish('bob', 'c-2');
    await when(bob, 'query_completed');
    expect(heard).to.deep.equal(['bob']);
  });

  it('says who comes and who goes, once a person, within the workspace', async () => {
    const bob = await connected({ token: 'bob-1' });
    const joined: unknown[] = [];
    bob.on('user_joined', ({ user }: { user: string }) => joined.push(user));
    await connected({ token: 'eve-1' });
    const first = await connected({ token: 'ann-1' });
    const second = await connected({ token: 'ann-2' });
    const here = await bob.emitWithAck('presence');
    expect(here).to.deep.equal({ data: [{ user: 'bob' }, { user: 'ann' }], count: 2 });
    expect(joined).to.deep.equal(['ann']);
    const left = when(bob, 'user_left');
    first.close();
    second.close();
    expect(await left).to.include({ user: 'ann' });
    expect(await bob.emitWithAck('presence')).to.deep.equal({ data: [{ user: 'bob' }], count: 1 });
  });

  it('disconnects whoever’s token stops being good, even when nothing happens', async () => {
    const ann = await connected({ token: 'ann-1' });
    const gone = when(ann, 'disconnect');
    tokens.delete('ann-1');
    now += 2_000;
    expect(await gone).to.equal('io server disconnect');
  });

  it('gives nothing to a connection whose token stopped being good', async () => {
    const ann = await connected({ token: 'ann-1' });
    const heard: unknown[] = [];
    ann.on('query_completed', (payload) => heard.push(payload));
    const gone = when(ann, 'disconnect');
    tokens.delete('ann-1');
    now += 2_000;
    finish('ann', 'c-3');
    await gone;
    expect(heard).to.deep.equal([]);
  });

  it('disconnects who is moved to another workspace: rooms follow from who it was', async () => {
    const ann = await connected({ token: 'ann-1' });
    const gone = when(ann, 'disconnect');
    tokens.set('ann-1', { user: 'ann', workspace: 'other' });
    now += 2_000;
    expect(await gone).to.equal('io server disconnect');
  });

  const cutOff = (socket: Socket): void => {
    socket.io.engine.close();
  };

  it('gives a connection that was cut off what it missed', async () => {
    const ann = await connected({ token: 'ann-1' });
    // Recovery counts from an event that it has.
    finish('ann', 'c-4');
    await when(ann, 'query_completed');
    const told = when(ann, 'query_completed');
    cutOff(ann);
    finish('ann', 'c-5');
    expect(await told).to.include({ correlation_id: 'c-5' });
    expect(ann.recovered).to.equal(true);
  });

  it('gives nothing that was missed to a session that ended meanwhile, not even on the wire', async () => {
    const bob = await connected({ token: 'bob-1' });
    const ann = await connected({ token: 'ann-1' });
    finish('ann', 'c-6');
    await when(ann, 'query_completed');
    const packets: string[] = [];
    ann.io.on('packet', (packet) => packets.push(JSON.stringify(packet)));
    ann.io.reconnection(false);
    const left = when(bob, 'user_left');
    cutOff(ann);
    await left;
    finish('ann', 'c-7');
    const sent = when(bob, 'query_completed');
    finish('bob', 'c-8');
    await sent;
    tokens.delete('ann-1');
    now += 2_000;
    const refused = when(ann, 'connect_error');
    ann.connect();
    await refused;
    expect(packets.join()).not.to.contain('c-7');
  });

  it('lets nobody take over a connection of somebody else', async () => {
    const ann = await connected({ token: 'ann-1' });
    finish('ann', 'c-8');
    await when(ann, 'query_completed');
    const refused = when(ann, 'connect_error');
    ann.auth = { token: 'bob-1' };
    cutOff(ann);
    expect(await refused)
      .to.have.property('data')
      .that.deep.equals({ code: 'FORBIDDEN' });
  });

  it('hears only messages of a size', async () => {
    const ann = await connected({ token: 'ann-1' });
    const gone = when(ann, 'disconnect');
    ann.emit('presence', 'x'.repeat(200_000));
    await gone;
    await connected({ token: 'bob-1' });
  });

  it('does not stumble over what it was not asked', async () => {
    const ann = await connected({ token: 'ann-1' });
    ann.emit('presence');
    ann.emit('presence', { not: 'a function' }, 7);
    ann.emit('no such event', [1]);
    expect(await ann.emitWithAck('presence')).to.have.property('count', 1);
  });

  it('takes pages of other origins in local mode as little as HTTP does', async () => {
    await realtime.close();
    server.close();
    await start(localGate);
    const page = connect({}, { extraHeaders: { origin: 'https://evil.test' } });
    await when(page, 'connect_error');
    expect(page.connected).to.equal(false);
    await connected({});
  });
});

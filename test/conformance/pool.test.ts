import { expect } from 'chai';
import { createPool, type Lease, type PoolOptions, type SessionKind } from '../../core/plugin/pool.js';

interface FakeSession {
  readonly id: number;
  broken: boolean;
}

const signal = () => new AbortController().signal;

/** A pool over sessions that only keep a diary. */
const setUp = (change: Partial<PoolOptions> = {}, kind: Partial<SessionKind<FakeSession>> = {}) => {
  const diary: string[] = [];
  const clock = { now: 0 };
  let opened = 0;
  const pool = createPool<FakeSession>(
    {
      open: async () => {
        opened += 1;
        diary.push(`open ${opened}`);
        return { id: opened, broken: false };
      },
      ping: async (session) => {
        diary.push(`ping ${session.id}`);
        return !session.broken;
      },
      reset: async ({ id }) => {
        diary.push(`reset ${id}`);
      },
      close: async ({ id }) => {
        diary.push(`close ${id}`);
      },
      ...kind,
    },
    { min: 1, max: 2, acquireTimeoutMs: 1_000, now: () => clock.now, ...change },
  );
  return { pool, diary, clock };
};

/** The same, in service, with its first session, which answers a ping before it is given away. */
const started = async (change: Partial<PoolOptions> = {}, kind: Partial<SessionKind<FakeSession>> = {}) => {
  const made = setUp(change, kind);
  await made.pool.start(signal());
  return made;
};

const failure = (work: Promise<unknown>): Promise<Error & { code?: string }> =>
  work.then(
    () => expect.fail('it should have failed'),
    (error) => error,
  );

describe('the pool of sessions', () => {
  it('gives a subject its own session back after a ping, without a reset', async () => {
    const { pool, diary } = setUp();
    await pool.start(signal());
    for (let round = 0; round < 2; round += 1) await (await pool.acquire('ann', signal())).release('keep');
    expect(diary).to.deep.equal(['open 1', 'ping 1', 'ping 1']);
    await pool.stop();
  });

  it('resets a session before another subject gets it', async () => {
    const { pool, diary } = await started({ max: 1 });
    await (await pool.acquire('ann', signal())).release('keep');
    await (await pool.acquire('bob', signal())).release('keep');
    expect(diary).to.deep.equal(['open 1', 'ping 1', 'reset 1']);
    await pool.stop();
  });

  it('replaces a session whose reset fails', async () => {
    const { pool, diary } = await started(
      { max: 1 },
      {
        reset: async () => {
          throw new Error('no');
        },
      },
    );
    await (await pool.acquire('ann', signal())).release('keep');
    const { session } = await pool.acquire('bob', signal());
    expect(session.id).to.equal(2);
    expect(diary).to.deep.equal(['open 1', 'ping 1', 'close 1', 'open 2']);
  });

  it('replaces a session that does not answer the ping', async () => {
    const { pool, diary } = await started();
    const lease = await pool.acquire('ann', signal());
    lease.session.broken = true;
    await lease.release('keep');
    expect((await pool.acquire('ann', signal())).session.id).to.equal(2);
    expect(diary).to.deep.equal(['open 1', 'ping 1', 'ping 1', 'close 1', 'open 2']);
  });

  it('replaces a session that is too old', async () => {
    const { pool, clock, diary } = await started({ maxAgeSeconds: 60 });
    const lease = await pool.acquire('ann', signal());
    clock.now = 61_000;
    await lease.release('keep');
    expect((await pool.acquire('ann', signal())).session.id).to.equal(2);
    expect(diary).to.deep.equal(['open 1', 'ping 1', 'close 1', 'open 2']);
  });

  it('lets who waits longest go first, and opens no more than it may', async () => {
    const { pool } = await started({ max: 1 });
    const held = await pool.acquire('ann', signal());
    const order: string[] = [];
    const take = async (subject: string) => {
      const lease = await pool.acquire(subject, signal());
      order.push(subject);
      await lease.release('keep');
    };
    const waiting = [take('bob'), take('cid'), take('dan')];
    await new Promise((resolve) => setImmediate(resolve));
    expect(pool.state()).to.deep.equal({ open: 1, idle: 0, waiting: 3 });
    await held.release('keep');
    await Promise.all(waiting);
    expect(order).to.deep.equal(['bob', 'cid', 'dan']);
  });

  for (const [max, most] of [
    [1, 1],
    [2, 1],
    [4, 3],
    [10, 8],
  ] as const)
    it(`gives one subject ${most} of ${max} sessions, and the others the rest`, async () => {
      const { pool } = await started({ max, acquireTimeoutMs: 20 });
      for (let at = 0; at < most; at += 1) await pool.acquire('ann', signal());
      const error = await failure(pool.acquire('ann', signal()));
      expect(error.code).to.equal('TOO_MANY_CONNECTIONS');
      expect(error.message).to.match(/^You have/);
      for (let at = most; at < max; at += 1) await (await pool.acquire('bob', signal())).release('discard');
      expect((await failure(pool.acquire('ann', signal()))).code).to.equal('TOO_MANY_CONNECTIONS');
    });

  it('lets others past who waits for a session of its own', async () => {
    const { pool } = await started({ max: 2 });
    const held = await pool.acquire('ann', signal());
    const waiting = pool.acquire('ann', signal());
    for (let round = 0; round < 3; round += 1) await (await pool.acquire('bob', signal())).release('keep');
    await held.release('discard');
    await (await waiting).release('keep');
    expect(pool.state().waiting).to.equal(0);
  });

  it('serves subjects in turn, however many statements each has waiting', async () => {
    const { pool } = await started({ max: 1 });
    const held = await pool.acquire('ann', signal());
    const order: string[] = [];
    const take = async (subject: string) => {
      const lease = await pool.acquire(subject, signal());
      order.push(subject);
      await lease.release('keep');
    };
    const waiting = ['ann', 'ann', 'ann', 'bob', 'bob', 'cid'].map(take);
    await new Promise((resolve) => setImmediate(resolve));
    await held.release('keep');
    await Promise.all(waiting);
    expect(order).to.deep.equal(['ann', 'bob', 'cid', 'ann', 'bob', 'ann']);
  });

  it('gives the place of a session that could not be opened to who waits', async () => {
    let fail = false;
    const { pool } = await started(
      { max: 4 },
      {
        open: async () => {
          await new Promise((resolve) => setImmediate(resolve));
          if (fail) throw new Error('unreachable');
          return { id: 1, broken: false };
        },
      },
    );
    await pool.acquire('ann', signal());
    await pool.acquire('ann', signal());
    fail = true;
    const third = failure(pool.acquire('ann', signal()));
    const fourth = failure(pool.acquire('ann', signal()));
    expect((await third).message).to.equal('unreachable');
    expect((await fourth).message).to.equal('unreachable');
  });

  it('says when all sessions stay busy, and obeys an abort meanwhile', async () => {
    const { pool } = await started({ max: 1, acquireTimeoutMs: 20 });
    await pool.acquire('ann', signal());
    expect((await failure(pool.acquire('bob', signal()))).code).to.equal('TOO_MANY_CONNECTIONS');
    const controller = new AbortController();
    const waiting = failure(pool.acquire('bob', controller.signal));
    controller.abort(new Error('enough'));
    expect((await waiting).message).to.equal('enough');
    expect(pool.state().waiting).to.equal(0);
  });

  it('wakes who waits when a session is discarded or cannot be opened', async () => {
    let fail = false;
    const { pool } = await started(
      { max: 1 },
      {
        open: async () => {
          if (fail) throw new Error('unreachable');
          return { id: 1, broken: false };
        },
      },
    );
    const held = await pool.acquire('ann', signal());
    const waiting = [failure(pool.acquire('bob', signal())), failure(pool.acquire('cid', signal()))];
    fail = true;
    await held.release('discard');
    expect((await Promise.all(waiting)).map(({ message }) => message)).to.deep.equal(['unreachable', 'unreachable']);
  });

  it('passes the turn on when who was woken has given up', async () => {
    const { pool } = await started({ max: 1 });
    const held = await pool.acquire('ann', signal());
    const controller = new AbortController();
    const first = failure(pool.acquire('bob', controller.signal));
    const second = pool.acquire('cid', signal());
    void held.release('keep');
    controller.abort(new Error('enough'));
    await first;
    expect((await second).session.id).to.equal(1);
  });

  it('stops: refuses who waits and who comes, and waits for who is busy', async () => {
    const { pool, diary } = await started({ max: 1 });
    const held: Lease<FakeSession> = await pool.acquire('ann', signal());
    const waiting = failure(pool.acquire('bob', signal()));
    const stop = pool.stop();
    expect((await waiting).message).to.contain('being closed');
    await held.release('keep');
    await stop;
    expect(diary).to.deep.equal(['open 1', 'ping 1', 'close 1']);
    expect((await failure(pool.acquire('ann', signal()))).message).to.contain('being closed');
    expect(pool.state().open).to.equal(0);
  });
});

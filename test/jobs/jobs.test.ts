import { expect } from 'chai';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createLogger } from '../../core/logging/create-logger.js';
import type { Attempt, JobHandler } from '../../src/jobs/job-queue.js';
import { nextRun } from '../../src/jobs/next-run.js';
import { type Jobs, openJobs } from '../../src/jobs/open-jobs.js';
import { retryDelay } from '../../src/jobs/retry-delay.js';
import { type JobRow, jobs, leases, schedules } from '../../src/jobs/store.js';
import { openStore } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { createPlace, engines, type TestPlace } from '../store/store-places.js';

const silent = createLogger({ level: 'silent' });
const minute = 60_000;
const leaseMs = 30_000;
const start = Date.parse('2026-03-01T12:00:00Z');

for (const engine of engines) {
  describe(`jobs on ${engine}`, function () {
    this.timeout(60_000);
    let at: TestPlace;
    let store: Store;
    let clock: number;
    let open: Jobs[];

    before(async () => {
      at = await createPlace[engine]();
      store = await openStore(at.place, { log: silent });
    });
    after(async () => {
      await store.close();
      await at.remove();
    });
    beforeEach(async () => {
      clock = start;
      open = [];
      await store.transaction(async (db) => {
        for (const table of [jobs, schedules, leases]) {
          for (const { id } of await db.find(table as typeof jobs)) await db.remove(table as typeof jobs, { id });
        }
      });
    });
    afterEach(async () => {
      for (const one of open) await one.close(0);
    });

    /** A node, which looks for work only when it is told to. */
    const node = async (...handlers: readonly JobHandler[]): Promise<Jobs> => {
      const one = openJobs(store, { log: silent, leaseMs, pollMs: 1_000_000, now: () => clock });
      open.push(one);
      one.handle(...handlers);
      await one.start();
      return one;
    };
    /** What handlers did, and a wait for the next of it. */
    const record = (
      name: string,
      work: (attempt: Attempt) => Promise<void> = async () => undefined,
      mostAttempts = 8,
    ) => {
      const done: Attempt[] = [];
      const handler: JobHandler = {
        name,
        mostAttempts,
        run: async (_, attempt) => {
          done.push(attempt);
          await work(attempt);
        },
      };
      return { handler, done };
    };
    const untilStopped = ({ signal }: Attempt): Promise<void> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const rows = (): Promise<readonly JobRow[]> => store.read((db) => db.find(jobs, { order: { id: 'ASC' } }));
    const row = async (id: string): Promise<JobRow> => (await rows()).find((one) => one.id === id)!;
    /** Looks at the store until it is so; fails with what is there instead. */
    const until = async (what: () => Promise<boolean>, who: readonly Jobs[] = open): Promise<void> => {
      for (let tries = 0; !(await what()); tries += 1) {
        if (tries > 500) throw new Error(`it did not become so: ${JSON.stringify(await rows())}`);
        for (const one of who) one.wake();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const isIn = (id: string, state: JobRow['state']) => async () => (await row(id)).state === state;

    it('are done once, by one of two nodes', async () => {
      const { handler, done } = record('a');
      const [one, two] = await Promise.all([node(handler), node(handler)]);
      const ids = await Promise.all(
        [...Array(10).keys()].map((nth) =>
          (nth % 2 ? one : two).enqueue({ name: 'a', workspace: 'default', payload: nth }),
        ),
      );
      await until(async () => (await rows()).every(({ state }) => state === 'done'));
      expect(done.map(({ jobId }) => jobId).sort()).to.deep.equal([...ids].sort());
    });

    it('come with the transaction that asks for them, or not at all', async () => {
      const one = await node(record('a').handler);
      const work = store.transaction(async (db) => {
        await one.add(db, { name: 'a', workspace: 'default', payload: null });
        throw new DataMindError('CONFLICT', 'no');
      });
      expect(await work.catch((error: unknown) => error)).to.include({ code: 'CONFLICT' });
      expect(await rows()).to.deep.equal([]);
    });

    it('wait for their time', async () => {
      const { handler, done } = record('a');
      const one = await node(handler);
      const id = await one.enqueue({ name: 'a', workspace: 'default', payload: null, runAt: start + minute });
      const other = await one.enqueue({ name: 'a', workspace: 'default', payload: null });
      await until(isIn(other, 'done'));
      expect(done.map(({ jobId }) => jobId)).to.deep.equal([other]);
      clock = start + minute;
      await until(isIn(id, 'done'));
    });

    it('that fail are tried again, later and later, and then are dead', async () => {
      const { handler, done } = record(
        'a',
        async () => {
          throw new DataMindError('CONNECTION_FAILED', 'The mail server does not answer.');
        },
        3,
      );
      const one = await node(handler);
      const id = await one.enqueue({ name: 'a', workspace: 'default', payload: null });
      for (const [attempt, delay] of [
        [1, 1_000],
        [2, 4_000],
      ] as const) {
        await until(async () => {
          const { state, attempts } = await row(id);
          return state === 'waiting' && attempts === attempt;
        });
        const { runAt, code, reason, lockedBy } = await row(id);
        expect(runAt - clock).to.be.within(delay / 2, delay);
        expect({ code, reason, lockedBy }).to.deep.equal({
          code: 'CONNECTION_FAILED',
          reason: 'The mail server does not answer.',
          lockedBy: null,
        });
        clock = runAt;
      }
      await until(isIn(id, 'dead'));
      expect(done.map(({ attempt }) => attempt)).to.deep.equal([1, 2, 3]);
    });

    it('keep no words of an error that nobody foresaw', async () => {
      const { handler } = record('a', async () => {
        throw new Error('password=hunter2');
      });
      const one = await node(handler);
      const id = await one.enqueue({ name: 'a', workspace: 'default', payload: null });
      await until(async () => (await row(id)).code !== null);
      expect(await row(id)).to.include({ code: 'INTERNAL', reason: null });
    });

    it('of a node that died are done again by another, and the dead one’s end changes nothing', async () => {
      let resolve = (): void => undefined;
      const promise = new Promise<void>((end) => {
        resolve = end;
      });
      const lost = record('a', () => promise);
      const found = record('a');
      const one = await node(lost.handler);
      const id = await one.enqueue({ name: 'a', workspace: 'default', payload: null });
      await until(isIn(id, 'running'));
      const two = await node(found.handler);
      clock += leaseMs - 1;
      await until(async () => !one.leads() || !two.leads(), [two]);
      expect(found.done).to.deep.equal([]);
      clock += 1;
      await until(isIn(id, 'done'), [two]);
      expect(found.done.map(({ attempt }) => attempt)).to.deep.equal([2]);
      const before = await row(id);
      resolve();
      await one.close();
      expect(await row(id)).to.deep.equal(before);
    });

    it('that kill whoever does them are dead after as many processes as they may try', async () => {
      const { handler } = record('a', untilStopped, 2);
      const id = await (await node(handler)).enqueue({ name: 'a', workspace: 'default', payload: null });
      await until(isIn(id, 'running'));
      clock += leaseMs;
      const second = await node(handler);
      await until(async () => (await row(id)).attempts === 2, [second]);
      clock += leaseMs;
      const third = await node(handler);
      await until(isIn(id, 'dead'), [third]);
      expect(await row(id)).to.include({ code: 'UNAVAILABLE', lockedBy: null });
    });

    it('are given back by a node that stops', async () => {
      const { handler } = record('a', untilStopped);
      const one = await node(handler);
      const id = await one.enqueue({ name: 'a', workspace: 'default', payload: null });
      await until(isIn(id, 'running'));
      await one.close(0);
      expect(await row(id)).to.include({ state: 'waiting', attempts: 0, lockedBy: null, runAt: clock });
      const two = await node(record('b').handler);
      await until(async () => two.leads(), [two]);
    });

    it('are left alone by nodes that do not know how', async () => {
      const one = await node(record('b').handler);
      const unknown = await one.enqueue({ name: 'a', workspace: 'default', payload: null });
      const known = await one.enqueue({ name: 'b', workspace: 'default', payload: null });
      await until(isIn(known, 'done'));
      expect(await row(unknown)).to.include({ state: 'waiting', attempts: 0 });
    });

    const hourly = { id: 's', name: 'a', workspace: 'default', payload: { of: 1 }, cron: '5 * * * *' } as const;

    it('come from a schedule once for each of its times, and once for all that were missed', async () => {
      const { handler, done } = record('a');
      const [one, two] = await Promise.all([node(handler), node(handler)]);
      await store.transaction((db) => one.schedule(db, hourly));
      await until(async () => one.leads() || two.leads());
      expect([one.leads(), two.leads()].filter(Boolean).length).to.equal(1);
      for (const [later, times] of [
        [5 * minute, 1],
        [65 * minute, 2],
        [10 * 60 * minute, 3],
      ] as const) {
        clock = start + later;
        await until(async () => {
          const all = await rows();
          return all.length === times && all.every(({ state }) => state === 'done');
        });
        expect(done.length).to.equal(times);
      }
      const [left] = await store.read((db) => db.find(schedules));
      expect(left!.nextAt).to.equal(start + 10 * 60 * minute + 5 * minute);
      expect((await rows()).map(({ scheduleId, payload }) => [scheduleId, payload])).to.deep.equal([
        ['s', { of: 1 }],
        ['s', { of: 1 }],
        ['s', { of: 1 }],
      ]);
      expect(await store.transaction((db) => one.unschedule(db, 'other', 's'))).to.equal(false);
      expect(await store.transaction((db) => one.unschedule(db, 'default', 's'))).to.equal(true);
    });

    it('go on when the leader is dead, and a leader that wakes up too late makes none', async () => {
      const { handler } = record('a');
      const one = await node(handler);
      await until(async () => one.leads(), [one]);
      const two = await node(handler);
      await store.transaction((db) => two.schedule(db, hourly));
      clock += 5 * minute;
      await until(async () => two.leads(), [two]);
      await until(async () => (await rows()).length === 1, [two]);
      await until(async () => !one.leads(), [one]);
      const [lease] = await store.read((db) => db.find(leases));
      expect(lease!.term).to.equal(2);
    });

    it('refuse a schedule that cannot be read', async () => {
      const one = await node();
      for (const [cron, timeZone, where] of [
        ['every day', 'UTC', '/cron'],
        ['99 * * * *', 'UTC', '/cron'],
        ['0 0 30 2 *', 'UTC', '/cron'],
        ['0 0 * * *', 'Moon/Base', '/time_zone'],
      ] as const) {
        const refused = await store
          .transaction((db) => one.schedule(db, { ...hourly, cron, timeZone }))
          .catch((error: unknown) => error);
        expect(refused, cron).to.be.instanceOf(DataMindError).and.include({ code: 'BAD_REQUEST' });
        expect((refused as DataMindError).details.at).to.equal(where);
      }
      expect(await store.read((db) => db.count(schedules))).to.equal(0);
    });
  });
}

describe('the times of a schedule', () => {
  const rows: readonly [cron: string, zone: string, after: string, next: string][] = [
    ['0 7 * * 1-5', 'Europe/Berlin', '2026-03-27T06:30:00Z', '2026-03-30T05:00:00Z'],
    // The clock goes from 2 to 3: what was in between comes then.
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z'],
    ['0 0 29 2 *', 'UTC', '2026-03-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['*/10 * * * * *', 'UTC', '2026-03-01T00:00:01Z', '2026-03-01T00:00:10Z'],
  ];
  for (const [cron, zone, after, next] of rows) {
    it(`${cron} in ${zone}, after ${after}`, () => {
      expect(new Date(nextRun(cron, zone, Date.parse(after))).toISOString()).to.equal(next.replace('Z', '.000Z'));
    });
  }
});

describe('the wait after a failure', () => {
  it('grows to an hour and is never the same', () => {
    expect([1, 2, 3, 20].map((attempt) => retryDelay(attempt, () => 1))).to.deep.equal([
      1_000, 4_000, 16_000, 3_600_000,
    ]);
    expect(retryDelay(1, () => 0)).to.equal(500);
  });
});

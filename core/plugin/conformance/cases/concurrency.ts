import { type ConformanceCase, Skipped } from '../case.js';
import { eventually, failsWith, holds, inTime, same } from '../expectation.js';

const signal = () => new AbortController().signal;

/** More statements than any pool has sessions by default. */
const many = 30;

export const concurrencyCases: readonly ConformanceCase[] = [
  {
    id: 'concurrency/parallel',
    title: 'more statements than sessions at once, each with its own rows',
    area: 'concurrency',
    needs: ['engine'],
    run: async ({ ask, phrases }) => {
      const answers = await Promise.all(
        Array.from({ length: many }, (_, at) =>
          ask(phrases.series(100 + at), { options: { subject: `s${at % 5}`, batchRows: 13 } }),
        ),
      );
      answers.forEach(({ rows }, at) => {
        same(rows.length, 100 + at, `rows of statement ${at}`);
      });
    },
  },
  {
    id: 'concurrency/exhausted',
    title: 'a statement without a free session waits, and its abort is obeyed meanwhile',
    area: 'concurrency',
    needs: ['engine'],
    run: async ({ create, config, manifest, phrases, approve, options, marker, ask }) => {
      const settings = manifest.config as { properties?: { pool?: { properties?: { max?: unknown } } } };
      if (!settings.properties?.pool?.properties?.max) throw new Skipped('the plugin has no setting pool.max');
      const pool = { ...(config.pool as object | undefined), max: 1, min: 1 };
      const connector = create({ ...config, pool });
      await connector.start(signal());
      const held = await connector.query(approve(phrases.endlessRows(marker())), options({ batchRows: 10 }), signal());
      const controller = new AbortController();
      const waiting = connector.query(approve('SELECT 1'), options({ subject: 'other' }), controller.signal);
      const outcome = failsWith(waiting, ['QUERY_CANCELLED'], 'the aborted wait');
      setTimeout(() => controller.abort(), 200);
      await inTime(outcome, 2_000, 'the abort of a wait');
      await failsWith(
        connector.query(approve('SELECT 1'), options({ subject: 'other', timeoutMs: 300 }), signal()),
        ['QUERY_TIMEOUT', 'TOO_MANY_CONNECTIONS'],
        'the time-out of a wait',
      );
      const next = ask('SELECT 1', { connector, options: { subject: 'other' } });
      await held.close();
      same((await inTime(next, 10_000, 'the statement that waited')).rows.length, 1, 'rows');
    },
  },
  {
    id: 'concurrency/interleaved',
    title: 'two readers who take turns do not mix',
    area: 'concurrency',
    needs: ['engine'],
    run: async ({ connector, approve, phrases, options }) => {
      const results = await Promise.all(
        [4_000, 3_000].map((count) =>
          connector.query(approve(phrases.series(count)), options({ batchRows: 100 }), signal()),
        ),
      );
      const readers = results.map((result) => result.batches[Symbol.asyncIterator]());
      const seen = [0, 0];
      let open = 2;
      while (open > 0) {
        open = 0;
        for (const [at, reader] of readers.entries()) {
          const { done, value } = await reader.next();
          if (done) continue;
          open += 1;
          holds(
            value.every(([n]: readonly unknown[], row: number) => Number(n) === seen[at]! + row + 1),
            `reader ${at} got rows out of order`,
          );
          seen[at]! += value.length;
        }
      }
      same(seen, [4_000, 3_000], 'rows');
    },
  },
  {
    id: 'concurrency/errors-give-back',
    title: 'statements that fail give their sessions back',
    area: 'concurrency',
    needs: ['engine'],
    run: async ({ ask, phrases }) => {
      const phrase = phrases.errors.syntax;
      if ('absent' in phrase) throw new Skipped(phrase.absent);
      for (let round = 0; round < many; round += 1) await ask(phrase.text).catch(() => undefined);
      same((await inTime(ask('SELECT 1'), 10_000, 'a query afterwards')).rows.length, 1, 'rows');
    },
  },
  {
    id: 'concurrency/event-loop',
    title: 'a statement that computes does not block the process',
    area: 'concurrency',
    needs: ['engine'],
    run: async ({ connector, phrases, approve, options, marker }) => {
      const controller = new AbortController();
      const work = connector
        .query(approve(phrases.endless(marker())), options(), controller.signal)
        .then(async (result) => {
          for await (const _ of result.batches);
        })
        .catch(() => undefined);
      let ticks = 0;
      const timer = setInterval(() => {
        ticks += 1;
      }, 10);
      await eventually(() => ticks >= 20, 2_000, `the process was blocked: ${ticks} of 20 ticks in 2 s`).finally(() =>
        clearInterval(timer),
      );
      controller.abort();
      await work;
    },
  },
];

import type { ConformanceCase } from '../case.js';
import { holds, inTime, pause, same } from '../expectation.js';
import { residentMegabytes } from '../resident-memory.js';

const signal = () => new AbortController().signal;

/** So often in a row the memory is looked at and found no larger. */
const steadyLooks = 25;

export const streamingCases: readonly ConformanceCase[] = [
  {
    id: 'streaming/complete',
    title: 'every row once and in order, whatever the size of the batches',
    area: 'streaming',
    needs: ['engine'],
    run: async ({ ask, phrases }) => {
      for (const [count, batchRows] of [
        [0, 10],
        [1, 10],
        [10, 10],
        [11, 10],
        [5_000, 1],
        [5_000, 7],
        [20_481, 2_048],
        [50_000, 1_000_000],
      ] as const) {
        const { rows, batches } = await ask(phrases.series(count), { options: { batchRows } });
        same(rows.length, count, `rows of ${count} in batches of ${batchRows}`);
        holds(
          rows.every(([n], at) => Number(n) === at + 1),
          `the rows of ${count} are not in order`,
        );
        holds(
          batches.every((size) => size > 0 && size <= batchRows),
          `a batch has ${Math.max(...batches)} rows instead of at most ${batchRows}, or none`,
        );
      }
    },
  },
  {
    id: 'streaming/empty',
    title: 'a result without rows has columns',
    area: 'streaming',
    needs: ['engine', 'admin'],
    run: async ({ ask }) => {
      const { columns, rows, truncated } = await ask('SELECT id, note FROM dmc_guard WHERE id < 0');
      same(
        columns.map(({ name }) => name),
        ['id', 'note'],
        'names',
      );
      same(rows, [], 'rows');
      same(truncated, null, 'truncated');
    },
  },
  {
    id: 'streaming/first-before-last',
    title: 'the first batch arrives long before the last is computed',
    area: 'streaming',
    needs: ['engine'],
    capability: { name: 'streaming', present: ({ streaming }) => streaming },
    run: async ({ connector, phrases, approve, options, marker }) => {
      const result = await inTime(
        connector.query(approve(phrases.endlessRows(marker())), options({ batchRows: 100 }), signal()),
        10_000,
        'query',
      );
      const reader = result.batches[Symbol.asyncIterator]();
      for (let batch = 0; batch < 5; batch += 1) {
        const { done } = await inTime(reader.next(), 10_000, `batch ${batch}`);
        same(done, false, `the end after batch ${batch}`);
      }
      await inTime(result.close(), 10_000, 'close');
    },
  },
  {
    id: 'streaming/slow-reader',
    title: 'a slow reader of 2 GB does not grow memory by 150 MB',
    area: 'streaming',
    needs: ['engine'],
    capability: { name: 'streaming', present: ({ streaming }) => streaming },
    run: async ({ connector, phrases, approve, options }) => {
      const result = await connector.query(
        approve(phrases.wideSeries(2_000_000, 1_000)),
        options({ batchRows: 500 }),
        signal(),
      );
      const reader = result.batches[Symbol.asyncIterator]();
      await reader.next();
      const before = residentMegabytes();
      let most = 0;
      // A busy machine sends slowly: the memory counts as steady when it has not grown for a while.
      for (let steady = 0; steady < steadyLooks && most < 150; ) {
        await pause(60);
        const { done } = await reader.next();
        same(done, false, 'the end');
        const grown = residentMegabytes() - before;
        steady = grown > most + 2 ? 0 : steady + 1;
        most = Math.max(most, grown);
      }
      await result.close();
      holds(most < 150, `memory grew by ${Math.round(most)} MB while the reader waited`);
    },
  },
  {
    id: 'streaming/all-of-much',
    title: '250 MB are read to their end without growing memory by 150 MB',
    area: 'streaming',
    needs: ['engine'],
    capability: { name: 'streaming', present: ({ streaming }) => streaming },
    run: async ({ connector, phrases, approve, options }) => {
      const result = await connector.query(
        approve(phrases.wideSeries(250_000, 1_000)),
        options({ batchRows: 1_000 }),
        signal(),
      );
      const before = residentMegabytes();
      let most = 0;
      let rows = 0;
      let characters = 0;
      for await (const batch of result.batches) {
        rows += batch.length;
        for (const row of batch) characters += (row[1] as string).length;
        if (rows % 25_000 < 1_000) most = Math.max(most, residentMegabytes() - before);
      }
      same(rows, 250_000, 'rows');
      same(characters, 250_000_000, 'characters');
      holds(most < 150, `memory grew by ${Math.round(most)} MB`);
    },
  },
  {
    id: 'streaming/leave-early',
    title: 'leaving the loop gives the session back',
    area: 'streaming',
    needs: ['engine'],
    run: async ({ connector, phrases, approve, options, ask, marker }) => {
      for (let round = 0; round < 15; round += 1) {
        const result = await connector.query(
          approve(phrases.endlessRows(marker())),
          options({ batchRows: 10 }),
          signal(),
        );
        for await (const batch of result.batches) {
          holds(batch.length > 0, 'an empty batch');
          break;
        }
      }
      same((await inTime(ask('SELECT 1'), 10_000, 'a query afterwards')).rows.length, 1, 'rows');
    },
  },
  {
    id: 'streaming/close',
    title: 'close before, during and after reading is idempotent, and ends the statement',
    area: 'streaming',
    needs: ['engine'],
    run: async ({ connector, phrases, approve, options, ask, marker }) => {
      for (let read = 0; read < 3; read += 1) {
        const result = await connector.query(
          approve(phrases.endlessRows(marker())),
          options({ batchRows: 10 }),
          signal(),
        );
        const reader = result.batches[Symbol.asyncIterator]();
        for (let batch = 0; batch < read; batch += 1) await reader.next();
        await inTime(Promise.all([result.close(), result.close()]), 8_000, 'close');
        await result.close();
        same((await reader.next()).done, true, 'the end after close');
      }
      const small = await connector.query(approve(phrases.series(3)), options(), signal());
      for await (const _ of small.batches);
      await small.close();
      same((await ask('SELECT 1')).rows.length, 1, 'rows afterwards');
    },
  },
];

import type { ConformanceCase } from '../case.js';
import { holds, same } from '../expectation.js';

export const limitCases: readonly ConformanceCase[] = [
  {
    id: 'limits/rows',
    title: 'the row limit cuts exactly, and says so only when it cut',
    area: 'limits',
    needs: ['engine'],
    run: async ({ ask, phrases }) => {
      for (const [count, maxRows, batchRows] of [
        [10, 9, 100],
        [10, 10, 100],
        [10, 11, 100],
        [5_000, 2_048, 100],
        [5_000, 2_049, 1_000],
        [5_000, 4_999, 5_000],
        [5_000, 5_000, 1_000],
        [3, 1, 1],
        [0, 5, 5],
        [2_048, 2_048, 2_048],
        [4_096, 2_048, 2_048],
      ] as const) {
        const { rows, truncated } = await ask(phrases.series(count), { options: { maxRows, batchRows } });
        same(rows.length, Math.min(count, maxRows), `rows of ${count} under a limit of ${maxRows}`);
        same(truncated, count > maxRows ? 'rows' : null, `truncated, ${count} rows under a limit of ${maxRows}`);
      }
    },
  },
  {
    id: 'limits/rows-endless',
    title: 'the row limit ends a statement that would not end',
    area: 'limits',
    needs: ['engine'],
    run: async ({ ask, phrases, marker }) => {
      const { rows, truncated } = await ask(phrases.endlessRows(marker()), {
        options: { maxRows: 100, batchRows: 30 },
      });
      same(rows.length, 100, 'rows');
      same(truncated, 'rows', 'truncated');
    },
  },
  {
    id: 'limits/bytes',
    title: 'the byte limit cuts roughly there, and says so',
    area: 'limits',
    needs: ['engine'],
    run: async ({ ask, phrases }) => {
      const { rows, truncated } = await ask(phrases.wideSeries(5_000, 1_000), { options: { maxBytes: 1_000_000 } });
      same(truncated, 'bytes', 'truncated');
      holds(rows.length > 500 && rows.length < 1_500, `${rows.length} rows of 1,000 characters in 1,000,000 bytes`);
    },
  },
  {
    id: 'limits/bytes-enough',
    title: 'a result within the byte limit is whole',
    area: 'limits',
    needs: ['engine'],
    run: async ({ ask, phrases }) => {
      const { rows, truncated } = await ask(phrases.wideSeries(500, 1_000), { options: { maxBytes: 1_000_000 } });
      same(truncated, null, 'truncated');
      same(rows.length, 500, 'rows');
    },
  },
];

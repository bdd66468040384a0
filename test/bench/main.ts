/** `npm run bench`: one table of figures, medians, with the limit beside each. `npm run bench -- plan compile` runs some. */
import { cpus, loadavg } from 'node:os';
import type { DialectName } from '../../core/plugin/contract.js';
import { stopEngines } from '../engines/start-engine.js';
import { benchAsk } from './ask-bench.js';
import { measureBarrier } from './barrier-bench.js';
import { benchCompile } from './compile-bench.js';
import { measureGoverning, measureLookup } from './govern-bench.js';
import { measurePlanning } from './plan-bench.js';
import { benchLoad } from './load-bench.js';
import { measureRetrieval } from './retrieval-bench.js';
import { benchServe } from './serve-bench.js';
import { benchStream } from './stream-bench.js';

type Line = readonly [what: string, figure: string, limit: string];

const ms = (value: number): string => `${value.toFixed(value < 1 ? 3 : 0)} ms`;

const benches: Readonly<Record<string, () => Promise<readonly Line[]>>> = {
  plan: async () => {
    const dialects: readonly DialectName[] = ['duckdb', 'sqlite', 'postgres', 'mysql', 'clickhouse'];
    const small = dialects.map((dialect) => ({ dialect, ...measurePlanning(9, dialect) }));
    const postgres = small.find(({ dialect }) => dialect === 'postgres')!;
    const large = measurePlanning(1000, 'postgres');
    return [
      ...small.flatMap(({ dialect, median, p95 }): Line[] => [
        [`plan a query, 9 entities, ${dialect}: median`, ms(median), '0.1 ms'],
        [`plan a query, 9 entities, ${dialect}: 95th percentile`, ms(p95), '0.4 ms'],
      ]),
      ['plan a query, 1,000 entities, postgres: median', ms(large.median), 'as with 9'],
      ['… against 9 entities', (large.median / postgres.median).toFixed(2), 'about 1'],
    ];
  },
  compile: async () => {
    const { megabytes, coldMs, first, editMs } = benchCompile();
    const model = `1,000 entities, 10,000 metrics, ${megabytes.toFixed(1)} MB`;
    return [
      [`compile ${model}`, ms(coldMs), '1000 ms'],
      ['… first in a fresh process', ms(first.compileMs), '1000 ms'],
      ['… and processor time of that, all threads', ms(first.cpuMs), ''],
      ['… after reading the files of the folder', ms(first.readMs), ''],
      ['… again after an edit of one file', ms(editMs), '50 ms'],
    ];
  },
  govern: async () => {
    const lines: Line[] = [];
    for (const { dialect, one, three, opinion, asksEngine, seen, refiltered } of await measureGoverning()) {
      lines.push(
        [`rewrite and judge SQL over one table, ${dialect}: median`, ms(one), '1 ms'],
        [`rewrite and judge SQL over three joined tables, ${dialect}: median`, ms(three), '4 ms'],
        [`… seen before with the same fingerprint, ${dialect}: median`, `${Math.round(seen * 1000)} µs`, '50 µs'],
        [`prepare a planned query with a new value in its filter, ${dialect}: median`, ms(refiltered), ''],
      );
      if (opinion !== null) {
        const who = asksEngine ? 'asked of the engine' : 'here';
        lines.push([`… its second opinion, ${who}, ${dialect}: median`, ms(opinion), '']);
      }
    }
    for (const { policy, bare, governed } of (await measureLookup()) ?? []) {
      const what = `point look-up in 300,000 rows under a policy over ${policy}, PostgreSQL`;
      lines.push([`${what} (${ms(governed)}, bare ${ms(bare)})`, (governed / bare).toFixed(2), '1.5']);
    }
    for (const { statement, bare, open, governed } of (await measureBarrier()) ?? []) {
      const times = `${ms(governed)}, without barrier ${ms(open)}, bare ${ms(bare)}`;
      const what = `a barrier on ClickHouse, 4 million rows under a policy, ${statement} (${times})`;
      lines.push([`${what}: against none`, (governed / open).toFixed(2), '']);
    }
    return lines;
  },
  retrieval: async () => {
    const found = await measureRetrieval();
    return [
      ['find 20 of 50,000 objects by words and vectors: median', ms(found.median), '5 ms'],
      ['… 95th percentile', ms(found.p95), ''],
      ['… of that by words, by vectors', `${ms(found.wordsMedian)}, ${ms(found.nearMedian)}`, ''],
      ['… of the 20 nearest vectors found (recall)', found.recall.toFixed(3), '0.97'],
      ['… the same for who may see two thirds: median', ms(found.partMedian), '5 ms'],
      ['… recall', found.partRecall.toFixed(3), '0.97'],
      ['… looking at every vector: median', ms(found.exactMedian), ''],
      ['embed 50,000 texts, make the graph', `${ms(found.embedMs)}, ${ms(found.graphMs)}`, ''],
      ['… from the disk', ms(found.reopenMs), ''],
    ];
  },
  serve: async () => {
    const lines: Line[] = [];
    for (const rows of [12, 1000]) {
      const { barePerSecond, cachedPerSecond, ratio } = await benchServe(rows);
      lines.push([
        `cached semantic/query of ${rows} rows against bare Express (${Math.round(cachedPerSecond)}/s, ${Math.round(barePerSecond)}/s)`,
        ratio.toFixed(2),
        'at least 0.8',
      ]);
    }
    return lines;
  },
  ask: async () => {
    const { questions, firstEvent, median, p95, besides, again } = await benchAsk();
    return [
      [
        `a question in words, ${questions} of them, without a language model: first event, 95th percentile`,
        ms(firstEvent),
        '50 ms',
      ],
      ['… whole answer, asked of DuckDB each time: median', ms(median), '150 ms'],
      ['… 95th percentile', ms(p95), ''],
      ['… of that all but the database: median', ms(besides), ''],
      ['… from the cache: median', ms(again), ''],
    ];
  },
  stream: async () => {
    const figures = await benchStream();
    if (figures === null) return [['stream 5 million rows to NDJSON', 'skipped', '100 MB']];
    return [
      [
        `stream ${figures.rows / 1e6} million rows (${Math.round(figures.megabytes)} MB, ${figures.seconds.toFixed(1)} s) from PostgreSQL: growth of the server`,
        `${figures.growthMb.toFixed(0)} MB`,
        '100 MB',
      ],
    ];
  },
  load: async () => {
    const figures = await benchLoad();
    if (figures === null) return [['500 users for 60 s', 'skipped', 'no error']];
    const { users, eventLoop, barePerSecond, governedPerSecond, failed } = figures;
    const faults = Object.entries(users.failed).map(([status, count]) => `${count} × ${status}`);
    if (users.complaint !== null) console.log(users.complaint);
    return [
      [
        `500 users for 60 s, a second of thought: answered, ${Math.round(users.perSecond)}/s`,
        String(users.answered),
        '',
      ],
      ['… failed', faults.length === 0 ? '0' : faults.join(', '), '0'],
      ...Object.entries(users.kinds).map(([kind, { answered, p50, p95, p99, longest }]): Line => {
        const times = [p50, p95, p99, longest].map((time) => time.toFixed(0));
        return [`… ${kind} (${answered}): p50, p95, p99, longest, ms`, times.join(' / '), ''];
      }),
      [
        '… the event loop was late: p50, p99, longest',
        [eventLoop.p50, eventLoop.p99, eventLoop.longest].map((time) => ms(time * 1000)).join(' / '),
        '',
      ],
      [
        `look-ups by 500 users without pause (${Math.round(governedPerSecond)}/s) against bare Express + pg (${Math.round(barePerSecond)}/s)`,
        (governedPerSecond / barePerSecond).toFixed(2),
        '',
      ],
      ['… failed', String(failed), '0'],
    ];
  },
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(benches, name));
if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}". There are: ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]!.toFixed(1)}\n`);
const width = 100;
console.log(`${'what'.padEnd(width)}  ${'figure'.padStart(10)}  limit`);
for (const name of asked.length === 0 ? Object.keys(benches) : asked) {
  for (const [what, figure, limit] of await benches[name]!())
    console.log(`${what.padEnd(width)}  ${figure.padStart(10)}  ${limit}`);
}
await stopEngines();
process.exit(0);

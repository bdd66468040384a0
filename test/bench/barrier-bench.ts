/**
 * What a barrier costs on ClickHouse, where a condition on a number needs one: nothing of the statement is computed below it, so that
 * the database reads whatever the policy lets through. The same statement with its barrier, without it, and bare.
 */
import { loadQueryParser } from '../../core/sql/parse-query.js';
import { createSubject } from '../../core/subject/subject.js';
import { compile } from '../../semantic/check/compiler.js';
import type { Lineages } from '../../semantic/policy/lineage.js';
import { barrierOf } from '../../semantic/policy/barrier.js';
import { policeText } from '../../src/pipeline/police-text.js';
import { withConnector } from '../engines/open-connector.js';
import { isMissing, startEngine } from '../engines/start-engine.js';
import { placeOf } from '../security/place-of.js';
import { onlyTables } from '../semantic/policy/only-tables.js';
import { loadPlugin, median } from './govern-bench.js';

const rows = 4_000_000;

const model = `
project: { name: Shop, version: 1 }
---
entity: events
table: events
key: id
dimensions: { id: { type: number }, region: { type: string }, status: { type: string }, amount: { type: number }, note: { type: string } }
---
policies:
  - name: own
    for: everyone
    on: events
    rows: region in subject.regions
`;

/** What they ask, as people write it; each has a condition on a number. */
const statements: Readonly<Record<string, (fresh: number) => string>> = {
  'one row by its key': (fresh) => `select id, amount, note from events where id = ${(fresh * 39_719) % rows}`,
  'a thousand rows by their keys': (fresh) =>
    `select sum(amount) from events where id between ${(fresh * 39_719) % (rows - 1_000)} and ${((fresh * 39_719) % (rows - 1_000)) + 999}`,
  'half of the rows, summed in groups': (fresh) =>
    `select status, count(*), sum(amount) from events where amount > ${rows / 200 + fresh} group by status`,
  'the largest ten': (fresh) =>
    `select id, amount, note from events where amount > ${fresh} order by amount desc limit 10`,
};

export interface BarrierTimes {
  readonly statement: string;
  /** Milliseconds at the median, through the connector: first byte asked to last row read. */
  readonly bare: number;
  readonly open: number;
  readonly governed: number;
}

/** `null` where there is no ClickHouse. */
export const measureBarrier = async (): Promise<readonly BarrierTimes[] | null> => {
  await loadQueryParser();
  const engine = await startEngine('clickhouse');
  if (isMissing(engine)) {
    console.log(`skipped: ${engine.missing}`);
    return null;
  }
  await engine.admin(
    'CREATE OR REPLACE TABLE events (id Int64, region LowCardinality(String), status LowCardinality(String), amount Decimal(18, 2), note String) ENGINE = MergeTree ORDER BY id',
    `INSERT INTO events SELECT number, ['EU', 'US', 'APAC', 'CN'][1 + number % 4], ['paid', 'open', 'void'][1 + number % 3], number / 100, concat('note ', toString(number)) FROM numbers(${rows})`,
    'OPTIMIZE TABLE events FINAL',
  );
  const { model: shop } = compile(new Map([['shop.yaml', model]]));
  const subject = createSubject({ user: 'mia', attributes: { regions: ['EU', 'US'] } });
  const lineages: Lineages = { ...onlyTables, nameOf: (connection) => connection ?? 'shop' };
  const police = (sql: string) =>
    policeText(sql, null, {
      model: shop!,
      subject,
      connection: 'shop',
      dialect: 'clickhouse',
      place: placeOf.clickhouse,
      now: Date.now(),
      salt: null,
      lineages,
    }).policed;
  try {
    return await withConnector(await loadPlugin(engine), engine.config, async ({ ask }) => {
      const timed = async (...asked: Parameters<typeof ask>): Promise<number> => {
        const start = performance.now();
        await ask(...asked);
        return performance.now() - start;
      };
      const found: BarrierTimes[] = [];
      for (const [statement, asked] of Object.entries(statements)) {
        const times = { bare: [] as number[], open: [] as number[], governed: [] as number[] };
        for (let round = -5; round < 40; round += 1) {
          const sql = asked(round + 10);
          const { text, parameters } = police(sql);
          const without = text.replace(new RegExp(`\\s+${barrierOf('clickhouse', { columns: [] })}`), '');
          if (without === text) throw new Error(`no barrier: ${text}`);
          const [bare, open, governed] = [
            await timed(sql),
            await timed(without, {}, parameters),
            await timed(text, {}, parameters),
          ];
          if (round < 0) continue;
          times.bare.push(bare);
          times.open.push(open);
          times.governed.push(governed);
        }
        found.push({
          statement,
          bare: median(times.bare),
          open: median(times.open),
          governed: median(times.governed),
        });
      }
      return found;
    });
  } finally {
    await engine.admin('DROP TABLE events');
  }
};

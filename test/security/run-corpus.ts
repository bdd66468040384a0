/**
 * `node dist/test/security/run-corpus.js [--seeds FILE] [--engine NAME]… [--shape NAME]… [--show KIND] FILE…`
 *
 * Runs statements from JSONL files (`{"id","dialect","sql"}`; hostile ones with `class` and `expected`) through the whole
 * chain on each engine and prints what became of them. Hostile statements run only as governance made them.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { DialectName } from '../../core/plugin/contract.js';
import { dialects, stopEngines } from '../engines/start-engine.js';
import { governedChain } from './governed-chain.js';
import { type BenignJudgement, judgeBenign } from './judge-benign.js';
import { type Judgement, judgeAll } from './non-interference.js';
import { readSeeds } from './read-seeds.js';
import { SecurityDatabase } from './security-database.js';
import { shapeNamed, shapes } from './shapes.js';
import { createWorld } from './world.js';

interface Entry {
  readonly id: string;
  readonly dialect: DialectName;
  readonly sql: string;
  readonly class?: string;
  readonly expected?: 'reject' | 'must_not_leak';
  readonly may_refuse?: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string' },
    engine: { type: 'string', multiple: true },
    shape: { type: 'string', multiple: true },
    /** Also prints each statement of this outcome. */
    show: { type: 'string', multiple: true, default: ['LEAKED', 'NOT REFUSED', 'WRONG'] },
  },
});
if (positionals.length === 0) throw new Error('name the JSONL files to run');

const entries = positionals.flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Entry),
);
const seeds = values.seeds === undefined ? null : readSeeds(values.seeds);

/** Statements name the database they were written for; here it has the name of the engine's own. */
const placed = ({ dialect, sql }: Entry): string => {
  if (dialect === 'mysql') return sql.replace(/\bdemo\b/g, 'shop');
  if (dialect === 'clickhouse') return sql.replace(/\bdemo\b/g, 'datamind');
  return dialect === 'duckdb' ? sql.replace(/\bmemory\./g, 'test.') : sql;
};

const counts = new Map<string, Map<string, number>>();
const count = (row: string, outcome: string): void => {
  const of = counts.get(row) ?? new Map<string, number>();
  counts.set(row, of.set(outcome, (of.get(outcome) ?? 0) + 1));
};

const shown = new Set(values.show);
const tell = (outcome: string, shape: string, entry: Entry, detail: unknown): void => {
  if (shown.has(outcome) || shown.has('all'))
    console.log(`${outcome} [${shape}] ${entry.id}\n  ${entry.sql}\n  ${JSON.stringify(detail).slice(0, 1500)}`);
};

const hostileOutcome = (entry: Entry, judged: Judgement): string => {
  if (judged.kind === 'refused') return 'refused';
  if (judged.kind === 'leaked') return 'LEAKED';
  return entry.expected === 'reject' ? 'NOT REFUSED' : judged.kind === 'volatile' ? 'volatile' : 'ran, told nothing';
};

const benignOutcomes: Readonly<Record<BenignJudgement['kind'], string>> = {
  refused: 'refused',
  right: 'right',
  'fails everywhere': 'fails everywhere',
  wrong: 'WRONG',
};

const chosenEngines = dialects.filter((name) => values.engine?.includes(name) ?? true);
const chosenShapes = values.shape?.map(shapeNamed) ?? shapes;

for (const dialect of chosenEngines) {
  const database = await SecurityDatabase.open(dialect);
  if ('missing' in database) {
    console.log(`${dialect}: ${database.missing}`);
    continue;
  }
  const here = entries.filter((entry) => entry.dialect === dialect);
  for (const shape of chosenShapes) {
    // The pair of the file permits what the plain shapes permit; the others get a second database of their own.
    const isPlain = shape.name === 'equals' || shape.name === 'in';
    const world = await createWorld(dialect, shape, seeds?.first, isPlain ? seeds?.second : undefined);
    const governed = await governedChain(world, dialect);
    const hostile = here.filter((entry) => entry.expected !== undefined);
    const judged =
      shape.name === 'everything' ? [] : await judgeAll(database, world.pair, governed, hostile.map(placed));
    for (const [at, each] of judged.entries()) {
      const entry = hostile[at]!;
      const outcome = hostileOutcome(entry, each);
      count(`${dialect} · ${shape.name} · hostile (${entry.expected})`, outcome);
      count(`class ${entry.class} · ${dialect}`, outcome);
      tell(outcome, shape.name, entry, each);
    }
    const benign = here.filter((entry) => entry.expected === undefined);
    const answers = await judgeBenign(database, world.pair.first, world.seen, governed, benign.map(placed));
    for (const [at, each] of answers.entries()) {
      const entry = benign[at]!;
      const outcome = benignOutcomes[each.kind];
      count(`${dialect} · ${shape.name} · benign${entry.may_refuse === undefined ? '' : ' (may be refused)'}`, outcome);
      tell(outcome, shape.name, entry, each);
    }
  }
  await database.close();
}

for (const [row, outcomes] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`${row}: ${[...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(', ')}`);
await stopEngines();
process.exit(0);

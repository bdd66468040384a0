/**
 * `node dist/test/security/run-corpus.js [--seeds FILE] [--engine NAME]… [--shape NAME]… [--show OUTCOME]… [--in-process] FILE…`
 *
 * Runs statements from JSONL files (`{"id","dialect","sql"}`; hostile ones with `class` and `expected`) as a user would, by
 * `datamind sql run --batch` and `sql check --batch`, on each engine under each shape of policies, and prints what became of
 * them as tables. Hostile statements run only as governance made them. `--in-process` uses the parts that the command line is made
 * of without starting it anew for each set of tables: faster, and `check` is not asked.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { dialects, stopEngines } from '../engines/start-engine.js';
import { type CorpusEntry, CorpusReport } from './corpus-report.js';
import { type Governed, isRefused } from './governed.js';
import { judgeBenign } from './judge-benign.js';
import { judgeAll } from './non-interference.js';
import { Product } from './product.js';
import { readSeeds } from './read-seeds.js';
import { SecurityDatabase } from './security-database.js';
import { shapeNamed, shapes } from './shapes.js';
import { createWorld } from './world.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string' },
    engine: { type: 'string', multiple: true },
    shape: { type: 'string', multiple: true },
    'in-process': { type: 'boolean', default: false },
    /** Also prints each statement of this outcome. */
    show: { type: 'string', multiple: true, default: ['leaked', 'run although it must not', 'wrong'] },
  },
});
if (positionals.length === 0) throw new Error('name the JSONL files to run');

const entries = positionals.flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as CorpusEntry),
);
const seeds = values.seeds === undefined ? null : readSeeds(values.seeds);

/** Statements name the database they were written for; here it has the name of the engine's own. */
const placed = ({ dialect, sql }: CorpusEntry): string => {
  if (dialect === 'mysql') return sql.replace(/\bdemo\b/g, 'shop');
  if (dialect === 'clickhouse') return sql.replace(/\bdemo\b/g, 'datamind');
  return dialect === 'duckdb' ? sql.replace(/\bmemory\./g, 'test.') : sql;
};

const report = new CorpusReport(values.show);

/** What `sql check` decides must be what `sql run` does: asked once, as neither reads the tables to decide. */
const checked = (product: Product, dialect: string, shape: string): Governed => {
  const seen = new Set<string>();
  return async (statements) => {
    const verdicts = await product.commandLine(statements);
    const unasked = statements.flatMap((sql, at) => (seen.has(sql) ? [] : [{ sql, verdict: verdicts[at]! }]));
    for (const { sql } of unasked) seen.add(sql);
    const decisions = unasked.length === 0 ? [] : await product.check(unasked.map(({ sql }) => sql));
    for (const [at, decision] of decisions.entries()) {
      const { sql, verdict } = unasked[at]!;
      const said = isRefused(verdict) ? verdict.refused : verdict.sql;
      if (said !== ('refused' in decision ? decision.refused : decision.sql))
        report.disagree(`${dialect}, ${shape}: check and run disagree about\n  ${sql}`);
    }
    report.checked += unasked.length;
    return verdicts;
  };
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
    const product = new Product(world, database.engine);
    const governed = values['in-process'] ? product.pipeline : checked(product, dialect, shape.name);
    const hostile = here.filter((entry) => entry.expected !== undefined && shape.name !== 'everything');
    const judged = hostile.length === 0 ? [] : await judgeAll(database, world.pair, governed, hostile.map(placed));
    for (const [at, judgement] of judged.entries()) report.hostile(shape.name, hostile[at]!, judgement);
    const benign = here.filter((entry) => entry.expected === undefined);
    const answers =
      benign.length === 0
        ? []
        : await judgeBenign(database, world.pair.first, world.seen, governed, benign.map(placed));
    for (const [at, judgement] of answers.entries()) report.benign(shape.name, benign[at]!, judgement);
    product.remove();
    console.error(`${dialect}, ${shape.name}: done after ${Math.round(performance.now() / 1000)} s`);
  }
  await database.close();
}

console.log(report.print());
await stopEngines();
process.exit(report.isClean ? 0 : 1);

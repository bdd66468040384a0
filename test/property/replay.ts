/**
 * `node dist/test/property/replay.js --engine duckdb --seed 1 [--path 3:0:1] [--queries 200] [--shrink 60]`: draws the same
 * cases again, or the one case of a path. Failures are made smaller for so many seconds; those of a path are shown as they are.
 */
import { parseArgs } from 'node:util';
import { dialects, stopEngines } from '../engines/start-engine.js';
import { Database } from './database.js';
import { freshSeed } from './fresh-seed.js';
import { runProperty } from './run-property.js';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'duckdb' },
    seed: { type: 'string' },
    path: { type: 'string' },
    queries: { type: 'string', default: '200' },
    shrink: { type: 'string' },
  },
});

const dialect = dialects.find((name) => name === values.engine);
if (!dialect) throw new Error(`--engine is one of ${dialects.join(', ')}`);
const seed = values.seed === undefined ? freshSeed() : Number(values.seed);
const database = await Database.open(dialect);
if ('missing' in database) {
  console.log(database.missing);
} else {
  const started = Date.now();
  const { failure, models, tally } = await runProperty(database, {
    seed,
    ...(values.path === undefined ? {} : { path: values.path }),
    queries: Number(values.queries),
    shrinkMs: Number(values.shrink ?? (values.path === undefined ? 60 : 0)) * 1000,
  });
  await database.close();
  if (failure) {
    console.log(`${failure.message}\n\n--engine ${dialect} --seed ${failure.seed} --path ${failure.path}`);
    process.exitCode = 1;
  }
  const { answered, refused, parts, otherCodes, unsupported } = tally;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${dialect}, seed ${seed}: ${answered} answered, ${refused} refused, ${models} models, ${seconds} s`);
  console.log(
    JSON.stringify({
      parts: Object.fromEntries(parts),
      otherCodes: Object.fromEntries(otherCodes),
      unsupported: Object.fromEntries(unsupported),
    }),
  );
}
await stopEngines();

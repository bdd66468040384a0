/**
 * `node dist/test/security/run-attacks.js [ENGINE]…`
 *
 * Each attack on the resources of a running server while another caller asks on: what the attacker is told, after how long,
 * and the slowest answer that the other got meanwhile. At the end all of them at once.
 */
import { ask } from '../api/request.js';
import { listening, startProgram } from '../e2e/small-project.js';
import { dialects, stopEngines } from '../engines/start-engine.js';
import { attacksOn } from './attacks.js';
import { Product } from './product.js';
import { SecurityDatabase } from './security-database.js';
import { shapeNamed } from './shapes.js';
import { createWorld } from './world.js';

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(dialects as readonly string[]).includes(name));
if (unknown !== undefined) throw new Error(`there is no engine ${unknown}: ${dialects.join(', ')}`);

interface Watched<T> {
  readonly value: T;
  readonly tookMs: number;
  readonly others: number;
  readonly slowestMs: number;
  /** Codes that the other caller got instead of an answer. */
  readonly failed: readonly string[];
}

let asked = 0;

/** Asks what no cache has, over and over, until the work is done; and ten times more. */
const watch = async <T>(url: string, work: () => Promise<T>): Promise<Watched<T>> => {
  let over = false;
  let others = 0;
  let slowestMs = 0;
  const failed: string[] = [];
  const began = performance.now();
  let tookMs = 0;
  const running = work().finally(() => {
    over = true;
    tookMs = performance.now() - began;
  });
  for (let after = 0; after < 10; after += over ? 1 : 0) {
    const start = performance.now();
    asked += 1;
    const sql = `select count(*) as n from customers where id < ${100_000 + asked}`;
    const { status, body } = await ask(url, 'POST', '/api/v1/sql/execute', { body: { sql } });
    if (status !== 200) failed.push(`${status} ${body?.code}`);
    slowestMs = Math.max(slowestMs, performance.now() - start);
    others += 1;
  }
  return { value: await running, tookMs, others, slowestMs, failed };
};

for (const dialect of dialects.filter((name) => wanted.length === 0 || wanted.includes(name))) {
  const database = await SecurityDatabase.open(dialect);
  if ('missing' in database) {
    console.log(`${dialect}: ${database.missing}`);
    continue;
  }
  // A shape that needs no attributes: whoever asks a server without identity has none.
  const world = await createWorld(dialect, shapeNamed('exists'));
  await database.write(world.pair.first);
  await database.close();
  const product = new Product(world, database.engine);
  const server = startProgram(product.folder, ['serve', '--port', '0'], product.env);
  const url = await listening(server);
  server.stderr?.resume();
  const attack = (sql: string) => ask(url, 'POST', '/api/v1/sql/execute', { body: { sql } });
  const idle = await watch(url, () => new Promise((resolve) => setTimeout(resolve, 1_000)));
  console.log(`\n## ${dialect}\n`);
  console.log(
    '| attack | answer | after | others meanwhile | slowest of them | not answered |\n| --- | --- | --- | --- | --- | --- |',
  );
  const print = (title: string, answer: string, { tookMs, others, slowestMs, failed }: Watched<unknown>): void =>
    console.log(
      `| ${title} | ${answer} | ${Math.round(tookMs)} ms | ${others} | ${Math.round(slowestMs)} ms | ${failed.join(', ')} |`,
    );
  print('none', '', idle);
  const attacks = attacksOn(dialect);
  for (const { title, sql } of attacks) {
    const watched = await watch(url, () => attack(sql));
    const { status, body } = watched.value;
    print(title, `${status} ${body.code ?? 'rows'}`, watched);
  }
  const together = await watch(url, () => Promise.all(attacks.map(({ sql }) => attack(sql))));
  print('all at once', `${together.value.filter(({ status }) => status >= 400).length} refused or stopped`, together);
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('close', resolve));
  product.remove();
}
await stopEngines();
process.exit(0);

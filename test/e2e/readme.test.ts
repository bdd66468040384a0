import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect } from 'chai';
import { planPlugins } from '../../core/plugin/plan-plugins.js';
import { packageRoot } from '../../core/package-root.js';
import { ask } from '../api/request.js';
import { copyDemo } from '../demo/copy-demo.js';
import { isLong } from '../property/part-of.js';
import { listening, mainFile, runProgram, startProgram } from './small-project.js';
import type { Program } from './program-hosts.js';

interface Block {
  readonly language: string;
  readonly text: string;
}

const readme = readFileSync(join(packageRoot(), 'README.md'), 'utf8');

/** The fenced blocks of the README, in order, without the indentation of lists. */
const blocks: readonly Block[] = [...readme.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)].map(
  ([, indent = '', language = '', text = '']) => ({
    language,
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }),
);
const firstAt = (holds: (block: Block) => boolean): number => {
  const at = blocks.findIndex(holds);
  if (at === -1) throw new Error('the README no longer has this example');
  return at;
};
const question = firstAt(({ text }) => text.startsWith('curl '));
const command = firstAt(({ text }) => text.startsWith('npx datamind query'));
const [entity, metrics, mistake] = blocks.flatMap(({ language }, at) => (language === 'yaml' ? [at] : []));
const textOf = (at: number | undefined): string => blocks[at ?? -1]?.text ?? '';

/** The numbers of the first question, by SQL that knows nothing of the model. */
const byHand = `
  with sold as (
    select r.country, year(o.ordered_at at time zone 'Europe/Berlin') as year,
      sum(l.amount) as revenue
    from order_lines l
    join orders o using (order_id) join stores s using (store_id) join regions r using (region_id)
    where o.status <> 'cancelled'
    group by all
  ), counted as (
    select r.country, count(*) as orders
    from orders o join stores s using (store_id) join regions r using (region_id)
    where o.status <> 'cancelled' and year(o.ordered_at at time zone 'Europe/Berlin') = 2025
    group by all
  )
  select now.country, now.revenue::varchar, (now.revenue / orders)::double,
    (now.revenue::double - before.revenue::double) / before.revenue::double
  from sold now
  join counted on counted.country = now.country
  join sold before on before.country = now.country and before.year = 2024
  where now.year = 2025
  order by now.revenue desc limit 3`;

describe('the README', function () {
  this.timeout(120_000);
  const home = mkdtempSync(join(tmpdir(), 'datamind-readme-'));
  let child: Program | undefined;
  let url: string;
  before(async () => {
    // The long run has the server make it.
    if (!isLong) await copyDemo(join(home, 'demo.duckdb'));
    child = startProgram(packageRoot(), ['serve', '--port', '0'], { DATAMIND_HOME: home });
    url = await listening(child);
  });
  after(async () => {
    if (child?.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'close');
    }
    rmSync(home, { recursive: true, force: true });
  });

  it('shows the words that a question in words is answered with', async () => {
    const asked = firstAt(({ text }) => text.includes('/api/v1/ask'));
    const [, body] = /-d '([\s\S]*)'/.exec(textOf(asked)) ?? [];
    const answered = await ask(url, 'POST', '/api/v1/ask', { body: JSON.parse(body!) });
    expect(answered.body.answer).to.equal(textOf(asked + 1).trim());
  });

  it('shows the rows that the first question is answered with', async () => {
    const [, path, body] = /http:\/\/127\.0\.0\.1:8000(\S+) .*-d '([\s\S]*)'/.exec(textOf(question)) ?? [];
    const answered = await ask(url, 'POST', path!, { body: JSON.parse(body!) });
    expect(answered.status, answered.text).to.equal(200);
    expect(answered.body.rows).to.deep.equal(JSON.parse(textOf(question + 1)));
  });

  it('shows numbers that plain SQL finds too', async () => {
    const shown = JSON.parse(textOf(question + 1)) as readonly [string, number, number, number][];
    const instance = await DuckDBInstance.create(join(home, 'demo.duckdb'), { access_mode: 'READ_ONLY' });
    const connection = await instance.connect();
    const found = (await connection.runAndReadAll(byHand)).getRowsJS();
    connection.closeSync();
    instance.closeSync();
    expect(found.map(([country, revenue]) => [country, Number(revenue)])).to.deep.equal(
      shown.map(([country, revenue]) => [country, revenue]),
    );
    for (const [at, [, , value, growth]] of shown.entries()) {
      expect(found[at]![2]).to.be.closeTo(value, 1e-9);
      expect(found[at]![3]).to.be.closeTo(growth, 1e-12);
    }
  });

  it('shows the table that the command prints', async () => {
    const line = textOf(command).replace('npx datamind', `"${process.execPath}" "${mainFile}"`);
    const env = { ...process.env, DATAMIND_HOME: home };
    const { stdout } = await promisify(execFile)('sh', ['-c', line], { cwd: packageRoot(), env });
    expect(stdout).to.equal(textOf(command + 1));
  });

  it('has YAML without a mistake, and what is said about the one mistake', async () => {
    const folder = join(home, 'authored');
    const ontology = join(folder, 'ontology');
    mkdirSync(ontology, { recursive: true });
    writeFileSync(join(ontology, 'customers.yaml'), 'entity: customers\ntable: customers\nkey: customer_id\n');
    writeFileSync(join(ontology, 'orders.yaml'), textOf(entity));
    writeFileSync(join(ontology, 'metrics.yaml'), textOf(metrics));
    const sound = await runProgram(folder, ['check']);
    expect([sound.code, sound.out]).to.deep.equal([0, '0 errors, 0 warnings\n']);
    writeFileSync(join(ontology, 'metrics.yaml'), textOf(mistake));
    const { code, out } = await runProgram(folder, ['check']);
    expect([code, out]).to.deep.equal([1, textOf(mistake! + 1)]);
  });

  it('has a configuration that is right but for the secret, which is not set here', () => {
    const at = firstAt(({ language, text }) => language === 'json' && text.includes('"plugins"'));
    const file = join(home, 'plugins.config.json');
    const connectors = join(packageRoot(), 'plugins', 'connectors');
    writeFileSync(file, textOf(at).replace('./plugins/connectors', connectors));
    expect(planPlugins(file, { WAREHOUSE_PASSWORD: 'secret' }).problems).to.deep.equal([]);
    expect(planPlugins(file, {}).problems.length).to.equal(1);
  });

  it('names only files and npm scripts that are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
      scripts: Readonly<Record<string, string>>;
    };
    for (const [, script] of readme.matchAll(/npm run ([\w:]+)/g)) expect(scripts).to.have.property(script!);
    for (const [, path] of readme.matchAll(/\]\(([\w/.-]+)\)/g)) readFileSync(join(packageRoot(), path!));
  });
});

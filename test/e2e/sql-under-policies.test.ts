import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ask } from '../api/request.js';
import { listening, makeSmallProject, runProgram, type SmallProject, startProgram } from './small-project.js';
import type { Program } from './program-hosts.js';

const policies = `policies:
  - name: admins
    for: {roles: [admin]}
    on: customers
    rows: "true"
  - name: own_country
    for: {roles: [analyst]}
    on: customers
    rows: country = subject.country
    follows: [orders.customer]
    columns: {name: {mask: null}}
  - name: admins_see_orders
    for: {roles: [admin]}
    on: orders
    rows: "true"
`;
const german = { user: 'mia', roles: ['analyst'], attributes: { country: 'DE' } };

describe('SQL under policies', function () {
  this.timeout(60_000);
  let project: SmallProject;
  let subject: string;
  before(async () => {
    project = await makeSmallProject(100_000);
    writeFileSync(join(project.ontology, 'policies.yaml'), policies);
    subject = join(project.folder, 'subject.json');
    writeFileSync(subject, JSON.stringify(german));
  });
  after(() => project?.remove());

  describe('by line', () => {
    const lines = async (action: 'check' | 'run', ...texts: readonly string[]) => {
      const args = ['sql', action, '--connection', 'shop', '--as', subject, '--batch'];
      const input = texts.map((sql, id) => JSON.stringify({ id, sql })).join('\n');
      const { out } = await runProgram(project.folder, args, { input });
      return out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    };

    it('runs what is permitted on what is permitted, and refuses the rest with a code', async () => {
      const [rows, counted, none, write, outside, failed, unknown] = await lines(
        'run',
        'select customer_id, name from customers order by 1',
        'select count(*) as n from orders join customers using (customer_id)',
        "select name from customers where country = 'FR'",
        'delete from customers',
        "select * from read_csv('/etc/passwd')",
        'select cast(country as integer) from customers',
        'select secret from customers',
      );
      expect([rows!.decision, rows!.rows, rows!.rows_returned]).to.deep.equal([
        'allow',
        [
          [1, null],
          [3, null],
        ],
        2,
      ]);
      expect(counted!.rows).to.deep.equal([[3]]);
      expect(none!.rows).to.deep.equal([]);
      expect([write!.decision, write!.code]).to.deep.equal(['refuse', 'SQL_NOT_ALLOWED']);
      expect(outside!.decision).to.equal('refuse');
      expect([failed!.decision, (failed!.error as { code: string }).code]).to.deep.equal(['allow', 'VALUE_INVALID']);
      expect(JSON.stringify(failed)).not.to.match(/'DE'|"DE"/);
      expect(unknown!.code).to.equal('COLUMN_UNKNOWN');
    });

    it('decides without running', async () => {
      const [allowed, refused] = await lines('check', 'select count(*) from numbers', 'select 1; select 2');
      expect(Object.keys(allowed!)).to.deep.equal(['id', 'decision', 'sql']);
      expect(allowed!.sql).to.match(/LIMIT 10001$/);
      expect([refused!.decision, refused!.id]).to.deep.equal(['refuse', 1]);
    });
  });

  describe('of a running server', () => {
    let child: Program;
    let url: string;
    before(async () => {
      child = startProgram(project.folder, ['serve', '--port', '0'], { DATAMIND_QUERY_TIMEOUT_SECONDS: '2' });
      url = await listening(child);
    });
    after(async () => {
      if (child?.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'close');
    });
    const post = (path: string, body: object) => ask(url, 'POST', `/api/v1/${path}`, { body });

    it('answers with objects, or with columns and rows', async () => {
      const sql = 'select customer_id, customer_id, name from customers order by 1 limit 1';
      const objects = await post('sql/execute', { sql });
      expect([objects.status, objects.body.results, objects.body.rows_returned]).to.deep.equal([
        200,
        [{ customer_id: 1, customer_id_2: 1, name: 'Ada' }],
        1,
      ]);
      const rows = await post('queries/execute', { sql, format: 'rows' });
      expect(rows.body.rows).to.deep.equal([[1, 1, 'Ada']]);
    });

    it('says that it cut the rows', async () => {
      const { body } = await post('sql/execute', { sql: 'select n from numbers order by n', limit: 2, format: 'rows' });
      expect([body.rows, body.truncated]).to.deep.equal([[[0], [1]], true]);
    });

    it('explains without running, for others too', async () => {
      const { body } = await post('policies/explain', { sql: 'select name from customers', subject: german });
      expect([body.decision, (body.policies as unknown as { name: string }[]).map(({ name }) => name)]).to.deep.equal([
        'allow',
        ['own_country'],
      ]);
      expect(JSON.stringify(body.proof)).not.to.match(/DE/);
      const missing = await post('policies/explain', {
        sql: 'select name from customers',
        subject: { user: 'x', roles: ['analyst'] },
      });
      expect([missing.body.decision, missing.body.code]).to.deep.equal(['refuse', 'ATTRIBUTE_MISSING']);
      const plan = await post('sql/explain', { sql: 'select count(*) from customers' });
      expect([plan.status, plan.body.cost]).to.deep.equal([200, 'low']);
    });

    const attacks: readonly (readonly [title: string, sql: string])[] = [
      ['a recursion', 'with recursive r as (select 1 n union all select n + 1 from r) select count(*) from r'],
      [
        'a recursion with an end that never comes',
        'with recursive r as (select 1 n union all select n + 1 from r where n > 0) select count(*) from r',
      ],
      ['a cross join', 'select count(*) from numbers a, numbers b, numbers c, numbers d'],
      [
        'a cross join within the bound',
        'select count(*) from numbers a, numbers b, numbers c where a.n + b.n + c.n < 0',
      ],
      ['a generator', 'select count(*) from range(100000000000)'],
      ['a chain of operators', `select ${'1+'.repeat(45_000)}1`],
      ['a chain within the bound', `select ${'1 = 1 or '.repeat(2_400)}1 = 1`],
      ['parentheses', `select ${'('.repeat(10_000)}1${')'.repeat(10_000)}`],
      ['ten megabytes', `select '${'x'.repeat(10_000_000)}'`],
    ];

    it('stays up under attacks on its resources, and answers others meanwhile', async () => {
      let over = false;
      const hostile = Promise.all(attacks.map(([, sql]) => post('sql/execute', { sql }))).finally(() => {
        over = true;
      });
      let asked = 0;
      let slowest = 0;
      while (!over) {
        const before = performance.now();
        const { status } = await ask(url, 'GET', '/api/v1/metrics');
        expect(status).to.equal(200);
        slowest = Math.max(slowest, performance.now() - before);
        asked += 1;
      }
      const outcomes = (await hostile).map(({ status, body }, at) => [attacks[at]![0], status, body.code ?? 'rows']);
      console.log(`    ${asked} others answered meanwhile, the slowest after ${Math.round(slowest)} ms`);
      for (const [title, status, code] of outcomes)
        if (title !== 'a chain within the bound') expect(status, `${title}: ${code}`).to.be.greaterThan(399);
      expect(asked).to.be.greaterThan(3);
      const { body } = await post('sql/execute', { sql: 'select count(*) as n from customers' });
      expect(body.results).to.deep.equal([{ n: 3 }]);
    });
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect } from 'chai';
import { packageRoot } from '../../core/package-root.js';
import { copyDemo } from '../demo/copy-demo.js';
import { runProgram } from './small-project.js';

/** The example's policies, through the program, against numbers from plain SQL on the same file. */
describe('policies in force', function () {
  this.timeout(120_000);
  let home: string;
  const plain = new Map<string, number>();

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'datamind-policies-'));
    const path = join(home, 'demo.duckdb');
    await copyDemo(path);
    const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
    const connection = await instance.connect();
    const ask = async (sql: string) => Number((await (await connection.run(sql)).getRowsJson())[0]![0]);
    const french = "customers c join regions r using (region_id) where r.country = 'France'";
    plain.set('customers', await ask(`select count(*) from ${french}`));
    plain.set(
      'revenue',
      await ask(
        `select sum(l.amount) from order_lines l join orders o using (order_id) where o.status <> 'cancelled' and o.customer_id in (select customer_id from ${french})`,
      ),
    );
    plain.set('all customers', await ask('select count(*) from customers'));
    connection.closeSync();
    instance.closeSync();
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  const ask = async (subject: object | null, query: object) => {
    const file = join(home, 'subject.json');
    if (subject !== null) writeFileSync(file, JSON.stringify(subject));
    const { out } = await runProgram(packageRoot(), ['query', ...(subject === null ? [] : ['--as', file]), '--batch'], {
      env: { DATAMIND_HOME: home },
      input: `${JSON.stringify({ id: 'one', query })}\n`,
    });
    return JSON.parse(out) as { rows?: unknown[][]; error?: { code: string } };
  };

  const analyst = { user: 'ana', workspace: 'default', roles: ['analyst'], groups: [] };
  const ofFrance = { ...analyst, attributes: { countries: ['France'] } };

  it('show an analyst the customers of some countries and what follows them, and nothing else', async () => {
    expect((await ask(ofFrance, { metrics: ['customer_count', 'revenue'] })).rows).to.deep.equal([
      [plain.get('customers'), plain.get('revenue')],
    ]);
    expect(
      (await ask(ofFrance, { metrics: ['customer_count'], dimensions: ['customers.region.country'] })).rows,
    ).to.deep.equal([['France', plain.get('customers')]]);
  });

  it('mask who a customer is', async () => {
    const { rows } = await ask(ofFrance, { dimensions: ['customers.email'], limit: 50 });
    for (const [email] of rows!) if (email !== null) expect(email).to.match(/^.\*+@/);
  });

  it('refuse a subject who lacks the attribute, with a code', async () => {
    expect((await ask({ ...analyst, attributes: {} }, { metrics: ['customer_count'] })).error?.code).to.equal(
      'ATTRIBUTE_MISSING',
    );
  });

  it('show nothing to whom nobody admits', async () => {
    const { error } = await ask({ ...analyst, roles: [], attributes: {} }, { metrics: ['customer_count'] });
    expect(error?.code).to.equal('UNKNOWN_MEMBER');
  });

  it('show the local admin everything', async () => {
    expect((await ask(null, { metrics: ['customer_count'] })).rows).to.deep.equal([[plain.get('all customers')]]);
  });
});

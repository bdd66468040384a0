/** SQL of users by HTTP, on servers of every kind: the same questions, the same rows, the same refusals, and all of it in the trail. */
import { once } from 'node:events';
import { expect } from 'chai';
import type { TextDialect } from '../../core/sql/text-dialects.js';
import { ask } from '../api/request.js';
import { Product } from '../security/product.js';
import { SecurityDatabase } from '../security/security-database.js';
import { createWorld, plainTables } from '../security/world.js';
import { listening, runProgram, startProgram } from './small-project.js';
import type { Program } from './program-hosts.js';

const shape = {
  name: 'by HTTP',
  policies: `
  - name: eu
    for: everyone
    on: customers
    rows: region = 'EU'
    follows: [orders.customer]
    columns: { email: { mask: email }, name: { mask: first 1 }, ssn: deny }
  - { name: pay, for: everyone, on: employees, columns: { salary: deny } }
`,
  entities: '',
  attributes: {},
  prepare: <T>(data: T): T => data,
  admits: () => true,
  shows: () => 'clear' as const,
};

const answers: readonly (readonly [title: string, sql: string, rows: readonly (readonly unknown[])[]])[] = [
  [
    'rows of the policy, masked',
    'select id, name, email from customers order by id',
    [
      [1, 'A***', 'a***@one.example'],
      [3, 'Ç***', 'c***@one.example'],
      [5, null, 'n***@one.example'],
      [7, 'A***', 'a***@one.example'],
    ],
  ],
  ['what follows them', 'select count(*) as n from orders', [[5]]],
  [
    'joined and grouped',
    'select c.id, count(*) as n from customers c join orders o on o.customer_id = c.id group by c.id order by c.id',
    [
      [1, 2],
      [3, 1],
      [5, 1],
      [7, 1],
    ],
  ],
  [
    'a common table',
    "with paid as (select customer_id, amount from orders where status = 'paid') select count(*) as n from paid where amount > 60",
    [[2]],
  ],
  [
    'parts of a union',
    'select id from customers union all select id from orders order by id',
    [1, 3, 5, 7, 10, 12, 13, 15, 17].map((id) => [id]),
  ],
  ['a subquery', 'select id from customers where id in (select customer_id from orders where amount > 80)', [[1]]],
  ['a test of what is hidden', "select id from customers where name like 'Hidden%' or region = 'US'", []],
  ['a test of what is masked', "select id from customers where email = 'ada@one.example'", []],
  ['a text with a quote', "select 'it''s' as t from customers where id = 1", [["it's"]]],
  [
    'a window',
    'select id, row_number() over (order by id desc) as n from customers order by id limit 2',
    [
      [1, 4],
      [3, 3],
    ],
  ],
];

const refused: readonly (readonly [title: string, sql: string])[] = [
  ['a denied column', 'select ssn from customers'],
  ['another denied column', 'select max(salary) as s from employees'],
  ['a column that is not there', 'select nothing from customers'],
  ['a table that the model does not know', 'select * from vaults'],
  ['a change', "update customers set region = 'EU'"],
  ['a removal', 'delete from customers'],
  ['two statements', 'select 1; select 2'],
  ['what is no SQL', 'select from where'],
];

/** Ways out that only one engine has. */
const ofEngine: Readonly<Partial<Record<TextDialect, readonly string[]>>> = {
  sqlite: [
    'select * from sqlite_master',
    'pragma table_info(customers)',
    "select load_extension('x')",
    "select * from pragma_table_info('customers')",
    'select rowid from customers',
    "attach database '/tmp/x' as y",
  ],
  postgres: [
    'select * from pg_catalog.pg_shadow',
    'select pg_sleep(1)',
    "select * from pg_read_file('/etc/passwd')",
    "select current_setting('data_directory')",
    "select query_to_xml('select * from customers', true, true, '')",
    'select * from public.customers for update',
    'select ctid from customers',
  ],
};

for (const dialect of ['sqlite', 'postgres'] as const) {
  describe(`SQL by HTTP on ${dialect}`, function () {
    this.timeout(120_000);
    let product: Product;
    let server: Program;
    let url: string;

    before(async function () {
      const database = await SecurityDatabase.open(dialect);
      if ('missing' in database) {
        console.log(`    skipped on ${dialect}: ${database.missing}`);
        return this.skip();
      }
      await database.write(plainTables);
      await database.close();
      product = new Product(await createWorld(dialect, shape), database.engine);
      server = startProgram(product.folder, ['serve', '--port', '0'], product.env);
      url = await listening(server);
    });
    after(async () => {
      if (server !== undefined && server.exitCode === null) {
        server.kill('SIGTERM');
        await once(server, 'close');
      }
      product?.remove();
    });

    const post = (sql: string, more: object = {}, headers = {}) =>
      ask(url, 'POST', '/api/v1/sql/execute', { body: { sql, connection: 'shop', format: 'rows', ...more }, headers });

    for (const [title, sql, rows] of answers) {
      it(`answers ${title}`, async () => {
        const { status, body } = await post(sql);
        expect([status, body.rows], JSON.stringify(body)).to.deep.equal([200, rows]);
      });
    }

    for (const [title, sql] of [...refused, ...ofEngine[dialect]!.map((text) => [text, text] as const)]) {
      it(`refuses ${title}`, async () => {
        const { status, body, text } = await post(sql);
        expect([status >= 400 && status < 500, typeof body.code], text).to.deep.equal([true, 'string']);
        for (const { rows } of Object.values(plainTables))
          for (const cell of rows.flat())
            if (typeof cell === 'string' && cell.length > 5) expect(text).not.to.contain(cell);
      });
    }

    it('streams the same, and says that it is complete', async () => {
      const { status, text } = await post(
        'select id from customers order by id',
        {},
        { Accept: 'application/x-ndjson' },
      );
      const lines = text.trim().split('\n');
      expect([status, lines.length]).to.deep.equal([200, 6]);
      expect(lines.at(-1)).to.contain('complete');
      expect(text).not.to.contain('Hidden');
    });

    // SQLite casts whatever it is given.
    if (dialect === 'postgres') {
      it('a failure on a row that may be seen says a code, and nothing of the row', async () => {
        const { status, body, text } = await post('select cast(email as integer) as n from customers');
        expect([status, body.code]).to.deep.equal([422, 'VALUE_INVALID']);
        expect(text).not.to.contain('one.example');
      });

      it('a whole row is the row that may be seen', async () => {
        const { text } = await post('select customers from customers');
        expect(text)
          .to.contain('A***')
          .and.not.to.match(/Ada|Harry|00-000/);
      });
    }

    it('explains by which policy', async () => {
      const { body } = await ask(url, 'POST', '/api/v1/policies/explain', {
        body: { sql: 'select id, email from customers', connection: 'shop' },
      });
      expect([body.decision, (body.policies as unknown as { name: string }[]).map(({ name }) => name)]).to.deep.equal([
        'allow',
        ['eu'],
      ]);
    });

    it('and all of it is in the trail, which is whole', async () => {
      server.kill('SIGTERM');
      await once(server, 'close');
      const { out } = await runProgram(product.folder, ['audit', 'verify'], { env: product.env });
      expect(out).to.contain('The audit is whole');
      const exported = await runProgram(product.folder, ['audit', 'export'], { env: product.env });
      const entries = exported.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { action: string; phase: string });
      const intents = (action: string) =>
        entries.filter((entry) => entry.action === action && entry.phase === 'intent').length;
      expect(intents('statement.run')).to.be.at.least(answers.length);
      expect(intents('statement.refuse')).to.equal(refused.length + ofEngine[dialect]!.length);
    });
  });
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createLogger } from '../../core/logging/create-logger.js';
import { packageRoot } from '../../core/package-root.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';
import { createSubject } from '../../core/subject/subject.js';
import { createMemoryTrail } from '../../src/audit/memory-trail.js';
import { localSubject } from '../../src/identity/caller.js';
import { type Drafted, draftConnection } from '../../src/intelligence/draft-connection.js';
import { createModelCompiler } from '../../src/models/create-model-compiler.js';
import { type GovernedExecutor, openExecutor, readPluginPlan } from '../../src/pipeline/execute.js';
import { isMissing, startEngine } from '../engines/start-engine.js';

/** A key and references that nobody declared, one that is declared, one that only looks like one, people, few and many values. */
const tables = [
  'create table draft_customers (customer_id integer not null, full_name varchar(40), email varchar(60), city varchar(20), joined date)',
  'create table draft_orders (id integer primary key, customer_id integer, warehouse_id integer, status varchar(10), amount decimal(10,2), placed_at timestamp, remark varchar(40))',
  'create table draft_order_lines (line_no integer not null, order_id integer references draft_orders (id), qty integer, primary key (line_no))',
  'create table draft_warehouses (warehouse_id integer primary key, name varchar(20))',
];
const rows = (): readonly string[] => {
  const customers = Array.from(
    { length: 40 },
    (_, n) =>
      `(${n}, 'Ada Adler ${n}', 'ada${n}@example.org', '${['Bonn', 'Rome', 'Oslo'][n % 3]}', date '2024-01-${10 + (n % 19)}')`,
  );
  const orders = Array.from(
    { length: 150 },
    (_, n) =>
      `(${n}, ${n % 40}, ${n % 7}, '${n % 3 === 0 ? 'open' : 'paid'}', ${n}.50, timestamp '2025-02-01 10:00:00', 'remark ${n}')`,
  );
  const lines = Array.from({ length: 60 }, (_, n) => `(${n}, ${n}, 1)`);
  return [
    `insert into draft_customers values ${customers.join(', ')}`,
    `insert into draft_orders values ${orders.join(', ')}`,
    `insert into draft_order_lines values ${lines.join(', ')}`,
    "insert into draft_warehouses values (0, 'north'), (1, 'south')",
  ];
};

const drops = ['draft_order_lines', 'draft_orders', 'draft_customers', 'draft_warehouses'].map(
  (name) => `drop table if exists ${name}`,
);
const signal = new AbortController().signal;

for (const dialect of ['duckdb', 'postgres', 'mysql'] as const satisfies readonly TextDialect[]) {
  describe(`the draft of a model from ${dialect}`, function () {
    this.timeout(60_000);
    let executor: GovernedExecutor | undefined;
    let drafted: Drafted;
    const folder = mkdtempSync(join(tmpdir(), 'datamind-draft-'));
    const trail = createMemoryTrail();
    const ours = (name: string): boolean => name.startsWith('draft_');

    before(async function () {
      const engine = await startEngine(dialect);
      if (isMissing(engine)) {
        console.log(`  skipped: ${engine.missing}`);
        return this.skip();
      }
      await engine.admin(...drops, ...tables, ...rows());
      const { password, ...rest } = engine.config as { readonly password?: string };
      const config = { ...rest, ...(password !== undefined && { password: { $env: 'PASSWORD' } }) };
      const file = join(folder, 'plugins.config.json');
      writeFileSync(
        file,
        JSON.stringify({ plugins: [{ use: join(packageRoot(), engine.plugin), as: 'shop', config }] }),
      );
      const redact = createRedactor();
      executor = await openExecutor({
        plan: readPluginPlan(file, { PASSWORD: password }),
        log: createLogger({ level: 'silent', redact }),
        redact,
        settings: { timeoutMs: 20_000, maxBytes: 1e7 },
        trail,
      });
      drafted = await draftConnection({ executor, present: null, connection: 'shop', subject: localSubject, signal });
    });
    after(async () => {
      await executor?.stop();
      const engine = await startEngine(dialect);
      if (!isMissing(engine)) await engine.admin(...drops);
      rmSync(folder, { recursive: true, force: true });
    });

    it('compiles without an error', async () => {
      const { files, left } = drafted.draft;
      expect(left.filter((name) => name.includes('draft_'))).to.deep.equal([]);
      const { model, diagnostics } = await createModelCompiler().compile({ files, findings: [] });
      expect(diagnostics.filter(({ severity }) => severity === 'error')).to.deep.equal([]);
      expect(Object.keys(model!.entities).filter(ours).sort()).to.deep.equal([
        'draft_customers',
        'draft_order_lines',
        'draft_orders',
        'draft_warehouses',
      ]);
    });

    it('has keys and joins, with what speaks for them; what only looks like one is none', () => {
      const text = (name: string): string => drafted.draft.files.get(`entities/${name}.yaml`)!;
      expect(text('draft_customers')).to.include(
        '# Each of 40 rows has a value of its own in customer_id; the database declares no key.\nkey: customer_id',
      );
      expect(text('draft_orders')).to.include('# The primary key in the database.\nkey: id');
      expect(text('draft_orders')).to.include(
        '# Each of 40 different values of customer_id that were looked at is a customer_id of draft_customers, and the names fit; the database declares no foreign key.\n  customer: { to: draft_customers, on: customer_id }',
      );
      expect(text('draft_orders')).not.to.include('to: draft_warehouses');
      const lines = drafted.profile.tables.find(({ name }) => name === 'draft_order_lines')!;
      expect(lines.references).to.have.length(1);
      expect(lines.references[0]).to.include({ to_table: 'draft_orders' });
    });

    it('keeps few values whole, many in part, and none of people, keys and times', () => {
      const columns = Object.fromEntries(
        drafted.profile.tables
          .filter(({ name }) => ours(name))
          .flatMap((table) =>
            table.columns.map(({ name, strategy, values, distinct, personal }) => [
              `${table.name.slice(6)}.${name}`,
              [strategy, values.length, distinct, personal].join(' '),
            ]),
          ),
      );
      expect(columns).to.include({
        'customers.customer_id': 'skip 0 40 ',
        'customers.full_name': 'skip 0 40 name',
        'customers.email': 'skip 0 40 email',
        'customers.city': 'categorical 3 3 ',
        'orders.status': 'categorical 2 2 ',
        'orders.remark': 'vector 50 150 ',
        'orders.placed_at': 'skip 0 1 ',
        'orders.amount': 'skip 0 150 ',
      });
      const everything = JSON.stringify([drafted.profile, [...drafted.draft.files.values()]]);
      expect(everything).not.to.match(/Ada Adler|@example\.org/);
      expect(drafted.draft.files.get('entities/draft_customers.yaml')).to.match(
        /email: \{ type: string, pii: email \}/,
      );
    });

    it('was asked for by governed statements only, each in the trail', () => {
      const run = trail.entries().filter(({ intent }) => intent.action === 'statement.run');
      expect(run.length).to.be.greaterThan(8);
      expect(run.every(({ intent }) => intent.actor.user === 'local')).to.equal(true);
    });

    it('says no more than the policies of a model that is there', async () => {
      const present = await createModelCompiler().compile({
        files: new Map([
          [
            'model.yaml',
            `project: {name: shop, connection: shop}
---
entity: buyers
table: draft_customers
key: customer_id
dimensions: {town: {type: string, expr: city}, called: {type: string, expr: full_name, pii: name}}
---
policies:
  - {name: bonn, for: {users: [clara]}, on: buyers, rows: town = 'Bonn'}
`,
          ],
        ]),
        findings: [],
      });
      const subject = createSubject({ user: 'clara', roles: ['analyst'] });
      const { profile } = await draftConnection({
        ...{ executor: executor!, present: present.model!, connection: 'shop', subject, signal },
      });
      const customers = profile.tables.find(({ name }) => name === 'draft_customers')!;
      expect(customers.rows).to.equal(14);
      expect(customers.columns.find(({ name }) => name === 'city')!.values).to.deep.equal(['Bonn']);
    });
  });
}

/** Policies exported as statements of the database itself: they give the rows and columns that rewritten statements give. */
import { isLong } from '../property/part-of.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { printRelation } from '../../core/sql/print-statement.js';
import { createSubject } from '../../core/subject/subject.js';
import { compile } from '../../semantic/check/compiler.js';
import type { Model } from '../../semantic/model/model.js';
import { type NativeForm, type NativeOptions, type NativeTable, nativeDdl } from '../../semantic/policy/native-ddl.js';
import { permittedRelation } from '../../semantic/policy/permitted-relation.js';
import { freshSeed } from '../property/fresh-seed.js';
import { onlyTables } from '../semantic/policy/only-tables.js';
import { arbitraryPolicies } from './arbitrary-policies.js';
import { runProgram } from '../e2e/small-project.js';
import { Product } from './product.js';
import { SecurityDatabase } from './security-database.js';
import { createWorld, plainTables } from './world.js';

const policySets = isLong ? 300 : 25;
const seed = freshSeed();
const now = new Date('2026-01-01T12:00:00Z');
const role = 'Mia "the" reader';
const quoted = '"Mia ""the"" reader"';

const shapeOf = (policies: string) => ({
  name: 'random policies',
  policies,
  entities: '',
  attributes: { me: 2, regions: ['EU', "AP'AC", 'APAC'] },
  prepare: <T>(data: T): T => data,
  admits: () => true,
  shows: () => 'clear' as const,
});

const optionsOf = (form: NativeForm, dialect: NativeOptions['dialect'] = 'postgres'): NativeOptions => ({
  dialect,
  form,
  role,
  now,
  lineages: onlyTables,
});

describe('policies as statements of PostgreSQL', function () {
  this.timeout(isLong ? 3_600_000 : 120_000);
  let database: SecurityDatabase;
  before(async function () {
    const opened = await SecurityDatabase.open('postgres');
    if ('missing' in opened) {
      console.log(`    skipped: ${opened.missing}`);
      return this.skip();
    }
    database = opened;
    await database.write(plainTables);
    await database.engine.admin(
      `drop role if exists ${quoted}`,
      `create role ${quoted}`,
      `grant usage on schema public to ${quoted}`,
    );
  });
  after(async () => {
    await database?.engine.admin(
      'drop schema if exists "datamind_Mia ""the"" reader" cascade',
      `drop owned by ${quoted}`,
      `drop role ${quoted}`,
    );
    await database?.close();
  });

  const admin = (...statements: readonly string[]) => database.engine.admin(...statements);
  const asRole = async (sql: string): Promise<readonly string[] | 'denied'> => {
    try {
      const rows = await admin('begin', `set local role ${quoted}`, sql);
      return rows.map((row) => JSON.stringify(row)).sort();
    } catch (error) {
      expect((error as Error).message).to.match(/permission denied|does not exist/);
      return 'denied';
    } finally {
      await admin('rollback');
    }
  };

  const compareAll = async (model: Model, subject: ReturnType<typeof createSubject>, form: NativeForm) => {
    const { opening, tables, closing } = nativeDdl(model, subject, optionsOf(form));
    await admin(...opening, ...tables.flatMap(({ statements }) => statements), ...closing);
    const outcomes: NativeTable['outcome'][] = [];
    for (const { table, outcome } of tables) {
      const name = table.replace('public.', '');
      const from = form === 'rows' ? `public.${name}` : `"datamind_Mia ""the"" reader".${name}`;
      const permission = permittedRelation(model, { catalog: null, schema: 'public', table: name }, subject, {
        dialect: 'postgres',
        now,
        lineages: onlyTables,
        salt: null,
      });
      outcomes.push(outcome);
      expect(await asRole(`select 1 from public.${name}`), `${table} itself`)[
        outcome === 'open' && form === 'rows' ? 'not' : 'to'
      ].to.equal('denied');
      if (outcome !== 'open') {
        expect(await asRole(`select 1 from ${from}`), table).to.equal('denied');
        continue;
      }
      if (permission.kind === 'closed') throw new Error(`${table}: ${permission.message}`);
      const { text, parameters } = printRelation('postgres', permission.relation, 0);
      const expected = await database.run({ sql: text, parameters });
      if (expected.kind === 'error') throw new Error(`${expected.detail}\n${text}`);
      const columns = permission.columns.map((one) => `"${one.name}"::text`).join(', ');
      const own = await asRole(`select ${columns} from ${from}`);
      const wanted = await admin(
        `prepare wanted as select ${columns} from (${text}) as permitted`,
        `execute wanted${parameters.length === 0 ? '' : `(${parameters.map(({ value }) => (value === null ? 'null' : `'${String(value).replaceAll("'", "''")}'`)).join(', ')})`}`,
      ).finally(() => admin('deallocate wanted'));
      expect(own, `${table}\n${text}`).to.deep.equal(wanted.map((row) => JSON.stringify(row)).sort());
    }
    // What was left open by one set is closed by the next: each export begins with taking away.
    return outcomes;
  };

  for (const form of ['rows', 'views'] as const) {
    it(`give the same rows under random policies, as ${form}, seed ${seed}`, async () => {
      const count: Record<NativeTable['outcome'], number> = { open: 0, closed: 0, refused: 0 };
      for (const { policies } of fc.sample(arbitraryPolicies, { seed, numRuns: policySets })) {
        const { model, subject } = await createWorld('postgres', shapeOf(policies.map(({ yaml }) => yaml).join('')));
        for (const outcome of await compareAll(model, subject, form)) count[outcome] += 1;
      }
      console.log(`    seed ${seed}: ${policySets} sets, tables ${JSON.stringify(count)}`);
      expect(count.open).to.be.greaterThan(policySets);
      expect(form === 'views' ? count.refused : 0).to.equal(0);
    });
  }

  it('as the command line prints them', async () => {
    const policies = `
  - { name: own, for: everyone, on: customers, rows: region in subject.regions }
  - { name: pay, for: everyone, on: employees, columns: { salary: { mask: "null" } } }
`;
    const world = await createWorld('postgres', shapeOf(policies));
    const product = new Product(world, database.engine);
    const run = (...args: readonly string[]) =>
      runProgram(
        product.folder,
        ['policies', 'export', '--connection', 'shop', '--as', 'subject.json', '--role', role, ...args],
        { env: product.env },
      );
    try {
      const rows = await run('--dialect', 'postgres');
      expect([rows.code, rows.err]).to.deep.equal([
        1,
        'public.employees: Row policies show a column or do not, and these are masked: salary. Use --form views.\n',
      ]);
      await admin(rows.out);
      expect(await asRole('select id from public.employees')).to.equal('denied');
      const seen = await asRole('select distinct region from public.customers');
      expect(seen).to.deep.equal(['{"region":"APAC"}', '{"region":"EU"}']);
      const views = await run('--dialect', 'postgres', '--form', 'views');
      expect([views.code, views.err]).to.deep.equal([0, '']);
      await admin(views.out);
      expect(await asRole('select id from public.customers')).to.equal('denied');
      expect(await asRole('select distinct salary from "datamind_Mia ""the"" reader".employees')).to.deep.equal([
        '{"salary":null}',
      ]);
      const other = await run('--dialect', 'clickhouse');
      expect([other.code, other.out]).to.deep.equal([2, '']);
      expect(other.err).to.contain('The connection "shop" is of postgres, not of clickhouse.');
    } finally {
      product.remove();
    }
  });

  it('views mask, also by row, and leave out what is denied', async () => {
    const { model } = await createWorld(
      'postgres',
      shapeOf(`
  - { name: own, for: everyone, on: customers, rows: region = 'EU' }
  - { name: others, for: everyone, on: customers, rows: "true", columns: { email: { mask: email }, name: { mask: first 1 } } }
  - { name: pay, for: everyone, on: employees, columns: { salary: deny } }
`),
    );
    expect(await compareAll(model, createSubject({ user: 'x' }), 'views'))
      .to.include('open')
      .and.not.include('refused');
    expect(await asRole('select salary from "datamind_Mia ""the"" reader".employees')).to.equal('denied');
  });
});

describe('what no database can say by itself', () => {
  const reasonOf = (policy: string, form: NativeForm = 'rows', dialect: NativeOptions['dialect'] = 'postgres') => {
    const { model, diagnostics } = compile(
      new Map([
        [
          'x.yaml',
          `entity: people
table: public.people
key: id
joins: {boss: {to: people, on: boss_id}}
dimensions: {id: {type: number}, email: {type: string}, team: {type: string}}
---
policies: [${policy}]`,
        ],
      ]),
    );
    if (model === null) throw new Error(diagnostics[0]!.message);
    const subject = createSubject({ user: 'mia', attributes: { teams: ["it's", 'b\\'] } });
    const [table] = nativeDdl(model, subject, optionsOf(form, dialect)).tables;
    return table!;
  };
  const rows: readonly (readonly [string, string, NativeForm, NativeTable['outcome'], RegExp | null])[] = [
    [
      'a mask, as row policies',
      '{name: a, for: everyone, on: people, columns: {email: {mask: email}}}',
      'rows',
      'refused',
      /masked: email/,
    ],
    [
      'a mask, as a view',
      '{name: a, for: everyone, on: people, columns: {email: {mask: email}}}',
      'views',
      'open',
      null,
    ],
    [
      'a hash',
      '{name: a, for: everyone, on: people, columns: {email: {mask: hash}}}',
      'views',
      'refused',
      /key of the installation/,
    ],
    [
      'a join, as row policies',
      "{name: a, for: everyone, on: people, rows: boss.team = 'x'}",
      'rows',
      'refused',
      /reads other tables/,
    ],
    ['a join, as a view', "{name: a, for: everyone, on: people, rows: boss.team = 'x'}", 'views', 'open', null],
    [
      'a time',
      '{name: a, for: everyone, on: people, rows: "true", valid: {until: 2030-01-01}}',
      'rows',
      'refused',
      /begins or ends/,
    ],
    [
      'a time of a policy that is not yet',
      '{name: a, for: everyone, on: people, rows: "true", valid: {from: 2030-01-01}}',
      'views',
      'refused',
      /begins or ends/,
    ],
    [
      'an attribute that is missing',
      '{name: a, for: everyone, on: people, rows: team = subject.nothing}',
      'rows',
      'refused',
      /attribute "nothing"/,
    ],
    [
      'groups only',
      '{name: a, for: everyone, on: people, aggregate_only: {minimum_group: 5, of: id}}',
      'views',
      'closed',
      /groups/,
    ],
    ['a policy for others', '{name: a, for: {roles: [boss]}, on: people, rows: "true"}', 'rows', 'closed', /people/],
    ['a denied column', '{name: a, for: everyone, on: people, columns: {email: deny}}', 'rows', 'open', null],
  ];
  for (const dialect of ['postgres', 'clickhouse'] as const) {
    for (const [title, policy, form, outcome, reason] of rows) {
      it(`${title} on ${dialect}: ${outcome}`, () => {
        const found = reasonOf(policy, form, dialect);
        expect(found.outcome).to.equal(outcome);
        if (reason !== null) expect(found.reason).to.match(reason);
        expect(found.statements.some((text) => text.startsWith('REVOKE ALL'))).to.equal(true);
        if (outcome !== 'open') expect(found.statements.join('\n')).not.to.match(/GRANT|CREATE/);
      });
    }
  }

  it('values of attributes stand in it as constants, whatever is in them', () => {
    const policy = '{name: a, for: everyone, on: people, rows: team in subject.teams}';
    expect(reasonOf(policy).statements.join('\n')).to.contain(`USING (team IN ('it''s', 'b\\'))`);
    expect(reasonOf(policy, 'rows', 'clickhouse').statements.join('\n')).to.contain(
      `USING team IN ('it\\'s', 'b\\\\')`,
    );
  });
});

describe('policies as statements of ClickHouse', function () {
  this.timeout(120_000);
  // The engine of npm chdb keeps no users and no row policies: its parser reads them, and their conditions are run.
  it(`are read by its own parser, and their conditions give the same rows, seed ${seed}`, async function () {
    const database = await SecurityDatabase.open('clickhouse');
    if ('missing' in database) {
      console.log(`    skipped: ${database.missing}`);
      return this.skip();
    }
    try {
      await database.write(plainTables);
      const count = { compared: 0, read: 0 };
      for (const { policies } of fc.sample(arbitraryPolicies, { seed, numRuns: 8 })) {
        const { model, subject } = await createWorld('clickhouse', shapeOf(policies.map(({ yaml }) => yaml).join('')));
        for (const form of ['rows', 'views'] as const) {
          for (const { table, outcome, statements } of nativeDdl(model, subject, optionsOf(form, 'clickhouse'))
            .tables) {
            for (const text of statements) {
              const literal = text.replace(/;$/, '').replaceAll('\\', '\\\\').replaceAll("'", "\\'");
              await database.engine.admin(`select formatQuery('${literal}')`);
              count.read += 1;
            }
            if (outcome !== 'open') continue;
            const policy = statements.find((text) => text.includes('AS PERMISSIVE'));
            const view = statements.find((text) => text.startsWith('CREATE VIEW'));
            const [schema, name] = table.split('.') as [string, string];
            const permission = permittedRelation(model, { catalog: null, schema, table: name }, subject, {
              dialect: 'clickhouse',
              now,
              lineages: onlyTables,
              salt: null,
            });
            if (permission.kind === 'closed') throw new Error(permission.message);
            const { text, parameters } = printRelation('clickhouse', permission.relation, 0);
            const columns = permission.columns.map((one) => `\`${one.name}\``).join(', ');
            const native =
              view === undefined
                ? `select ${columns} from ${table} where ${/USING ([\s\S]*) AS PERMISSIVE/.exec(policy!)![1]}`
                : view.slice(view.indexOf('\n') + 1).replace(/;$/, '');
            const outcomes = await database.runAll([
              { sql: `select ${columns} from (${text}) as permitted order by all`, parameters },
              { sql: `select ${columns} from (${native}) as permitted order by all`, parameters: [] },
            ]);
            for (const one of outcomes) if (one?.kind === 'error') throw new Error(`${one.detail}\n${native}`);
            expect(outcomes[1], native).to.deep.equal(outcomes[0]);
            count.compared += 1;
          }
        }
      }
      console.log(`    ${JSON.stringify(count)}`);
      expect(count.compared).to.be.greaterThan(5);
    } finally {
      await database.close();
    }
  });
});

/** Views and whatever else shows a table's rows, on every engine: who may not see the table may not see them there either. */
import { expect } from 'chai';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';
import { createSubject } from '../../core/subject/subject.js';
import { compile } from '../../semantic/check/compiler.js';
import type { Model } from '../../semantic/model/model.js';
import { type Lineage, lineagesOf, unknownLineage } from '../../semantic/policy/lineage.js';
import { permittedRelation } from '../../semantic/policy/permitted-relation.js';
import { planForSubject } from '../../semantic/policy/plan-for-subject.js';
import { dialects } from '../engines/start-engine.js';
import { placeOf } from './place-of.js';
import { SecurityDatabase } from './security-database.js';

const now = new Date('2026-01-01T12:00:00Z');
const analyst = createSubject({ user: 'ana', roles: ['analyst'] });
const manager = createSubject({ user: 'max', roles: ['manager'] });

/** A relation that shows rows of `bn_orders`, its entity's source in YAML, and the statement that reads it. */
interface Way {
  readonly title: string;
  readonly source: string;
  /** Absent where no statement of the tests' reads it as it stands. */
  readonly reads?: string;
}

interface Setup {
  readonly made: readonly string[];
  readonly dropped: readonly string[];
  readonly ways: readonly Way[];
}

const tables = (suffix = ''): readonly string[] => [
  `CREATE TABLE bn_orders (id INTEGER, region VARCHAR(20), amount INTEGER)${suffix}`,
  "INSERT INTO bn_orders VALUES (1, 'EU', 10), (2, 'US', 20), (3, 'US', 30)",
  `CREATE TABLE bn_goods (id INTEGER, name VARCHAR(20))${suffix}`,
  "INSERT INTO bn_goods VALUES (1, 'tea'), (2, 'rum')",
];
const views = [
  'CREATE VIEW bn_report AS SELECT region, sum(amount) AS amount FROM bn_orders GROUP BY region',
  'CREATE VIEW bn_nested AS SELECT r.region FROM bn_report AS r WHERE r.amount > 0',
  'CREATE VIEW bn_common AS WITH t AS (SELECT region FROM bn_orders) SELECT t.region FROM t CROSS JOIN bn_goods AS g',
  'CREATE VIEW bn_both AS SELECT region FROM bn_orders UNION ALL SELECT name FROM bn_goods',
  'CREATE VIEW bn_inner AS SELECT g.id, (SELECT max(o.region) FROM bn_orders AS o) AS region FROM bn_goods AS g',
  "CREATE VIEW bn_shelf AS SELECT id, name FROM bn_goods WHERE name LIKE 't%'",
];
const dropped = ['bn_shelf', 'bn_both', 'bn_inner', 'bn_common', 'bn_nested', 'bn_report'].map(
  (name) => `DROP VIEW ${name}`,
);
const droppedTables = ['DROP TABLE bn_orders', 'DROP TABLE bn_goods'];

const way = (name: string, title = name): Way => ({
  title,
  source: `table: ${name}`,
  reads: `SELECT count(*) FROM ${name}`,
});
const common: readonly Way[] = [
  way('bn_report', 'a view'),
  way('bn_nested', 'a view of a view'),
  way('bn_common', 'a common table in a view'),
  way('bn_inner', 'a subquery in a view'),
  way('bn_both', 'a view of two tables'),
  { title: 'a query over a view', source: 'sql: select region from bn_nested' },
  { title: 'a query with the view in a subquery', source: 'sql: select region from (select * from bn_report) as r' },
];

const setups: Readonly<Record<TextDialect, Setup>> = {
  duckdb: {
    made: [
      ...tables(),
      ...views,
      'CREATE MACRO bn_macro() AS TABLE SELECT region FROM bn_orders',
      'CREATE VIEW bn_by_macro AS SELECT region FROM bn_macro()',
      'CREATE MACRO bn_most() AS (SELECT max(region) FROM bn_orders)',
      'CREATE VIEW bn_by_scalar AS SELECT bn_most() AS region FROM bn_goods',
      "CREATE VIEW bn_by_name AS SELECT region FROM query_table('bn_orders')",
      'CREATE VIEW "bn odd" AS SELECT "region" FROM "main"."bn_orders"',
    ],
    dropped: [
      ...['bn_by_macro', 'bn_by_scalar', 'bn_by_name', '"bn odd"'].map((name) => `DROP VIEW ${name}`),
      'DROP MACRO TABLE bn_macro',
      'DROP MACRO bn_most',
      ...dropped,
      ...droppedTables,
    ],
    ways: [
      way('bn_by_macro', 'a view of a macro'),
      way('bn_by_scalar', 'a view that calls a macro'),
      way('bn_by_name', 'a view of a table by its name'),
      { ...way('"bn odd"', 'a view with an odd name'), source: `table: '"bn odd"'` },
      way('test.bn_report', 'a view by its catalogue'),
      way('test.main.bn_report', 'a view by its full name'),
      way('MAIN.BN_REPORT', 'a view in other letters'),
    ],
  },
  sqlite: {
    made: [
      ...tables(),
      ...views,
      "CREATE VIRTUAL TABLE bn_words USING fts5(region, content='bn_orders', content_rowid='id')",
      "INSERT INTO bn_words(bn_words) VALUES ('rebuild')",
      "CREATE VIRTUAL TABLE bn_terms USING fts5vocab('bn_words', 'row')",
      'CREATE VIEW "bn odd" (a) AS -- of orders\n SELECT [region] FROM `bn_orders`',
      'CREATE VIEW bn_noted AS SELECT region /* of */ FROM bn_orders',
    ],
    dropped: [
      ...['"bn odd"', 'bn_noted'].map((name) => `DROP VIEW ${name}`),
      'DROP TABLE bn_terms',
      'DROP TABLE bn_words',
      ...dropped,
      ...droppedTables,
    ],
    ways: [
      way('bn_words', 'a virtual table over a table'),
      way('bn_terms', 'a virtual table over a virtual table'),
      way('bn_words_data', 'a shadow table'),
      { ...way('"bn odd"', 'a view with an odd name'), source: `table: '"bn odd"'` },
      way('bn_noted', 'a view with a comment'),
      way('main.bn_report', 'a view by its full name'),
      way('BN_REPORT', 'a view in other letters'),
    ],
  },
  postgres: {
    made: [
      ...tables(),
      ...views,
      'CREATE MATERIALIZED VIEW bn_stored AS SELECT region FROM bn_orders',
      'CREATE TABLE bn_heir () INHERITS (bn_orders)',
      "INSERT INTO bn_heir VALUES (4, 'US', 40)",
      'CREATE FUNCTION bn_all() RETURNS SETOF bn_orders LANGUAGE sql AS $$ SELECT * FROM bn_orders $$',
      'CREATE VIEW bn_by_function AS SELECT region FROM bn_all()',
      'CREATE FUNCTION bn_most(integer) RETURNS varchar LANGUAGE sql AS $$ SELECT max(region) FROM bn_orders $$',
      'CREATE OPERATOR |@| (RIGHTARG = integer, FUNCTION = bn_most)',
      'CREATE VIEW bn_by_operator AS SELECT (|@| id) AS region FROM bn_goods',
      "CREATE VIEW bn_by_text AS SELECT query_to_xml('SELECT region FROM bn_orders', true, true, '')::text AS region",
      'GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC',
    ],
    dropped: [
      ...['bn_by_text', 'bn_by_operator', 'bn_by_function'].map((name) => `DROP VIEW ${name}`),
      'DROP OPERATOR |@| (NONE, integer)',
      'DROP FUNCTION bn_most(integer)',
      'DROP FUNCTION bn_all()',
      'DROP TABLE bn_heir',
      'DROP MATERIALIZED VIEW bn_stored',
      ...dropped,
      ...droppedTables,
    ],
    ways: [
      way('bn_stored', 'a materialised view'),
      way('bn_heir', 'a table that inherits'),
      way('bn_by_function', 'a view of a function'),
      way('bn_by_operator', 'a view with an operator of its own'),
      way('bn_by_text', 'a view that reads what a text says'),
      way('public.bn_report', 'a view by its full name'),
    ],
  },
  mysql: {
    made: [
      ...tables(),
      ...views,
      'CREATE FUNCTION bn_most() RETURNS varchar(20) DETERMINISTIC READS SQL DATA RETURN (SELECT max(region) FROM bn_orders)',
      'CREATE VIEW bn_by_function AS SELECT bn_most() AS region FROM bn_goods',
      'CREATE TABLE bn_part (id INTEGER, region VARCHAR(20)) ENGINE = MyISAM',
      "INSERT INTO bn_part VALUES (1, 'US')",
      'CREATE TABLE bn_merged (id INTEGER, region VARCHAR(20)) ENGINE = MERGE UNION = (bn_part)',
    ],
    dropped: [
      'DROP TABLE bn_merged',
      'DROP TABLE bn_part',
      'DROP VIEW bn_by_function',
      'DROP FUNCTION bn_most',
      ...dropped,
      ...droppedTables,
    ],
    ways: [
      way('bn_by_function', 'a view that calls a function'),
      way('bn_merged', 'a table that merges others'),
      way('shop.bn_report', 'a view by its full name'),
    ],
  },
  clickhouse: {
    made: [
      ...tables(' ENGINE = MergeTree ORDER BY id'),
      ...views,
      'CREATE MATERIALIZED VIEW bn_kept ENGINE = MergeTree ORDER BY region POPULATE AS SELECT region FROM bn_orders',
      'CREATE TABLE bn_target (region VARCHAR(20)) ENGINE = MergeTree ORDER BY region',
      'CREATE MATERIALIZED VIEW bn_filling TO bn_target AS SELECT region FROM bn_orders',
      "INSERT INTO bn_orders VALUES (4, 'US', 40)",
      "CREATE TABLE bn_merged AS bn_orders ENGINE = Merge(currentDatabase(), '^bn_ord')",
      'CREATE TABLE bn_buffer AS bn_orders ENGINE = Buffer(currentDatabase(), bn_orders, 1, 10, 100, 10000, 1000000, 10000000, 100000000)',
      "CREATE VIEW bn_by_function AS SELECT region FROM merge(currentDatabase(), '^bn_ord')",
    ],
    dropped: [
      ...['bn_by_function', 'bn_buffer', 'bn_merged', 'bn_filling', 'bn_target', 'bn_kept'].map(
        (name) => `DROP TABLE ${name}`,
      ),
      ...dropped,
      ...droppedTables,
    ],
    ways: [
      way('bn_kept', 'a materialised view'),
      way('bn_filling', 'a materialised view that fills a table'),
      way('bn_target', 'the table that it fills'),
      way('bn_merged', 'a table of tables'),
      way('bn_buffer', 'a buffer before a table'),
      way('bn_by_function', 'a view of a table function'),
    ],
  },
};

const modelOf = (source: string, more = '', policies = '', orders = 'bn_orders'): Model => {
  const { model, diagnostics } = compile(
    new Map([
      [
        'model.yaml',
        `entity: orders
table: ${orders}
key: id
dimensions: {id: {type: number}, region: {type: string}}
measures: {order_count: {count: "*"}}
---
entity: shown
${source}
${more}
dimensions: {region: {type: string}}
measures: {shown_count: {count: "*"}}
---
entity: goods
table: bn_goods
dimensions: {name: {type: string}}
measures: {goods_count: {count: "*"}}
---
entity: shelf
table: bn_shelf
dimensions: {name: {type: string}}
measures: {shelf_count: {count: "*"}}
---
policies:
  - {name: own, for: {roles: [analyst]}, on: orders, rows: region = 'EU'}
  - {name: all, for: {roles: [manager]}, on: orders, rows: "true"}
${policies}`,
      ],
    ]),
  );
  if (model === null) throw new Error(JSON.stringify(diagnostics));
  return model;
};

for (const dialect of dialects) {
  describe(`what lies beneath on ${dialect}`, function () {
    this.timeout(120_000);
    const { made, dropped: gone, ways } = setups[dialect];
    let database: SecurityDatabase;
    let lineage: Lineage;
    before(async function () {
      const opened = await SecurityDatabase.open(dialect);
      if ('missing' in opened) {
        console.log(`    skipped on ${dialect}: ${opened.missing}`);
        return this.skip();
      }
      database = opened;
      await database.set(...made);
      lineage = await database.lineage();
    });
    after(() => database?.set(...gone));

    /** `open`, or the code with which a planned query is refused. */
    const ask = (model: Model, metric: string, subject = analyst, known = lineage): string => {
      const options = { dialect, now, lineages: lineagesOf(known), features: { timeZones: true } };
      try {
        planForSubject(model, { metrics: [metric] }, subject, options);
        return 'open';
      } catch (error) {
        if (error instanceof DataMindError) return error.code;
        throw error;
      }
    };
    const closed = /^(VIEW_CLOSED|UNKNOWN_MEMBER)$/;

    for (const { title, source, reads } of [...common, ...ways]) {
      it(`${title} shows hidden rows, and is closed`, async () => {
        if (reads !== undefined) {
          const outcome = await database.run({ sql: reads, parameters: [] });
          expect(outcome, reads).to.deep.include({ kind: 'rows' });
        }
        const model = modelOf(source);
        expect([ask(model, 'shown_count', manager), ask(model, 'order_count')]).to.deep.equal(['open', 'open']);
        expect(ask(model, 'shown_count')).to.match(closed);
        expect(ask(modelOf(source, 'beneath: []'), 'shown_count')).to.equal('open');
        expect(ask(modelOf(source, 'beneath: [orders]'), 'shown_count')).to.match(closed);
        const policy = '  - {name: shown_to_all, for: everyone, on: shown, rows: "true"}\n';
        expect(ask(modelOf(source, '', policy), 'shown_count')).to.equal('open');
        const { from } = model.entities.shown!;
        if (from.kind !== 'table') return;
        const permission = permittedRelation(model, from, analyst, { dialect, now, lineages: lineagesOf(lineage) });
        expect(permission).to.deep.include({ kind: 'closed', code: 'VIEW_CLOSED' });
      });
    }

    it('what views of plain SQL read is known', () => {
      for (const { source } of common)
        expect(lineage.storesOf(modelOf(source).entities.shown!.from), source).not.to.equal(null);
    });

    const spellings: Readonly<Record<TextDialect, readonly string[]>> = {
      duckdb: [
        'main.bn_orders',
        'test.bn_orders',
        'test.main.bn_orders',
        'BN_Orders',
        'TEST.MAIN.bn_orders',
        `'"bn_orders"'`,
      ],
      sqlite: ['main.bn_orders', 'BN_Orders', `'"BN_ORDERS"'`, 'MAIN.bn_orders'],
      postgres: ['public.bn_orders', `'"bn_orders"'`],
      mysql: ['shop.bn_orders', `'"bn_orders"'`],
      clickhouse: ['datamind.bn_orders', `'"bn_orders"'`],
    };
    for (const spelling of spellings[dialect]) {
      it(`the table is one under each of its names: ${spelling}`, async () => {
        const policy = '  - {name: shown_to_all, for: everyone, on: shown, rows: "true"}\n';
        for (const policies of ['', policy]) {
          const model = modelOf(`table: ${spelling}`, '', policies, `${placeOf[dialect].schema}.bn_orders`);
          const options = { dialect, now, lineages: lineagesOf(lineage), features: { timeZones: true } };
          const { text, parameters } = planForSubject(model, { metrics: ['shown_count'] }, analyst, options);
          const outcome = await database.run({ sql: text, parameters });
          expect(outcome, text).to.deep.include({ kind: 'rows' });
          if (outcome.kind === 'rows') expect(Number(JSON.parse(outcome.rows[0]!)[0])).to.equal(1);
        }
      });
    }

    it('what has nothing to do with it stays open, also a view', () => {
      const model = modelOf('table: bn_report');
      expect([ask(model, 'goods_count'), ask(model, 'shelf_count')]).to.deep.equal(['open', 'open']);
    });

    it('a policy on a view reaches the table and the other views of it', () => {
      const policies = "  - {name: tea, for: {roles: [analyst]}, on: shelf, rows: name = 'tea'}\n";
      const model = modelOf('table: bn_common', '', policies);
      expect([ask(model, 'shelf_count'), ask(model, 'goods_count'), ask(model, 'shown_count')]).to.deep.equal([
        'open',
        'VIEW_CLOSED',
        'VIEW_CLOSED',
      ]);
    });

    it('where the database tells nothing, what no policy is on is closed to whom any policy cuts', () => {
      const model = modelOf('table: bn_report');
      const answers = (subject: typeof analyst) =>
        ['order_count', 'goods_count', 'shown_count'].map((metric) => ask(model, metric, subject, unknownLineage));
      expect(answers(analyst)).to.deep.equal(['open', 'VIEW_CLOSED', 'VIEW_CLOSED']);
      expect(answers(manager)).to.deep.equal(['open', 'open', 'open']);
    });
  });
}

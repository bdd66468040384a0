/** What is expected of a planned statement: each entity that it reads, as the subject is permitted it, and nothing more. */
import { expect } from 'chai';
import { judge } from '../../core/firewall/judge.js';
import { plannedLimits } from '../../core/firewall/limits.js';
import type { FirewallRule } from '../../core/firewall/verdict.js';
import type { Connector } from '../../core/plugin/contract.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';
import { loadQueryParser } from '../../core/sql/parse-query.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import type { ExpectedPlan } from '../../src/pipeline/expect-plan.js';
import { planQuery } from '../../src/pipeline/plan-query.js';
import { secondOpinion } from '../../src/pipeline/second-opinion.js';
import { SecurityDatabase } from '../security/security-database.js';
import { shopWith, someone } from '../semantic/policy/guarded-shop.js';
import { onlyTables } from '../semantic/policy/only-tables.js';

const german = "{name: german, for: everyone, on: customers, rows: region.country = 'DE'}";
const mine = '{name: mine, for: everyone, on: customers, rows: name = subject.me}';
const paid = "{name: paid, for: everyone, on: orders, rows: status = 'paid'}";
const masked = '{name: masked, for: everyone, on: customers, columns: {email: {mask: null}}}';
const grouped = '{name: grouped, for: everyone, on: staff, aggregate_only: {minimum_group: 2, of: staff_id}}';
const team = "{name: team, for: {users: [ada]}, on: staff, rows: team = 'a'}";
const recent = `
  recent:
    sql: select order_id, status from orders where order_id > 11
    key: order_id
    dimensions: {order_id: {type: number}, status: {type: string}}
    measures: {recent_count: {count: "*"}}
metrics:`;

interface Case {
  readonly title: string;
  readonly policies: readonly string[];
  readonly query: SemanticQuery;
  /** Tables of the expected relations, tables that may stand bare, and how many relations the statement holds. */
  readonly expected: readonly string[];
  readonly bare: readonly string[];
  readonly put: number;
}

const cases: readonly Case[] = [
  {
    title: 'no policy',
    policies: [],
    query: { metrics: ['customer_count'] },
    expected: [],
    bare: ['customers'],
    put: 0,
  },
  {
    title: 'rows',
    policies: [german],
    query: { metrics: ['customer_count'] },
    expected: ['customers'],
    bare: [],
    put: 1,
  },
  {
    title: 'rows, and a number in a condition',
    policies: [paid],
    query: { dimensions: ['orders.status'], filters: { member: 'orders.order_id', op: 'gt', values: [3] } },
    expected: ['orders'],
    bare: [],
    put: 1,
  },
  {
    title: 'a mask',
    policies: [masked],
    query: { dimensions: ['customers.email'] },
    expected: ['customers'],
    bare: [],
    put: 1,
  },
  {
    title: 'one table of two',
    policies: [german],
    query: { metrics: ['revenue'], dimensions: ['customers.name'] },
    expected: ['customers'],
    bare: ['orders'],
    put: 1,
  },
  {
    title: 'both tables',
    policies: [german, paid],
    query: { metrics: ['revenue'], dimensions: ['customers.name'] },
    expected: ['customers', 'orders'],
    bare: [],
    put: 2,
  },
  {
    title: 'a table that is read twice',
    policies: [paid],
    query: { metrics: ['revenue', 'customer_count'], dimensions: ['customers.name'] },
    expected: ['orders'],
    bare: ['customers'],
    put: 1,
  },
  {
    title: 'groups',
    policies: [grouped],
    query: { metrics: ['payroll'], dimensions: ['staff.team'] },
    expected: [],
    bare: ['staff'],
    put: 0,
  },
  {
    title: 'a query of the model',
    policies: [],
    query: { metrics: ['recent_count'] },
    expected: ['recent'],
    bare: [],
    put: 0,
  },
];

const subject = someone({ attributes: { me: 'Ada' } });
const moment = { now: Date.parse('2026-06-15T12:00:00Z'), salt: null, lineages: onlyTables };
const modelOf = (policies: readonly string[]): Model =>
  shopWith(policies.length === 0 ? '' : `policies:\n${policies.map((line) => `  - ${line}`).join('\n')}\n`, (yaml) =>
    yaml.replace('\nmetrics:', recent),
  );
type Asked = TextDialect;
const plan = (
  dialect: Asked,
  policies: readonly string[],
  query: SemanticQuery,
  who: Subject = subject,
): ExpectedPlan =>
  planQuery(modelOf(policies), query, who, { dialect, capabilities: { timeZones: true } }, moment).statement;
const ruleOf = (dialect: Asked, { policing: _, ...statement }: ExpectedPlan): FirewallRule | 'allow' => {
  const verdict = judge({ dialect, ...statement, limits: plannedLimits });
  return verdict.verdict === 'allow' ? 'allow' : verdict.rule;
};
/** Those that the database itself is asked on. */
const connectors = new Map<Asked, Connector>();
const opinionOf = (dialect: Asked, { policing }: ExpectedPlan) =>
  secondOpinion(dialect, policing, connectors.get(dialect)!, AbortSignal.timeout(5_000));

describe('what is expected of a planned statement', () => {
  before(loadQueryParser);

  for (const dialect of ['postgres', 'sqlite', 'mysql', 'duckdb', 'clickhouse'] as const)
    describe(dialect, () => {
      let database: SecurityDatabase | null = null;
      before(async function () {
        if (dialect !== 'duckdb' && dialect !== 'clickhouse') return;
        this.timeout(60_000);
        const opened = await SecurityDatabase.open(dialect);
        if ('missing' in opened) {
          console.log(`    skipped on ${dialect}: ${opened.missing}`);
          return this.skip();
        }
        database = opened;
        connectors.set(dialect, await opened.connector());
      });
      after(() => database?.close());

      for (const { title, policies, query, expected, bare, put } of cases)
        it(title, async () => {
          const made = plan(dialect, policies, query);
          expect(made.expected.map(({ table }) => table).sort()).to.deep.equal(expected);
          expect(made.bare.map(({ table }) => table)).to.deep.equal(bare);
          expect(made.policing.relations).to.have.length(put);
          expect(made.policing.text).to.equal(made.text);
          // The original is the statement over the bare tables.
          for (const { text } of made.policing.relations)
            expect(made.policing.original).to.not.include(text.split('\n').at(-1));
          expect(ruleOf(dialect, made)).to.equal('allow');
          const opinion = await opinionOf(dialect, made);
          expect(opinion?.agrees ?? true).to.equal(true);
          // Each of them is needed.
          for (const gone of made.expected)
            expect(ruleOf(dialect, { ...made, expected: made.expected.filter((one) => one !== gone) })).to.equal(
              'table_outside',
            );
          for (const gone of made.bare)
            expect(ruleOf(dialect, { ...made, bare: made.bare.filter((one) => one !== gone) })).to.equal(
              'table_outside',
            );
        });

      it('another subject’s values are others', async () => {
        const query = { metrics: ['customer_count'] };
        const [ada, bob] = ['Ada', 'Bob'].map((me) => plan(dialect, [mine], query, someone({ attributes: { me } })));
        expect(ada!.text).to.equal(bob!.text);
        expect(ruleOf(dialect, { ...ada!, expected: bob!.expected })).to.equal('table_outside');
        expect(ruleOf(dialect, { ...ada!, parameters: bob!.parameters })).to.equal('table_outside');
      });

      it('the statement before its policies is none', async () => {
        const query = { metrics: ['revenue'], dimensions: ['customers.name'] };
        const made = plan(dialect, [german, paid], query);
        expect(ruleOf(dialect, { ...made, text: made.policing.original })).to.equal('table_outside');
        if (dialect === 'mysql') return;
        const policing = { ...made.policing, text: made.policing.original };
        expect(await opinionOf(dialect, { ...made, policing })).to.include({ agrees: false });
      });

      it('beside everyone, both sides are expected, and neither in the place of the other', () => {
        const query = { metrics: ['payroll'] };
        const both = plan(dialect, [grouped, team], { ...query, beside: 'everyone' });
        expect(both.expected.map(({ table }) => table)).to.deep.equal(['staff', 'staff']);
        expect(both.policing.relations.length).to.be.at.least(2);
        expect(new Set(both.expected.map(({ text }) => text)).size).to.equal(2);
        expect(ruleOf(dialect, both)).to.equal('allow');
        const own = plan(dialect, [grouped, team], query);
        expect(own.expected).to.have.length(1);
        expect(ruleOf(dialect, { ...both, expected: own.expected })).to.equal('table_outside');
      });
    });
});

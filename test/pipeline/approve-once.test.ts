/** A planned query with another value in its filter takes the firewall's verdict over; another policy's value never does. */
import { expect } from 'chai';
import { createFirewall, type Firewall } from '../../core/firewall/create-firewall.js';
import type { ApprovedStatement, Connector } from '../../core/plugin/contract.js';
import { createSubject, type Subject } from '../../core/subject/subject.js';
import { compile } from '../../semantic/check/compiler.js';
import { createQueryPreparer } from '../../src/pipeline/prepare-query.js';
import { createReach } from '../../src/pipeline/reach.js';
import { onlyTables } from '../semantic/policy/only-tables.js';

const { model } = compile(
  new Map([
    [
      'shop.yaml',
      `project: {name: shop, connection: shop}
---
entity: orders
table: shop.orders
key: id
dimensions: {id: {type: number}, region: {type: number}, status: {type: string}}
measures: {order_count: {count: "*"}}
---
policies: [{name: own, for: everyone, on: orders, rows: region in subject.regions}]`,
    ],
  ]),
);
const of = (...regions: number[]): Subject => createSubject({ user: 'ada', attributes: { regions } });

describe('an approval of a planned query', () => {
  let judged = 0;
  let statements: ApprovedStatement[] = [];
  const inner = createFirewall();
  const firewall: Firewall = {
    ...inner,
    admit: (...args) => {
      judged += 1;
      return inner.admit(...args);
    },
  };
  const connector = { dialect: 'mysql', capabilities: { timeZones: true } } as unknown as Connector;
  const prepare = createQueryPreparer({
    reachOf: createReach({
      configured: { connectors: new Map([['shop', connector]]), defaultConnection: 'shop', statuses: () => [] },
    }),
    firewall,
    now: Date.now,
    salt: null,
    keep: (_, { statement }) => statements.push(statement),
    lineages: { read: async () => onlyTables },
  });
  const ask = async (
    subject: Subject,
    op: 'eq' | 'in',
    ...values: (string | number)[]
  ): Promise<readonly unknown[]> => {
    const member = typeof values[0] === 'number' ? 'orders.id' : 'orders.status';
    await prepare({ model: model!, subject, query: { metrics: ['order_count'], filters: { member, op, values } } });
    const statement = statements.at(-1)!;
    expect(inner.isApproved(statement)).to.equal(true);
    return statement.parameters.map(({ value }) => value);
  };
  beforeEach(() => {
    judged = 0;
    statements = [];
  });

  it('holds for every value of its filters, and binds them', async () => {
    for (const status of ['paid', 'open', "it's", '%']) {
      expect(await ask(of(1, 2), 'eq', status)).to.include.members([1, 2, status]);
    }
    expect(judged).to.equal(1);
  });

  it("is made anew for other values of a policy, another shape, and a filter's value that is the policy's", async () => {
    await ask(of(11), 'eq', 100);
    await ask(of(11), 'eq', 101);
    expect(judged).to.equal(1);
    expect(await ask(of(12), 'eq', 100)).to.deep.equal([12, 100]);
    expect(judged).to.equal(2);
    await ask(of(12), 'in', 100, 101);
    expect(judged).to.equal(3);
    expect(await ask(of(11), 'eq', 11)).to.deep.equal([11, 11]);
    expect(await ask(of(11), 'eq', 12)).to.deep.equal([11, 12]);
  });
});

/** Whatever was asked before, each answer is what it would be alone. */
import { expect } from 'chai';
import { shopWith, someone } from '../semantic/policy/guarded-shop.js';
import { type Asked, Pipeline, type Told } from './pipeline.js';

const model = shopWith(`policies:
  - {name: countries, for: {roles: [analyst]}, on: customers, rows: region.country in (subject.countries)}
  - {name: all, for: {roles: [boss]}, on: customers, rows: "true"}
  - {name: marked, for: {roles: [clerk]}, on: customers, columns: {name: {mask: {expr: "left(name, 1) || subject.mark"}}}}
  - {name: paid, for: {roles: [analyst]}, on: orders, rows: status = 'paid'}
  - {name: every_order, for: {roles: [boss, clerk]}, on: orders, rows: "true"}
  - {name: groups, for: {roles: [lead]}, on: staff, aggregate_only: {minimum_group: 2, of: staff_id}}
  - {name: own_team, for: {roles: [lead]}, on: staff, rows: team = 'a'}
`);
/** Another entity on the table of the customers, which alone says where it lives. */
const besides = (policy: string) =>
  shopWith(`policies:\n  - ${policy}\n`, (yaml) =>
    yaml.replace(
      '\nmetrics:',
      `
  contacts:
    table: customers
    connection: main
    key: customer_id
    dimensions: {customer_id: {type: number}, name: {type: string}}
metrics:`,
    ),
  );
const closed = shopWith('', (yaml) =>
  yaml
    .replace('{country: {type: string}}', '{country: {type: string, description: other}}')
    .replace('budget > 250', 'budget > 300'),
);
/** An entity that is a query. */
const authored = shopWith('', (yaml) =>
  yaml.replace(
    '\nmetrics:',
    `
  recent:
    sql: select order_id from orders where order_id > 11
    key: order_id
    measures: {recent_count: {count: "*"}}
metrics:`,
  ),
);
const lead = someone({ user: 'lea', roles: ['lead'] });
const boss = someone({ user: 'bea', roles: ['boss'] });
const german = someone({ user: 'ann', roles: ['analyst'], attributes: { countries: ['DE'] } });
const french = someone({ user: 'ann', roles: ['analyst'], attributes: { countries: ['FR'] } });
const nowhere = someone({ user: 'ann', roles: ['analyst'], attributes: { countries: [] } });
const starred = someone({ user: 'cem', roles: ['clerk'], attributes: { mark: '*' } });
const dashed = someone({ user: 'cem', roles: ['clerk'], attributes: { mark: '-' } });

const names = 'SELECT name FROM customers ORDER BY customer_id';
const list = 'VALUES (1), (2), (3)';
const count = { metrics: ['customer_count'] };
const ordersThat = (status: string) => ({
  metrics: ['order_count'],
  filters: { member: 'orders.status', op: 'eq' as const, values: [status] },
});

/** What is asked, and the rows that come; `cut` where there are more. */
const rows: readonly (readonly [
  title: string,
  asked: Omit<Asked, 'model'> & Partial<Pick<Asked, 'model'>>,
  told: readonly unknown[] | string,
  cut?: true,
])[] = [
  ['all names', { subject: boss, sql: names }, ['Ada', 'Bob', 'Cleo', 'Dan', 'Eve']],
  ['all names of the archive', { subject: boss, sql: names, connection: 'archive' }, ['Ada', 'Bob']],
  ['the first two', { subject: boss, sql: names, limit: 2 }, ['Ada', 'Bob'], true],
  ['the first three', { subject: boss, sql: names, limit: 3 }, ['Ada', 'Bob', 'Cleo'], true],
  ['names in Germany', { subject: german, sql: names }, ['Ada', 'Bob']],
  ['names in France', { subject: french, sql: names }, ['Cleo']],
  ['names nowhere', { subject: nowhere, sql: names }, []],
  ['names with a star', { subject: starred, sql: names }, ['A*', 'B*', 'C*', 'D*', 'E*']],
  ['names with a dash', { subject: dashed, sql: names }, ['A-', 'B-', 'C-', 'D-', 'E-']],
  ['names without an attribute', { subject: someone({ roles: ['analyst'] }), sql: names }, 'ATTRIBUTE_MISSING'],
  ['names for a stranger', { subject: someone({ user: 'ann' }), sql: names }, 'TABLE_CLOSED'],
  ['the same columns in another order', { subject: boss, sql: `${names} DESC` }, ['Eve', 'Dan', 'Cleo', 'Bob', 'Ada']],
  ['a list that takes no LIMIT', { subject: boss, sql: list }, [1, 2, 3]],
  ['one of it', { subject: boss, sql: list, limit: 1 }, [1], true],
  ['two of it', { subject: boss, sql: list, limit: 2 }, [1, 2], true],
  ['all of it, exactly', { subject: boss, sql: list, limit: 3 }, [1, 2, 3]],
  ['a LIMIT of its own', { subject: boss, sql: `${names} LIMIT 1` }, ['Ada']],
  ['a LIMIT with an OFFSET', { subject: boss, sql: `${names} LIMIT 1, 2` }, ['Bob', 'Cleo']],
  ['a LIMIT behind a large OFFSET', { subject: boss, sql: `${names} LIMIT 200, 2`, limit: 3 }, []],
  ['how many', { subject: boss, query: count }, [5]],
  ['how many in the archive', { subject: boss, query: count, connection: 'archive' }, [2]],
  ['how many in Germany', { subject: german, query: count }, [2]],
  ['how many in France', { subject: french, query: count }, [1]],
  ['orders that are paid', { subject: boss, query: ordersThat('paid') }, [4]],
  ['orders that are open', { subject: boss, query: ordersThat('open') }, [2]],
  ['orders that are neither', { subject: boss, query: ordersThat('lost') }, [0]],
  ['orders that are open, of who may see paid ones', { subject: german, query: ordersThat('open') }, [0]],
  ['orders that are paid in the archive', { subject: boss, query: ordersThat('paid'), connection: 'archive' }, [1]],
  [
    'another model without policies',
    { model: closed, subject: someone({ user: 'ann' }), sql: names },
    ['Ada', 'Bob', 'Cleo', 'Dan', 'Eve'],
  ],
  ['a team', { subject: lead, query: { metrics: ['payroll'] } }, [330]],
  ['a team beside everyone', { subject: lead, query: { metrics: ['payroll'], beside: 'everyone' } }, [[330, 750]]],
  ['members of a team', { subject: lead, query: { dimensions: ['staff.staff_id'] } }, [1, 2, 3]],
  [
    'a table of two entities, of which the one without a connection is narrowed',
    { model: besides('{name: a, for: everyone, on: customers, rows: customer_id < 3}'), subject: boss, sql: names },
    ['Ada', 'Bob'],
  ],
  [
    'a table of two entities, of which the one with a connection is narrowed',
    { model: besides('{name: a, for: everyone, on: contacts, rows: customer_id > 3}'), subject: boss, sql: names },
    ['Dan', 'Eve'],
  ],
  ['a query of the model', { model: authored, subject: boss, query: { metrics: ['recent_count'] } }, [4]],
  ['another workspace', { subject: someone({ user: 'bea', roles: ['boss'], workspace: 'w2' }), query: count }, [5]],
];

describe('answers one after another', function () {
  this.timeout(60_000);
  let pipeline: Pipeline;
  before(async () => {
    pipeline = await Pipeline.open();
  });
  after(() => pipeline.close());

  const tell = async (asked: Asked): Promise<(Pick<Told, 'truncated'> & { readonly all: unknown }) | string> => {
    try {
      const { rows: told, results, truncated } = await pipeline.ask(asked);
      return { all: told?.map((row) => (row.length === 1 ? row[0] : row)) ?? results, truncated };
    } catch (error) {
      return String((error as { readonly code?: unknown }).code ?? error);
    }
  };

  // Forwards and back, each comes once behind each.
  for (const [round, order] of [
    ['at first', rows],
    ['then backwards', [...rows].reverse()],
    ['and again', rows],
  ] as const)
    for (const [title, asked, told, cut] of order)
      it(`${round}: ${title}`, async () => {
        const expected = typeof told === 'string' ? told : { all: told, truncated: cut === true };
        expect(await tell({ model, ...asked })).to.deep.equal(expected);
      });

  it('come in the format that each asks for', async () => {
    const asked = {
      model,
      subject: boss,
      sql: 'SELECT customer_id AS id FROM customers WHERE customer_id < 3 ORDER BY 1',
    };
    const objects = [{ id: 1 }, { id: 2 }];
    for (const format of ['objects', 'rows', 'objects', 'rows'] as const) {
      const { rows: lists, results } = await pipeline.ask({ ...asked, format });
      expect([lists, results]).to.deep.equal(format === 'rows' ? [[[1], [2]], undefined] : [undefined, objects]);
    }
  });

  it('differ by their names', async () => {
    const keys = new Map<string, string>();
    for (const [title, asked, told] of rows) {
      if (typeof told === 'string') continue;
      const { key } = await pipeline.prepare({ model, ...asked });
      expect(keys.get(key), title).to.equal(undefined);
      keys.set(key, title);
    }
  });
});

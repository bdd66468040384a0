/** Policies in different shapes, each with what it permits said once more, in code that shares nothing with the product. */
import type { Cell, Data, Table } from '../reference/data.js';

export type RowObject = Readonly<Record<string, Cell>>;
type Show = 'clear' | 'null' | 'absent';

export interface Shape {
  readonly name: string;
  /** The YAML below `policies:`. */
  readonly policies: string;
  /** Further YAML documents. */
  readonly entities: string;
  readonly attributes: Readonly<Record<string, string | number | readonly (string | number)[]>>;
  /** Adds what the policy reads to the plain tables. */
  prepare(data: Data): Data;
  admits(table: string, row: RowObject, data: Data): boolean;
  shows(table: string, column: string, row: RowObject): Show;
}

export const rowsOf = (table: Table): readonly RowObject[] => {
  const names = Object.keys(table.columns);
  return table.rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])));
};

const byKey = (data: Data, table: string, column: string, key: Cell): RowObject | undefined =>
  key === null || data[table] === undefined ? undefined : rowsOf(data[table]).find((row) => row[column] === key);

const inEurope = (table: string, row: RowObject, data: Data): boolean => {
  if (table === 'customers') return row.region === 'EU';
  if (table === 'orders' || table === 'readings')
    return byKey(data, 'customers', 'id', row.customer_id ?? null)?.region === 'EU';
  return table === 'employees';
};

const identityHidden = (_table: string, column: string): Show =>
  column === 'ssn' || column === 'salary' ? 'absent' : column === 'email' ? 'null' : 'clear';

const paysHidden = `
  - name: pay_is_private
    for: everyone
    on: employees
    columns: { salary: deny }
`;

const plain = {
  entities: '',
  attributes: {},
  prepare: (data: Data): Data => data,
  admits: inEurope,
  shows: identityHidden,
};

const withColumn = (
  table: Table,
  name: string,
  type: Table['columns'][string],
  cell: (row: RowObject) => Cell,
): Table => {
  const rows = rowsOf(table);
  return { columns: { ...table.columns, [name]: type }, rows: table.rows.map((row, at) => [...row, cell(rows[at]!)]) };
};

/** Employees 2 (the subject) and all below; the chain ends after four. */
const below = (id: Cell, data: Data): boolean => {
  let at = byKey(data, 'employees', 'id', id);
  for (let step = 0; step < 4 && at !== undefined; step += 1) {
    if (at.id === 2) return true;
    at = byKey(data, 'employees', 'id', at.manager_id ?? null);
  }
  return false;
};

export const shapes: readonly Shape[] = [
  {
    ...plain,
    name: 'equals',
    attributes: { region: 'EU' },
    policies: `
  - name: own_region
    for: everyone
    on: customers
    rows: region = subject.region
    follows: [orders.customer, readings.customer]
    columns: { ssn: deny, email: { mask: null } }
${paysHidden}`,
  },
  {
    ...plain,
    name: 'in',
    attributes: { regions: ['EU', 'MARS'] },
    policies: `
  - name: own_regions
    for: everyone
    on: customers
    rows: region in subject.regions
    follows: [orders.customer, readings.customer]
    columns: { ssn: deny, email: { mask: null } }
${paysHidden}`,
  },
  {
    ...plain,
    name: 'join',
    attributes: { zone: 'north' },
    entities: `
---
entity: territories
table: territories
key: code
dimensions: { code: { type: string }, zone: { type: string } }
`,
    policies: `
  - name: own_zone
    for: everyone
    on: customers
    rows: territory.zone = subject.zone
    columns: { ssn: deny, email: { mask: null } }
  - name: orders_of_own_zone
    for: everyone
    on: orders
    rows: customer.territory.zone = subject.zone
  - name: readings_of_own_zone
    for: everyone
    on: readings
    rows: customer.territory.zone = subject.zone
  - name: territories_are_closed
    for: { roles: [nobody] }
    on: territories
    rows: code = 'none'
${paysHidden}`,
    prepare: (data) => ({
      ...data,
      territories: {
        columns: { code: 'string', zone: 'string' },
        rows: ['EU', 'US', 'APAC', 'CN'].map((code) => [code, code === 'EU' ? 'north' : `zone of ${code}`]),
      },
    }),
    admits: (table, row, data) => {
      const customer = table === 'customers' ? row : byKey(data, 'customers', 'id', row.customer_id ?? null);
      if (table === 'territories') return false;
      return table === 'employees' || byKey(data, 'territories', 'code', customer?.region ?? null)?.zone === 'north';
    },
  },
  {
    ...plain,
    name: 'exists',
    entities: `
---
entity: territories
table: territories
key: code
dimensions: { code: { type: string }, first_id: { type: number } }
`,
    policies: `
  - name: from_the_first_on
    for: everyone
    on: customers
    rows: territory.first_id <= id
    columns: { ssn: deny, email: { mask: null } }
  - name: orders_from_the_first_on
    for: everyone
    on: orders
    rows: customer.territory.first_id <= customer.id
  - name: readings_from_the_first_on
    for: everyone
    on: readings
    rows: customer.territory.first_id <= customer_id
  - name: territories_are_closed
    for: { roles: [nobody] }
    on: territories
    rows: code = 'none'
${paysHidden}`,
    prepare: (data) => ({
      ...data,
      territories: {
        columns: { code: 'string', first_id: 'integer' },
        rows: ['EU', 'US', 'APAC', 'CN'].map((code, at) => [code, at * 1_000_000]),
      },
    }),
    admits: (table, row, data) => {
      const customer = table === 'customers' ? row : byKey(data, 'customers', 'id', row.customer_id ?? null);
      if (table === 'territories') return false;
      const first = byKey(data, 'territories', 'code', customer?.region ?? null)?.first_id;
      return table === 'employees' || (first != null && customer?.id != null && Number(first) <= Number(customer.id));
    },
  },
  {
    ...plain,
    name: 'hierarchy',
    attributes: { me: 2 },
    policies: `
  - name: kept_by_my_people
    for: everyone
    on: customers
    rows: keeper_id = subject.me or keeper.manager_id = subject.me or keeper.manager.manager_id = subject.me
    follows: [orders.customer, readings.customer]
    columns: { ssn: deny, keeper_id: deny, email: { mask: null } }
  - name: my_people
    for: everyone
    on: employees
    rows: id = subject.me or manager_id = subject.me or manager.manager_id = subject.me
    columns: { salary: deny }
`,
    prepare: (data) => ({
      ...data,
      customers: withColumn(data.customers!, 'keeper_id', 'integer', ({ region, id }) =>
        region === 'EU' ? 2 + (Number(id) % 3) : Number(id) % 2 === 0 ? 1 : null,
      ),
    }),
    admits: (table, row, data) => {
      if (table === 'employees') return below(row.id ?? null, data);
      const customer = table === 'customers' ? row : byKey(data, 'customers', 'id', row.customer_id ?? null);
      return customer !== undefined && below(customer.keeper_id ?? null, data);
    },
    shows: (table, column) => (column === 'keeper_id' ? 'absent' : identityHidden(table, column)),
  },
  {
    ...plain,
    name: 'row mask',
    attributes: { region: 'EU', mine: [1] },
    policies: `
  - name: own_region
    for: everyone
    on: customers
    rows: region = subject.region
    follows: [orders.customer, readings.customer]
    columns: { ssn: deny, email: { mask: null } }
  - name: own_customers
    for: everyone
    on: customers
    rows: id in subject.mine and region = subject.region
    columns: { ssn: deny }
${paysHidden}`,
    shows: (table, column, row) => (column === 'email' && row.id === 1 ? 'clear' : identityHidden(table, column)),
  },
  {
    ...plain,
    name: 'everything',
    policies: '',
    admits: () => true,
    shows: () => 'clear',
  },
];

export const shapeNamed = (name: string): Shape => {
  const shape = shapes.find((candidate) => candidate.name === name);
  if (shape === undefined) throw new Error(`there is no shape ${name}: ${shapes.map((each) => each.name).join(', ')}`);
  return shape;
};

/** A copy that holds only what the subject may see: rows kept back are gone, denied columns absent, masks applied. */
export function visible(data: Data, shape: Shape): Data {
  const tables = Object.entries(data).flatMap(([name, table]): [string, Table][] => {
    const objects = rowsOf(table);
    const columns = Object.entries(table.columns);
    const kept = columns.filter(([column]) =>
      objects.some((row) => shape.admits(name, row, data) && shape.shows(name, column, row) !== 'absent'),
    );
    if (kept.length === 0) return [];
    const rows = objects
      .filter((row) => shape.admits(name, row, data))
      .map((row) =>
        kept.map(([column]) => (shape.shows(name, column, row) === 'clear' ? (row[column] ?? null) : null)),
      );
    return [[name, { columns: Object.fromEntries(kept), rows }]];
  });
  return Object.fromEntries(tables);
}

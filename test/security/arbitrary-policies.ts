/** Random row policies, each said twice: as YAML and as PostgreSQL's own `CREATE POLICY`. */
import fc from 'fast-check';

export interface TwicePolicy {
  readonly yaml: string;
  readonly native: string;
}

export interface TwicePolicies {
  /** Tables that a policy names. */
  readonly named: readonly string[];
  readonly policies: readonly TwicePolicy[];
}

/** Condition in YAML, the same in SQL; policies read tables as they are, so related ones come from copies without policies. */
type Said = readonly [yaml: string, sql: string];

const same = (text: string): Said => [text, text];
const customer = (column: string, test: string): Said => [
  `customer.${column} ${test}`,
  `(select c.${column} from bare.customers c where c.id = customer_id) ${test}`,
];
const manager = (column: string, test: string): Said => [
  `manager.${column} ${test}`,
  `(select m.${column} from bare.employees m where m.id = employees.manager_id) ${test}`,
];

/** `subject.me` is 2, `subject.regions` EU and APAC. */
const atoms: Readonly<Record<string, readonly Said[]>> = {
  customers: [
    same("region = 'EU'"),
    same("region in ('EU', 'US')"),
    ['region in subject.regions', "region in ('EU', 'APAC')"],
    same('id > 3'),
    same('name is null'),
    same("name like 'A%'"),
    same("created_at >= timestamp '2025-02-01 00:00:00'"),
    ['id = subject.me', 'id = 2'],
  ],
  orders: [
    same('amount > 20'),
    same("status = 'paid'"),
    same("status in ('open', 'void')"),
    same('customer_id is null'),
    customer('region', "= 'EU'"),
    // A condition on a row that is not there is not fulfilled.
    ['customer.region is null', 'customer_id in (select c.id from bare.customers c where c.region is null)'],
    customer('name', "like 'A%'"),
    ['customer.region in subject.regions', customer('region', "in ('EU', 'APAC')")[1]],
  ],
  employees: [
    ['id = subject.me', 'id = 2'],
    ['manager_id = subject.me', 'manager_id = 2'],
    same('salary > 33000'),
    manager('name', "= 'Mia'"),
    ['manager.manager_id is null', 'manager_id in (select m.id from bare.employees m where m.manager_id is null)'],
    [
      "manager.manager.name = 'Root'",
      "(select g.name from bare.employees m join bare.employees g on g.id = m.manager_id where m.id = employees.manager_id) = 'Root'",
    ],
  ],
  readings: [
    same('flag'),
    same('price > 1'),
    same("label like 'a%'"),
    customer('region', "= 'EU'"),
    customer('id', '> 2'),
  ],
};

const condition = (draw: fc.GeneratorValue, table: string, depth: number): Said => {
  const known = atoms[table]!;
  const atom = (): Said => known[draw(fc.nat, { max: known.length - 1 })]!;
  const roll = depth === 0 ? 0 : draw(fc.nat, { max: 5 });
  if (roll < 3) return atom();
  const [yaml, sql] = condition(draw, table, depth - 1);
  // A negated null test is true of a row that is not there, in PostgreSQL only: policies never admit by what is missing.
  if (roll === 3 && !/\.\S+ is null/.test(yaml)) return [`not (${yaml})`, `not (${sql})`];
  const [otherYaml, otherSql] = condition(draw, table, depth - 1);
  const word = roll <= 4 ? 'and' : 'or';
  return [`(${yaml}) ${word} (${otherYaml})`, `(${sql}) ${word} (${otherSql})`];
};

/** The subject is an analyst, and no clerk. */
export const arbitraryPolicies: fc.Arbitrary<TwicePolicies> = fc.gen().map((draw) => {
  const named = new Set<string>();
  const policies = Array.from({ length: 1 + draw(fc.nat, { max: 4 }) }, (_, at): TwicePolicy => {
    const table = Object.keys(atoms)[draw(fc.nat, { max: 3 })]!;
    named.add(table);
    const effect = draw(fc.nat, { max: 3 }) === 3 ? 'restrictive' : 'permissive';
    const isMine = draw(fc.nat, { max: 5 }) < 5;
    const [yaml, sql] = condition(draw, table, 2);
    return {
      yaml: `
  - name: policy_${at}
    for: { roles: [${isMine ? 'analyst' : 'clerk'}] }
    on: ${table}
    effect: ${effect}
    rows: ${JSON.stringify(yaml)}`,
      native: `create policy policy_${at} on ${table} as ${effect} for select to ${isMine ? 'datamind_reader' : 'clerk'} using (${sql})`,
    };
  });
  return { named: [...named], policies };
});

/** Random FROM: tables and common tables under any alias, subqueries, lists of values, joins of every kind, lateral ones. */
import { condition, equality, value } from './random-expression.js';
import { query } from './random-query.js';
import { denied, type Field, tables } from './random-words.js';
import type { Range, RandomWriter } from './random-writer.js';

export interface Source {
  readonly sql: string;
  readonly range: Range;
}

const schemas: Readonly<Record<string, string>> = {
  postgres: 'public',
  duckdb: 'main',
  sqlite: 'main',
  mysql: 'shop',
  clickhouse: 'datamind',
};

const listOfValues = (writer: RandomWriter, alias: string): Source | null => {
  const rows = `(1, 'EU'), (2, 'paid'), (3, null)`;
  const isNamed = writer.has('values');
  if (!isNamed && !writer.has('column1')) return null;
  const [first, second] = isNamed ? ['id', 'region'] : ['column1', 'column2'];
  const fields: readonly Field[] = [
    { name: first!, kind: 'number' },
    { name: second!, kind: 'text' },
  ];
  return {
    sql: `(values ${rows}) as ${writer.name(alias)}${isNamed ? ` (${first}, ${second})` : ''}`,
    range: { alias, fields },
  };
};

export const source = (writer: RandomWriter, taken: readonly Range[], depth: number): Source => {
  const alias = writer.alias(taken);
  if (depth > 0 && writer.chance(22)) {
    const { sql, fields } = query(writer, depth - 1, false);
    return { sql: `(${sql}) as ${writer.name(alias)}`, range: { alias, fields } };
  }
  if (writer.chance(4)) {
    const values = listOfValues(writer, alias);
    if (values !== null) return values;
  }
  const common = [...writer.common.keys()];
  const name = common.length > 0 && writer.chance(60) ? writer.one(common) : writer.one(Object.keys(tables));
  const known = writer.common.get(name);
  const hidden = known === undefined && writer.chance(3) ? (denied[name] ?? []) : [];
  const fields = [...(known ?? tables[name]!), ...hidden];
  if (tables[name] !== undefined && writer.chance(6)) {
    const hiddenToo = writer.chance(3) ? (denied[name] ?? []) : [];
    return {
      sql: `${schemas[writer.dialect]}.${writer.name(name)} as ${writer.name(alias)}`,
      range: { alias, fields: [...tables[name]!, ...hiddenToo] },
    };
  }
  if (!taken.some((range) => range.alias === name) && writer.chance(30))
    return { sql: writer.name(name), range: { alias: name, fields } };
  return {
    sql: `${writer.name(name)} ${writer.chance(50) ? 'as ' : ''}${writer.name(alias)}`,
    range: { alias, fields },
  };
};

/** A subquery that sees what stands before it. */
const lateral = (writer: RandomWriter, ranges: readonly Range[]): Source => {
  const alias = writer.alias(ranges);
  const inner = source(writer, ranges, 0);
  const item = writer.field([inner.range], 'number') ?? '1';
  const tie = equality(writer, [inner.range], ranges) ?? '1 = 1';
  return {
    sql: `lateral (select max(${item}) as v from ${inner.sql} where ${tie}) as ${writer.name(alias)}`,
    range: { alias, fields: [{ name: 'v', kind: 'number' }] },
  };
};

const kindsOfJoin = (writer: RandomWriter): readonly string[] => [
  'join',
  'inner join',
  'left join',
  'right join',
  'cross join',
  ...(writer.has('full join') ? ['full join'] : []),
  ...(writer.has('semi')
    ? writer.dialect === 'clickhouse'
      ? ['left semi join', 'left anti join']
      : ['semi join', 'anti join']
    : []),
];

const shared = (left: Range, right: Range): string | undefined =>
  left.fields.find(
    ({ name, kind }) => kind === 'number' && right.fields.some((other) => other.name === name && other.kind === kind),
  )?.name;

export interface From {
  readonly sql: string;
  readonly ranges: readonly Range[];
}

export const from = (writer: RandomWriter, depth: number): From => {
  const first = source(writer, [], depth);
  let sql = first.sql;
  const ranges = [first.range];
  const wasJoining = writer.isJoining;
  const more = writer.chance(45) ? 1 + writer.upTo(1) : 0;
  for (let at = 0; at < more && !/ (?:full|semi|anti|using|natural) ?/.test(sql); at += 1) {
    writer.isJoining = true;
    if (writer.uses('lateral', 15)) {
      const next = lateral(writer, ranges);
      sql += writer.chance(50) ? ` cross join ${next.sql}` : ` left join ${next.sql} on 1 = 1`;
      ranges.push(next.range);
      continue;
    }
    const next = source(writer, ranges, depth - 1);
    const kind = writer.one(kindsOfJoin(writer));
    const both = ranges.length === 1 ? shared(ranges[0]!, next.range) : undefined;
    const tie = numbersEqual(writer, ranges, next.range);
    if (both !== undefined && kind !== 'cross join' && writer.uses('using', 12))
      sql += ` ${kind} ${next.sql} using (${writer.name(both)})`;
    else if (ranges.length === 1 && writer.uses('natural', 4)) sql += ` natural join ${next.sql}`;
    else if (kind === 'cross join' || tie === null)
      sql += writer.chance(20) ? `, ${next.sql}` : ` cross join ${next.sql}`;
    else {
      const isPlain = kind === 'full join' || writer.dialect === 'clickhouse' || writer.chance(70);
      sql += ` ${kind} ${next.sql} on ${tie}${isPlain ? '' : ` and ${condition(writer, [...ranges, next.range], 0)}`}`;
    }
    if (!/semi|anti/.test(kind)) ranges.push(next.range);
  }
  writer.isJoining = wasJoining;
  return { sql, ranges };
};

const numbersEqual = (writer: RandomWriter, ranges: readonly Range[], next: Range): string | null => {
  const [left, right] = [writer.field(ranges, 'number'), writer.field([next], 'number')];
  return left === null || right === null ? null : `${left} = ${right}`;
};

/** A value over all columns of a range at once. */
export const wholeRow = (writer: RandomWriter, ranges: readonly Range[]): string => {
  const { alias } = writer.one(ranges);
  const name = writer.name(alias);
  if (writer.dialect === 'postgres')
    return writer.one([`cast(${name} as text)`, `cast(to_jsonb(${name}) as text)`, `cast(row(${name}.*) as text)`]);
  if (writer.dialect === 'duckdb') return `cast(${name} as varchar)`;
  return value(writer, ranges, 'text', 0);
};

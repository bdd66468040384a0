/** Random queries: WITH, SELECT with its clauses, set operations within set operations, a total order before each limit. */
import { aggregate, condition, value, window } from './random-expression.js';
import { from, wholeRow } from './random-source.js';
import { commonNames, type Field, type Kind, outputNames } from './random-words.js';
import type { Range, RandomWriter } from './random-writer.js';

export interface Query {
  readonly sql: string;
  readonly fields: readonly Field[];
}

const outputName = (writer: RandomWriter, taken: ReadonlySet<string>): string => {
  const name = writer.one(outputNames);
  return taken.has(name) ? `o${taken.size}` : name;
};

/** `*`, `a.*`, stars with changes: of ranges whose columns have different names. */
const starred = (writer: RandomWriter, sql: string, ranges: readonly Range[], where: string): Query | null => {
  const [first] = ranges;
  if (ranges.length > 1 && writer.chance(60)) {
    const range = writer.one(ranges);
    return { sql: `select ${writer.name(range.alias)}.* from ${sql}${where}`, fields: range.fields };
  }
  if (ranges.length !== 1 || / (?:natural|using|semi|anti)/.test(sql)) return null;
  const { fields, alias } = first!;
  if (writer.uses('from first', 15)) return { sql: `from ${sql}${where}`, fields };
  if (writer.uses('exclude', 20) && fields.length > 1) {
    const out = writer.one(fields);
    return {
      sql: `select * exclude (${writer.name(out.name)}) from ${sql}${where}`,
      fields: fields.filter((field) => field !== out),
    };
  }
  const star = writer.chance(30) ? `${writer.name(alias)}.*` : '*';
  if (writer.uses('distinct on', 20)) {
    const key = `${alias}.${writer.one(fields).name}`;
    return {
      sql: `select distinct on (${key}) ${star} from ${sql}${where} order by ${key}, ${writer.everything(ranges)}`,
      fields,
    };
  }
  return { sql: `select ${star} from ${sql}${where}`, fields };
};

const grouped = (
  writer: RandomWriter,
  sql: string,
  ranges: readonly Range[],
  where: string,
  kinds: readonly Kind[],
): Query => {
  const taken = new Set<string>();
  const fields: Field[] = [];
  const items: string[] = [];
  const keys: string[] = [];
  for (const [at, kind] of kinds.entries()) {
    const name = outputName(writer, taken);
    taken.add(name);
    fields.push({ name, kind });
    const field = at === 0 || (at === 1 && writer.chance(30)) ? writer.field(ranges, kind) : null;
    if (field !== null) keys.push(field);
    items.push(`${field ?? aggregate(writer, ranges, kind)} as ${writer.name(name)}`);
  }
  const having = writer.chance(30)
    ? ` having ${writer.chance(50) ? `count(*) > ${writer.upTo(2)}` : `${aggregate(writer, ranges, 'number')} > 1`}`
    : '';
  return {
    sql: `select ${items.join(', ')} from ${sql}${where}${groupBy(writer, keys)}${having}`,
    fields,
  };
};

const groupBy = (writer: RandomWriter, keys: readonly string[]): string => {
  if (keys.length === 0) return '';
  const list = keys.join(', ');
  if (writer.uses('grouping sets', 25))
    return writer.one([
      ` group by rollup (${list})`,
      ` group by cube (${list})`,
      ` group by grouping sets ((${list}), ())`,
      ` group by grouping sets (${keys.map((key) => `(${key})`).join(', ')}, ())`,
    ]);
  if (writer.uses('with rollup', 15)) return ` group by ${list} with rollup`;
  if (writer.uses('by all', 10)) return ' group by all';
  // Positions of the keys: they come first.
  return writer.chance(20) ? ` group by ${keys.map((_, at) => at + 1).join(', ')}` : ` group by ${list}`;
};

const plain = (
  writer: RandomWriter,
  sql: string,
  ranges: readonly Range[],
  where: string,
  kinds: readonly Kind[],
  depth: number,
  isFree: boolean,
): Query => {
  const taken = new Set<string>();
  const fields: Field[] = [];
  const items = kinds.map((kind) => {
    const name = outputName(writer, taken);
    taken.add(name);
    fields.push({ name, kind });
    const item =
      kind === 'number' && depth > 0 && writer.chance(18)
        ? window(writer, ranges)
        : kind === 'text' && isFree && depth > 1 && writer.chance(8)
          ? wholeRow(writer, ranges)
          : value(writer, ranges, kind, depth);
    return `${item} as ${writer.name(name)}`;
  });
  const distinct = writer.chance(12) ? 'distinct ' : '';
  const qualify =
    distinct === '' && writer.uses('qualify', 6)
      ? ` qualify row_number() over (order by ${writer.everything(ranges)}) <= ${1 + writer.upTo(3)}`
      : '';
  return { sql: `select ${distinct}${items.join(', ')} from ${sql}${where}${qualify}`, fields };
};

const someKinds = (writer: RandomWriter): readonly Kind[] =>
  Array.from({ length: 1 + writer.upTo(2) }, () => writer.one<Kind>(['number', 'text', 'number', 'time']));

/** One SELECT; columns of these kinds when they are given. */
const select = (writer: RandomWriter, depth: number, kinds?: readonly Kind[]): Query => {
  const { sql, ranges } = from(writer, depth);
  const where = writer.chance(60) ? ` where ${condition(writer, ranges, depth)}` : '';
  const stars = kinds === undefined && writer.chance(18) ? starred(writer, sql, ranges, where) : null;
  if (stars !== null) return stars;
  const wanted = kinds ?? someKinds(writer);
  return writer.chance(30)
    ? grouped(writer, sql, ranges, where, wanted)
    : plain(writer, sql, ranges, where, wanted, depth, kinds === undefined);
};

const operators = (writer: RandomWriter): readonly string[] =>
  writer.has('set operations') ? ['union all', 'union', 'except', 'intersect'] : ['union all', 'union distinct'];

const combined = (writer: RandomWriter, first: Query, depth: number): Query => {
  const kinds = first.fields.map(({ kind }) => kind);
  let { sql } = first;
  for (let more = writer.chance(25) ? 2 : 1; more > 0; more -= 1) {
    const next = select(writer, 0, kinds).sql;
    const isNested = depth > 0 && writer.uses('set parentheses', 25);
    const right = isNested ? `(${next} ${writer.one(operators(writer))} ${select(writer, 0, kinds).sql})` : next;
    sql = `${sql} ${writer.one(operators(writer))} ${right}`;
  }
  return { sql, fields: first.fields };
};

const ordered = (writer: RandomWriter, { sql, fields }: Query): string => {
  const positions = fields.map((_, at) => at + 1).join(', ');
  const by = writer.uses('by all', 10) ? 'all' : positions;
  const limit = writer.chance(60) ? ` limit ${1 + writer.upTo(4)}${writer.chance(30) ? ' offset 1' : ''}` : '';
  const limitBy = limit === '' && writer.uses('limit by', 25) ? ` limit 1 by ${positions}` : '';
  return `${sql} order by ${by}${limitBy}${limit}`;
};

/** `name (columns) as (query)`, and what it has. */
const common = (writer: RandomWriter, name: string, depth: number): Query => {
  const inner = query(writer, depth - 1, false);
  const renames = writer.uses('common columns', 20) && inner.fields.length > 0 && !/ \*|\.\*|^from/.test(inner.sql);
  const fields = renames
    ? inner.fields.map((field, at) => ({ ...field, name: at === 0 ? 'id' : `k${at}` }))
    : inner.fields;
  const columns = renames ? ` (${fields.map((field) => field.name).join(', ')})` : '';
  const kept = writer.uses('materialized', 15) ? writer.one(['materialized ', 'not materialized ']) : '';
  return { sql: `${writer.name(name)}${columns} as ${kept}(${inner.sql})`, fields };
};

const recursive = (writer: RandomWriter, name: string): Query => {
  const own = writer.name(name);
  if (writer.chance(50))
    return {
      sql: `${own} as (select 1 as id union all select ${own}.id + 1 from ${own} where ${own}.id < ${2 + writer.upTo(2)})`,
      fields: [{ name: 'id', kind: 'number' }],
    };
  return {
    sql: `${own} as (select e.id as id, e.name as name from employees e where e.manager_id is null union all select e.id as id, e.name as name from employees e join ${own} on e.manager_id = ${own}.id where ${own}.id < 6)`,
    fields: [
      { name: 'id', kind: 'number' },
      { name: 'name', kind: 'text' },
    ],
  };
};

const withCommons = (writer: RandomWriter, depth: number, write: () => Query): Query => {
  const isRecursive = writer.uses('recursive', 15);
  const parts: string[] = [];
  const count = writer.chance(30) ? 2 : 1;
  const outside = writer.common;
  for (let at = 0; at < count; at += 1) {
    const name = writer.one(commonNames);
    if (parts.length > 0 && new RegExp(`^\\W?${name}\\W`, 'i').test(parts[0]!)) break;
    // Common tables of the same names must not be caught by a recursion that was drawn without them.
    const made =
      isRecursive && at === 0 && name !== 'employees' && !writer.common.has('employees')
        ? recursive(writer, name)
        : common(writer, name, depth);
    parts.push(made.sql);
    writer.common = new Map([...writer.common, [name, made.fields]]);
  }
  const body = write();
  writer.common = outside;
  return { sql: `with ${isRecursive ? 'recursive ' : ''}${parts.join(', ')} ${body.sql}`, fields: body.fields };
};

const body = (writer: RandomWriter, depth: number, isTop: boolean): Query => {
  let made = select(writer, depth);
  const isStar = /^(?:from|select (?:distinct on|\*|\S*\.\*))/.test(made.sql);
  if (!isStar && writer.chance(15)) made = combined(writer, made, depth);
  if (isStar || !writer.chance(isTop ? 30 : 8)) return made;
  // ClickHouse gives the order of the last part only.
  if (writer.dialect === 'clickhouse' && / union /.test(made.sql)) return made;
  return { sql: ordered(writer, made), fields: made.fields };
};

export const query = (writer: RandomWriter, depth: number, isTop: boolean): Query =>
  depth > 0 && writer.chance(isTop ? 30 : 10)
    ? withCommons(writer, depth, () => body(writer, depth, isTop))
    : body(writer, depth, isTop);

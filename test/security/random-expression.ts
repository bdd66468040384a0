/** Random values, conditions, aggregates and windows over the columns in sight. */
import { aggregatesOf, constants, type Kind, patterns, templatesOf, types } from './random-words.js';
import { source } from './random-source.js';
import type { Range, RandomWriter } from './random-writer.js';

const kinds: readonly Kind[] = ['number', 'text', 'number', 'time'];
const marks: Readonly<Record<string, Kind>> = { '#': 'number', $: 'text', '@': 'time' };

export const constant = (writer: RandomWriter, kind: Kind): string => {
  const literal = writer.one(constants[kind]);
  if (kind !== 'time') return literal;
  if (writer.dialect === 'clickhouse') return `toDateTime64(${literal}, 6, 'UTC')`;
  return writer.dialect === 'sqlite' || writer.dialect === 'mysql' ? literal : `timestamp ${literal}`;
};

/** Marks outside of texts become values; those with the same number the same value. */
const filled = (writer: RandomWriter, template: string, ranges: readonly Range[], depth: number): string => {
  const same = new Map<string, string>();
  return template.replace(/'[^']*'|[#$@]\d?/g, (part) => {
    const kind = marks[part[0]!];
    if (kind === undefined) return part;
    const made = same.get(part) ?? operand(writer, ranges, kind, depth);
    if (part.length > 1) same.set(part, made);
    return made;
  });
};

/** A column or a constant; now and then more. */
const operand = (writer: RandomWriter, ranges: readonly Range[], kind: Kind, depth: number): string =>
  depth > 0 && writer.chance(15)
    ? value(writer, ranges, kind, depth - 1)
    : writer.chance(85)
      ? (writer.field(ranges, kind) ?? constant(writer, kind))
      : constant(writer, kind);

export const value = (writer: RandomWriter, ranges: readonly Range[], kind: Kind, depth: number): string => {
  const field = writer.field(ranges, kind);
  const roll = writer.upTo(19);
  if (field !== null && roll < 8) return field;
  if (depth > 0 && roll === 8) return scalar(writer, ranges, kind, depth - 1);
  if (field !== null && roll === 9) return `case when ${condition(writer, ranges, depth - 1)} then ${field} end`;
  // May fail on a row that nobody may know of.
  if (field !== null && kind === 'number' && roll === 10) return `1 / (${field} - ${writer.one(constants.number)})`;
  const words = writer.field(ranges, 'text');
  if (kind === 'number' && roll === 11 && words !== null && depth > 0)
    return `cast(${words} as ${types[writer.dialect].number})`;
  const digits = writer.field(ranges, 'number');
  if (kind === 'text' && roll === 12 && digits !== null) return `cast(${digits} as ${types[writer.dialect].text})`;
  if (roll === 13) return constant(writer, kind);
  return filled(writer, writer.one(templatesOf(writer.dialect, kind)), ranges, depth);
};

/** One value from a subquery: an aggregate, so that there is one. */
const scalar = (writer: RandomWriter, outer: readonly Range[], kind: Kind, depth: number): string => {
  const inner = source(writer, outer, depth);
  const item = value(writer, [inner.range], kind, 0);
  const parts: string[] = [];
  if (writer.chance(60)) parts.push(condition(writer, [inner.range], 0));
  if (writer.uses('correlated', 50)) {
    const tie = equality(writer, [inner.range], outer);
    if (tie !== null) parts.push(tie);
  }
  const where = parts.length === 0 ? '' : ` where ${parts.join(' and ')}`;
  return `(select ${writer.one(['min', 'max'])}(${item}) from ${inner.sql}${where})`;
};

/** A correlated name may be caught by the inner range: that is part of what is tried. */
export const equality = (writer: RandomWriter, left: readonly Range[], right: readonly Range[]): string | null => {
  const kind = writer.one<Kind>(['number', 'number', 'text']);
  const [a, b] = [writer.field(left, kind), writer.field(right, kind)];
  return a === null || b === null ? null : `${a} = ${b}`;
};

type Form = (writer: RandomWriter, ranges: readonly Range[], depth: number) => string;

const compared: Form = (writer, ranges) => {
  const kind = writer.one(kinds);
  return `${value(writer, ranges, kind, 0)} ${writer.one(['=', '<', '>', '<>', '>=', '<='])} ${value(writer, ranges, kind, 0)}`;
};

const inQuery: Form = (writer, ranges, depth) => {
  const inner = source(writer, [], depth - 1);
  const kind = writer.one<Kind>(['number', 'text']);
  const [column, outer] = [writer.field([inner.range], kind), writer.field(ranges, kind)];
  if (column === null || outer === null) return '1 = 1';
  const where = writer.chance(50) ? ` where ${condition(writer, [inner.range], depth - 1)}` : '';
  const query = `(select ${column} from ${inner.sql}${where})`;
  if (writer.uses('quantified', 25))
    return `${outer} ${writer.one(['=', '<', '>='])} ${writer.one(['any', 'all'])} ${query}`;
  if (writer.uses('tuples', 15)) return `(${outer}, 1) in (select ${column}, 1 from ${inner.sql}${where})`;
  return `${outer} ${writer.chance(30) ? 'not in' : 'in'} ${query}`;
};

const exists: Form = (writer, ranges, depth) => {
  const inner = source(writer, ranges, depth - 1);
  const tie = (writer.has('correlated') ? equality(writer, [inner.range], ranges) : null) ?? '1 = 1';
  return `${writer.chance(40) ? 'not ' : ''}exists (select 1 from ${inner.sql} where ${tie} and ${condition(writer, [inner.range], 0)})`;
};

const flat: readonly Form[] = [
  compared,
  compared,
  (writer, ranges) => `${value(writer, ranges, writer.one(kinds), 0)} is ${writer.chance(50) ? 'not ' : ''}null`,
  (writer, ranges, depth) => `not (${condition(writer, ranges, depth - 1)})`,
  (writer, ranges) => `${value(writer, ranges, 'text', 0)} like ${writer.one(patterns)}`,
  (writer, ranges, depth) => `(${condition(writer, ranges, depth - 1)} or ${condition(writer, ranges, depth - 1)})`,
  (writer, ranges, depth) => `${condition(writer, ranges, depth - 1)} and ${condition(writer, ranges, depth - 1)}`,
  (writer, ranges) => {
    const kind = writer.one(kinds);
    const list = [1, 2, 3].map(() => constant(writer, kind)).join(', ');
    return `${value(writer, ranges, kind, 0)} ${writer.chance(30) ? 'not in' : 'in'} (${list})`;
  },
  (writer, ranges) => {
    const kind = writer.one(kinds);
    return `${value(writer, ranges, kind, 0)} between ${constant(writer, kind)} and ${value(writer, ranges, kind, 0)}`;
  },
];
const nested: readonly Form[] = [inQuery, inQuery, exists];

export const condition = (writer: RandomWriter, ranges: readonly Range[], depth: number): string =>
  depth < -1 ? compared(writer, ranges, 0) : writer.one(depth > 0 ? [...flat, ...nested] : flat)(writer, ranges, depth);

/** Of this kind, or of any when the engine has none of it. */
export const aggregate = (writer: RandomWriter, ranges: readonly Range[], kind: Kind): string =>
  filled(writer, writer.one(aggregatesOf(writer.dialect, kind)), ranges, 1);

/** Peers have the same value, or are rows that are the same throughout. */
export const window = (writer: RandomWriter, ranges: readonly Range[]): string => {
  const by = writer.field(ranges) ?? '1';
  const order = writer.field(ranges, 'number') ?? '1';
  const item = value(writer, ranges, 'number', 0);
  const all = writer.everything(ranges);
  const forms = [
    `rank() over (partition by ${by} order by ${order})`,
    `dense_rank() over (order by ${order} desc)`,
    `count(*) over (partition by ${by})`,
    `max(${item}) over (partition by ${by})`,
    `min(${item}) over ()`,
    `sum(${order}) over (partition by ${by} order by ${order})`,
    `row_number() over (order by ${all})`,
    `row_number() over (partition by ${by} order by ${all})`,
    `first_value(${order}) over (partition by ${by} order by ${all})`,
    `sum(${order}) over (order by ${all} rows between 1 preceding and current row)`,
    `max(${order}) over (order by ${all} rows between unbounded preceding and 1 preceding)`,
  ];
  if (writer.dialect !== 'clickhouse')
    forms.push(`lag(${order}) over (order by ${all})`, `ntile(2) over (order by ${all})`);
  return writer.one(forms);
};

/**
 * Random statements of relations in relations, all with the same columns: now and then one has an expression that fails, or a
 * condition that permitted rows do not meet and hidden ones do.
 */
import fc from 'fast-check';
import type { TextDialect } from '../../core/sql/text-dialects.js';
import { RandomWriter } from './random-writer.js';
import { bounds, failing } from './statistics-shapes.js';
import { columns } from './statistics-world.js';

const names = Object.keys(columns);

const date = (dialect: TextDialect, bound: number): string => {
  const text = new Date(Date.UTC(2025, 0, 1) + bound * 86_400_000).toISOString().slice(0, 10);
  return dialect === 'sqlite' || dialect === 'mysql' ? `'${text}'` : `cast('${text}' as date)`;
};

const predicates: readonly ((x: string, bound: number, dialect: TextDialect) => string)[] = [
  (x, bound) => `${x}.salary > ${bound}`,
  (x, bound) => `${x}.salary > ${bound}`,
  (x, bound) => `${x}.low < -${bound}`,
  (x, bound) => `${x}.salary = ${bound}`,
  (x, bound) => `${x}.salary between ${bound} and ${2 * bound + 1}`,
  (x, bound) => `${x}.salary in (${bound}, ${bound + 1}, ${bound + 2})`,
  (x, bound) => `${x}.id > ${bound * 100}`,
  (x, bound) => `${x}.id < ${bound}`,
  (x, bound) => `${x}.team_id = ${Math.round(bound / 100)}`,
  (x) => `${x}.bonus is null`,
  (x) => `${x}.bonus is not null`,
  (x, bound) => `${x}.bonus > ${bound}`,
  (x, bound, dialect) => `${x}.joined > ${date(dialect, bound)}`,
  (x, bound) => `${x}.code like '${String.fromCharCode(97 + (bound % 26))}%'`,
  (x, bound) => `${x}.code > 'h${bound}'`,
  (x, bound) => `${x}.secret > ${bound}`,
  (x, bound) => `${x}.salary > ${x}.low + ${bound}`,
  (x) => `${x}.salary < ${x}.low`,
  (x, bound) => `${x}.grade > ${bound}`,
];

const kinds = ['join', 'join', 'left join', 'right join', 'full join'];
const keys = [
  'l.id = r.id',
  'l.id = r.id',
  'l.team_id = r.team_id and l.id = r.id',
  'l.salary = r.salary and l.id = r.id',
  'l.v = r.id',
  'l.v = r.v',
  'l.id = r.id and l.salary >= r.salary',
];

const list = (x: string): string => names.map((name) => `${x}.${name} as ${name}`).join(', ');

class StatisticsWriter extends RandomWriter {
  predicate(x: string): string {
    return this.one(predicates)(x, this.one(bounds), this.dialect);
  }

  fails(x: string): string {
    return this.one(failing[this.dialect]).replaceAll('x.', `${x}.`);
  }

  base(): string {
    const v = this.chance(35) ? this.fails('x') : '0';
    const where = this.chance(30) ? ` where ${this.predicate('x')}` : '';
    return `select ${list('x')}, ${v} as v from ${this.one(['people', 'people', 'tasks', 'teams'])} x${where}`;
  }

  relation(depth: number): string {
    if (depth === 0) return this.base();
    const inner = (): string => `(${this.relation(depth - 1)})`;
    const kinds: readonly (() => string)[] = [
      () => this.base(),
      () => `select * from ${inner()} x where ${this.predicate('x')}`,
      () => `select * from ${inner()} x where ${this.fails('x')} is not null`,
      () => `select ${list('x')}, ${this.fails('x')} as v from ${inner()} x`,
      () => `select * from ${inner()} x order by x.id, x.v limit ${this.one([1, 5, 100])}`,
      () => `select * from ${inner()} x order by ${this.fails('x')}, x.id limit 5`,
      () => `select distinct * from ${inner()} x`,
      () => `select ${list('x')}, sum(x.v) over () as v from ${inner()} x`,
      () => `select ${list('x')}, row_number() over (order by x.salary, x.id) as v from ${inner()} x`,
      () => this.grouped(inner()),
      () => `select * from ${inner()} x union all select * from ${inner()} y`,
      () => this.joined(inner(), inner()),
      () => this.joined(inner(), inner()),
      () => this.joined(inner(), inner()),
      () => this.semi(inner(), inner()),
      () => this.semi(inner(), inner()),
      () => this.scalar(inner(), inner()),
    ];
    return this.one(kinds)();
  }

  grouped(inner: string): string {
    const most = names.slice(1).map((name) => `max(x.${name}) as ${name}`);
    const having = this.chance(50) ? ` having max(x.salary) > ${this.one(bounds)}` : '';
    return `select x.id as id, ${most.join(', ')}, max(x.v) as v from ${inner} x group by x.id${having}`;
  }

  joined(left: string, right: string): string {
    const shown = this.one(['l', 'r']);
    const kind = this.one(kinds.filter((each) => each !== 'full join' || this.has('full join')));
    const v = this.one(['l.v', 'r.v']);
    const where = this.chance(30) ? ` where ${this.predicate(this.one(['l', 'r']))}` : '';
    return `select ${list(shown)}, ${v} as v from ${left} l ${kind} ${right} r on ${this.one(keys)}${where}`;
  }

  semi(left: string, right: string): string {
    const not = this.chance(40) ? 'not ' : '';
    const condition = this.chance(50)
      ? `l.id ${not}in (select r.id from ${right} r)`
      : this.chance(50)
        ? `${not}exists (select 1 from ${right} r)`
        : `${not}exists (select 1 from ${right} r where ${this.one(keys)})`;
    return `select * from ${left} l where ${condition}`;
  }

  scalar(left: string, right: string): string {
    const value = this.one(['max(r.salary)', 'min(r.id)', 'max(r.v)', 'count(*)']);
    return this.chance(50)
      ? `select * from ${left} l where l.salary <= (select ${value} from ${right} r)`
      : `select ${list('l')}, (select ${value} from ${right} r) as v from ${left} l`;
  }

  statement(): string {
    const inner = this.relation(this.one([1, 2, 2, 3, 3]));
    const common = this.chance(15);
    const from = common ? 'c' : `(${inner})`;
    const where = this.chance(30) ? ` where ${this.predicate('x')}` : '';
    const shown = this.one([
      'count(*) as n',
      'max(x.v) as m',
      'count(x.v) as n, max(x.salary) as s',
      'sum(x.salary) as s',
    ]);
    return `${common ? `with c as (${inner}) ` : ''}select ${shown} from ${from} x${where}`;
  }
}

export const arbitraryStatement = (dialect: TextDialect): fc.Arbitrary<string> =>
  fc.gen().map((draw) => new StatisticsWriter(draw, dialect).statement());

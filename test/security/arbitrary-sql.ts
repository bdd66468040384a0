/**
 * Random queries over the world's tables, as a user could write them: all kinds of joins, subqueries anywhere, common tables
 * that take the names of tables, set operations, windows, lateral joins, aggregates, expressions that may fail on a hidden
 * row, whole rows, stars, aliases that take the names of columns, quoted names in odd case. What is drawn has the same rows
 * however the engine goes about it: limits stand on a total order, windows give peers the same value.
 */
import fc from 'fast-check';
import type { DialectName } from '../../core/plugin/contract.js';

type Kind = 'number' | 'text' | 'time';

interface Field {
  readonly name: string;
  readonly kind: Kind;
}

/** Something in FROM. */
interface Range {
  readonly alias: string;
  readonly fields: readonly Field[];
}

const number = (name: string): Field => ({ name, kind: 'number' });
const text = (name: string): Field => ({ name, kind: 'text' });
const time = (name: string): Field => ({ name, kind: 'time' });

const tables: Readonly<Record<string, readonly Field[]>> = {
  customers: [number('id'), text('name'), text('email'), text('region'), time('created_at')],
  orders: [number('id'), number('customer_id'), number('amount'), text('status'), time('created_at')],
  employees: [number('id'), text('name'), number('manager_id')],
  readings: [number('id'), number('customer_id'), number('big'), number('price'), text('label'), time('at')],
};

/** Columns that are denied: asked for now and then. */
const denied: Readonly<Record<string, readonly Field[]>> = {
  customers: [text('ssn')],
  employees: [number('salary')],
};

/** Values of visible and of hidden rows. */
const numbers = ['0', '1', '2', '3', '5', '10', '20', '50', '75.25', '100.5', '640.64', '33', '9.99'];
const texts = ["'EU'", "'US'", "'APAC'", "'paid'", "'open'", "'secret'", "'Ada'", "'Hidden Harry'", "''", "'12'"];
const times = ["'2025-01-06 09:30:00'", "'2025-05-02 00:00:00'", "'2025-03-09 12:00:00'", "'2025-06-02 11:00:00'"];
const aliasNames = ['a', 'b', 'c', 'x', 'customers', 'orders', 'employees', 'region', 't', 'p'];
const outputNames = ['id', 'region', 'amount', 'status', 'name', 'email', 'x', 'y', 'n', 'customer_id', 'v', 'w'];

const integerType: Readonly<Record<DialectName, string>> = {
  duckdb: 'integer',
  sqlite: 'integer',
  postgres: 'integer',
  mysql: 'signed',
  clickhouse: 'Nullable(Int32)',
};
const textType: Readonly<Record<DialectName, string>> = {
  duckdb: 'varchar',
  sqlite: 'text',
  postgres: 'text',
  mysql: 'char',
  clickhouse: 'Nullable(String)',
};

const joins: Readonly<Record<DialectName, readonly string[]>> = {
  duckdb: ['join', 'left join', 'right join', 'full join', 'cross join'],
  sqlite: ['join', 'left join', 'right join', 'full join', 'cross join'],
  postgres: ['join', 'left join', 'right join', 'full join', 'cross join'],
  mysql: ['join', 'left join', 'right join', 'cross join'],
  clickhouse: ['join', 'left join', 'right join', 'full join', 'cross join'],
};

class Writer {
  readonly #draw: fc.GeneratorValue;
  readonly #dialect: DialectName;
  /** Common tables in sight, by name. */
  #common: ReadonlyMap<string, readonly Field[]> = new Map();
  #made = 0;
  /** Names in ON need their table: what is on the other side has the same columns. */
  #isJoining = false;

  constructor(draw: fc.GeneratorValue, dialect: DialectName) {
    this.#draw = draw;
    this.#dialect = dialect;
  }

  #upTo(most: number): number {
    return this.#draw(fc.nat, { max: most });
  }

  /** Never for 0, so that what is optional goes when a failure is made small. */
  #chance(percent: number): boolean {
    return this.#upTo(99) > 99 - percent;
  }

  #one<T>(from: readonly T[]): T {
    return from[this.#upTo(from.length - 1)]!;
  }

  /** A name in one of the spellings that mean the same. */
  #name(name: string): string {
    const quote = this.#dialect === 'mysql' || this.#dialect === 'clickhouse' ? '`' : '"';
    const isStrict = this.#dialect === 'clickhouse' || this.#dialect === 'mysql';
    if (this.#chance(10)) return `${quote}${name}${quote}`;
    if (isStrict || !this.#chance(10)) return name;
    const odd = name.toUpperCase();
    const folds = this.#dialect === 'postgres';
    return folds || this.#chance(50) ? odd : `${quote}${odd}${quote}`;
  }

  #alias(taken: readonly Range[]): string {
    const name = this.#one(aliasNames);
    if (!taken.some(({ alias }) => alias === name)) return name;
    this.#made += 1;
    return `s${this.#made}`;
  }

  #field(ranges: readonly Range[], kind?: Kind, qualified = this.#isJoining): string | null {
    const fit = ranges.flatMap(({ alias, fields }) =>
      fields.filter((field) => kind === undefined || field.kind === kind).map((field) => ({ alias, field })),
    );
    if (fit.length === 0) return null;
    const { alias, field } = this.#one(fit);
    const isAlone = fit.filter((other) => other.field.name === field.name).length === 1 && ranges.length === 1;
    return !qualified && isAlone && this.#chance(40)
      ? this.#name(field.name)
      : `${this.#name(alias)}.${this.#name(field.name)}`;
  }

  #value(ranges: readonly Range[], kind: Kind, depth: number): string {
    const field = this.#field(ranges, kind);
    const roll = this.#upTo(19);
    if (field !== null && roll < 9) return field;
    if (depth > 0 && roll === 9) return this.#scalar(kind, depth - 1);
    if (field !== null && roll === 10) return `case when ${this.#condition(ranges, depth - 1)} then ${field} end`;
    if (field !== null && roll === 11) return `coalesce(${field}, ${this.#constant(kind)})`;
    if (kind === 'number') return this.#numeric(ranges, depth, field);
    if (kind === 'text') return this.#textual(ranges, field);
    return field ?? this.#constant(kind);
  }

  #constant(kind: Kind): string {
    if (kind === 'number') return this.#one(numbers);
    if (kind === 'text') return this.#one(texts);
    const literal = this.#one(times);
    if (this.#dialect === 'clickhouse') return `toDateTime64(${literal}, 6, 'UTC')`;
    return this.#dialect === 'sqlite' || this.#dialect === 'mysql' ? literal : `timestamp ${literal}`;
  }

  #numeric(ranges: readonly Range[], depth: number, field: string | null): string {
    const roll = this.#upTo(7);
    if (field === null || roll === 0) return this.#constant('number');
    if (roll === 1) return `${field} + ${this.#one(numbers)}`;
    if (roll === 2) return `(${field} * 2)`;
    // May fail on a row that nobody may know of.
    if (roll === 3) return `1 / (${field} - ${this.#one(numbers)})`;
    const words = this.#field(ranges, 'text');
    if (roll === 4 && words !== null) return `length(${words})`;
    if (roll === 5 && words !== null && depth > 0) return `cast(${words} as ${integerType[this.#dialect]})`;
    if (roll === 6) return `abs(${field})`;
    return `-${field}`;
  }

  #textual(ranges: readonly Range[], field: string | null): string {
    const roll = this.#upTo(4);
    if (field === null || roll === 0) return this.#constant('text');
    if (roll === 1) return `upper(${field})`;
    if (roll === 2) return `concat(${field}, ${this.#one(texts)})`;
    const digits = this.#field(ranges, 'number');
    return roll === 3 && digits !== null ? `cast(${digits} as ${textType[this.#dialect]})` : `lower(${field})`;
  }

  /** One value from a subquery: an aggregate, so that there is one. */
  #scalar(kind: Kind, depth: number): string {
    const range = this.#source([], depth);
    const value = this.#value([range.range], kind, 0);
    const where = this.#chance(60) ? ` where ${this.#condition([range.range], 0)}` : '';
    return `(select ${this.#one(['min', 'max'])}(${value}) from ${range.sql}${where})`;
  }

  #condition(ranges: readonly Range[], depth: number): string {
    const kind = this.#one<Kind>(['number', 'text', 'number', 'time']);
    const roll = this.#upTo(depth > 0 ? 13 : 7);
    if (roll === 1) return `${this.#value(ranges, kind, 0)} is null`;
    if (roll === 2) return `not (${this.#condition(ranges, depth - 1)})`;
    if (roll === 3) return `${this.#value(ranges, 'text', 0)} like ${this.#one(["'A%'", "'%a%'", "'_U'", "'paid'"])}`;
    if (roll === 4) return `(${this.#condition(ranges, depth - 1)} or ${this.#condition(ranges, depth - 1)})`;
    if (roll === 5) return `${this.#condition(ranges, depth - 1)} and ${this.#condition(ranges, depth - 1)}`;
    if (roll === 6)
      return `${this.#value(ranges, kind, 0)} in (${this.#constant(kind)}, ${this.#constant(kind)}, ${this.#constant(kind)})`;
    if (roll === 8) return this.#inQuery(ranges, depth - 1);
    if (roll === 9) return this.#exists(ranges, depth - 1);
    if (roll === 10) return `${this.#value(ranges, 'number', 1)} between ${this.#constant('number')} and 100`;
    const operator = this.#one(['=', '<>', '<', '>=', '=']);
    return `${this.#value(ranges, kind, depth)} ${operator} ${this.#value(ranges, kind, 0)}`;
  }

  #inQuery(ranges: readonly Range[], depth: number): string {
    const source = this.#source([], depth);
    const kind = this.#one<Kind>(['number', 'text']);
    const inner = this.#field([source.range], kind);
    const outer = this.#field(ranges, kind);
    if (inner === null || outer === null) return '1 = 1';
    const where = this.#chance(50) ? ` where ${this.#condition([source.range], depth)}` : '';
    return `${outer} ${this.#chance(30) ? 'not in' : 'in'} (select ${inner} from ${source.sql}${where})`;
  }

  #exists(ranges: readonly Range[], depth: number): string {
    const source = this.#source(ranges, depth);
    // A correlated name may be caught by the inner range: that is part of what is tried.
    const [inner, outer] = [this.#field([source.range], 'number'), this.#field(ranges, 'number')];
    const tie = this.#dialect === 'clickhouse' || inner === null || outer === null ? '1 = 1' : `${inner} = ${outer}`;
    return `${this.#chance(40) ? 'not ' : ''}exists (select 1 from ${source.sql} where ${tie} and ${this.#condition([source.range], 0)})`;
  }

  #source(taken: readonly Range[], depth: number): { readonly sql: string; readonly range: Range } {
    const alias = this.#alias(taken);
    if (depth > 0 && this.#chance(25)) {
      const { sql, fields } = this.#query(depth - 1, false);
      return { sql: `(${sql}) as ${this.#name(alias)}`, range: { alias, fields } };
    }
    const common = [...this.#common.keys()];
    const name = common.length > 0 && this.#chance(60) ? this.#one(common) : this.#one(Object.keys(tables));
    const known = this.#common.get(name);
    const hidden = known === undefined && this.#chance(4) ? (denied[name] ?? []) : [];
    const fields = [...(known ?? tables[name]!), ...hidden];
    if (!taken.some((range) => range.alias === name) && this.#chance(30))
      return { sql: this.#name(name), range: { alias: name, fields } };
    return {
      sql: `${this.#name(name)} ${this.#chance(50) ? 'as ' : ''}${this.#name(alias)}`,
      range: { alias, fields },
    };
  }

  #from(depth: number): { readonly sql: string; readonly ranges: readonly Range[] } {
    const first = this.#source([], depth);
    let sql = first.sql;
    const ranges = [first.range];
    const more = this.#chance(45) ? 1 + this.#upTo(1) : 0;
    for (let at = 0; at < more && !sql.includes(' full join '); at += 1) {
      const wasJoining = this.#isJoining;
      this.#isJoining = true;
      const isLateral = (this.#dialect === 'postgres' || this.#dialect === 'duckdb') && this.#chance(15);
      if (isLateral) {
        const alias = this.#alias(ranges);
        const inner = this.#source(ranges, 0);
        const value = this.#field([inner.range], 'number') ?? '1';
        const tie = `${this.#field([inner.range], 'number') ?? '1'} = ${this.#field(ranges, 'number') ?? '1'}`;
        sql += ` cross join lateral (select max(${value}) as v from ${inner.sql} where ${tie}) as ${this.#name(alias)}`;
        ranges.push({ alias, fields: [number('v')] });
        this.#isJoining = wasJoining;
        continue;
      }
      const next = this.#source(ranges, depth - 1);
      const kind = this.#one(joins[this.#dialect]);
      const [left, right] = [this.#field(ranges, 'number'), this.#field([next.range], 'number')];
      if (kind === 'cross join') sql += ` cross join ${next.sql}`;
      else if (left === null || right === null) sql += ` cross join ${next.sql}`;
      else {
        const isPlain = kind === 'full join' || this.#dialect === 'clickhouse' || this.#chance(70);
        sql += ` ${kind} ${next.sql} on ${left} = ${right}${isPlain ? '' : ` and ${this.#condition([...ranges, next.range], 0)}`}`;
      }
      this.#isJoining = wasJoining;
      ranges.push(next.range);
    }
    return { sql, ranges };
  }

  #wholeRow(ranges: readonly Range[]): string | null {
    const { alias } = this.#one(ranges);
    const name = this.#name(alias);
    if (this.#dialect === 'postgres')
      return this.#one([`cast(${name} as text)`, `to_jsonb(${name})`, `row(${name}.*)`]);
    if (this.#dialect === 'duckdb') return `cast(${name} as varchar)`;
    return null;
  }

  #aggregate(ranges: readonly Range[]): { readonly sql: string; readonly kind: Kind } {
    const kind = this.#one<Kind>(['number', 'text']);
    const value = this.#value(ranges, kind, 1);
    const roll = this.#upTo(4);
    if (roll === 0) return { sql: 'count(*)', kind: 'number' };
    if (roll === 1) return { sql: `count(distinct ${value})`, kind: 'number' };
    if (roll === 2 && kind === 'number') return { sql: `sum(${value})`, kind };
    return { sql: `${this.#one(['min', 'max'])}(${value})`, kind };
  }

  #window(ranges: readonly Range[]): string {
    const by = this.#field(ranges) ?? '1';
    const order = this.#field(ranges, 'number') ?? '1';
    const value = this.#value(ranges, 'number', 0);
    return this.#one([
      `rank() over (partition by ${by} order by ${order})`,
      `dense_rank() over (order by ${order} desc)`,
      `count(*) over (partition by ${by})`,
      `max(${value}) over (partition by ${by})`,
      `min(${value}) over ()`,
    ]);
  }

  /** One SELECT; `arity` columns of these kinds when they are given. */
  #select(depth: number, kinds?: readonly Kind[]): { readonly sql: string; readonly fields: readonly Field[] } {
    const { sql: from, ranges } = this.#from(depth);
    const where = this.#chance(60) ? ` where ${this.#condition(ranges, depth)}` : '';
    if (kinds === undefined && this.#chance(15) && ranges.length === 1)
      return { sql: `select * from ${from}${where}`, fields: ranges[0]!.fields };
    const isGrouped = this.#chance(25);
    const wanted =
      kinds ?? Array.from({ length: 1 + this.#upTo(2) }, () => this.#one<Kind>(['number', 'text', 'number']));
    const taken = new Set<string>();
    const fields: Field[] = [];
    const items: string[] = [];
    const keys: string[] = [];
    for (const kind of wanted) {
      let name = this.#one(outputNames);
      if (taken.has(name)) name = `o${taken.size}`;
      taken.add(name);
      fields.push({ name, kind });
      let value: string;
      if (isGrouped && keys.length > 0) {
        const made = this.#aggregate(ranges);
        value = made.kind === kind ? made.sql : kind === 'text' ? "max('g')" : 'count(*)';
      } else {
        value = isGrouped
          ? (this.#field(ranges, kind) ?? this.#constant(kind))
          : kind === 'number' && depth > 0 && this.#chance(12)
            ? this.#window(ranges)
            : kind === 'text' && kinds === undefined && depth > 1 && this.#chance(8)
              ? (this.#wholeRow(ranges) ?? this.#value(ranges, kind, depth))
              : this.#value(ranges, kind, depth);
        if (isGrouped) keys.push(value);
      }
      items.push(`${value} as ${this.#name(name)}`);
    }
    const group = isGrouped && /[a-z]/.test(keys[0]!) ? ` group by ${keys[0]}` : '';
    const having = isGrouped && this.#chance(30) ? ` having count(*) > ${this.#upTo(2)}` : '';
    const distinct = !isGrouped && this.#chance(12) ? 'distinct ' : '';
    return { sql: `select ${distinct}${items.join(', ')} from ${from}${where}${group}${having}`, fields };
  }

  #query(depth: number, isTop: boolean): { readonly sql: string; readonly fields: readonly Field[] } {
    const outside = this.#common;
    let prefix = '';
    if (depth > 0 && this.#chance(isTop ? 30 : 10)) {
      const name = this.#one(['customers', 'orders', 'employees', 'x', 'region', 'p']);
      const { sql, fields } = this.#query(depth - 1, false);
      prefix = `with ${this.#name(name)} as (${sql}) `;
      this.#common = new Map([...this.#common, [name, fields]]);
    }
    let { sql, fields } = this.#select(depth);
    if (this.#chance(15) && !sql.startsWith('select *')) {
      const operator = this.#one(
        this.#dialect === 'clickhouse'
          ? ['union all', 'union distinct']
          : ['union all', 'union', 'except', 'intersect'],
      );
      sql = `${sql} ${operator} ${
        this.#select(
          0,
          fields.map(({ kind }) => kind),
        ).sql
      }`;
    }
    if (this.#chance(isTop ? 30 : 8)) {
      const positions = fields.map((_, at) => at + 1).join(', ');
      sql = `${sql} order by ${positions}${this.#chance(60) ? ` limit ${1 + this.#upTo(4)}` : ''}`;
      if (/ (union|except|intersect)/.test(sql) && this.#dialect === 'clickhouse')
        sql = sql.replace(/ order by [^)]*$/, '');
    }
    this.#common = outside;
    return { sql: prefix + sql, fields };
  }

  write(): string {
    return this.#query(2, true).sql;
  }
}

export const arbitrarySql = (dialect: DialectName): fc.Arbitrary<string> =>
  fc.gen().map((draw) => new Writer(draw, dialect).write());

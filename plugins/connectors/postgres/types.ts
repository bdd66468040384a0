import type { Cell, LogicalType } from 'datamind/contract';
import { parsePostgresArray } from './arrays.js';
import { spellFraction, spellPostgresTime } from './times.js';

/** What is known of one type of the server. */
export interface PostgresType {
  readonly name: string;
  readonly type: LogicalType;
  /** From the server's text to a cell. */
  read(text: string): Cell;
}

const same = (text: string): Cell => text;
const plain = (name: string, type: LogicalType, read: (text: string) => Cell = same): PostgresType => ({
  name,
  type,
  read,
});

const readFloat = (text: string): Cell => {
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
};

const readBinary = (text: string): Cell => Buffer.from(text.slice(2), 'hex').toString('base64');

const readTime = (text: string): Cell => {
  const [whole = '', fraction] = text.split('.');
  return `${whole}${spellFraction(fraction)}`;
};

/** The built-in types that are more than text to a result set. Source of the numbers: `pg_type.dat`. */
const builtIn: Readonly<Record<number, PostgresType>> = {
  16: plain('boolean', 'boolean', (text) => text === 't'),
  17: plain('bytea', 'binary', readBinary),
  18: plain('"char"', 'string'),
  19: plain('name', 'string'),
  20: plain('bigint', 'bigint'),
  21: plain('smallint', 'integer', Number),
  23: plain('integer', 'integer', Number),
  25: plain('text', 'string'),
  26: plain('oid', 'integer', Number),
  114: plain('json', 'json'),
  142: plain('xml', 'string'),
  700: plain('real', 'float', readFloat),
  701: plain('double precision', 'float', readFloat),
  705: plain('text', 'string'),
  1042: plain('character', 'string'),
  1043: plain('character varying', 'string'),
  1082: plain('date', 'date', (text) => spellPostgresTime(text)),
  1083: plain('time without time zone', 'time', readTime),
  1114: plain('timestamp without time zone', 'timestamp', (text) => spellPostgresTime(text)),
  1184: plain('timestamp with time zone', 'timestamptz', (text) => spellPostgresTime(text, 'Z')),
  1186: plain('interval', 'interval'),
  1560: plain('bit', 'string'),
  1562: plain('bit varying', 'string'),
  1700: plain('numeric', 'decimal'),
  2950: plain('uuid', 'uuid'),
  3802: plain('jsonb', 'json'),
};

/** A row of `pg_type`, as {@link typeQuery} gives it. */
export interface TypeRow {
  readonly oid: number;
  readonly name: string;
  /** `b` base, `c` composite, `d` domain, `e` enum, `p` pseudo, `r` range, `m` multirange. */
  readonly kind: string;
  /** `S` for the types that are spelled and compared as text. */
  readonly category: string;
  /** The type of the elements when it is a true array, else 0. */
  readonly element: number;
  readonly delimiter: string;
  /** The type below a domain, else 0. */
  readonly base: number;
}

/** The types that are not built in, or the ones asked for. `$1` is an array of type numbers. */
export const typeQuery = `
  WITH RECURSIVE wanted AS (
    SELECT unnest($1::oid[]) AS oid
    UNION
    SELECT below.oid FROM wanted
    JOIN pg_catalog.pg_type t ON t.oid = wanted.oid
    CROSS JOIN LATERAL (VALUES (t.typelem), (t.typbasetype)) AS below(oid)
    WHERE below.oid <> 0
  )
  SELECT t.oid::int8::float8 AS oid, pg_catalog.format_type(t.oid, NULL) AS name, t.typtype AS kind,
         t.typcategory AS category, t.typbasetype::int8::float8 AS base,
         CASE WHEN t.typoutput = 'pg_catalog.array_out'::regproc THEN t.typelem ELSE 0 END::int8::float8 AS element,
         coalesce(e.typdelim, ',') AS delimiter
  FROM wanted JOIN pg_catalog.pg_type t USING (oid)
  LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem`;

/** The types of one server: those built in, and those learned from it. Mutable, one a connector. */
export interface TypeRegistry {
  /** Undefined when the server must be asked first. */
  find(oid: number): PostgresType | undefined;
  learn(rows: readonly TypeRow[]): void;
}

/** @param more types that another server has built in */
export function createTypeRegistry(more: Readonly<Record<number, PostgresType>> = {}): TypeRegistry {
  const known = new Map<number, PostgresType>(
    Object.entries({ ...builtIn, ...more }).map(([oid, type]) => [Number(oid), type]),
  );

  const build = (row: TypeRow, rows: ReadonlyMap<number, TypeRow>): PostgresType => {
    const below = (oid: number): PostgresType | undefined => {
      const next = rows.get(oid);
      return known.get(oid) ?? (next === undefined ? undefined : build(next, rows));
    };
    const base = row.base === 0 ? undefined : below(row.base);
    if (base !== undefined) return { ...base, name: row.name };
    const element = row.element === 0 ? undefined : below(row.element);
    if (element !== undefined) {
      return plain(row.name, 'array', (text) => parsePostgresArray(text, element.read, row.delimiter));
    }
    return plain(row.name, row.kind === 'e' || row.category === 'S' ? 'string' : 'unknown');
  };

  return {
    find: (oid) => known.get(oid),
    learn: (rows) => {
      const byOid = new Map(rows.map((row) => [row.oid, row]));
      for (const row of rows) if (!known.has(row.oid)) known.set(row.oid, build(row, byOid));
    },
  };
}

const numeric = 1700;
const lengths: ReadonlySet<number> = new Set([1042, 1043]);

/** The type's name with its length or precision, as `format_type` writes it. */
export function nativeTypeName(type: PostgresType, oid: number, modifier: number): string {
  if (modifier < 4) return type.name;
  if (lengths.has(oid)) return `${type.name}(${modifier - 4})`;
  if (oid !== numeric) return type.name;
  const packed = modifier - 4;
  const scale = ((packed & 0x7ff) ^ 1024) - 1024;
  return `${type.name}(${(packed >> 16) & 0xffff},${scale})`;
}

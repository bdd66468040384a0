/** From SQLite's five classes of values to logical types. Runs in the child process, but for {@link declaredType}. */
import type { Cell, Column, LogicalType } from 'datamind/contract';
import type { SqliteValue } from './driver.js';
import { ChildFailure, ownFailures } from './messages.js';

type Spell = (value: bigint | number | string | Uint8Array) => Cell | undefined;

/** What a declared type means; the first that fits. SQLite itself knows only affinities, so the names are those that people write. */
const declarations: readonly (readonly [RegExp, LogicalType])[] = [
  [/^BOOL/, 'boolean'],
  [/^(DECIMAL|NUMERIC|NUMBER|MONEY)\b/, 'decimal'],
  [/^(TIMESTAMPTZ|TIMESTAMP\s*(\(\d+\)\s*)?WITH TIME ZONE|DATETIMEOFFSET)/, 'timestamptz'],
  [/^(TIMESTAMP|DATETIME)/, 'timestamp'],
  [/^DATE$/, 'date'],
  [/^TIME\b/, 'time'],
  [/^(UUID|GUID|UNIQUEIDENTIFIER)$/, 'uuid'],
  [/^JSON$/, 'json'],
  [/\b(TINY|SMALL|MEDIUM|BIG)?INT(EGER)?\d?\b/, 'bigint'],
  [/CHAR|CLOB|TEXT|STRING/, 'string'],
  [/BLOB|BINARY/, 'binary'],
  [/REAL|FLOA|DOUB/, 'float'],
];

/** The logical type of a declaration; `null` where it says nothing and the values decide. */
export const declaredType = (declared: string | null): LogicalType | null => {
  const name = declared?.trim().toUpperCase() ?? '';
  return declarations.find(([pattern]) => pattern.test(name))?.[1] ?? null;
};

/** The digits of a real, without an exponent. */
export const plainDigits = (value: number): string => {
  const text = String(value);
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!parts) return text;
  const [, sign, first, rest = '', exponent] = parts;
  const digits = `${first}${rest}`;
  const point = 1 + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return point >= digits.length
    ? `${sign}${digits}${'0'.repeat(point - digits.length)}`
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
};

/** `DECIMAL(10,2)`: digits with at least the column's scale; what SQLite holds beyond it is not rounded away. */
const decimalSpell = (declared: string): Spell => {
  const scale = Number(/\(\s*\d+\s*,\s*(\d+)\s*\)/.exec(declared)?.[1] ?? 0);
  return (value) => {
    if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
    if (value instanceof Uint8Array || (typeof value === 'string' && !/^-?\d+(\.\d+)?$/.test(value))) return undefined;
    const digits = typeof value === 'number' ? plainDigits(value) : String(value);
    const [whole, fraction = ''] = digits.split('.');
    const padded = fraction.padEnd(scale, '0');
    return padded === '' ? whole! : `${whole}.${padded}`;
  };
};

const dateText = /^\d{4}-\d\d-\d\d$/;
const timeText = /^(\d\d:\d\d)(:\d\d)?(?:\.(\d{1,6}))?$/;
const timestampText = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(:\d\d)?(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d\d:?\d\d)?$/;

const micros = (fraction: string | undefined): string => {
  if (fraction === undefined || /^0*$/.test(fraction)) return '';
  return `.${fraction.length > 6 ? fraction : fraction.padEnd(6, '0')}`;
};

/** A timestamp in UTC, which is what SQLite takes a text without a zone for. */
const timestampSpell =
  (final: '' | 'Z'): Spell =>
  (value) => {
    const parts = typeof value === 'string' ? timestampText.exec(value) : null;
    if (!parts) return undefined;
    const [, day, minute = '00:00', second = ':00', fraction, zone = 'Z'] = parts;
    if (zone === 'Z' || /^[+-]00:?00$/.test(zone)) return `${day}T${minute}${second}${micros(fraction)}${final}`;
    const instant = Date.parse(
      `${day}T${minute}${second}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone}`,
    );
    return Number.isNaN(instant)
      ? undefined
      : `${new Date(instant).toISOString().slice(0, 19)}${micros(fraction)}${final}`;
  };

const floatCell = (value: number): Cell => (Number.isFinite(value) ? value : String(value));

const base64 = (value: Uint8Array): string =>
  Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');

/** A value as SQLite would write it as text. */
const written: Spell = (value) =>
  value instanceof Uint8Array ? base64(value) : typeof value === 'number' ? plainDigits(value) : String(value);

/** How a value of a type is spelled; `undefined` when it is not of that type. */
const spells: Readonly<Record<string, (declared: string) => Spell>> = {
  boolean: () => (value) => (value === 0n ? false : value === 1n ? true : undefined),
  bigint: () => (value) => (typeof value === 'bigint' ? String(value) : undefined),
  decimal: decimalSpell,
  float: () => (value) => {
    if (typeof value === 'number') return floatCell(value);
    return typeof value === 'bigint' && BigInt(Number(value)) === value ? Number(value) : undefined;
  },
  string: () => (value) => (value instanceof Uint8Array ? undefined : written(value)),
  uuid: () => (value) =>
    typeof value === 'string' && /^[0-9a-f-]{36}$/i.test(value) ? value.toLowerCase() : undefined,
  date: () => (value) => (typeof value === 'string' && dateText.test(value) ? value : undefined),
  time: () => (value) => {
    const parts = typeof value === 'string' ? timeText.exec(value) : null;
    return parts ? `${parts[1]}${parts[2] ?? ':00'}${micros(parts[3])}` : undefined;
  },
  timestamp: () => timestampSpell(''),
  timestamptz: () => timestampSpell('Z'),
  binary: () => (value) => (value instanceof Uint8Array ? base64(value) : undefined),
  json: () => (value) => (typeof value === 'string' ? value : undefined),
  unknown: () => written,
};

/** The type of an expression, from the classes of the values in the first rows; `unknown`, which holds anything, when they do not agree. */
const typeOfValues = (values: readonly SqliteValue[]): LogicalType => {
  const classes = new Set(
    values.filter((value) => value !== null).map((value) => (value instanceof Uint8Array ? 'binary' : typeof value)),
  );
  if (classes.size === 1) {
    const [only] = classes;
    return only === 'number' ? 'float' : (only as LogicalType);
  }
  const numbersOnly = classes.size === 2 && classes.has('number') && classes.has('bigint');
  return numbersOnly ? 'float' : 'unknown';
};

const nativeNames: Partial<Record<LogicalType, string>> = {
  bigint: 'INTEGER',
  float: 'REAL',
  string: 'TEXT',
  binary: 'BLOB',
};

export interface ColumnSpeller {
  readonly column: Column;
  readonly spell: (value: SqliteValue) => Cell;
}

/** @param firstValues the column's values in the rows that were read before the first batch goes out */
export const createSpeller = (
  name: string,
  declared: string | null,
  firstValues: readonly SqliteValue[],
): ColumnSpeller => {
  const said = declaredType(declared);
  const type = said ?? typeOfValues(firstValues);
  const nativeType = declared || (nativeNames[type] ?? 'NULL');
  const spell = spells[type]!((declared ?? '').toUpperCase());
  return {
    column: { name, type, nativeType },
    spell: (value) => {
      if (value === null) return null;
      const cell = spell(value);
      if (cell !== undefined) return cell;
      throw new ChildFailure(ownFailures.misfit, said ? `declared ${said}` : `began as ${type}`);
    },
  };
};

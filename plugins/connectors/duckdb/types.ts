import type * as Driver from '@duckdb/node-api';
import { spellDate, spellTime, spellTimestamp } from 'datamind/connector-kit';
import type { Cell, Column, LogicalType, Row } from 'datamind/contract';

type DuckDBType = Driver.DuckDBType;
type TypeIds = typeof Driver.DuckDBTypeId;

/** The names that DuckDB's catalogue gives to its types, without width and scale. */
const logicalTypes: Readonly<Record<string, LogicalType>> = {
  BOOLEAN: 'boolean',
  TINYINT: 'integer',
  SMALLINT: 'integer',
  INTEGER: 'integer',
  UTINYINT: 'integer',
  USMALLINT: 'integer',
  UINTEGER: 'integer',
  BIGINT: 'bigint',
  UBIGINT: 'bigint',
  HUGEINT: 'bigint',
  UHUGEINT: 'bigint',
  BIGNUM: 'bigint',
  DECIMAL: 'decimal',
  FLOAT: 'float',
  DOUBLE: 'float',
  VARCHAR: 'string',
  ENUM: 'string',
  UUID: 'uuid',
  DATE: 'date',
  TIME: 'time',
  TIME_NS: 'time',
  TIMESTAMP: 'timestamp',
  TIMESTAMP_S: 'timestamp',
  TIMESTAMP_MS: 'timestamp',
  TIMESTAMP_NS: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamptz',
  INTERVAL: 'interval',
  BLOB: 'binary',
  JSON: 'json',
  STRUCT: 'json',
  MAP: 'json',
  UNION: 'json',
  VARIANT: 'json',
};

/** The logical type of a type as DuckDB writes it: `DECIMAL(18,2)`, `INTEGER[]`, `STRUCT("a" INTEGER)`. */
export const logicalTypeOf = (nativeType: string): LogicalType => {
  if (/\[\d*\]$/.test(nativeType)) return 'array';
  return logicalTypes[nativeType.replace(/\(.*$/s, '')] ?? 'unknown';
};

const nativeTypeOf = (type: DuckDBType): string => {
  if ('valueType' in type) {
    const length = 'length' in type ? String(type.length) : '';
    return `${nativeTypeOf(type.valueType)}[${length}]`;
  }
  return type.alias === 'JSON' ? 'JSON' : type.toString();
};

export const columnOf = (name: string, type: DuckDBType): Column => {
  const nativeType = nativeTypeOf(type);
  return { name, type: logicalTypeOf(nativeType), nativeType };
};

/** How the value of one type becomes a cell. Never called with null. */
type Spell = (value: never) => Cell;

const floatCell = (value: number): Cell => (Number.isFinite(value) ? value : String(value));

const plain = (value: Cell): Cell => value;
const digits = (value: bigint): Cell => String(value);
const written = (value: { toString(): string }): Cell => value.toString();

const decimalCell = ({ value, scale }: { readonly value: bigint; readonly scale: number }): Cell => {
  if (scale === 0) return String(value);
  const negative = value < 0n;
  const text = String(negative ? -value : value).padStart(scale + 1, '0');
  const point = text.length - scale;
  return `${negative ? '-' : ''}${text.slice(0, point)}.${text.slice(point)}`;
};

/** The largest and the smallest count stand for infinity. */
const infiniteDays = 2_147_483_647;
const infiniteCount = 9_223_372_036_854_775_807n;

const dateCell = ({ days }: { readonly days: number }): Cell => {
  if (days === infiniteDays) return 'infinity';
  if (days === -infiniteDays) return '-infinity';
  return spellDate(days);
};

/** A timestamp of so many units a second. */
const timestampCell = (count: bigint, unitDigits: number, zone: '' | 'Z'): Cell => {
  if (count === infiniteCount) return 'infinity';
  if (count === -infiniteCount) return '-infinity';
  const units = 10 ** unitDigits;
  if (count <= Number.MAX_SAFE_INTEGER && count >= Number.MIN_SAFE_INTEGER) {
    const whole = Number(count);
    const seconds = Math.floor(whole / units);
    return spelled(seconds, whole - seconds * units, unitDigits, zone);
  }
  const perSecond = BigInt(units);
  const rest = ((count % perSecond) + perSecond) % perSecond;
  return spelled(Number((count - rest) / perSecond), Number(rest), unitDigits, zone);
};

/** Three digits behind the point become six; nine stay nine only where the last three say something. */
const spelled = (seconds: number, fraction: number, unitDigits: number, zone: '' | 'Z'): Cell => {
  if (unitDigits <= 6) return spellTimestamp(seconds, fraction * 10 ** (6 - unitDigits)) + zone;
  return (
    (fraction % 1000 === 0 ? spellTimestamp(seconds, fraction / 1000) : spellTimestamp(seconds, fraction, 9)) + zone
  );
};

const timeCell = (count: bigint, unitDigits: number): Cell => {
  const units = 10 ** unitDigits;
  const whole = Number(count);
  const seconds = Math.floor(whole / units);
  const fraction = whole - seconds * units;
  if (unitDigits === 9 && fraction % 1000 === 0) return spellTime(seconds, fraction / 1000);
  return spellTime(seconds, fraction, unitDigits);
};

const listCell =
  (spell: Spell) =>
  ({ items }: { readonly items: readonly unknown[] }): Cell =>
    items.map((item) => (item === null ? null : spell(item as never)));

/** A cell inside JSON text: JSON that is a cell already stays JSON. */
const jsonPart = (type: DuckDBType, ids: TypeIds, value: unknown): unknown => {
  if (value === null || value === undefined) return null;
  const cell = spellOf(type, ids)(value as never);
  return logicalTypeOf(nativeTypeOf(type)) === 'json' ? JSON.parse(cell as string) : cell;
};

const structCell =
  (type: Driver.DuckDBStructType, ids: TypeIds) =>
  ({ entries }: { readonly entries: Readonly<Record<string, unknown>> }): Cell =>
    JSON.stringify(
      Object.fromEntries(type.entryNames.map((name, at) => [name, jsonPart(type.entryTypes[at]!, ids, entries[name])])),
    );

/** A map keeps its order and the types of its keys as a list of pairs. */
const mapCell =
  (type: Driver.DuckDBMapType, ids: TypeIds) =>
  ({ entries }: { readonly entries: readonly { readonly key: unknown; readonly value: unknown }[] }): Cell =>
    JSON.stringify(
      entries.map(({ key, value }) => [jsonPart(type.keyType, ids, key), jsonPart(type.valueType, ids, value)]),
    );

const unionCell =
  (type: Driver.DuckDBUnionType, ids: TypeIds) =>
  ({ tag, value }: { readonly tag: string; readonly value: unknown }): Cell =>
    JSON.stringify({ [tag]: jsonPart(type.memberTypes[type.memberTags.indexOf(tag)]!, ids, value) });

const variantCell =
  (ids: TypeIds) =>
  ({ type, value }: { readonly type: DuckDBType; readonly value: unknown }): Cell =>
    JSON.stringify(jsonPart(type, ids, value));

const spellOf = (type: DuckDBType, ids: TypeIds): Spell => {
  switch (type.typeId) {
    case ids.BOOLEAN:
    case ids.TINYINT:
    case ids.SMALLINT:
    case ids.INTEGER:
    case ids.UTINYINT:
    case ids.USMALLINT:
    case ids.UINTEGER:
    case ids.VARCHAR:
    case ids.ENUM:
    case ids.SQLNULL:
      return plain;
    case ids.BIGINT:
    case ids.UBIGINT:
    case ids.HUGEINT:
    case ids.UHUGEINT:
    case ids.BIGNUM:
      return digits;
    case ids.FLOAT:
    case ids.DOUBLE:
      return floatCell;
    case ids.DECIMAL:
      return decimalCell;
    case ids.DATE:
      return dateCell;
    case ids.TIME:
      return ({ micros }: { readonly micros: bigint }) => timeCell(micros, 6);
    case ids.TIME_NS:
      return ({ nanos }: { readonly nanos: bigint }) => timeCell(nanos, 9);
    case ids.TIMESTAMP:
      return ({ micros }: { readonly micros: bigint }) => timestampCell(micros, 6, '');
    case ids.TIMESTAMP_TZ:
      return ({ micros }: { readonly micros: bigint }) => timestampCell(micros, 6, 'Z');
    case ids.TIMESTAMP_S:
      return ({ seconds }: { readonly seconds: bigint }) => timestampCell(seconds, 0, '');
    case ids.TIMESTAMP_MS:
      return ({ millis }: { readonly millis: bigint }) => timestampCell(millis, 3, '');
    case ids.TIMESTAMP_NS:
      return ({ nanos }: { readonly nanos: bigint }) => timestampCell(nanos, 9, '');
    case ids.BLOB:
      return ({ bytes }: { readonly bytes: Uint8Array }) =>
        Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    case ids.LIST:
    case ids.ARRAY:
      return listCell(spellOf((type as Driver.DuckDBListType).valueType, ids));
    case ids.STRUCT:
      return structCell(type as Driver.DuckDBStructType, ids);
    case ids.MAP:
      return mapCell(type as Driver.DuckDBMapType, ids);
    case ids.UNION:
      return unionCell(type as Driver.DuckDBUnionType, ids);
    case ids.VARIANT:
      return variantCell(ids);
    default:
      return written;
  }
};

/** A reader of chunks with these columns: each column's way of spelling is chosen once. */
export const createChunkReader = (types: readonly DuckDBType[], ids: TypeIds) => {
  const spells = types.map((type) => spellOf(type, ids));
  return (chunk: Driver.DuckDBDataChunk): readonly Row[] => {
    const rows: Cell[][] = Array.from({ length: chunk.rowCount }, () => new Array<Cell>(types.length));
    for (let column = 0; column < types.length; column += 1) {
      const vector = chunk.getColumnVector(column);
      const spell = spells[column]!;
      for (let row = 0; row < rows.length; row += 1) {
        const value = vector.getItem(row);
        rows[row]![column] = value === null ? null : spell(value as never);
      }
    }
    return rows;
  };
};

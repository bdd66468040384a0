import type { Cell, Column, LogicalType } from 'datamind/contract';
import { PluginError } from 'datamind/contract';
import mysql from 'mysql2';

/** A column as the driver describes it. */
export interface Field {
  readonly name: string;
  /** The protocol's number of the type. */
  readonly columnType: number;
  readonly columnLength: number;
  readonly characterSet: number;
  readonly flags: number;
  readonly decimals: number;
  /** MariaDB: types that travel as text or bytes, such as `uuid`. */
  readonly extendedTypeName?: string;
  /** MariaDB: `json`. */
  readonly extendedFormat?: string;
}

/** What the driver gives for a value; dates, decimals and 64-bit integers come as text by the session's settings. */
export type DriverValue = null | number | string | Buffer;

interface MysqlType {
  readonly name: string;
  readonly type: LogicalType;
  read(value: DriverValue): Cell;
}

const same = (value: DriverValue): Cell => (Buffer.isBuffer(value) ? value.toString('utf8') : value);
const asText = (value: DriverValue): Cell => String(value);
const asBinary = (value: DriverValue): Cell =>
  (Buffer.isBuffer(value) ? value : Buffer.from(String(value))).toString('base64');

/** A 4-byte float arrives widened to 8: the shortest digits that mean the same 4-byte float. */
export function shortestFloat(value: DriverValue): Cell {
  const wide = Number(value);
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(wide.toPrecision(digits));
    if (Math.fround(short) === wide) return short;
  }
  return Number(wide.toPrecision(9));
}

const withFraction = (text: string): string =>
  text.replace(/\.(\d+)$/, (_, digits: string) => (/^0*$/.test(digits) ? '' : `.${digits.padEnd(6, '0')}`));

const asTimestamp =
  (zone: '' | 'Z') =>
  (value: DriverValue): Cell =>
    `${withFraction(String(value).replace(' ', 'T'))}${zone}`;

/** `TINYINT(1)` is what MySQL makes of BOOLEAN, and it can hold more than that. */
const asBoolean = (value: DriverValue): Cell => {
  const number = Buffer.isBuffer(value) ? value[value.length - 1] : Number(value);
  if (number === 0 || number === 1) return number === 1;
  throw new PluginError(
    'VALUE_INVALID',
    'A TINYINT(1) column holds more than 0 and 1, so it is no boolean: set `tinyintIsBoolean` to false to read such columns as integers.',
  );
};

const asBits = (value: DriverValue): Cell => BigInt(`0x${(value as Buffer).toString('hex') || '0'}`).toString();

const { Types } = mysql;
const unsignedFlag = 32;
const binaryCharset = 63;

const plain = (name: string, type: LogicalType, read: (value: DriverValue) => Cell = same): MysqlType => ({
  name,
  type,
  read,
});

/** By the protocol's number. Source: MySQL's `field_types.h`. Text and bytes are told apart by the character set. */
const byNumber: Readonly<Record<number, MysqlType>> = {
  [Types.TINY]: plain('tinyint', 'integer'),
  [Types.SHORT]: plain('smallint', 'integer'),
  [Types.INT24]: plain('mediumint', 'integer'),
  [Types.LONG]: plain('int', 'integer'),
  [Types.LONGLONG]: plain('bigint', 'bigint', asText),
  [Types.YEAR]: plain('year', 'integer'),
  [Types.FLOAT]: plain('float', 'float', shortestFloat),
  [Types.DOUBLE]: plain('double', 'float'),
  [Types.DECIMAL]: plain('decimal', 'decimal'),
  [Types.NEWDECIMAL]: plain('decimal', 'decimal'),
  [Types.DATE]: plain('date', 'date'),
  [Types.NEWDATE]: plain('date', 'date'),
  [Types.DATETIME]: plain('datetime', 'timestamp', asTimestamp('')),
  [Types.TIMESTAMP]: plain('timestamp', 'timestamptz', asTimestamp('Z')),
  [Types.TIME]: plain('time', 'time', (value) => withFraction(String(value))),
  [Types.BIT]: plain('bit', 'bigint', asBits),
  [Types.JSON]: plain('json', 'json'),
  [Types.NULL]: plain('null', 'unknown'),
  [Types.GEOMETRY]: plain('geometry', 'binary', asBinary),
  [Types.VECTOR]: plain('vector', 'binary', asBinary),
};

/** Types whose bytes the driver would take apart; they are asked for whole. */
export const rawTypes: ReadonlySet<number> = new Set([Types.GEOMETRY, Types.VECTOR]);

const textTypes: Readonly<Record<number, readonly [text: string, bytes: string]>> = {
  [Types.VARCHAR]: ['varchar', 'varbinary'],
  [Types.VAR_STRING]: ['varchar', 'varbinary'],
  [Types.STRING]: ['char', 'binary'],
  [Types.ENUM]: ['enum', 'enum'],
  [Types.SET]: ['set', 'set'],
  [Types.TINY_BLOB]: ['tinytext', 'tinyblob'],
  [Types.MEDIUM_BLOB]: ['mediumtext', 'mediumblob'],
  [Types.LONG_BLOB]: ['longtext', 'longblob'],
  [Types.BLOB]: ['text', 'blob'],
};
const enumFlag = 256;
const setFlag = 2048;

function describeField(field: Field, tinyintIsBoolean: boolean): MysqlType {
  if (field.extendedFormat === 'json') return plain('json', 'json');
  if (field.extendedTypeName === 'uuid') return plain('uuid', 'uuid', (value) => String(same(value)).toLowerCase());
  if (field.extendedTypeName !== undefined && field.columnType !== Types.GEOMETRY) {
    return plain(field.extendedTypeName, 'unknown');
  }
  const unsigned = (field.flags & unsignedFlag) !== 0;
  if (field.columnType === Types.BIT && field.columnLength === 1) return plain('bit(1)', 'boolean', asBoolean);
  if (field.columnType === Types.TINY && field.columnLength === 1 && !unsigned && tinyintIsBoolean) {
    return plain('tinyint(1)', 'boolean', asBoolean);
  }
  const [text, bytes] = textTypes[field.columnType] ?? [];
  if (text !== undefined && bytes !== undefined) {
    if ((field.flags & enumFlag) !== 0) return plain('enum', 'string');
    if ((field.flags & setFlag) !== 0) return plain('set', 'string');
    return field.characterSet === binaryCharset ? plain(bytes, 'binary', asBinary) : plain(text, 'string');
  }
  const known = byNumber[field.columnType];
  if (known === undefined) return plain(`type ${field.columnType}`, 'unknown', asText);
  return unsigned &&
    ['integer', 'bigint'].includes(known.type) &&
    field.columnType !== Types.YEAR &&
    field.columnType !== Types.BIT
    ? { ...known, name: `${known.name} unsigned` }
    : known;
}

function nativeTypeName(field: Field, { name, type }: MysqlType): string {
  if (type === 'decimal') {
    const signs = ((field.flags & unsignedFlag) === 0 ? 1 : 0) + (field.decimals > 0 ? 1 : 0);
    return `${name}(${field.columnLength - signs},${field.decimals})`;
  }
  if (field.columnType === Types.BIT && field.columnLength > 1) return `${name}(${field.columnLength})`;
  return name;
}

export interface ColumnReader {
  readonly column: Column;
  read(value: DriverValue): Cell;
}

export function describeColumn(field: Field, tinyintIsBoolean: boolean): ColumnReader {
  const known = describeField(field, tinyintIsBoolean);
  return {
    column: { name: field.name, type: known.type, nativeType: nativeTypeName(field, known) },
    read: (value) => (value === null ? null : known.read(value)),
  };
}

/** The logical type of a column of `information_schema`: `DATA_TYPE`, with `COLUMN_TYPE` for what it leaves out. */
export function catalogueType(dataType: string, columnType: string, tinyintIsBoolean: boolean): LogicalType {
  if (columnType === 'bit(1)' || (columnType === 'tinyint(1)' && tinyintIsBoolean)) return 'boolean';
  return byDataType[dataType] ?? 'unknown';
}

const byDataType: Readonly<Record<string, LogicalType>> = {
  tinyint: 'integer',
  smallint: 'integer',
  mediumint: 'integer',
  int: 'integer',
  year: 'integer',
  bigint: 'bigint',
  bit: 'bigint',
  float: 'float',
  double: 'float',
  decimal: 'decimal',
  date: 'date',
  datetime: 'timestamp',
  timestamp: 'timestamptz',
  time: 'time',
  json: 'json',
  uuid: 'uuid',
  char: 'string',
  varchar: 'string',
  tinytext: 'string',
  text: 'string',
  mediumtext: 'string',
  longtext: 'string',
  enum: 'string',
  set: 'string',
  binary: 'binary',
  varbinary: 'binary',
  tinyblob: 'binary',
  blob: 'binary',
  mediumblob: 'binary',
  longblob: 'binary',
  geometry: 'binary',
  point: 'binary',
  linestring: 'binary',
  polygon: 'binary',
  multipoint: 'binary',
  multilinestring: 'binary',
  multipolygon: 'binary',
  geometrycollection: 'binary',
  geomcollection: 'binary',
  vector: 'binary',
};

import type { Cell, LogicalType } from 'datamind/contract';

/** A column as the driver describes it. */
export interface ColumnMetadata {
  readonly colName: string;
  readonly type: { readonly name: string };
  readonly precision?: number;
  readonly scale?: number;
  readonly dataLength?: number;
}

export interface ReadColumn {
  readonly type: LogicalType;
  readonly nativeType: string;
  read(value: unknown): Cell;
}

/** The driver gives times as `Date`, and what a `Date` cannot hold beside it, in seconds. */
type Moment = Date & { readonly nanosecondsDelta?: number; readonly nanosecondDelta?: number };

/** Seven digits after the point are what SQL Server keeps; zeros at the end are left out. */
const fractionOf = (moment: Moment): string => {
  const delta = moment.nanosecondsDelta ?? moment.nanosecondDelta ?? 0;
  const hundredNanos = moment.getUTCMilliseconds() * 10_000 + Math.round(delta * 10_000_000);
  const digits = String(hundredNanos).padStart(7, '0').replace(/0+$/, '');
  return digits === '' ? '' : `.${digits}`;
};

const dateOf = (moment: Date): string => {
  const year = String(moment.getUTCFullYear()).padStart(4, '0');
  return `${year}-${String(moment.getUTCMonth() + 1).padStart(2, '0')}-${String(moment.getUTCDate()).padStart(2, '0')}`;
};

const timeOf = (moment: Moment): string => {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${two(moment.getUTCHours())}:${two(moment.getUTCMinutes())}:${two(moment.getUTCSeconds())}${fractionOf(moment)}`;
};

const same = (value: unknown): Cell => value as Cell;
const text = (value: unknown): Cell => String(value);
const binary = (value: unknown): Cell => (value as Buffer).toString('base64');
const moment = (value: unknown): Cell => `${dateOf(value as Moment)}T${timeOf(value as Moment)}`;

const reads: Readonly<Record<string, readonly [LogicalType, string, (value: unknown) => Cell]>> = {
  Bit: ['boolean', 'bit', same],
  BitN: ['boolean', 'bit', same],
  TinyInt: ['integer', 'tinyint', same],
  SmallInt: ['integer', 'smallint', same],
  Int: ['integer', 'int', same],
  BigInt: ['bigint', 'bigint', text],
  Real: ['float', 'real', same],
  Float: ['float', 'float', same],
  FloatN: ['float', 'float', same],
  Decimal: ['decimal', 'decimal', text],
  DecimalN: ['decimal', 'decimal', text],
  Numeric: ['decimal', 'numeric', text],
  NumericN: ['decimal', 'numeric', text],
  Money: ['decimal', 'money', text],
  MoneyN: ['decimal', 'money', text],
  SmallMoney: ['decimal', 'smallmoney', text],
  Char: ['string', 'char', same],
  VarChar: ['string', 'varchar', same],
  NChar: ['string', 'nchar', same],
  NVarChar: ['string', 'nvarchar', same],
  Text: ['string', 'text', same],
  NText: ['string', 'ntext', same],
  Xml: ['string', 'xml', same],
  UniqueIdentifier: ['uuid', 'uniqueidentifier', (value) => String(value).toLowerCase()],
  Date: ['date', 'date', (value) => dateOf(value as Date)],
  Time: ['time', 'time', (value) => timeOf(value as Moment)],
  DateTime: ['timestamp', 'datetime', moment],
  DateTimeN: ['timestamp', 'datetime', moment],
  SmallDateTime: ['timestamp', 'smalldatetime', moment],
  DateTime2: ['timestamp', 'datetime2', moment],
  DateTimeOffset: ['timestamptz', 'datetimeoffset', (value) => `${String(moment(value))}Z`],
  Binary: ['binary', 'binary', binary],
  VarBinary: ['binary', 'varbinary', binary],
  Image: ['binary', 'image', binary],
};

const lengths: ReadonlySet<string> = new Set(['char', 'varchar', 'binary', 'varbinary']);

const nativeOf = (name: string, { precision, scale, dataLength }: ColumnMetadata): string => {
  if (name === 'decimal' || name === 'numeric') return `${name}(${precision},${scale})`;
  if (name === 'nchar' || name === 'nvarchar')
    return dataLength === 65_535 ? `${name}(max)` : `${name}(${(dataLength ?? 0) / 2})`;
  if (lengths.has(name)) return dataLength === 65_535 ? `${name}(max)` : `${name}(${dataLength})`;
  return name;
};

const integers: Readonly<Record<number, string>> = { 1: 'TinyInt', 2: 'SmallInt', 4: 'Int', 8: 'BigInt' };

export const readColumn = (column: ColumnMetadata): ReadColumn => {
  const { type, dataLength } = column;
  const name = type.name === 'IntN' ? integers[dataLength ?? 8]! : type.name;
  const [logical, native, read] = reads[name] ?? ['unknown', type.name.toLowerCase(), text];
  return { type: logical, nativeType: nativeOf(native, column), read };
};

const catalogueTypes: Readonly<Record<string, LogicalType>> = Object.fromEntries(
  Object.values(reads).map(([logical, native]) => [native, logical]),
);

/** The logical type of a column by the name in `sys.types`. */
export const logicalTypeOf = (native: string): LogicalType => catalogueTypes[native] ?? 'unknown';

import type { Cell, LogicalType } from 'datamind/contract';

/** A column as the driver describes it. */
export interface DriverColumn {
  getName(): string;
  getType(): string;
  getScale(): number;
  getPrecision(): number;
}

export interface ReadColumn {
  readonly type: LogicalType;
  readonly nativeType: string;
  read(value: unknown): Cell;
}

const text = (value: unknown): Cell => String(value);

/** Zeros at the end of a fraction are left out. */
const spelled = (value: unknown): string =>
  String(value)
    .replace(' ', 'T')
    .replace(/(\.\d*?)0+(?=$|[Z+-])/, '$1')
    .replace(/\.(?=$|[Z+-])/, '');

/** `2024-03-05T10:00:00.5+05:30` in UTC, with all digits of the fraction. */
const instant = (value: unknown): Cell => {
  const [, whole, fraction = '', zone = 'Z'] =
    /^(.*?)(\.\d+)?(Z|[+-]\d{2}:?\d{2})$/.exec(String(value).replace(' ', 'T')) ?? [];
  if (whole === undefined) return String(value);
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const utc = new Date(Date.parse(`${whole}Z`) - offset).toISOString().slice(0, 19);
  return `${spelled(`${utc}${fraction}`)}Z`;
};

const float = (value: unknown): Cell => {
  const number = Number(value);
  if (Number.isFinite(number)) return number;
  return String(value).toLowerCase() === 'nan' ? 'NaN' : String(value).startsWith('-') ? '-Infinity' : 'Infinity';
};

const fixed = (column: DriverColumn): ReadColumn => {
  const [precision, scale] = [column.getPrecision(), column.getScale()];
  const nativeType = `NUMBER(${precision},${scale})`;
  if (scale > 0 || precision > 18) return { type: 'decimal', nativeType, read: text };
  return precision > 9 ? { type: 'bigint', nativeType, read: text } : { type: 'integer', nativeType, read: Number };
};

const others: Readonly<Record<string, readonly [LogicalType, string, (value: unknown) => Cell]>> = {
  real: ['float', 'FLOAT', float],
  text: ['string', 'VARCHAR', text],
  boolean: ['boolean', 'BOOLEAN', (value) => value === true || value === 'TRUE' || value === 'true'],
  date: ['date', 'DATE', text],
  time: ['time', 'TIME', spelled],
  timestamp_ntz: ['timestamp', 'TIMESTAMP_NTZ', spelled],
  timestamp_ltz: ['timestamptz', 'TIMESTAMP_LTZ', instant],
  timestamp_tz: ['timestamptz', 'TIMESTAMP_TZ', instant],
  binary: ['binary', 'BINARY', (value) => Buffer.from(String(value), 'hex').toString('base64')],
  variant: ['json', 'VARIANT', text],
  object: ['json', 'OBJECT', text],
  array: ['json', 'ARRAY', text],
};

export const readColumn = (column: DriverColumn): ReadColumn => {
  const name = column.getType().toLowerCase();
  if (name === 'fixed') return fixed(column);
  const [type, nativeType, read] = others[name] ?? ['unknown', name.toUpperCase(), text];
  return { type, nativeType, read };
};

const natives: Readonly<Record<string, LogicalType>> = {
  ...Object.fromEntries(Object.values(others).map(([type, native]) => [native, type])),
  TEXT: 'string',
};

/** The logical type of a column in the catalogue. */
export const logicalTypeOf = (native: string, precision: number | null, scale: number | null): LogicalType => {
  if (native !== 'NUMBER') return natives[native] ?? 'unknown';
  if ((scale ?? 0) > 0 || (precision ?? 38) > 18) return 'decimal';
  return (precision ?? 38) > 9 ? 'bigint' : 'integer';
};

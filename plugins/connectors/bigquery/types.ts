import type { Cell, LogicalType } from 'datamind/contract';

/** A column as the service describes it. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly mode?: string;
  readonly fields?: readonly Field[];
}

/** A value as the service writes it: text, a row, or a list of values. */
export type Raw = string | null | { readonly f: readonly { readonly v: Raw }[] } | readonly { readonly v: Raw }[];

export interface ReadField {
  readonly type: LogicalType;
  readonly nativeType: string;
  read(raw: Raw): Cell;
}

const text = (raw: Raw): Cell => String(raw);

/** Zeros at the end of a fraction are left out. */
const spelled = (raw: Raw): string =>
  String(raw)
    .replace(' ', 'T')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');

/** Microseconds since 1970. */
const instant = (raw: Raw): Cell => {
  const micros = BigInt(String(raw));
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - fraction) / 1000n)).toISOString().slice(0, -5);
  return `${spelled(`${seconds}.${String(fraction).padStart(6, '0')}`)}Z`;
};

const float = (raw: Raw): Cell => {
  const number = Number(raw);
  if (Number.isFinite(number)) return number;
  return /nan/i.test(String(raw)) ? 'NaN' : String(raw).startsWith('-') ? '-Infinity' : 'Infinity';
};

const reads: Readonly<Record<string, readonly [LogicalType, string, (raw: Raw) => Cell]>> = {
  INTEGER: ['bigint', 'INT64', text],
  FLOAT: ['float', 'FLOAT64', float],
  NUMERIC: ['decimal', 'NUMERIC', text],
  BIGNUMERIC: ['decimal', 'BIGNUMERIC', text],
  BOOLEAN: ['boolean', 'BOOL', (raw) => raw === 'true'],
  STRING: ['string', 'STRING', text],
  BYTES: ['binary', 'BYTES', text],
  DATE: ['date', 'DATE', text],
  TIME: ['time', 'TIME', spelled],
  DATETIME: ['timestamp', 'DATETIME', spelled],
  TIMESTAMP: ['timestamptz', 'TIMESTAMP', instant],
  INTERVAL: ['interval', 'INTERVAL', text],
  JSON: ['json', 'JSON', text],
};
const otherNames: Readonly<Record<string, string>> = {
  INT64: 'INTEGER',
  FLOAT64: 'FLOAT',
  BOOL: 'BOOLEAN',
  STRUCT: 'RECORD',
};

const digits = /^-?\d+(?:\.\d+)?$/;

/** The value as JSON; numbers keep their digits. */
const json = (field: Field, raw: Raw): string => {
  if (raw === null) return 'null';
  if (Array.isArray(raw))
    return `[${raw.map(({ v }: { v: Raw }) => json({ ...field, mode: 'NULLABLE' }, v)).join(',')}]`;
  if (typeof raw === 'object') {
    const { f } = raw as { readonly f: readonly { readonly v: Raw }[] };
    return `{${f.map(({ v }, at) => `${JSON.stringify(field.fields![at]!.name)}:${json(field.fields![at]!, v)}`).join(',')}}`;
  }
  const { type, read } = readField({ ...field, mode: 'NULLABLE' });
  if (type === 'json') return String(raw);
  const cell = read(raw);
  return (type === 'bigint' || type === 'decimal') && digits.test(String(cell)) ? String(cell) : JSON.stringify(cell);
};

export const readField = (field: Field): ReadField => {
  const name = otherNames[field.type] ?? field.type;
  if (field.mode === 'REPEATED') {
    const inner = readField({ ...field, mode: 'NULLABLE' });
    const read = (raw: Raw): Cell =>
      (raw as readonly { readonly v: Raw }[]).map(({ v }) => (v === null ? null : inner.read(v)));
    return { type: 'array', nativeType: `ARRAY<${inner.nativeType}>`, read };
  }
  if (name === 'RECORD') return { type: 'json', nativeType: 'STRUCT', read: (raw) => json(field, raw) };
  const [type, nativeType, read] = reads[name] ?? ['unknown', name, text];
  return { type, nativeType, read };
};

/** The logical type of a column by its type in the catalogue, such as `NUMERIC(10, 2)` or `ARRAY<STRING>`. */
export const logicalTypeOf = (native: string): LogicalType => {
  const name = /^\w+/.exec(native)?.[0] ?? '';
  if (name === 'ARRAY') return 'array';
  if (name === 'STRUCT') return 'json';
  return reads[otherNames[name] ?? name]?.[0] ?? 'unknown';
};

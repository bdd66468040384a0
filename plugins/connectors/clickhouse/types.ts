import { isUtf8 } from 'node:buffer';
import { spellDate, spellTime, spellTimestamp } from 'datamind/connector-kit';
import { type Cell, type LogicalType, PluginError } from 'datamind/contract';
import type { ByteReader } from './byte-reader.js';
import { parseElement, parseEnumValue, parseTypeName, type TypeName } from './type-name.js';

/**
 * How a type of ClickHouse is spelled and read. The bytes are those of the format RowBinary, little-endian; source:
 * ClickHouse documentation, "RowBinary" and "Data types binary encoding".
 */
export interface CellType {
  readonly logical: LogicalType;
  readonly nullable: boolean;
  read(from: ByteReader): Cell;
  /** A cell as JSON text, for values inside tuples and maps. Digits stay as they are. */
  json(cell: Cell): string;
}

const notText = (): PluginError =>
  new PluginError(
    'VALUE_INVALID',
    'A string of the result holds bytes that are no UTF-8 text: encode it in the statement with hex() or base64Encode().',
  );

const plainJson = (cell: Cell): string => JSON.stringify(cell);
const digitsJson = (cell: Cell): string => (cell === null ? 'null' : String(cell));

const scalar = (
  logical: LogicalType,
  read: (from: ByteReader) => Cell,
  json: (cell: Cell) => string = plainJson,
): CellType => ({ logical, nullable: false, read, json });

/** A little-endian integer of any width. */
const readWide = (from: ByteReader, bytes: number, signed: boolean): bigint => {
  const at = from.take(bytes);
  let value = 0n;
  for (let word = bytes - 8; word >= 0; word -= 8) value = (value << 64n) | from.bytes.readBigUInt64LE(at + word);
  return signed ? BigInt.asIntN(bytes * 8, value) : value;
};

/** An Int64 as digits; small ones without the price of a bigint. */
const readInt64 = (from: ByteReader): number | bigint => {
  const at = from.take(8);
  const high = from.bytes.readInt32LE(at + 4);
  return high >= -0x200000 && high < 0x200000
    ? high * 0x1_0000_0000 + from.bytes.readUInt32LE(at)
    : from.bytes.readBigInt64LE(at);
};

const readUInt64 = (from: ByteReader): number | bigint => {
  const at = from.take(8);
  const high = from.bytes.readUInt32LE(at + 4);
  return high < 0x200000 ? high * 0x1_0000_0000 + from.bytes.readUInt32LE(at) : from.bytes.readBigUInt64LE(at);
};

const spellFloat = (value: number): Cell => (Number.isFinite(value) ? value : String(value));

/** The shortest decimal that is the same 32-bit float: 0.1 and not 0.10000000149011612. */
const shortestFloat32 = (value: number): Cell => {
  if (!Number.isFinite(value) || Number.isInteger(value)) return spellFloat(value);
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
};

const spellDecimal = (value: number | bigint, scale: number): string => {
  if (scale === 0) return String(value);
  const negative = value < 0;
  const digits = String(negative ? -value : value).padStart(scale + 1, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
};

const decimal = (precision: number, scale: number): CellType => {
  const read = (from: ByteReader): Cell => {
    if (precision <= 9) return spellDecimal(from.bytes.readInt32LE(from.take(4)), scale);
    if (precision <= 18) return spellDecimal(readInt64(from), scale);
    return spellDecimal(readWide(from, precision <= 38 ? 16 : 32, true), scale);
  };
  return scalar('decimal', read, digitsJson);
};

/** Ticks of 10^-scale seconds as whole seconds and the rest. */
const splitTicks = (ticks: number | bigint, scale: number): readonly [seconds: number, fraction: number] => {
  const unit = 10 ** scale;
  if (typeof ticks === 'number') {
    const seconds = Math.floor(ticks / unit);
    return [seconds, ticks - seconds * unit];
  }
  const wide = BigInt(unit);
  const rest = ((ticks % wide) + wide) % wide;
  return [Number((ticks - rest) / wide), Number(rest)];
};

/** Fractions have six digits, or nine where the type has more than six. */
const fractionDigits = (scale: number): number => (scale > 6 ? 9 : 6);

const dateTime64 = (scale: number): CellType => {
  const digits = fractionDigits(scale);
  const up = 10 ** (digits - scale);
  return scalar('timestamptz', (from) => {
    const [seconds, fraction] = splitTicks(readInt64(from), scale);
    return `${spellTimestamp(seconds, fraction * up, digits)}Z`;
  });
};

/** ClickHouse's times of day run from -999:59:59 to 999:59:59. */
const spellSignedTime = (seconds: number, fraction: number, unit: number, digits: number): string => {
  if (seconds >= 0) return spellTime(seconds, fraction, digits);
  return fraction === 0 ? `-${spellTime(-seconds, 0, digits)}` : `-${spellTime(-seconds - 1, unit - fraction, digits)}`;
};

const time64 = (scale: number): CellType => {
  const digits = fractionDigits(scale);
  const up = 10 ** (digits - scale);
  return scalar('time', (from) => {
    const [seconds, fraction] = splitTicks(readInt64(from), scale);
    return spellSignedTime(seconds, fraction * up, 10 ** digits, digits);
  });
};

const readText = (from: ByteReader): string => {
  const block = from.block();
  if (!isUtf8(block)) throw notText();
  return block.toString('utf8');
};

/** The padding of zeros belongs to the type and not to the value. */
const fixedString = (width: number): CellType =>
  scalar('string', (from) => {
    const at = from.take(width);
    let end = at + width;
    while (end > at && from.bytes[end - 1] === 0) end -= 1;
    const block = from.bytes.subarray(at, end);
    if (!isUtf8(block)) throw notText();
    return block.toString('utf8');
  });

const readUuid = (from: ByteReader): string => {
  const at = from.take(16);
  const hex = (word: number) => from.bytes.readBigUInt64LE(word).toString(16).padStart(16, '0');
  const digits = hex(at) + hex(at + 8);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

const readIpv4 = (from: ByteReader): string => {
  const at = from.take(4);
  return [3, 2, 1, 0].map((byte) => from.bytes[at + byte]).join('.');
};

const readIpv6 = (from: ByteReader): string => {
  const at = from.take(16);
  const bytes = from.bytes.subarray(at, at + 16);
  const isMapped = bytes.readUInt32BE(0) === 0 && bytes.readUInt32BE(4) === 0 && bytes.readUInt32BE(8) === 0xffff;
  if (isMapped) return `::ffff:${[...bytes.subarray(12)].join('.')}`;
  const groups = Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(group * 2).toString(16)).join(':');
  const zeros = [...groups.matchAll(/(?:^|:)(?:0(?::|$)){2,}/g)].sort((a, b) => b[0].length - a[0].length)[0];
  return zeros === undefined
    ? groups
    : `${groups.slice(0, zeros.index)}::${groups.slice(zeros.index + zeros[0].length)}`;
};

const enumeration = (args: readonly string[], read: (from: ByteReader) => number): CellType => {
  const names = new Map(args.map(parseEnumValue));
  return scalar('string', (from) => {
    const value = read(from);
    return names.get(value) ?? String(value);
  });
};

const nullable = (inner: CellType): CellType => ({
  ...inner,
  nullable: true,
  read: (from) => (from.bytes[from.take(1)] === 0 ? inner.read(from) : null),
  json: (cell) => (cell === null ? 'null' : inner.json(cell)),
});

const arrayOf = (element: CellType): CellType => ({
  logical: 'array',
  nullable: false,
  read: (from) => {
    const length = from.varint();
    const cells: Cell[] = [];
    for (let at = 0; at < length; at += 1) cells.push(element.read(from));
    return cells;
  },
  json: (cell) => `[${(cell as readonly Cell[]).map((inner) => element.json(inner)).join(',')}]`,
});

/** A cell that is JSON text already. */
const jsonText = (read: (from: ByteReader) => string | null): CellType => scalar('json', read, digitsJson);

const tupleOf = (args: readonly string[]): CellType | null => {
  const elements = args.map(parseElement);
  const types = elements.map(({ type }) => cellType(type));
  if (!types.every((type) => type !== null)) return null;
  const named = elements.every(({ name }) => name !== null);
  return jsonText((from) => {
    const texts = types.map((type) => type.json(type.read(from)));
    return named
      ? `{${texts.map((text, at) => `${JSON.stringify(elements[at]!.name)}:${text}`).join(',')}}`
      : `[${texts.join(',')}]`;
  });
};

const mapOf = (key: CellType, value: CellType): CellType =>
  jsonText((from) => {
    const length = from.varint();
    const pairs: string[] = [];
    for (let at = 0; at < length; at += 1) {
      const name = key.read(from);
      pairs.push(`${JSON.stringify(typeof name === 'string' ? name : key.json(name))}:${value.json(value.read(from))}`);
    }
    return `{${pairs.join(',')}}`;
  });

/** One of several types: a byte that says which, in the order of the name, 255 for null. */
const variantOf = (types: readonly CellType[]): CellType => ({
  ...jsonText((from) => {
    const which = from.bytes[from.take(1)]!;
    if (which === 255) return null;
    const type = types[which];
    if (type === undefined) throw new Error('a variant of the answer has no such type');
    return type.json(type.read(from));
  }),
  nullable: true,
});

const all = <T>(found: readonly (T | null)[], make: (found: readonly T[]) => CellType): CellType | null =>
  found.every((item) => item !== null) ? make(found) : null;

const point = 'Tuple(Float64, Float64)';
const alias: Readonly<Record<string, string>> = {
  Point: point,
  Ring: `Array(${point})`,
  LineString: `Array(${point})`,
  Polygon: `Array(Array(${point}))`,
  MultiLineString: `Array(Array(${point}))`,
  MultiPolygon: `Array(Array(Array(${point})))`,
};

const float32 = scalar('float', (from) => shortestFloat32(from.bytes.readFloatLE(from.take(4))));
const bfloat16 = scalar('float', (from) => {
  const word = Buffer.alloc(4);
  word.writeUInt16LE(from.bytes.readUInt16LE(from.take(2)), 2);
  return shortestFloat32(word.readFloatLE(0));
});
const wideInteger = (bytes: number, signed: boolean): CellType =>
  scalar('bigint', (from) => String(readWide(from, bytes, signed)), digitsJson);

const plain: Readonly<Record<string, CellType>> = {
  Bool: scalar('boolean', (from) => from.bytes[from.take(1)] !== 0),
  Int8: scalar('integer', (from) => from.bytes.readInt8(from.take(1))),
  Int16: scalar('integer', (from) => from.bytes.readInt16LE(from.take(2))),
  Int32: scalar('integer', (from) => from.bytes.readInt32LE(from.take(4))),
  Int64: scalar('bigint', (from) => String(readInt64(from)), digitsJson),
  Int128: wideInteger(16, true),
  Int256: wideInteger(32, true),
  UInt8: scalar('integer', (from) => from.bytes.readUInt8(from.take(1))),
  UInt16: scalar('integer', (from) => from.bytes.readUInt16LE(from.take(2))),
  UInt32: scalar('integer', (from) => from.bytes.readUInt32LE(from.take(4))),
  UInt64: scalar('bigint', (from) => String(readUInt64(from)), digitsJson),
  UInt128: wideInteger(16, false),
  UInt256: wideInteger(32, false),
  Float32: float32,
  Float64: scalar('float', (from) => spellFloat(from.bytes.readDoubleLE(from.take(8)))),
  BFloat16: bfloat16,
  String: scalar('string', readText),
  UUID: scalar('uuid', readUuid),
  IPv4: scalar('string', readIpv4),
  IPv6: scalar('string', readIpv6),
  Date: scalar('date', (from) => spellDate(from.bytes.readUInt16LE(from.take(2)))),
  Date32: scalar('date', (from) => spellDate(from.bytes.readInt32LE(from.take(4)))),
  DateTime: scalar('timestamptz', (from) => `${spellTimestamp(from.bytes.readUInt32LE(from.take(4)))}Z`),
  Time: scalar('time', (from) => spellSignedTime(from.bytes.readInt32LE(from.take(4)), 0, 1, 6)),
  /** What `NULL` alone has: there is no value of it. */
  Nothing: scalar('unknown', () => null),
  JSON: jsonText(readText),
};

type Make = (args: TypeName['args'], of: (at: number) => CellType | null) => CellType | null;

const made: Readonly<Record<string, Make>> = {
  Nullable: (_, of) => all([of(0)], ([inner]) => nullable(inner!)),
  LowCardinality: (_, of) => of(0),
  SimpleAggregateFunction: (_, of) => of(1),
  FixedString: ([width]) => fixedString(Number(width)),
  Decimal: ([precision, scale]) => decimal(Number(precision), Number(scale ?? 0)),
  DateTime: () => plain.DateTime!,
  DateTime64: ([scale]) => dateTime64(Number(scale)),
  Time64: ([scale]) => time64(Number(scale)),
  Enum8: (args) => enumeration(args, (from) => from.bytes.readInt8(from.take(1))),
  Enum16: (args) => enumeration(args, (from) => from.bytes.readInt16LE(from.take(2))),
  Array: (_, of) => all([of(0)], ([element]) => arrayOf(element!)),
  Map: (_, of) => all([of(0), of(1)], ([key, value]) => mapOf(key!, value!)),
  Tuple: (args) => tupleOf(args),
  Nested: (args) => all([tupleOf(args)], ([element]) => arrayOf(element!)),
  Variant: (args, of) =>
    all(
      args.map((_, at) => of(at)),
      variantOf,
    ),
  JSON: () => plain.JSON!,
};

/** How a type is read, from its name; `null` for a type whose bytes cannot be told apart (states of aggregates and the like). */
export const cellType = (text: string): CellType | null => {
  const parsed = parseTypeName(alias[text] ?? text);
  if (parsed === null) return null;
  const { name, args } = parsed;
  if (args.length === 0 && name in plain) return plain[name]!;
  const interval = /^Interval([A-Z][a-z]+)$/.exec(name)?.[1];
  if (interval !== undefined) {
    return scalar('interval', (from) => `${readInt64(from)} ${interval.toUpperCase()}`);
  }
  const make = Object.hasOwn(made, name) ? made[name]! : null;
  return make === null ? null : make(args, (at) => (args[at] === undefined ? null : cellType(args[at])));
};

/**
 * The driver reads decimals and money into binary floats, which have 16 digits. Its reader of values is replaced, for these
 * types only, by one that reads the same bytes into digits. Everything else stays the driver's.
 */
import { createRequire } from 'node:module';
import { PluginError } from 'datamind/contract';

interface Metadata {
  readonly type: { readonly name: string };
  readonly scale?: number;
}

interface Result {
  readonly value: unknown;
  readonly offset: number;
}

interface ValueParser {
  readValue: (buffer: Buffer, offset: number, metadata: Metadata, options: unknown) => Result;
}

const done = Symbol.for('datamind.sqlserver.exact-numbers');

const withPoint = (negative: boolean, magnitude: bigint, scale: number): string => {
  const digits = magnitude.toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const sign = negative && magnitude !== 0n ? '-' : '';
  return `${sign}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`;
};

/** A sign byte and the magnitude, least significant byte first. */
const readDecimal = (bytes: Buffer, scale: number): string => {
  let magnitude = 0n;
  for (let at = bytes.length - 1; at > 0; at -= 1) magnitude = (magnitude << 8n) | BigInt(bytes[at]!);
  return withPoint(bytes[0] === 0, magnitude, scale);
};

/** Ten thousandths: four bytes, or the upper half before the lower one. */
const readMoney = (bytes: Buffer): string => {
  const value =
    bytes.length === 4
      ? BigInt(bytes.readInt32LE(0))
      : (BigInt(bytes.readInt32LE(0)) << 32n) | BigInt(bytes.readUInt32LE(4));
  return withPoint(value < 0n, value < 0n ? -value : value, 4);
};

const lengthFirst: ReadonlySet<string> = new Set(['DecimalN', 'NumericN', 'MoneyN']);

const exactly = (bytes: Buffer, { type, scale }: Metadata): string =>
  type.name.includes('Money') ? readMoney(bytes) : readDecimal(bytes, scale ?? 0);

/** @throws PluginError when this version of the driver cannot be made exact */
export const readNumbersExactly = (): void => {
  const parser = createRequire(import.meta.url)('tedious/lib/value-parser.js') as ValueParser & { [done]?: true };
  if (parser[done]) return;
  const original = parser.readValue;
  parser.readValue = (buffer, offset, metadata, options) => {
    // It throws where bytes are still to come, and is called again.
    const result = original(buffer, offset, metadata, options);
    const { name } = metadata.type;
    if (result.value === null) return result;
    if (lengthFirst.has(name))
      return { value: exactly(buffer.subarray(offset + 1, result.offset), metadata), offset: result.offset };
    if (name === 'Money' || name === 'SmallMoney')
      return { value: exactly(buffer.subarray(offset, result.offset), metadata), offset: result.offset };
    return result;
  };
  if (parser.readValue === original) {
    throw new PluginError('DRIVER_MISSING', 'This version of tedious reads decimals inexactly; install version 19.');
  }
  parser[done] = true;
};

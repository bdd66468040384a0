import { type Parameter, PluginError } from 'datamind/contract';
import mysql from 'mysql2';

const { TypedParameter } = mysql as unknown as {
  TypedParameter: Readonly<
    Record<'TINY' | 'DOUBLE' | 'NEWDECIMAL', (value: unknown) => unknown> & {
      LONGLONG: ((value: unknown) => unknown) & { unsigned(value: unknown): unknown };
    }
  >;
};

const largestSigned = 2n ** 63n - 1n;
const largestUnsigned = 2n ** 64n - 1n;

/** The narrowest exact type that holds a whole number. */
function bindInteger(value: bigint): unknown {
  if (value >= -largestSigned - 1n && value <= largestSigned) return TypedParameter.LONGLONG(value);
  if (value > 0n && value <= largestUnsigned) return TypedParameter.LONGLONG.unsigned(value);
  return TypedParameter.NEWDECIMAL(value.toString());
}

const time = (value: unknown): string => String(value).replace('T', ' ').replace(/Z$/, '');

const withOffset = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)(\.\d+)?([+-]\d\d:\d\d)$/;

/** An instant in UTC. An offset has whole minutes, so the fraction stays as it is. */
function instant(value: unknown): string {
  const [, date, clock, fraction = '', offset] = withOffset.exec(String(value)) ?? [];
  if (offset === undefined) return time(value);
  const moved = new Date(`${date}T${clock}${offset}`).toISOString();
  return `${moved.slice(0, 10)} ${moved.slice(11, 19)}${fraction}`;
}

function bindFloat(value: unknown): unknown {
  const number = Number(value);
  if (Number.isFinite(number)) return TypedParameter.DOUBLE(number);
  throw new PluginError('VALUE_INVALID', 'MySQL has no numbers that are infinite or not a number.');
}

/** How a value of each type is sent. Times go as text in UTC, which the session is in. */
const binders: Readonly<Record<Parameter['type'], (value: boolean | number | string) => unknown>> = {
  string: String,
  integer: (value) => bindInteger(BigInt(value)),
  bigint: (value) => bindInteger(BigInt(value)),
  decimal: (value) => TypedParameter.NEWDECIMAL(String(value)),
  float: bindFloat,
  boolean: (value) => TypedParameter.TINY(value === true || value === 'true' ? 1 : 0),
  date: String,
  timestamp: time,
  timestamptz: instant,
};

export const bindParameters = (parameters: readonly Parameter[]): unknown[] =>
  parameters.map(({ type, value }) => (value === null ? null : binders[type](value)));

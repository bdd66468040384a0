import type { DuckDBPreparedStatement } from '@duckdb/node-api';
import { type Parameter, PluginError } from 'datamind/contract';
import type { Session } from './connect.js';

type Bind = (
  statement: DuckDBPreparedStatement,
  at: number,
  value: boolean | number | string,
  driver: Session['driver'],
) => void;

const misfit = (type: string) =>
  new PluginError('VALUE_INVALID', `A parameter of type ${type} has a value that is no ${type}.`);

const wholeOf = (value: boolean | number | string, type: string): bigint => {
  if (!/^[+-]?\d+$/.test(String(value))) throw misfit(type);
  return BigInt(value);
};

const largest64 = 2n ** 63n;

const bindWhole: Bind = (statement, at, value) => {
  const whole = wholeOf(value, 'bigint');
  if (whole >= -largest64 && whole < largest64) statement.bindBigInt(at, whole);
  else if (whole >= -(2n ** 127n) && whole < 2n ** 127n) statement.bindHugeInt(at, whole);
  else throw misfit('bigint');
};

const bindDecimal: Bind = (statement, at, value, driver) => {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(String(value));
  if (!parts || `${parts[2]}${parts[3] ?? ''}` === '') throw misfit('decimal');
  const [, sign, whole = '', fraction = ''] = parts;
  const width = Math.max(whole.replace(/^0+/, '').length + fraction.length, 1);
  if (width > 38) throw new PluginError('NUMERIC_OVERFLOW', 'A decimal parameter has more than 38 digits.');
  statement.bindDecimal(
    at,
    new driver.DuckDBDecimalValue(BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}` || 0), width, fraction.length),
  );
};

const dayMs = 86_400_000;

/** Days since the epoch of `YYYY-MM-DD` or ISO-8601's extended years. */
const daysOf = (year: string, month: string, day: string, type: string): number => {
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) throw misfit(type);
  return Math.round(date.getTime() / dayMs);
};

const dateText = /^([+-]?\d{4,6})-(\d\d)-(\d\d)$/;
const timestampText =
  /^([+-]?\d{4,6})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?$/;

const microsOf = (text: string, type: 'timestamp' | 'timestamptz'): bigint => {
  const parts = timestampText.exec(text);
  if (!parts) throw misfit(type);
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone] = parts;
  if ((zone === undefined) === (type === 'timestamptz')) throw misfit(type);
  const offset = zone === undefined || zone === 'Z' ? 0 : offsetMinutes(zone);
  const seconds =
    daysOf(year!, month!, day!, type) * 86_400 + Number(hour) * 3600 + (Number(minute) - offset) * 60 + Number(second);
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
};

const offsetMinutes = (zone: string): number => {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2) || 0) * (zone.length > 3 ? 1 : 0);
  return zone.startsWith('-') ? -minutes : minutes;
};

const bindings: Readonly<Record<Parameter['type'], Bind>> = {
  string: (statement, at, value) => statement.bindVarchar(at, String(value)),
  integer: (statement, at, value) => {
    const whole = Number(wholeOf(value, 'integer'));
    if (whole === (whole | 0)) statement.bindInteger(at, whole);
    else throw misfit('integer');
  },
  bigint: bindWhole,
  decimal: bindDecimal,
  float: (statement, at, value) => statement.bindDouble(at, Number(value)),
  boolean: (statement, at, value) => {
    if (typeof value !== 'boolean') throw misfit('boolean');
    statement.bindBoolean(at, value);
  },
  date: (statement, at, value, driver) => {
    const parts = dateText.exec(String(value));
    if (!parts) throw misfit('date');
    statement.bindDate(at, new driver.DuckDBDateValue(daysOf(parts[1]!, parts[2]!, parts[3]!, 'date')));
  },
  timestamp: (statement, at, value, driver) =>
    statement.bindTimestamp(at, new driver.DuckDBTimestampValue(microsOf(String(value), 'timestamp'))),
  timestamptz: (statement, at, value, driver) =>
    statement.bindTimestampTZ(at, new driver.DuckDBTimestampTZValue(microsOf(String(value), 'timestamptz'))),
};

export const bindParameters = (
  driver: Session['driver'],
  statement: DuckDBPreparedStatement,
  parameters: readonly Parameter[],
): void => {
  if (statement.parameterCount !== parameters.length) {
    throw new PluginError(
      'STATEMENT_INVALID',
      `The statement has ${statement.parameterCount} placeholders, and ${parameters.length} parameters came with it.`,
    );
  }
  for (const [index, { type, value }] of parameters.entries()) {
    if (value === null) statement.bindNull(index + 1);
    else bindings[type](statement, index + 1, value, driver);
  }
};

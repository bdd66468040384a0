import { type Parameter, PluginError } from 'datamind/contract';

const outOfRange = (): PluginError =>
  new PluginError(
    'VALUE_INVALID',
    'A date of the query is outside of what ClickHouse can compare: it knows the years 1900 to 2299.',
  );
const malformed = (type: string): PluginError =>
  new PluginError('VALUE_INVALID', `A ${type} of the query is not spelled as one.`);

/** ClickHouse moves a date that it cannot hold to the nearest one that it can; so such a date never reaches it. */
const checkYear = (year: string): void => {
  if (!/^\d{4}$/.test(year) || year < '1900' || year > '2299') throw outOfRange();
};

/** Whether the calendar has such a day; ClickHouse takes 30 February for 1 March. */
const isDay = (text: string): boolean =>
  !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);

const date = (text: string): string => {
  const [, year] = /^([+-]?\d+)-\d\d-\d\d$/.exec(text) ?? [];
  if (year === undefined) throw malformed('date');
  checkYear(year);
  if (!isDay(text)) throw malformed('date');
  return text;
};

const timestampPattern = /^([+-]?\d+)-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?$/;

/** Wall clock or instant, as the wall clock of UTC, which is the time zone of every session. */
const timestamp = (text: string): string => {
  const [, year, month, day, hour, minute, second = '00', fraction, zone = 'Z'] = timestampPattern.exec(text) ?? [];
  if (year === undefined) throw malformed('timestamp');
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  if (Number.isNaN(at)) throw year.length === 4 ? malformed('timestamp') : outOfRange();
  if (year.length === 4 && !isDay(`${year}-${month}-${day}`)) throw malformed('timestamp');
  const utc = new Date(at).toISOString();
  checkYear(utc.split('-')[0]!);
  return `${utc.slice(0, 19).replace('T', ' ')}${fraction === undefined ? '' : `.${fraction}`}`;
};

type Spell = (value: boolean | number | string) => boolean | number | string;

/** How the driver is given a value; what the placeholder's type then makes of it, the engine decides. */
const spell: Readonly<Record<Parameter['type'], Spell>> = {
  string: (value) => String(value),
  integer: (value) => Number(value),
  bigint: (value) => String(value),
  decimal: (value) => String(value),
  float: (value) => Number(value),
  boolean: (value) => value,
  date: (value) => date(String(value)),
  timestamp: (value) => timestamp(String(value)),
  timestamptz: (value) => timestamp(String(value)),
};

/**
 * ClickHouse takes a placeholder without a value for null when its type is nullable, which would be another question.
 * @throws PluginError `STATEMENT_INVALID`
 */
export const checkPlaceholders = (text: string, parameters: readonly Parameter[]): void => {
  for (const [, position] of text.matchAll(/\{\s*p(\d+)\s*:/g)) {
    if (Number(position) < 1 || Number(position) > parameters.length) {
      throw new PluginError(
        'STATEMENT_INVALID',
        `The statement has the placeholder p${position} and ${parameters.length} parameters.`,
      );
    }
  }
};

/** `p1`, `p2` … for the placeholders `{p1:Type}`. @throws PluginError `VALUE_INVALID` */
export const bindParameters = (parameters: readonly Parameter[]): Record<string, unknown> =>
  Object.fromEntries(
    parameters.map(({ type, value }, at) => [`p${at + 1}`, value === null ? null : spell[type](value)]),
  );

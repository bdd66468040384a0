/** Time zones by the runtime's own tables (`Intl`). Local times as in `calendar.ts`; instants in milliseconds since the epoch. */
import { dayMs } from './calendar.js';

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (zone: string): Intl.DateTimeFormat => {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
};

const named = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/** Whether this is an IANA name that the runtime knows. The characters are safe between quotes of any dialect. */
export const isTimeZone = (zone: string): boolean => {
  if (formats.has(zone)) return true;
  if (!named.test(zone)) return false;
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
};

/** Milliseconds to add to an instant for the local time. */
const offsetAt = (zone: string, instant: number): number => {
  const second = Math.floor(instant / 1000) * 1000;
  const fields: Record<string, string> = {};
  for (const { type, value } of formatOf(zone).formatToParts(second)) fields[type] = value;
  const year = Number(fields.year) * (fields.era === 'BC' ? -1 : 1) + (fields.era === 'BC' ? 1 : 0);
  const local = new Date(0);
  local.setUTCFullYear(year, Number(fields.month) - 1, Number(fields.day));
  local.setUTCHours(Number(fields.hour), Number(fields.minute), Number(fields.second));
  return local.getTime() - second;
};

export const instantToLocal = (zone: string, instant: number): number =>
  zone === 'UTC' ? instant : instant + offsetAt(zone, instant);

/** A time that happens twice is its first occurrence; one that never happens is as much later as the clock was moved. */
const findInstant = (zone: string, local: number): number => {
  const before = offsetAt(zone, local - dayMs);
  const after = offsetAt(zone, local + dayMs);
  if (offsetAt(zone, local - before) === before) return local - before;
  return offsetAt(zone, local - after) === after ? local - after : local - before;
};

/** The bounds of ranges come again and again, and the tables are slow to read. */
const found = new Map<string, Map<number, number>>();

export const localToInstant = (zone: string, local: number): number => {
  if (zone === 'UTC') return local;
  let known = found.get(zone);
  if (known === undefined) {
    known = new Map();
    found.set(zone, known);
  }
  let instant = known.get(local);
  if (instant === undefined) {
    if (known.size > 10_000) known.clear();
    instant = findInstant(zone, local);
    known.set(local, instant);
  }
  return instant;
};

import { ChildFailure, ownFailures } from './messages.js';

type Plain = null | number | bigint | string | Uint8Array;

const instantText = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(Z|[+-]\d\d:?\d\d)?$/;

interface Instant {
  /** Milliseconds since the epoch, to the whole second. */
  readonly ms: number;
  /** Digits behind the second's point, six or none. */
  readonly fraction: string;
}

const wrong = (what: string) => new ChildFailure(ownFailures.value, what);

const parseInstant = (value: string): Instant => {
  const parts = instantText.exec(value);
  if (!parts) throw wrong('datamind_local of a text that is no instant');
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = parts;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  const sign = zone.startsWith('-') ? -1 : 1;
  const offset = zone === 'Z' ? 0 : sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  return { ms: date.getTime() - offset * 60_000, fraction: micros === '000000' ? '' : `.${micros}` };
};

const instantOf = (value: Plain): Instant => {
  if (typeof value === 'string') return parseInstant(value);
  if (typeof value === 'bigint') return { ms: Number(value) * 1000, fraction: '' };
  if (typeof value === 'number' && Number.isInteger(value)) return { ms: value * 1000, fraction: '' };
  throw wrong('datamind_local of a value that is neither text nor whole seconds');
};

/** A zone's offset changes at most once in a span of so many milliseconds. */
const spanMs = 6 * 3_600_000;

/** Offsets from UTC in milliseconds: `null` for a span in which the clocks change. */
type Zone = { readonly format: Intl.DateTimeFormat; readonly spans: Map<number, number | null> };

const zones = new Map<string, Zone>();

const zoneOf = (name: string): Zone => {
  const known = zones.get(name);
  if (known) return known;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    const zone = { format, spans: new Map() };
    zones.set(name, zone);
    return zone;
  } catch {
    throw wrong('datamind_local with a time zone that is not known');
  }
};

const exactOffset = ({ format }: Zone, ms: number): number => {
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const wall = new Date(0);
  wall.setUTCFullYear(parts.year!, parts.month! - 1, parts.day!);
  wall.setUTCHours(parts.hour!, parts.minute!, parts.second!);
  return wall.getTime() - ms;
};

const offsetAt = (zone: Zone, ms: number): number => {
  const span = Math.floor(ms / spanMs);
  let offset = zone.spans.get(span);
  if (offset === undefined) {
    const first = exactOffset(zone, span * spanMs);
    offset = exactOffset(zone, (span + 1) * spanMs - 1000) === first ? first : null;
    zone.spans.set(span, offset);
  }
  return offset ?? exactOffset(zone, ms);
};

/**
 * `datamind_local(instant, zone)`: the wall clock in a zone, as `YYYY-MM-DD HH:MM:SS[.ffffff]`. An instant is text
 * (`YYYY-MM-DD[ HH:MM[:SS[.f…]]]`, with `Z` or an offset, else UTC) or whole seconds since 1970. Years 1 to 9999.
 */
export const localTime = (instant: Plain, zone: Plain): string | null => {
  if (instant === null || zone === null) return null;
  if (typeof zone !== 'string') throw wrong('datamind_local with a time zone that is no text');
  const { ms, fraction } = instantOf(instant);
  if (!(ms >= -62_135_510_400_000 && ms < 253_402_214_400_000))
    throw wrong('datamind_local outside the years 1 to 9999');
  const wall = new Date(ms + offsetAt(zoneOf(zone), ms)).toISOString();
  return `${wall.slice(0, 10)} ${wall.slice(11, 19)}${fraction}`;
};

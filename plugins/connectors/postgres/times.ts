/**
 * PostgreSQL writes times with `DateStyle=ISO` and `TimeZone=UTC` as `2024-02-29 12:34:56.7+00`, years above 9999 with
 * all their digits, and years before 1 as `0044-03-15 BC`. Between that and the house's spelling there is no `Date`.
 */

const pad = (digits: string, width: number): string => digits.padStart(width, '0');

/** `44` BC is the astronomical year -43. */
function isoYear(digits: string, beforeChrist: boolean): string {
  const year = beforeChrist ? 1 - Number(digits) : Number(digits);
  if (year >= 0 && year <= 9999) return pad(String(year), 4);
  return `${year < 0 ? '-' : '+'}${pad(String(Math.abs(year)), 6)}`;
}

const written = /^(\d+)-(\d\d-\d\d)(?: (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:\+00)?)?( BC)?$/;

/** A `date`, `timestamp` or `timestamptz` as PostgreSQL writes it, in the spelling of result sets; `zone` is `Z` or nothing. */
export function spellPostgresTime(text: string, zone: '' | 'Z' = ''): string {
  if (text === 'infinity' || text === '-infinity') return text;
  const match = written.exec(text);
  if (match === null) throw new Error('the server wrote a time in another style than the session asks for');
  const [, year = '', day = '', time, fraction, era] = match;
  const date = `${isoYear(year, era !== undefined)}-${day}`;
  if (time === undefined) return date;
  return `${date}T${time}${spellFraction(fraction)}${zone}`;
}

/** Six digits, or nothing when they are all zero. */
export function spellFraction(digits: string | undefined): string {
  return digits === undefined || /^0*$/.test(digits) ? '' : `.${digits.padEnd(6, '0')}`;
}

const iso = /^([+-]?\d{4,7})(-\d\d-\d\d)(?:T(.+))?$/;

/** The way back: a time in the house's spelling, as PostgreSQL reads it. */
export function toPostgresTime(text: string): string {
  const match = iso.exec(text);
  if (match === null) return text;
  const [, year = '', day = '', time] = match;
  const astronomical = Number(year);
  const era = astronomical < 1 ? ' BC' : '';
  const digits = pad(String(astronomical < 1 ? 1 - astronomical : astronomical), 4);
  return `${digits}${day}${time === undefined ? '' : ` ${time}`}${era}`;
}

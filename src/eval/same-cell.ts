import type { WireCell } from '../pipeline/spell-cells.js';

const digits = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** A number, also where it is spelled as a text of digits; `null` for everything else. */
export const numberOf = (cell: WireCell): number | null =>
  typeof cell === 'number' ? cell : typeof cell === 'string' && digits.test(cell) ? Number(cell) : null;

/**
 * Whole numbers are exact. Of others the sixth digit may differ, and they may be rounded to two decimals, but to no fewer
 * than three digits.
 */
const sameNumber = (known: number, given: number): boolean => {
  const apart = Math.abs(known - given);
  if (Number.isInteger(known)) return apart <= 1e-9 * Math.max(1, Math.abs(known));
  return apart <= Math.max(1e-6 * Math.abs(known), Math.min(0.0051, 1e-3 * Math.abs(known)));
};

const midnight = /^(\d{4}-\d\d-\d\d)[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)?$/;
const timestamp = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.0+)?$/;

/** A day without its midnight, a timestamp with one separator, a text without blanks around it and without case. */
const spelled = (text: string): string =>
  text.trim().replace(midnight, '$1').replace(timestamp, '$1T$2').normalize('NFC').toLowerCase();

/** How people name the period that begins with a day: a year, a quarter, a month. */
const periodsOf = (day: string): readonly string[] => {
  const [year, month, date] = day.split('-');
  if (date !== '01') return [];
  const quarter = `q${(Number(month) + 2) / 3}`;
  const isQuarter = Number(month) % 3 === 1;
  return [
    `${year}-${month}`,
    ...(isQuarter ? [`${year}-${quarter}`, `${year} ${quarter}`, `${quarter} ${year}`] : []),
    ...(month === '01' ? [year!] : []),
  ];
};

/** Whether a cell of an answer says what the known one says. */
export const sameCell = (known: WireCell, given: WireCell): boolean => {
  if (known === null || given === null) return known === given;
  if (typeof known === 'number') {
    const number = numberOf(given);
    return number !== null && sameNumber(known, number);
  }
  if (typeof known === 'boolean') return String(given).toLowerCase() === String(known);
  const said = spelled(String(known));
  const heard = spelled(String(given));
  return said === heard || (/^\d{4}-\d\d-\d\d$/.test(said) && periodsOf(said).includes(heard));
};

/** Dates and times as {@link LogicalType} spells them, from counts since the epoch. Proleptic Gregorian calendar. */

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

const twoDigits: readonly string[] = Array.from({ length: 100 }, (_, value) => pad(value, 2));

/** Mutable: days that were spelled lately. Rows of one result hold few days many times. */
const spelledDays = new Map<number, string>();
const mostSpelledDays = 4_096;

const spellYear = (year: number): string =>
  year >= 0 && year <= 9999 ? pad(year, 4) : `${year < 0 ? '-' : '+'}${pad(Math.abs(year), 6)}`;

/** @param days since 1970-01-01, whole */
export const spellDate = (days: number): string => {
  const known = spelledDays.get(days);
  if (known !== undefined) return known;
  if (spelledDays.size >= mostSpelledDays) spelledDays.clear();
  const spelled = civilFromDays(days);
  spelledDays.set(days, spelled);
  return spelled;
};

/** Howard Hinnant's algorithm of that name. */
const civilFromDays = (days: number): string => {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return `${spellYear(yearOfEra + era * 400 + (month <= 2 ? 1 : 0))}-${twoDigits[month]}-${twoDigits[day]}`;
};

/**
 * @param seconds of the day, whole; 86,400 is spelled `24:00:00`
 * @param fraction of the second in units of 10^-digits, whole; left out when it is 0
 */
export const spellTime = (seconds: number, fraction = 0, digits = 6): string => {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const whole = `${twoDigits[hours] ?? hours}:${twoDigits[minutes]}:${twoDigits[seconds % 60]}`;
  return fraction === 0 ? whole : `${whole}.${pad(fraction, digits)}`;
};

/**
 * @param seconds since 1970-01-01T00:00:00, whole, may be negative
 * @param fraction of the second in units of 10^-digits, whole, not negative
 * Without a final `Z`.
 */
export const spellTimestamp = (seconds: number, fraction = 0, digits = 6): string => {
  const days = Math.floor(seconds / 86_400);
  return `${spellDate(days)}T${spellTime(seconds - days * 86_400, fraction, digits)}`;
};

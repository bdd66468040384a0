/** Days and moments as authors write them. */
const isoDate = /^(\d{4})-(\d{2})-(\d{2})$/;
const isoTimestamp = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,6})?)?$/;

/** Whether there is such a day (`YYYY-MM-DD`). */
export const isDate = (text: string): boolean => {
  const [, year, month, day] = isoDate.exec(text) ?? [];
  if (year === undefined) return false;
  const time = new Date(0);
  time.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return time.getUTCMonth() === Number(month) - 1 && time.getUTCDate() === Number(day);
};

/** `YYYY-MM-DDTHH:MM:SS[.ffffff]`, or undefined when there is no such moment. */
export const normaliseTimestamp = (text: string): string | undefined => {
  if (isDate(text)) return `${text}T00:00:00`;
  const [, day, hour, minute, second = '00', fraction = ''] = isoTimestamp.exec(text) ?? [];
  if (day === undefined || !isDate(day) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return;
  return `${day}T${hour}:${minute}:${second}${fraction}`;
};

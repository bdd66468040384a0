type HeadersLike = { get(name: string): string | null };

const longestSeconds = 86_400;

/**
 * Seconds that the other side asks to wait, of `Retry-After` (a number of seconds, or a date) and its finer relative
 * `Retry-After-Ms`; `null` where it says nothing that can be read.
 */
export const readRetryAfter = (headers: HeadersLike, now: number): number | null => {
  const fine = headers.get('retry-after-ms')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(fine)) return Math.min(Number(fine) / 1000, longestSeconds);
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Number(text), longestSeconds);
  // A bare number with a sign would be read as a year.
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.min(Math.max(0, (at - now) / 1000), longestSeconds);
};

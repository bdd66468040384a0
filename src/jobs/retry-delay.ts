const firstMs = 1_000;
const longestMs = 60 * 60_000;

/**
 * How long to wait after an attempt that failed: four times as long each time, up to an hour, and between half of that and all of it, so that
 * what failed together is not tried again together.
 * @param attempt from 1
 */
export const retryDelay = (attempt: number, random: () => number = Math.random): number => {
  const whole = Math.min(longestMs, firstMs * 4 ** (attempt - 1));
  return Math.round(whole * (0.5 + random() / 2));
};

import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds that one of Linux's clock ticks lasts, as /proc counts them. */
const tickMs = 10;

const childrenTicks = (): number => {
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(fields[1]) === process.pid) ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // The process ended while we looked.
    }
  }
  return ticks;
};

/**
 * Milliseconds of processor time that this process, or all of its children together, use while so many milliseconds go by.
 * Children are seen on Linux only.
 */
export const processorTime = async (whose: 'self' | 'children', overMs: number): Promise<number> => {
  if (whose === 'self') {
    const before = process.cpuUsage();
    await pause(overMs);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  }
  const before = childrenTicks();
  await pause(overMs);
  return Math.max(0, childrenTicks() - before) * tickMs;
};

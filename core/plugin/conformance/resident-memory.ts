import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const pageBytes = 4096;

const residentOf = (pid: string): number =>
  Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * pageBytes;

/** The bytes of this process's children that run Node too: a connector may keep its driver there. None where there is no /proc. */
const ofChildren = (): number => {
  let bytes = 0;
  try {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        if (parent === process.pid && readlinkSync(`/proc/${pid}/exe`) === readlinkSync('/proc/self/exe'))
          bytes += residentOf(pid);
      } catch {
        // The process ended while we looked.
      }
    }
  } catch {
    return 0;
  }
  return bytes;
};

/** What this process and its Node children hold in memory. */
export const residentMegabytes = (): number => (process.memoryUsage.rss() + ofChildren()) / 1_048_576;

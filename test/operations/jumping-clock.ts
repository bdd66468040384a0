/** Put before a program by `--import`: its clock stands as many milliseconds off as the file named by `CLOCK_FILE` says. */
import { readFileSync } from 'node:fs';

const RealDate = Date;
const file = process.env.CLOCK_FILE!;
let offset = 0;
const read = (): void => {
  offset = Number(readFileSync(file, 'utf8'));
};
read();
process.on('SIGUSR2', read);

const now = (): number => RealDate.now() + offset;

globalThis.Date = class extends RealDate {
  constructor(...parts: readonly unknown[]) {
    if (parts.length === 0) super(now());
    else super(...(parts as [number]));
  }
  static override now = now;
} as DateConstructor;

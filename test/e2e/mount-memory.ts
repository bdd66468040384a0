import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** A small file system of the test's own; `null` where this user may not make one. */
export const mountMemory = (at: string, options: string): (() => void) | null => {
  mkdirSync(at, { recursive: true });
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', at]).status !== 0) return null;
  // Let go of at once, also while a program that is ending still looks into it.
  return () => void spawnSync('umount', ['-l', at]);
};

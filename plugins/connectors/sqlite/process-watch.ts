/** A thread of the child process: ends the process, even while SQLite computes, when DataMind has gone or memory runs out. */
import { memoryExhausted } from './messages.js';

const parent = process.ppid;
const limitBytes = Number(process.argv[2]) * 1_048_576 + process.memoryUsage.rss();

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  // SQLite's own heap limit does nothing in builds without memory statistics, and both drivers are built so.
  if (process.memoryUsage.rss() > limitBytes) process.kill(process.pid, memoryExhausted);
}, 100);

/** A thread of the child process: ends the process when DataMind has gone, even while SQLite computes. */
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, 1_000);

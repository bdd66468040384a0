/** Computes bcrypt in a thread of its own, one after another: 12 rounds take a third of a second. */
import { parentPort } from 'node:worker_threads';
import bcrypt from 'bcryptjs';

export type PasswordTask =
  | { readonly id: number; readonly password: string; readonly rounds: number }
  | { readonly id: number; readonly password: string; readonly hash: string };

parentPort!.on('message', (task: PasswordTask) => {
  const result =
    'hash' in task ? bcrypt.compareSync(task.password, task.hash) : bcrypt.hashSync(task.password, task.rounds);
  parentPort!.postMessage({ id: task.id, result });
});

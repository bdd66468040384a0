/**
 * Runs commands of the program, servers too, one after another in one process, each with a folder, an environment and
 * standard input of its own: what starting takes is paid once. `program-hosts.ts` starts it.
 */
import { Readable } from 'node:stream';
import { createProgram } from '../../src/cli/create-program.js';
import { runProgram } from '../../src/cli/run-program.js';
import { mark } from './program-hosts.js';

export interface Asked {
  readonly folder: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
}

process.setMaxListeners(0);
process.stdout.setMaxListeners(0);
process.stderr.setMaxListeners(0);

const written = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => stream.write(mark, () => resolve()));

process.on('message', async ({ folder, args, env, input }: Asked) => {
  process.chdir(folder);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(input)]), configurable: true });
  process.exitCode = undefined;
  const argv = [process.execPath, 'datamind', ...args];
  await runProgram(await createProgram(argv), argv);
  // A server's; the next one has its own.
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
  // The folder may go before the next command comes.
  process.chdir('/');
  await Promise.all([written(process.stdout), written(process.stderr)]);
  process.send!(process.exitCode ?? 0);
});
process.on('disconnect', () => process.exit());

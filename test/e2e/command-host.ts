/**
 * Runs commands of the program one after another in one process, each with a folder, an environment and standard streams of
 * its own: what starting takes is paid once. `small-project.ts` starts it.
 */
import { Readable } from 'node:stream';
import { createProgram } from '../../src/cli/create-program.js';
import { runProgram } from '../../src/cli/run-program.js';

export interface Asked {
  readonly folder: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
}

process.setMaxListeners(0);
process.stdout.setMaxListeners(0);
process.stderr.setMaxListeners(0);

/** What is written to a stream from now on. */
const capture = (stream: NodeJS.WriteStream): string[] => {
  const written: string[] = [];
  stream.write = ((chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
    written.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
    const done = rest.find((each) => typeof each === 'function') as (() => void) | undefined;
    if (done) queueMicrotask(done);
    return true;
  }) as typeof stream.write;
  return written;
};

process.on('message', async ({ folder, args, env, input }: Asked) => {
  process.chdir(folder);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(input)]), configurable: true });
  const out = capture(process.stdout);
  const err = capture(process.stderr);
  process.exitCode = undefined;
  const argv = [process.execPath, 'datamind', ...args];
  await runProgram(await createProgram(argv), argv);
  // The folder may go before the next command comes.
  process.chdir('/');
  process.send!({ code: process.exitCode ?? 0, out: out.join(''), err: err.join('') });
});
process.on('disconnect', () => process.exit());

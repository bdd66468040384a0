/**
 * `node dist/test/security/run-seeded-bugs.js [ID…]`
 *
 * Mutation testing: puts one bug of `seeded-bugs.jsonl` at a time into a copy of the repository and runs the tests there until
 * one fails. Prints which test caught each bug; the exit code is 1 when one escaped. An ID may be the beginning of several.
 * A test that fails without the bug catches nothing: all are run without any first, with the same seed, and what caught a bug is
 * run once more without it. Where one is red the run stops, with the exit code 2.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { packageRoot } from '../../core/package-root.js';
import { freshSeed } from '../property/fresh-seed.js';
import { readSeededBugs, type SeededBug, seedBug } from './seeded-bugs.js';

/** Folders of tests, or single ones, in the order in which they run: what takes seconds before what starts engines. */
const stages: readonly (readonly string[])[] = [
  ['core/sql', 'core/firewall'],
  ['semantic/policy', 'pipeline', 'core/pii/mask-engine-words'],
  ['semantic/check', 'semantic/load', 'semantic/plan', 'semantic/schema', 'audit', 'api'],
  ['security'],
  ['e2e/groups-and-hashes', 'e2e/one-way-to-a-database', 'e2e/policies-in-force', 'e2e/sql-under-policies'],
];

/** A run that a bug sends round in circles is caught, too. */
const longestStageMs = 400_000;
const notCopied: ReadonlySet<string> = new Set(['.git', 'dist', 'node_modules']);
/** Fails with every bug there is, for it looks at the list. */
const notRun: ReadonlySet<string> = new Set(['seeded-bugs.test.js']);

/** One for all runs, so that what is drawn with a bug was drawn without. */
const seed = String(freshSeed());

const copyRepository = (): string => {
  const root = packageRoot();
  const copy = mkdtempSync(join(tmpdir(), 'datamind-seeded-bugs-'));
  cpSync(root, copy, {
    recursive: true,
    filter: (from) => dirname(from) !== root || !notCopied.has(basename(from)),
  });
  symlinkSync(realpathSync(join(root, 'node_modules')), join(copy, 'node_modules'));
  return copy;
};

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly timedOut: boolean;
}

/** Runs a program of Node in the copy; whatever it started ends with it. */
const runNode = async (copy: string, args: readonly string[]): Promise<Ended> => {
  const env = { ...process.env, DATAMIND_SEED: seed };
  const child = spawn(process.execPath, args, { cwd: copy, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let timedOut = false;
  const endAll = (): void => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // All of it has ended.
    }
  };
  const tooLong = setTimeout(() => {
    timedOut = true;
    endAll();
  }, longestStageMs);
  process.once('exit', endAll);
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      output += String(text);
    });
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(tooLong);
  process.removeListener('exit', endAll);
  endAll();
  return { code, output, timedOut };
};

const build = async (copy: string): Promise<void> => {
  const { code, output } = await runNode(copy, ['.build/strip-types.mjs']);
  if (code !== 0) throw new Error(`the copy does not build:\n${output}`);
};

const testsOf = (copy: string, name: string): readonly string[] => {
  const path = join(copy, 'dist', 'test', name);
  if (existsSync(`${path}.test.js`)) return [`${path}.test.js`];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.js') && !notRun.has(basename(file)))
    .sort()
    .map((file) => join(path, file));
};

interface Failure {
  readonly title: string;
  /** Tests that are red together: the file of the first that failed, or the whole stage. */
  readonly files: readonly string[];
}

/** @returns the first failure, `null` when all are green @param name what to call them where no test does */
const runFiles = async (copy: string, name: string, files: readonly string[]): Promise<Failure | null> => {
  const report = join(copy, 'dist', 'report.json');
  rmSync(report, { force: true });
  const { code, output, timedOut } = await runNode(copy, [
    'node_modules/mocha/bin/mocha.js',
    ...['--no-config', '--exit', '--bail', '--timeout', '60000', '--reporter', 'json'],
    ...['--reporter-option', `output=${report}`, '--require', 'dist/test/property/seed-fast-check.js'],
    ...files,
  ]);
  if (timedOut) return { title: `${name}: did not end in ${longestStageMs / 1000} s`, files };
  if (code === 0) return null;
  if (!existsSync(report)) return { title: `${name}: ${output.trim().split('\n').slice(0, 8).join(' ')}`, files };
  const { failures } = JSON.parse(readFileSync(report, 'utf8')) as {
    readonly failures: readonly { readonly fullTitle: string; readonly file?: string }[];
  };
  const [first] = failures;
  if (first === undefined) return { title: `${name}: ended with ${code}`, files };
  return { title: first.fullTitle, files: first.file === undefined ? files : [first.file] };
};

/** The first failure; `null` when all is green. */
const runTests = async (copy: string): Promise<Failure | null> => {
  for (const stage of stages) {
    const files = stage.flatMap((name) => testsOf(copy, name));
    const failure = await runFiles(copy, stage.join(', '), files);
    if (failure !== null) return failure;
  }
  return null;
};

const tryBug = async (copy: string, bug: SeededBug): Promise<Failure | null> => {
  const path = join(copy, bug.file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, seedBug(source, bug));
  try {
    await build(copy);
    return await runTests(copy);
  } finally {
    writeFileSync(path, source);
  }
};

/** Ends the run: nothing that it could say of a bug would mean anything. */
const stopOver = ({ title }: Failure, when: string): never => {
  console.error(`Stopped: ${when} this test fails: ${title.replaceAll('\n', ' ')}`);
  process.exit(2);
};

const wanted = process.argv.slice(2);
const chosen = readSeededBugs().filter(({ id }) => wanted.length === 0 || wanted.some((name) => id.startsWith(name)));
if (chosen.length === 0) throw new Error(`no bug is called ${wanted.join(' or ')}`);

const copy = copyRepository();
process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
await build(copy);
const red = await runTests(copy);
if (red !== null) stopOver(red, 'without any bug');
const escaped: SeededBug[] = [];
for (const bug of chosen) {
  const began = performance.now();
  const caught = await tryBug(copy, bug);
  if (caught === null) escaped.push(bug);
  else {
    await build(copy);
    const anyway = await runFiles(copy, caught.title, caught.files);
    if (anyway !== null) stopOver(anyway, `without ${bug.id}, which it seemed to catch,`);
  }
  const seconds = `${Math.round((performance.now() - began) / 1000)} s`.padStart(5);
  console.log(`${bug.id}  ${caught === null ? 'ESCAPED' : 'caught '}  ${seconds}  ${bug.title}`);
  if (caught !== null) console.log(`              by: ${caught.title.replaceAll('\n', ' ').slice(0, 200)}`);
}
console.log(`${chosen.length} bugs: ${chosen.length - escaped.length} caught, ${escaped.length} escaped`);
for (const { id, title, why, witness } of escaped) console.log(`\n${id} ${title}\n  ${why}\n  ${witness}`);
process.exitCode = escaped.length === 0 ? 0 : 1;

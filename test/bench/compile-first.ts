/** `node compile-first.js FOLDER`: reads and compiles a folder, first thing in its process, and prints how long that took. */
import { Compiler } from '../../semantic/check/compiler.js';
import { readFolder } from '../../semantic/load/read-folder.js';

export interface FirstCompile {
  /** Milliseconds from the folder to texts. */
  readonly readMs: number;
  /** Milliseconds from texts to a frozen, hashed model. */
  readonly compileMs: number;
  /** Processor time of the compile, of all threads: on a busy machine it says more than the clock. */
  readonly cpuMs: number;
}

const start = performance.now();
const { files } = await readFolder(process.argv[2]!);
const read = performance.now();
const before = process.cpuUsage();
const { model, diagnostics } = new Compiler().compile(files);
const end = performance.now();
const { user, system } = process.cpuUsage(before);
if (model === null) throw new Error(`the folder has errors: ${diagnostics[0]?.message}`);
const figures: FirstCompile = { readMs: read - start, compileMs: end - read, cpuMs: (user + system) / 1000 };
process.stdout.write(JSON.stringify(figures));

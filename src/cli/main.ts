import { createProgram } from './create-program.js';
import { runProgram } from './run-program.js';

await runProgram(await createProgram(process.argv), process.argv);

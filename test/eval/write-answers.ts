/** Makes the question files anew from the SQL by hand: `node dist/test/eval/write-answers.js`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { businesses } from './businesses.js';
import { readByHand } from './by-hand.js';
import { questionFile } from './known-answers.js';

const home = mkdtempSync(join(tmpdir(), 'datamind-eval-'));
try {
  for (const { name, questions, file, makeData } of businesses) {
    const path = join(home, `${name}.duckdb`);
    await makeData(path);
    writeFileSync(file, await questionFile(readByHand(questions), path));
  }
} finally {
  rmSync(home, { recursive: true });
}

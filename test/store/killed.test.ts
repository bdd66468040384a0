import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import { createLogger } from '../../core/logging/create-logger.js';
import { packageRoot } from '../../core/package-root.js';
import type { StorePlace } from '../../src/store/engine.js';
import { openStore } from '../../src/store/open-store.js';
import { halves, killMigrations, movements } from './killed-tables.js';
import { createPlace, variants } from './store-places.js';

const program = join(packageRoot(), 'dist', 'test', 'store', 'write-until-killed.js');
const rounds = process.env.DATAMIND_TEST_LONG === '1' ? 200 : 3;

/** Lets a process write, and kills it at some moment after so many acknowledgements. @returns what it acknowledged */
const writeAndKill = async (place: StorePlace, round: number): Promise<readonly string[]> => {
  const child = spawn(process.execPath, [program, JSON.stringify(place), String(round)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let complaints = '';
  const enough = 1 + Math.floor(Math.random() * 150);
  let doomed = false;
  child.stderr.on('data', (data) => {
    complaints += String(data);
  });
  child.stdout.on('data', (data) => {
    text += String(data);
    if (doomed || text.split('\n').length <= enough) return;
    doomed = true;
    setTimeout(() => child.kill('SIGKILL'), Math.random() * 20);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (signal !== 'SIGKILL') throw new Error(`the writer ended with ${code} before it was killed: ${complaints}`);
  // The last line may have been cut by the kill: then nobody was told.
  return text.split('\n').slice(0, -1);
};

for (const name of variants) {
  describe(`a writer on ${name} that is killed`, () => {
    it(`loses nothing that it acknowledged, and leaves no half, ${rounds} times`, async function () {
      this.timeout(rounds * 20_000);
      const { place, remove } = await createPlace[name]();
      const log = createLogger({ level: 'silent' });
      let [acknowledged, lost, torn] = [0, 0, 0];
      try {
        for (let round = 0; round < rounds; round++) {
          const told = await writeAndKill(place, round);
          const store = await openStore(place, { log, tables: [movements, halves], migrations: killMigrations });
          const kept = new Set((await store.read((db) => db.find(movements))).map(({ id }) => id));
          const count = new Map([...kept].map((id) => [id, 0]));
          for (const { movementId } of await store.read((db) => db.find(halves))) {
            count.set(movementId, (count.get(movementId) ?? Number.NaN) + 1);
          }
          await store.transaction(async (db) => {
            for (const id of kept) await db.remove(movements, { id });
            for (const id of kept) await db.remove(halves, { movementId: id });
          });
          await store.close();
          acknowledged += told.length;
          lost += told.filter((id) => !kept.has(id)).length;
          torn += [...count.values()].filter((rows) => rows !== 2).length;
        }
      } finally {
        await remove();
      }
      if (rounds > 3)
        console.log(`      ${name}: ${rounds} rounds, ${acknowledged} acknowledged, ${lost} lost, ${torn} torn`);
      expect({ lost, torn }).to.deep.equal({ lost: 0, torn: 0 });
      expect(acknowledged).to.be.greaterThan(rounds);
    });
  });
}

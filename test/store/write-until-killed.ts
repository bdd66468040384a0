/**
 * A process that writes until it is killed: transfers between two tables, one transaction each, many at once. After each
 * acknowledgement it says so on standard output, unbuffered.
 */
import { writeSync } from 'node:fs';
import { createLogger } from '../../core/logging/create-logger.js';
import type { StorePlace } from '../../src/store/engine.js';
import { openStore } from '../../src/store/open-store.js';
import { halves, movements, killMigrations } from './killed-tables.js';

const place = JSON.parse(process.argv[2]!) as StorePlace;
const round = process.argv[3]!;
const log = createLogger({ level: 'silent' });
const store = await openStore(place, { log, tables: [movements, halves], migrations: killMigrations });

const writer = async (lane: number): Promise<never> => {
  for (let index = 0; ; index++) {
    const id = `${round}-${lane}-${index}`;
    await store.transaction(async (db) => {
      await db.insert(movements, { id, text: id.repeat(20) });
      await db.insert(halves, [
        { id: `${id}-a`, movementId: id },
        { id: `${id}-b`, movementId: id },
      ]);
    });
    writeSync(1, `${id}\n`);
  }
};
await Promise.all(Array.from({ length: 8 }, (_, lane) => writer(lane)));

import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createLogger } from '../../core/logging/create-logger.js';
import { defineTable } from '../../src/store/define-table.js';
import { addColumn, createTable, type Migration, statement } from '../../src/store/migration.js';
import { openStore } from '../../src/store/open-store.js';
import { createPlace, variants, type TestPlace } from './store-places.js';

interface Thing {
  readonly id: string;
  readonly name: string;
  readonly size: number;
}
const things = defineTable<Thing>('things', { id: 'id', name: 'text', size: 'count' });
/** As the version before saw it. */
const thingsBefore = defineTable<Omit<Thing, 'size'>>('things', { id: 'id', name: 'text' });
const first: Migration = { id: 'things', steps: [createTable('things', { id: 'id', name: 'text' })] };
const second: Migration = { id: 'sizes', steps: [addColumn('things', 'size', 'count', '7')] };
const broken: Migration = {
  id: 'broken',
  steps: [createTable('leftovers', { id: 'id' }), statement('update no_such_table set x = 1')],
};

for (const name of variants) {
  describe(`migrations on ${name}`, () => {
    let at: TestPlace;
    const open = (migrations: readonly Migration[], table: EntitySchema = things) =>
      openStore(at.place, { log: createLogger({ level: 'silent' }), tables: [table], migrations });
    const openAndClose = async (migrations: readonly Migration[]) => (await open(migrations)).close();
    beforeEach(async () => {
      at = await createPlace[name]();
    });
    afterEach(() => at.remove());

    it('are made once, and keep what is there', async () => {
      const before = await open([first], thingsBefore);
      await before.transaction((db) => db.insert(thingsBefore, { id: '1', name: 'old' }));
      await before.close();
      await openAndClose([first, second]);
      const store = await open([first, second]);
      expect(await store.read((db) => db.findBy(things, {}))).to.deep.equal([{ id: '1', name: 'old', size: 7 }]);
      await store.close();
    });

    it('are made by one of many that start together', async () => {
      const opened = await Promise.allSettled(Array.from({ length: 4 }, () => open([first, second])));
      const stores = opened.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      const refused = opened.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
      // SQLite in WebAssembly is for one program at a time.
      const all = name === 'sqlite-wasm' ? 1 : 4;
      expect([stores.length, refused]).to.deep.equal([all, Array(4 - all).fill('STORE_UNAVAILABLE')]);
      await stores[0]!.transaction((db) => db.insert(things, { id: '1', name: 'x', size: 1 }));
      for (const store of stores) expect(await store.read((db) => db.count(things))).to.equal(1);
      await Promise.all(stores.map((store) => store.close()));
    });

    it('are made whole or not at all', async () => {
      expect(await openAndClose([broken]).catch(() => 'failed')).to.equal('failed');
      await openAndClose([{ id: 'mended', steps: [createTable('leftovers', { id: 'id' })] }]);
    });

    it('of a newer version are not run over', async () => {
      await openAndClose([first, second]);
      const error = await open([first]).catch((thrown) => thrown);
      expect(error).to.be.instanceOf(DataMindError);
      expect(error.code).to.equal('CONFIG_INVALID');
      expect(error.message).to.equal('A newer version of DataMind has changed the store (by "sizes").');
      await openAndClose([first, second]);
    });
  });
}

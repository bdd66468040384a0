import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'chai';
import { MoreThan } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createLogger } from '../../core/logging/create-logger.js';
import { changeRow } from '../../src/store/change-row.js';
import { defineTable } from '../../src/store/define-table.js';
import { UniqueViolation } from '../../src/store/describe-store-failure.js';
import { listRows } from '../../src/store/list-rows.js';
import { createTable, type Migration } from '../../src/store/migration.js';
import { newId } from '../../src/store/new-id.js';
import { type OpenStoreOptions, openStore } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { createPlace, engineOf, variants, type TestPlace } from './store-places.js';

interface Parcel {
  readonly id: string;
  readonly shelfId: string;
  readonly label: string;
  readonly note: string | null;
  readonly weight: number;
  readonly fragile: boolean;
  readonly contents: unknown;
  readonly arrivedAt: number;
  readonly version: number;
}
interface Shelf {
  readonly id: string;
  readonly name: string;
}

const shelves = defineTable<Shelf>('shelves', { id: 'id', name: 'text' });
const parcels = defineTable<Parcel>('parcels', {
  id: 'id',
  shelfId: 'text',
  label: 'text',
  note: 'text?',
  weight: 'count',
  fragile: 'flag',
  contents: 'json',
  arrivedAt: 'time',
  version: 'count',
});

const first: Migration = {
  id: 'parcels',
  steps: [
    createTable('shelves', { id: 'id', name: 'text' }, { unique: [['name']] }),
    createTable(
      'parcels',
      {
        id: 'id',
        shelf_id: 'text',
        label: 'text',
        note: 'text?',
        weight: 'count',
        fragile: 'flag',
        contents: 'json',
        arrived_at: 'time',
        version: 'count',
      },
      {
        unique: [['shelf_id', 'label']],
        references: { shelf_id: { to: 'shelves.id', onDelete: 'refuse' } },
      },
    ),
  ],
};

const log = createLogger({ level: 'silent' });
const options: OpenStoreOptions = { log, tables: [shelves, parcels], migrations: [first] };
const failure = async (work: Promise<unknown>): Promise<DataMindError> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof DataMindError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

for (const name of variants) {
  const engine = engineOf[name];
  describe(`the store on ${name}`, () => {
    let place: TestPlace;
    let store: Store;
    const shelf: Shelf = { id: newId(), name: 'A' };
    const parcel = (label: string, more: Partial<Parcel> = {}): Parcel => ({
      id: newId(),
      shelfId: shelf.id,
      label,
      note: null,
      weight: 1,
      fragile: false,
      contents: null,
      arrivedAt: 1_760_000_000_000,
      version: 1,
      ...more,
    });

    before(async () => {
      place = await createPlace[name]();
      store = await openStore(place.place, options);
    });
    after(async () => {
      await store.close();
      await place.remove();
    });
    beforeEach(() =>
      store.transaction(async (db) => {
        await db.remove(parcels, { version: MoreThan(0) });
        await db.remove(shelves, { name: 'A' });
        await db.insert(shelves, shelf);
      }),
    );

    it('gives back what it was given', async () => {
      const given = parcel('ä\u{1F4E6}"\'\\', {
        weight: Number.MAX_SAFE_INTEGER,
        fragile: true,
        contents: { b: [1, 2.5, null, 'x'], a: { '': false } },
        arrivedAt: -1,
      });
      await store.transaction((db) => db.insert(parcels, given));
      const found = await store.read((db) => db.findOneBy(parcels, { id: given.id }));
      expect(found).to.deep.equal(given);
      expect(JSON.stringify(found!.contents)).to.equal(JSON.stringify(given.contents));
    });

    it('does all of a transaction or nothing, and nobody sees half of it', async () => {
      let look = (): void => undefined;
      const seen = new Promise<void>((resolve) => {
        look = resolve;
      }).then(() => store.read((outside) => outside.count(parcels)));
      const refused = await failure(
        store.transaction(async (db) => {
          await db.insert(parcels, parcel('one'));
          look();
          // Where there is one connection, who looks waits for the end.
          if (name !== 'sqlite-wasm') await seen;
          await db.insert(parcels, parcel('two'));
          throw new DataMindError('FORBIDDEN', 'No.');
        }),
      );
      expect(refused.code).to.equal('FORBIDDEN');
      expect(await seen).to.equal(0);
      expect(await store.read((db) => db.count(parcels))).to.equal(0);
    });

    it('may be asked again within a transaction', async () => {
      const found = await store.transaction(async (db) => {
        await db.insert(shelves, { id: newId(), name: 'B' });
        return store.read((again) => again.countBy(shelves, { name: 'A' }));
      });
      expect(found).to.equal(1);
    });

    it('takes transactions one after another, as far as anyone can tell', async () => {
      const { id } = parcel('counter');
      await store.transaction((db) => db.insert(parcels, { ...parcel('counter'), id, weight: 0 }));
      await Promise.all(
        Array.from({ length: 20 }, () =>
          store.transaction(async (db) => {
            const { weight } = (await db.findOneBy(parcels, { id }))!;
            await db.update(parcels, { id }, { weight: weight + 1 });
          }),
        ),
      );
      expect((await store.read((db) => db.findOneBy(parcels, { id })))!.weight).to.equal(20);
    });

    it('refuses what comes to a transaction after its end, and lets it into no other', async () => {
      const late: Promise<unknown>[] = [];
      let leaked: (() => Promise<unknown>) | undefined;
      await store.transaction(async (db) => {
        leaked = () => db.insert(parcels, parcel('late'));
      });
      await store.transaction(async (db) => {
        late.push(leaked!().catch(() => 'refused'));
        await db.insert(parcels, parcel('in time'));
      });
      expect(await Promise.all(late)).to.deep.equal(['refused']);
      expect(await store.read((db) => db.findBy(parcels, {}))).to.have.length(1);
    });

    it('says in words what two rows may not share, without the value', async () => {
      const given = parcel('same');
      await store.transaction((db) => db.insert(parcels, given));
      const error = await failure(store.transaction((db) => db.insert(parcels, parcel('same'))));
      expect(error).to.be.instanceOf(UniqueViolation);
      expect((error as UniqueViolation).table).to.equal('parcels');
      expect((error as UniqueViolation).columns).to.deep.equal(['shelf_id', 'label']);
      expect(error.message).to.equal('Another one has the same label already.');
      const twice = await failure(store.transaction((db) => db.insert(parcels, { ...given, label: 'other' })));
      expect((twice as UniqueViolation).columns).to.deep.equal(['id']);
      expect(JSON.stringify(twice)).not.to.include(given.id);
    });

    it('keeps references: to nothing, and of others to what is deleted', async () => {
      const lost = await failure(store.transaction((db) => db.insert(parcels, parcel('x', { shelfId: 'nowhere' }))));
      expect(lost.code).to.equal('CONFLICT');
      await store.transaction((db) => db.insert(parcels, parcel('x')));
      const used = await failure(store.transaction((db) => db.remove(shelves, { id: shelf.id })));
      expect(used.code).to.equal('CONFLICT');
    });

    it('changes a row only at the version that was read', async () => {
      const given = parcel('versioned');
      await store.transaction((db) => db.insert(parcels, given));
      const change = (version: number, id = given.id) =>
        store.transaction((db) => changeRow(db, parcels, { id }, version, { note: 'changed' }, 'parcel'));
      expect(await change(1)).to.equal(2);
      expect((await failure(change(1))).code).to.equal('PRECONDITION_FAILED');
      expect((await failure(change(1, 'gone'))).code).to.equal('NOT_FOUND');
    });

    it('refuses conditions that would mean every row', async () => {
      const undefinedId = { id: undefined } as unknown as { id: string };
      const attempts: readonly (() => Promise<unknown>)[] = [
        () => store.read((db) => db.findOneBy(parcels, undefinedId)),
        () => store.read((db) => db.findOneBy(parcels, { id: null as unknown as string })),
        () => store.transaction((db) => db.update(parcels, undefinedId, { note: 'all' })),
        () => store.transaction((db) => db.update(parcels, {}, { note: 'all' })),
        () => store.transaction((db) => db.remove(parcels, undefinedId)),
        () => store.transaction((db) => db.remove(parcels, {})),
      ];
      await store.transaction((db) => db.insert(parcels, parcel('x')));
      for (const [index, attempt] of attempts.entries()) {
        expect(
          await attempt().then(
            () => `attempt ${index} did`,
            () => 'refused',
          ),
        ).to.equal('refused');
      }
      expect(await store.read((db) => db.countBy(parcels, { label: 'x' }))).to.equal(1);
    });

    const onSqlite = engine === 'sqlite' ? it : () => undefined;
    onSqlite('refuses to write where only reading was asked for', async () => {
      const error = await failure(
        store.read((db) =>
          db
            .createQueryBuilder()
            .insert()
            .into(parcels)
            .values(parcel('x') as never)
            .execute(),
        ),
      );
      expect(error.code).to.equal('STORE_UNAVAILABLE');
    });

    describe('lists', () => {
      const rules = {
        sortable: { label: 'label', note: 'note', arrived_at: 'arrivedAt' },
        sortedBy: 'label',
        searched: ['label', 'note'],
        key: 'id',
      } as const;
      const list = (request: object) =>
        store.read((db) => listRows(db, engine, parcels, request, rules, (query) => query.where('item.weight > 0')));
      const labels = async (request: object): Promise<unknown> => {
        const { data, count } = await list(request);
        return [data.map(({ label }) => label), count];
      };
      beforeEach(() =>
        store.transaction(async (db) => {
          for (const [label, note, weight] of [
            ['b', 'Ärger', 1],
            ['B', null, 1],
            ['ä', '100%', 1],
            ['c_d', 'x', 1],
            ['hidden', 'x', 0],
          ] as const) {
            await db.insert(parcels, parcel(label, { note, weight }));
          }
        }),
      );

      const rows: readonly [string, object, unknown][] = [
        ['all, by code point', {}, [['B', 'b', 'c_d', 'ä'], 4]],
        ['a page and how many there are', { limit: 2, offset: 1 }, [['b', 'c_d'], 4]],
        ['the other way round', { sort: '-label' }, [['ä', 'c_d', 'b', 'B'], 4]],
        ['nothing last', { sort: 'note' }, [['ä', 'c_d', 'b', 'B'], 4]],
        ['nothing first when reversed', { sort: '-note' }, [['B', 'b', 'c_d', 'ä'], 4]],
        ['what holds a text, in either case', { q: 'äRG' }, [['b'], 1]],
        ['signs of patterns as themselves', { q: '%' }, [['ä'], 1]],
        ['signs of patterns as themselves, too', { q: '_' }, [['c_d'], 1]],
      ];
      for (const [title, request, expected] of rows) {
        it(title, async () => expect(await labels(request)).to.deep.equal(expected));
      }
      it('refuses to sort by what is not offered', async () => {
        const error = await failure(list({ sort: 'weight' }));
        expect(error.code).to.equal('BAD_REQUEST');
        expect((await failure(list({ sort: 'constructor' }))).code).to.equal('BAD_REQUEST');
      });
    });

    onSqlite('keeps its file to its owner', () => {
      const { file } = place.place as { file: string };
      const mode = (path: string): number => statSync(path).mode & 0o777;
      expect([mode(file), mode(`${file}-wal`), mode(dirname(file))]).to.deep.equal([0o600, 0o600, 0o700]);
    });
  });
}

import type { EntityManager } from 'typeorm';
import { type EpochName, epochs } from './epochs.js';
import type { Writer } from './store.js';

/** Rows in one statement: each value is a parameter, and engines have a most. */
const rowsAtOnce = 500;

/**
 * What a transaction may do, over TypeORM's manager of its connection.
 * @param counted is told of each epoch that is counted up
 */
export const createWriter = (manager: EntityManager, counted: (id: EpochName) => void = () => undefined): Writer => ({
  find: manager.find.bind(manager),
  findBy: manager.findBy.bind(manager),
  findOne: manager.findOne.bind(manager),
  findOneBy: manager.findOneBy.bind(manager),
  count: manager.count.bind(manager),
  countBy: manager.countBy.bind(manager),
  exists: manager.exists.bind(manager),
  existsBy: manager.existsBy.bind(manager),
  createQueryBuilder: manager.createQueryBuilder.bind(manager) as EntityManager['createQueryBuilder'],
  insert: async (table, rows) => {
    const all = Array.isArray(rows) ? rows : [rows];
    if ((table as unknown) === epochs) for (const { id } of all) counted(id as EpochName);
    for (let at = 0; at < all.length; at += rowsAtOnce) {
      const values = all.slice(at, at + rowsAtOnce);
      // Without `updateEntity` nothing is written back into the rows: they are values.
      await manager.createQueryBuilder().insert().into(table).values(values).updateEntity(false).execute();
    }
  },
  update: async (table, which, change) => {
    if ((table as unknown) === epochs) counted((which as unknown as { readonly id: EpochName }).id);
    return (await manager.update(table, which, change as never)).affected ?? 0;
  },
  remove: async (table, which) => (await manager.delete(table, which)).affected ?? 0,
});

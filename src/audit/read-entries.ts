import { LessThan, MoreThan, type FindOptionsWhere } from 'typeorm';
import type { Store } from '../store/store.js';
import { type EntryRow, entries } from './store.js';

const rowsAtOnce = 1_000;

/** The entries of a chain in order, a page at a time: whoever writes meanwhile waits for one page at most. */
export async function* readChain(
  store: Store,
  chain: string,
  after: number,
  where: FindOptionsWhere<EntryRow> = {},
): AsyncGenerator<EntryRow> {
  for (let from = after; ; ) {
    const page = await store.read((db) =>
      db.find(entries, { where: { ...where, chain, seq: MoreThan(from) }, order: { seq: 'ASC' }, take: rowsAtOnce }),
    );
    yield* page;
    if (page.length < rowsAtOnce) return;
    from = page.at(-1)!.seq;
  }
}

/** The first place of a chain whose entry is not older than this; `null` when all are. */
export const firstSince = async (store: Store, chain: string, at: number): Promise<number | null> => {
  const [first] = await store.read((db) =>
    db.find(entries, { where: { chain, at: MoreThan(at - 1) }, order: { seq: 'ASC' }, take: 1 }),
  );
  return first?.seq ?? null;
};

export const entryBefore = async (store: Store, chain: string, seq: number | null): Promise<EntryRow | null> => {
  const where = seq === null ? { chain } : { chain, seq: LessThan(seq) };
  const [last] = await store.read((db) => db.find(entries, { where, order: { seq: 'DESC' }, take: 1 }));
  return last ?? null;
};

import { defineTable } from './define-table.js';
import { type Engine, postgresSchema } from './engine.js';
import type { Writer } from './store.js';

/**
 * Counts the changes of something. Whoever remembers what it has read of the store remembers the count with it, and reads it with
 * each request: so a change holds on every node for the next one, and next to nothing is read.
 */
export interface EpochRow {
  readonly id: string;
  readonly count: number;
}

export const epochs = defineTable<EpochRow>('epochs', { id: 'id', count: 'count' });

/** What is counted. Another one is a word here; its row is made with the first change. */
const names = ['identity', 'models', 'connections', 'projects'] as const;
export type EpochName = (typeof names)[number];

export type Epochs = Readonly<Record<EpochName, number>>;

/** In the transaction of a change: what was read before it is not used again. */
export const countUp = async (db: Writer, id: EpochName): Promise<void> => {
  const epoch = await db.findOneBy(epochs, { id });
  if (epoch === null) await db.insert(epochs, { id, count: 1 });
  else await db.update(epochs, { id }, { count: epoch.count + 1 });
};

/** @param rows of {@link epochQuery} */
export const readEpochs = (rows: readonly { readonly id: string; readonly count: number | string }[]): Epochs => {
  const counts = new Map(rows.map(({ id, count }) => [id, Number(count)]));
  return Object.fromEntries(names.map((name) => [name, counts.get(name) ?? 0])) as Epochs;
};

/** All of them at once, with each request: without the object mapper it is five times as fast. */
export const epochQuery: Readonly<Record<Engine, string>> = {
  sqlite: 'select id, count from epochs',
  postgres: `select id, count from ${postgresSchema}.epochs`,
};

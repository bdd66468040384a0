/** Every secret of the store that is sealed: where it is, what it is sealed for, and how it is sealed anew while servers run. */
import type { EntitySchema } from 'typeorm';
import { In } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Sealer } from '../../core/secrets/create-sealer.js';
import { sealPurpose } from '../connections/read-connections.js';
import { connections } from '../connections/store.js';
import { signingPurpose } from '../identity/signing-keys.js';
import { signingKeys } from '../identity/store.js';
import { llmKeyPurpose, llmKeys } from '../llm/store.js';
import { countUp, type EpochName } from '../store/epochs.js';
import type { Reader, Store, Writer } from '../store/store.js';

interface SealedRow {
  readonly id: string;
  readonly sealed: string;
}

interface SealedColumn {
  readonly what: string;
  readonly purpose: (id: string) => string;
  /** What is counted up, where rows are remembered. */
  readonly epoch: EpochName | null;
  readonly read: (db: Reader, ids: readonly string[] | null) => Promise<readonly SealedRow[]>;
  /** Only when it is still what was read. @returns how many rows */
  readonly write: (db: Writer, row: SealedRow, sealed: string) => Promise<number>;
}

const columnOf = <Row extends { readonly id: string }, Name extends keyof Row & string>(
  what: string,
  table: EntitySchema<Row>,
  name: Name,
  purpose: (id: string) => string,
  epoch: EpochName | null = null,
): SealedColumn => ({
  what,
  purpose,
  epoch,
  read: async (db, ids) => {
    const select = { id: true, [name]: true } as never;
    const rows = await db.find(table, { select, ...(ids !== null && { where: { id: In([...ids]) } as never }) });
    return rows.map((row) => ({ id: row.id, sealed: String(row[name]) }));
  },
  write: (db, { id, sealed: before }, sealed) =>
    db.update(table, { id, [name]: before } as never, { [name]: sealed } as unknown as Partial<Row>),
});

/** A new table with a sealed column is a line here. */
const sealedColumns: readonly SealedColumn[] = [
  columnOf('signing keys', signingKeys, 'secret', signingPurpose),
  columnOf('connections', connections, 'sealed', sealPurpose, 'connections'),
  columnOf('keys of language models', llmKeys, 'sealed', llmKeyPurpose),
];

/** At the start, so that a wrong key is told then and not to whoever asks first. @throws DataMindError `CONFIG_INVALID` */
export const assertKeys = async (store: Store, sealer: Sealer): Promise<void> => {
  const strange: string[] = [];
  for (const { what, read } of sealedColumns) {
    const rows = await store.read((db) => read(db, null));
    const count = rows.filter(({ sealed }) => !sealer.knows(sealed)).length;
    if (count > 0) strange.push(`${count} of ${rows.length} ${what}`);
  }
  if (strange.length === 0) return;
  throw new DataMindError(
    'CONFIG_INVALID',
    `The encryption key is not the one that sealed the secrets of the store (${strange.join(', ')}).`,
    {
      hint: 'Set ENCRYPTION_KEY to the key it was sealed with; after a change, list both, the new one first: ENCRYPTION_KEY=new,old.',
    },
  );
};

const batch = 50;

export interface Resealed {
  /** Secrets that were sealed anew. */
  readonly changed: number;
  readonly all: number;
}

/**
 * Seals what older keys sealed with the key in use, a batch a transaction, beside servers that run. What is changed meanwhile is
 * sealed by whoever changes it.
 * @throws DataMindError `CONFIG_INVALID` for what no key here opens; what was sealed anew by then stays so
 */
export const resealSecrets = async (
  store: Store,
  sealer: Sealer,
  onBatch: (done: number, of: number) => void = () => undefined,
): Promise<Resealed> => {
  let changed = 0;
  let all = 0;
  for (const { purpose, epoch, read, write } of sealedColumns) {
    const rows = await store.read((db) => read(db, null));
    all += rows.length;
    const stale = rows.filter(({ sealed }) => sealer.isStale(sealed)).map(({ id }) => id);
    for (let at = 0; at < stale.length; at += batch) {
      const ids = stale.slice(at, at + batch);
      changed += await store.transaction(async (db) => {
        let count = 0;
        for (const row of await read(db, ids)) {
          if (!sealer.isStale(row.sealed)) continue;
          count += await write(db, row, sealer.seal(sealer.open(row.sealed, purpose(row.id)), purpose(row.id)));
        }
        if (epoch !== null && count > 0) await countUp(db, epoch);
        return count;
      });
      onBatch(changed, all);
    }
  }
  return { changed, all };
};

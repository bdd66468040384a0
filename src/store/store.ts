import type { EntityManager, EntitySchema, FindOptionsWhere, ObjectLiteral } from 'typeorm';
import type { Engine } from './engine.js';
import type { EpochName, Epochs } from './epochs.js';

/** Reads rows. What it would write is refused by SQLite; a {@link Writer} is what may. */
export type Reader = Pick<
  EntityManager,
  'find' | 'findBy' | 'findOne' | 'findOneBy' | 'count' | 'countBy' | 'exists' | 'existsBy' | 'createQueryBuilder'
>;

/** Reads and writes within one transaction. A condition that is empty or holds an undefined value is refused. */
export interface Writer extends Reader {
  insert<Row extends ObjectLiteral>(table: EntitySchema<Row>, rows: Row | readonly Row[]): Promise<void>;
  /** Changes what is named of each row that the condition names. @returns how many rows */
  update<Row extends ObjectLiteral>(
    table: EntitySchema<Row>,
    which: FindOptionsWhere<Row>,
    change: Partial<Row>,
  ): Promise<number>;
  /** Deletes each row that the condition names. @returns how many */
  remove<Row extends ObjectLiteral>(table: EntitySchema<Row>, which: FindOptionsWhere<Row>): Promise<number>;
}

/** Where everything is kept that is not in files of the model. */
export interface Store {
  readonly engine: Engine;
  /** Reads what is committed. Statements after one another may see different states. @throws DataMindError */
  read<T>(work: (db: Reader) => Promise<T>): Promise<T>;
  /** Reads one state of everything, whatever is committed meanwhile. For what is long: backups. @throws DataMindError */
  snapshot<T>(work: (db: Reader) => Promise<T>): Promise<T>;
  /**
   * Does all of the work or nothing of it, as if no other transaction ran meanwhile. When the promise is fulfilled the work
   * is on the disk. The work may be run more than once, so it changes nothing but the store; it waits for nothing but the
   * store, because others wait for it; and it begins no transaction of its own.
   * @throws DataMindError `CONFLICT` (as `UniqueViolation` too), `STORE_UNAVAILABLE`, `STORAGE_FULL`; what the work throws
   */
  transaction<T>(work: (db: Writer) => Promise<T>): Promise<T>;
  /** Tells of each change that this process has committed. */
  onChange(listener: (id: EpochName) => void): void;
  /** How often each thing has changed, as committed now; whoever listens is told it too. */
  epochs(): Promise<Epochs>;
  /** Calls back with all counts that anybody reads, which may overtake one another. Returns the way to stop that. */
  onEpochs(listener: (epochs: Epochs) => void): () => void;
  close(): Promise<void>;
}

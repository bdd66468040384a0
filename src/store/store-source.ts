import type { EntityManager, QueryRunner } from 'typeorm';

/** What the engines differ in. */
export interface StoreSource {
  /** Reads what is committed. */
  read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
  /** Reads one state, whatever is committed meanwhile, and keeps nobody from writing where the engine can. */
  snapshot<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
  /** Isolation of transactions; of the engine when absent. */
  readonly isolation?: 'SERIALIZABLE';
  /** A statement in each transaction before all others. */
  readonly afterBegin?: string | null;
  /** Lends a connection that may write; after the work it is of no use any more. */
  withRunner<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

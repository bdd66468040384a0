import type { EntitySchema, FindOptionsWhere, ObjectLiteral } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Writer } from './store.js';

/** A row that knows how often it was changed. */
export interface Versioned extends ObjectLiteral {
  readonly version: number;
}

/**
 * Changes the one row that the condition names, when it is still at the version that the caller read, and counts the version up.
 * @param what the thing, for the sentence: `dashboard`
 * @returns the new version
 * @throws DataMindError `NOT_FOUND`, `PRECONDITION_FAILED`
 */
export const changeRow = async <Row extends Versioned>(
  db: Writer,
  table: EntitySchema<Row>,
  which: FindOptionsWhere<Row>,
  version: number,
  change: Partial<Omit<Row, 'version'>>,
  what: string,
): Promise<number> => {
  const next = version + 1;
  const changed = { ...change, version: next } as Partial<Row>;
  if ((await db.update(table, { ...which, version } as FindOptionsWhere<Row>, changed)) === 1) return next;
  if (await db.existsBy(table, which)) {
    throw new DataMindError('PRECONDITION_FAILED', `The ${what} has changed since you read it.`);
  }
  throw new DataMindError('NOT_FOUND', `There is no such ${what}.`);
};

import type { Column, Row } from './column.js';

/** Why a result ended before the engine had no more rows. */
export type Truncation = 'rows' | 'bytes';

/**
 * The only notion of "rows" in the house: typed columns, then batches as they arrive. Iterate `batches` once. Leaving the
 * loop early, or calling `close`, cancels the statement in the database and gives the connection back. `truncated` is
 * final only after the last batch.
 */
export interface ResultSet {
  readonly columns: readonly Column[];
  readonly batches: AsyncIterable<readonly Row[]>;
  /** Set when a limit of the request cut the result; a cut result is never cached. */
  readonly truncated: Truncation | null;
  /** Roughly how many bytes of row data were delivered so far; absent where nobody counts. */
  readonly bytes?: number;
  /** Idempotent. Resolves when the database has let go of the statement. */
  close(): Promise<void>;
}

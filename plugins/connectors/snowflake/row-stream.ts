import type { Readable } from 'node:stream';
import type snowflake from 'snowflake-sdk';
import type { Row } from 'datamind/contract';
import { type DriverColumn, type ReadColumn, readColumn } from './types.js';

export interface StreamColumn extends ReadColumn {
  readonly name: string;
}

/** Rows that are given at once. */
const most = 500;

/** The rows of one running statement. The driver fetches a part of the result when the one before it is nearly read. */
export class RowStream {
  /** Resolves when the statement has been computed and its columns are known. */
  readonly described: Promise<readonly StreamColumn[]>;
  readonly #statement: snowflake.RowStatement;
  #rows: AsyncIterator<unknown[]> | null = null;
  #source: Readable | null = null;
  #columns: readonly StreamColumn[] = [];
  #computed = false;

  constructor(connection: snowflake.Connection, sqlText: string, binds: readonly (string | null)[]) {
    let statement!: snowflake.RowStatement;
    this.described = new Promise((resolve, reject) => {
      statement = connection.execute({
        sqlText,
        binds,
        streamResult: true,
        complete: (error, done) => {
          this.#computed = true;
          if (error) return reject(error);
          this.#columns = ((done as snowflake.RowStatement).getColumns() as unknown as readonly DriverColumn[]).map(
            (column) => ({
              name: column.getName(),
              ...readColumn(column),
            }),
          );
          resolve(this.#columns);
        },
      }) as snowflake.RowStatement;
    });
    this.described.catch(() => undefined);
    this.#statement = statement;
  }

  /** The next rows, or `null` at the end. */
  async next(): Promise<readonly Row[] | null> {
    if (this.#rows === null) {
      this.#source = this.#statement.streamRows();
      this.#rows = this.#source[Symbol.asyncIterator]() as AsyncIterator<unknown[]>;
    }
    const rows: Row[] = [];
    while (rows.length < most) {
      const { done, value } = await this.#rows.next();
      if (done === true) break;
      const cells = value as readonly unknown[];
      rows.push(
        this.#columns.map(({ read }, at) => (cells[at] === null || cells[at] === undefined ? null : read(cells[at]))),
      );
    }
    return rows.length === 0 ? null : rows;
  }

  /** Resolves when the service has taken note. */
  async cancel(): Promise<void> {
    this.#source?.destroy();
    if (this.#computed) return;
    await new Promise<void>((resolve) => {
      this.#statement.cancel(() => resolve());
    });
    await this.described.catch(() => undefined);
  }

  close(): Promise<void> {
    this.#source?.destroy();
    return Promise.resolve();
  }
}

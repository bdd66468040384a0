import tedious from 'tedious';
import { PluginError, type Row } from 'datamind/contract';
import { type ColumnMetadata, type ReadColumn, readColumn } from './types.js';

export interface StreamColumn extends ReadColumn {
  readonly name: string;
}

/** Rows that may wait for the reader before the socket is no longer read. */
const mostWaiting = 500;

/** The rows of one running statement, taken from the socket no faster than the reader takes them. */
export class RowStream {
  readonly request: tedious.Request;
  /** Resolves when the columns are known; rejects when there are none. */
  readonly described: Promise<readonly StreamColumn[]>;
  /** Resolves when the server has ended the statement, well or not. */
  readonly finished: Promise<void>;
  #waiting: Row[] = [];
  #columns: readonly StreamColumn[] | null = null;
  #ended = false;
  #failure: unknown = null;
  #paused = false;
  #wake: (() => void) | null = null;
  readonly #stop: () => void;

  constructor(text: string, stop: () => void) {
    this.#stop = stop;
    let finish!: () => void;
    this.finished = new Promise((resolve) => {
      finish = resolve;
    });
    this.request = new tedious.Request(text, (error) => {
      this.#ended = true;
      this.#failure ??= error ?? null;
      this.#wake?.();
      finish();
    });
    this.described = new Promise((resolve, reject) => {
      this.request.on('columnMetadata', (columns) => {
        if (this.#columns !== null)
          return this.#refuse('The text holds more than one statement; one is run at a time.');
        this.#columns = (columns as unknown as readonly ColumnMetadata[]).map((column) => ({
          name: column.colName,
          ...readColumn(column),
        }));
        resolve(this.#columns);
      });
      void this.finished.then(() =>
        reject(
          this.#failure ??
            new PluginError('READ_ONLY_VIOLATION', 'Only queries are run here, and this statement gives no rows.'),
        ),
      );
    });
    this.described.catch(() => undefined);
    this.request.on('row', (cells) => this.#take(cells as unknown as readonly { readonly value: unknown }[]));
  }

  #refuse(message: string): void {
    this.#failure ??= new PluginError('STATEMENT_INVALID', message);
    this.#stop();
  }

  #take(cells: readonly { readonly value: unknown }[]): void {
    const columns = this.#columns!;
    this.#waiting.push(
      cells.map(({ value }, at) => (value === null || value === undefined ? null : columns[at]!.read(value))),
    );
    if (this.#waiting.length >= mostWaiting && !this.#paused) {
      this.#paused = true;
      this.request.pause();
    }
    this.#wake?.();
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.request.resume();
  }

  /** The rows at hand, or `null` at the end. */
  async next(): Promise<readonly Row[] | null> {
    while (this.#waiting.length === 0 && !this.#ended) {
      this.#resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
    if (this.#waiting.length > 0) {
      const rows = this.#waiting;
      this.#waiting = [];
      return rows;
    }
    if (this.#failure !== null) throw this.#failure;
    return null;
  }

  /** Lets what is still on its way come in and be dropped. */
  abandon(): void {
    this.#waiting = [];
    this.#resume();
  }
}

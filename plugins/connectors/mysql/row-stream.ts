import type { Cell, Column, Row } from 'datamind/contract';
import type { Connection } from 'mysql2';
import { type ColumnReader, describeColumn, type DriverValue, type Field, rawTypes } from './types.js';

export interface StreamLimits {
  /** `next` waits until so many rows are there, or the bytes, or the end. */
  readonly rows: number;
  /** The socket is paused while more than this waits for the reader. */
  readonly bytes: number;
}

/** The running command of the driver; its options are read after the columns are known and before the first row. */
interface Execution extends NodeJS.EventEmitter {
  readonly options?: { typeCast?: unknown };
}

/** A statement that the server has prepared. */
export interface Prepared {
  readonly columns: readonly unknown[];
  execute(values: readonly unknown[]): Execution;
}

interface RawField {
  readonly type: string;
  buffer(): Buffer | null;
}

const rawNames: ReadonlySet<string> = new Set(['GEOMETRY', 'VECTOR']);
const readRaw = (field: RawField, next: () => unknown): unknown => (rawNames.has(field.type) ? field.buffer() : next());

const cellBytes = (cell: Cell): number => (typeof cell === 'string' ? cell.length + 2 : 8);

/** The rows of one statement, taken from the socket no faster than the reader takes them. */
export class RowStream {
  /** Settles when the columns are known. */
  readonly described: Promise<readonly Column[]>;
  /** Resolves when the server is ready for another statement, or the connection is gone; never rejects. */
  readonly finished: Promise<void>;

  private readonly connection: Connection;
  private readonly limits: StreamLimits;
  private readers: readonly ColumnReader[] = [];
  private rows: Row[] = [];
  private bytes = 0;
  private paused = false;
  private over = false;
  private abandoned = false;
  private failure: unknown = null;
  /** A value could not be read; the server does not know and goes on. */
  private unreadable = false;
  private wake: (() => void) | null = null;
  private resolveDescribed!: (columns: readonly Column[]) => void;
  private rejectDescribed!: (error: unknown) => void;
  private resolveFinished!: () => void;

  constructor(
    connection: Connection,
    prepared: Prepared,
    values: readonly unknown[],
    limits: StreamLimits,
    tinyintIsBoolean: boolean,
  ) {
    this.connection = connection;
    this.limits = limits;
    this.described = new Promise((resolve, reject) => {
      this.resolveDescribed = resolve;
      this.rejectDescribed = reject;
    });
    this.described.catch(() => undefined);
    this.finished = new Promise((resolve) => {
      this.resolveFinished = resolve;
    });
    const execution = prepared.execute(values);
    execution.on('fields', (fields: readonly (Field & { name: string })[] | undefined) => {
      this.readers = (fields ?? []).map((field) => describeColumn(field, tinyintIsBoolean));
      if (fields?.some((field) => rawTypes.has(field.columnType)) && execution.options) {
        execution.options.typeCast = readRaw;
      }
      // The driver builds its reader of rows from the names and refuses some; a row is an array and needs none.
      fields?.forEach((field, at) => {
        field.name = `c${at}`;
      });
      this.resolveDescribed(this.readers.map((reader) => reader.column));
    });
    execution.on('result', (row: readonly DriverValue[] | object) => this.take(row));
    execution.on('error', (error: unknown) => this.fail(error));
    execution.on('end', () => this.end());
  }

  /** Lets go of all rows to come, so that the end or an error can arrive. */
  abandon(): void {
    this.abandoned = true;
    this.rows = [];
    this.flow();
    this.wake?.();
  }

  /** The connection is gone. */
  lose(error: unknown): void {
    this.fail(error);
    this.end();
  }

  /** The next rows, or `null` at the end. */
  async next(): Promise<readonly Row[] | null> {
    if (!this.full() && !this.over && this.failure === null && !this.abandoned) {
      this.flow();
      if (!this.full() && !this.over) {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
      this.wake = null;
    }
    if (this.rows.length > 0) {
      const { rows } = this;
      this.rows = [];
      this.bytes = 0;
      return rows;
    }
    this.flow();
    if (!this.unreadable) await this.finished;
    if (this.failure !== null) throw this.failure;
    return null;
  }

  private take(row: readonly DriverValue[] | object): void {
    if (this.abandoned || this.failure !== null || !Array.isArray(row)) return;
    const cells: Cell[] = new Array(row.length);
    try {
      for (let at = 0; at < row.length; at += 1) {
        const cell = this.readers[at]!.read(row[at]);
        cells[at] = cell;
        this.bytes += cellBytes(cell);
      }
    } catch (error) {
      this.unreadable = true;
      this.fail(error);
      return;
    }
    this.rows.push(cells);
    if (!this.full()) return;
    this.wake?.();
    if (this.bytes > this.limits.bytes && !this.paused) {
      this.paused = true;
      this.connection.pause();
    }
  }

  private full(): boolean {
    return this.rows.length >= this.limits.rows || this.bytes >= this.limits.bytes;
  }

  private flow(): void {
    if (!this.paused) return;
    this.paused = false;
    this.connection.resume();
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    this.rejectDescribed(this.failure);
    this.flow();
    this.wake?.();
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    this.rejectDescribed(this.failure);
    this.resolveFinished();
    this.wake?.();
  }
}

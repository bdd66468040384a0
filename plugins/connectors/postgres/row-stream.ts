import type { Row } from 'datamind/contract';
import type { BoundParameters } from './parameters.js';

/** A column as the server describes it. */
export interface Field {
  readonly name: string;
  readonly dataTypeID: number;
  readonly dataTypeModifier: number;
}

/** The part of pg's connection that a stream speaks through: messages of the extended query protocol. */
export interface Wire {
  readonly stream: { pause(): unknown; resume(): unknown };
  parse(message: { readonly name: string; readonly text: string; readonly types: readonly number[] }): void;
  bind(message: { readonly portal: string; readonly statement: string; readonly values: readonly unknown[] }): void;
  describe(message: { readonly type: 'P'; readonly name: string }): void;
  execute(message: { readonly portal: string; readonly rows: number }): void;
  sendCopyFail(reason: string): void;
  flush(): void;
  sync(): void;
}

export interface StreamLimits {
  /** `next` waits until so many rows are there, or the bytes, or the end. */
  readonly rows: number;
  /** The socket is paused while more than this waits for the reader. */
  readonly bytes: number;
}

/** How one row of text becomes cells; fixed when the columns are known. */
export type RowReader = (texts: readonly (string | null)[]) => Row;

/** One statement, as it is sent. */
export interface Work {
  readonly text: string;
  readonly parameters: BoundParameters;
  /** Statements of the connector's own that go before it in the same packet. They give no rows. */
  readonly before: readonly string[];
  /** Run at once, without waiting for the columns: for a text whose columns were all known the last time. */
  readonly eager: boolean;
  readonly limits: StreamLimits;
  /** How rows of these columns are read; `null` when a type is not known, and then the statement is not run. */
  readerOf(fields: readonly Field[]): RowReader | null;
}

/** Errors of the server have a severity; the connection's own have none, and nothing follows them. */
const isFromServer = (error: unknown): boolean => typeof error === 'object' && error !== null && 'severity' in error;

/** The statement gives no rows, so it was not run. */
export class NoRows extends Error {
  override readonly name = 'NoRows';
}

/**
 * One statement in the extended query protocol: parsed and described first, run when its columns are known, its rows taken
 * from the socket no faster than the reader takes them. What opens the transaction travels with it, and an eager one asks
 * for its rows in the same packet: each wait for the server that is spared shortens every look-up by a round trip. The whole
 * portal is run at once: a portal that is run in parts loses the server's parallel workers.
 *
 * pg drives the `handle…` methods, one stream at a time on a connection. It forgets a query that failed before the server
 * is ready again, so the session passes on `handleReadyForQuery`, `handleNoData` and `handleEnd` itself.
 */
export class RowStream {
  /** Settles when the columns are known. */
  readonly described: Promise<readonly Field[]>;
  /** Resolves when the server is ready for another statement, or the connection is gone; never rejects. */
  readonly finished: Promise<void>;

  private readonly work: Work;
  private wire: Wire | null = null;
  private reader: RowReader | null = null;
  private rows: Row[] = [];
  private bytes = 0;
  private paused = false;
  private phase: 'describing' | 'running' | 'finished' = 'describing';
  private abandoned = false;
  private failure: unknown = null;
  /** A value could not be read; the server does not know and goes on. */
  private unreadable = false;
  private wake: (() => void) | null = null;
  private resolveDescribed!: (fields: readonly Field[]) => void;
  private rejectDescribed!: (error: unknown) => void;
  private resolveFinished!: () => void;

  constructor(work: Work) {
    this.work = work;
    this.described = new Promise((resolve, reject) => {
      this.resolveDescribed = resolve;
      this.rejectDescribed = reject;
    });
    this.described.catch(() => undefined);
    this.finished = new Promise((resolve) => {
      this.resolveFinished = resolve;
    });
  }

  submit(wire: Wire): void {
    const { before, text, parameters, eager } = this.work;
    this.wire = wire;
    for (const own of before) {
      wire.parse({ name: '', text: own, types: [] });
      wire.bind({ portal: '', statement: '', values: [] });
      wire.execute({ portal: '', rows: 0 });
    }
    wire.parse({ name: '', text, types: parameters.types });
    wire.bind({ portal: '', statement: '', values: parameters.values });
    wire.describe({ type: 'P', name: '' });
    if (!eager) {
      wire.flush();
      return;
    }
    wire.execute({ portal: '', rows: 0 });
    wire.sync();
  }

  /** Lets go of all rows to come, so that an end, an error or a cancellation can arrive. A statement that does not run yet never will. */
  abandon(): void {
    this.abandoned = true;
    this.rows = [];
    this.flow();
    this.wake?.();
  }

  /** The next rows, or `null` at the end. */
  async next(): Promise<readonly Row[] | null> {
    if (!this.full() && this.phase === 'running' && this.failure === null && !this.abandoned) {
      this.flow();
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = null;
    }
    if (this.rows.length > 0) {
      const rows = this.rows;
      this.rows = [];
      this.bytes = 0;
      return rows;
    }
    if (!this.unreadable) await this.finished;
    if (this.failure !== null) throw this.failure;
    return null;
  }

  handleRowDescription({ fields }: { readonly fields: readonly Field[] }): void {
    this.phase = 'running';
    this.reader = this.work.readerOf(fields);
    if (this.reader === null) this.abandoned = true;
    if (!this.work.eager) {
      if (!this.abandoned) this.wire?.execute({ portal: '', rows: 0 });
      this.wire?.sync();
    }
    this.resolveDescribed(fields);
  }

  handleNoData(): void {
    this.fail(new NoRows('the statement gives no rows'));
    if (!this.work.eager) this.wire?.sync();
  }

  handleDataRow(message: { readonly length: number; readonly fields: readonly (string | null)[] }): void {
    if (this.abandoned || this.failure !== null || this.reader === null) return;
    try {
      this.rows.push(this.reader(message.fields));
    } catch (error) {
      this.unreadable = true;
      this.fail(error);
      return;
    }
    this.bytes += message.length;
    if (!this.full()) return;
    this.wake?.();
    if (this.bytes > this.work.limits.bytes && !this.paused) {
      this.paused = true;
      this.wire?.stream.pause();
    }
  }

  handleCommandComplete(): void {
    this.wake?.();
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete();
  }

  handlePortalSuspended(): void {
    this.handleCommandComplete();
  }

  handleCopyInResponse(wire: Wire): void {
    wire.sendCopyFail('not supported');
  }

  handleCopyData(): void {
    this.fail(new NoRows('the statement copies'));
  }

  handleError(error: unknown): void {
    const describing = this.phase === 'describing';
    this.fail(error);
    if (!isFromServer(error)) this.end();
    else if (describing && !this.work.eager) this.wire?.sync();
  }

  handleReadyForQuery(): void {
    this.end();
  }

  /** The connection is gone. */
  handleEnd(): void {
    this.fail(new Error('Connection terminated unexpectedly'));
    this.end();
  }

  private full(): boolean {
    return this.rows.length >= this.work.limits.rows || this.bytes >= this.work.limits.bytes;
  }

  private flow(): void {
    if (!this.paused) return;
    this.paused = false;
    this.wire?.stream.resume();
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    this.rejectDescribed(this.failure);
    this.flow();
    this.wake?.();
  }

  private end(): void {
    if (this.phase === 'finished') return;
    this.phase = 'finished';
    this.rejectDescribed(this.failure ?? new NoRows('the statement was abandoned'));
    this.resolveFinished();
    this.flow();
    this.wake?.();
  }
}

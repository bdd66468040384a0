/**
 * How a statement runs, the same for every connector: the approval, the wait for a session, the time-out, cancelling,
 * the limits, the batches, and giving the session back. A connector supplies only what its driver does differently.
 */
import type { ErrorCode } from '../errors/catalogue.js';
import type { Cell, Row } from '../result/column.js';
import type { ResultSet, Truncation } from '../result/result-set.js';
import {
  type ApprovedStatement,
  type DialectName,
  PluginError,
  type PluginHost,
  type QueryOptions,
} from './contract.js';
import type { Lease, Pool } from './pool.js';

/** Rows of one running statement, as a driver gives them. */
export interface RowSource {
  readonly columns: ResultSet['columns'];
  /**
   * The next rows, however many the driver has at hand, or `null` at the end. Called only when the reader asks and never
   * while a call is pending, so a source that fetches nothing ahead has back-pressure.
   */
  next(): Promise<readonly Row[] | null>;
  /** Lets go of the driver's cursor. Called once, after the last `next` has settled; after a cancel too. */
  close?(): Promise<void>;
}

/** What one driver does in its own way. */
export interface StatementDriver<Session> {
  readonly dialect: DialectName;
  readonly host: PluginHost;
  readonly pool: Pool<Session>;
  /** Sends the statement and resolves as soon as its columns are known. */
  open(session: Session, statement: ApprovedStatement, options: QueryOptions, signal: AbortSignal): Promise<RowSource>;
  /**
   * Makes the database stop what this session runs; a pending `open` or `next` must then settle. Called at most once a
   * statement. Says whether the session can be used again; one that rejects or takes longer than
   * {@link cancelGraceMs} is closed.
   */
  cancel(session: Session): Promise<'keep' | 'discard'>;
  /** A driver's failure as a {@link PluginError}: our own words, the code, the driver's error as `cause`. */
  translate(error: unknown): PluginError;
}

export interface StatementRunner<Session> {
  /** `Connector.query`. */
  query(statement: ApprovedStatement, options: QueryOptions, signal: AbortSignal): Promise<ResultSet>;
  /** Runs the connector's own reading (health, introspection) in a session, with the same time-out and cancelling. */
  withSession<T>(
    options: { readonly subject: string; readonly timeoutMs: number },
    signal: AbortSignal,
    work: (session: Session, signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** Cancels all that runs, then stops the pool. Idempotent. */
  stop(): Promise<void>;
}

/** The codes after which a session is not used again, whatever the driver believes. */
const breakingCodes: ReadonlySet<ErrorCode> = new Set(['CONNECTION_LOST', 'CONNECTION_FAILED']);

/** How long a cancelled statement may take to let go before its session is closed by force. */
export const cancelGraceMs = 5_000;

/** Sessions of the connector itself have a subject that no statement of a user can have. */
export const connectorSubject = '\u0000connector';

const cancelled = () => new PluginError('QUERY_CANCELLED', 'The statement was cancelled before it ended.');
const timedOut = (ms: number) =>
  new PluginError('QUERY_TIMEOUT', `The statement took longer than ${ms} ms and was cancelled.`);

/** The statement's text behind a comment with the tag, for the database's own logs. */
export const taggedText = (statement: ApprovedStatement, options: QueryOptions): string => {
  if (options.tag === undefined) return statement.text;
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(options.tag)) throw new Error('a tag holds letters, digits, - and _ only');
  return `/* ${options.tag} */ ${statement.text}`;
};

const isDamaged = (text: string): boolean => text.includes('\0') || /\p{Surrogate}/u.test(text);

/** Roughly what a cell takes as JSON. */
const cellBytes = (cell: Cell): number => {
  if (typeof cell === 'string') return cell.length + 3;
  if (typeof cell === 'number') return 9;
  if (cell === null || typeof cell === 'boolean') return 5;
  let bytes = 3;
  for (const element of cell) bytes += cellBytes(element);
  return bytes;
};

const rowBytes = (row: Row): number => {
  let bytes = 2;
  for (let at = 0; at < row.length; at += 1) bytes += cellBytes(row[at]!);
  return bytes;
};

/** A signal that fires for the caller's abort and for the time-out, and remembers which it was. */
const createDeadline = (timeoutMs: number, signal: AbortSignal) => {
  const controller = new AbortController();
  const onAbort = () => controller.abort(cancelled());
  const timer = setTimeout(() => controller.abort(timedOut(timeoutMs)), Math.min(timeoutMs, 2 ** 31 - 1));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  return {
    signal: controller.signal,
    abort: () => controller.abort(cancelled()),
    dispose: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
};

const settled = (promise: Promise<unknown> | null): Promise<unknown> => Promise.resolve(promise).catch(() => undefined);

const within = async (ms: number, work: Promise<unknown>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
};

export const createStatementRunner = <Session>(driver: StatementDriver<Session>): StatementRunner<Session> => {
  const { host, pool } = driver;
  /** What runs now, as the functions that cancel it and wait for its end. */
  const running = new Set<() => Promise<void>>();
  let stopping: Promise<void> | null = null;

  const translate = (error: unknown): PluginError => (PluginError.is(error) ? error : driver.translate(error));

  /** Holds a session for one piece of work, until `leave`. */
  const occupy = async (subject: string, timeoutMs: number, signal: AbortSignal) => {
    const deadline = createDeadline(timeoutMs, signal);
    let held: Lease<Session>;
    try {
      held = await pool.acquire(subject, deadline.signal);
    } catch (error) {
      deadline.dispose();
      throw translate(deadline.signal.aborted ? deadline.signal.reason : error);
    }
    /** The call into the driver that has not settled. */
    let pending: Promise<unknown> | null = null;
    /** Rejects the step that waits for it. */
    let interrupt: ((reason: unknown) => void) | null = null;
    let closeSource: (() => Promise<void>) | undefined;
    let left: Promise<void> | null = null;
    let how: 'keep' | 'discard' = 'keep';

    const letGo = async () => {
      const busy = pending !== null || deadline.signal.aborted;
      try {
        if (busy && (await driver.cancel(held.session)) === 'discard') how = 'discard';
        await settled(pending);
        await closeSource?.();
      } catch (error) {
        how = 'discard';
        host.log.debug('a session did not let go of its statement and is closed', { error });
      }
    };
    const leave = (): Promise<void> => {
      left ??= (async () => {
        running.delete(stop);
        deadline.dispose();
        const inTime = await within(cancelGraceMs, letGo());
        await held.release(inTime ? how : 'discard');
      })();
      return left;
    };
    const stop = () => {
      deadline.abort();
      return leave();
    };
    const onDeadline = () => void leave().then(() => interrupt?.(deadline.signal.reason));
    running.add(stop);
    if (deadline.signal.aborted) onDeadline();
    else deadline.signal.addEventListener('abort', onDeadline, { once: true });

    /** Throws when the deadline has fired, as soon as the database has let go. */
    const proceed = async (): Promise<void> => {
      if (!deadline.signal.aborted) return;
      await leave();
      throw deadline.signal.reason;
    };

    /** One call into the driver; rejects when the deadline has fired and the database has let go. */
    const step = async <T>(call: () => Promise<T>): Promise<T> => {
      await proceed();
      try {
        const value = await new Promise<T>((resolve, reject) => {
          interrupt = reject;
          const work = call();
          pending = work;
          work.then(resolve, reject);
        });
        if (!deadline.signal.aborted) return value;
      } catch (error) {
        if (!deadline.signal.aborted) {
          const failure = translate(error);
          if (breakingCodes.has(failure.code)) how = 'discard';
          throw failure;
        }
      } finally {
        interrupt = null;
        // A call that the deadline overtook is waited for by `leave`.
        if (!deadline.signal.aborted) pending = null;
      }
      await leave();
      throw deadline.signal.reason;
    };

    return {
      session: held.session,
      signal: deadline.signal,
      step,
      proceed,
      /** `unfinished`: the database still has rows of the statement. */
      leave: (unfinished: boolean) => {
        if (unfinished && left === null) deadline.abort();
        return leave();
      },
      closeWith: (close: (() => Promise<void>) | undefined) => {
        closeSource = close;
      },
    };
  };

  const refuseUnapproved = (statement: ApprovedStatement) => {
    if (!host.isApproved(statement)) {
      throw new PluginError(
        'STATEMENT_NOT_APPROVED',
        'The statement did not pass the firewall, so it does not reach the database.',
      );
    }
    if (statement.dialect !== driver.dialect) {
      throw new PluginError(
        'STATEMENT_INVALID',
        `The statement is written for ${statement.dialect}, and this connection is ${driver.dialect}.`,
      );
    }
  };

  /** What drivers drop, replace or take for the end of a text, so that another one would run than was approved. */
  const refuseDamaged = ({ text, parameters }: ApprovedStatement) => {
    if (isDamaged(text)) {
      throw new PluginError(
        'STATEMENT_INVALID',
        'The statement holds a zero character or half a character, which no database takes as it is.',
      );
    }
    if (parameters.some(({ value }) => typeof value === 'string' && isDamaged(value))) {
      throw new PluginError(
        'VALUE_INVALID',
        'A value to compare with holds a zero character or half a character, which no database takes as it is.',
      );
    }
  };

  const query = async (
    statement: ApprovedStatement,
    options: QueryOptions,
    signal: AbortSignal,
  ): Promise<ResultSet> => {
    refuseUnapproved(statement);
    refuseDamaged(statement);
    const place = await occupy(options.subject, options.timeoutMs, signal);
    let source: RowSource;
    try {
      source = await place.step(async () => {
        const opened = await driver.open(place.session, statement, options, place.signal);
        place.closeWith(opened.close?.bind(opened));
        return opened;
      });
    } catch (error) {
      await place.leave(false);
      throw error;
    }
    let truncated: Truncation | null = null;
    let over = false;
    let bytesLeft = options.maxBytes;
    const batchRows = Math.max(1, options.batchRows);

    async function* read(): AsyncGenerator<readonly Row[], void, undefined> {
      let rowsLeft = options.maxRows;
      try {
        for (;;) {
          const rows = await place.step(() => source.next());
          if (rows === null) {
            over = true;
            return;
          }
          let fits = 0;
          while (fits < rows.length && truncated === null) {
            if (rowsLeft === 0) truncated = 'rows';
            else {
              const bytes = rowBytes(rows[fits]!);
              if (bytes > bytesLeft) truncated = 'bytes';
              else {
                bytesLeft -= bytes;
                rowsLeft -= 1;
                fits += 1;
              }
            }
          }
          const cut = truncated !== null;
          // The database is let go of before the reader gets the last rows: a slow reader holds nothing that it does not need.
          if (cut) await place.leave(true);
          for (let from = 0; from < fits; from += batchRows) {
            if (!cut) await place.proceed();
            yield from === 0 && fits === rows.length && fits <= batchRows
              ? rows
              : rows.slice(from, Math.min(fits, from + batchRows));
          }
          if (cut) return;
        }
      } finally {
        await place.leave(!over);
      }
    }

    const batches = read();
    return {
      columns: source.columns,
      batches,
      get truncated() {
        return truncated;
      },
      get bytes() {
        return options.maxBytes - bytesLeft;
      },
      close: async () => {
        await place.leave(!over);
        await settled(batches.return());
      },
    };
  };

  return {
    query,
    withSession: async (options, signal, work) => {
      const place = await occupy(options.subject, options.timeoutMs, signal);
      try {
        return await place.step(() => work(place.session, place.signal));
      } finally {
        await place.leave(false);
      }
    },
    stop: () => {
      stopping ??= (async () => {
        const ends = [...running].map((end) => end());
        await Promise.all([...ends, pool.stop()]);
      })();
      return stopping;
    },
  };
};

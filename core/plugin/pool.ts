import { PluginError } from './contract.js';

/** What a pool needs to know of the sessions it keeps. None of the functions is called twice at once for one session. */
export interface SessionKind<Session> {
  /** Opens one session, read-only from its first moment on. Rejects with a {@link PluginError}. */
  open(signal: AbortSignal): Promise<Session>;
  /** Rejects, or says `false`, when the session is no longer usable. Absent where a session cannot break by itself. */
  ping?(session: Session, signal: AbortSignal): Promise<boolean>;
  /**
   * Removes all that one subject may have left behind (temporary tables, settings, open transactions), before another
   * subject gets the session. One that rejects is closed and replaced.
   */
  reset(session: Session, signal: AbortSignal): Promise<void>;
  /** Ends the session, by force if need be. Never rejects for a session that is broken already. */
  close(session: Session): Promise<void>;
}

export interface PoolOptions {
  /** Sessions that `start` opens and that idling does not close. */
  readonly min: number;
  readonly max: number;
  /** How long a statement may wait for a free session before `TOO_MANY_CONNECTIONS`. */
  readonly acquireTimeoutMs: number;
  /** A session is replaced when it is older than this; 3600 unless said. */
  readonly maxAgeSeconds?: number;
  /** Sessions above `min` that were idle for so long are closed; 300 unless said. */
  readonly idleSeconds?: number;
  /** An idle session is pinged before use when it was last used longer ago than this; 0, always, unless said. */
  readonly pingAfterIdleMs?: number;
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Lease<Session> {
  readonly session: Session;
  /** Gives the session back, or ends it. Idempotent; the first call decides. Resolves when it is done. */
  release(how: 'keep' | 'discard'): Promise<void>;
}

export interface PoolState {
  readonly open: number;
  readonly idle: number;
  readonly waiting: number;
}

/** Sessions of one database. A session that served one subject is reset before it serves another. */
export interface Pool<Session> {
  /** Opens `min` sessions, at least one, which proves that the database can be reached. */
  start(signal: AbortSignal): Promise<void>;
  /** @throws PluginError `TOO_MANY_CONNECTIONS`, `UNAVAILABLE` when stopped; the signal's reason when aborted. */
  acquire(subject: string, signal: AbortSignal): Promise<Lease<Session>>;
  state(): PoolState;
  /**
   * Idempotent. Refuses who waits, closes idle sessions, and waits until those in use are back; after {@link drainMs} they
   * are closed as they are.
   */
  stop(): Promise<void>;
}

interface Slot<Session> {
  readonly session: Session;
  readonly openedAt: number;
  usedAt: number;
  /** Who used it last; `null` for nobody yet. */
  subject: string | null;
}

interface Waiter {
  readonly wake: () => void;
  readonly refuse: (error: unknown) => void;
}

/** How long `stop` waits for sessions in use. */
export const drainMs = 10_000;

const stopped = () => new PluginError('UNAVAILABLE', 'The connection is being closed.', { retryable: true });

export const createPool = <Session>(kind: SessionKind<Session>, options: PoolOptions): Pool<Session> => {
  const maxAgeMs = (options.maxAgeSeconds ?? 3600) * 1000;
  const idleMs = (options.idleSeconds ?? 300) * 1000;
  const pingAfterMs = options.pingAfterIdleMs ?? 0;
  const idle: Slot<Session>[] = [];
  const waiters: Waiter[] = [];
  const closing = new Set<Promise<void>>();
  const inUse = new Set<Slot<Session>>();
  /** Sessions that exist or are being opened. */
  let open = 0;
  let ended: Promise<void> | null = null;
  let allBack: (() => void) | null = null;
  let sweeper: NodeJS.Timeout | null = null;

  const wakeOne = () => waiters.shift()?.wake();

  const discard = (slot: Slot<Session>): Promise<void> => {
    const done = kind
      .close(slot.session)
      .catch(() => undefined)
      .then(() => {
        open -= 1;
        closing.delete(done);
        if (open === 0) allBack?.();
        wakeOne();
      });
    closing.add(done);
    return done;
  };

  const tooOld = (slot: Slot<Session>) => options.now() - slot.openedAt > maxAgeMs;

  const openSlot = async (signal: AbortSignal): Promise<Slot<Session>> => {
    open += 1;
    try {
      const session = await kind.open(signal);
      return { session, openedAt: options.now(), usedAt: options.now(), subject: null };
    } catch (error) {
      open -= 1;
      if (open === 0) allBack?.();
      wakeOne();
      throw error;
    }
  };

  /** The best idle session for a subject: its own, then an unused one, then somebody else's. */
  const takeIdle = (subject: string): Slot<Session> | undefined => {
    const preferences = [(last: string | null) => last === subject, (last: string | null) => last === null, () => true];
    for (const fits of preferences) {
      const at = idle.findLastIndex((slot) => fits(slot.subject));
      if (at >= 0) return idle.splice(at, 1)[0];
    }
    return undefined;
  };

  /** Whether an idle session may be handed out; one that may not is closed. */
  const prepare = async (slot: Slot<Session>, subject: string, signal: AbortSignal): Promise<boolean> => {
    let usable = false;
    try {
      if (!tooOld(slot)) {
        if (slot.subject !== null && slot.subject !== subject) {
          await kind.reset(slot.session, signal);
          slot.subject = null;
          usable = true;
        } else
          usable = options.now() - slot.usedAt < pingAfterMs || !kind.ping || (await kind.ping(slot.session, signal));
      }
    } catch {
      usable = false;
    }
    if (usable && ended === null && !signal.aborted) return true;
    // An abort in the middle of a ping or a reset leaves a session in an unknown state as well.
    await discard(slot);
    signal.throwIfAborted();
    return false;
  };

  const waitForFree = (signal: AbortSignal, patienceMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        const at = waiters.indexOf(waiter);
        if (at >= 0) waiters.splice(at, 1);
      };
      const waiter: Waiter = {
        wake: () => {
          leave();
          resolve();
        },
        refuse: (error) => {
          leave();
          reject(error);
        },
      };
      const onAbort = () => waiter.refuse(signal.reason);
      const timer = setTimeout(
        () =>
          waiter.refuse(
            new PluginError(
              'TOO_MANY_CONNECTIONS',
              `All ${options.max} connections of the pool were busy for ${options.acquireTimeoutMs} ms; try again, or raise the pool's size.`,
              { retryable: true },
            ),
          ),
        Math.max(0, patienceMs),
      );
      signal.addEventListener('abort', onAbort, { once: true });
      waiters.push(waiter);
    });

  const lease = (slot: Slot<Session>, subject: string): Lease<Session> => {
    slot.subject = subject;
    inUse.add(slot);
    let done: Promise<void> | null = null;
    return {
      session: slot.session,
      release: (how) => {
        done ??= (async () => {
          if (!inUse.delete(slot)) return;
          slot.usedAt = options.now();
          if (how === 'discard' || ended !== null || tooOld(slot)) return discard(slot);
          idle.push(slot);
          wakeOne();
        })();
        return done;
      },
    };
  };

  const acquire = async (subject: string, signal: AbortSignal): Promise<Lease<Session>> => {
    const deadline = performance.now() + options.acquireTimeoutMs;
    let turn = false;
    for (;;) {
      if (signal.aborted) {
        // The turn goes on to who waits next.
        if (turn) wakeOne();
        throw signal.reason;
      }
      if (ended !== null) throw stopped();
      // Who was woken goes first; a newcomer goes behind those who wait.
      const mayTake = turn || waiters.length === 0;
      const slot = mayTake ? takeIdle(subject) : undefined;
      if (slot) {
        if (await prepare(slot, subject, signal)) return lease(slot, subject);
        continue;
      }
      if (mayTake && open < options.max) {
        const opened = await openSlot(signal);
        if (ended === null && !signal.aborted) return lease(opened, subject);
        await discard(opened);
        continue;
      }
      await waitForFree(signal, deadline - performance.now());
      turn = true;
    }
  };

  const sweep = () => {
    const now = options.now();
    for (let at = idle.length - 1; at >= 0; at -= 1) {
      const slot = idle[at]!;
      if (tooOld(slot) || (open > options.min && now - slot.usedAt > idleMs)) {
        idle.splice(at, 1);
        void discard(slot);
      }
    }
  };

  return {
    start: async (signal) => {
      const count = Math.min(Math.max(options.min, 1), options.max);
      const opened = await Promise.allSettled(Array.from({ length: count }, () => openSlot(signal)));
      for (const outcome of opened) if (outcome.status === 'fulfilled') idle.push(outcome.value);
      const failure = opened.find((outcome) => outcome.status === 'rejected');
      if (failure) throw failure.reason;
      if (idleMs > 0) sweeper = setInterval(sweep, Math.min(idleMs, 60_000)).unref();
    },
    acquire,
    state: () => ({ open, idle: idle.length, waiting: waiters.length }),
    stop: () => {
      ended ??= (async () => {
        if (sweeper) clearInterval(sweeper);
        for (const waiter of waiters.splice(0)) waiter.refuse(stopped());
        for (const slot of idle.splice(0)) void discard(slot);
        await Promise.all(closing);
        if (open === 0) return;
        const timer = setTimeout(() => {
          for (const slot of [...inUse].filter((used) => inUse.delete(used))) void discard(slot);
        }, drainMs);
        await new Promise<void>((resolve) => {
          allBack = resolve;
        });
        clearTimeout(timer);
      })();
      return ended;
    },
  };
};

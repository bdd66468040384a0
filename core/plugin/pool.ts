import { PluginError } from './contract.js';
import { createFairQueue } from './fair-queue.js';

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

/**
 * Sessions of one database. A session that served one subject is reset before it serves another. One subject never has all
 * of them ({@link mostOfOne}), and subjects that wait take turns, so that nobody's statements keep the others out.
 */
export interface Pool<Session> {
  /** Opens `min` sessions, at least one, which proves that the database can be reached. */
  start(signal: AbortSignal): Promise<void>;
  /** @throws PluginError `TOO_MANY_CONNECTIONS`, `UNAVAILABLE` when not started yet, or stopped; the signal's reason when aborted. */
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

/**
 * How many of a pool's sessions one subject may have at once: a quarter, at least one, is left for the others also when
 * nobody else asks, for what runs may run until its time is up. The only session of a pool is everybody's in turn.
 */
export const mostOfOne = (max: number): number => Math.max(1, max - Math.max(1, Math.floor(max / 4)));

/** How long `stop` waits for sessions in use. */
const drainMs = 10_000;

const notStarted = () => new PluginError('UNAVAILABLE', 'The connection has not been started.');
const stopped = () => new PluginError('UNAVAILABLE', 'The connection is being closed.', { retryable: true });

export const createPool = <Session>(kind: SessionKind<Session>, options: PoolOptions): Pool<Session> => {
  const maxAgeMs = (options.maxAgeSeconds ?? 3600) * 1000;
  const idleMs = (options.idleSeconds ?? 300) * 1000;
  const pingAfterMs = options.pingAfterIdleMs ?? 0;
  const idle: Slot<Session>[] = [];
  const waiters = createFairQueue<Waiter>();
  const closing = new Set<Promise<void>>();
  const inUse = new Set<Slot<Session>>();
  /** Sessions that each subject has, or is about to get. */
  const held = new Map<string, number>();
  const share = mostOfOne(options.max);
  /** Sessions that exist or are being opened. */
  let open = 0;
  let started = false;
  let ended: Promise<void> | null = null;
  let allBack: (() => void) | null = null;
  let sweeper: NodeJS.Timeout | null = null;

  const mayHold = (subject: string): boolean => (held.get(subject) ?? 0) < share;
  const take = (subject: string): void => void held.set(subject, (held.get(subject) ?? 0) + 1);

  const wakeOne = (): void => {
    if (idle.length > 0 || open < options.max) waiters.next(mayHold)?.wake();
  };

  const giveBack = (subject: string): void => {
    const left = (held.get(subject) ?? 0) - 1;
    if (left > 0) held.set(subject, left);
    else held.delete(subject);
  };

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

  const tooMany = (subject: string): PluginError =>
    new PluginError(
      'TOO_MANY_CONNECTIONS',
      mayHold(subject)
        ? `All ${options.max} connections of the pool were busy for ${options.acquireTimeoutMs} ms; try again, or raise the pool's size.`
        : `You have ${share} statements on this connection already, as many as one may have of its pool of ${options.max}, and none ended for ${options.acquireTimeoutMs} ms; try again when one has.`,
      { retryable: true },
    );

  /** @returns the place in line, for when what was free is gone again */
  const waitForFree = (
    subject: string,
    place: number | undefined,
    signal: AbortSignal,
    patienceMs: number,
  ): Promise<number> =>
    new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        waiters.leave(waiter);
      };
      const waiter: Waiter = {
        wake: () => {
          leave();
          resolve(kept);
        },
        refuse: (error) => {
          leave();
          reject(error);
        },
      };
      const onAbort = () => waiter.refuse(signal.reason);
      const timer = setTimeout(() => waiter.refuse(tooMany(subject)), Math.max(0, patienceMs));
      signal.addEventListener('abort', onAbort, { once: true });
      const kept = waiters.join(subject, waiter, place);
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
          giveBack(subject);
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
    if (!started) throw notStarted();
    const deadline = performance.now() + options.acquireTimeoutMs;
    let turn = false;
    let place: number | undefined;
    /** A session of one's own while it is made ready; the place is given back when it cannot be had. */
    const ready = async (get: () => Promise<Slot<Session> | null>): Promise<Lease<Session> | null> => {
      take(subject);
      let slot: Slot<Session> | null = null;
      try {
        slot = await get();
      } finally {
        if (slot === null) {
          giveBack(subject);
          wakeOne();
        }
      }
      return slot === null ? null : lease(slot, subject);
    };
    const opened = async (): Promise<Slot<Session> | null> => {
      const slot = await openSlot(signal);
      if (ended === null && !signal.aborted) return slot;
      await discard(slot);
      return null;
    };
    for (;;) {
      if (signal.aborted) {
        // The turn goes on to who waits next.
        if (turn) wakeOne();
        throw signal.reason;
      }
      if (ended !== null) throw stopped();
      // Who was woken goes first; a newcomer goes behind those who wait and may have more.
      if (mayHold(subject) && (turn || !waiters.some(mayHold))) {
        const slot = takeIdle(subject);
        if (slot !== undefined || open < options.max) {
          const got = await ready(async () => {
            if (slot === undefined) return opened();
            return (await prepare(slot, subject, signal)) ? slot : null;
          });
          if (got !== null) return got;
          turn = true;
          continue;
        }
      }
      place = await waitForFree(subject, place, signal, deadline - performance.now());
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
      started = true;
      const count = Math.min(Math.max(options.min, 1), options.max);
      const opened = await Promise.allSettled(Array.from({ length: count }, () => openSlot(signal)));
      for (const outcome of opened) if (outcome.status === 'fulfilled') idle.push(outcome.value);
      const failure = opened.find((outcome) => outcome.status === 'rejected');
      if (failure) throw failure.reason;
      if (idleMs > 0) sweeper = setInterval(sweep, Math.min(idleMs, 60_000)).unref();
    },
    acquire,
    state: () => ({ open, idle: idle.length, waiting: waiters.size }),
    stop: () => {
      ended ??= (async () => {
        if (sweeper) clearInterval(sweeper);
        for (const waiter of waiters.drain()) waiter.refuse(stopped());
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

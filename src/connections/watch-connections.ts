/**
 * Looks after connections in the background: reads what a new or changed one has, asks from time to time whether the others answer
 * and whether their tables have changed. Of several nodes one at a time looks after a connection: it holds a lease.
 */
import { LessThan } from 'typeorm';
import type { Logger } from '../../core/plugin/contract.js';
import { connectFailure } from '../pipeline/made-connections.js';
import type { MadeControl } from '../pipeline/made-connectors.js';
import type { Store } from '../store/store.js';
import type { Drafts } from './drafts.js';
import type { ConnectionReader } from './read-connections.js';
import { noteCatalogue } from './read-schema.js';
import { type ConnectionRow, connections, type ConnectionStateRow, connectionStates } from './store.js';

export interface WatchParts {
  readonly store: Store;
  readonly reader: ConnectionReader;
  readonly drafts: Drafts;
  readonly control: MadeControl;
  readonly log: Logger;
  readonly now: () => number;
  readonly pace?: Partial<Pace>;
}

/** Milliseconds. */
export interface Pace {
  /** How often it is looked whether anything is due. */
  readonly tick: number;
  /** How often a connection is asked whether it answers; of one in error, whether it does again. */
  readonly check: number;
  /** How often it is looked whether its tables have changed. */
  readonly analyse: number;
}

export interface ConnectionWatch {
  /** Looks at a connection soon. */
  wake(id: string): void;
  /** Looks at all that is due now. */
  tick(): Promise<void>;
  close(): Promise<void>;
}

const usual: Pace = { tick: 30_000, check: 5 * 60_000, analyse: 30 * 60_000 };
const leaseMs = 120_000;
const mostAtOnce = 3;
const mostPerTick = 50;
const introspectMs = 60_000;
const unfinished: readonly string[] = ['pending', 'analyzing', 'indexing', 'updating'];

interface Leased {
  readonly row: ConnectionRow;
  readonly state: ConnectionStateRow;
}

export const watchConnections = ({ store, reader, drafts, control, log, now, pace }: WatchParts): ConnectionWatch => {
  const { tick: tickMs, check: checkMs, analyse: analyseMs } = { ...usual, ...pace };
  const waiting = new Set<string>();
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();

  const lease = (id: string): Promise<Leased | null> =>
    store.transaction(async (db) => {
      const state = await db.findOneBy(connectionStates, { connectionId: id });
      const row = await db.findOneBy(connections, { id });
      if (state === null || row === null || state.leasedUntil > now()) return null;
      await db.update(connectionStates, { connectionId: id }, { leasedUntil: now() + leaseMs });
      return { row, state };
    });

  /** What was found out about settings that are others by now is not written. */
  const note = async ({ row }: Leased, change: Partial<ConnectionStateRow>): Promise<void> => {
    await store.transaction((db) =>
      db.update(connectionStates, { connectionId: row.id, revision: row.revision }, change),
    );
  };

  const analyse = async (leased: Leased): Promise<void> => {
    const { row, state } = leased;
    const began = performance.now();
    await note(leased, { status: state.status === 'updating' || state.analysedAt !== null ? 'updating' : 'analyzing' });
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(introspectMs)]);
    const catalogue = await control.introspect(reader.madeOf(row), {}, signal);
    const latencyMs = Math.round(performance.now() - began);
    await note(leased, { status: 'indexing' });
    const at = await noteCatalogue({ store, now }, row, catalogue);
    await drafts.textOf(row);
    await note(leased, { status: 'ready', code: null, message: null, checkedAt: at, analysedAt: at, latencyMs });
  };

  const check = async (leased: Leased): Promise<void> => {
    const { status, latencyMs } = await control.health(reader.madeOf(leased.row));
    if (status === 'down') throw new Error('the database does not answer');
    await note(leased, {
      status: 'ready',
      code: null,
      message: null,
      checkedAt: now(),
      latencyMs: Math.round(latencyMs),
    });
  };

  const lookAt = async (id: string, isWoken: boolean): Promise<void> => {
    const leased = await lease(id);
    if (leased === null) return;
    const { state } = leased;
    const isDue = state.analysedAt === null || now() - state.analysedAt >= analyseMs;
    const whole = isWoken || isDue || state.status !== 'ready';
    try {
      await (whole ? analyse(leased) : check(leased));
    } catch (error) {
      if (stopping.signal.aborted) return;
      const { code, message } = connectFailure(error);
      log.warn('a connection does not answer', { connection_id: id, code, error });
      await note(leased, { status: 'error', code, message, checkedAt: now(), latencyMs: null });
    } finally {
      await store.transaction((db) => db.update(connectionStates, { connectionId: id }, { leasedUntil: 0 }));
    }
  };

  const begin = (id: string, isWoken: boolean): Promise<void> => {
    const work = lookAt(id, isWoken)
      .catch((error: unknown) => log.error('a connection could not be looked after', { connection_id: id, error }))
      .finally(() => {
        running.delete(work);
        next();
      });
    running.add(work);
    return work;
  };
  const next = (): void => {
    if (stopping.signal.aborted) return;
    for (const id of waiting) {
      if (running.size >= mostAtOnce) return;
      waiting.delete(id);
      void begin(id, true);
    }
  };

  const due = async (): Promise<readonly string[]> => {
    const at = now();
    const rows = await store.read((db) => db.findBy(connectionStates, { leasedUntil: LessThan(at) }));
    return rows
      .filter(({ status, checkedAt }) => unfinished.includes(status) || checkedAt === null || at - checkedAt >= checkMs)
      .slice(0, mostPerTick)
      .map(({ connectionId }) => connectionId);
  };
  const tick = async (): Promise<void> => {
    const all = await store.read((db) => db.find(connections, { select: { id: true } }));
    await control.keep(new Set(all.map(({ id }) => id)));
    for (const id of await due()) {
      if (stopping.signal.aborted) return;
      await begin(id, false);
    }
  };
  const ticking = setInterval(() => {
    tick().catch((error: unknown) => log.warn('connections could not be looked after', { error }));
  }, tickMs).unref();

  return {
    wake: (id) => {
      waiting.add(id);
      next();
    },
    tick,
    close: async () => {
      stopping.abort();
      clearInterval(ticking);
      await Promise.allSettled(running);
    },
  };
};

/**
 * The connectors of connections that are made while the server runs: started when they are asked for, replaced when their settings
 * change, drained, and stopped when nobody asks them any more. The governed executor alone holds this.
 */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { AppLogger } from '../../core/logging/create-logger.js';
import type { ApprovedStatement, Catalogue, Connector, Health, IntrospectOptions } from '../../core/plugin/contract.js';
import { createRunningPlugin, type RunningPlugin } from '../../core/plugin/running-plugin.js';
import type { ResultSet } from '../../core/result/result-set.js';
import { withRedactor } from '../../core/logging/with-redactor.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import { connectFailure, type ConnectorPlan, type MadeConnection } from './made-connections.js';

/** A connector that is up. */
export interface Held {
  readonly connector: Connector;
  /** Keeps it from being stopped until the returned function is called. */
  use(): () => void;
}

/** What the makers of connections may do with them, besides asking statements. */
export interface MadeControl {
  /** Whether these settings lead to a database; nothing of it stays. @throws DataMindError */
  probe(name: string, plan: ConnectorPlan): Promise<Health>;
  /** What the database has. @throws DataMindError */
  introspect(made: MadeConnection, what: IntrospectOptions, signal: AbortSignal): Promise<Catalogue>;
  /** Starts it when it is not up. @throws DataMindError when it cannot be had */
  health(made: MadeConnection): Promise<Health>;
  /** Ends what runs on it, at once. */
  drop(id: string): Promise<void>;
  /** Drops all but these. */
  keep(ids: ReadonlySet<string>): Promise<void>;
}

export interface MadeConnectors extends MadeControl {
  /** The connector at this revision. @throws DataMindError `CONFLICT` when a later one is known already */
  obtain(made: MadeConnection): Promise<Held>;
  stop(): Promise<void>;
}

interface Entry {
  readonly id: string;
  readonly revision: number;
  running: RunningPlugin | null;
  ready: Promise<Connector>;
  /** When it failed to start; it is not tried again at once. */
  failedAt: number | null;
  users: number;
  usedAt: number;
  retired: boolean;
}

interface Parts {
  readonly log: AppLogger;
  readonly now: () => number;
  readonly isApproved: (statement: ApprovedStatement) => boolean;
}

/** Milliseconds. */
const retryAfter = 10_000;
const idleFor = 10 * 60_000;
const drainFor = 60_000;
const graceFor = 5_000;
const sweepEvery = 60_000;
const mostHeld = 200;

/** The result, with its end told once. */
export const releasing = (result: ResultSet, release: () => void): ResultSet => {
  async function* batches(): AsyncGenerator<ResultSet['batches'] extends AsyncIterable<infer Batch> ? Batch : never> {
    try {
      for await (const batch of result.batches) yield batch;
    } finally {
      release();
    }
  }
  return {
    columns: result.columns,
    batches: batches(),
    get truncated() {
      return result.truncated;
    },
    get bytes() {
      return result.bytes;
    },
    close: async () => {
      try {
        await result.close();
      } finally {
        release();
      }
    },
  };
};

export const createMadeConnectors = ({ log, now, isApproved }: Parts): MadeConnectors => {
  const byId = new Map<string, Entry>();
  const draining = new Set<Entry>();
  let stopped = false;

  const start = async (name: string, { candidate, lookup, startTimeoutMs }: ConnectorPlan): Promise<RunningPlugin> => {
    const planned = { name, onFailure: 'degrade', startTimeoutMs, candidate } as const;
    // Whoever makes a connection chooses its password: it must not be struck out of everybody's log and trail.
    const redact = createRedactor(candidate.secrets);
    const own = withRedactor(log, redact);
    const running = createRunningPlugin(planned, { log: own, redact, now, isApproved, lookup });
    await running.create();
    await running.start();
    const { failure } = running.status();
    if (failure === undefined) return running;
    throw connectFailure(new DataMindError(failure.code, failure.message));
  };

  const end = async (entry: Entry): Promise<void> => {
    draining.delete(entry);
    await entry.ready.catch(() => undefined);
    await entry.running?.stop();
  };
  const retire = (entry: Entry): void => {
    if (entry.retired) return;
    entry.retired = true;
    draining.add(entry);
    // Whoever prepares a statement on it now is not counted yet.
    setTimeout(() => void end(entry), entry.users === 0 ? graceFor : drainFor).unref();
  };
  const forget = (entry: Entry): void => {
    if (byId.get(entry.id) === entry) byId.delete(entry.id);
    retire(entry);
  };

  const sweep = (): void => {
    for (const entry of byId.values()) if (entry.users === 0 && now() - entry.usedAt > idleFor) forget(entry);
  };
  const sweeping = setInterval(sweep, sweepEvery).unref();

  const makeRoom = (): void => {
    if (byId.size < mostHeld) return;
    const [oldest] = [...byId.values()].filter(({ users }) => users === 0).sort((a, b) => a.usedAt - b.usedAt);
    if (oldest === undefined) {
      throw new DataMindError('TOO_MANY_CONNECTIONS', 'Too many connections are in use now; try again later.');
    }
    forget(oldest);
  };

  const begin = (made: MadeConnection): Entry => {
    makeRoom();
    const entry: Entry = {
      id: made.id,
      revision: made.revision,
      running: null,
      ready: Promise.reject(new Error('not started')),
      failedAt: null,
      users: 0,
      usedAt: now(),
      retired: false,
    };
    entry.ready.catch(() => undefined);
    entry.ready = (async () => {
      try {
        entry.running = await start(made.name, await made.plan());
      } catch (error) {
        entry.failedAt = now();
        throw connectFailure(error);
      }
      return entry.running.instance() as Connector;
    })();
    entry.ready.catch(() => undefined);
    byId.set(made.id, entry);
    return entry;
  };

  const entryOf = (made: MadeConnection): Entry => {
    if (stopped) throw new DataMindError('UNAVAILABLE', 'The server is stopping.');
    const known = byId.get(made.id);
    if (known === undefined) return begin(made);
    if (known.revision > made.revision) {
      throw new DataMindError('CONFLICT', 'The connection was changed meanwhile; ask again.');
    }
    const mayRetry = known.failedAt !== null && Math.abs(now() - known.failedAt) >= retryAfter;
    if (known.revision === made.revision && !mayRetry) return known;
    const next = begin(made);
    retire(known);
    return next;
  };

  const obtain: MadeConnectors['obtain'] = async (made) => {
    const entry = entryOf(made);
    entry.users += 1;
    const release = (): void => {
      entry.users -= 1;
      entry.usedAt = now();
      if (entry.retired && entry.users === 0) void end(entry);
    };
    try {
      const connector = await entry.ready;
      return {
        connector,
        use: () => {
          entry.users += 1;
          let used = true;
          return () => {
            if (used) release();
            used = false;
          };
        },
      };
    } finally {
      release();
    }
  };
  const using = async <T>(made: MadeConnection, work: (connector: Connector) => Promise<T>): Promise<T> => {
    const held = await obtain(made);
    const release = held.use();
    try {
      return await work(held.connector);
    } catch (error) {
      throw connectFailure(error);
    } finally {
      release();
    }
  };
  const drop = async (id: string): Promise<void> => {
    const entry = byId.get(id);
    if (entry === undefined) return;
    byId.delete(id);
    entry.retired = true;
    await end(entry);
  };

  return {
    obtain,
    drop,
    probe: async (name, plan) => {
      const running = await start(name, plan);
      try {
        return await running.health();
      } finally {
        await running.stop();
      }
    },
    introspect: (made, what, signal) =>
      using(made, async (connector) => {
        const catalogue = await connector.introspect(what, signal);
        const relations = await connector.relations?.(signal);
        return relations === undefined ? catalogue : { ...catalogue, relations };
      }),
    health: (made) => using(made, (connector) => connector.health(AbortSignal.timeout(10_000))),
    keep: async (ids) => {
      await Promise.all([...byId.keys()].filter((id) => !ids.has(id)).map(drop));
    },
    stop: async () => {
      stopped = true;
      clearInterval(sweeping);
      await Promise.all([...byId.values(), ...draining].map(end));
      byId.clear();
    },
  };
};

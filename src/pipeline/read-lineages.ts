/**
 * What the views of each database read, asked of the databases and kept for a minute. After that the last answer serves on
 * while the next is fetched, but not for long: without one nothing is known, and what may show hidden rows is closed.
 */
import { LRUCache } from 'lru-cache';
import type { AppLogger } from '../../core/logging/create-logger.js';
import type { Model } from '../../semantic/model/model.js';
import {
  type Lineage,
  type Lineages,
  type LineageSource,
  readLineage,
  unknownLineage,
} from '../../semantic/policy/lineage.js';

/** Milliseconds. */
const freshFor = 60_000;
const servesFor = 600_000;
const retryAfter = 5_000;
const patience = 30_000;
/** A statement does not wait longer for databases that it does not run on. */
const patienceBeside = 1_500;
const mostKnown = 2_000;

interface Known {
  readonly lineage: Lineage;
  /** When it was asked for. */
  readonly at: number;
}

export interface LineageReader {
  /**
   * @param home the connection that a statement is to run on, or that lists are made for; `null`: none
   * @param databaseOf whoever asks reaches it under that name; `null`: there is none, or it is down
   */
  read(model: Model, home: string | null, databaseOf: DatabaseOf): Promise<Lineages>;
}

/** Asks one database what its relations are. */
export type AskRelations = (signal: AbortSignal) => Promise<LineageSource>;

export interface Database {
  /** Another one for what is connected to after a change. */
  readonly identity: string;
  /** The same through all changes. */
  readonly place: string;
  readonly ask: AskRelations;
}

export type DatabaseOf = (name: string) => Promise<Database | null>;

export interface LineageReaderParts {
  readonly log: AppLogger;
  readonly now: () => number;
}

const named = new WeakMap<Model, readonly string[]>();

const connectionsOf = (model: Model): readonly string[] => {
  let found = named.get(model);
  if (found === undefined) {
    found = [...new Set(Object.values(model.entities).flatMap(({ connection }) => connection ?? []))].sort();
    named.set(model, found);
  }
  return found;
};

export const createLineageReader = ({ log, now }: LineageReaderParts): LineageReader => {
  const known = new LRUCache<string, Known>({ max: mostKnown });
  const asking = new Map<string, Promise<Lineage>>();
  const failedAt = new LRUCache<string, number>({ max: mostKnown });
  const seen = new WeakSet<Model>();

  const ask = async (name: string, relationsOf: AskRelations): Promise<Lineage> => {
    const at = now();
    try {
      const lineage = readLineage(await relationsOf(AbortSignal.timeout(patience)), known.get(name)?.lineage);
      known.set(name, { lineage, at });
      failedAt.delete(name);
      return lineage;
    } catch (error) {
      failedAt.set(name, at);
      log.warn('what the views of a database read cannot be asked', { connection: name, error });
      const last = known.get(name);
      return last !== undefined && at - last.at < servesFor ? last.lineage : unknownLineage;
    }
  };

  const askOnce = (name: string, relationsOf: AskRelations): Promise<Lineage> => {
    let answer = asking.get(name);
    if (answer === undefined) {
      answer = ask(name, relationsOf).finally(() => asking.delete(name));
      asking.set(name, answer);
    }
    return answer;
  };

  const lineageOf = ({ identity: name, ask: relationsOf }: Database, isNew: boolean): Lineage | Promise<Lineage> => {
    // Whoever has just made a table writes it into the model next.
    if (isNew) return askOnce(name, relationsOf);
    const last = known.get(name);
    const age = last === undefined ? Number.POSITIVE_INFINITY : now() - last.at;
    if (last !== undefined && age < freshFor) return last.lineage;
    const mayAsk = now() - (failedAt.get(name) ?? Number.NEGATIVE_INFINITY) >= retryAfter;
    if (last !== undefined && age < servesFor) {
      if (mayAsk) void askOnce(name, relationsOf);
      return last.lineage;
    }
    return mayAsk ? askOnce(name, relationsOf) : unknownLineage;
  };

  const nothing = { lineage: unknownLineage, place: null, identity: null };
  const find = async (name: string, isNew: boolean, databaseOf: DatabaseOf) => {
    const database = await databaseOf(name);
    if (database === null) return nothing;
    const { place, identity } = database;
    return { lineage: await lineageOf(database, isNew), place, identity };
  };
  /** One that does not answer must not hold up who asks another. */
  const soon = <T>(work: Promise<T>, otherwise: T): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<T>((resolve) => {
      timer = setTimeout(resolve, patienceBeside, otherwise);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  };

  return {
    read: async (model, home, databaseOf) => {
      const names = [...new Set([...connectionsOf(model), ...(home === null ? [] : [home])])];
      const isNew = !seen.has(model);
      seen.add(model);
      const found = await Promise.all(
        names.map(async (name) => {
          const work = find(name, isNew, databaseOf);
          return [name, await (name === home ? work : soon(work, nothing))] as const;
        }),
      );
      const databases = new Map(found);
      const of = (connection: string | null): Lineage =>
        databases.get(connection ?? home ?? '')?.lineage ?? unknownLineage;
      const nameOf = (connection: string | null): string | null => {
        const name = connection ?? home;
        return name === null ? null : (databases.get(name)?.place ?? name);
      };
      const known = found.map(([name, { identity, lineage }]) => [name, identity, lineage.hash]);
      return { of, nameOf, hash: JSON.stringify([home, ...known]) };
    },
  };
};

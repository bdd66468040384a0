/**
 * What the views of each database read, asked of the databases and kept for a minute. After that the last answer serves on
 * while the next is fetched, but not for long: without one nothing is known, and what may show hidden rows is closed.
 */
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

interface Known {
  readonly lineage: Lineage;
  /** When it was asked for. */
  readonly at: number;
}

export interface LineageReader {
  /** @param home the connection that a statement is to run on, or that lists are made for; `null`: none */
  read(model: Model, home: string | null): Promise<Lineages>;
}

/** Asks one database what its relations are. */
export type AskRelations = (signal: AbortSignal) => Promise<LineageSource>;

export interface LineageReaderParts {
  readonly databases: ReadonlyMap<string, AskRelations>;
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

export const createLineageReader = ({ databases, log, now }: LineageReaderParts): LineageReader => {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<Lineage>>();
  const failedAt = new Map<string, number>();
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

  const lineageOf = (name: string, isNew: boolean): Lineage | Promise<Lineage> => {
    const relationsOf = databases.get(name);
    if (relationsOf === undefined) return unknownLineage;
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

  return {
    read: async (model, home) => {
      const names = [...new Set([...connectionsOf(model), ...(home === null ? [] : [home])])];
      const isNew = !seen.has(model);
      seen.add(model);
      const found = names.map((name) => [name, lineageOf(name, isNew)] as const);
      const lineages = new Map<string, Lineage>();
      for (const [name, lineage] of found) lineages.set(name, lineage instanceof Promise ? await lineage : lineage);
      const of = (connection: string | null): Lineage => lineages.get(connection ?? home ?? '') ?? unknownLineage;
      const nameOf = (connection: string | null): string | null => connection ?? home;
      return { of, nameOf, hash: JSON.stringify([home, ...[...lineages].map(([name, { hash }]) => [name, hash])]) };
    },
  };
};

/**
 * Which other entities show rows that an entity shows: views of the database and the tables beneath them, partitions, queries.
 * A policy on one of them reaches all of them, unless an entity is governed by itself; `CONTEXT.md`, "What lies beneath".
 */
import type { Entity, Model } from '../model/model.js';
import type { Lineages } from './lineage.js';

export interface Kin {
  /** Entities on something else that the same rows may be had from. */
  readonly entities: readonly Entity[];
  /** Whether the database tells what is read; where it does not, all entities of the connection count. */
  readonly isKnown: boolean;
}

const none: Kin = { entities: [], isKnown: true };

interface Index {
  /** By connection, and what its lineage calls a relation. */
  readonly byStore: ReadonlyMap<string | null, ReadonlyMap<string, readonly Entity[]>>;
  readonly byConnection: ReadonlyMap<string | null, readonly Entity[]>;
  readonly kin: Map<string, Kin>;
}

const push = <Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void => {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
};

const indexOf = (model: Model, lineages: Lineages): Index => {
  const byStore = new Map<string | null, Map<string, Entity[]>>();
  const byConnection = new Map<string | null, Entity[]>();
  for (const entity of Object.values(model.entities)) {
    const connection = lineages.nameOf(entity.connection);
    push(byConnection, connection, entity);
    const stores = byStore.get(connection) ?? new Map<string, Entity[]>();
    byStore.set(connection, stores);
    for (const store of lineages.of(entity.connection).storesOf(entity.from) ?? []) push(stores, store, entity);
  }
  return { byStore, byConnection, kin: new Map() };
};

/** How many states of the databases are remembered for a model. */
const most = 8;
const indexes = new WeakMap<Model, Map<string, Index>>();

const knownIndex = (model: Model, lineages: Lineages): Index => {
  const known = indexes.get(model) ?? new Map<string, Index>();
  indexes.set(model, known);
  let index = known.get(lineages.hash);
  if (index === undefined) {
    if (known.size >= most) known.delete(known.keys().next().value!);
    index = indexOf(model, lineages);
    known.set(lineages.hash, index);
  }
  return index;
};

/** Entities that a policy of an author is on: not one that follows to them, and not the project's masks of personal data. */
const named = new WeakMap<Model, ReadonlySet<string>>();

export const isGovernedItself = (model: Model, { name }: Entity): boolean => {
  let known = named.get(model);
  if (known === undefined) {
    known = new Set(Object.values(model.policies).flatMap(({ on, closes }) => (closes ? [on] : [])));
    named.set(model, known);
  }
  return known.has(name);
};

const computeKin = (model: Model, { name, from, connection, beneath }: Entity, lineages: Lineages): Kin => {
  if (beneath !== null) return { entities: beneath.map((other) => model.entities[other]!), isKnown: true };
  const { byStore, byConnection } = knownIndex(model, lineages);
  const own = lineages.nameOf(connection);
  const stores = lineages.of(connection).storesOf(from);
  const others = (entities: Iterable<Entity>): readonly Entity[] =>
    [...new Set(entities)].filter((other) => other.name !== name);
  if (stores === null) return { entities: others(byConnection.get(own) ?? []), isKnown: false };
  const found = others([...stores].flatMap((store) => byStore.get(own)?.get(store) ?? []));
  return found.length === 0 ? none : { entities: found, isKnown: true };
};

/** The entities whose policies reach an entity; none when a policy is on it, or the model says that it stands on its own. */
export const kinOf = (model: Model, entity: Entity, lineages: Lineages): Kin => {
  if (isGovernedItself(model, entity)) return none;
  const { kin } = knownIndex(model, lineages);
  let found = kin.get(entity.name);
  if (found === undefined) {
    found = computeKin(model, entity, lineages);
    kin.set(entity.name, found);
  }
  return found;
};

/** Whether rows of the one may be shown by the other. */
export const sharesRows = (a: Entity, b: Entity, lineages: Lineages): boolean => {
  const lineage = lineages.of(a.connection);
  if (lineages.nameOf(a.connection) !== lineages.nameOf(b.connection)) return false;
  const [own, other] = [lineage.storesOf(a.from), lineage.storesOf(b.from)];
  return own !== null && other !== null && [...own].some((store) => other.has(store));
};

import { lastPart } from '../../core/query/spell-names.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Dimension, Entity, Hierarchy, Measure, Metric, Model, NamedFilter } from '../model/model.js';
import { onlyWithin } from '../model/view.js';
import { JoinGraph, type Step } from './join-graph.js';
import {
  ambiguous,
  sayMisplaced,
  sayNear,
  sayOneOf,
  shorten,
  type Suggestion,
  unknownMember,
} from './suggest-member.js';

/** Something of an entity, and how to walk there from a fact. */
export interface Resolved<T> {
  readonly steps: readonly Step[];
  readonly entity: Entity;
  readonly item: T;
  /** The same for two names of the same way to the same thing. */
  readonly key: string;
  /** `entity.name`. */
  readonly qualified: string;
}

export type ResolvedDimension = Resolved<Dimension>;

/** What a metric's name stands for: an authored metric, or a measure of an entity. */
export type FoundMetric =
  | { readonly kind: 'metric'; readonly metric: Metric }
  | { readonly kind: 'measure'; readonly entity: Entity; readonly measure: Measure };

type Kind = 'dimensions' | 'hierarchies' | 'filters';
type Items = { dimensions: Dimension; hierarchies: Hierarchy; filters: NamedFilter };

const nouns: Readonly<Record<Kind, string>> = { dimensions: 'dimension', hierarchies: 'hierarchy', filters: 'filter' };

/**
 * Looks names up in a model, by the rules of `CONTEXT.md` under "Names". Holds what it has found. Names that are asked for find what
 * exists for whoever asks; names in definitions (`defined…`) find all that the model has.
 */
export class Members {
  readonly graph: JoinGraph;
  readonly model: Model;
  /** What exists of it. */
  readonly #known: Model;
  readonly #measures = new Map<string, Entity[]>();
  readonly #owners: Readonly<Record<Kind, Map<string, Entity[]>>> = {
    dimensions: new Map(),
    hierarchies: new Map(),
    filters: new Map(),
  };
  readonly #found = new Map<string, Resolved<unknown>>();
  readonly #metrics = new Map<string, FoundMetric>();

  constructor(model: Model) {
    this.model = model;
    this.#known = onlyWithin(model);
    this.graph = new JoinGraph(model, (name) => this.exists(name));
    for (const entity of Object.values(this.#known.entities)) {
      for (const name of Object.keys(entity.measures)) add(this.#measures, name, entity);
      for (const kind of ['dimensions', 'hierarchies', 'filters'] as const) {
        for (const name of Object.keys(entity[kind])) add(this.#owners[kind], name, entity);
      }
    }
  }

  entity(name: string): Entity {
    const entity = own(this.model.entities, name);
    if (entity === undefined) throw new Error(`the model has no entity ${name}`);
    return entity;
  }

  /** Whether there is such an entity for whoever asks. */
  exists(name: string): boolean {
    return own(this.#known.entities, name) !== undefined;
  }

  /** How an entity is spoken of in front of whoever asks: one that does not exist for them has no name. */
  said({ name }: Pick<Entity, 'name'>): string {
    return this.exists(name) ? `"${name}"` : 'what a metric of this query counts';
  }

  /** What a definition of the model names: a metric, or a measure, whether or not it may be asked for. */
  definedMetric(name: string): FoundMetric {
    const metric = own(this.model.metrics, name);
    if (metric !== undefined) return { kind: 'metric', metric };
    const dot = name.indexOf('.');
    const entity = dot > 0 ? own(this.model.entities, name.slice(0, dot)) : undefined;
    const measure = entity && own(entity.measures, name.slice(dot + 1));
    if (entity !== undefined && measure !== undefined) return { kind: 'measure', entity, measure };
    const owners = Object.values(this.model.entities).filter(({ measures }) => Object.hasOwn(measures, name));
    if (owners.length !== 1) return this.metric(name, '');
    return { kind: 'measure', entity: owners[0]!, measure: owners[0]!.measures[name]! };
  }

  /** A dimension that a definition names by the bare name which it has in the entity itself. */
  definedDimension(entity: Entity, name: string, at: string): ResolvedDimension {
    if (own(entity.dimensions, name) === undefined) return this.dimension(entity, name, at);
    const found = made('dimensions', [], entity, name);
    if (this.exists(entity.name)) return found;
    // Only the time of a metric is met in this way, and it has no other name for whoever asks.
    return { ...found, qualified: 'metric_time', item: { ...found.item, label: 'Time', description: null } };
  }

  /** The steps of a join that may be named by whoever asks. */
  #join(entity: string, name: string): readonly Step[] | undefined {
    const steps = this.exists(entity) ? this.graph.join(entity, name) : undefined;
    return steps?.every(({ to }) => this.exists(to)) ? steps : undefined;
  }

  #joinNames(entity: string): readonly string[] {
    return this.graph.joinNames(entity).filter((name) => this.#join(entity, name) !== undefined);
  }

  /** `undefined` when no metric or measure has the name. @throws DataMindError `AMBIGUOUS_MEMBER` */
  findMetric(name: string, at: string): FoundMetric | undefined {
    const known = this.#metrics.get(name);
    if (known !== undefined) return known;
    const found = this.#lookUpMetric(name, at);
    if (found !== undefined) this.#metrics.set(name, found);
    return found;
  }

  #lookUpMetric(name: string, at: string): FoundMetric | undefined {
    const metric = own(this.#known.metrics, name);
    if (metric !== undefined) return { kind: 'metric', metric };
    const dot = name.indexOf('.');
    if (dot > 0) {
      const entity = own(this.#known.entities, name.slice(0, dot));
      const measure = entity && own(entity.measures, name.slice(dot + 1));
      return measure === undefined ? undefined : { kind: 'measure', entity: entity!, measure };
    }
    const entities = this.#measures.get(name);
    if (entities === undefined) return undefined;
    if (entities.length > 1) {
      throw ambiguous(`The measure "${name}" is in ${entities.length} entities; say which.`, at, entities, name);
    }
    return { kind: 'measure', entity: entities[0]!, measure: entities[0]!.measures[name]! };
  }

  /** @throws DataMindError `UNKNOWN_MEMBER`, `AMBIGUOUS_MEMBER` */
  metric(name: string, at: string): FoundMetric {
    const found = this.findMetric(name, at);
    if (found !== undefined) return found;
    throw unknownMember(`There is no metric or measure "${shorten(name)}".`, at, this.#insteadOfMetric(name));
  }

  /** A measure of that name elsewhere, a name like it, or that it is a dimension. */
  #insteadOfMetric(name: string): Suggestion | null {
    const last = lastPart(name);
    const measures = (this.#measures.get(last) ?? []).map((entity) => `${entity.name}.${last}`);
    const metrics = own(this.#known.metrics, last) === undefined ? [] : [last];
    const elsewhere = sayOneOf([...metrics, ...measures]);
    if (elsewhere !== null) return elsewhere;
    if (this.owners('dimensions', last).length > 0) return sayMisplaced(name, 'a dimension', 'dimensions');
    return sayNear(name, this.#metricNames());
  }

  *#metricNames(): Iterable<string> {
    yield* Object.keys(this.#known.metrics);
    yield* this.#measures.keys();
    for (const entity of Object.values(this.#known.entities)) {
      for (const measure of Object.keys(entity.measures)) yield `${entity.name}.${measure}`;
    }
  }

  /** The only entity that has something of this bare name. */
  owners(kind: Kind, name: string): readonly Entity[] {
    return this.#owners[kind].get(name) ?? [];
  }

  dimension(fact: Entity, name: string, at: string): ResolvedDimension {
    return this.resolve('dimensions', fact, name, at);
  }

  /**
   * Resolves a name from a fact; not `metric_time`.
   * @throws DataMindError `UNKNOWN_MEMBER`, `AMBIGUOUS_MEMBER`, `AMBIGUOUS_PATH`, `NO_PATH`
   */
  resolve<K extends Kind>(kind: K, fact: Entity, name: string, at: string): Resolved<Items[K]> {
    const key = `${kind}|${fact.name}|${name}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known as Resolved<Items[K]>;
    const found = this.#resolve(kind, fact, name, at);
    this.#found.set(key, found);
    return found;
  }

  #resolve<K extends Kind>(kind: K, fact: Entity, name: string, at: string): Resolved<Items[K]> {
    const parts = name.split('.');
    const last = parts.pop()!;
    if (parts.length === 0) {
      if (this.exists(fact.name) && own<unknown>(fact[kind], last) !== undefined) return made(kind, [], fact, last);
      const owners = this.owners(kind, last);
      if (owners.length > 1) {
        throw ambiguous(`The ${nouns[kind]} "${last}" is in ${owners.length} entities; say which.`, at, owners, last);
      }
      if (owners.length === 0) throw this.#unknown(kind, fact, name, at);
      return made(kind, this.#way(fact, owners[0]!.name, last, at), owners[0]!, last);
    }
    const steps: Step[] = [];
    let rest = parts;
    const first = parts[0]!;
    if (this.#join(fact.name, first) === undefined) {
      if (!this.exists(first)) throw this.#unknown(kind, fact, name, at);
      steps.push(...this.#way(fact, first, [...parts.slice(1), last].join('.'), at));
      rest = parts.slice(1);
    }
    let entity = steps.at(-1)?.to ?? (rest === parts ? fact.name : first);
    for (const part of rest) {
      const walked = this.#join(entity, part);
      if (walked === undefined) throw this.#unknown(kind, fact, name, at);
      steps.push(...walked);
      entity = walked.at(-1)!.to;
    }
    if (own<unknown>(this.entity(entity)[kind], last) === undefined) throw this.#unknown(kind, fact, name, at);
    return made(kind, steps, this.entity(entity), last);
  }

  /**
   * An entity as it is named from a fact: itself, what its joins lead to, or what there is one way to.
   * @throws DataMindError `UNKNOWN_MEMBER`, `AMBIGUOUS_PATH`, `NO_PATH`
   */
  entityFrom(fact: Entity, name: string, at: string): { readonly steps: readonly Step[]; readonly entity: Entity } {
    const unknown = (): DataMindError =>
      unknownMember(
        `There is no entity "${shorten(name)}" for ${this.said(fact)}.`,
        at,
        sayNear(name, this.#entityNames(fact)),
      );
    const steps: Step[] = [];
    const [first, ...others] = name.split('.') as [string, ...string[]];
    const isJoin = this.#join(fact.name, first) !== undefined;
    if (!isJoin) {
      if (!this.#hasMembers(first)) throw unknown();
      steps.push(...this.#way(fact, first, others.join('.'), at));
    }
    let entity = isJoin ? fact.name : first;
    for (const part of isJoin ? [first, ...others] : others) {
      const walked = this.#join(entity, part);
      if (walked === undefined) throw unknown();
      steps.push(...walked);
      entity = walked.at(-1)!.to;
    }
    if (!this.#hasMembers(entity)) throw unknown();
    return { steps, entity: this.entity(entity) };
  }

  /** The one way from a fact to an entity. @throws DataMindError `AMBIGUOUS_PATH`, `NO_PATH` */
  wayTo(fact: Entity, to: string, at: string): readonly Step[] {
    return this.#way(fact, to, '', at);
  }

  /** An entity that is closed to whoever asks has none, and is as if it were not there. */
  #hasMembers(name: string): boolean {
    const known = own(this.#known.entities, name);
    return known !== undefined && Object.keys({ ...known.dimensions, ...known.measures }).length > 0;
  }

  *#entityNames(fact: Entity): Iterable<string> {
    for (const name of Object.keys(this.#known.entities)) if (this.#hasMembers(name)) yield name;
    for (const name of this.#joinNames(fact.name)) {
      if (this.#hasMembers(this.#join(fact.name, name)!.at(-1)!.to)) yield name;
    }
  }

  #way(fact: Entity, to: string, rest: string, at: string): readonly Step[] {
    if (to === fact.name) return [];
    const { ways } = this.graph.ways(fact.name, to);
    if (ways.length === 1) return ways[0]!;
    if (ways.length === 0) {
      throw new DataMindError('NO_PATH', `There is no way to join ${this.said(fact)} to "${to}".`, { at });
    }
    const choices = [...new Set(ways.flatMap((way) => this.#nameOf(fact.name, way) ?? []))].map((name) =>
      rest === '' ? name : `${name}.${rest}`,
    );
    throw new DataMindError('AMBIGUOUS_PATH', `There is more than one way from ${this.said(fact)} to "${to}".`, {
      at,
      hint:
        choices.length > 0
          ? `Write one of ${choices.map((choice) => `"${choice}"`).join(', ')}.`
          : 'Give the joins on the way a name (or an inverse), and write that.',
      suggestions: choices,
    });
  }

  /** A dotted name for a way: by joins from the start, or from an entity on it that is reached by one way only. */
  #nameOf(fact: string, way: readonly Step[]): string | undefined {
    for (let start = 0; start < way.length; start += 1) {
      if (!this.exists(way[start]!.from)) continue;
      const names = this.#joinsOf(way.slice(start));
      if (names === undefined) continue;
      if (start === 0) return names.join('.');
      const entity = way[start]!.from;
      const prefix = this.graph.ways(fact, entity).ways;
      const same = prefix.length === 1 && prefix[0]!.length === start && prefix[0]!.every((step, i) => step === way[i]);
      if (same) return [entity, ...names].join('.');
    }
    return undefined;
  }

  #joinsOf(way: readonly Step[]): readonly string[] | undefined {
    const names: string[] = [];
    for (let at = 0; at < way.length; at += 1) {
      const step = way[at]!;
      if (step.name !== null) {
        names.push(step.name);
        continue;
      }
      const bridge = this.#joinNames(step.from).find((name) => {
        const [one, two, ...more] = this.#join(step.from, name)!;
        return more.length === 0 && one === step && two !== undefined && two === way[at + 1];
      });
      if (bridge === undefined) return undefined;
      names.push(bridge);
      at += 1;
    }
    return names;
  }

  #unknown(kind: Kind, fact: Entity, name: string, at: string): DataMindError {
    const message = `There is no ${nouns[kind]} "${shorten(name)}" for ${this.said(fact)}.`;
    return unknownMember(message, at, this.#insteadOf(kind, fact, name));
  }

  /** Where that name is found from the fact; that it is a metric; or a name like it. */
  #insteadOf(kind: Kind, fact: Entity, name: string): Suggestion | null {
    const last = lastPart(name);
    const reached = this.owners(kind, last).flatMap(({ name: owner }) => {
      if (owner === fact.name) return [last];
      const { ways } = this.graph.ways(fact.name, owner);
      if (ways.length === 1) return [`${owner}.${last}`];
      return ways.flatMap((way) => {
        const path = this.#nameOf(fact.name, way);
        return path === undefined ? [] : [`${path}.${last}`];
      });
    });
    const elsewhere = sayOneOf([...new Set(reached)]);
    if (elsewhere !== null) return elsewhere;
    const isMetric = own(this.#known.metrics, name) !== undefined || this.#measures.has(last);
    if (kind === 'dimensions' && isMetric) return sayMisplaced(name, 'a metric', 'metrics');
    return sayNear(name, this.#namesFrom(kind, fact));
  }

  *#namesFrom(kind: Kind, fact: Entity): Iterable<string> {
    yield 'metric_time';
    if (this.exists(fact.name)) yield* Object.keys(fact[kind]);
    for (const [name, owners] of this.#owners[kind]) if (owners.length === 1) yield name;
    for (const entity of Object.values(this.#known.entities)) {
      for (const name of Object.keys(entity[kind])) yield `${entity.name}.${name}`;
    }
    for (const join of this.#joinNames(fact.name)) {
      const entity = this.entity(this.#join(fact.name, join)!.at(-1)!.to);
      for (const name of Object.keys(entity[kind])) yield `${join}.${name}`;
    }
  }

  /** Some dimensions by which rows of the fact can be told apart without counting any twice. */
  dimensionsOf(fact: Entity, most: number): readonly string[] {
    const names: string[] = [];
    for (const reached of this.graph.reachedToOne(fact.name)) {
      const { ways } = this.graph.ways(fact.name, reached);
      if (reached !== fact.name && ways.length !== 1) continue;
      if (!this.exists(reached)) continue;
      const entity = this.entity(reached);
      for (const { name, hidden } of Object.values(entity.dimensions)) {
        if (!hidden && names.length < most) names.push(`${entity.name}.${name}`);
      }
    }
    return names;
  }
}

const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

const add = (map: Map<string, Entity[]>, name: string, entity: Entity): void => {
  const known = map.get(name);
  if (known === undefined) map.set(name, [entity]);
  else known.push(entity);
};

const made = <K extends Kind>(kind: K, steps: readonly Step[], entity: Entity, name: string): Resolved<Items[K]> => ({
  steps,
  entity,
  item: (entity[kind] as Readonly<Record<string, Items[K]>>)[name]!,
  key: `${steps.map((step) => step.id).join('/')}/${entity.name}.${name}`,
  qualified: `${entity.name}.${name}`,
});

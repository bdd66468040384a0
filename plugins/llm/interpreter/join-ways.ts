/**
 * How entities are reached from one another, as the planner walks joins: simple paths without roles, those of to-one steps
 * before all others. What is found here is only ever a proposal; the planner's check decides.
 */
import { toBeAsked } from './draft.js';
import type { Via } from './phrases.js';
import type { SemanticQuery, Vocabulary, VocabularyDimension } from 'datamind/contract';

export interface Step {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly toMany: boolean;
  readonly role: boolean;
  /** `null` when only the other side has a name for it. */
  readonly name: string | null;
}

export type Way = readonly Step[];

/** A name for a dimension as it is reached, and how far from what one would think of first. */
export interface Reach {
  readonly name: string;
  readonly cost: number;
  readonly toMany: boolean;
  /** Where it was preferred to other ways: what to tell the reader. */
  readonly note: string | null;
  /** Names of entities on the way, the fact first. */
  readonly through: readonly string[];
}

const mostWays = 6;
const mostSteps = 2_000;
const deepest = 6;

const backwards: Readonly<Record<string, string>> = {
  many_to_one: 'one_to_many',
  one_to_many: 'many_to_one',
  one_to_one: 'one_to_one',
  many_to_many: 'many_to_many',
};
const isToMany = (cardinality: string): boolean => cardinality === 'one_to_many' || cardinality === 'many_to_many';

/** One step for each direction of each join; a join that both sides name is one. */
const stepsOf = (vocabulary: Vocabulary): ReadonlyMap<string, readonly Step[]> => {
  const steps = new Map<string, Step[]>(vocabulary.entities.map(({ name }) => [name, []]));
  const joins = vocabulary.entities.flatMap(({ name, joins }) => joins.map((join) => ({ ...join, from: name })));
  const between = new Map<string, (typeof joins)[number][]>();
  for (const join of joins) {
    const key = [join.from, join.to].sort().join('|');
    between.set(key, [...(between.get(key) ?? []), join]);
  }
  const add = (step: Step): void => {
    if (steps.has(step.to)) steps.get(step.from)?.push(step);
  };
  for (const [key, group] of between) {
    const used = new Set<(typeof joins)[number]>();
    for (const join of group) {
      if (used.has(join)) continue;
      used.add(join);
      const candidates = group.filter(
        (other) =>
          !used.has(other) &&
          other.from === join.to &&
          other.to === join.from &&
          other.cardinality === backwards[join.cardinality] &&
          other.role === join.role,
      );
      const back = candidates[0];
      if (back !== undefined) used.add(back);
      const { from, to, role, cardinality } = join;
      const id = `${key}|${from}.${join.name}`;
      // With several joins between the same two it is not known which way back belongs to which.
      const isCertain = group.filter((other) => other.from === join.from && other.role === role).length === 1;
      add({ id, from, to, role, name: join.name, toMany: isToMany(cardinality) });
      const name = isCertain && back !== undefined ? back.name : null;
      add({ id, from: to, to: from, role, name, toMany: isToMany(backwards[cardinality]!) });
    }
  }
  return steps;
};

/** Dotted names in a query, wherever they are. */
const namesIn = (node: unknown): readonly string[] => {
  if (typeof node !== 'object' || node === null) return [];
  const { member, name } = node as { readonly member?: unknown; readonly name?: unknown };
  const own = [member, name].filter((one): one is string => typeof one === 'string');
  const dimensions = (node as SemanticQuery).dimensions?.filter((one): one is string => typeof one === 'string') ?? [];
  return [...own, ...dimensions, ...Object.values(node).flatMap(namesIn)];
};

export class JoinWays {
  readonly #steps: ReadonlyMap<string, readonly Step[]>;
  readonly #ways = new Map<string, readonly Way[]>();
  readonly #near = new Map<string, ReadonlyMap<string, number>>();
  /** Ways that queries took which people have verified. */
  readonly #proven: readonly Way[];
  readonly #facts: ReadonlyMap<string, readonly string[]>;

  constructor(vocabulary: Vocabulary) {
    this.#steps = stepsOf(vocabulary);
    this.#facts = new Map(vocabulary.metrics.map(({ name, entities }) => [name, entities]));
    this.#proven = vocabulary.verified.flatMap(({ query }) => this.#waysOf(query));
  }

  #waysOf(query: SemanticQuery): readonly Way[] {
    const facts = new Set((query.metrics ?? []).flatMap((name) => this.#facts.get(name) ?? []));
    const names = namesIn(query).filter((name) => name.includes('.'));
    return [...facts].flatMap((fact) => names.flatMap((name) => this.#walk(fact, name.split('.').slice(0, -1)) ?? []));
  }

  /** The steps that a dotted name takes from a fact. */
  #walk(fact: string, parts: readonly string[]): readonly [Way] | undefined {
    const way: Step[] = [];
    let at = fact;
    let rest = parts;
    if (this.#named(fact, parts[0]!) === undefined) {
      const ways = this.ways(fact, parts[0]!);
      if (!this.#steps.has(parts[0]!) || (parts[0] !== fact && ways.length !== 1)) return undefined;
      way.push(...(ways[0] ?? []));
      at = parts[0]!;
      rest = parts.slice(1);
    }
    for (const part of rest) {
      const step = this.#named(at, part);
      if (step === undefined) return undefined;
      way.push(step);
      at = step.to;
    }
    return way.length === 0 ? undefined : [way];
  }

  #named(from: string, name: string): Step | undefined {
    return this.#steps.get(from)?.find((step) => step.name === name);
  }

  /** Joins that are walked by name only, and that lead there in one step. */
  roles(from: string, to: string): readonly Step[] {
    return (this.#steps.get(from) ?? []).filter((step) => step.role && step.to === to && step.name !== null);
  }

  /** How many steps it is to each entity that is reached without passing through many rows. */
  near(from: string): ReadonlyMap<string, number> {
    let found = this.#near.get(from);
    if (found === undefined) {
      const distances = new Map([[from, 0]]);
      for (const [entity, distance] of distances) {
        if (distance >= deepest) continue;
        for (const step of this.#steps.get(entity) ?? []) {
          if (!step.toMany && !distances.has(step.to)) distances.set(step.to, distance + 1);
        }
      }
      found = distances;
      this.#near.set(from, found);
    }
    return found;
  }

  /** Empty when there is none, and for an entity and itself. */
  ways(from: string, to: string): readonly Way[] {
    if (from === to) return [];
    const key = `${from}>${to}`;
    let found = this.#ways.get(key);
    if (found === undefined) {
      const toOne = this.#search(from, to, false);
      found = toOne.length > 0 ? toOne : this.#search(from, to, true);
      this.#ways.set(key, found);
    }
    return found;
  }

  #search(from: string, to: string, throughMany: boolean): readonly Way[] {
    const ways: Step[][] = [];
    const path: Step[] = [];
    const visited = new Set([from]);
    let budget = mostSteps;
    const walk = (at: string): void => {
      if (path.length >= deepest) return;
      for (const step of this.#steps.get(at) ?? []) {
        if (ways.length >= mostWays || budget <= 0) return;
        if (step.role || (step.toMany && !throughMany) || visited.has(step.to)) continue;
        budget -= 1;
        path.push(step);
        if (step.to === to) ways.push([...path]);
        else {
          visited.add(step.to);
          walk(step.to);
          visited.delete(step.to);
        }
        path.pop();
      }
    };
    walk(from);
    return ways.sort((a, b) => a.length - b.length);
  }

  isReached(from: string, to: string): boolean {
    return from === to || this.ways(from, to).length > 0;
  }

  /**
   * Names by which a dimension is reached from all facts, best first; several of equal cost are different readings.
   * @param scope entity that was named with it: the country of the _customer_
   */
  reach(
    facts: readonly string[],
    dimension: Pick<VocabularyDimension, 'name' | 'entity'>,
    scope: string | null,
    via?: Via,
  ): readonly Reach[] {
    if (via !== undefined) return this.#reachBy(via, facts, dimension);
    const [fact] = facts;
    const target = dimension.entity;
    const last = dimension.name.slice(dimension.name.lastIndexOf('.') + 1);
    if (fact === undefined) {
      return scope === null || scope === target
        ? [{ name: dimension.name, cost: 0, toMany: false, note: null, through: [target] }]
        : this.reach([scope], dimension, null);
    }
    if (facts.every((one) => one === target) && (scope === null || scope === target)) {
      return [{ name: dimension.name, cost: 0, toMany: false, note: null, through: [target] }];
    }
    if (
      facts.every((one) => one === target) &&
      scope !== null &&
      this.ways(target, scope).some((way) => !isMany(way))
    ) {
      // Said of what belongs to it: the insurance of an admission, where its patient was named.
      return [{ name: dimension.name, cost: 0.05, toMany: false, note: null, through: [target, scope] }];
    }
    const isRole = facts.length === 1 && this.roles(fact, target).length > 0;
    if (!isRole && !facts.every((one) => this.isReached(one, target))) return [];
    const all = this.#candidates(facts, target, scope);
    const names = all.map(({ way }) => this.#nameOf(facts, way, target));
    const unsaid = all.filter((_, at) => names[at] === null).map(({ cost }) => cost);
    const named = all.flatMap(({ way, cost: asked, note }, at): Reach[] => {
      const name = names[at]!;
      if (name === null) return [];
      // What would be meant before it, and cannot be said, is not made up for by another way.
      const cost = asked + (asked >= Math.min(...unsaid) ? toBeAsked : 0);
      const through = [fact, ...way.map(({ to }) => to)];
      // What an entity has itself is meant before what it is joined to.
      const distance = 0.1 + Math.min(way.length, 5) * 0.01;
      const toMany = way.some((step) => step.toMany);
      return [{ name: `${name}.${last}`, cost: cost + distance + (toMany ? 0.15 : 0), toMany, note, through }];
    });
    return [...new Map(named.map((one) => [one.name, one])).values()].sort((a, b) => a.cost - b.cost);
  }

  /** By a join that was named, and on from there by the one way there is. */
  #reachBy(
    { from, join }: Via,
    facts: readonly string[],
    dimension: Pick<VocabularyDimension, 'name' | 'entity'>,
  ): readonly Reach[] {
    const step = this.#named(from, join);
    if (step === undefined || facts.length === 0) return [];
    const isOwn = facts.every((fact) => fact === from);
    if (!isOwn && !facts.every((fact) => fact === from || this.ways(fact, from).length === 1)) return [];
    const onward = this.ways(step.to, dimension.entity);
    if (step.to !== dimension.entity && (onward.length !== 1 || onward[0]!.some(({ name }) => name === null)))
      return [];
    const rest = step.to === dimension.entity ? [] : onward[0]!;
    const last = dimension.name.slice(dimension.name.lastIndexOf('.') + 1);
    const name = [...(isOwn ? [] : [from]), join, ...rest.map((one) => one.name), last].join('.');
    const through = [from, step.to, ...rest.map(({ to }) => to)];
    return [{ name, cost: 0, toMany: [step, ...rest].some(({ toMany }) => toMany), note: null, through }];
  }

  #candidates(
    facts: readonly string[],
    target: string,
    scope: string | null,
  ): readonly { readonly way: Way; readonly cost: number; readonly note: string | null }[] {
    const fact = facts.find((one) => one !== target) ?? facts[0]!;
    const ways = this.ways(fact, target);
    if (scope !== null && scope !== fact) {
      const through = ways.filter((way) => way.some(({ to }) => to === scope));
      const direct = through.filter((way) => way[0]!.to === scope);
      if (direct.length > 0) return direct.map((way) => ({ way, cost: 0, note: null }));
      if (through.length > 0) return through.map((way) => ({ way, cost: 0, note: null }));
      // A role that leads to what was named: the seller, where employees were said.
    }
    // A role that leads to what was named: the seller, where an employee was said.
    const roles = this.roles(fact, target);
    if (roles.length > 0 && ways.every(isMany))
      return roles.map((step) => ({
        way: [step],
        cost: 0.1,
        note: `taken as that of the ${step.name!.replaceAll('_', ' ')}`,
      }));
    // A join that is walked by name only is as near as any other, where nothing is joined directly.
    const isNear = ways.some((way) => way.length === 1);
    const proposed = isNear || roles.length === 0 ? ways : [...ways, ...roles.map((step): Way => [step])];
    return this.#preferred(proposed);
  }

  #preferred(
    ways: readonly Way[],
  ): readonly { readonly way: Way; readonly cost: number; readonly note: string | null }[] {
    if (ways.length <= 1) return ways.map((way) => ({ way, cost: 0, note: null }));
    const proven = ways.filter((way) => this.#proven.some((one) => endsAlike(one, way)));
    if (proven.length === 1) {
      const note = `taken by way of ${sayWay(proven[0]!)}, as in questions that were verified`;
      return ways.map((way) => (way === proven[0] ? { way, cost: 0.05, note } : { way, cost: 0.6, note: null }));
    }
    const direct = ways.filter((way) => way.length === 1 && !way[0]!.role);
    if (direct.length === 1) return ways.map((way) => ({ way, cost: way === direct[0] ? 0.02 : 0.6, note: null }));
    return ways.map((way) => ({ way, cost: 0.1, note: null }));
  }

  /** A dotted name, without the dimension, that every fact resolves to the end of this way. */
  #nameOf(facts: readonly string[], way: Way, target: string): string | null {
    if (way.length === 0) return target;
    // From an entity on the way that is reached in one way only; the nearest to the end makes the shortest name.
    for (let start = way.length; start >= 1; start -= 1) {
      const entity = way[start - 1]!.to;
      const rest = way.slice(start);
      if (rest.some(({ name }) => name === null)) continue;
      const isPlain = facts.every((fact) => {
        if (this.#named(fact, entity) !== undefined) return false;
        if (fact === entity) return true;
        const ways = this.ways(fact, entity);
        return ways.length === 1 && !ways[0]!.some(({ role }) => role);
      });
      const isThisWay = way.slice(0, start).every(({ role }) => !role);
      if (isPlain && isThisWay) return [entity, ...rest.map(({ name }) => name)].join('.');
    }
    const isOfAll = facts.every((fact) => this.#leadsAlike(fact, way));
    return isOfAll ? way.map(({ name }) => name).join('.') : null;
  }

  /** Whether the names of a way lead from another fact to the same: the hotel of a room night, and that of a bill. */
  #leadsAlike(fact: string, way: Way): boolean {
    let at = fact;
    for (const { name, to } of way) {
      const step = name === null ? undefined : this.#named(at, name);
      if (step === undefined || step.to !== to) return false;
      at = to;
    }
    return true;
  }
}

const isMany = (way: Way): boolean => way.some(({ toMany }) => toMany);

/** Whether one is the end of the other. */
const endsAlike = (one: Way, other: Way): boolean => {
  const [long, short] = one.length >= other.length ? [one, other] : [other, one];
  return short.every((step, at) => {
    const same = long[long.length - short.length + at]!;
    return same.id === step.id && same.to === step.to;
  });
};

export const sayWay = (way: Way): string => way.map(({ to }) => to.replaceAll('_', ' ')).join(', ');

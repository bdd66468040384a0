import type { Entity, Model } from '../model/model.js';

/** One join walked in one direction. */
export interface Step {
  /** Unique for the join and the direction. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Columns of `from` and of `to` that must be equal. */
  readonly on: readonly { readonly from: string; readonly to: string }[];
  /** Where two declarations differ, the careful one. */
  toMany: boolean;
  /** Walked only when it is named. */
  role: boolean;
  /** What the join is called from here; `null` when only the other side named it. */
  name: string | null;
}

/** Ways between two entities: paths without an entity twice. */
export interface Ways {
  readonly ways: readonly (readonly Step[])[];
  /** Only ways through to-many joins were found. */
  readonly toMany: boolean;
}

const maxWays = 8;
/** A dense graph has more ways than can be counted; past so many steps it is ambiguous at any rate. */
const maxSteps = 20_000;

/**
 * The graph of joins. A join that both sides declare is one edge; a many-to-many join is its two steps through the bridge.
 */
export class JoinGraph {
  readonly #named = new Map<string, Map<string, readonly Step[]>>();
  readonly #steps = new Map<string, Step[]>();
  readonly #ways = new Map<string, Ways>();
  readonly #mayEnter: (entity: string) => boolean;

  /** @param mayEnter the entities that ways may lead to and through; one may start anywhere */
  constructor(model: Model, mayEnter: (entity: string) => boolean = () => true) {
    this.#mayEnter = mayEnter;
    const edges = new Map<string, Step>();
    for (const entity of Object.values(model.entities)) {
      this.#named.set(entity.name, new Map());
      this.#steps.set(entity.name, []);
    }
    for (const entity of Object.values(model.entities)) this.#addJoins(entity, edges);
    for (const entity of Object.values(model.entities)) this.#addBridges(entity);
  }

  #addJoins(entity: Entity, edges: Map<string, Step>): void {
    for (const join of Object.values(entity.joins)) {
      if (join.cardinality === 'many_to_many' || !this.#steps.has(join.to)) continue;
      const pairs = [...join.on].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.to < b.to ? -1 : 1));
      const back = pairs.map(({ from, to }) => ({ from: to, to: from }));
      const forwardMany = join.cardinality === 'one_to_many';
      const backwardMany = join.cardinality === 'many_to_one';
      const forward = this.#step(edges, entity.name, join.to, pairs, forwardMany, join.role);
      const backward = this.#step(edges, join.to, entity.name, back, backwardMany, join.role);
      this.#name(forward, join.name);
      if (join.inverse !== null) this.#name(backward, join.inverse);
    }
  }

  #step(edges: Map<string, Step>, from: string, to: string, on: Step['on'], toMany: boolean, role: boolean): Step {
    const sorted = [...on].sort((a, b) => (`${a.from}\0${a.to}` < `${b.from}\0${b.to}` ? -1 : 1));
    const id = `${from}>${to}(${sorted.map((pair) => `${pair.from}=${pair.to}`).join(',')})`;
    const known = edges.get(id);
    if (known !== undefined) {
      known.toMany ||= toMany;
      known.role ||= role;
      return known;
    }
    const step: Step = { id, from, to, on, toMany, role, name: null };
    edges.set(id, step);
    this.#steps.get(from)!.push(step);
    return step;
  }

  #name(step: Step, name: string): void {
    step.name ??= name;
    this.#named.get(step.from)!.set(name, [step]);
  }

  #addBridges(entity: Entity): void {
    for (const join of Object.values(entity.joins)) {
      if (join.through === null) continue;
      const { entity: bridge, from_join, to_join } = join.through;
      const back = this.#named.get(bridge)?.get(from_join)?.[0];
      const onward = this.#named.get(bridge)?.get(to_join)?.[0];
      if (back === undefined || onward === undefined) continue;
      const toBridge = this.#reverse(back);
      const fromOther = this.#reverse(onward);
      this.#named.get(entity.name)!.set(join.name, [toBridge, onward]);
      if (join.inverse !== null) this.#named.get(join.to)?.set(join.inverse, [fromOther, back]);
    }
  }

  #reverse(step: Step): Step {
    const on = step.on.map(({ from, to }) => ({ from: to, to: from }));
    const sorted = [...on].sort((a, b) => (`${a.from}\0${a.to}` < `${b.from}\0${b.to}` ? -1 : 1));
    const id = `${step.to}>${step.from}(${sorted.map((pair) => `${pair.from}=${pair.to}`).join(',')})`;
    return this.#steps.get(step.to)!.find((candidate) => candidate.id === id)!;
  }

  /** The steps that a join's name, or the name of a way back, stands for. */
  join(entity: string, name: string): readonly Step[] | undefined {
    return this.#named.get(entity)?.get(name);
  }

  joinNames(entity: string): readonly string[] {
    return [...(this.#named.get(entity)?.keys() ?? [])];
  }

  /** The ways from one entity to another: those of to-one steps if there are any, else all. */
  ways(from: string, to: string): Ways {
    const key = `${from}>${to}`;
    let found = this.#ways.get(key);
    if (found === undefined) {
      const toOne = this.#search(from, to, false);
      found = toOne.length > 0 ? { ways: toOne, toMany: false } : { ways: this.#search(from, to, true), toMany: true };
      this.#ways.set(key, found);
    }
    return found;
  }

  /** The entities that are reached from one by to-one steps, itself included. */
  reachedToOne(from: string): ReadonlySet<string> {
    const reached = new Set([from]);
    for (const entity of reached) {
      for (const step of this.#steps.get(entity) ?? [])
        if (!step.toMany && !step.role && this.#mayEnter(step.to)) reached.add(step.to);
    }
    return reached;
  }

  #search(from: string, to: string, throughMany: boolean): readonly (readonly Step[])[] {
    const leading = this.#leadingTo(to, throughMany);
    if (!leading.has(from)) return [];
    const ways: Step[][] = [];
    const path: Step[] = [];
    const visited = new Set([from]);
    let budget = maxSteps;
    const walk = (at: string): void => {
      for (const step of this.#steps.get(at)!) {
        if (ways.length >= maxWays || budget <= 0) return;
        if (step.role || (step.toMany && !throughMany) || visited.has(step.to) || !leading.has(step.to)) continue;
        if (!this.#mayEnter(step.to)) continue;
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
    // What was cut short may hide a second way.
    if (budget <= 0 && ways.length === 1) ways.push(ways[0]!);
    return ways.sort((a, b) => a.length - b.length);
  }

  /** The entities from which there is a walk to one. */
  #leadingTo(to: string, throughMany: boolean): ReadonlySet<string> {
    const leading = new Set([to]);
    for (const entity of leading) {
      if (!this.#mayEnter(entity)) continue;
      // Every join has a step each way, so that the steps that arrive are the reverses of those that leave.
      for (const back of this.#steps.get(entity) ?? []) {
        if (!back.role && (throughMany || !this.#reverse(back).toMany)) leading.add(back.to);
      }
    }
    return leading;
  }
}

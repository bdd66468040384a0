/** The graph of joins as single steps between two entities, and every name and way through it. */
import type { AuthoredJoin, AuthoredModel } from './authored-model.js';
import { refuse } from './refusal.js';

/** One join walked in one direction. `id` is the same for both directions and for a join that both sides declare. */
export interface Step {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly pairs: readonly { readonly from: string; readonly to: string }[];
  readonly toOne: boolean;
}

export const keyColumns = (model: AuthoredModel, entity: string): readonly string[] => {
  const key = model.entities[entity]!.key ?? [];
  return typeof key === 'string' ? [key] : key;
};

export const pathKey = (steps: readonly Step[]): string =>
  steps.map((step) => `${step.id}|${step.pairs.map((pair) => `${step.from}.${pair.from}`).join()}`).join(' > ');

export class Graph {
  readonly model: AuthoredModel;
  readonly steps: Step[] = [];
  /** The joins that are walked only when they are named. */
  readonly roles = new Set<string>();
  /** By entity and name: the steps that a join's name, or the name of a way back, stands for. */
  readonly named = new Map<string, readonly Step[]>();

  constructor(model: AuthoredModel) {
    this.model = model;
    const joins = Object.entries(model.entities).flatMap(([entity, body]) =>
      Object.entries(body.joins ?? {}).map(([name, join]) => ({ entity, name, join })),
    );
    for (const { entity, name, join } of joins)
      if (join.cardinality !== 'many_to_many') this.addJoin(entity, name, join);
    for (const { entity, name, join } of joins)
      if (join.cardinality === 'many_to_many') this.addBridged(entity, name, join);
  }

  pairsOf(entity: string, join: AuthoredJoin): readonly { from: string; to: string }[] {
    if (typeof join.on === 'string') {
      const other = join.cardinality === 'one_to_many' ? join.on : keyColumns(this.model, join.to)[0]!;
      const own = join.cardinality === 'one_to_many' ? keyColumns(this.model, entity)[0]! : join.on;
      return [{ from: own, to: other }];
    }
    return Object.entries(join.on ?? {}).map(([from, to]) => ({ from, to }));
  }

  addJoin(entity: string, name: string, join: AuthoredJoin): void {
    const pairs = this.pairsOf(entity, join);
    const cardinality = join.cardinality ?? 'many_to_one';
    const spelled = pairs.map((pair) => `${entity}.${pair.from}=${join.to}.${pair.to}`).sort();
    const mirrored = pairs.map((pair) => `${join.to}.${pair.to}=${entity}.${pair.from}`).sort();
    const same = this.steps.find((step) => step.id === mirrored.join(' '));
    const id = same ? same.id : spelled.join(' ');
    const forward: Step = { id, from: entity, to: join.to, pairs, toOne: cardinality !== 'one_to_many' };
    const back: Step = {
      id,
      from: join.to,
      to: entity,
      pairs: pairs.map((pair) => ({ from: pair.to, to: pair.from })),
      toOne: cardinality !== 'many_to_one',
    };
    if (join.role) this.roles.add(id);
    if (!same) this.steps.push(forward, back);
    this.named.set(`${entity}.${name}`, [forward]);
    if (join.inverse) this.named.set(`${join.to}.${join.inverse}`, [back]);
  }

  addBridged(entity: string, name: string, join: AuthoredJoin): void {
    const through = join.through!;
    const bridge = typeof through === 'string' ? through : through.entity;
    const joinsOfBridge = Object.entries(this.model.entities[bridge]!.joins ?? {});
    const pick = (target: string): string => joinsOfBridge.find(([, other]) => other.to === target)![0];
    const fromJoin = typeof through === 'string' ? pick(entity) : through.from_join;
    const toJoin = typeof through === 'string' ? pick(join.to) : through.to_join;
    const toOwn = this.named.get(`${bridge}.${fromJoin}`)![0]!;
    const toOther = this.named.get(`${bridge}.${toJoin}`)![0]!;
    const reverse = (step: Step): Step => this.steps.find((other) => other.id === step.id && isReverse(other, step))!;
    this.named.set(`${entity}.${name}`, [reverse(toOwn), toOther]);
    if (join.inverse) this.named.set(`${join.to}.${join.inverse}`, [reverse(toOther), toOwn]);
  }

  /** The one way from an entity to another; no entity twice, ways of to-one steps preferred. */
  way(from: string, to: string): readonly Step[] {
    const found: (readonly Step[])[] = [];
    const walk = (path: readonly Step[], at: string, seen: ReadonlySet<string>): void => {
      if (at === to) {
        found.push(path);
        return;
      }
      for (const step of this.steps)
        if (step.from === at && !seen.has(step.to) && !this.roles.has(step.id))
          walk([...path, step], step.to, new Set([...seen, step.to]));
    };
    walk([], from, new Set([from]));
    const single = found.filter((path) => path.every((step) => step.toOne));
    const ways = single.length > 0 ? single : found;
    if (ways.length === 0) refuse('NO_PATH', `no way from ${from} to ${to}`);
    if (ways.length > 1) refuse('AMBIGUOUS_PATH', `${ways.length} ways from ${from} to ${to}`);
    return ways[0]!;
  }

  /** Follows names of joins. */
  follow(from: string, names: readonly string[]): { readonly steps: readonly Step[]; readonly entity: string } {
    const steps: Step[] = [];
    let entity = from;
    for (const name of names) {
      const next = this.named.get(`${entity}.${name}`) ?? refuse('UNKNOWN_MEMBER', `${entity} has no join ${name}`);
      steps.push(...next);
      entity = next.at(-1)!.to;
    }
    return { steps, entity };
  }
}

const isReverse = (a: Step, b: Step): boolean =>
  a.from === b.to && a.to === b.from && a.pairs.every((pair, at) => pair.from === b.pairs[at]!.to);

/** An entity as it is named from a fact: what joins lead to, or what there is one way to. */
export function findEntity(graph: Graph, fact: string, name: string): { path: readonly Step[]; entity: string } {
  const { entities } = graph.model;
  const [first, ...rest] = name.split('.') as [string, ...string[]];
  const joined = graph.named.has(`${fact}.${first}`);
  if (!joined && !Object.hasOwn(entities, first)) refuse('UNKNOWN_MEMBER', `no entity ${first}`);
  const start = joined || first === fact ? [] : graph.way(fact, first);
  const { steps, entity } = joined ? graph.follow(fact, [first, ...rest]) : graph.follow(first, rest);
  const { dimensions, measures } = entities[entity]!;
  if (Object.keys({ ...dimensions, ...measures }).length === 0) refuse('UNKNOWN_MEMBER', `${entity} has nothing`);
  return { path: [...start, ...steps], entity };
}

export type MemberKind = 'dimensions' | 'filters' | 'hierarchies';

export interface Member {
  readonly path: readonly Step[];
  readonly entity: string;
  readonly name: string;
}

/** Finds a dimension (or a filter or hierarchy, by the same rules) from a fact. */
export function findMember(graph: Graph, fact: string, name: string, kind: MemberKind = 'dimensions'): Member {
  const { entities } = graph.model;
  const has = (entity: string, member: string): boolean => Object.hasOwn(entities[entity]?.[kind] ?? {}, member);
  const parts = name.split('.');
  const last = parts.at(-1)!;
  if (parts.length === 1) {
    if (has(fact, name)) return { path: [], entity: fact, name };
    const owners = Object.keys(entities).filter((entity) => has(entity, name));
    if (owners.length === 0) refuse('UNKNOWN_MEMBER', `no ${kind} ${name}`);
    if (owners.length > 1) refuse('AMBIGUOUS_MEMBER', `${name} is in ${owners.join(', ')}`);
    return { path: graph.way(fact, owners[0]!), entity: owners[0]!, name };
  }
  const first = parts[0]!;
  const middle = parts.slice(1, -1);
  const end = (start: readonly Step[], from: string, names: readonly string[]): Member => {
    const { steps, entity } = graph.follow(from, names);
    if (!has(entity, last)) refuse('UNKNOWN_MEMBER', `${entity} has no ${last}`);
    return { path: [...start, ...steps], entity, name: last };
  };
  if (graph.named.has(`${fact}.${first}`)) return end([], fact, [first, ...middle]);
  if (!Object.hasOwn(entities, first)) refuse('UNKNOWN_MEMBER', `${first} is neither a join nor an entity`);
  // The name is checked before the way, so that an unknown name is said to be unknown.
  const target = graph.follow(first, middle).entity;
  if (!has(target, last)) refuse('UNKNOWN_MEMBER', `${target} has no ${last}`);
  return end(first === fact ? [] : graph.way(fact, first), first, middle);
}

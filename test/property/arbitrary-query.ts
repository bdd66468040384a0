/** Random queries over a random model: most of them sound, some that must be refused. */
import fc from 'fast-check';
import type {
  AuthoredModel,
  ReferenceCondition,
  ReferenceFilter,
  ReferenceMetricCondition,
  ReferenceQuery,
} from '../reference/authored-model.js';
import { coarseness, type Grain } from '../reference/calendar.js';
import { findEntity, findMember, Graph, keyColumns, type Member, type MemberKind } from '../reference/find-paths.js';
import { type Leaf, leavesOf, metricTree, type Tree } from '../reference/metric-tree.js';
import { isTimeName, timeOf, zones } from './arbitrary-model.js';
import { addsUp } from '../reference/shares.js';
import { again, choice, choices, isChosen, pick } from './pick.js';

/** Moments that a clock may show: the edges of months, days and summer time. */
export const clocks = [
  '2024-03-15T11:00:00Z',
  '2024-02-29T12:00:00Z',
  '2024-03-31T00:30:00Z',
  '2024-10-27T00:59:59Z',
  '2024-12-31T23:30:00Z',
  '2024-04-01T03:45:00Z',
  '2024-03-30T22:30:00Z',
] as const;

export const queryBlueprint = fc.record({
  metrics: choices(1, 3),
  dimensions: choices(0, 3),
  conditions: choices(0, 2),
  metricCondition: choice,
  time: choice,
  compare: choice,
  segments: choice,
  order: choices(0, 2),
  page: choice,
  extra: choice,
  odd: choice,
  perEntity: choices(0, 2),
  parts: choice,
});

type Blueprint = typeof queryBlueprint extends fc.Arbitrary<infer T> ? T : never;

const ranges: readonly (string | readonly [string | null, string | null])[] = [
  ['2024-01-01', '2024-04-01'],
  ['2024-01-01', '2025-01-01'],
  ['2024-02-01', '2024-03-15'],
  ['2024-03-01', '2024-04-01'],
  ['2023-04-01', '2024-04-01'],
  ['2024-03-10', '2024-03-31'],
  [null, '2024-03-01'],
  ['2024-02-29', null],
  ['2024-03-10T12:00:00', '2024-03-31T12:00:00'],
  ['2024-02-29', '2024-03-01'],
  'this month',
  'last 3 full months',
  'last month',
  'past 30 days',
  'this year',
  'year to date',
  'last month to date',
  'this fiscal year',
  'last 2 fiscal quarters',
  'FY2024',
  '2024',
  '2024-Q1',
  'Q4 2023',
  'March 2024',
  '2024-02',
  'this week',
  'last 2 weeks',
  'yesterday',
  'today',
  'since 2024-02',
  'before 2024-03-31',
  '2024-01 to 2024-03',
  'fiscal year to date',
  'next 2 months',
  'past 3 weeks',
  'this quarter to date',
];

/** Not too many hours to fill. */
const isShort = (range: unknown): boolean =>
  ['today', 'yesterday', 'this week'].includes(String(range)) || String(range) === '2024-02-29,2024-03-01';

const oddRanges = ['the other day', ['2024-03-01', '2024-03-01'], 'last 0x months', ['2024-13-01', null]] as const;

const comparisons = [
  'previous year',
  'previous year',
  '1 year ago',
  'previous period',
  'previous year',
  'previous month',
  '1 month ago',
  'previous week',
  '7 days ago',
  '2 quarters ago',
] as const;

interface Ground {
  readonly model: AuthoredModel;
  readonly graph: Graph;
  readonly metrics: readonly string[];
  /** What {@link namesOf} and {@link find} have found: the queries of a case ask for the same again and again. */
  readonly names: Map<MemberKind, readonly string[]>;
  readonly found: Map<string, Member | null>;
}

const unless = <T>(make: () => T): T | null => {
  try {
    return make();
  } catch {
    return null;
  }
};

const grounds = new WeakMap<AuthoredModel, Ground>();

const groundOf = (model: AuthoredModel): Ground => {
  const ground = grounds.get(model) ?? makeGround(model);
  grounds.set(model, ground);
  return ground;
};

const makeGround = (model: AuthoredModel): Ground => {
  const bare = Object.values(model.entities).flatMap(({ measures }) => Object.keys(measures ?? {}));
  const qualified = Object.entries(model.entities).flatMap(([entity, { measures }]) =>
    Object.keys(measures ?? {}).map((name) => `${entity}.${name}`),
  );
  const authored = Object.keys(model.metrics ?? {});
  const metrics = [...authored, ...bare, ...authored, ...qualified];
  return { model, graph: new Graph(model), metrics, names: new Map(), found: new Map() };
};

/** All names by which a member may be asked for from anywhere. */
function namesOf(ground: Ground, kind: MemberKind): readonly string[] {
  const names = ground.names.get(kind) ?? allNames(ground, kind);
  ground.names.set(kind, names);
  return names;
}

function allNames({ model }: Ground, kind: MemberKind): readonly string[] {
  return Object.entries(model.entities).flatMap(([entity, body]) => {
    const own = Object.keys(body[kind] ?? {});
    const joined = Object.entries(body.joins ?? {}).flatMap(([join, { to, inverse }]) => [
      ...Object.keys(model.entities[to]![kind] ?? {}).flatMap((name) => [
        `${join}.${name}`,
        `${entity}.${join}.${name}`,
      ]),
      ...(inverse ? own.map((name) => `${inverse}.${name}`) : []),
      ...Object.entries(model.entities[to]!.joins ?? {}).flatMap(([next, { to: end }]) =>
        Object.keys(model.entities[end]![kind] ?? {}).map((name) => `${join}.${next}.${name}`),
      ),
    ]);
    return [...own, ...own.map((name) => `${entity}.${name}`), ...joined];
  });
}

const find = (ground: Ground, fact: string, name: string, kind: MemberKind): Member | null => {
  const key = `${kind} ${fact} ${name}`;
  let found = ground.found.get(key);
  if (found === undefined) {
    found = unless(() => findMember(ground.graph, fact, name, kind));
    ground.found.set(key, found);
  }
  return found;
};

interface Candidate {
  readonly name: string;
  readonly member: Member;
}

/** The names that all facts understand alike. */
function commonNames(ground: Ground, leaves: readonly Leaf[], kind: MemberKind): readonly Candidate[] {
  const facts = [...new Set(leaves.map(({ entity }) => entity))];
  const canFanOut = leaves.every(
    ({ entity, measure }) =>
      keyColumns(ground.model, entity).length > 0 && !ground.model.entities[entity]!.measures![measure]!.semi_additive,
  );
  return [...new Set(namesOf(ground, kind))].flatMap((name) => {
    const members = facts.map((fact) => find(ground, fact, name, kind));
    if (members.some((member) => member === null)) return [];
    const first = members[0] ?? undefined;
    if (first === undefined) return [];
    const isSame = members.every((member) => member!.entity === first.entity && member!.name === first.name);
    const isToOne = members.every((member) => member!.path.every(({ toOne }) => toOne));
    return isSame && (isToOne || canFanOut) ? [{ name, member: first }] : [];
  });
}

const texts = ['a', 'b', 'A', 'ab', '', 'ä', 'a/b', 'small', 'zzz', 'a_b'] as const;
const numbers = [1, 2, 3, 0, 4.99, -3.25, 20, 104, -1, 5] as const;
const times = [
  '2024-03-15',
  '2024-02-29',
  '2024-03-31T02:30:00',
  '2024-01-01',
  '2023-12-31',
  '2024-03-31',
  '2024-10-27T02:30:00',
  '2024-03-15T12:00:00',
] as const;
const patterns = ['a%', '%b%', 'a\\_%', '_', '%', 'x\\%y', '%ß%'] as const;

function condition(ground: Ground, { name, member }: Candidate, by: number): ReferenceCondition {
  const { type } = ground.model.entities[member.entity]!.dimensions![member.name]!;
  const at = (salt: number): number => again(by, salt);
  if (isChosen(at(1), 12)) return { member: name, op: pick(['is_null', 'not_null'], at(2)) };
  const one = (pool: readonly (string | number)[], op: string): ReferenceCondition => ({
    member: name,
    op,
    values: [pick(pool, at(3))],
  });
  const several = (pool: readonly (string | number)[], op: string): ReferenceCondition => ({
    member: name,
    op,
    values: [...new Set([pick(pool, at(3)), pick(pool, at(4)), pick(pool, at(5))])],
  });
  const between = (pool: readonly (string | number)[]): ReferenceCondition => {
    const values = [...new Set([pick(pool, at(3)), pick(pool, at(4))])].sort((a, b) => (a < b ? -1 : 1));
    return values.length === 2 ? { member: name, op: 'between', values } : one(pool, 'eq');
  };
  const order = pick(['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'not_in', 'between'], at(6));
  const compare = (pool: readonly (string | number)[]): ReferenceCondition =>
    order === 'between' ? between(pool) : order.endsWith('in') ? several(pool, order) : one(pool, order);
  switch (type) {
    case 'boolean':
      return { member: name, op: pick(['eq', 'ne'], at(2)), values: [isChosen(at(3), 50)] };
    case 'number':
      return compare(numbers);
    case 'time': {
      const words = ranges.filter((range) => typeof range === 'string');
      return isChosen(at(7), 20) ? one(words, 'between') : compare(times);
    }
    case 'string': {
      const textual = pick(['like', 'not_like', 'contains', 'starts_with', 'ends_with'], at(8));
      if (isChosen(at(9), 45)) return one(textual.endsWith('like') ? patterns : texts, textual);
      return compare(texts);
    }
  }
}

function underCondition(ground: Ground, { name, member }: Candidate, by: number): ReferenceCondition {
  const { hierarchies, dimensions } = ground.model.entities[member.entity]!;
  const body = hierarchies![member.name]!;
  if ('parent' in body)
    return { member: name, op: 'under', values: [pick([1, 2, 3], by), pick([1, 2, 5], again(by, 1))] };
  const levels = 'levels' in body ? body.levels : body;
  const values = levels
    .slice(0, 1 + (by % levels.length))
    .map((level, at) =>
      dimensions![level]!.type === 'number' ? pick(numbers, again(by, at)) : pick(texts, again(by, at)),
    );
  return { member: name, op: 'under', values };
}

/** Puts conditions under `and`, `or` and `not`. */
function combine(conditions: readonly ReferenceFilter[], by: number): ReferenceFilter | undefined {
  if (conditions.length === 0) return undefined;
  const [first, ...others] = conditions.map((one, at) => (isChosen(again(by, at + 1), 20) ? { not: one } : one));
  if (others.length === 0) return first;
  return isChosen(again(by, 8), 45) ? { or: [first!, { and: others }] } : { and: [first!, ...others] };
}

const grains = Object.keys(coarseness) as Grain[];
const usualGrains: readonly Grain[] = [
  'month',
  'day',
  'week',
  'quarter',
  'year',
  'fiscal_year',
  'fiscal_quarter',
  'hour',
];

/** Grains that most offsets fit. */
const shiftedGrains: readonly Grain[] = ['month', 'day', 'month', 'week', 'quarter', 'year', 'day'];

const hasWindow = (leaf: Leaf): boolean => leaf.window !== null;

export function buildQuery(model: AuthoredModel, blueprint: Blueprint): ReferenceQuery {
  const ground = groundOf(model);
  const isOdd = isChosen(blueprint.odd, 14);
  const names = isChosen(again(blueprint.odd, 3), 12)
    ? []
    : [...new Set(blueprint.metrics.map((by) => pick(ground.metrics, by)))];
  const trees = names.map((name) => [name, unless(() => metricTree(model, name))] as const);
  const usable = trees.filter(([, tree]) => tree !== null || isOdd);
  const metrics = isChosen(again(blueprint.odd, 1), 40) ? usable.slice(0, 1) : usable;
  const leaves = metrics.flatMap(([, tree]) => (tree ? leavesOf(tree) : []));
  const isDimensionQuery = metrics.length === 0;
  const common = isDimensionQuery ? dimensionNames(ground, blueprint) : commonNames(ground, leaves, 'dimensions');
  const all = namesOf(ground, 'dimensions');
  const dimensions = isOdd
    ? blueprint.dimensions.flatMap((by) =>
        all.length === 0 ? [] : asked(ground, { name: pick(all, by), member: null }, by),
      )
    : soundDimensions(ground, leaves, common, blueprint);
  if (isDimensionQuery && dimensions.length === 0 && common.length > 0) dimensions.push(common[0]!.name);
  const needsRange = leaves.some((leaf) => hasWindow(leaf) || leaf.offset !== null);
  const canHaveTime = !isDimensionQuery && leaves.every((leaf) => timeOf(model, leaf) !== null);
  const range =
    canHaveTime && (isChosen(blueprint.time, 45) || (needsRange && isChosen(blueprint.time, 80)))
      ? isOdd && isChosen(again(blueprint.time, 1), 20)
        ? pick(oddRanges, again(blueprint.time, 1))
        : pick(ranges, again(blueprint.time, 2))
      : undefined;
  const compare =
    !isDimensionQuery && isChosen(blueprint.compare, range === undefined ? 4 : 30)
      ? pick(comparisons, again(blueprint.compare, 1))
      : undefined;
  const otherTime = common.filter(
    ({ member }) => model.entities[member.entity]!.dimensions![member.name]!.type === 'time',
  );
  const dimension =
    range !== undefined && otherTime.length > 0 && isChosen(again(blueprint.time, 3), 15)
      ? pick(otherTime, again(blueprint.time, 4)).name
      : undefined;
  const isBounded =
    range !== undefined && !(typeof range === 'string' ? /^(since|before)/.test(range) : range.includes(null));
  const grained = dimensions.filter((one) => typeof one !== 'string' && one.grain !== undefined);
  const isFine = grained.some((one) => (one as { grain: Grain }).grain === 'hour') && !isShort(range);
  const canFill =
    isBounded &&
    !isFine &&
    grained.length === 1 &&
    (grained[0] as { name: string }).name === (dimension ?? 'metric_time');
  const facts = isDimensionQuery
    ? common.slice(0, 1).map(({ name }) => name.split('.')[0]!)
    : leaves.map((leaf) => leaf.entity);
  const perEntity = blueprint.perEntity
    .filter((by) => isChosen(by, perEntityShare))
    .flatMap((by) => perEntityCondition(ground, facts, again(by, 1), range !== undefined, isOdd, 0) ?? []);
  const filters = filtersOf(
    ground,
    leaves,
    common,
    dimensions,
    metrics.map(([name]) => name),
    blueprint,
    perEntity,
  );
  const segments = isChosen(blueprint.segments, 15) && !isDimensionQuery ? commonNames(ground, leaves, 'filters') : [];
  const columnsOfDimensions = dimensionColumns(dimensions);
  const shares = sharesOf(
    model,
    metrics.map(([name]) => name),
    columnsOfDimensions,
    blueprint.parts,
    isOdd,
  );
  const groups = isChosen(again(blueprint.parts, 1), partShare)
    ? groupsIn(columnsOfDimensions, again(blueprint.parts, 2), isOdd)
    : [];
  const columns = [
    ...dimensions.map((one) => (typeof one === 'string' ? one : one.name)),
    ...metrics.map(([name]) => name),
    ...shares.map(({ metric }) => `${metric}__share`),
  ];
  const order = blueprint.order.flatMap((by) =>
    columns.length > 0 ? [{ by: pick(columns, by), desc: isChosen(again(by, 1), 50) }] : [],
  );
  return {
    ...(metrics.length > 0 ? { metrics: metrics.map(([name]) => name) } : {}),
    ...(dimensions.length > 0 ? { dimensions } : {}),
    ...(filters ? { filters } : {}),
    ...(range !== undefined || compare !== undefined
      ? {
          time: {
            ...(dimension === undefined ? {} : { dimension }),
            ...(range === undefined ? {} : { range }),
            ...(compare === undefined
              ? {}
              : { compare, compare_as: pick(['change', 'percent', 'previous'] as const, again(blueprint.compare, 2)) }),
          },
        }
      : {}),
    ...(segments.length > 0 ? { segments: [pick(segments, again(blueprint.segments, 1)).name] } : {}),
    ...(order.length > 0 ? { order } : {}),
    ...(shares.length > 0 ? { shares } : {}),
    ...(groups.length > 0 ? { limit_per: { dimensions: groups, limit: 1 + (again(blueprint.parts, 3) % 3) } } : {}),
    ...(isChosen(blueprint.page, 20) ? { limit: 1 + (again(blueprint.page, 1) % 6) } : {}),
    ...(isChosen(blueprint.page, 8) ? { offset: again(blueprint.page, 2) % 4 } : {}),
    ...(isChosen(again(blueprint.extra, 1), 25) ? { timezone: pick(zones, again(blueprint.extra, 2)) } : {}),
    ...(isChosen(again(blueprint.extra, 3), canFill ? 45 : isFine ? 0 : 2) ? { fill: true } : {}),
    ...(!isDimensionQuery && isChosen(again(blueprint.extra, 4), 12) ? { totals: true } : {}),
  };
}

/** Of a hundred choices, how many give shares of totals, and how many the first rows of each group. */
const partShare = Number(process.env.DATAMIND_PARTS ?? 20);

/** The columns that the dimensions get. */
const dimensionColumns = (dimensions: readonly AskedDimension[]): readonly string[] => {
  const plain = dimensions.map((one) => (typeof one === 'string' ? { name: one } : one));
  return plain.map(({ name, grain }) =>
    grain !== undefined && plain.filter((other) => other.name === name).length > 1 ? `${name}__${grain}` : name,
  );
};

/** Some of the columns, not all of them. */
function groupsIn(columns: readonly string[], by: number, isOdd: boolean): readonly string[] {
  if (isOdd && isChosen(again(by, 1), 15)) return [pick([...columns, 'nowhere'], by)];
  if (columns.length < 2) return [];
  const first = by % columns.length;
  const count = columns.length > 2 && isChosen(again(by, 2), 40) ? 2 : 1;
  return [...columns, ...columns].slice(first, first + count);
}

function sharesOf(
  model: AuthoredModel,
  metrics: readonly string[],
  columns: readonly string[],
  by: number,
  isOdd: boolean,
): NonNullable<ReferenceQuery['shares']> {
  if (!isChosen(by, partShare) || (columns.length === 0 && !isOdd)) return [];
  return metrics.flatMap((metric, at) => {
    const own = again(by, at + 4);
    const within = isChosen(own, 50) ? groupsIn(columns, again(own, 1), isOdd) : [];
    const tree = unless(() => metricTree(model, metric));
    const isSound = tree !== null && addsUp(model, tree);
    return isChosen(again(own, 2), isSound ? 90 : 8) ? [{ metric, ...(within.length > 0 ? { within } : {}) }] : [];
  });
}

/** Dimensions that one entity reaches to-one, by names that begin with it or are its own. */
function dimensionNames(ground: Ground, blueprint: Blueprint): readonly Candidate[] {
  const entity = pick(Object.keys(ground.model.entities), again(blueprint.odd, 2));
  return namesOf(ground, 'dimensions').flatMap((name) => {
    const member = name.startsWith(`${entity}.`) ? find(ground, entity, name, 'dimensions') : null;
    return member?.path.every(({ toOne }) => toOne) ? [{ name, member }] : [];
  });
}

type AskedDimension = string | { readonly name: string; readonly grain?: Grain };

function asked(
  ground: Ground,
  { name, member }: { readonly name: string; readonly member: Member | null },
  by: number,
): AskedDimension {
  const body = member && ground.model.entities[member.entity]!.dimensions![member.name]!;
  if (!member || !body) return isChosen(again(by, 1), 20) ? { name, grain: pick(grains, by) } : name;
  if (body.type !== 'time' || isChosen(again(by, 1), 10)) return name;
  const grain = pick(usualGrains, again(by, 2));
  return { name, grain: body.stores === 'date' && grain === 'hour' ? 'day' : grain };
}

function soundDimensions(
  ground: Ground,
  leaves: readonly Leaf[],
  common: readonly Candidate[],
  blueprint: Blueprint,
): AskedDimension[] {
  const { model } = ground;
  const times = leaves.map((leaf) => timeOf(model, leaf));
  const hasTime = leaves.length > 0 && times.every((time) => time !== null);
  const isMoving = leaves.some((leaf) => leaf.window !== null || leaf.offset !== null);
  const stores = leaves.map(({ entity }, at) =>
    times[at] ? model.entities[entity]!.dimensions![times[at]]!.stores : 'date',
  );
  const dimensions: AskedDimension[] = [];
  if (hasTime && isChosen(again(blueprint.time, 5), isMoving ? 85 : 35)) {
    const isShifted = leaves.some(({ offset }) => offset !== null);
    const grain = pick(isShifted ? shiftedGrains : usualGrains, again(blueprint.time, 6));
    const isTooFine = stores.includes('date') || leaves.some(hasWindow);
    dimensions.push({ name: 'metric_time', grain: grain === 'hour' && isTooFine ? 'day' : grain });
  }
  for (const by of blueprint.dimensions) {
    if (common.length === 0) break;
    const candidate = pick(common, by);
    const isAskedFor = dimensions.some((one) => (typeof one === 'string' ? one : one.name) === candidate.name);
    const isTime = model.entities[candidate.member.entity]!.dimensions![candidate.member.name]!.type === 'time';
    if (!isAskedFor && !(isMoving && isTime && isChosen(by, 80)))
      dimensions.push(asked(ground, candidate, again(by, 3)));
  }
  return dimensions;
}

function filtersOf(
  ground: Ground,
  leaves: readonly Leaf[],
  common: readonly Candidate[],
  dimensions: readonly AskedDimension[],
  metrics: readonly string[],
  blueprint: Blueprint,
  perEntity: readonly ReferenceMetricCondition[],
): ReferenceFilter | undefined {
  const hierarchies = leaves.length > 0 ? commonNames(ground, leaves, 'hierarchies') : [];
  const rows = (isChosen(again(blueprint.odd, 4), 40) ? [] : blueprint.conditions).flatMap((by): ReferenceFilter[] => {
    if (hierarchies.length > 0 && isChosen(again(by, 6), 12))
      return [underCondition(ground, pick(hierarchies, by), again(by, 7))];
    return common.length > 0 ? [condition(ground, pick(common, by), by)] : [];
  });
  rows.push(...perEntity);
  if (rows.length > 1 && isChosen(again(blueprint.odd, 6), 30)) rows.reverse();
  const numeric = [...metrics, ...ground.metrics].filter((name) => isNumeric(ground.model, name));
  if (!isChosen(blueprint.metricCondition, 15) || numeric.length === 0 || metrics.length === 0)
    return combine(rows, blueprint.odd);
  const by = blueprint.metricCondition;
  const own = metrics.filter((name) => isNumeric(ground.model, name));
  const member = own.length > 0 && isChosen(again(by, 1), 75) ? pick(own, again(by, 2)) : pick(numeric, again(by, 2));
  const onMetric: ReferenceCondition = isChosen(again(by, 3), 10)
    ? { member, op: pick(['is_null', 'not_null'], again(by, 4)) }
    : {
        member,
        op: pick(['gt', 'lt', 'gte', 'ne'], again(by, 4)),
        values: [pick([1.37, 0, 3.003, -5.1, 20.05], again(by, 5))],
      };
  const mixed = dimensions.flatMap((one) => {
    const candidate = typeof one === 'string' ? common.find(({ name }) => name === one) : undefined;
    return candidate ? [condition(ground, candidate, again(by, 6))] : [];
  });
  if (mixed.length > 0 && isChosen(again(by, 7), 50)) return { and: [{ or: [onMetric, mixed[0]!] }, ...rows] };
  return rows.length > 0 ? { and: [...rows, onMetric] } : onMetric;
}

/** Of a hundred choices, how many give a condition on a metric per entity: two of them are made for a query. */
const perEntityShare = Number(process.env.DATAMIND_PER_ENTITY ?? 15);

/** The entities that all of the facts reach, and have a key, by all names for each. */
function ownersOf({ model, graph }: Ground, facts: readonly string[]): readonly { name: string; entity: string }[] {
  const joins = Object.values(model.entities).flatMap((body) => Object.keys(body.joins ?? {}));
  return [...new Set([...Object.keys(model.entities), ...joins])].flatMap((name) => {
    const found = facts.map((fact) => unless(() => findEntity(graph, fact, name).entity));
    const [entity] = found;
    const isSame = entity !== null && entity !== undefined && found.every((one) => one === entity);
    return isSame && keyColumns(model, entity).length > 0 ? [{ name, entity }] : [];
  });
}

function perEntityCondition(
  ground: Ground,
  facts: readonly string[],
  by: number,
  hasRange: boolean,
  isOdd: boolean,
  depth: number,
): ReferenceMetricCondition | null {
  const { model, graph } = ground;
  const owners = ownersOf(ground, facts);
  if (facts.length === 0 || (owners.length === 0 && !isOdd)) return null;
  const { name: per, entity } =
    owners.length === 0 || (isOdd && isChosen(again(by, 1), 30))
      ? { name: pick(Object.keys(model.entities), by), entity: pick(Object.keys(model.entities), by) }
      : pick(owners, by);
  const metrics = ground.metrics.flatMap((name) => {
    const tree = unless(() => metricTree(model, name));
    if (tree === null || !isNumericTree(model, tree)) return [];
    const leaves = leavesOf(tree);
    const reaches = leaves.every(
      (leaf) => leaf.entity === entity || unless(() => graph.way(leaf.entity, entity)) !== null,
    );
    return reaches || isOdd ? [{ name, leaves }] : [];
  });
  if (metrics.length === 0) return null;
  const { name: metric, leaves } = pick(metrics, again(by, 2));
  const isTimed = leaves.every((leaf) => timeOf(model, leaf) !== null);
  const isMoving = leaves.some((leaf) => leaf.window !== null || leaf.offset !== null);
  const time =
    !isTimed || !isChosen(again(by, 3), isMoving ? 90 : 45)
      ? undefined
      : hasRange && isChosen(again(by, 4), 50)
        ? ('query' as const)
        : { range: pick(ranges, again(by, 5)) };
  const common = commonNames(ground, leaves, 'dimensions');
  const nested =
    depth < 2 && isChosen(again(by, 6), 15)
      ? perEntityCondition(
          ground,
          leaves.map((leaf) => leaf.entity),
          again(by, 7),
          hasRange,
          isOdd,
          depth + 1,
        )
      : null;
  const inner = [
    ...(common.length > 0 && isChosen(again(by, 8), 35)
      ? [condition(ground, pick(common, again(by, 9)), again(by, 9))]
      : []),
    ...(nested === null ? [] : [nested]),
  ];
  const filters = combine(inner, again(by, 10));
  const segments = isChosen(again(by, 11), 10) ? commonNames(ground, leaves, 'filters') : [];
  const isCount = leaves.every(
    ({ entity: fact, measure }) => model.entities[fact]!.measures![measure]!.count !== undefined,
  );
  const op = pick(['gt', 'gte', 'lt', 'lte', 'eq', 'ne', 'between', 'is_null', 'not_null', 'in'], again(by, 12));
  const one = pick(isCount ? [0, 1, 2] : [1.37, 0, 3.003, -5.1, 20.05], again(by, 13));
  const values = op.endsWith('null') ? [] : op === 'between' ? [one, one + 2.5] : op === 'in' ? [one, 7] : [one];
  return {
    metric,
    per,
    op,
    ...(values.length > 0 ? { values } : {}),
    ...(filters ? { filters } : {}),
    ...(segments.length > 0 ? { segments: [pick(segments, again(by, 14)).name] } : {}),
    ...(time === undefined ? {} : { time }),
  };
}

const isNumericTree = (model: AuthoredModel, tree: Tree): boolean =>
  leavesOf(tree).every(({ entity, measure }) => {
    const { min, max } = model.entities[entity]!.measures![measure]!;
    return !isTimeName(min) && !isTimeName(max);
  });

const isNumeric = (model: AuthoredModel, name: string): boolean => {
  const tree = unless(() => metricTree(model, name));
  return tree !== null && isNumericTree(model, tree);
};

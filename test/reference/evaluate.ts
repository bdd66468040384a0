/**
 * The independent judge: a semantic query computed row by row in memory, by simple loops, from the page
 * `semantic/plan/CONTEXT.md` alone. Slow and obvious on purpose; it shares no code with what it judges.
 */
import type {
  AuthoredModel,
  ReferenceCondition,
  ReferenceFilter,
  ReferenceMetricCondition,
  ReferenceQuery,
} from './authored-model.js';
import { type Grain, type Offset, lengthOf, periodsBetween } from './calendar.js';
import { compute } from './compute-expression.js';
import { branchesOf, conditionsIn, type MemberType, perEntityIn, readRange, truthOf, valueTest } from './conditions.js';
import type { Data, RowValues } from './data.js';
import { isDoubleTree } from './double-precision.js';
import { findEntity, keyColumns, pathKey } from './find-paths.js';
import {
  type AskedDimension,
  emptyLeaf,
  FactRows,
  groupKey,
  type Groups,
  leafGroups,
  memberOf,
  periodValue,
  plainGroups,
  type RowQuery,
} from './leaf-groups.js';
import { changeTree, isMetricName, type Leaf, leafKey, leavesOf, metricTree, type Tree } from './metric-tree.js';
import { parseComparison, type Range } from './parse-time-range.js';
import { Refusal, refuse } from './refusal.js';
import { placesIn, type ShareColumn, shareColumns, shareOf } from './shares.js';
import { add, compareValues, divide, isNumeric, negate, parseExact, toDouble, type Value } from './value.js';
import { readCalendar, World } from './world.js';

export interface Answer {
  readonly columns: readonly { readonly name: string; readonly kind: 'dimension' | 'metric' }[];
  readonly rows: readonly (readonly Value[])[];
  /** All rows in their order, before `limit` and `offset`. */
  readonly all: readonly (readonly Value[])[];
  /** In the order of `columns`; null for dimensions. */
  readonly totals: readonly Value[] | null;
  /** Indices of the columns that `order` names. */
  readonly order: readonly { readonly column: number; readonly desc: boolean }[];
}

export type Outcome = Answer | { readonly refused: string; readonly why: string };

/** @param now milliseconds since the epoch */
export function evaluate(model: AuthoredModel, data: Data, query: ReferenceQuery, now: number): Outcome {
  try {
    return answer(model, data, query, now);
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.code, why: error.message };
    throw error;
  }
}

interface MetricColumn {
  readonly name: string;
  readonly tree: Tree;
}

interface FinishedRow {
  readonly dimensions: readonly Value[];
  value(tree: Tree): Value;
}

function answer(model: AuthoredModel, data: Data, query: ReferenceQuery, now: number): Answer {
  const calendar = readCalendar(model, query.timezone);
  const instantText = new Date(now).toISOString().replace('Z', '000');
  const world = new World(model, data, calendar, instantText);
  const dimensions = askedDimensions(query);
  const { rowFilters, rest } = splitFilters(model, query);
  const range = query.time?.range === undefined ? null : readRange(query.time.range, world);
  const rowQuery: RowQuery = {
    dimensions,
    filters: rowFilters,
    segments: query.segments ?? [],
    time: range && { dimension: query.time?.dimension ?? 'metric_time', range },
  };
  world.perEntity = perEntityOf(world, rowQuery.time);
  const metrics = metricColumns(model, query, range);
  if (metrics.length === 0 && dimensions.length === 0) refuse('QUERY_INVALID', 'nothing is asked for');
  const shares = shareColumns(world, query, dimensions);
  const groups = query.limit_per && placesIn(dimensions, query.limit_per.dimensions);
  const conditionTrees = new Map(
    rest
      .flatMap(conditionsIn)
      .flatMap(({ member }): [string, Tree][] =>
        isMetricName(model, member) ? [[member, metricTree(model, member)]] : [],
      ),
  );
  if (metrics.length === 0 && conditionTrees.size > 0) refuse('QUERY_INVALID', 'conditions on metrics need metrics');
  if (query.totals && conditionTrees.size > 0) refuse('WOULD_BE_WRONG', 'totals beside conditions on metrics');

  const leaves = [...metrics.map(({ tree }) => tree), ...conditionTrees.values()].flatMap(leavesOf);
  const fact = leaves.length === 0 ? factOfDimensions(world, query, rowQuery) : null;
  if (leaves.length > 0) assertSameDimensions(world, leaves, query, rowQuery);
  assertSameEnds(world, leaves, rowQuery);
  let rows = finishedRows(world, leaves, rowQuery, fact);
  if (query.fill) rows = filled(world, rows, leaves, rowQuery, fact);

  const columns = [
    ...dimensions.map(({ column }) => ({ name: column, kind: 'dimension' as const })),
    ...[...metrics, ...shares].map(({ name }) => ({ name, kind: 'metric' as const })),
  ];
  const totals = shares.map(({ of, within }) => totalsWithin(world, of, within, rowQuery));
  const tests = finishedTests(world, rest, conditionTrees, rowQuery, leaves);
  const cells = rows
    .filter((row) => tests.every((test) => test(row)))
    .map((row) => [
      ...row.dimensions,
      ...metrics.map(({ tree }) => row.value(tree)),
      ...shares.map(({ of }, at) => shareOf(row.value(of), totals[at]!(row))),
    ]);
  const order = (query.order ?? []).map(({ by, desc }) => {
    const column = columns.findIndex(({ name }) => name === by);
    return { column: column < 0 ? refuse('UNKNOWN_MEMBER', `order by ${by}`) : column, desc: desc ?? false };
  });
  const sorted = sortRows(cells, [...order, ...dimensions.map((_, column) => ({ column, desc: false }))]);
  const first = groups === undefined ? sorted : firstOfEach(sorted, groups, query.limit_per!.limit);
  const start = query.offset ?? 0;
  const end = query.limit === undefined ? undefined : start + query.limit;
  return {
    columns,
    rows: first.slice(start, end),
    all: sorted,
    totals: totalsOf(world, query, rowQuery, metrics, shares, leaves),
    order,
  };
}

function askedDimensions(query: ReferenceQuery): readonly AskedDimension[] {
  const asked = (query.dimensions ?? []).map((dimension) =>
    typeof dimension === 'string'
      ? { name: dimension, grain: null }
      : { name: dimension.name, grain: dimension.grain ?? null },
  );
  if (new Set(asked.map(({ name, grain }) => `${name} ${grain}`)).size < asked.length)
    refuse('QUERY_INVALID', 'a dimension is asked for twice');
  return asked.map(({ name, grain }) => {
    const isTwice = asked.filter((other) => other.name === name).length > 1;
    return { name, grain, column: isTwice && grain !== null ? `${name}__${grain}` : name };
  });
}

/** Conditions on rows, and what is left for finished rows. */
function splitFilters(
  model: AuthoredModel,
  query: ReferenceQuery,
): { rowFilters: readonly ReferenceFilter[]; rest: readonly ReferenceFilter[] } {
  const branches = query.filters ? branchesOf(query.filters) : [];
  const touchesMetric = (branch: ReferenceFilter): boolean =>
    conditionsIn(branch).some(({ member, op }) => op !== 'under' && isMetricName(model, member));
  for (const branch of branches)
    if (touchesMetric(branch) && perEntityIn(branch).length > 0)
      refuse('QUERY_INVALID', 'a condition per entity mixed with one on a metric');
  return {
    rowFilters: branches.filter((branch) => !touchesMetric(branch)),
    rest: branches.filter(touchesMetric),
  };
}

function metricColumns(model: AuthoredModel, query: ReferenceQuery, range: Range | null): readonly MetricColumn[] {
  const names = query.metrics ?? [];
  const { compare } = query.time ?? {};
  if (compare === undefined) return names.map((name) => ({ name, tree: metricTree(model, name) }));
  const offset = comparisonOffset(compare, range);
  const kind = query.time?.compare_as ?? 'previous';
  return names.flatMap((name): MetricColumn[] => [
    { name, tree: metricTree(model, name) },
    { name: `${name}__previous`, tree: changeTree(model, name, offset, 'previous') },
    ...(kind === 'previous'
      ? []
      : [
          {
            name: `${name}__${kind}`,
            tree: changeTree(model, name, offset, kind === 'change' ? 'difference' : 'percent'),
          },
        ]),
  ]);
}

function comparisonOffset(words: string, range: Range | null): Offset {
  const offset = parseComparison(words);
  if (offset) return offset;
  if (!range || range.from === null || range.to === null)
    return refuse('WOULD_BE_WRONG', 'previous period needs a range with both ends');
  return lengthOf(range.from, range.to);
}

/** For each row the metric over all that has the row's values of some of the dimensions: a query with these alone. */
function totalsWithin(
  world: World,
  tree: Tree,
  within: readonly number[],
  rowQuery: RowQuery,
): (row: FinishedRow) => Value {
  const dimensions = within.map((place) => rowQuery.dimensions[place]!);
  const rows = finishedRows(world, leavesOf(tree), { ...rowQuery, dimensions }, null);
  const known = new Map(rows.map((row) => [groupKey(row.dimensions), row.value(tree)]));
  const none = treeValue(tree, world, (leaf) => emptyLeaf(leaf, world));
  return ({ dimensions: values }) => {
    const key = groupKey(within.map((place) => values[place]!));
    return known.has(key) ? known.get(key)! : none;
  };
}

/** So many rows of each group, in the order that they are in. */
function firstOfEach(
  rows: readonly (readonly Value[])[],
  groups: readonly number[],
  most: number,
): readonly (readonly Value[])[] {
  const seen = new Map<string, number>();
  return rows.filter((row) => {
    const key = groupKey(groups.map((place) => row[place]!));
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return seen.get(key)! <= most;
  });
}

/** The one entity of a query without metrics. */
function factOfDimensions(world: World, query: ReferenceQuery, rowQuery: RowQuery): string {
  const { entities } = world.model;
  const names = rowQuery.dimensions.map(({ name }) => name).filter((name) => name !== 'metric_time');
  const mentioned = new Set(
    names.flatMap((name) => {
      const first = name.split('.')[0]!;
      if (name.includes('.')) return Object.hasOwn(entities, first) ? [first] : [];
      const owners = Object.keys(entities).filter((entity) => Object.hasOwn(entities[entity]!.dimensions ?? {}, name));
      return owners.length === 1 ? owners : [];
    }),
  );
  const failures: Refusal[] = [];
  const candidates = [...mentioned].flatMap((entity) => {
    try {
      const rows = new FactRows(world, entity, null, rowQuery);
      const isToOne = rows.dimensions.every(({ member }) => member.path.every(({ toOne }) => toOne));
      const isHome = rows.dimensions.every(({ member }) => member.path.length === 0);
      return isToOne ? [{ entity, isHome }] : [];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      failures.push(error);
      return [];
    }
  });
  const home = candidates.find(({ isHome }) => isHome);
  if (home) return home.entity;
  if (candidates.length === 1) return candidates[0]!.entity;
  if (query.totals) refuse('QUERY_INVALID', 'totals are of metrics');
  throw failures[0] ?? new Refusal('NO_PATH', `no one entity reaches ${names.join(', ')}`);
}

/** All facts of a query find the same dimension of the same entity. */
function assertSameDimensions(world: World, leaves: readonly Leaf[], query: ReferenceQuery, rowQuery: RowQuery): void {
  const names = [
    ...rowQuery.dimensions.map(({ name }) => name),
    ...rowQuery.filters.flatMap(conditionsIn).map(({ member, op }) => (op === 'under' ? 'metric_time' : member)),
    ...(query.time?.range !== undefined && query.time.dimension ? [query.time.dimension] : []),
  ].filter((name) => name !== 'metric_time');
  for (const name of names) {
    const found = leaves.map(({ entity, measure }) => memberOf(world, entity, measure, name));
    if (new Set(found.map((member) => `${member.entity}.${member.name}`)).size > 1)
      refuse('NO_PATH', `${name} is not the same for all metrics`);
  }
  const bare = rowQuery.dimensions.filter(({ name, grain }) => name === 'metric_time' && grain === null);
  const stores = leaves.map(({ entity, measure }) => {
    if (bare.length === 0) return true;
    const member = memberOf(world, entity, measure, 'metric_time');
    return world.entity(member.entity).dimensions![member.name]!.stores === 'date';
  });
  for (const { per } of rowQuery.filters.flatMap(perEntityIn))
    if (new Set(leaves.map(({ entity }) => findEntity(world.graph, entity, per).entity)).size > 1)
      refuse('NO_PATH', `${per} is not the same for all metrics`);
  if (new Set(stores).size > 1)
    refuse('WOULD_BE_WRONG', 'metric_time without a grain is a date here, a timestamp there');
}

/** A window that ends with its own rows stands beside nothing that may go on. */
function assertSameEnds(world: World, leaves: readonly Leaf[], rowQuery: RowQuery): void {
  const timeOf = ({ entity, measure }: Leaf, name: string): string => {
    const { path, entity: of, name: own } = memberOf(world, entity, measure, name);
    return `${pathKey(path)} ${of}.${own}`;
  };
  for (const leaf of leaves.filter(({ window }) => window !== null)) {
    const along = timeOf(leaf, 'metric_time');
    if (!rowQuery.dimensions.some(({ name }) => timeOf(leaf, name) === along)) continue;
    const { time } = rowQuery;
    if (time && time.range.to !== null && timeOf(leaf, time.dimension) === along) continue;
    const byMetricTime = rowQuery.dimensions.some(({ name }) => name === 'metric_time');
    const rows = (one: Leaf): string =>
      JSON.stringify([one.entity, one.offset, byMetricTime && timeOf(one, 'metric_time')]);
    if (leaves.some((one) => rows(one) !== rows(leaf))) refuse('WOULD_BE_WRONG', 'windows with ends of their own');
  }
}

/** For each row of the entity the metric by itself, over what belongs to that row and nothing else. */
function perEntityOf(world: World, time: RowQuery['time']): World['perEntity'] {
  const known = new Map<ReferenceMetricCondition, Map<RowValues | null, boolean | null>>();
  const valueFor = (condition: ReferenceMetricCondition, entity: string, row: RowValues | null): boolean | null => {
    const { model } = world;
    const key = keyColumns(model, entity);
    if (key.length === 0) refuse('WOULD_BE_WRONG', `${entity} has no key`);
    const tree = metricTree(model, condition.metric);
    const filters = condition.filters ? branchesOf(condition.filters) : [];
    if (filters.flatMap(conditionsIn).some(({ member, op }) => op !== 'under' && isMetricName(model, member)))
      refuse('QUERY_INVALID', 'the filters of a condition per entity are about dimensions');
    if (condition.time === 'query' && time === null) refuse('QUERY_INVALID', 'the query has no range');
    const own = condition.time === 'query' ? undefined : condition.time;
    const rowQuery: RowQuery = {
      dimensions: [],
      filters,
      segments: condition.segments ?? [],
      time: own
        ? { dimension: own.dimension ?? 'metric_time', range: readRange(own.range, world) }
        : condition.time === 'query'
          ? time
          : null,
      only: { entity, row },
    };
    const leaves = leavesOf(tree);
    assertSameDimensions(world, leaves, {}, rowQuery);
    const test = valueTest(
      { member: condition.metric, op: condition.op, values: condition.values ?? [] },
      'number',
      world,
    );
    const [finished] = finishedRows(world, leaves, rowQuery, null);
    const isKnown = row !== null && key.every((column) => (row[column] ?? null) !== null);
    return isKnown ? test(finished!.value(tree)) : null;
  };
  return (condition, entity, row) => {
    const rows = known.get(condition) ?? new Map<RowValues | null, boolean | null>();
    known.set(condition, rows);
    const found = rows.has(row) ? rows.get(row)! : valueFor(condition, entity, row);
    rows.set(row, found);
    return found;
  };
}

/** Leaves stitched on the dimensions: a group that any of them has is a row. */
function finishedRows(
  world: World,
  leaves: readonly Leaf[],
  rowQuery: RowQuery,
  fact: string | null,
): readonly FinishedRow[] {
  const computed = new Map<string, Groups>();
  for (const leaf of leaves)
    if (!computed.has(leafKey(leaf))) computed.set(leafKey(leaf), leafGroups(leaf, rowQuery, world));
  const groups = new Map<string, readonly Value[]>();
  if (leaves.length > 0 && rowQuery.dimensions.length === 0) groups.set('', []);
  const all = fact === null ? [...computed.values()] : [plainGroups(new FactRows(world, fact, null, rowQuery))];
  for (const one of all) for (const [key, { values }] of one) groups.set(key, values);
  return [...groups].map(([key, dimensions]) => ({
    dimensions,
    value: (tree) =>
      treeValue(tree, world, (leaf) => {
        const group = computed.get(leafKey(leaf))!.get(key);
        return group ? group.value : emptyLeaf(leaf, world);
      }),
  }));
}

function treeValue(tree: Tree, world: World, leafValue: (leaf: Leaf) => Value): Value {
  const value = bareValue(tree, world, leafValue);
  return value === null && tree.default !== null ? parseExact(String(tree.default)) : value;
}

function bareValue(tree: Tree, world: World, leafValue: (leaf: Leaf) => Value): Value {
  const of = (part: Tree): Value => treeValue(part, world, leafValue);
  switch (tree.kind) {
    case 'leaf':
      return leafValue(tree.leaf);
    case 'ratio': {
      const [numerator, denominator] = [of(tree.numerator), of(tree.denominator)];
      return isNumeric(numerator) && isNumeric(denominator) ? divide(numerator, denominator) : null;
    }
    case 'formula':
      return compute(
        tree.node,
        (path) => of(tree.parts.get(path.join('.'))!),
        (path) => isDoubleTree(tree.parts.get(path.join('.'))!, world),
      );
    case 'change':
      return change(of(tree.now), of(tree.earlier), tree.as);
  }
}

function change(now: Value, previous: Value, as: 'previous' | 'difference' | 'percent'): Value {
  if (as === 'previous') return previous;
  if (!isNumeric(now) || !isNumeric(previous)) return null;
  const difference = add(now, negate(previous));
  if (as === 'difference') return difference;
  return divide(difference, toDouble(previous) < 0 ? negate(previous) : previous);
}

/** A row for each period of the range beside each combination of the other dimensions. */
function filled(
  world: World,
  rows: readonly FinishedRow[],
  leaves: readonly Leaf[],
  rowQuery: RowQuery,
  fact: string | null,
): readonly FinishedRow[] {
  const [entity, measure] = fact === null ? [leaves[0]!.entity, leaves[0]!.measure] : [fact, null];
  const facts = fact === null ? leaves : [{ entity: fact, measure: null }];
  const name = (asked: string, of: (typeof facts)[number]): string => {
    const member = memberOf(world, of.entity, of.measure, asked);
    return `${member.entity}.${member.name}.${member.path.map(({ id }) => id).join('>')}`;
  };
  const range = rowQuery.time?.range ?? null;
  const grained = rowQuery.dimensions.filter((asked) => {
    const member = memberOf(world, entity, measure, asked.name);
    return world.entity(member.entity).dimensions![member.name]!.type === 'time';
  });
  if (grained.some(({ grain }) => grain === null)) refuse('WOULD_BE_WRONG', 'fill needs a grain');
  if (grained.length !== 1 || !range || range.from === null || range.to === null)
    return refuse('WOULD_BE_WRONG', 'fill needs one time dimension with a grain and a range with both ends');
  if (facts.some((of) => name(grained[0]!.name, of) !== name(rowQuery.time!.dimension, of)))
    return refuse('WOULD_BE_WRONG', 'fill needs the range on its time dimension');
  const at = rowQuery.dimensions.indexOf(grained[0]!);
  const grain = grained[0]!.grain as Grain;
  const present = new Set(rows.map(({ dimensions }) => groupKey(dimensions)));
  const isOther = (_: Value, index: number): boolean => index !== at;
  const others = new Map(rows.map(({ dimensions }) => [groupKey(dimensions.filter(isOther)), dimensions] as const));
  if (rowQuery.dimensions.length === 1) others.set('', [null]);
  const added: FinishedRow[] = [];
  for (const combination of others.values())
    for (const period of periodsBetween(range.from, range.to, grain, world.calendar, true)) {
      const dimensions = combination.with(at, periodValue(period, grain));
      if (!present.has(groupKey(dimensions)))
        added.push({ dimensions, value: (tree) => treeValue(tree, world, (leaf) => emptyLeaf(leaf, world)) });
    }
  return [...rows, ...added];
}

function finishedTests(
  world: World,
  filters: readonly ReferenceFilter[],
  trees: ReadonlyMap<string, Tree>,
  rowQuery: RowQuery,
  leaves: readonly Leaf[],
): readonly ((row: FinishedRow) => boolean)[] {
  return filters.map((filter) => {
    const tests = new Map(
      conditionsIn(filter).map((condition) => {
        const tree = trees.get(condition.member);
        if (tree) {
          const test = valueTest(condition, 'number', world);
          return [condition, (row: FinishedRow) => test(row.value(tree))] as const;
        }
        if (condition.op === 'under') return refuse('QUERY_INVALID', 'under beside metrics');
        const at = rowQuery.dimensions.findIndex(({ name, grain }) => name === condition.member && grain === null);
        if (at < 0) return refuse('QUERY_INVALID', `${condition.member} is not among the dimensions`);
        const member = memberOf(world, leaves[0]!.entity, leaves[0]!.measure, condition.member);
        const { type } = world.entity(member.entity).dimensions![member.name]!;
        const test = valueTest(condition, type as MemberType, world);
        return [condition, (row: FinishedRow) => test(row.dimensions[at]!)] as const;
      }),
    );
    return (row) => truthOf(filter, (condition) => tests.get(condition as ReferenceCondition)!(row)) === true;
  });
}

function sortRows(
  rows: readonly (readonly Value[])[],
  keys: readonly { readonly column: number; readonly desc: boolean }[],
): readonly (readonly Value[])[] {
  return [...rows].sort((a, b) => {
    for (const { column, desc } of keys) {
      const [left, right] = [a[column]!, b[column]!];
      if (left === null && right === null) continue;
      if (left === null) return 1;
      if (right === null) return -1;
      const difference = compareValues(left, right);
      if (difference !== 0) return desc ? -difference : difference;
    }
    return 0;
  });
}

/** One row over the same conditions without dimensions; null unless asked for. */
function totalsOf(
  world: World,
  query: ReferenceQuery,
  rowQuery: RowQuery,
  metrics: readonly MetricColumn[],
  shares: readonly ShareColumn[],
  leaves: readonly Leaf[],
): readonly Value[] | null {
  if (!query.totals) return null;
  if (metrics.length === 0) return refuse('QUERY_INVALID', 'totals are of metrics');
  const [row] = finishedRows(world, leaves, { ...rowQuery, dimensions: [] }, null);
  return [
    ...rowQuery.dimensions.map(() => null),
    ...metrics.map(({ tree }) => row!.value(tree)),
    ...shares.map(({ of }) => shareOf(row!.value(of), row!.value(of))),
  ];
}

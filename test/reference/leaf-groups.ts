/** One leaf, computed for itself: its value in each group of the query. */
import { aggregate, isCount } from './aggregate.js';
import type { ReferenceFilter } from './authored-model.js';
import {
  assertAlignable,
  coarseness,
  cut,
  type Grain,
  isBelowDay,
  moveBound,
  moveForward,
  type Offset,
  periodsBetween,
  shift,
} from './calendar.js';
import { conditionsIn, isInRange, perEntityIn, truthOf, underTest, type ValueTest, valueTest } from './conditions.js';
import { date, type RowValues, timestamp } from './data.js';
import { findEntity, findMember, keyColumns, type Member, pathKey, type Step } from './find-paths.js';
import { aggregationOf, type Leaf } from './metric-tree.js';
import type { Range } from './parse-time-range.js';
import { refuse } from './refusal.js';
import { compareValues, divide, keyOf, type Value, whole } from './value.js';
import type { At, JoinedRow, World } from './world.js';

export interface AskedDimension {
  readonly column: string;
  readonly name: string;
  readonly grain: Grain | null;
}

/** What of a query touches rows. */
export interface RowQuery {
  readonly dimensions: readonly AskedDimension[];
  readonly filters: readonly ReferenceFilter[];
  readonly segments: readonly string[];
  readonly time: { readonly dimension: string; readonly range: Range } | null;
  /** Only what belongs to this row of an entity. */
  readonly only?: { readonly entity: string; readonly row: RowValues | null };
}

export interface Group {
  readonly values: readonly Value[];
  readonly value: Value;
}

export type Groups = ReadonlyMap<string, Group>;

export const groupKey = (values: readonly Value[]): string => values.map(keyOf).join('\u0000');

/** Dimensions of a fact, found; `metric_time` is the measure's own. */
export function memberOf(world: World, fact: string, measure: string | null, name: string): Member {
  return name === 'metric_time'
    ? { path: [], entity: fact, name: world.metricTime(fact, measure) }
    : findMember(world.graph, fact, name);
}

const sameMember = (a: Member, b: Member): boolean =>
  a.entity === b.entity && a.name === b.name && pathKey(a.path) === pathKey(b.path);

const typeOf = (world: World, member: Member): string => world.entity(member.entity).dimensions![member.name]!.type;

const grainsThatFit = (stores: string | undefined): readonly Grain[] => {
  const all = Object.keys(coarseness) as Grain[];
  return stores === 'date' ? all.filter((grain) => !isBelowDay(grain)) : all;
};

interface FoundDimension extends AskedDimension {
  readonly member: Member;
}

function findDimension(world: World, fact: string, measure: string | null, asked: AskedDimension): FoundDimension {
  const member = memberOf(world, fact, measure, asked.name);
  const body = world.entity(member.entity).dimensions![member.name]!;
  if (asked.grain !== null) {
    if (body.type !== 'time') refuse('QUERY_INVALID', `${asked.name} is no time`);
    if (!(body.grains ?? grainsThatFit(body.stores)).includes(asked.grain))
      refuse('QUERY_INVALID', `${asked.name} has no ${asked.grain}`);
  }
  return { ...asked, member };
}

const atEnd = (row: JoinedRow, path: readonly Step[]): At => row.at.get(pathKey(path))!;

/** Everything about a fact's rows in this query. */
export class FactRows {
  readonly world: World;
  readonly fact: string;
  readonly measure: string | null;
  readonly query: RowQuery;
  readonly dimensions: readonly FoundDimension[];
  readonly rangeMember: Member | null;
  readonly paths: (readonly Step[])[] = [];
  readonly tests: ((row: JoinedRow) => boolean)[] = [];
  private rows: readonly JoinedRow[] | null = null;

  constructor(world: World, fact: string, measure: string | null, query: RowQuery) {
    this.world = world;
    this.fact = fact;
    this.measure = measure;
    this.query = query;
    this.dimensions = query.dimensions.map((asked) => findDimension(world, fact, measure, asked));
    this.rangeMember = query.time ? memberOf(world, fact, measure, query.time.dimension) : null;
    if (this.rangeMember && typeOf(world, this.rangeMember) !== 'time') refuse('TYPE_MISMATCH', 'a range is for time');
    this.paths.push(...this.dimensions.map(({ member }) => member.path));
    if (this.rangeMember) this.paths.push(this.rangeMember.path);
    for (const filter of query.filters) this.addFilter(filter);
    for (const segment of query.segments) this.addSegment(segment);
    if (query.only) this.addOwner(query.only);
  }

  private addFilter(filter: ReferenceFilter): void {
    const { world, fact, measure } = this;
    const perEntity = new Map(
      perEntityIn(filter).map((condition): [unknown, (row: JoinedRow) => boolean | null] => {
        const { path, entity } = findEntity(world.graph, fact, condition.per);
        this.paths.push(path);
        // Also over nothing, so that what cannot be asked is refused where there is no row.
        world.perEntity(condition, entity, null);
        return [
          condition,
          (row) => {
            const at = atEnd(row, path).row;
            return at === null ? null : world.perEntity(condition, entity, at);
          },
        ];
      }),
    );
    const tests = new Map(
      conditionsIn(filter).map((condition): [unknown, (row: JoinedRow) => boolean | null] => {
        if (condition.op === 'under') {
          const { path, entity, name } = findMember(world.graph, fact, condition.member, 'hierarchies');
          this.paths.push(path);
          const test = underTest(name, entity, condition, world);
          return [condition, (row) => test(atEnd(row, path))];
        }
        const member = memberOf(world, fact, measure, condition.member);
        this.paths.push(member.path);
        const test: ValueTest = valueTest(condition, typeOf(world, member) as 'string', world);
        return [condition, (row) => test(this.stored(member, row))];
      }),
    );
    this.tests.push(
      (row) => truthOf(filter, (condition) => (tests.get(condition) ?? perEntity.get(condition)!)(row)) === true,
    );
  }

  private addOwner({ entity, row: owner }: NonNullable<RowQuery['only']>): void {
    const path = entity === this.fact ? [] : this.world.graph.way(this.fact, entity);
    this.paths.push(path);
    this.tests.push((row) => owner !== null && atEnd(row, path).row === owner);
  }

  private addSegment(segment: string): void {
    const { path, entity, name } = findMember(this.world.graph, this.fact, segment, 'filters');
    this.paths.push(path);
    const body = this.world.entity(entity).filters![name]!;
    const expr = typeof body === 'string' ? body : body.expr;
    this.tests.push((row) => this.world.expression(expr, atEnd(row, path)) === true);
  }

  get isToMany(): boolean {
    return this.paths.some((path) => path.some((step) => !step.toOne));
  }

  stored(member: Member, row: JoinedRow): Value {
    return this.world.dimension(member.name, atEnd(row, member.path));
  }

  local(member: Member, row: JoinedRow): string | null {
    return this.world.local(this.stored(member, row));
  }

  /** The joined rows that pass the conditions, but for the range. */
  get passing(): readonly JoinedRow[] {
    this.rows ??= this.world.joinedRows(this.fact, this.paths).filter((row) => this.tests.every((test) => test(row)));
    return this.rows;
  }

  inRange(row: JoinedRow, range: Range | null): boolean {
    return (
      this.rangeMember === null || range === null || isInRange(this.stored(this.rangeMember, row), range, this.world)
    );
  }

  valueOf({ member, grain }: FoundDimension, row: JoinedRow): Value {
    const stored = this.stored(member, row);
    if (grain === null) return this.world.shown(stored);
    const local = this.world.local(stored);
    return local === null ? null : periodValue(cut(local, grain, this.world.calendar), grain);
  }
}

export const periodValue = (start: string, grain: Grain): Value => (isBelowDay(grain) ? timestamp(start) : date(start));

/** How a leaf of an earlier series is laid beside the current one. */
interface Alignment {
  readonly offset: Offset;
  readonly member: Member;
  /** The query's range as asked, when it is on that dimension. */
  readonly shown: Range | null;
}

function alignmentOf(rows: FactRows, offset: Offset, metricTime: () => Member): Alignment {
  const mentioned = [
    ...rows.dimensions.map(({ member }) => member).filter((member) => typeOf(rows.world, member) === 'time'),
    ...(rows.rangeMember ? [rows.rangeMember] : []),
  ];
  const others = mentioned.filter((member) => !sameMember(member, mentioned[0]!));
  const member = mentioned.length > 0 && others.length === 0 ? mentioned[0]! : metricTime();
  const grouped = rows.dimensions.filter((dimension) => sameMember(dimension.member, member));
  const ranged = rows.rangeMember !== null && sameMember(rows.rangeMember, member);
  const shown = ranged ? rows.query.time!.range : null;
  if (grouped.length === 0 && !(shown && shown.from !== null && shown.to !== null))
    refuse('WOULD_BE_WRONG', 'an offset needs a range with both ends, or a time dimension to align by');
  for (const { grain } of grouped) assertAlignable(grain, offset);
  const grains = new Set(grouped.map(({ grain }) => grain));
  if (grains.has('week') && grains.size > 1 && offset.months !== 0)
    refuse('WOULD_BE_WRONG', 'weeks beside another grain');
  return { offset, member, shown };
}

const movedRange = (range: Range, { offset }: Alignment, grain: Grain | null): Range => ({
  from: range.from === null ? null : moveBound(range.from, 'lower', grain, offset),
  to: range.to === null ? null : moveBound(range.to, 'upper', grain, offset),
});

/** The values of a group moved to their counterparts; null when there is none to show. */
function aligned(
  values: readonly Value[],
  dimensions: readonly FoundDimension[],
  alignment: Alignment,
  world: World,
): readonly Value[] | null {
  const moved: Value[] = [];
  for (const [at, { member, grain }] of dimensions.entries()) {
    const value = values[at]!;
    if (!sameMember(member, alignment.member)) {
      moved.push(value);
      continue;
    }
    const local = world.local(value);
    if (local === null) return null;
    const counterpart = moveForward(local, grain, alignment.offset);
    if (counterpart === null || !overlaps(counterpart, grain, alignment.shown)) return null;
    moved.push((value as { kind: string }).kind === 'date' ? date(counterpart) : timestamp(counterpart));
  }
  return moved;
}

const overlaps = (start: string, grain: Grain | null, range: Range | null): boolean => {
  if (range === null) return true;
  if (range.to !== null && start >= range.to) return false;
  return range.from === null || (grain === null ? start >= range.from : shift(start, 1, grain) > range.from);
};

interface Collected {
  readonly values: readonly Value[];
  readonly rows: JoinedRow[];
}

/** Each row of the fact counts once in a group. */
const onePerFactRow = (rows: readonly JoinedRow[]): readonly JoinedRow[] => {
  const seen = new Set<number>();
  return rows.filter(({ index }) => !seen.has(index) && seen.add(index));
};

function collect(groups: Map<string, Collected>, values: readonly Value[], row: JoinedRow): void {
  const key = groupKey(values);
  const group = groups.get(key) ?? { values, rows: [] };
  group.rows.push(row);
  groups.set(key, group);
}

/** The groups of a query without metrics. */
export function plainGroups(rows: FactRows): Groups {
  const groups = new Map<string, Collected>();
  for (const row of rows.passing)
    if (rows.inRange(row, rows.query.time?.range ?? null))
      collect(
        groups,
        rows.dimensions.map((dimension) => rows.valueOf(dimension, row)),
        row,
      );
  return new Map([...groups].map(([key, { values }]) => [key, { values, value: null }]));
}

export function leafGroups(leaf: Leaf, query: RowQuery, world: World): Groups {
  const rows = new FactRows(world, leaf.entity, leaf.measure, query);
  const measure = world.entity(leaf.entity).measures![leaf.measure]!;
  if (rows.isToMany) {
    if (keyColumns(world.model, leaf.entity).length === 0) refuse('WOULD_BE_WRONG', `${leaf.entity} has no key`);
    if (measure.semi_additive) refuse('WOULD_BE_WRONG', `${leaf.measure} is semi-additive`);
  }
  const time = (): Member => memberOf(world, leaf.entity, leaf.measure, 'metric_time');
  const alignment = leaf.offset ? alignmentOf(rows, leaf.offset, time) : null;
  const asked = query.time?.range ?? null;
  const alignedGrain = alignment
    ? (rows.dimensions.find(({ member }) => sameMember(member, alignment.member))?.grain ?? null)
    : null;
  const range = alignment?.shown ? movedRange(alignment.shown, alignment, alignedGrain) : asked;
  const collected = leaf.window ? windowed(rows, leaf, range, time()) : new Map<string, Collected>();
  if (!leaf.window)
    for (const row of rows.passing)
      if (rows.inRange(row, range))
        collect(
          collected,
          rows.dimensions.map((dimension) => rows.valueOf(dimension, row)),
          row,
        );
  const groups = new Map<string, Group>();
  for (const { values, rows: members } of collected.values()) {
    const moved = alignment ? aligned(values, rows.dimensions, alignment, world) : values;
    if (moved === null) continue;
    const value = leaf.conversion ? converted(rows, leaf, members) : aggregated(rows, leaf, members);
    groups.set(groupKey(moved), { values: moved, value });
  }
  return groups;
}

/** A leaf's value in a group that it has no rows of. */
export function emptyLeaf(leaf: Leaf, world: World): Value {
  if (leaf.conversion) return leaf.conversion.as === 'count' ? whole(0) : null;
  return isCount(aggregationOf(world.entity(leaf.entity).measures![leaf.measure]!).kind) ? whole(0) : null;
}

function counted(rows: FactRows, leaf: Leaf, members: readonly JoinedRow[]): readonly JoinedRow[] {
  const { world } = rows;
  const measure = world.entity(leaf.entity).measures![leaf.measure]!;
  const wheres = [...(measure.where === undefined ? [] : [measure.where]), ...leaf.wheres];
  return onePerFactRow(members).filter((row) =>
    wheres.every((where) => world.expression(where, row.at.get('')!) === true),
  );
}

function aggregated(rows: FactRows, leaf: Leaf, members: readonly JoinedRow[]): Value {
  const { world } = rows;
  const measure = world.entity(leaf.entity).measures![leaf.measure]!;
  const { kind, expr } = aggregationOf(measure);
  let taken = counted(rows, leaf, members);
  const { semi_additive: semi } = measure;
  if (semi) {
    const over = (row: JoinedRow): Value => world.dimension(semi.over, row.at.get('')!);
    const part = (row: JoinedRow): string =>
      groupKey((semi.per ?? []).map((name) => world.named([name], row.at.get('')!)));
    const sign = semi.take === 'last' ? 1 : -1;
    const isLater = (a: JoinedRow, b: JoinedRow): boolean => compareValues(over(a), over(b)) * sign > 0;
    taken = taken.filter((row) => over(row) !== null);
    taken = taken.filter((row) => !taken.some((other) => part(other) === part(row) && isLater(other, row)));
  }
  const values = taken.map((row): Value => (expr === '*' ? true : world.expression(expr, row.at.get('')!)));
  return aggregate(kind, values, measure.at ?? 0.5);
}

/** Joined rows by period of a cumulative leaf. */
function windowed(rows: FactRows, leaf: Leaf, range: Range | null, time: Member): Map<string, Collected> {
  const { world } = rows;
  const { calendar } = world;
  const window = leaf.window!;
  const grouped = rows.dimensions.filter(({ member }) => sameMember(member, time));
  const onTime = rows.rangeMember !== null && sameMember(rows.rangeMember, time);
  const bounds = onTime && range ? range : { from: null, to: null };
  const candidates = rows.passing.filter((row) => onTime || rows.inRange(row, range));
  const groups = new Map<string, Collected>();
  const fill = (period: string | null, from: string | null, to: string): void => {
    for (const row of candidates) {
      const local = rows.local(time, row);
      if (local === null || local >= to || (from !== null && local < from)) continue;
      const values = rows.dimensions.map((dimension) =>
        sameMember(dimension.member, time) ? periodValue(period!, dimension.grain!) : rows.valueOf(dimension, row),
      );
      collect(groups, values, row);
    }
  };
  const startOf = (end: string, periodStart: string): string | null =>
    window.kind === 'running'
      ? null
      : window.kind === 'rolling'
        ? shift(end, -window.count, window.unit)
        : cut(periodStart, window.grain, calendar);

  if (grouped.length === 0) {
    if (bounds.to === null) return refuse('WOULD_BE_WRONG', 'a cumulative metric needs an end of the range');
    fill(null, startOf(bounds.to, justBefore(bounds.to)), bounds.to);
    return groups;
  }
  const { grain } = grouped[0]!;
  if (grouped.length > 1 || grain === null) return refuse('WOULD_BE_WRONG', 'a cumulative metric needs one grain');
  if (window.kind === 'to_date' && coarseness[window.grain] < coarseness[grain])
    refuse('WOULD_BE_WRONG', `${window.grain} to date by ${grain}`);
  const locals = candidates.map((row) => rows.local(time, row)).filter((local) => local !== null);
  locals.sort();
  const first = bounds.from ?? locals.at(0) ?? null;
  const last = bounds.to ?? (locals.length > 0 ? shift(cut(locals.at(-1)!, grain, calendar), 1, grain) : null);
  if (first === null || last === null) return groups;
  const isRange = bounds.from !== null && bounds.to !== null;
  for (const period of periodsBetween(first, last, grain, calendar, isRange)) {
    const whole = shift(period, 1, grain);
    const end = bounds.to !== null && bounds.to < whole ? bounds.to : whole;
    fill(period, startOf(end, period), end);
  }
  return groups;
}

/** The last moment before a bound. */
const justBefore = (bound: string): string => {
  const before = shift(bound, -1, 'minute');
  return `${before.slice(0, 17)}59.999999`;
};

function converted(rows: FactRows, leaf: Leaf, members: readonly JoinedRow[]): Value {
  const { world } = rows;
  const { entity, measure, by, within, as } = leaf.conversion!;
  const time = memberOf(world, leaf.entity, leaf.measure, 'metric_time');
  const otherTime = world.metricTime(entity, measure);
  const target: Leaf = { ...leaf, entity, measure, wheres: [], conversion: null };
  const others = new FactRows(world, entity, measure, { dimensions: [], filters: [], segments: [], time: null });
  const conversions = counted(others, target, others.passing).map((row) => row.at.get('')!);
  const base = counted(rows, leaf, members);
  const hits = base.filter((row) => {
    const start = rows.local(time, row);
    if (start === null) return false;
    const end = shift(start, within.count, within.unit);
    return conversions.some((other) => {
      const at = world.local(world.dimension(otherTime, other));
      if (at === null || at < start || at >= end) return false;
      return by.every(([own, theirs]) => {
        const [a, b] = [row.at.get('')!.row![own] ?? null, other.row![theirs] ?? null];
        return a !== null && b !== null && compareValues(a, b) === 0;
      });
    });
  });
  return as === 'count' ? whole(hits.length) : divide(whole(hits.length), whole(base.length));
}

import { DataMindError } from '../../core/errors/datamind-error.js';
import {
  and,
  column,
  compare,
  plainSelect,
  type QueryBody,
  type Select,
  type Source,
  type SourceJoin,
  type Sql,
  type Step,
} from '../../core/sql/statement.js';
import type { Entity, Grain, Measure, Period } from '../model/model.js';
import { addStep, coarseness, isoDate, isoTimestamp, stepOf, stepOfPeriod, truncate } from './calendar.js';
import { filterSql, type Placed, rowCondition } from './conditions.js';
import { FactSource } from './fact-source.js';
import type { Leaf } from './metric-tree.js';
import type { AskedDimension } from './parse-query.js';
import { checkGrain, freshName, type QueryContext, resolveDimension } from './query-context.js';
import type { ResolvedDimension } from './resolve-member.js';
import { inRange } from './time-condition.js';
import { alignedStep, moveRange, type TimeRange } from './time-range.js';

/** One leaf of the query: a leaf of the model with an offset in time. */
export interface AskedLeaf {
  readonly leaf: Leaf;
  readonly offset: Period | null;
  readonly key: string;
}

/** Leaves that one SELECT can compute: same fact, same meaning of `metric_time`, same window, same offset. */
export interface StageSpec {
  readonly fact: Entity;
  readonly time: string | null;
  readonly window: Leaf['window'];
  readonly offset: Period | null;
  readonly leaves: readonly AskedLeaf[];
}

/** Where rows come from, ready to be grouped. */
export interface Stage {
  readonly from: Source;
  readonly joins: readonly SourceJoin[];
  readonly where: readonly Sql[];
  /** The dimensions' values, in the query's order. */
  readonly dimensions: readonly Sql[];
  /** The aggregate of each leaf, by its key. */
  readonly leaves: ReadonlyMap<string, Sql>;
  readonly resolved: readonly ResolvedDimension[];
  /** Which dimension the range is on. */
  readonly rangeKey: string | null;
  /** A dimension is reached to-many: a row of the fact may be in several groups. */
  readonly overlapping: boolean;
}

export interface RowFilters {
  readonly rows: readonly Placed[];
}

const maxPeriods = 100_000;

/** How the offset and the window of a stage meet its dimensions. */
interface Timing {
  /** The dimension that the offset moves along. */
  readonly along: ResolvedDimension | null;
  /** The range of the stage, moved back. */
  readonly range: TimeRange | null;
  readonly rangeOf: ResolvedDimension | null;
}

export const planStage = (context: QueryContext, spec: StageSpec, filters: RowFilters): Stage =>
  new StagePlanner(context, spec).plan(filters);

class StagePlanner {
  readonly #context: QueryContext;
  readonly #spec: StageSpec;
  readonly #source: FactSource;
  readonly #asked: readonly AskedDimension[];
  readonly #resolved: readonly ResolvedDimension[];
  readonly #names: readonly string[];
  readonly #taken = new Set<string>();

  constructor(context: QueryContext, spec: StageSpec) {
    this.#context = context;
    this.#spec = spec;
    this.#asked = context.query.dimensions;
    this.#source = new FactSource(context, spec.fact);
    this.#resolved = this.#asked.map((asked) => {
      const resolved = resolveFor(context, spec, asked.name, asked.at);
      checkGrain(asked, resolved);
      return resolved;
    });
    this.#names = this.#asked.map(({ column: name }) => freshName(name, this.#taken));
  }

  plan({ rows }: RowFilters): Stage {
    const source = this.#source;
    const { fact, time, window, leaves } = this.#spec;
    const context = this.#context;
    const timing = this.#timing();
    const periods = window === null ? undefined : this.#windowed();
    const conditions = (from: FactSource): Sql[] => [
      ...rows.map(({ filter, at }) =>
        filterSql(filter, at, (condition, place) => rowCondition(context, from, fact, time, condition, place)),
      ),
      ...context.query.segments.map((name, index) => {
        const found = context.members.resolve('filters', fact, name, `/segments/${index}`);
        return from.expression(found.steps, found.entity, found.item.expr, found.qualified);
      }),
      ...this.#range(from, timing),
    ];
    const start = column('periods', 'period_start');
    const values = this.#asked.map((asked, index) =>
      index === periods?.index ? start : this.#dimension(asked, this.#resolved[index]!),
    );
    const where = conditions(source);
    const before: SourceJoin[] = [];
    if (periods !== undefined) {
      before.push({ kind: 'cross', source: this.#periods(periods, timing, conditions), on: [] });
      where.push(...this.#window(periods, start, timing));
    } else if (window !== null) {
      const along = this.#along();
      const fixed = this.#fixedWindow(timing.range!.high!);
      where.push(...inRange(source.stored(along), along.item.stores ?? 'local', fixed, context.zone));
    }
    this.#shift(values, timing, where);
    const inputs = leaves.map((asked) => ({ asked, ...this.#input(asked.leaf) }));
    const all = { from: source.from, joins: [...before, ...source.joins], where };
    const overlapping = this.#resolved.some(({ steps }) => steps.some((step) => step.toMany));
    const rangeKey = timing.rangeOf?.key ?? null;
    return { ...this.#aggregate(all, values, inputs), resolved: this.#resolved, rangeKey, overlapping };
  }

  #dimension({ grain }: AskedDimension, resolved: ResolvedDimension): Sql {
    const value = this.#source.value(resolved);
    if (grain === null) return value;
    const of = resolved.item.stores === 'date' ? 'date' : 'timestamp';
    return { kind: 'truncate', grain, operand: value, calendar: this.#context.calendar, of };
  }

  /** Along which dimension the offset goes, and the range of this stage. */
  #timing(): Timing {
    const { query, range } = this.#context;
    const spec = this.#spec;
    const { offset } = spec;
    const rangeOf =
      range === null ? null : resolveFor(this.#context, spec, query.time.dimension ?? 'metric_time', '/time/dimension');
    if (rangeOf !== null && rangeOf.item.type !== 'time') {
      throw new DataMindError('QUERY_INVALID', `"${query.time.dimension}" is not a time dimension.`, {
        at: '/time/dimension',
      });
    }
    if (offset === null) return { along: null, range, rangeOf };
    const times = this.#resolved.filter(({ item }) => item.type === 'time');
    if (rangeOf !== null) times.push(rangeOf);
    const keys = new Set(times.map(({ key }) => key));
    const along = keys.size === 1 ? times[0]! : resolveFor(this.#context, spec, 'metric_time', '/metrics');
    const isGrouped = this.#resolved.some(({ key }) => key === along.key);
    const isBounded = rangeOf?.key === along.key && range!.low !== null && range!.high !== null;
    if (!isGrouped && !isBounded) {
      throw new DataMindError(
        'QUERY_INVALID',
        `To compare with an earlier time, group by "${along.qualified}" or give it a range with both ends.`,
        { at: '/time' },
      );
    }
    this.#checkWeeks(along, offset);
    if (rangeOf === null || rangeOf.key !== along.key) return { along, range, rangeOf };
    return { along, rangeOf, range: moveRange(range!, this.#rangeStep(along), -1) };
  }

  /** A year moves weeks by 364 days, and everything else by 12 months: side by side they would part. */
  #checkWeeks(along: ResolvedDimension, offset: Period): void {
    const grains = new Set(
      this.#asked.flatMap(({ grain }, index) => (this.#resolved[index]!.key === along.key ? [grain] : [])),
    );
    if (!grains.has('week') || grains.size === 1 || stepOfPeriod(offset).unit !== 'month') return;
    throw new DataMindError(
      'WOULD_BE_WRONG',
      `Weeks of "${along.qualified}" beside another grain of it cannot be compared with a ${offset.unit} earlier.`,
      { at: '/dimensions', hint: 'Ask for the weeks alone, or compare with weeks or days earlier.' },
    );
  }

  /** A year moves the range by 52 weeks where weeks are grouped by. */
  #rangeStep(along: ResolvedDimension): Step {
    const offset = this.#spec.offset!;
    const weeks = this.#asked.some(({ grain }, index) => grain === 'week' && this.#resolved[index]!.key === along.key);
    return weeks ? this.#aligned('week') : stepOfPeriod(offset);
  }

  #aligned(grain: Grain | null): Step {
    const offset = this.#spec.offset!;
    const step = alignedStep(offset, grain);
    if (step !== null) return step;
    const length = `${offset.count} ${offset.unit}${offset.count === 1 ? '' : 's'}`;
    throw new DataMindError(
      'WOULD_BE_WRONG',
      `Periods by ${grain ?? 'moment'} do not meet periods ${length} earlier, so they cannot be compared.`,
      {
        at: '/dimensions',
        hint: 'Group by a finer grain, or compare with another period.',
      },
    );
  }

  #range(from: FactSource, { range, rangeOf }: Timing): readonly Sql[] {
    if (range === null || rangeOf === null || this.#windowRanges(rangeOf)) return [];
    return inRange(from.stored(rangeOf), rangeOf.item.stores ?? 'local', range, this.#context.zone);
  }

  /** Whether the window takes the place of the range. */
  #windowRanges(rangeOf: ResolvedDimension): boolean {
    return this.#spec.window !== null && rangeOf.key === this.#along().key;
  }

  /** The time dimension that a window runs along. */
  #along(): ResolvedDimension {
    return resolveFor(this.#context, this.#spec, 'metric_time', '/metrics');
  }

  /** The dimension of the query that the window's periods are; without one the window ends with the range. */
  #windowed(): { readonly index: number; readonly grain: Grain; readonly along: ResolvedDimension } | undefined {
    const along = this.#along();
    const found = this.#asked.flatMap((asked, index) =>
      this.#resolved[index]!.key === along.key ? [{ asked, index }] : [],
    );
    const { window } = this.#spec;
    if (found.length === 0) {
      this.#windowWithoutPeriods(along);
      return undefined;
    }
    const [{ asked, index }] = found as [(typeof found)[0]];
    const metric = this.#spec.leaves[0]!.leaf.label;
    if (found.length > 1 || asked.grain === null) {
      throw new DataMindError(
        'WOULD_BE_WRONG',
        `"${metric}" accumulates over time, so "${asked.name}" must be asked for with one grain.`,
        { at: asked.at },
      );
    }
    if (window!.kind === 'to_date' && coarseness[window!.grain] < coarseness[asked.grain]) {
      throw new DataMindError(
        'WOULD_BE_WRONG',
        `"${metric}" starts anew with each ${window!.grain}, so it cannot be shown by ${asked.grain}.`,
        { at: asked.at },
      );
    }
    return { index, grain: asked.grain, along };
  }

  #windowWithoutPeriods(along: ResolvedDimension): void {
    const context = this.#context;
    const spec = this.#spec;
    const name = context.query.time.dimension ?? 'metric_time';
    const ends =
      context.range !== null &&
      context.range.high !== null &&
      resolveFor(context, spec, name, '/time/dimension').key === along.key;
    if (!ends) {
      throw new DataMindError(
        'WOULD_BE_WRONG',
        `"${spec.leaves[0]!.leaf.label}" accumulates over time: group by "${along.qualified}", or give it a range that ends.`,
        { at: '/time' },
      );
    }
  }

  /** The bounds of a window that ends with the range. */
  #fixedWindow(high: number): TimeRange {
    const window = this.#spec.window!;
    if (window.kind === 'running') return { low: null, high };
    if (window.kind === 'rolling') return { low: addStep(high, stepOfPeriod(window.period), -1), high };
    return { low: truncate(high - 1, window.grain, this.#context.calendar), high };
  }

  #moment(ms: number, type: 'date' | 'timestamp'): Sql {
    return type === 'date'
      ? { kind: 'moment', type, iso: isoDate(ms) }
      : { kind: 'moment', type, iso: isoTimestamp(ms) };
  }

  /** The query of the periods' starts. */
  #periods(
    { grain, along }: { readonly grain: Grain; readonly along: ResolvedDimension },
    { range, rangeOf }: Timing,
    conditions: (from: FactSource) => Sql[],
  ): Source {
    const context = this.#context;
    const type = coarseness[grain] < coarseness.day ? 'timestamp' : 'date';
    const step = stepOf(grain);
    const bounds = rangeOf?.key === along.key ? range! : { low: null, high: null };
    const first = bounds.low === null ? null : truncate(bounds.low, grain, context.calendar);
    const last = bounds.high === null ? null : truncate(bounds.high - 1, grain, context.calendar);
    const known = (at: number): Sql => this.#moment(at, type);
    if (first !== null && last !== null) {
      const body = knownPeriods(first, last, step, type);
      return { kind: 'derived', query: body, alias: 'periods' };
    }
    const source = new FactSource(context, this.#spec.fact);
    const value = source.value(along);
    const of = along.item.stores === 'date' ? 'date' : 'timestamp';
    const start: Sql = { kind: 'truncate', grain, operand: value, calendar: context.calendar, of };
    const edge = (name: 'min' | 'max'): Sql => ({ kind: 'aggregate', function: name, operand: start, at: null });
    const where = [
      ...conditions(source),
      ...inRange(source.stored(along), along.item.stores ?? 'local', bounds, context.zone),
    ];
    const name = freshName('datamind_bounds', context.taken);
    const select = plainSelect(
      [
        { as: 'first_period', value: edge('min') },
        { as: 'last_period', value: edge('max') },
      ],
      source.from,
    );
    context.tables.push({ name, recursive: false, body: { ...select, joins: source.joins, where } });
    const body: QueryBody = {
      kind: 'periods',
      first: first === null ? column('bounds', 'first_period') : known(first),
      last: last === null ? column('bounds', 'last_period') : known(last),
      from: { kind: 'named', name, alias: 'bounds' },
      count: null,
      step,
      type,
    };
    return { kind: 'derived', query: body, alias: 'periods' };
  }

  /** Rows whose time is in the window of a period. */
  #window(
    { grain, along }: { readonly grain: Grain; readonly along: ResolvedDimension },
    start: Sql,
    { range, rangeOf }: Timing,
  ): readonly Sql[] {
    const window = this.#spec.window!;
    const { calendar } = this.#context;
    const type = coarseness[grain] < coarseness.day ? 'timestamp' : 'date';
    const high = rangeOf?.key === along.key ? range!.high : null;
    const full: Sql = { kind: 'shift', operand: start, by: stepOf(grain), of: type };
    const isCut = high !== null && truncate(high, grain, calendar) !== high;
    const end: Sql = isCut
      ? {
          kind: 'case',
          when: compare(full, '>', this.#moment(high, 'timestamp')),
          result: this.#moment(high, 'timestamp'),
          otherwise: full,
        }
      : full;
    const conditions = [compare(this.#comparable(along), '<', end)];
    if (window.kind === 'rolling') {
      const step = stepOfPeriod(window.period);
      const of = isCut || step.unit === 'minute' ? 'timestamp' : type;
      const low: Sql = { kind: 'shift', operand: end, by: { ...step, count: -step.count }, of };
      conditions.unshift(compare(this.#comparable(along), '>=', low));
    }
    if (window.kind === 'to_date') {
      const low: Sql = { kind: 'truncate', grain: window.grain, operand: start, calendar, of: type };
      conditions.unshift(compare(this.#comparable(along), '>=', low));
    }
    return conditions;
  }

  /** The local value in a form that is compared with the starts and ends of periods: these may be moments beside dates. */
  #comparable(along: ResolvedDimension): Sql {
    return { kind: 'stored_time', operand: this.#source.value(along), stores: 'local', midnight: false };
  }

  /** Moves the periods of an earlier series beside those they are compared with. */
  #shift(values: Sql[], { along, range, rangeOf }: Timing, where: Sql[]): void {
    if (this.#spec.offset === null || along === null) return;
    const within = rangeOf?.key === along.key && range !== null ? this.#context.range! : null;
    this.#asked.forEach(({ grain }, index) => {
      if (this.#resolved[index]!.key !== along.key) return;
      const by = this.#aligned(grain);
      const value = values[index]!;
      const isDate = grain === null ? along.item.stores === 'date' : coarseness[grain] >= coarseness.day;
      const of = isDate ? 'date' : 'timestamp';
      const moved: Sql = { kind: 'shift', operand: value, by, of };
      values[index] = moved;
      // A row without a time has no counterpart; the starts of a window's periods are never null.
      if (value.kind !== 'column') where.push({ kind: 'is_null', operand: value, negated: true });
      if (by.unit !== 'month' || (grain !== null && coarseness[grain] > coarseness.day)) return;
      // Only days that the other month has.
      where.push(compare({ kind: 'shift', operand: moved, by: { ...by, count: -by.count }, of }, '=', value));
      if (within?.low != null) {
        const low = grain === null ? within.low : truncate(within.low, grain, this.#context.calendar);
        where.push(compare(moved, '>=', this.#moment(low, isDate && low % 86_400_000 === 0 ? 'date' : 'timestamp')));
      }
      if (within?.high != null) {
        where.push(
          compare(moved, '<', this.#moment(within.high, within.high % 86_400_000 === 0 ? 'date' : 'timestamp')),
        );
      }
    });
  }

  /** What is aggregated of each row, and by what. */
  #input(leaf: Leaf): Input {
    const source = this.#source;
    const { measure, fact } = leaf;
    const what = `${fact.name}.${measure.name}`;
    const conditions: Sql[] = [];
    if (measure.where !== null) conditions.push(source.own(measure.where, what));
    if (leaf.where !== null) conditions.push(source.own(leaf.where, leaf.label));
    const expr = measure.expr === null ? null : source.own(measure.expr, what);
    const semi = this.#semiAdditive(measure, conditions);
    if (measure.aggregation === 'count_if' && expr !== null) conditions.push(expr);
    if (leaf.conversion !== null) conditions.push(this.#converted(leaf));
    const isRows = expr === null || measure.aggregation === 'count_if';
    const value: Sql | null = isRows ? (conditions.length === 0 ? null : one) : expr;
    const guarded: Sql | null =
      conditions.length === 0 || value === null
        ? value
        : { kind: 'case', when: and(conditions), result: value, otherwise: null };
    return { value: guarded, measure, semi, isConversion: leaf.conversion !== null };
  }

  #semiAdditive(measure: Measure, conditions: readonly Sql[]): Input['semi'] {
    if (measure.semi_additive === null) return null;
    const { over, take, per } = measure.semi_additive;
    const { fact } = this.#spec;
    const own = (name: string): Sql => {
      const dimension = fact.dimensions[name];
      return dimension === undefined
        ? column(this.#source.root, name)
        : this.#source.own(dimension.expr, `${fact.name}.${name}`);
    };
    const stored = own(over);
    const at: Sql =
      conditions.length === 0 ? stored : { kind: 'case', when: and([...conditions]), result: stored, otherwise: null };
    return { at, take, per: per.map(own) };
  }

  /** There is a row of the other fact that answers this one. */
  #converted({ conversion, fact, time }: Leaf): Sql {
    const { body, to } = conversion!;
    const context = this.#context;
    // ClickHouse looks answers up among the pairs of both facts: it does not correlate subqueries everywhere.
    const isPaired = context.dialect === 'clickhouse';
    const base = isPaired ? new FactSource(context, fact, this.#source) : this.#source;
    const other = new FactSource(context, to, this.#source);
    const measure = to.measures[body.conversion.measure]!;
    const local = (
      from: FactSource,
      entity: Entity,
      name: string,
    ): { readonly sql: Sql; readonly type: 'date' | 'timestamp' } => {
      const resolved = context.members.dimension(entity, name, '/metrics');
      const type = resolved.item.stores === 'date' ? 'date' : 'timestamp';
      const operand = from.value(resolved);
      const sql: Sql = type === 'date' ? operand : { kind: 'stored_time', operand, stores: 'local', midnight: false };
      return { sql, type };
    };
    const at = local(base, fact, time!);
    const then = local(other, to, (measure.time ?? to.default_time)!);
    const step = stepOfPeriod(body.within);
    const of = at.type === 'date' && step.unit !== 'minute' ? 'date' : 'timestamp';
    const end: Sql = { kind: 'shift', operand: at.sql, by: step, of };
    const closed: Sql =
      of === 'timestamp' ? { kind: 'stored_time', operand: end, stores: 'local', midnight: false } : end;
    const by = body.by.map((pair) => compare(column(other.root, pair.conversion), '=', column(base.root, pair.base)));
    const where: Sql[] = [compare(then.sql, '>=', at.sql), compare(then.sql, '<', closed)];
    if (measure.where !== null) where.push(other.own(measure.where, `${to.name}.${measure.name}`));
    if (measure.expr !== null) where.push(other.own(measure.expr, `${to.name}.${measure.name}`));
    if (!isPaired) {
      const select = plainSelect([{ as: 'found', value: one }], other.from);
      return { kind: 'exists', query: { ...select, joins: other.joins, where: [...by, ...where] } };
    }
    const keys = (from: FactSource): readonly Sql[] => body.by.map((pair) => column(from.root, pair.base));
    const columns = [...keys(base), at.sql].map((value, index) => ({ as: `match_${index + 1}`, value }));
    const joins: readonly SourceJoin[] = [{ kind: 'inner', source: other.from, on: by }, ...base.joins, ...other.joins];
    return {
      kind: 'in_query',
      operands: [...keys(this.#source), local(this.#source, fact, time!).sql],
      query: { ...plainSelect(columns, base.from), joins, where },
    };
  }

  /** Groups the rows: at once where that counts each row once, else over an inner query that has each row once a group. */
  #aggregate(
    rows: Pick<Stage, 'from' | 'joins' | 'where'>,
    dimensions: readonly Sql[],
    inputs: readonly (Input & { readonly asked: AskedLeaf })[],
  ): Omit<Stage, 'resolved' | 'rangeKey' | 'overlapping'> {
    const { fact } = this.#spec;
    const isRanked = (measure: Measure): boolean =>
      this.#context.dialect === 'mysql' && (measure.aggregation === 'median' || measure.aggregation === 'percentile');
    const many = this.#source.toMany && inputs.length > 0;
    const semi = inputs.some((input) => input.semi !== null);
    const ranked = inputs.some((input) => isRanked(input.measure));
    const inner = many || semi || ranked || inputs.some((input) => input.isConversion);
    if (!inner) {
      const leaves = new Map(inputs.map(({ asked, measure, value }) => [asked.key, aggregateOf(measure, value)]));
      return { ...rows, dimensions, leaves };
    }
    if (many && fact.key.length === 0) {
      throw new DataMindError(
        'WOULD_BE_WRONG',
        `"${fact.name}" has no key, so its rows cannot be told apart where a join reaches many rows.`,
        {
          hint: "Declare the entity's key, or leave that dimension or condition away.",
        },
      );
    }
    if (many && semi) {
      throw new DataMindError(
        'WOULD_BE_WRONG',
        `A measure of "${fact.name}" that must not be added up over time cannot be split or filtered by what a join reaches many of.`,
      );
    }
    if (ranked && semi) {
      throw new DataMindError(
        'UNSUPPORTED_ON_DIALECT',
        'MySQL cannot compute a percentile of a measure that takes the last or first moment only.',
      );
    }
    const names = new Map(inputs.map(({ asked }) => [asked.key, freshName(asked.leaf.label, this.#taken)]));
    const dimensionColumns = dimensions.map((value, index) => ({ as: this.#names[index]!, value }));
    const inputColumns = inputs.map(({ asked, value }) => ({ as: names.get(asked.key)!, value: value ?? one }));
    let columns = [...dimensionColumns, ...inputColumns];
    let select: Select = { ...plainSelect(columns, rows.from), joins: rows.joins, where: rows.where };
    let alias = 'each_row';
    if (many) {
      const keys = fact.key.map((name, index) => ({
        as: freshName(`key_${index + 1}`, this.#taken),
        value: column(this.#source.root, name),
      }));
      select = { ...select, distinct: true, columns: [...keys, ...columns] };
      if (ranked) {
        columns = columns.map(({ as }) => ({ as, value: column(alias, as) }));
        select = plainSelect(columns, { kind: 'derived', query: select, alias });
        alias = 'ranked';
      }
    }
    const partition = columns.slice(0, dimensions.length).map(({ value }) => value);
    const extra: { as: string; value: Sql }[] = [];
    const leaves = new Map<string, Sql>();
    const added = (wish: string, value: Sql): Sql => {
      const as = freshName(wish, this.#taken);
      extra.push({ as, value });
      return column(alias, as);
    };
    inputs.forEach(({ asked, measure, semi: last }, index) => {
      const name = names.get(asked.key)!;
      const operand = column(alias, name);
      const input = columns[dimensions.length + index]!.value;
      if (last !== null) {
        const which = last.take === 'last' ? 'max' : 'min';
        const at = added(`${name}_at`, last.at);
        const edge = added(`${name}_${last.take}`, {
          kind: 'window',
          function: which,
          operand: last.at,
          partition: [...partition, ...last.per],
        });
        leaves.set(
          asked.key,
          aggregateOf(measure, { kind: 'case', when: compare(at, '=', edge), result: operand, otherwise: null }),
        );
      } else if (isRanked(measure)) {
        const rank = added(`${name}_rank`, { kind: 'window', function: 'rank', operand: input, partition });
        const count = added(`${name}_count`, { kind: 'window', function: 'count', operand: input, partition });
        leaves.set(asked.key, {
          kind: 'ranked_percentile',
          operand,
          rank,
          count,
          at: measure.aggregation === 'median' ? 0.5 : measure.at!,
        });
      } else {
        leaves.set(asked.key, aggregateOf(measure, operand));
      }
    });
    select = { ...select, columns: [...select.columns, ...extra] };
    return {
      from: { kind: 'derived', query: select, alias },
      joins: [],
      where: [],
      dimensions: dimensionColumns.map(({ as }) => column(alias, as)),
      leaves,
    };
  }
}

interface Input {
  /** `null` counts rows. */
  readonly value: Sql | null;
  readonly measure: Measure;
  readonly semi: { readonly at: Sql; readonly take: 'first' | 'last'; readonly per: readonly Sql[] } | null;
  readonly isConversion: boolean;
}

const one: Sql = { kind: 'number', value: '1' };

const aggregateOf = ({ aggregation, at }: Measure, operand: Sql | null): Sql => {
  switch (aggregation) {
    case 'count_if':
      return { kind: 'aggregate', function: 'count', operand, at: null };
    case 'median':
      return { kind: 'aggregate', function: 'percentile', operand, at: 0.5 };
    default:
      return { kind: 'aggregate', function: aggregation, operand, at };
  }
};

const resolveFor = (
  context: QueryContext,
  { fact, time, leaves }: StageSpec,
  name: string,
  at: string,
): ResolvedDimension => {
  try {
    return resolveDimension(context, fact, time, name, at);
  } catch (error) {
    if (!(error instanceof DataMindError) || error.code !== 'NO_PATH' || leaves.length === 0) throw error;
    const choices = context.members.dimensionsOf(fact, 12);
    throw new DataMindError(
      'NO_PATH',
      `"${leaves[0]!.leaf.label}" cannot be split by "${name}": nothing joins "${fact.name}" to it.`,
      {
        at,
        hint: choices.length === 0 ? undefined : `It can be split by ${choices.join(', ')}.`,
        suggestions: choices,
      },
    );
  }
};

/** @throws DataMindError `TIME_RANGE_INVALID` when there are too many */
export const knownPeriods = (first: number, last: number, step: Step, type: 'date' | 'timestamp'): QueryBody => {
  let count = 0;
  for (let at = first; at <= last && count <= maxPeriods; at = addStep(first, step, count)) count += 1;
  if (count > maxPeriods) {
    throw new DataMindError('TIME_RANGE_INVALID', `The range has more than ${maxPeriods} periods.`, {
      at: '/time/range',
      hint: 'Take a shorter range or a coarser grain.',
    });
  }
  const moment = (ms: number): Sql =>
    type === 'date' ? { kind: 'moment', type, iso: isoDate(ms) } : { kind: 'moment', type, iso: isoTimestamp(ms) };
  return { kind: 'periods', first: moment(first), last: moment(last), from: null, count, step, type };
};

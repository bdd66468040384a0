import type { DialectName, Parameter } from '../../core/plugin/contract.js';
import { didYouMean } from '../../core/config/did-you-mean.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { printStatement } from '../../core/sql/print-statement.js';
import {
  column,
  plainSelect,
  type Calendar,
  type NullType,
  type OrderItem,
  type Query,
  type QueryBody,
  type Select,
  type Sql,
  type Statement,
} from '../../core/sql/statement.js';
import type { Model, Period } from '../model/model.js';
import { coarseness, isoTimestamp, stepOf, truncate } from './calendar.js';
import { eachCondition, filterSql, splitFilters, type SplitFilters } from './conditions.js';
import { findRoot } from './dimension-query.js';
import { hasChange, isCount, isNumeric, type Leaf, type CompiledMetric, MetricTrees } from './metric-tree.js';
import { changeOf, eachLeaf, metricValue, type Value } from './metric-value.js';
import { parseQuery, type ParsedQuery } from './parse-query.js';
import { freshName, type QueryContext, type RelationHook } from './query-context.js';
import type { Condition, PlannedColumn } from './query.js';
import { Members } from './resolve-member.js';
import { type AskedLeaf, knownPeriods, planStage, type Stage, type StageSpec } from './stage.js';
import { parseComparison, parseTimeRange, type TimeRange } from './time-range.js';
import { valueCondition } from './value-condition.js';
import { timeCondition } from './time-condition.js';
import { instantToLocal } from './zone.js';

export interface PlanOptions {
  readonly dialect: DialectName;
  readonly features: {
    /** Whether the database can turn a time into that of a named zone. */
    readonly timeZones: boolean;
  };
  /** The clock, in milliseconds since the epoch. */
  readonly now: number;
  /** Puts something in the place of an entity's table: what the subject is permitted to read. */
  readonly relation?: RelationHook;
  /** The largest `limit` that may be asked for. */
  readonly maxLimit?: number;
}

export interface PlanNote {
  readonly code: 'GROUPS_OVERLAP' | 'GROUPS_ONLY' | 'JOIN_PATH' | 'STITCHED';
  readonly message: string;
}

export interface PlannedStatement {
  readonly text: string;
  readonly parameters: readonly Parameter[];
  /** The tree that the text was printed from. */
  readonly statement: Statement;
}

export interface Plan extends PlannedStatement {
  readonly dialect: DialectName;
  /** The connection that all entities live on; `null`: the configuration's default. */
  readonly connection: string | null;
  readonly columns: readonly PlannedColumn[];
  /** One row with the metrics over everything, when the query asked for it; its columns are those of the metrics. */
  readonly totals: (PlannedStatement & { readonly columns: readonly PlannedColumn[] }) | null;
  readonly notes: readonly PlanNote[];
  /** Entities that are read, in the order of their names. */
  readonly entities: readonly string[];
  /** How the time range was understood: local times in the zone, half-open. */
  readonly time: {
    readonly dimension: string;
    readonly from: string | null;
    readonly to: string | null;
    readonly timezone: string;
  } | null;
  readonly timezone: string;
}

export interface Planner {
  readonly model: Model;
  /**
   * Plans a semantic query.
   * @throws DataMindError `QUERY_INVALID`, `UNKNOWN_MEMBER`, `AMBIGUOUS_MEMBER`, `AMBIGUOUS_PATH`, `NO_PATH`, `WOULD_BE_WRONG`,
   *   `UNSUPPORTED_ON_DIALECT`, `TYPE_MISMATCH`, `TIME_RANGE_INVALID`
   */
  plan(query: unknown, options: PlanOptions): Plan;
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** Builds what planning needs of a model once; plans are then made from it without any further state. */
export const createPlanner = (model: Model): Planner => {
  const members = new Members(model);
  const trees = new MetricTrees(members);
  const calendar: Calendar = {
    week_start: weekdays.indexOf(model.project.week_start),
    fiscal_month: model.project.fiscal_year_start,
  };
  return Object.freeze({
    model,
    plan: (query: unknown, options: PlanOptions): Plan => {
      const parsed = parseQuery(query);
      const main = new QueryPlanner(members, trees, calendar, parsed, options).plan();
      if (!parsed.totals) return main;
      const { dimensions: _, ...rest } = parsed;
      const total: ParsedQuery = {
        ...rest,
        dimensions: [],
        order: [],
        limit: null,
        offset: 0,
        fill: false,
        totals: false,
      };
      const { text, parameters, statement, columns } = new QueryPlanner(
        members,
        trees,
        calendar,
        total,
        options,
      ).plan();
      return { ...main, totals: { text, parameters, statement, columns } };
    },
  });
};

/** A metric of the result with its columns. */
interface AskedMetric {
  readonly name: string;
  readonly compiled: CompiledMetric;
}

interface OutputColumn {
  readonly planned: PlannedColumn;
  readonly value: Sql;
  readonly notNull: boolean;
}

/** Rows that are grouped already, or are ready to be. */
interface Rows {
  readonly select: Pick<Select, 'from' | 'joins' | 'where'>;
  readonly dimensions: readonly Sql[];
  leaf(asked: AskedLeaf): Value;
}

class QueryPlanner {
  readonly #members: Members;
  readonly #trees: MetricTrees;
  readonly #query: ParsedQuery;
  readonly #options: PlanOptions;
  readonly #context: QueryContext;
  readonly #metrics: readonly AskedMetric[];
  readonly #filters: SplitFilters;
  /** How far back `time.compare` looks. */
  readonly #compare: Period | null;
  readonly #leaves = new Map<string, AskedLeaf>();

  constructor(members: Members, trees: MetricTrees, calendar: Calendar, query: ParsedQuery, options: PlanOptions) {
    this.#members = members;
    this.#trees = trees;
    this.#query = query;
    this.#options = options;
    const { project } = members.model;
    const zone = query.timezone ?? project.timezone;
    const clock = { now: instantToLocal(zone, options.now), calendar };
    const range: TimeRange | null =
      query.time.range === undefined ? null : parseTimeRange(query.time.range, clock, '/time/range');
    this.#context = {
      members,
      query,
      dialect: options.dialect,
      zone,
      clock,
      calendar,
      timeZones: options.features.timeZones,
      relation: options.relation ?? null,
      range,
      tables: [],
      entities: new Set(),
      taken: new Set(),
    };
    if (options.maxLimit !== undefined && query.limit !== null && query.limit > options.maxLimit) {
      throw new DataMindError('QUERY_INVALID', `"limit" must not be above ${options.maxLimit}.`, { at: '/limit' });
    }
    this.#metrics = query.metrics.map((name, index) => ({ name, compiled: trees.get(name, `/metrics/${index}`) }));
    this.#compare =
      query.time.compare === undefined ? null : parseComparison(query.time.compare, range, '/time/compare');
    this.#filters = splitFilters(
      query.filters,
      (member, at) => members.findMetric(member, `${at}/member`) !== undefined,
    );
    this.#check();
  }

  #check(): void {
    const { totals, order } = this.#query;
    if (this.#filters.finished.length > 0 && totals) {
      throw new DataMindError(
        'QUERY_INVALID',
        'Totals cannot be given beside conditions on metrics: rows that the conditions take away would be in them.',
        {
          at: '/totals',
        },
      );
    }
    if (this.#metrics.length === 0) {
      const place = this.#filters.finished[0]?.at;
      if (place !== undefined)
        throw new DataMindError('QUERY_INVALID', 'Conditions on metrics need a metric in the query.', { at: place });
      if (totals) throw new DataMindError('QUERY_INVALID', 'Totals need a metric in the query.', { at: '/totals' });
      if (this.#compare !== null)
        throw new DataMindError('QUERY_INVALID', 'A comparison needs a metric in the query.', { at: '/time/compare' });
    }
    for (const { name, compiled } of this.#metrics) {
      if (this.#compare !== null && hasChange(compiled.tree)) {
        throw new DataMindError(
          'WOULD_BE_WRONG',
          `"${name}" is a change already, so it cannot be compared with an earlier time again.`,
          { at: '/time/compare' },
        );
      }
    }
    if (this.#compare !== null && this.#suffix() !== null) {
      const odd = this.#metrics.find(({ compiled }) => !isNumeric(compiled.tree));
      if (odd !== undefined) {
        throw new DataMindError('TYPE_MISMATCH', `"${odd.name}" is not a number, so it has no change.`, {
          at: '/time/compare_as',
        });
      }
    }
    const columns = this.#columnNames();
    order.forEach(({ by }, index) => {
      if (columns.includes(by)) return;
      const guess = didYouMean(by, columns);
      throw new DataMindError('QUERY_INVALID', `"${by}" is not a column of the result, so it cannot be ordered by.`, {
        at: `/order/${index}/by`,
        hint: guess === undefined ? `The columns are ${columns.join(', ')}.` : `Did you mean "${guess}"?`,
        suggestions: guess === undefined ? columns : [guess],
      });
    });
  }

  #columnNames(): readonly string[] {
    const suffix = this.#suffix();
    return [
      ...this.#query.dimensions.map(({ column: name }) => name),
      ...this.#metrics.flatMap(({ name }) => [
        name,
        ...(this.#compare === null ? [] : [`${name}__previous`, ...(suffix === null ? [] : [`${name}__${suffix}`])]),
      ]),
    ];
  }

  #suffix(): 'change' | 'percent' | null {
    const as = this.#query.time.compare_as ?? 'previous';
    return as === 'previous' ? null : as;
  }

  plan(): Plan {
    const specs = this.#specs();
    const stages = specs.map((spec) => planStage(this.#context, spec, this.#filters));
    this.#checkSame(specs, stages);
    const needsRows = this.#query.fill || this.#namesDimensions();
    const rows = stages.length === 1 && !needsRows ? this.#single(stages[0]!) : this.#stitched(stages);
    const filled = this.#query.fill ? this.#filled(rows, stages) : rows;
    const output = this.#output(filled, stages[0]!);
    const statement: Statement = { dialect: this.#options.dialect, query: this.#final(filled, output) };
    const { text, parameters } = printStatement(statement);
    return {
      text,
      parameters,
      statement,
      dialect: this.#options.dialect,
      connection: this.#connection(),
      columns: output.map(({ planned }) => planned),
      totals: null,
      notes: this.#notes(stages),
      entities: [...this.#context.entities].sort(),
      time: this.#time(),
      timezone: this.#context.zone,
    };
  }

  /** The stages: leaves that one SELECT can compute go together. */
  #specs(): readonly StageSpec[] {
    if (this.#metrics.length === 0) {
      const fact = findRoot(this.#context, this.#filters);
      return [{ fact, time: fact.default_time, window: null, offset: null, leaves: [] }];
    }
    const ask = (leaf: Leaf, offset: Period | null): void => {
      const key = leafKey(leaf, offset);
      if (!this.#leaves.has(key)) this.#leaves.set(key, { leaf, offset, key });
    };
    for (const { compiled } of this.#metrics) {
      eachLeaf(compiled.tree, null, ask);
      if (this.#compare !== null) eachLeaf(compiled.tree, this.#compare, ask);
    }
    for (const { filter, at } of this.#filters.finished) {
      eachCondition(filter, at, ({ member }, place) => {
        if (this.#members.findMetric(member, place) === undefined) return;
        const { tree } = this.#trees.get(member, `${place}/member`);
        eachLeaf(tree, null, ask);
      });
    }
    const usesTime = this.#usesMetricTime();
    const specs = new Map<string, StageSpec & { readonly leaves: AskedLeaf[] }>();
    for (const asked of this.#leaves.values()) {
      const { leaf, offset } = asked;
      const timed = usesTime || leaf.window !== null || offset !== null;
      const key = `${leaf.fact.name}|${timed ? leaf.time : ''}|${JSON.stringify(leaf.window)}|${periodKey(offset)}`;
      const known = specs.get(key);
      if (known !== undefined) known.leaves.push(asked);
      else specs.set(key, { fact: leaf.fact, time: leaf.time, window: leaf.window, offset, leaves: [asked] });
    }
    return [...specs.values()];
  }

  /** Whether it matters which time dimension `metric_time` is. */
  #usesMetricTime(): boolean {
    const { dimensions, time, filters } = this.#query;
    if (dimensions.some(({ name }) => name === 'metric_time')) return true;
    if (time.range !== undefined && (time.dimension === undefined || time.dimension === 'metric_time')) return true;
    let found = false;
    if (filters !== null) {
      eachCondition(filters, '', ({ member }) => {
        found ||= member === 'metric_time';
      });
    }
    return found;
  }

  /** All facts must find the same dimension. */
  #checkSame(specs: readonly StageSpec[], stages: readonly Stage[]): void {
    const [first] = stages;
    for (let index = 1; index < stages.length; index += 1) {
      this.#query.dimensions.forEach(({ name, at }, place) => {
        const one = first!.resolved[place]!;
        const other = stages[index]!.resolved[place]!;
        if (name === 'metric_time' || one.qualified === other.qualified) return;
        const label = (spec: StageSpec): string => spec.leaves[0]!.leaf.label;
        throw new DataMindError(
          'NO_PATH',
          `"${name}" is ${one.qualified} for "${label(specs[0]!)}" but ${other.qualified} for "${label(specs[index]!)}".`,
          {
            at,
            hint: 'Ask for a dimension that both share, or for the metrics one at a time.',
          },
        );
      });
    }
  }

  /** One stage alone: its rows are grouped where they are projected. */
  #single(stage: Stage): Rows {
    return {
      select: { from: stage.from, joins: stage.joins, where: stage.where },
      dimensions: stage.dimensions,
      leaf: ({ key, leaf }) => ({ sql: stage.leaves.get(key)!, notNull: isCount(leaf.measure) }),
    };
  }

  /** Several stages one under the other, so that a group that any has is a row; grouping puts their leaves side by side. */
  #stitched(stages: readonly Stage[]): Rows {
    const taken = new Set<string>();
    const dimensions = this.#query.dimensions.map(({ column: name }) => freshName(name, taken));
    const leaves = new Map([...this.#leaves.values()].map((asked) => [asked.key, freshName(asked.leaf.label, taken)]));
    const parts = stages.map(
      (stage): Select => ({
        ...plainSelect(
          [
            ...dimensions.map((as, index) => ({ as, value: stage.dimensions[index]! })),
            ...[...this.#leaves.values()].map((asked) => ({
              as: leaves.get(asked.key)!,
              value: stage.leaves.get(asked.key) ?? nullOf(asked.leaf),
            })),
          ],
          stage.from,
        ),
        joins: stage.joins,
        where: stage.where,
        group: dimensions.length,
      }),
    );
    return this.#over(parts.length === 1 ? parts[0]! : { kind: 'union', distinct: false, parts }, dimensions, leaves);
  }

  /** Rows of a query that has a column for each dimension and leaf, to be grouped once more. */
  #over(query: QueryBody, dimensions: readonly string[], leaves: ReadonlyMap<string, string>): Rows {
    const alias = 'stitched';
    return {
      select: { from: { kind: 'derived', query, alias }, joins: [], where: [] },
      dimensions: dimensions.map((name) => column(alias, name)),
      leaf: ({ key, leaf }) => {
        const value: Sql = { kind: 'aggregate', function: 'max', operand: column(alias, leaves.get(key)!), at: null };
        if (!isCount(leaf.measure)) return { sql: value, notNull: false };
        return { sql: { kind: 'coalesce', args: [value, { kind: 'number', value: '0' }] }, notNull: true };
      },
    };
  }

  /** One more part under the rows: each period of the range with each combination of the other dimensions, and no leaves. */
  #filled(rows: Rows, stages: readonly Stage[]): Rows {
    const { range, calendar } = this.#context;
    const { dimensions: asked, time } = this.#query;
    const timed = asked.flatMap((dimension, index) =>
      stages[0]!.resolved[index]!.item.type === 'time' ? [{ dimension, index }] : [],
    );
    const [only] = timed;
    const grain = only?.dimension.grain ?? null;
    const rangeName = time.dimension ?? 'metric_time';
    const meets =
      only !== undefined &&
      (only.dimension.name === rangeName ||
        stages.every((stage) => stage.rangeKey === stage.resolved[only.index]!.key));
    if (timed.length !== 1 || grain === null || range === null || range.low === null || range.high === null || !meets) {
      throw new DataMindError(
        'QUERY_INVALID',
        '"fill" needs exactly one time dimension with a grain, and a range on it with both ends.',
        { at: '/fill' },
      );
    }
    const type = coarseness[grain] < coarseness.day ? 'timestamp' : 'date';
    const periods = knownPeriods(
      truncate(range.low, grain, calendar),
      truncate(range.high - 1, grain, calendar),
      stepOf(grain),
      type,
    );
    const taken = new Set<string>();
    const names = asked.map(({ column: name }) => freshName(name, taken));
    const leaves = [...this.#leaves.values()].map((one) => ({ one, as: freshName(one.leaf.label, taken) }));
    const table = freshName('datamind_rows', this.#context.taken);
    this.#context.tables.push({
      name: table,
      recursive: false,
      body: {
        ...plainSelect(
          [
            ...names.map((as, index) => ({ as, value: rows.dimensions[index]! })),
            ...leaves.map(({ one, as }) => ({ as, value: rows.leaf(one).sql })),
          ],
          rows.select.from,
        ),
        ...rows.select,
        group: names.length,
      },
    });
    const others = names.filter((_, index) => index !== only.index);
    const source = { kind: 'named', name: table, alias: 'found' } as const;
    const period = { kind: 'derived', query: periods, alias: 'periods' } as const;
    const gaps: Select = {
      ...plainSelect(
        [
          ...names.map((as, index) => ({
            as,
            value: index === only.index ? column('periods', 'period_start') : column('others', as),
          })),
          ...leaves.map(({ one, as }) => ({ as, value: nullOf(one.leaf) })),
        ],
        period,
      ),
      joins:
        others.length === 0
          ? []
          : [
              {
                kind: 'cross',
                on: [],
                source: {
                  kind: 'derived',
                  alias: 'others',
                  query: {
                    ...plainSelect(
                      others.map((as) => ({ as, value: column('found', as) })),
                      source,
                    ),
                    distinct: true,
                  },
                },
              },
            ],
    };
    const all = [...names, ...leaves.map(({ as }) => as)];
    const found = plainSelect(
      all.map((as) => ({ as, value: column('found', as) })),
      source,
    );
    return this.#over(
      { kind: 'union', distinct: false, parts: [found, gaps] },
      names,
      new Map(leaves.map(({ one, as }) => [one.key, as])),
    );
  }

  #output(rows: Rows, stage: Stage): readonly OutputColumn[] {
    const output: OutputColumn[] = this.#query.dimensions.map(({ name, grain, column: as }, index) => {
      const { item, qualified } = stage.resolved[index]!;
      const isDate = grain === null ? item.stores === 'date' : coarseness[grain] >= coarseness.day;
      return {
        value: rows.dimensions[index]!,
        notNull: false,
        planned: {
          name: as,
          kind: 'dimension',
          type: item.type === 'time' ? (isDate ? 'date' : 'timestamp') : item.type,
          unit: item.unit,
          format: item.format,
          label: item.label,
          description: item.description,
          grain,
          member: name === 'metric_time' && this.#facts() > 1 ? 'metric_time' : qualified,
        },
      };
    });
    for (const { name, compiled } of this.#metrics) {
      const { label, description, unit, format, type, member } = compiled.facts;
      const planned: PlannedColumn = {
        name,
        kind: 'metric',
        type,
        unit,
        format,
        label,
        description,
        grain: null,
        member,
      };
      const now = this.#value(rows, compiled, null);
      output.push({ planned, value: now.sql, notNull: now.notNull });
      if (this.#compare === null) continue;
      const previous = this.#value(rows, compiled, this.#compare);
      output.push({
        planned: { ...planned, name: `${name}__previous`, label: `${label}, earlier` },
        value: previous.sql,
        notNull: previous.notNull,
      });
      const suffix = this.#suffix();
      if (suffix === null) continue;
      const isPercent = suffix === 'percent';
      output.push({
        planned: {
          ...planned,
          name: `${name}__${suffix}`,
          label: `${label}, change`,
          type: 'number',
          unit: isPercent ? null : unit,
          format: isPercent ? 'percent' : format,
        },
        value: changeOf(now.sql, previous.sql, isPercent ? 'percent' : 'difference'),
        notNull: false,
      });
    }
    return output;
  }

  #facts(): number {
    return new Set([...this.#leaves.values()].map(({ leaf }) => `${leaf.fact.name}.${leaf.time}`)).size;
  }

  #value(rows: Rows, { tree }: CompiledMetric, offset: Period | null): Value {
    return metricValue(tree, offset, (leaf, at) => {
      const value = rows.leaf(this.#leaves.get(leafKey(leaf, at))!);
      if (leaf.measure.type !== 'instant') return value;
      return { ...value, sql: { kind: 'local_time', operand: value.sql, stores: 'instant', zone: this.#context.zone } };
    });
  }

  #final(rows: Rows, output: readonly OutputColumn[]): Query {
    const { limit, offset, dimensions } = this.#query;
    // MySQL orders a DISTINCT by its columns only, not by whether they are null.
    const isList = this.#metrics.length === 0 && !this.#query.fill && this.#options.dialect !== 'mysql';
    const body: Select = {
      kind: 'select',
      distinct: isList,
      columns: output.map(({ planned, value }) => ({ as: planned.name, value })),
      ...{ from: rows.select.from, joins: rows.select.joins, where: rows.select.where },
      group: isList ? null : dimensions.length,
      having: this.#filters.finished.map(({ filter, at }) =>
        filterSql(filter, at, (condition, place) => this.#finishedCondition(rows, condition, place)),
      ),
      order: this.#order(output),
      limit,
      offset,
    };
    return { with: this.#context.tables, body };
  }

  #order(output: readonly OutputColumn[]): readonly OrderItem[] {
    const { dimensions, order } = this.#query;
    if (dimensions.length === 0) return [];
    const items: OrderItem[] = order.map(({ by, desc }) => {
      const index = output.findIndex(({ planned }) => planned.name === by);
      return { column: index, desc, notNull: output[index]!.notNull };
    });
    dimensions.forEach((_, index) => {
      if (!items.some((item) => item.column === index)) items.push({ column: index, desc: false, notNull: false });
    });
    return items.filter((item, index) => items.findIndex((other) => other.column === item.column) === index);
  }

  #namesDimensions(): boolean {
    let found = false;
    for (const { filter, at } of this.#filters.finished) {
      eachCondition(filter, at, ({ member }) => {
        found ||= this.#members.findMetric(member, at) === undefined;
      });
    }
    return found;
  }

  /** A condition on finished rows. */
  #finishedCondition(rows: Rows, condition: Condition, at: string): Sql {
    const { member, op, values = [] } = condition;
    const place = `${at}/values`;
    const { zone, clock } = this.#context;
    if (this.#members.findMetric(member, at) !== undefined) {
      const compiled = this.#trees.get(member, `${at}/member`);
      const { sql } = this.#value(rows, compiled, null);
      const { type } = compiled.facts;
      if (type === 'number') return valueCondition(sql, 'number', op, values, member, place);
      return timeCondition(sql, type === 'date' ? 'date' : 'local', op, values, clock, zone, place);
    }
    const index = this.#query.dimensions.findIndex(({ name, grain }) => name === member && grain === null);
    if (index < 0) {
      throw new DataMindError(
        'QUERY_INVALID',
        `"${member}" stands beside a metric under "or" or "not", so it must be one of the query's dimensions, without a grain.`,
        {
          at: `${at}/member`,
        },
      );
    }
    const found = this.#stageDimension(index);
    const operand = rows.dimensions[index]!;
    if (found.type === 'time') {
      return timeCondition(operand, found.stores === 'date' ? 'date' : 'local', op, values, clock, zone, place);
    }
    return valueCondition(operand, found.type, op, values, member, place);
  }

  #stageDimension(index: number): Stage['resolved'][number]['item'] {
    const { name, at } = this.#query.dimensions[index]!;
    const [asked] = this.#leaves.values();
    const { fact, time } = asked!.leaf;
    return this.#members.dimension(fact, name === 'metric_time' ? time! : name, at).item;
  }

  /** @throws DataMindError when entities live on different connections */
  #connection(): string | null {
    const { model } = this.#members;
    const names = new Set(
      [...this.#context.entities].map((name) => this.#members.entity(name).connection ?? model.project.connection),
    );
    if (names.size > 1) {
      const all = [...names].map((name) => name ?? 'the default one').join(', ');
      throw new DataMindError('NO_PATH', `The entities of this query live on different connections (${all}).`, {
        hint: 'Ask for the metrics of each connection by themselves.',
      });
    }
    return [...names][0] ?? null;
  }

  #notes(stages: readonly Stage[]): readonly PlanNote[] {
    const notes: PlanNote[] = [];
    if (stages.some((stage) => stage.overlapping)) {
      notes.push({
        code: 'GROUPS_OVERLAP',
        message: 'A row may be in several groups, so the groups do not add up to the total.',
      });
    }
    if (stages.length > 1) {
      notes.push({
        code: 'STITCHED',
        message: `${stages.length} aggregates were computed apart and put side by side; no group is dropped.`,
      });
    }
    stages.forEach((stage) => {
      this.#query.dimensions.forEach(({ column: name }, index) => {
        const { steps, qualified } = stage.resolved[index]!;
        if (steps.length === 0) return;
        const path = [steps[0]!.from, ...steps.map((step) => step.name ?? step.to)].join(' → ');
        const message = `"${name}" is ${qualified} by ${path}.`;
        if (!notes.some((note) => note.message === message)) notes.push({ code: 'JOIN_PATH', message });
      });
    });
    return notes;
  }

  #time(): Plan['time'] {
    const { range, zone } = this.#context;
    if (range === null) return null;
    const spell = (ms: number | null): string | null => (ms === null ? null : isoTimestamp(ms));
    return {
      dimension: this.#query.time.dimension ?? 'metric_time',
      from: spell(range.low),
      to: spell(range.high),
      timezone: zone,
    };
  }
}

const periodKey = (period: Period | null): string => (period === null ? '' : `${period.count} ${period.unit}`);

const leafKey = (leaf: Leaf, offset: Period | null): string =>
  offset === null ? leaf.id : `${leaf.id} -${periodKey(offset)}`;

const nullTypes: Partial<Record<Leaf['measure']['type'], NullType>> = {
  date: 'date',
  timestamp: 'timestamp',
  instant: 'timestamp',
};

const nullOf = ({ measure }: Leaf): Sql => ({ kind: 'null', type: nullTypes[measure.type] ?? 'number' });

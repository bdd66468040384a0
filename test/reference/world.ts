/** Model, data, calendar and clock together: what a name is worth in a row, and which rows a join leads to. */
import type { AuthoredEntity, AuthoredModel, ReferenceMetricCondition } from './authored-model.js';
import { type Calendar, toLocal } from './calendar.js';
import { compute } from './compute-expression.js';
import { type Data, date, instant, readTable, type RowValues, type Table, timestamp } from './data.js';
import { isDouble } from './double-precision.js';
import { Graph, pathKey, type Step } from './find-paths.js';
import { parseExpression } from './parse-expression.js';
import { refuse } from './refusal.js';
import { asTimestampText, isTime, keyOf, parseExact, type TimeValue, type Value } from './value.js';

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const months = 'january february march april may june july august september october november december'.split(' ');

export function readCalendar(model: AuthoredModel, zone: string | undefined): Calendar {
  const project = model.project ?? {};
  const fiscal = project.fiscal_year_start ?? 1;
  return {
    zone: zone ?? project.timezone ?? 'UTC',
    weekStart: weekdays.indexOf(project.week_start ?? 'monday') + 1,
    fiscalStart: typeof fiscal === 'number' ? fiscal : months.indexOf(fiscal) + 1,
  };
}

/** A row of an entity; `row` is null where a left join found none. */
export interface At {
  readonly entity: string;
  readonly row: RowValues | null;
}

/** One of the left-joined rows of a fact: the row of each path, by the path's key; the fact's own under ''. */
export interface JoinedRow {
  readonly index: number;
  readonly at: ReadonlyMap<string, At>;
}

export class World {
  readonly model: AuthoredModel;
  readonly graph: Graph;
  readonly calendar: Calendar;
  readonly now: string;
  readonly tables = new Map<string, readonly RowValues[]>();
  /** The types of columns, by the table. */
  readonly columns: ReadonlyMap<string, Table['columns']>;
  /** What a condition on a metric per entity is for a row of the entity; set by whoever evaluates. */
  perEntity: (condition: ReferenceMetricCondition, entity: string, row: RowValues | null) => boolean | null = () => {
    throw new Error('nobody evaluates');
  };
  readonly matchesOf = new Map<string, ReadonlyMap<string, readonly RowValues[]>>();

  constructor(model: AuthoredModel, data: Data, calendar: Calendar, now: string) {
    this.model = model;
    this.graph = new Graph(model);
    this.calendar = calendar;
    this.now = now;
    this.columns = new Map(Object.entries(data).map(([table, { columns }]) => [table, columns]));
    for (const [name, entity] of Object.entries(model.entities)) this.tables.set(name, readTable(data[entity.table]!));
  }

  entity(name: string): AuthoredEntity {
    return this.model.entities[name]!;
  }

  /** The rows that a step leads to; a null in the columns of the join leads nowhere. */
  next(row: RowValues | null, step: Step): readonly RowValues[] {
    if (row === null) return [];
    const values = step.pairs.map((pair) => row[pair.from] ?? null);
    if (values.includes(null)) return [];
    const key = pathKey([step]);
    let index = this.matchesOf.get(key);
    if (index === undefined) {
      const built = new Map<string, RowValues[]>();
      for (const other of this.tables.get(step.to)!) {
        const otherKey = step.pairs.map((pair) => keyOf(other[pair.to] ?? null)).join('\u0000');
        built.set(otherKey, [...(built.get(otherKey) ?? []), other]);
      }
      this.matchesOf.set(key, built);
      index = built;
    }
    return index.get(values.map(keyOf).join('\u0000')) ?? [];
  }

  /** What an expression of an entity is worth; `self` is a dimension that is being computed: its name means the column. */
  expression(source: string, at: At, self?: string): Value {
    return compute(
      parseExpression(source),
      (path) => this.named(path, at, self),
      (path) => this.isDoubleNamed(path, at.entity, self),
    );
  }

  named(path: readonly string[], at: At, self?: string): Value {
    const [first, ...rest] = path as [string, ...string[]];
    if (rest.length > 0) {
      let row = at.row;
      let entity = at.entity;
      for (const step of this.graph.follow(at.entity, path.slice(0, -1)).steps) {
        row = this.next(row, step)[0] ?? null;
        entity = step.to;
      }
      return this.named([path.at(-1)!], { entity, row });
    }
    if (first !== self && Object.hasOwn(this.entity(at.entity).dimensions ?? {}, first))
      return this.dimension(first, at);
    return at.row === null ? null : (at.row[first] ?? null);
  }

  /** Whether an expression of an entity is in double precision. */
  isDouble(source: string, entity: string, self?: string): boolean {
    return isDouble(parseExpression(source), (path) => this.isDoubleNamed(path, entity, self));
  }

  private isDoubleNamed(path: readonly string[], entity: string, self?: string): boolean {
    const [first] = path as [string];
    if (path.length > 1) {
      const steps = this.graph.follow(entity, path.slice(0, -1)).steps;
      return this.isDoubleNamed([path.at(-1)!], steps.at(-1)?.to ?? entity);
    }
    const { dimensions, table } = this.entity(entity);
    const isDimension = first !== self && Object.hasOwn(dimensions ?? {}, first);
    if (!isDimension) return this.columns.get(table)?.[first] === 'float';
    const body = dimensions![first]!;
    return body.case === undefined && this.isDouble(body.expr ?? `"${first}"`, entity, first);
  }

  /** A dimension as it is stored: `utc` and `instant` values as instants. */
  dimension(name: string, at: At): Value {
    const body = this.entity(at.entity).dimensions![name]!;
    const value = this.raw(name, at);
    if (body.type !== 'time' || !isTime(value)) return value;
    if (body.stores === 'utc' || body.stores === 'instant') return instant(asTimestampText(value));
    return body.stores === 'date' ? date(value.text) : timestamp(asTimestampText(value));
  }

  raw(name: string, at: At): Value {
    const body = this.entity(at.entity).dimensions![name]!;
    const constant = (value: string | number | boolean): Value =>
      typeof value === 'number' ? parseExact(String(value)) : value;
    if (body.case) {
      const hit = body.case.find((branch) => this.expression(branch.when, at, name) === true);
      return hit ? constant(hit.then) : body.else === undefined ? null : constant(body.else);
    }
    return this.expression(body.expr ?? `"${name}"`, at, name);
  }

  /** As people see it: instants as wall-clock times of the query's zone. */
  shown(value: Value): Value {
    return isTime(value) && value.kind === 'instant' ? timestamp(toLocal(value.text, this.calendar.zone)) : value;
  }

  /** The local time of a value of a time dimension; a date is its midnight. */
  local(value: Value): string | null {
    const shown = this.shown(value);
    return isTime(shown) ? asTimestampText(shown as TimeValue) : null;
  }

  /** The time dimension that `metric_time` stands for. */
  metricTime(entity: string, measure: string | null): string {
    const own = measure === null ? undefined : this.entity(entity).measures![measure]!.time;
    if (own === 'none') refuse('NO_PATH', `${measure} is of no time`);
    const dimensions = Object.entries(this.entity(entity).dimensions ?? {});
    return (
      own ??
      dimensions.find(([, body]) => body.type === 'time' && body.default)?.[0] ??
      refuse('NO_PATH', `${entity} has no time dimension of its own`)
    );
  }

  /** All left-joined rows of a fact along the paths, each path once. */
  joinedRows(fact: string, paths: readonly (readonly Step[])[]): readonly JoinedRow[] {
    const nodes = new Map<string, readonly Step[]>();
    for (const path of paths)
      for (let length = 1; length <= path.length; length += 1) {
        const prefix = path.slice(0, length);
        nodes.set(pathKey(prefix), prefix);
      }
    const shortestFirst = [...nodes.values()].sort((a, b) => a.length - b.length);
    return this.tables.get(fact)!.flatMap((row, index) => {
      let joined: Map<string, At>[] = [new Map([['', { entity: fact, row }]])];
      for (const path of shortestFirst) {
        const step = path.at(-1)!;
        joined = joined.flatMap((at) => {
          const matches = this.next(at.get(pathKey(path.slice(0, -1)))!.row, step);
          const rows: readonly (RowValues | null)[] = matches.length > 0 ? matches : [null];
          return rows.map((match) => new Map([...at, [pathKey(path), { entity: step.to, row: match }]]));
        });
      }
      return joined.map((at) => ({ index, at }));
    });
  }
}

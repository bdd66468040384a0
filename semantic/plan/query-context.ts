import type { DialectName } from '../../core/plugin/contract.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Expr } from '../../core/sql/expression.js';
import type { Calendar, CommonTable, QuerySource, Source, TableSource } from '../../core/sql/statement.js';
import type { DialectExpr, Entity, Model, TimeStorage } from '../model/model.js';
import type { AskedDimension, ParsedQuery } from './parse-query.js';
import type { Members, ResolvedDimension } from './resolve-member.js';
import type { Clock, TimeRange } from './time-range.js';

/** Gives what stands in the place of an entity's table: the same, or the part of it that a subject may read. */
export type RelationHook = (entity: Entity, source: TableSource | QuerySource) => Source;

/** What the parts of planning one query share. */
export interface QueryContext {
  readonly members: Members;
  readonly query: ParsedQuery;
  readonly dialect: DialectName;
  readonly zone: string;
  readonly clock: Clock;
  readonly calendar: Calendar;
  readonly timeZones: boolean;
  readonly relation: RelationHook | null;
  readonly range: TimeRange | null;
  /** Common tables of the statement, in the order of their making. */
  readonly tables: CommonTable[];
  /** Entities that the statement reads. */
  readonly entities: Set<string>;
  /** Names of queries within the statement that are taken. */
  readonly taken: Set<string>;
}

/** The expression for the dialect. @throws DataMindError `UNSUPPORTED_ON_DIALECT` */
export const exprFor = (expr: DialectExpr, dialect: DialectName, what: string): Expr => {
  const found = expr.dialects[dialect] ?? expr.default;
  if (found !== null && found !== undefined) return found;
  throw new DataMindError('UNSUPPORTED_ON_DIALECT', `"${what}" has no expression for ${dialect}.`, {
    hint: `Give it one for "${dialect}" or a "default" in the model.`,
  });
};

const paths = new WeakMap<Expr, readonly (readonly string[])[]>();

/** The paths of joins that an expression walks, each once; none for its own columns. */
export const pathsOf = (expr: Expr): readonly (readonly string[])[] => {
  let found = paths.get(expr);
  if (found === undefined) {
    const all = new Map<string, readonly string[]>();
    collectPaths(expr, all);
    found = [...all.values()];
    paths.set(expr, found);
  }
  return found;
};

const collectPaths = (node: unknown, found: Map<string, readonly string[]>): void => {
  if (typeof node !== 'object' || node === null) return;
  const field = node as { readonly kind?: unknown; readonly path?: readonly string[] };
  if (field.kind === 'field' && field.path !== undefined) {
    if (field.path.length > 0) found.set(field.path.join('.'), field.path);
    return;
  }
  for (const value of Object.values(node)) collectPaths(value, found);
};

/** A name like the one wished for that nothing in the set has yet. Engines tell names apart without regard to case. */
export const freshName = (
  wish: string,
  taken: Set<string>,
  reserved: Pick<ReadonlySet<string>, 'has'> = taken,
): string => {
  const plain = wish.toLowerCase().replace(/[^a-z0-9_]+/g, '_');
  let name = plain;
  for (let number = 2; taken.has(name) || reserved.has(name); number += 1) name = `${plain}_${number}`;
  taken.add(name);
  return name;
};

const tables = new WeakMap<Model, ReadonlySet<string>>();

/** Names of the model's tables in lower case: a common table of such a name would be read in the place of the table. */
const tableNames = (model: Model): ReadonlySet<string> => {
  let found = tables.get(model);
  if (found === undefined) {
    found = new Set(
      Object.values(model.entities).flatMap(({ from }) => (from.kind === 'table' ? [from.table.toLowerCase()] : [])),
    );
    tables.set(model, found);
  }
  return found;
};

/** A name for a common table. */
export const freshTable = (wish: string, { taken, members }: QueryContext): string =>
  freshName(wish, taken, tableNames(members.model));

/**
 * A name for a table in FROM. ClickHouse takes a bare name there for what has it as an alias beside it, so there no alias is
 * the name of another table.
 */
export const freshAlias = (wish: string, entity: Entity, context: AliasContext): string => {
  const { taken, dialect, model } = context;
  if (dialect !== 'clickhouse') return freshName(wish, taken);
  const own = entity.from.kind === 'table' ? entity.from.table.toLowerCase() : null;
  const tables = tableNames(model);
  return freshName(wish, taken, { has: (name) => name !== own && tables.has(name) });
};

export interface AliasContext {
  readonly model: Model;
  readonly dialect: DialectName;
  /** Grows by the name. */
  readonly taken: Set<string>;
}

/** The dimension that `metric_time` stands for. */
export const metricTime = (members: Members, fact: Entity, time: string | null, at: string): ResolvedDimension => {
  if (time === null) {
    throw new DataMindError(
      'UNKNOWN_MEMBER',
      `For ${members.said(fact)} there is no time dimension that metric_time could stand for.`,
      {
        at,
        hint: 'Name a time dimension of an entity, or make one the default in the model. What is said to have no time (`time: none`) tells how things are now.',
      },
    );
  }
  return members.definedDimension(fact, time, at);
};

/** A dimension of the query as one fact finds it. */
export const resolveDimension = (
  context: QueryContext,
  fact: Entity,
  time: string | null,
  name: string,
  at: string,
): ResolvedDimension =>
  name === 'metric_time' ? metricTime(context.members, fact, time, at) : context.members.dimension(fact, name, at);

/** @throws DataMindError `QUERY_INVALID` when the grain does not fit the dimension */
export const checkGrain = ({ name, grain, at }: AskedDimension, { item }: ResolvedDimension): void => {
  if (grain === null) return;
  if (item.type !== 'time') {
    throw new DataMindError('QUERY_INVALID', `"${name}" is not a time dimension, so it has no grain.`, { at });
  }
  if (item.grains.length > 0 && !item.grains.includes(grain)) {
    throw new DataMindError('QUERY_INVALID', `"${name}" cannot be asked for by ${grain}.`, {
      at,
      hint: `Its grains are ${item.grains.join(', ')}.`,
      suggestions: item.grains,
    });
  }
};

/** @throws DataMindError `UNSUPPORTED_ON_DIALECT` when the database would have to know a zone that it does not */
export const checkZone = (context: QueryContext, stores: TimeStorage): void => {
  if (stores === 'date' || stores === 'local' || context.zone === 'UTC' || context.timeZones) return;
  throw new DataMindError(
    'UNSUPPORTED_ON_DIALECT',
    `The database has no time-zone tables, so times cannot be shown in ${context.zone}.`,
    {
      hint: 'Load the tables of time zones into the database, or ask with "timezone": "UTC".',
    },
  );
};

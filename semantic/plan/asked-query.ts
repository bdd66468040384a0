import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Calendar } from '../../core/sql/statement.js';
import type { Period } from '../model/model.js';
import { splitFilters, type SplitFilters } from './conditions.js';
import type { CompiledMetric, MetricTrees } from './metric-tree.js';
import type { ParsedQuery, ParsedShare } from './parse-query.js';
import type { PlanOptions } from './plan.js';
import type { QueryContext } from './query-context.js';
import type { Members } from './resolve-member.js';
import { parseComparison, parseTimeRange, type TimeRange } from './time-range.js';
import { instantToLocal } from './zone.js';

/** A metric of the result with its columns. */
export interface AskedMetric {
  readonly name: string;
  readonly compiled: CompiledMetric;
}

/** What `time.compare` asks for. */
export interface AskedComparison {
  /** How far back it looks. */
  readonly against: Period;
  /** The column besides the earlier value. */
  readonly suffix: 'change' | 'percent' | null;
}

export interface AskedShare extends ParsedShare {
  readonly compiled: CompiledMetric;
}

/** A query with its metrics, its time and its filters understood. */
export interface AskedQuery {
  readonly context: QueryContext;
  readonly trees: MetricTrees;
  readonly metrics: readonly AskedMetric[];
  readonly filters: SplitFilters;
  readonly comparison: AskedComparison | null;
  readonly shares: readonly AskedShare[];
}

/** What is the same for all queries of a model. */
export interface ModelIndex {
  readonly members: Members;
  readonly trees: MetricTrees;
  readonly calendar: Calendar;
}

/** @throws DataMindError `QUERY_INVALID`, `UNKNOWN_MEMBER`, `AMBIGUOUS_MEMBER`, `TIME_RANGE_INVALID`, and what metrics are refused for */
export const readQuery = (
  { members, trees, calendar }: ModelIndex,
  query: ParsedQuery,
  options: PlanOptions,
): AskedQuery => {
  const { project } = members.model;
  const zone = query.timezone ?? project.timezone;
  const clock = { now: instantToLocal(zone, options.now), calendar };
  const range: TimeRange | null =
    query.time.range === undefined ? null : parseTimeRange(query.time.range, clock, '/time/range');
  const context: QueryContext = {
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
  const metrics = query.metrics.map((name, index) => ({ name, compiled: trees.get(name, `/metrics/${index}`) }));
  const comparison = readComparison(query, range);
  const filters = splitFilters(query.filters, (member, at) => members.findMetric(member, `${at}/member`) !== undefined);
  const shares = query.shares.map((share) => ({ ...share, compiled: trees.get(share.metric, `${share.at}/metric`) }));
  return { context, trees, metrics, filters, comparison, shares };
};

const readComparison = ({ time }: ParsedQuery, range: TimeRange | null): AskedComparison | null => {
  if (time.compare === undefined) return null;
  const as = time.compare_as ?? 'previous';
  return { against: parseComparison(time.compare, range, '/time/compare'), suffix: as === 'previous' ? null : as };
};

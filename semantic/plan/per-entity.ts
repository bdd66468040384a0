/**
 * A condition on a metric per entity: the keys for which the metric, grouped by the key, meets the comparison, as a table of the
 * statement in which the rows of a query look theirs up. So no row is ever there more than once.
 */
import { DataMindError } from '../../core/errors/datamind-error.js';
import { column, plainSelect, type Select } from '../../core/sql/statement.js';
import type { MetricCondition } from '../../core/query/semantic-query.js';
import type { Entity } from '../model/model.js';
import type { AskedQuery } from './asked-query.js';
import { assertSameDimensions, assertSameEnds } from './assert-stages.js';
import { type PerEntity, splitFilters } from './conditions.js';
import { finishedCondition } from './finished-condition.js';
import { rowsOfStage, stitchStages } from './finished-rows.js';
import { collectLeaves, groupLeaves } from './group-leaves.js';
import { holdsForNone } from './holds-for-none.js';
import { metricsOver } from './output-columns.js';
import type { ParsedQuery } from './parse-query.js';
import { planStage } from './plan-stage.js';
import { freshTable, type QueryContext } from './query-context.js';
import { parseTimeRange } from './time-range.js';

const keyName = (index: number): string => `key_${index + 1}`;

/** @param whole what `time: query` stands for, where the condition stands within another one */
export const perEntityOf = (asked: AskedQuery, whole: QueryContext = asked.context): PerEntity => {
  const tables = new Map<string, { readonly entity: string; readonly table: string }>();
  return (source, fact, condition, at, negated) => {
    const { members } = asked.context;
    const { steps, entity } = members.entityFrom(fact, condition.per, `${at}/per`);
    const place = `${at} ${negated}`;
    const known = tables.get(place);
    if (known !== undefined && known.entity !== entity.name) {
      throw new DataMindError('NO_PATH', `"${condition.per}" is not the same for all metrics of the query.`, {
        at: `${at}/per`,
        hint: 'Write the entity by its own name, or ask for the metrics one at a time.',
      });
    }
    const table = known?.table ?? within(at, () => keptKeys(asked, whole, condition, entity, negated));
    tables.set(place, { entity: entity.name, table });
    const alias = source.alias(steps);
    return {
      kind: 'in_query',
      operands: entity.key.map((name) => column(alias, name)),
      query: plainSelect(
        entity.key.map((_, index) => ({ as: keyName(index), value: column('kept', keyName(index)) })),
        { kind: 'named', name: table, alias: 'kept' },
      ),
    };
  };
};

/** Errors of what stands within a condition point into it. */
const within = <T>(at: string, plan: () => T): T => {
  try {
    return plan();
  } catch (error) {
    if (!(error instanceof DataMindError)) throw error;
    throw new DataMindError(error.code, error.message, { ...error.details, at: `${at}${error.details.at ?? ''}` });
  }
};

/** @returns the name of the table of keys */
const keptKeys = (
  asked: AskedQuery,
  whole: QueryContext,
  condition: MetricCondition,
  entity: Entity,
  negated: boolean,
): string => {
  if (entity.key.length === 0) {
    throw new DataMindError('WOULD_BE_WRONG', `"${entity.name}" has no key, so its rows cannot be told apart.`, {
      at: '/per',
      hint: "Declare the entity's key, or ask for another entity.",
    });
  }
  const inner = innerQuery(asked, whole, condition, entity);
  const { context } = inner;
  const [{ compiled }] = inner.metrics as [AskedQuery['metrics'][number]];
  const leaves = collectLeaves(inner);
  const specs = groupLeaves(inner, leaves);
  const perEntity = perEntityOf(inner, whole);
  const stages = specs.map((spec) => planStage(context, spec, inner.filters.rows, perEntity));
  assertSameDimensions(context, specs, stages);
  assertSameEnds(context, specs, stages);
  // Those that nothing belongs to are among them only where the comparison may hold for nothing.
  const isAmongOthers = holdsForNone(compiled.tree, condition, negated) === false;
  const all = isAmongOthers ? stages : [...stages, everyRow(context, entity, perEntity)];
  const rows =
    all.length === 1 ? rowsOfStage(all[0]!) : stitchStages(all, context.query.dimensions, [...leaves.values()]);
  const { metric, op, values } = condition;
  const holds = finishedCondition(
    inner,
    rows,
    stages[0]!,
    metricsOver(rows, leaves, context.zone),
    { member: metric, op, ...(values === undefined ? {} : { values }) },
    '',
  );
  const body: Select = {
    ...plainSelect(
      rows.dimensions.map((value, index) => ({ as: keyName(index), value })),
      rows.select.from,
    ),
    ...rows.select,
    group: rows.dimensions.length,
    having: [negated ? { kind: 'not', operand: holds } : holds],
  };
  const name = freshTable(`kept_${entity.name}`, context);
  context.tables.push({ name, recursive: false, body });
  return name;
};

/** The metric by the entity's key, over what the condition says. */
const innerQuery = (
  { context: outer, trees }: AskedQuery,
  whole: QueryContext,
  { metric, filters, segments = [], time }: MetricCondition,
  entity: Entity,
): AskedQuery => {
  const own = typeof time === 'object' ? time : undefined;
  const query: ParsedQuery = {
    metrics: [],
    dimensions: entity.key.map((name, index) => ({
      ...{ name: keyName(index), grain: null, column: keyName(index), at: '/per' },
      key: { entity: entity.name, column: name },
    })),
    filters: filters ?? null,
    time: time === 'query' ? pickTime(whole.query) : (own ?? {}),
    segments,
    order: [],
    limit: null,
    offset: 0,
    limitPer: null,
    shares: [],
    timezone: outer.query.timezone,
    fill: false,
    totals: false,
  };
  const range =
    time === 'query' ? whole.range : own === undefined ? null : parseTimeRange(own.range, outer.clock, '/time/range');
  const compiled = trees.get(metric, '/metric');
  const { members } = outer;
  const split = splitFilters(query.filters, (member, at) => members.findMetric(member, `${at}/member`) !== undefined);
  const [onMetric] = split.finished;
  if (onMetric !== undefined) {
    throw new DataMindError('QUERY_INVALID', 'The filters of a condition per entity are about dimensions.', {
      at: onMetric.at,
      hint: 'Say each metric as a condition of its own, with "metric" and "per".',
    });
  }
  return {
    context: { ...outer, query, range },
    trees,
    metrics: [{ name: metric, compiled }],
    filters: split,
    comparison: null,
    shares: [],
  };
};

const pickTime = ({ time: { dimension, range } }: ParsedQuery): ParsedQuery['time'] => ({
  ...(dimension === undefined ? {} : { dimension }),
  ...(range === undefined ? {} : { range }),
});

/** All rows of the entity, whatever belongs to them. */
const everyRow = (context: QueryContext, fact: Entity, perEntity: PerEntity): ReturnType<typeof planStage> => {
  const query: ParsedQuery = { ...context.query, filters: null, segments: [], time: {} };
  const spec = { fact, time: fact.default_time, window: null, offset: null, leaves: [] };
  return planStage({ ...context, query, range: null }, spec, [], perEntity);
};

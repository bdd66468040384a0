import { dialects } from '../../core/sql/dialects/index.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { printStatement } from '../../core/sql/print-statement.js';
import type { Query, Select, Statement } from '../../core/sql/statement.js';
import type { AskedLeaf } from './asked-leaf.js';
import type { AskedQuery } from './asked-query.js';
import { isoTimestamp } from './calendar.js';
import { filterSql } from './conditions.js';
import { fillGaps } from './fill-gaps.js';
import { finishedCondition, namesDimensions } from './finished-condition.js';
import { assertSameDimensions, assertSameEnds } from './assert-stages.js';
import { type FinishedRows, rowsOfStage, stitchStages } from './finished-rows.js';
import { perEntityOf } from './per-entity.js';
import { limitPerGroup } from './limit-per-group.js';
import { collectLeaves, groupLeaves } from './group-leaves.js';
import { metricsOver, type OutputColumn, outputColumns, outputOrder } from './output-columns.js';
import type { Plan } from './plan.js';
import { planNotes } from './plan-notes.js';
import { planStage } from './plan-stage.js';
import type { QueryContext } from './query-context.js';
import { addTotals } from './share-totals.js';
import { assertDisjoint } from './shareable.js';
import type { Stage } from './stage.js';

/** One query from its stages to its text; totals are planned by themselves. */
export const planStatement = (asked: AskedQuery): Plan => {
  const { context, filters } = asked;
  const { query, dialect } = context;
  const leaves = collectLeaves(asked);
  const specs = groupLeaves(asked, leaves);
  const perEntity = perEntityOf(asked);
  const stages = specs.map((spec) => planStage(context, spec, filters.rows, perEntity));
  assertSameDimensions(context, specs, stages);
  assertSameEnds(context, specs, stages);
  const all = [...leaves.values()];
  const isSingle = stages.length === 1 && !query.fill && !namesDimensions(asked);
  const rows = isSingle ? rowsOfStage(stages[0]!) : stitchStages(stages, query.dimensions, all);
  const filled = query.fill ? fillGaps(context, rows, stages, all) : rows;
  assertDisjoint(asked, stages);
  const finished = addTotals(asked, filled, all);
  const output = outputColumns(asked, finished, stages[0]!, leaves);
  const statement: Statement = { dialect, query: finalQuery(asked, finished, stages[0]!, leaves, output) };
  const { text, parameters } = printStatement(statement);
  return {
    text,
    parameters,
    statement,
    dialect,
    connection: connectionOf(context),
    columns: output.map(({ planned }) => planned),
    totals: null,
    notes: planNotes(stages, query.dimensions),
    entities: [...context.entities].sort(),
    time: timeOf(context),
    timezone: context.zone,
  };
};

const finalQuery = (
  asked: AskedQuery,
  rows: FinishedRows,
  stage: Stage,
  leaves: ReadonlyMap<string, AskedLeaf>,
  output: readonly OutputColumn[],
): Query => {
  const { context, filters } = asked;
  const { limit, offset, limitPer, dimensions, fill } = context.query;
  const metricOver = metricsOver(rows, leaves, context.zone);
  const isList = asked.metrics.length === 0 && !fill;
  const isDistinct = isList && !stage.tellsRowsApart && dialects[context.dialect].shape.ordersDistinct;
  const isGrouped = !isList || !(stage.tellsRowsApart || isDistinct);
  const body: Select = {
    kind: 'select',
    distinct: isDistinct,
    columns: output.map(({ planned, value }) => ({ as: planned.name, value })),
    ...rows.select,
    group: isGrouped ? dimensions.length : null,
    having: filters.finished.map(({ filter, at }) =>
      filterSql(filter, at, {
        condition: (condition, place) => finishedCondition(asked, rows, stage, metricOver, condition, place),
        perEntity: (_, place) => {
          throw new Error(`a condition per entity is about rows: ${place}`);
        },
      }),
    ),
    order: outputOrder(context.query, output),
    limit,
    offset,
  };
  return { with: context.tables, body: limitPer === null ? body : limitPerGroup(body, limitPer) };
};

/** @throws DataMindError when entities live on different connections */
const connectionOf = ({ members, entities }: QueryContext): string | null => {
  const { project } = members.model;
  const names = new Set([...entities].map((name) => members.entity(name).connection ?? project.connection));
  if (names.size > 1) {
    const all = [...names].map((name) => name ?? 'the default one').join(', ');
    throw new DataMindError('NO_PATH', `The entities of this query live on different connections (${all}).`, {
      hint: 'Ask for the metrics of each connection by themselves.',
    });
  }
  return [...names][0] ?? null;
};

const timeOf = ({ range, zone, query }: QueryContext): Plan['time'] => {
  if (range === null) return null;
  const spell = (ms: number | null): string | null => (ms === null ? null : isoTimestamp(ms));
  return {
    dimension: query.time.dimension ?? 'metric_time',
    from: spell(range.low),
    to: spell(range.high),
    timezone: zone,
  };
};

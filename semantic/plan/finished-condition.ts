import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Sql } from '../../core/sql/statement.js';
import type { Dimension } from '../model/model.js';
import type { AskedQuery } from './asked-query.js';
import { eachCondition } from './conditions.js';
import type { FinishedRows } from './finished-rows.js';
import type { MetricOver } from './output-columns.js';
import type { Condition } from '../../core/query/semantic-query.js';
import type { Stage } from './stage.js';
import { timeCondition } from './time-condition.js';
import { valueCondition } from './value-condition.js';

/** Whether a condition on finished rows names a dimension, so that there must be a row for each group first. */
export const namesDimensions = ({ context, filters }: AskedQuery): boolean => {
  let found = false;
  for (const { filter, at } of filters.finished) {
    eachCondition(filter, at, (condition) => {
      found ||= 'member' in condition && context.members.findMetric(condition.member, at) === undefined;
    });
  }
  return found;
};

/** A condition on finished rows. */
export const finishedCondition = (
  asked: AskedQuery,
  rows: FinishedRows,
  stage: Stage,
  metricOver: MetricOver,
  condition: Condition,
  at: string,
): Sql => {
  const { member, op, values = [] } = condition;
  const place = `${at}/values`;
  const { zone, clock, members } = asked.context;
  if (members.findMetric(member, at) !== undefined) {
    const compiled = asked.trees.get(member, `${at}/member`);
    const { sql } = metricOver(compiled, null);
    const { type } = compiled.facts;
    if (type === 'number') return valueCondition(sql, 'number', op, values, member, place);
    return timeCondition(sql, type === 'date' ? 'date' : 'local', op, values, clock, zone, place);
  }
  const { item, operand } = groupedDimension(asked, rows, stage, member, `${at}/member`);
  if (item.type !== 'time') return valueCondition(operand, item.type, op, values, member, place);
  return timeCondition(operand, item.stores === 'date' ? 'date' : 'local', op, values, clock, zone, place);
};

const groupedDimension = (
  { context }: AskedQuery,
  rows: FinishedRows,
  stage: Stage,
  member: string,
  at: string,
): { readonly item: Dimension; readonly operand: Sql } => {
  const index = context.query.dimensions.findIndex(({ name, grain }) => name === member && grain === null);
  if (index >= 0) return { item: stage.resolved[index]!.item, operand: rows.dimensions[index]! };
  throw new DataMindError(
    'QUERY_INVALID',
    `"${member}" stands beside a metric under "or" or "not", so it must be one of the query's dimensions, without a grain.`,
    { at },
  );
};

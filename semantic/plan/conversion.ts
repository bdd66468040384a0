import { dialects } from '../../core/sql/dialects/index.js';
import { column, compare, number, plainSelect, type SourceJoin, type Sql } from '../../core/sql/statement.js';
import type { Entity } from '../model/model.js';
import { stepOfPeriod } from './calendar.js';
import { FactSource } from './fact-source.js';
import { timeOfMeasure } from './measure-time.js';
import type { Leaf } from './metric-tree.js';
import type { QueryContext } from './query-context.js';
import type { StageContext } from './stage.js';

/** That there is a row of the other fact, with the same keys and soon enough, that answers this one. */
export const conversionCondition = ({ context, source }: StageContext, { conversion, fact, time }: Leaf): Sql => {
  const { body, to } = conversion!;
  // Where subqueries are not correlated everywhere, answers are looked up among the pairs of both facts.
  const isPaired = dialects[context.dialect].shape.conversions === 'pairs';
  const base = isPaired ? new FactSource(context, fact, source) : source;
  const other = new FactSource(context, to, source);
  const measure = to.measures[body.conversion.measure]!;
  const at = localTime(context, base, fact, time!);
  const then = localTime(context, other, to, timeOfMeasure(to, measure)!);
  const step = stepOfPeriod(body.within);
  // Beside a moment a date is its midnight, and written as one.
  const areDates = at.type === 'date' && then.type === 'date' && step.unit !== 'minute';
  const written = (time: Sql): Sql => (areDates ? time : asMoment(time));
  const of = at.type === 'date' && step.unit !== 'minute' ? 'date' : 'timestamp';
  const start = written(at.sql);
  const end = written({ kind: 'shift', operand: at.sql, by: step, of });
  const answer = written(then.sql);
  const by = body.by.map((pair) => compare(column(other.root, pair.conversion), '=', column(base.root, pair.base)));
  const where: Sql[] = [compare(answer, '>=', start), compare(answer, '<', end)];
  if (measure.where !== null) where.push(other.own(measure.where, `${to.name}.${measure.name}`));
  if (measure.expr !== null) where.push(other.own(measure.expr, `${to.name}.${measure.name}`));
  if (!isPaired) {
    const select = plainSelect([{ as: 'found', value: number(1) }], other.from);
    return { kind: 'exists', query: { ...select, joins: other.joins, where: [...by, ...where] } };
  }
  const keys = (from: FactSource): readonly Sql[] => body.by.map((pair) => column(from.root, pair.base));
  const columns = [...keys(base), at.sql].map((value, index) => ({ as: `match_${index + 1}`, value }));
  const joins: readonly SourceJoin[] = [{ kind: 'inner', source: other.from, on: by }, ...base.joins, ...other.joins];
  return {
    kind: 'in_query',
    operands: [...keys(source), localTime(context, source, fact, time!).sql],
    query: { ...plainSelect(columns, base.from), joins, where },
  };
};

const asMoment = (operand: Sql): Sql => ({ kind: 'stored_time', operand, stores: 'local', midnight: false });

/** A time dimension of the entity as it is compared with that of another. */
const localTime = (
  context: QueryContext,
  from: FactSource,
  entity: Entity,
  name: string,
): { readonly sql: Sql; readonly type: 'date' | 'timestamp' } => {
  const resolved = context.members.definedDimension(entity, name, '/metrics');
  const operand = from.value(resolved);
  return { sql: operand, type: resolved.item.stores === 'date' ? 'date' : 'timestamp' };
};

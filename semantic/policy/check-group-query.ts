/** What may be asked of an entity of which a subject has groups only. All else is refused. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Entity, Measure, Model } from '../model/model.js';
import { eachCondition } from '../plan/conditions.js';
import type { Operator, SemanticQuery } from '../../core/query/semantic-query.js';
import type { AggregateLimit } from './entity-access.js';
import type { MetricLeaf } from './metric-leaves.js';
import { columnsRead } from './table-columns.js';

/** `max`, `min` and percentiles are values of single rows; a semi-additive sum is over the rows of one moment. */
const summing: ReadonlySet<Measure['aggregation']> = new Set([
  'sum',
  'count',
  'count_distinct',
  'approx_distinct',
  'average',
  'median',
  'count_if',
]);

const allowedParts: ReadonlySet<string> = new Set([
  'metrics',
  'dimensions',
  'filters',
  'order',
  'limit',
  'offset',
  'timezone',
]);

/**
 * They see a value as grouping does. Parts of texts are found with regard to case where groups may have none, so a pattern
 * could tell rows of one group apart.
 */
const wholeValues: ReadonlySet<Operator> = new Set(['eq', 'ne', 'in', 'not_in', 'is_null', 'not_null']);
const ordering: ReadonlySet<Operator> = new Set(['gt', 'gte', 'lt', 'lte', 'between']);

const refuse = (message: string, hint: string): DataMindError => new DataMindError('FORBIDDEN', message, { hint });

export interface GroupRules {
  readonly model: Model;
  readonly entity: Entity;
  readonly limits: readonly AggregateLimit[];
  /** Columns of the key and of the unit, as the table has them. */
  readonly units: ReadonlySet<string>;
}

/**
 * The dimensions that the query filters by, each once.
 * @throws DataMindError `FORBIDDEN`
 */
export const checkGroupQuery = (
  rules: GroupRules,
  query: SemanticQuery,
  leaves: readonly MetricLeaf[],
): readonly string[] => {
  const only = `Of "${rules.entity.name}" you may have groups only`;
  for (const [part, value] of Object.entries(query)) {
    const isEmpty = value === undefined || value === false || (Array.isArray(value) && value.length === 0);
    if (!allowedParts.has(part) && !isEmpty) {
      throw refuse(
        `${only}, so "${part}" is not possible: the difference of two answers would tell of single rows.`,
        'Split by a dimension instead.',
      );
    }
  }
  for (const asked of query.dimensions ?? [])
    checkDimension(rules, typeof asked === 'string' ? asked : asked.name, only);
  for (const { measure } of leaves) {
    if (!summing.has(measure.aggregation) || measure.semi_additive !== null) {
      throw refuse(
        `${only}, and "${measure.name}" may show the value of a single row.`,
        'Ask for a sum, a count, an average or a median.',
      );
    }
  }
  return checkFilters(rules, query, only);
};

const ownName = ({ name }: Entity, member: string): string =>
  member.startsWith(`${name}.`) ? member.slice(name.length + 1) : member;

const checkDimension = ({ model, entity, units }: GroupRules, name: string, only: string): void => {
  const own = ownName(entity, name);
  const dimension = Object.hasOwn(entity.dimensions, own) ? entity.dimensions[own] : undefined;
  if (dimension === undefined)
    throw refuse(`${only}, split by its own dimensions; "${name}" is none.`, 'Leave it away.');
  const reads = columnsRead(model, entity, dimension.expr);
  const isUnit = reads.some(({ path, column }) => path.length === 0 && units.has(column));
  if (isUnit || dimension.pii !== null || reads.some((read) => read.entity === entity && read.path.length > 0)) {
    throw refuse(`${only}, and "${name}" tells single ones apart.`, 'Split by something that many have in common.');
  }
};

const checkFilters = (rules: GroupRules, { filters }: SemanticQuery, only: string): readonly string[] => {
  if (filters === undefined) return [];
  const { entity, limits } = rules;
  const found = new Set<string>();
  const declared = Object.keys(entity.dimensions).filter((name) =>
    limits.every((limit) => limit.filters.includes(name)),
  );
  const hint =
    declared.length === 0
      ? 'Split by a dimension instead.'
      : `You may filter by ${declared.map((name) => `"${name}"`).join(', ')}.`;
  eachCondition(filters, '/filters', (condition) => {
    if ('metric' in condition) {
      throw refuse(
        `${only}, so a condition per "${condition.per}" is not possible: it would tell single ones apart.`,
        hint,
      );
    }
    const { member, op } = condition;
    const own = ownName(entity, member);
    if (!declared.includes(own)) throw refuse(`${only}, which are not filtered by "${member}".`, hint);
    checkDimension(rules, own, only);
    const isNumber = entity.dimensions[own]!.type === 'number';
    if (!wholeValues.has(op) && !(isNumber && ordering.has(op)))
      throw refuse(`${only}, and "${op}" on "${member}" could tell rows of one group apart.`, 'Name whole values.');
    found.add(own);
  });
  return [...found].sort();
};

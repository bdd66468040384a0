/**
 * Whether a condition of a planned query could fail on a row that a policy keeps back. Aggregates, and what is grouped by,
 * are computed from rows that are there; conditions are not: engines order those of a policy and of a query as they like. A
 * subject chooses values for what an author computed, so that the error of one hidden row would tell of it.
 */
import type { DialectName } from '../../core/plugin/contract.js';
import type { Expr } from '../../core/sql/expression.js';
import type { Entity, Model } from '../model/model.js';
import type { Filter } from '../../core/query/semantic-query.js';
import { eachCondition } from '../plan/conditions.js';
import { columnsRead, treesOf } from './table-columns.js';

/** Not for any value whatever, on any engine. `substring` fails on lengths below zero, arithmetic and casts by overflow. */
const total: ReadonlySet<string> = new Set(['lower', 'upper', 'length', 'coalesce', 'nullif', 'trim', 'strpos']);

/** Whether a value of another type than a number stands among them, so that no decimals meet. */
const hasText = (operands: readonly Expr[]): boolean =>
  operands.some((operand) => operand.kind === 'literal' && operand.type !== 'number' && operand.type !== 'null');

/** Operators that compare are total; but ClickHouse scales a decimal to the digits of what it meets, which overflows for some values. */
const totalOn = (dialect: DialectName): ((expr: Expr) => boolean) => {
  const meet = (operands: readonly Expr[]): boolean =>
    operands.every(isTotal) && (dialect !== 'clickhouse' || hasText(operands));
  const isTotal = (expr: Expr): boolean => {
    switch (expr.kind) {
      case 'field':
      case 'literal':
        return true;
      case 'is_null':
        return isTotal(expr.operand);
      case 'unary':
        return expr.operator === 'not' && isTotal(expr.operand);
      case 'binary':
        if (expr.operator === 'and' || expr.operator === 'or') return isTotal(expr.left) && isTotal(expr.right);
        return !'+-*/%'.includes(expr.operator) && meet([expr.left, expr.right]);
      case 'between':
        return meet([expr.operand, expr.low, expr.high]);
      case 'in':
        return meet([expr.operand, ...expr.values]);
      case 'like':
        return expr.pattern.kind === 'literal' && isTotal(expr.operand);
      case 'case':
        return (
          expr.branches.every(({ when, then: value }) => isTotal(when) && isTotal(value)) &&
          (expr.otherwise === null || isTotal(expr.otherwise))
        );
      case 'call':
        if (expr.native || !total.has(expr.function)) return false;
        return expr.args.length > 1 ? meet(expr.args) : expr.args.every(isTotal);
      default:
        return false;
    }
  };
  return isTotal;
};

const known = new WeakMap<Model, Map<DialectName, ReadonlySet<string>>>();

const find = (model: Model, dialect: DialectName): ReadonlySet<string> => {
  const isTotal = totalOn(dialect);
  const found = new Set<string>();
  for (const owner of Object.values(model.entities)) {
    const conditions = [...Object.values(owner.dimensions), ...Object.values(owner.filters)].map(({ expr }) => expr);
    for (const expr of conditions) {
      if (treesOf(expr).every(isTotal)) continue;
      found.add(owner.name);
      for (const { entity, through } of columnsRead(model, owner, expr))
        for (const { name } of [entity, ...through]) found.add(name);
    }
  }
  return found;
};

/** Whether a dimension or a filter that reads the entity could fail. */
export const conditionsMayRaise = (model: Model, entity: Entity, dialect: DialectName): boolean => {
  const byDialect = known.get(model) ?? new Map<DialectName, ReadonlySet<string>>();
  known.set(model, byDialect);
  const names = byDialect.get(dialect) ?? find(model, dialect);
  byDialect.set(dialect, names);
  return names.has(entity.name);
};

const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^-?\d/.test(value));

/** Whether a query's own conditions compare with numbers. */
const comparesNumbers = (filter: unknown): boolean => {
  if (typeof filter !== 'object' || filter === null) return false;
  if (Array.isArray(filter)) return filter.some(comparesNumbers);
  const { values, ...inner } = filter as Readonly<Record<string, unknown>>;
  return (Array.isArray(values) && values.some(isNumber)) || Object.values(inner).some(comparesNumbers);
};

/** Whether a condition is looked up in what another query computes. */
const looksUp = (filter: Filter): boolean => {
  let found = false;
  eachCondition(filter, '', (condition) => {
    found ||= 'metric' in condition;
  });
  return found;
};

/**
 * Whether a query's own conditions could fail on a row. Comparing with numbers may on ClickHouse; and what a condition on a
 * metric per entity is looked up in is computed, and may fail, only where an engine finds a row to look up.
 */
export const ownConditionsMayFail = (dialect: DialectName, filters: Filter | undefined): boolean =>
  filters !== undefined && ((dialect === 'clickhouse' && comparesNumbers(filters)) || looksUp(filters));

import { DataMindError } from '../../core/errors/datamind-error.js';
import { and, compare, type ParameterNode, parameter, type Sql } from '../../core/sql/statement.js';
import type { Operator } from '../../core/query/semantic-query.js';

type Values = readonly (string | number | boolean)[];
type ValueKind = 'string' | 'number' | 'boolean';

const digits = /^-?\d+(\.\d+)?$/;

/** A number as a parameter that keeps its digits. */
const numberParameter = (value: string | number): ParameterNode => {
  const text = String(value);
  if (!digits.test(text)) return parameter('float', Number(value));
  if (text.includes('.')) return parameter('decimal', text);
  const number = Number(text);
  if (Math.abs(number) < 2 ** 31) return parameter('integer', number);
  return BigInt(text) >= -(2n ** 63n) && BigInt(text) < 2n ** 63n
    ? parameter('bigint', text)
    : parameter('decimal', text);
};

/** @throws DataMindError `TYPE_MISMATCH` */
export const valueParameter = (
  value: string | number | boolean,
  kind: ValueKind,
  member: string,
  at: string,
): ParameterNode => {
  if (kind === 'string' && typeof value === 'string') return parameter('string', value);
  if (kind === 'boolean' && typeof value === 'boolean') return parameter('boolean', value);
  if (kind === 'number' && (typeof value === 'number' || (typeof value === 'string' && digits.test(value)))) {
    return numberParameter(value);
  }
  const wanted = { string: 'a text', number: 'a number', boolean: 'true or false' }[kind];
  throw new DataMindError('TYPE_MISMATCH', `"${member}" is compared with ${wanted}.`, { at });
};

const comparisons = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

const patterns: Partial<Record<Operator, (value: string) => string>> = {
  like: (value) => value,
  not_like: (value) => value,
  contains: (value) => `%${escaped(value)}%`,
  starts_with: (value) => `${escaped(value)}%`,
  ends_with: (value) => `%${escaped(value)}`,
};

/**
 * A condition on a value that is no time.
 * @throws DataMindError `TYPE_MISMATCH` when the operator or a value does not fit
 */
export const valueCondition = (
  operand: Sql,
  kind: ValueKind,
  op: Operator,
  values: Values,
  member: string,
  at: string,
): Sql => {
  const mismatch = (): DataMindError =>
    new DataMindError(
      'TYPE_MISMATCH',
      `The operator "${op}" does not work on "${member}", which is ${kind === 'number' ? 'a number' : kind === 'boolean' ? 'true or false' : 'a text'}.`,
      { at },
    );
  const bound = (index: number): ParameterNode => valueParameter(values[index]!, kind, member, at);
  switch (op) {
    case 'is_null':
    case 'not_null':
      return { kind: 'is_null', operand, negated: op === 'not_null' };
    case 'eq':
    case 'ne':
      return compare(operand, comparisons[op], bound(0));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      if (kind === 'boolean') throw mismatch();
      return compare(operand, comparisons[op], bound(0));
    case 'in':
    case 'not_in':
      return { kind: 'in', operand, values: values.map((_, index) => bound(index)), negated: op === 'not_in' };
    case 'between': {
      if (kind === 'boolean') throw mismatch();
      if (values.length !== 2) {
        throw new DataMindError('QUERY_INVALID', `"between" on "${member}" needs two values.`, { at });
      }
      return and([compare(operand, '>=', bound(0)), compare(operand, '<=', bound(1))]);
    }
    default: {
      const pattern = patterns[op];
      if (pattern === undefined || kind !== 'string') throw mismatch();
      bound(0);
      return { kind: 'like', operand, pattern: pattern(values[0] as string), negated: op === 'not_like' };
    }
  }
};

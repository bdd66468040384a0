/** The words of expressions, as data. */
import type { BinaryOperator, CastExpr } from './expression.js';

export const castTypes: Readonly<Record<string, CastExpr['to']>> = {
  string: 'string',
  text: 'string',
  varchar: 'string',
  char: 'string',
  integer: 'integer',
  int: 'integer',
  bigint: 'integer',
  decimal: 'decimal',
  numeric: 'decimal',
  number: 'decimal',
  float: 'float',
  double: 'float',
  real: 'float',
  boolean: 'boolean',
  bool: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  datetime: 'timestamp',
};

/** Functions over many rows, which are known so that they can be refused with a reason. */
export const aggregates: ReadonlySet<string> = new Set(
  (
    'sum count avg average min max median percentile count_if countif count_distinct stddev variance var_pop var_samp ' +
    'array_agg string_agg group_concat listagg percentile_cont percentile_disc approx_count_distinct any_value ' +
    'row_number rank dense_rank lag lead ntile first_value last_value'
  ).split(' '),
);

/** Words of the grammar: a column of such a name is written in double quotes. All other words may be names. */
export const reserved: ReadonlySet<string> = new Set(
  'and or not in between like is null true false case when then else end'.split(' '),
);

/** How tightly each operator holds; the higher the tighter. */
export const power = { or: 1, and: 2, not: 3, compare: 4, concat: 5, add: 6, multiply: 7, negate: 8 } as const;

export const binaryOperators: Readonly<Record<string, { readonly power: number; readonly operator: BinaryOperator }>> =
  {
    or: { power: power.or, operator: 'or' },
    and: { power: power.and, operator: 'and' },
    '=': { power: power.compare, operator: '=' },
    '<>': { power: power.compare, operator: '<>' },
    '!=': { power: power.compare, operator: '<>' },
    '<': { power: power.compare, operator: '<' },
    '<=': { power: power.compare, operator: '<=' },
    '>': { power: power.compare, operator: '>' },
    '>=': { power: power.compare, operator: '>=' },
    '||': { power: power.concat, operator: '||' },
    '+': { power: power.add, operator: '+' },
    '-': { power: power.add, operator: '-' },
    '*': { power: power.multiply, operator: '*' },
    '/': { power: power.multiply, operator: '/' },
    '%': { power: power.multiply, operator: '%' },
  };

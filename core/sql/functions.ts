/**
 * The portable functions: what an author may call in an expression, the same on every dialect. How a dialect writes each is
 * in `dialects/`, as a record over {@link FunctionName}, so that a hole does not compile.
 *
 * Laws for all: null in, null out, unless the entry says otherwise; no side effect; the same arguments give the same value.
 * Words (`date_trunc(month, x)`) stand in the tree as literals of type `string`, in lower case, as the first or last argument
 * that the entry names. The clock is the planner's: there is no `now`.
 */
import type { ValueType } from './expression.js';

/** Periods to cut to. Weeks begin on Monday here, whatever the project says; a dimension's own grain follows the project. */
export const truncGrains = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const;
/** `week` is the ISO week of the year, `dow` 1 for Monday to 7 for Sunday, `doy` counts from 1, `second` is whole. */
export const dateParts = ['year', 'quarter', 'month', 'week', 'day', 'dow', 'doy', 'hour', 'minute', 'second'] as const;
export const intervalUnits = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const;

/**
 * `temporal`: a date or a timestamp (an instant has neither day nor hour before a time zone is known, so it does not fit);
 * `same`: any type, but all `same` arguments of a call agree; `integer`: a number that is whole; `constant`: a literal whole
 * number; `grain`, `part`, `unit`: one of the words above.
 */
export type ParameterType =
  | 'string'
  | 'number'
  | 'integer'
  | 'constant'
  | 'boolean'
  | 'temporal'
  | 'same'
  | 'grain'
  | 'part'
  | 'unit';

export interface FunctionSignature {
  readonly parameters: readonly { readonly name: string; readonly type: ParameterType }[];
  /** How many of the last parameters may be left out. */
  readonly optional: number;
  /** The last parameter may be repeated. */
  readonly variadic: boolean;
  /**
   * `same`: the type of the `same` arguments; `truncated`: `date` for a day and coarser, else `timestamp`; `shifted`: the
   * type of the temporal argument.
   */
  readonly result: ValueType | 'same' | 'truncated' | 'shifted';
  readonly means: string;
}

const signature = (parameters: string, result: FunctionSignature['result'], means: string): FunctionSignature => {
  const parts = parameters === '' ? [] : parameters.split(/,\s*/);
  return Object.freeze({
    parameters: Object.freeze(
      parts.map((part) => {
        const [name, type] = part.replace(/[?…]/g, '').split(': ') as [string, ParameterType];
        return Object.freeze({ name, type });
      }),
    ),
    optional: parts.filter((part) => part.includes('?')).length,
    variadic: parts.at(-1)?.includes('…') ?? false,
    result,
    means,
  });
};

/** In a signature `?` marks what may be left out and `…` what may be repeated. */
export const functions = {
  // Conditions and nulls
  coalesce: signature('value: same, other…: same', 'same', 'The first argument that is not null.'),
  nullif: signature(
    'value: same, other: same',
    'same',
    'Null when both are equal, else the first; the first when the second is null.',
  ),
  if: signature(
    'condition: boolean, then: same, else?: same',
    'same',
    'The second when the condition is true, else (also when it is unknown) the third, or null.',
  ),
  greatest: signature('value: same, other…: same', 'same', 'The largest; null if any is null.'),
  least: signature('value: same, other…: same', 'same', 'The smallest; null if any is null.'),

  // Numbers
  abs: signature('x: number', 'number', 'The value without its sign.'),
  sign: signature('x: number', 'number', '-1, 0 or 1.'),
  round: signature(
    'x: number, digits?: constant',
    'number',
    'Rounded to so many digits after the point (0; negative ones before it), halves away from zero for decimals; binary floats by their exact value.',
  ),
  floor: signature('x: number', 'number', 'The largest whole number not above x.'),
  ceil: signature('x: number', 'number', 'The smallest whole number not below x.'),
  trunc: signature('x: number', 'number', 'x without what follows the point.'),
  mod: signature(
    'x: number, divisor: number',
    'number',
    'The remainder with the sign of x; null when the divisor is 0. The same as x % divisor.',
  ),
  power: signature('x: number, exponent: number', 'number', 'In double precision; null where there is no real result.'),
  sqrt: signature('x: number', 'number', 'In double precision; null for a negative x.'),
  exp: signature('x: number', 'number', 'In double precision.'),
  ln: signature('x: number', 'number', 'The natural logarithm in double precision; null unless x is above 0.'),
  log10: signature('x: number', 'number', 'The logarithm to base 10 in double precision; null unless x is above 0.'),
  log2: signature('x: number', 'number', 'The logarithm to base 2 in double precision; null unless x is above 0.'),
  sin: signature('radians: number', 'number', 'In double precision.'),
  cos: signature('radians: number', 'number', 'In double precision.'),
  asin: signature('x: number', 'number', 'In radians; null outside of -1 to 1.'),
  acos: signature('x: number', 'number', 'In radians; null outside of -1 to 1.'),
  atan2: signature('y: number, x: number', 'number', 'The angle of (x, y) in radians, above -pi to pi.'),
  radians: signature('degrees: number', 'number', 'Degrees as radians.'),

  // Text; characters count from 1
  lower: signature('text: string', 'string', 'In lower case, by the rules of the database.'),
  upper: signature('text: string', 'string', 'In upper case, by the rules of the database.'),
  trim: signature('text: string', 'string', 'Without spaces (U+0020) at both ends.'),
  ltrim: signature('text: string', 'string', 'Without spaces (U+0020) at the start.'),
  rtrim: signature('text: string', 'string', 'Without spaces (U+0020) at the end.'),
  length: signature('text: string', 'number', 'How many characters.'),
  substring: signature(
    'text: string, start: integer, count?: integer',
    'string',
    'From the character at start (1 is the first), to the end or so many. Empty when it lies outside or count is not above 0; a start below 1 counts as positions before the text.',
  ),
  left: signature('text: string, count: integer', 'string', 'The first characters; empty when count is not above 0.'),
  right: signature('text: string, count: integer', 'string', 'The last characters; empty when count is not above 0.'),
  concat: signature('text: string, other…: string', 'string', 'All joined; null if any is null, as with ||.'),
  replace: signature(
    'text: string, part: string, by: string',
    'string',
    'Every occurrence of part replaced; unchanged when part is empty.',
  ),
  strpos: signature(
    'text: string, part: string',
    'number',
    'Where part begins first, from 1; 0 when it is not there, 1 when part is empty.',
  ),
  contains: signature('text: string, part: string', 'boolean', 'Whether part occurs, upper and lower case differing.'),
  starts_with: signature(
    'text: string, part: string',
    'boolean',
    'Whether text begins with part, upper and lower case differing.',
  ),
  ends_with: signature(
    'text: string, part: string',
    'boolean',
    'Whether text ends with part, upper and lower case differing.',
  ),
  split_part: signature(
    'text: string, separator: string, number: constant',
    'string',
    'The piece of that number, from 1, between separators; empty when there are fewer.',
  ),
  lpad: signature(
    'text: string, width: constant, fill: string',
    'string',
    'Filled at the start to exactly width characters; cut at the end when longer.',
  ),
  rpad: signature(
    'text: string, width: constant, fill: string',
    'string',
    'Filled at the end to exactly width characters; cut at the end when longer.',
  ),

  // Time; an instant is refused, for its day depends on the time zone of who asks
  date_trunc: signature(
    'grain: grain, at: temporal',
    'truncated',
    'The start of the period; a date for day and coarser, else a timestamp. A date has no hours and minutes to cut to.',
  ),
  date_part: signature(
    'part: part, at: temporal',
    'number',
    'A whole number; hour, minute and second need a timestamp.',
  ),
  date_add: signature(
    'at: temporal, count: integer, unit: unit',
    'shifted',
    'Later by count units (earlier when negative); months, quarters and years keep the day, or take the last of a shorter month. Units below a day need a timestamp.',
  ),
  date_diff: signature(
    'unit: unit, from: temporal, to: temporal',
    'number',
    'How many boundaries of the unit (weeks: Mondays) lie between, negative when to is earlier. date_diff(year, 2023-12-31, 2024-01-01) is 1.',
  ),
  last_day: signature('at: temporal', 'date', 'The last day of the month.'),
  make_date: signature(
    'year: integer, month: integer, day: integer',
    'date',
    'Null, or an error of the database, when there is no such day.',
  ),
  from_unixtime: signature(
    'seconds: number',
    'timestamp',
    'The moment so many seconds after 1970-01-01T00:00:00, in UTC without a zone.',
  ),
} as const satisfies Record<string, FunctionSignature>;

export type FunctionName = keyof typeof functions;

/** Other names that authors know; the parser writes the portable name into the tree. */
export const functionAliases: Readonly<Record<string, FunctionName>> = {
  ifnull: 'coalesce',
  nvl: 'coalesce',
  iff: 'if',
  ceiling: 'ceil',
  pow: 'power',
  truncate: 'trunc',
  lcase: 'lower',
  ucase: 'upper',
  char_length: 'length',
  character_length: 'length',
  len: 'length',
  substr: 'substring',
  datetrunc: 'date_trunc',
  dateadd: 'date_add',
  datediff: 'date_diff',
  instr: 'strpos',
};

/** `year(x)` is written for `date_part(year, x)`. */
export const datePartFunctions: ReadonlySet<string> = new Set(dateParts);

export const isFunctionName = (name: string): name is FunctionName => Object.hasOwn(functions, name);

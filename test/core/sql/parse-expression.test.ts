import { expect } from 'chai';
import { bindExpression } from '../../../core/sql/bind-expression.js';
import type { Scope } from '../../../core/sql/bind-scope.js';
import { dialectFunctions } from '../../../core/sql/dialect-functions.js';
import type { Expr, ValueType } from '../../../core/sql/expression.js';
import { parseExpression } from '../../../core/sql/parse-expression.js';

const columns: Readonly<Record<string, ValueType>> = {
  a: 'number',
  b: 'number',
  t: 'string',
  d: 'date',
  ts: 'timestamp',
  i: 'instant',
  f: 'boolean',
};

const scope: Scope = {
  subject: false,
  native: dialectFunctions.clickhouse,
  resolve: (parts) => {
    const column = parts.at(-1)!.text;
    const type = columns[column] ?? 'unknown';
    return { expr: { kind: 'field', path: parts.slice(0, -1).map(({ text }) => text), column, type }, type };
  },
};

/** The tree with every bracket, so that precedence shows. */
const show = (expr: Expr): string => {
  switch (expr.kind) {
    case 'field':
      return [...expr.path, expr.column].join('.');
    case 'literal':
      return expr.type === 'string'
        ? `'${expr.value}'`
        : expr.type === 'number'
          ? expr.value!
          : `${expr.type}:${expr.value}`;
    case 'subject':
      return `subject.${expr.attribute}`;
    case 'call':
      return `${expr.native ? '!' : ''}${expr.function}(${expr.args.map(show).join(', ')})`;
    case 'binary':
      return `(${show(expr.left)} ${expr.operator} ${show(expr.right)})`;
    case 'unary':
      return `(${expr.operator} ${show(expr.operand)})`;
    case 'case':
      return `case${expr.branches.map((branch) => ` ${show(branch.when)}→${show(branch.then)}`).join('')} else ${expr.otherwise === null ? '∅' : show(expr.otherwise)}`;
    case 'cast':
      return `cast(${show(expr.operand)} ${expr.to})`;
    case 'in':
      return `(${show(expr.operand)} ${expr.negated ? 'not in' : 'in'} [${expr.values.map(show).join(', ')}])`;
    case 'between':
      return `(${show(expr.operand)} ${expr.negated ? 'not between' : 'between'} ${show(expr.low)} ${show(expr.high)})`;
    case 'like':
      return `(${show(expr.operand)} ${expr.negated ? 'not like' : 'like'} ${show(expr.pattern)})`;
    case 'is_null':
      return `(${show(expr.operand)} is${expr.negated ? ' not' : ''} null)`;
  }
};

const parsed = (text: string): string => {
  const { syntax, problem } = parseExpression(text);
  if (syntax === null) return `! ${problem.start}-${problem.end} ${problem.message}`;
  const { expr, problems } = bindExpression(syntax, scope);
  const [first] = problems;
  return first === undefined ? show(expr!) : `! ${first.start}-${first.end} ${first.code} ${first.message}`;
};

const good: readonly (readonly [string, string])[] = [
  ['a + b * 2', '(a + (b * 2))'],
  ['a - b - 1', '((a - b) - 1)'],
  ['-a * b', '((- a) * b)'],
  ['a * -b', '(a * (- b))'],
  ['- -a', '(- (- a))'],
  ['not a = 1 and f', '((not (a = 1)) and f)'],
  ['f or f and not f', '(f or (f and (not f)))'],
  ['a between 1 and 2 and f', '((a between 1 2) and f)'],
  ['a not between 1 + 1 and 2 or f', '((a not between (1 + 1) 2) or f)'],
  ["t || 'x' = 'y'", "((t || 'x') = 'y')"],
  ["t in ('a', 'b''c')", "(t in ['a', 'b'c'])"],
  ["t NOT LIKE '%x_'", "(t not like '%x_')"],
  ['a is not null', '(a is not null)'],
  ['a is null = f', '! 10-11 comparisons cannot be chained; join them with `and`'],
  ['(a is null) = f', '((a is null) = f)'],
  ['a <> 1', '(a <> 1)'],
  ['a != 1', '(a <> 1)'],
  ['.5 + 1.25e3', '(0.5 + 1.25e3)'],
  ["case t when 'x' then 1 else 2 end", "case (t = 'x')→1 else 2"],
  ['case when f then 1 end', 'case f→1 else ∅'],
  ['cast(a as varchar)', 'cast(a string)'],
  ['extract(YEAR from d)', "date_part('year', d)"],
  ['year(d)', "date_part('year', d)"],
  ["position('x' in t)", "strpos(t, 'x')"],
  ['date_trunc(month, ts)', "date_trunc('month', ts)"],
  ["date_add(d, 3, 'days')", "date_add(d, 3, 'day')"],
  ["d > date '2024-02-29'", '(d > date:2024-02-29)'],
  ["ts >= date '2024-01-01'", '(ts >= timestamp:2024-01-01T00:00:00)'],
  ["ts >= timestamp '2024-01-01 10:30'", '(ts >= timestamp:2024-01-01T10:30:00)'],
  ['d = ts', '(cast(d timestamp) = ts)'],
  ['"Order ID" + order.line.a', '(Order ID + order.line.a)'],
  ['ifnull(a, 0)', 'coalesce(a, 0)'],
  ['if(f, a, b)', 'if(f, a, b)'],
  ['tostring(a)', '!toString(a)'],
  ['left(t, 2) || right(t, 1)', '(left(t, 2) || right(t, 1))'],
  ['date', 'date'],
];

const bad: readonly (readonly [string, string])[] = [
  ['', '! 0-0 the expression is empty; write a value or a name'],
  ['a +', '! 2-3 expected a value after `+`'],
  ['a + )', '! 2-3 expected a value after `+`'],
  ['a == 1', '! 2-4 equality is written `=`, not `==`'],
  ['(a + 1', '! 0-1 this `(` is not closed; add a `)`'],
  ['coalesce(a, (b)', '! 8-9 this `(` is not closed; add a `)`'],
  ['a + 1)', '! 5-6 this `)` closes nothing; remove it'],
  ["t = 'x", "! 4-5 this text is not closed by a `'`"],
  [
    'sum(a) > 1',
    '! 0-3 `sum` is computed over many rows and cannot stand in an expression about one; declare a measure for it',
  ],
  [
    'row_number() over (a)',
    '! 0-10 `row_number` is computed over many rows and cannot stand in an expression about one; declare a measure for it',
  ],
  ['lower(t) over (f)', '! 9-13 window functions are not allowed; declare a measure or a metric'],
  [
    'a in (select 1)',
    '! 6-12 subqueries are not allowed; walk a join (`customer.country`), or give the entity as `sql`',
  ],
  ['a; drop table x', '! 1-2 an expression is one value: remove the `;`'],
  ['a -- b', '! 2-4 comments are not allowed in an expression; for a minus before a negative number write `- (-1)`'],
  ['a::int', '! 1-3 write `cast(x as type)` instead of `::`'],
  ['{{ a }}', '! 0-2 there are no templates here; write the expression itself'],
  ['a = 1 = 2', '! 6-7 comparisons cannot be chained; join them with `and`'],
  ["date '2024-02-30'", "! 5-17 there is no such date; write it as `date '2024-01-31'`"],
  ['lowr(t)', '! 0-4 FUNCTION_UNKNOWN there is no function `lowr`; did you mean `lower`?'],
  ['now()', '! 0-3 FUNCTION_UNKNOWN there is no function `now`; the clock belongs to the query: use a time range'],
  ['round(a, 1, 2)', '! 0-5 FUNCTION_ARGUMENTS `round` takes (x, digits?), and here are 3 arguments'],
  [
    'date_trunc(moth, d)',
    '! 11-15 FUNCTION_ARGUMENTS one of minute, hour, day, week, month, quarter, year is expected as `grain` of `date_trunc`; did you mean month?',
  ],
  ['t + 1', '! 0-1 EXPRESSION_TYPE a number is expected before `+`, and this is text'],
  [
    'd + 1',
    '! 0-1 EXPRESSION_TYPE a number is expected before `+`, and this is a date; compute with dates by `date_add` and `date_diff`',
  ],
  ["d > '2024-01-01'", "! 4-16 EXPRESSION_TYPE a date cannot be compared with text; write `date '2024-01-01'`"],
  ['a = null', '! 4-8 EXPRESSION_TYPE nothing compares with null; write `is null`'],
  ['a and f', '! 0-1 CONDITION_TYPE a condition is expected before `and`, and this is a number'],
  [
    "case when f then 1 else 'x' end",
    '! 24-27 EXPRESSION_TYPE the values of `case` must be of one type: before this is a number, and this is text',
  ],
  [
    'date_trunc(day, i)',
    '! 16-17 EXPRESSION_TYPE a date or timestamp is expected as `at` of `date_trunc`, and this is an instant; its day depends on the time zone of who asks; group by it with a grain in the query instead',
  ],
  ['date_trunc(hour, d)', '! 0-19 EXPRESSION_TYPE a date has no hour; cast it to timestamp first'],
  ['subject.region = t', '! 0-14 SUBJECT_NOT_HERE attributes of the subject have a meaning in policies only'],
  ['t in t', "! 5-6 write the list of `in` in parentheses: `in ('a', 'b')`"],
  ['a.*', '! 2-3 `*` stands only between two numbers; name one column'],
];

describe('expressions', () => {
  for (const [text, expected] of [...good, ...bad]) {
    it(`${text === '' ? '(nothing)' : text}`, () => expect(parsed(text)).to.equal(expected));
  }

  it('refuses what is nested too deeply or too long, and never overflows', () => {
    for (const text of [
      '('.repeat(5000),
      'not '.repeat(3000),
      '-'.repeat(1) + ' -'.repeat(3000),
      `a${' + a'.repeat(5000)}`,
    ]) {
      expect(parsed(text)).to.match(/^! /);
    }
    expect(parsed(`a${' + a'.repeat(900)}`)).to.match(/^\(/);
  });
});

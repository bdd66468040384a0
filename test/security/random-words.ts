import type { TextDialect } from '../../core/sql/text-dialects.js';
/** What random statements are made of: tables, constants, and per engine the functions, joins and clauses that it has. */

export type Kind = 'number' | 'text' | 'time';

export interface Field {
  readonly name: string;
  readonly kind: Kind;
}

const number = (name: string): Field => ({ name, kind: 'number' });
const text = (name: string): Field => ({ name, kind: 'text' });
const time = (name: string): Field => ({ name, kind: 'time' });

export const tables: Readonly<Record<string, readonly Field[]>> = {
  customers: [number('id'), text('name'), text('email'), text('region'), time('created_at')],
  orders: [number('id'), number('customer_id'), number('amount'), text('status'), time('created_at')],
  employees: [number('id'), text('name'), number('manager_id')],
  readings: [number('id'), number('customer_id'), number('big'), number('price'), text('label'), time('at')],
};

/** Columns that are denied: asked for now and then. */
export const denied: Readonly<Record<string, readonly Field[]>> = {
  customers: [text('ssn')],
  employees: [number('salary')],
};

/** Values of visible and of hidden rows. */
export const constants: Readonly<Record<Kind, readonly string[]>> = {
  number: ['0', '1', '2', '3', '5', '10', '20', '50', '75.25', '100.5', '640.64', '33', '9.99'],
  text: ["'EU'", "'US'", "'APAC'", "'paid'", "'open'", "'secret'", "'Ada'", "'Hidden Harry'", "''", "'12'"],
  time: ["'2025-01-06 09:30:00'", "'2025-05-02 00:00:00'", "'2025-03-09 12:00:00'", "'2025-06-02 11:00:00'"],
};

export const patterns = ["'A%'", "'%a%'", "'_U'", "'paid'"];
export const aliasNames = ['a', 'b', 'c', 'x', 'customers', 'orders', 'employees', 'region', 't', 'p'];
export const outputNames = [
  'id',
  'region',
  'amount',
  'status',
  'name',
  'email',
  'x',
  'y',
  'n',
  'customer_id',
  'v',
  'w',
];
export const commonNames = ['customers', 'orders', 'employees', 'x', 'region', 'p'];

export const types: Readonly<Record<TextDialect, { readonly number: string; readonly text: string }>> = {
  duckdb: { number: 'integer', text: 'varchar' },
  sqlite: { number: 'integer', text: 'text' },
  postgres: { number: 'integer', text: 'text' },
  mysql: { number: 'signed', text: 'char' },
  clickhouse: { number: 'Nullable(Int32)', text: 'Nullable(String)' },
};

/** What an engine has besides what all have. */
export type Feature =
  | 'full join'
  | 'using'
  | 'natural'
  | 'lateral'
  | 'correlated'
  | 'set operations'
  | 'set parentheses'
  | 'recursive'
  | 'common columns'
  | 'materialized'
  | 'filter'
  | 'grouping sets'
  | 'with rollup'
  | 'distinct on'
  | 'values'
  | 'column1'
  | 'qualify'
  | 'limit by'
  | 'semi'
  | 'exclude'
  | 'from first'
  | 'by all'
  | 'tuples'
  | 'quantified'
  | 'strict names'
  | 'frames';

const features = (...of: readonly Feature[]): ReadonlySet<Feature> => new Set(of);

export const featuresOf: Readonly<Record<TextDialect, ReadonlySet<Feature>>> = {
  postgres: features(
    ...(['full join', 'using', 'natural', 'lateral', 'correlated', 'set operations', 'set parentheses'] as const),
    ...(['recursive', 'common columns', 'materialized', 'filter', 'grouping sets', 'distinct on', 'values'] as const),
    ...(['tuples', 'quantified', 'frames'] as const),
  ),
  duckdb: features(
    ...(['full join', 'using', 'natural', 'lateral', 'correlated', 'set operations', 'set parentheses'] as const),
    ...(['recursive', 'common columns', 'materialized', 'filter', 'grouping sets', 'distinct on', 'values'] as const),
    ...(['tuples', 'quantified', 'qualify', 'semi', 'exclude', 'from first', 'by all', 'frames'] as const),
  ),
  sqlite: features(
    ...(['full join', 'using', 'natural', 'correlated', 'set operations', 'recursive', 'common columns'] as const),
    ...(['materialized', 'filter', 'column1', 'tuples', 'frames'] as const),
  ),
  mysql: features(
    ...([
      'using',
      'natural',
      'correlated',
      'set operations',
      'set parentheses',
      'recursive',
      'common columns',
    ] as const),
    ...(['with rollup', 'tuples', 'quantified', 'strict names', 'frames'] as const),
  ),
  // Not recursion: ClickHouse itself answers wrongly where such a table is joined with itself.
  clickhouse: features(
    ...(['full join', 'using', 'with rollup', 'qualify', 'limit by', 'semi', 'by all'] as const),
    ...(['tuples', 'strict names', 'frames'] as const),
  ),
};

/** `#`, `$` and `@` stand for a number, a text and a time; with a digit behind them, for the same one each time. */
export type Templates = Readonly<Record<Kind, readonly string[]>>;

const everywhere: Templates = {
  number: [
    'abs(#)',
    'length($)',
    'round(#)',
    '# + #',
    '(# * 2)',
    'nullif(#, #)',
    'coalesce(#, #)',
    'case # when 1 then # else # end',
    'case when $ is null then # end',
    '(-#)',
  ],
  text: [
    'upper($)',
    'lower($)',
    'trim($)',
    "replace($, 'a', 'b')",
    'concat($, $)',
    'substr($, 1, 2)',
    'coalesce($, $)',
    "case when # > 2 then $ else 'none' end",
  ],
  time: ['coalesce(@, @)', 'case when # > 2 then @ end', 'nullif(@, @)'],
};

const own: Readonly<Record<TextDialect, Templates>> = {
  postgres: {
    number: [
      'extract(year from @)',
      "position('a' in $)",
      '(array[#, #])[1]',
      'jsonb_array_length(jsonb_build_array(#, $))',
      "cast(jsonb_build_object('k', #) ->> 'k' as numeric)",
      'sign(#)',
      "array_length(string_to_array($, ' '), 1)",
      'greatest(#, #)',
      "date_part('day', @)",
    ],
    text: [
      "to_char(@, 'YYYY-MM')",
      "split_part($, '@', 1)",
      "regexp_replace($, '[aeiou]', '', 'g')",
      'md5($)',
      '$ || $',
      "lpad($, 5, '*')",
      'substring($ from 1 for 2)',
      "cast(jsonb_build_object('a', $, 'b', #) as text)",
      "array_to_string(array[$, $], ',')",
    ],
    time: ["date_trunc('month', @)", "@ + interval '1 day'", 'least(@, @)'],
  },
  duckdb: {
    number: [
      'year(@)',
      'extract(month from @)',
      "instr($, 'a')",
      '[#, #][1]',
      "len(string_split($, ' '))",
      'list_sum([#, #])',
      'list_sum(list_transform([#, #], z -> z + 1))',
      'greatest(#, #)',
      "date_diff('day', @, @)",
      "({'k': #}).k",
    ],
    text: [
      "strftime(@, '%Y-%m')",
      "split_part($, '@', 1)",
      "regexp_replace($, '[aeiou]', '', 'g')",
      'md5($)',
      '$ || $',
      "lpad($, 5, '*')",
      "cast(json_object('a', $, 'b', #) as varchar)",
      "array_to_string([$, $], ',')",
      '$[1:2]',
    ],
    time: ["date_trunc('month', @)", "@ + interval '1 day'", 'least(@, @)'],
  },
  sqlite: {
    number: [
      "instr($, 'a')",
      "json_extract(json_object('k', #), '$.k')",
      'max(#, #)',
      'ifnull(#, #)',
      'iif(# > 2, #, #)',
    ],
    text: ["strftime('%Y-%m', @)", '$ || $', "json_object('a', $, 'b', #)", 'typeof(#)', "printf('%s-%s', $, $)"],
    time: ["datetime(@, '+1 day')", 'ifnull(@, @)', 'date(@)'],
  },
  mysql: {
    number: [
      'year(@)',
      "locate('a', $)",
      'if(# > 2, #, #)',
      'ifnull(#, #)',
      "json_value(json_object('k', #), '$.k') + 0",
      'greatest(#, #)',
      'datediff(@, @)',
      'extract(month from @)',
    ],
    text: [
      "date_format(@, '%Y-%m')",
      "substring_index($, '@', 1)",
      "regexp_replace($, '[aeiou]', '')",
      'md5($)',
      "lpad($, 5, '*')",
      'substring($ from 1 for 2)',
      "json_object('a', $, 'b', #)",
      "concat_ws(',', $, $)",
    ],
    time: ['date_add(@, interval 1 day)', 'least(@, @)', 'last_day(@)'],
  },
  clickhouse: {
    number: [
      'toYear(@)',
      "position($, 'a')",
      'if(# > 2, #, #)',
      'ifNull(#, #)',
      'multiIf(# > 2, #, # > 1, #, #)',
      'arrayElement([#, #], 1)',
      "length(splitByChar(' ', ifNull($, '')))",
      'arraySum(arrayMap(z -> ifNull(z, 0) + 1, [#, #]))',
      "dateDiff('day', @, @)",
      'greatest(#, #)',
    ],
    text: [
      "formatDateTime(@, '%Y-%m')",
      "splitByChar('@', ifNull($, ''))[1]",
      "replaceRegexpAll($, '[aeiou]', '')",
      'hex(MD5($))',
      'substring($, 1, 2)',
      'toString(#)',
      "arrayStringConcat([ifNull($, ''), ifNull($, '')], ',')",
      '$ || $',
    ],
    time: ['toStartOfMonth(@)', '@ + interval 1 day', 'addDays(@, 2)'],
  },
};

export const templatesOf = (dialect: TextDialect, kind: Kind): readonly string[] => [
  ...everywhere[kind],
  ...own[dialect][kind],
];

/** Aggregates whose value does not depend on the order of the rows. */
const aggregatesEverywhere: Templates = {
  number: [
    'count(*)',
    'count(distinct $)',
    'count(#)',
    'sum(#)',
    'min(#)',
    'max(#)',
    'avg(#)',
    'count(case when # > 2 then 1 end)',
  ],
  text: ['min($)', 'max($)'],
  time: ['min(@)', 'max(@)'],
};

const ownAggregates: Readonly<Record<TextDialect, Templates>> = {
  postgres: {
    number: [
      'percentile_cont(0.5) within group (order by #)',
      'count(*) filter (where # > 2)',
      'array_length(array_agg(#), 1)',
    ],
    text: [
      "string_agg($1, ',' order by $1)",
      'cast(array_agg(#1 order by #1) as text)',
      'cast(jsonb_agg($1 order by $1) as text)',
      "cast(bool_or($ = 'EU') as text)",
    ],
    time: ['max(@) filter (where # > 2)'],
  },
  duckdb: {
    number: ['median(#)', 'quantile_cont(#, 0.5)', 'count(*) filter (where # > 2)', 'count_if(# > 2)', 'len(list(#))'],
    text: [
      "string_agg($1, ',' order by $1)",
      'cast(list_sort(list(#)) as varchar)',
      "cast(bool_or($ = 'EU') as varchar)",
    ],
    time: ['max(@) filter (where # > 2)'],
  },
  sqlite: {
    number: ['total(#)', 'count(*) filter (where # > 2)', 'sum(# > 2)'],
    text: ["group_concat($1, ',' order by $1)", 'max($) filter (where # > 2)'],
    time: ['max(@) filter (where # > 2)'],
  },
  mysql: {
    number: ['sum(if(# > 2, 1, 0))', 'std(#)', 'bit_or(# > 2)'],
    text: ['group_concat($1 order by $1)', "group_concat(distinct $1 order by $1 separator '-')"],
    time: ['max(if(# > 2, @, null))'],
  },
  clickhouse: {
    number: [
      'countIf(# > 2)',
      'sumIf(#, # > 2)',
      'uniqExact($)',
      'length(groupArray(#))',
      'quantileExact(0.5)(#)',
      'sum(#) filter (where # > 2)',
    ],
    text: [
      "arrayStringConcat(arraySort(groupArray($)), ',')",
      'maxIf($, # > 2)',
      'toString(arraySort(groupUniqArray(#)))',
    ],
    time: ['maxIf(@, # > 2)'],
  },
};

export const aggregatesOf = (dialect: TextDialect, kind: Kind): readonly string[] => [
  ...aggregatesEverywhere[kind],
  ...ownAggregates[dialect][kind],
];

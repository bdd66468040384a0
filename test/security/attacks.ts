/** Statements that are to exhaust a server: by size, by nesting, by what they make, by what their parsers make of them. */
import type { DialectName } from '../../core/plugin/contract.js';

export interface Attack {
  readonly title: string;
  readonly sql: string;
  /** It is harmless when it is cheap: it may be answered. */
  readonly mayRun?: true;
}

const times = (count: number, of: (at: number) => string, between: string): string =>
  Array.from({ length: count }, (_, at) => of(at)).join(between);

const recursive = 'with recursive r as (select 1 as n union all select n + 1 from r';

const everywhere: readonly Attack[] = [
  { title: 'endless recursion', sql: `${recursive}) select count(*) as n from r` },
  { title: 'recursion to a billion', sql: `${recursive} where n < 1000000000) select count(*) as n from r` },
  {
    title: 'recursion that doubles',
    sql: 'with recursive r as (select 1 as n union all select a.n + 1 from r a cross join (select 1 as x union all select 2) b where a.n < 60) select count(*) as n from r',
  },
  { title: 'cross join of six tables', sql: `select count(*) as n from ${times(6, (at) => `orders o${at}`, ', ')}` },
  {
    title: 'cross join hidden by true conditions',
    sql: `select count(*) as n from orders o0 ${times(9, (at) => `join orders o${at + 1} on o${at}.id > 0`, ' ')}`,
  },
  {
    title: 'common tables that square each other',
    sql: `with c0 as (select id from orders), ${times(12, (at) => `c${at + 1} as (select a.id from c${at} a join c${at} b on a.id > 0)`, ', ')} select count(*) as n from c12`,
  },
  { title: 'ten megabytes of one text', sql: `select '${'x'.repeat(10_000_000)}' as t` },
  { title: 'ten megabytes of columns', sql: `select ${times(1_000_000, (at) => `${at % 10} as c`, ',')}` },
  { title: '10,000 nested parentheses', sql: `select ${'('.repeat(10_000)}1${')'.repeat(10_000)} as x` },
  { title: '10,000 nested calls', sql: `select ${'abs('.repeat(10_000)}1${')'.repeat(10_000)} as x` },
  { title: '5,000 nested subqueries', sql: `${'select * from ('.repeat(5_000)}select 1 as x${') t'.repeat(5_000)}` },
  { title: '10,000 signs', sql: `select ${'- '.repeat(10_000)}1 as x` },
  { title: '9,000 times not', sql: `select ${'not '.repeat(9_000)}true as x` },
  { title: '90,000 opening brackets', sql: `select ${'['.repeat(90_000)}` },
  { title: 'a name of 90,000 letters', sql: `select ${'x'.repeat(90_000)} from orders` },
  { title: 'a comment of 90,000 stars', sql: `select 1 as x /*${'*'.repeat(90_000)}` },
  { title: '90,000 opening comments', sql: `select 1 as x ${'/*'.repeat(45_000)}` },
  { title: '90,000 digits', sql: `select ${'9'.repeat(90_000)} as x` },
  { title: '45,000 semicolons', sql: `select 1${'; '.repeat(45_000)}` },
  { title: '60 unions', sql: times(60, (at) => `select id, amount from orders where id = ${at}`, ' union all ') },
  {
    title: '59 common tables',
    sql: `with ${times(59, (at) => `c${at} as (select id from ${at === 0 ? 'orders' : `c${at - 1}`})`, ', ')} select count(*) as n from c58`,
  },
  { title: '2,400 columns', sql: `select ${times(2_400, (at) => `id as c${at}`, ', ')} from orders`, mayRun: true },
  {
    title: '2,400 times or',
    sql: `select id from orders where ${times(2_400, (at) => `id = ${at}`, ' or ')}`,
    mayRun: true,
  },
  {
    title: '1,600 branches of a case',
    sql: `select case ${times(1_600, (at) => `when id = ${at} then ${at}`, ' ')} end as x from orders`,
    mayRun: true,
  },
  { title: '4,900 terms of a sum', sql: `select ${times(4_900, () => '1', ' + ')} as x from orders`, mayRun: true },
  {
    title: 'a list of 4,900 numbers',
    sql: `select id from orders where id in (${times(4_900, String, ', ')})`,
    mayRun: true,
  },
  {
    title: 'a list of 10,000 numbers',
    sql: `select id from orders where id in (${times(10_000, String, ', ')})`,
    mayRun: true,
  },
  {
    title: 'a pattern of 20,000 wildcards',
    sql: `select id from customers where name like '${'%a'.repeat(20_000)}'`,
    mayRun: true,
  },
  {
    title: 'a window over a cross join',
    sql: 'select count(*) as n from (select row_number() over (order by a.id) as x from orders a cross join orders b cross join orders c cross join orders d) t',
  },
];

const own: Readonly<Partial<Record<DialectName, readonly Attack[]>>> = {
  postgres: [
    { title: 'a series to a trillion', sql: 'select count(*) as n from generate_series(1, 1000000000000) g' },
    {
      title: 'series multiplied',
      sql: `select count(*) as n from ${times(4, (at) => `generate_series(1, 100000) g${at}`, ', ')}`,
    },
    { title: 'a pattern that backtracks', sql: "select repeat('a', 40) ~ '^(a+)+$b' as x", mayRun: true },
    { title: 'a text of a gigabyte', sql: "select length(repeat('x', 1000000000)) as n" },
    {
      title: 'text doubled by replace',
      sql: `select length(${'replace('.repeat(20)}repeat('x', 1000)${", 'x', 'xxxxxxxxxx')".repeat(20)}) as n`,
    },
    { title: 'a factorial', sql: 'select factorial(100000) as x' },
    { title: 'a large power', sql: 'select length((99999999::numeric ^ 999999)::text) as n' },
  ],
  mysql: [
    { title: 'benchmark', sql: "select benchmark(1000000000, md5('x')) as x" },
    { title: 'a pattern that backtracks', sql: "select repeat('a', 40) rlike '^(a+)+$b' as x", mayRun: true },
    { title: 'a text of a gigabyte', sql: "select length(repeat('x', 1000000000)) as n" },
  ],
  sqlite: [
    { title: 'a blob of a gigabyte', sql: 'select length(hex(randomblob(1000000000))) as n' },
    { title: 'a printed width of a gigabyte', sql: "select length(printf('%1000000000d', 1)) as n" },
    {
      title: 'a glob that backtracks',
      sql: `select '${'a'.repeat(200)}' glob '${'*a'.repeat(40)}b' as x`,
      mayRun: true,
    },
  ],
  duckdb: [
    { title: 'a range to a trillion', sql: 'select count(*) as n from range(1000000000000)' },
    { title: 'ranges multiplied', sql: 'select count(*) as n from range(100000) a, range(100000) b, range(100000) c' },
    { title: 'a list of a billion', sql: 'select len(range(1000000000)) as n' },
    { title: 'a text of a gigabyte', sql: "select length(repeat('x', 1000000000)) as n" },
  ],
  clickhouse: [
    { title: 'numbers to a trillion', sql: 'select count() as n from numbers(1000000000000)' },
    { title: 'an array of a billion', sql: 'select length(range(1000000000)) as n' },
    { title: 'a text of a gigabyte', sql: "select length(repeat('x', 1000000000)) as n" },
    {
      title: 'arrays multiplied by array joins',
      sql: `select count() as n from (select 1) t ${times(5, (at) => `array join range(1000) as a${at}`, ' ')}`,
    },
  ],
};

export const attacksOn = (dialect: DialectName): readonly Attack[] => [...everywhere, ...(own[dialect] ?? [])];

/** Time zones, clocks that go forward and back, weeks and fiscal years, words for ranges, gaps. */
import { by, days, type Question } from './question.js';

const orders = (zone: string): string => `z as (select *, ordered_at at time zone '${zone}' w from orders)`;

/** Words beside the bounds that they mean at noon of 2 April 2025 in Berlin, a Wednesday; fiscal years begin in November. */
const words: Readonly<Record<string, readonly [from: string, to: string]>> = {
  today: ['2025-04-02', '2025-04-03'],
  'last month': ['2025-03-01', '2025-04-01'],
  'last 3 full months': ['2025-01-01', '2025-04-01'],
  'past 2 months': ['2025-02-03', '2025-04-03'],
  'past 3 weeks': ['2025-03-13', '2025-04-03'],
  'month to date': ['2025-04-01', '2025-04-03'],
  'last month to date': ['2025-03-01', '2025-03-03'],
  'last year to date': ['2024-01-01', '2024-04-03'],
  'this fiscal year': ['2024-11-01', '2025-11-01'],
  'fiscal year to date': ['2024-11-01', '2025-04-03'],
  'last 2 fiscal quarters': ['2024-08-01', '2025-02-01'],
  FY2024: ['2023-11-01', '2024-11-01'],
  'last week': ['2025-03-24', '2025-03-31'],
  'next 2 weeks': ['2025-04-07', '2025-04-21'],
  'Q4 2024': ['2024-10-01', '2025-01-01'],
  '2024-02': ['2024-02-01', '2024-03-01'],
  'before 2023-12': ['2000-01-01', '2023-12-01'],
  'since 2026-10': ['2026-10-01', '2030-01-01'],
  '2024-02 to 2024-03': ['2024-02-01', '2024-04-01'],
  'past 6 hours': ['2025-04-02 07:00:00', '2025-04-02 13:00:00'],
};

const wordQuestions = Object.entries(words).map(
  ([range, [from, to]]): Question => ({
    title: range,
    query: { metrics: ['orders_placed', 'units_sold'], time: { range } },
    sql: `select count(distinct order_id), sum(quantity) filter (where ok) from placed left join order_lines using (order_id)
      where wall >= timestamp '${from}' and wall < timestamp '${to}'`,
  }),
);

/** Conditions on a time beside what they mean in Berlin. */
const conditions: readonly (readonly [op: string, values: readonly string[], meaning: string])[] = [
  ['eq', ['2025-03-30'], `w >= '2025-03-30' and w < '2025-03-31'`],
  ['gt', ['2025-03-30'], `w >= '2025-03-31'`],
  ['gte', ['2025-03-30'], `w >= '2025-03-30'`],
  ['lte', ['2024-02-29'], `w < '2024-03-01'`],
  ['lt', ['2024-02-29'], `w < '2024-02-29'`],
  ['ne', ['2025-03-30'], `not (w >= '2025-03-30' and w < '2025-03-31')`],
  ['in', ['2024-02-29', '2025-03-30'], `w::date in ('2024-02-29', '2025-03-30')`],
  ['not_in', ['2024-02-29', '2025-03-30'], `w::date not in ('2024-02-29', '2025-03-30')`],
  ['between', ['2024-02-28', '2024-03-01'], `w >= '2024-02-28' and w < '2024-03-01'`],
  ['between', ['last month'], `w >= '2025-03-01' and w < '2025-04-01'`],
  ['gte', ['2024-10-27T02:30:00'], `shipped_at >= '2024-10-27 00:30:00+00'`],
  ['lt', ['2025-03-30T02:30:00'], `shipped_at < '2025-03-30 01:30:00+00'`],
];

const conditionQuestions = conditions.map(
  ([op, values, meaning]): Question => ({
    title: `shipped ${op} ${values.join(' and ')}; what was not shipped is in neither`,
    query: { metrics: ['orders_placed'], filters: { member: 'shipped_at', op: op as 'eq', values: [...values] } },
    sql: `select count(*) from (select *, shipped_at at time zone 'Europe/Berlin' w from orders) where ${meaning}`,
  }),
);

export const times: readonly Question[] = [
  ...wordQuestions,
  ...conditionQuestions,
  {
    title: 'hours of the day that has 23',
    query: {
      metrics: ['orders_placed'],
      dimensions: [by('hour')],
      time: { range: ['2025-03-30', '2025-03-31'] },
      fill: true,
    },
    sql: `select h, (select count(*) from placed where date_trunc('hour', wall) = h)
      from (select unnest(generate_series(timestamp '2025-03-30', timestamp '2025-03-30 23:00:00', interval 1 hour)) h) order by 1`,
  },
  {
    title: 'hours of the day that has 25: one of them twice as long',
    query: { metrics: ['visits'], dimensions: [by('hour')], time: { range: ['2024-10-27', '2024-10-28'] } },
    sql: `select date_trunc('hour', started_at at time zone 'Europe/Berlin'), count(*) from web_sessions
      where started_at >= '2024-10-26 22:00:00+00' and started_at < '2024-10-27 23:00:00+00' group by 1 order by 1`,
  },
  {
    title: 'a range within the hour that comes twice begins with the first',
    query: { metrics: ['visits'], time: { range: ['2024-10-27T02:15:00', '2024-10-27T04:00:00'] } },
    sql: `select count(*) from web_sessions where started_at >= '2024-10-27 00:15:00+00' and started_at < '2024-10-27 03:00:00+00'`,
  },
  {
    title: 'a range from a time that never was',
    query: { metrics: ['visits'], time: { range: ['2025-03-30T02:30:00', '2025-03-30T06:00:00'] } },
    sql: `select count(*) from web_sessions where started_at >= '2025-03-30 01:30:00+00' and started_at < '2025-03-30 04:00:00+00'`,
  },
  {
    title: 'days in New York when its clocks go back',
    query: {
      metrics: ['orders_placed'],
      dimensions: [by('day')],
      time: { range: ['2024-11-02', '2024-11-06'] },
      timezone: 'America/New_York',
    },
    sql: `with ${orders('America/New_York')} select w::date, count(*) from z where w >= '2024-11-02' and w < '2024-11-06' group by 1 order by 1`,
  },
  {
    title: 'yesterday by hour in India, half an hour off',
    query: {
      metrics: ['orders_placed'],
      dimensions: [by('hour')],
      time: { range: 'yesterday' },
      timezone: 'Asia/Kolkata',
    },
    sql: `with ${orders('Asia/Kolkata')} select date_trunc('hour', w), count(*) from z where w >= '2025-04-01' and w < '2025-04-02' group by 1 order by 1`,
  },
  {
    title: 'today where it is tomorrow',
    query: { metrics: ['orders_placed'], time: { range: 'today' }, timezone: 'Pacific/Kiritimati' },
    sql: `with ${orders('Pacific/Kiritimati')} select count(*) from z where w >= '2025-04-03' and w < '2025-04-04'`,
  },
  {
    title: 'a month on Lord Howe, whose summer is half an hour',
    query: {
      metrics: ['orders_placed'],
      dimensions: [by('day')],
      time: { range: '2025-04' },
      timezone: 'Australia/Lord_Howe',
    },
    sql: `with ${orders('Australia/Lord_Howe')} select w::date, count(*) from z where w >= '2025-04-01' and w < '2025-05-01' group by 1 order by 1`,
  },
  {
    title: 'dates do not move with the zone, instants do',
    query: {
      metrics: ['return_count', 'ticket_count'],
      dimensions: [by('day')],
      time: { range: ['2025-01-01', '2025-01-08'] },
      timezone: 'America/Los_Angeles',
    },
    sql: `select day, (select count(*) from returns where returned_on = day),
        (select count(*) from tickets where (opened_at at time zone 'America/Los_Angeles')::date = day) from ${days('2025-01-01', '2025-01-07')} order by 1`,
  },
  {
    title: 'weeks across a year',
    query: { metrics: ['orders_placed'], dimensions: [by('week')], time: { range: ['2024-12-20', '2025-01-15'] } },
    sql: `select date_trunc('week', wall)::date, count(*) from placed where wall >= '2024-12-20' and wall < '2025-01-15' group by 1 order by 1`,
  },
  {
    title: 'weeks and years at once',
    query: {
      metrics: ['orders_placed'],
      dimensions: [by('year'), by('week')],
      time: { range: ['2024-12-20', '2025-01-15'] },
    },
    sql: `select date_trunc('year', wall)::date, date_trunc('week', wall)::date, count(*) from placed
      where wall >= '2024-12-20' and wall < '2025-01-15' group by 1, 2 order by 1, 2`,
  },
  {
    title: 'fiscal years, and quarters of them',
    query: { metrics: ['orders_placed'], dimensions: [by('fiscal_year'), by('fiscal_quarter')] },
    sql: `with f as (select wall + interval 2 month s from placed)
      select (date_trunc('year', s) - interval 2 month)::date, (date_trunc('quarter', s) - interval 2 month)::date, count(*) from f group by 1, 2 order by 1, 2`,
  },
  {
    title: 'ordered by month, shipped in January',
    query: {
      metrics: ['orders_placed'],
      dimensions: [by('month')],
      time: { dimension: 'shipped_at', range: '2025-01' },
    },
    sql: `select date_trunc('month', wall)::date, count(*) from placed
      where shipped_at at time zone 'Europe/Berlin' >= '2025-01-01' and shipped_at at time zone 'Europe/Berlin' < '2025-02-01' group by 1 order by 1`,
  },
  {
    title: 'by a time that is null for some',
    query: { metrics: ['orders_placed', 'order_count'], dimensions: [by('quarter', 'shipped_at')] },
    sql: `select date_trunc('quarter', shipped_at at time zone 'Europe/Berlin')::date, count(*), count(*) filter (where status <> 'cancelled') from orders group by 1 order by 1`,
  },
  {
    title: 'a day on which the web shop was shut is shown as none',
    query: {
      metrics: ['visits', 'bounce_rate', 'average_visit_seconds'],
      dimensions: [by('day')],
      time: { range: ['2025-03-16', '2025-03-21'] },
      fill: true,
    },
    sql: `with v as (select (started_at at time zone 'Europe/Berlin')::date d, count(*) n, count(*) filter (where page_views = 1) b, avg(seconds) s from web_sessions group by 1)
      select day, coalesce(n, 0), b / n::double, s from ${days('2025-03-16', '2025-03-20')} left join v on d = day order by 1`,
  },
  {
    title: 'and for each device',
    query: {
      metrics: ['visits'],
      dimensions: ['device', by('day')],
      time: { range: ['2025-03-17', '2025-03-20'] },
      fill: true,
      order: [{ by: 'visits', desc: true }],
      limit: 7,
    },
    sql: `with v as (select device, (started_at at time zone 'Europe/Berlin')::date d, count(*) n from web_sessions group by 1, 2),
      w as (select distinct device from v where d >= '2025-03-17' and d < '2025-03-20')
      select w.device, day, coalesce(n, 0) from w cross join ${days('2025-03-17', '2025-03-19')} left join v on d = day and v.device = w.device order by 3 desc, 1, 2 limit 7`,
  },
  {
    title: 'months after the data has ended',
    query: {
      metrics: ['revenue', 'refunds', 'orders_placed', 'average_order_value'],
      dimensions: [by('month')],
      time: { range: ['2026-12-01', '2027-02-01'] },
      fill: true,
    },
    sql: `select month, null, 0, 0, null from (values (date '2026-12-01'), (date '2027-01-01')) m(month) order by 1`,
  },
  {
    title: 'more periods than are listed',
    query: { metrics: ['visits'], dimensions: [by('minute')], time: { range: '2025' }, fill: true },
    sql: 'TIME_RANGE_INVALID',
  },
];

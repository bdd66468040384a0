/** Periods beside earlier ones, where months, weeks and leap days do not line up. */
import { by, days, months, type Question } from './question.js';

const revenue = 'sum(amount) filter (where ok)';

/** Revenue and orders placed of two spans of Berlin's time, side by side. */
const two = (from: string, to: string, earlierFrom: string, earlierTo: string, value: string): string => {
  const of = (low: string, high: string): string =>
    `(select ${value} from lines where wall >= timestamp '${low}' and wall < timestamp '${high}')`;
  return `select ${of(from, to)}, ${of(earlierFrom, earlierTo)}`;
};

export const changes: readonly Question[] = [
  {
    title: 'growth by month, the first year has none before it',
    query: { metrics: ['revenue_growth'], dimensions: [by('month')], time: { range: ['2024-09-01', '2025-03-01'] } },
    sql: `with m as (select date_trunc('month', wall)::date m, ${revenue} v from lines group by 1)
      select a.m, (a.v - b.v)::double / abs(b.v)::double from m a left join m b on b.m + interval 1 year = a.m
      where a.m >= '2024-09-01' and a.m < '2025-03-01' order by 1`,
  },
  {
    title: 'the year before by day: 29 February stands beside nothing',
    query: {
      metrics: ['revenue', 'revenue_previous_year'],
      dimensions: [by('day')],
      time: { range: ['2025-02-26', '2025-03-04'] },
    },
    sql: `with d as (select wall::date d, ${revenue} v from lines group by 1)
      select day, a.v, b.v from ${days('2025-02-26', '2025-03-03')} left join d a on a.d = day left join d b on b.d = day - interval 1 year order by 1`,
  },
  {
    title: 'the month before by day: 29 to 31 March stand beside nothing',
    query: {
      metrics: ['revenue_change_month'],
      dimensions: [by('day')],
      time: { range: ['2025-03-26', '2025-04-03'] },
    },
    sql: `with d as (select wall::date d, ${revenue} v from lines group by 1)
      select day, a.v - b.v from ${days('2025-03-26', '2025-04-02')} left join d a on a.d = day
      left join d b on b.d = day - interval 1 month and day(b.d) = day(day) order by 1`,
  },
  {
    title: 'the month before by day in a leap year',
    query: {
      metrics: ['revenue_change_month'],
      dimensions: [by('day')],
      time: { range: ['2024-02-26', '2024-04-02'] },
    },
    sql: `with d as (select wall::date d, ${revenue} v from lines group by 1)
      select day, a.v - b.v from ${days('2024-02-26', '2024-04-01')} left join d a on a.d = day
      left join d b on b.d = day - interval 1 month and day(b.d) = day(day) order by 1`,
  },
  {
    title: 'the period before a month is a month',
    query: {
      metrics: ['revenue'],
      time: { range: ['2025-03-01', '2025-04-01'], compare: 'previous period', compare_as: 'previous' },
    },
    sql: two('2025-03-01', '2025-04-01', '2025-02-01', '2025-03-01', revenue),
  },
  {
    title: 'the period before a quarter is a quarter',
    query: { metrics: ['revenue'], time: { range: '2025-Q1', compare: 'previous period', compare_as: 'previous' } },
    sql: two('2025-01-01', '2025-04-01', '2024-10-01', '2025-01-01', revenue),
  },
  {
    title: 'the period before some days is as many days',
    query: {
      metrics: ['revenue'],
      time: { range: ['2025-02-20', '2025-03-10'], compare: 'previous period', compare_as: 'previous' },
    },
    sql: two('2025-02-20', '2025-03-10', '2025-02-02', '2025-02-20', revenue),
  },
  {
    title: 'the month before the end of March',
    query: {
      metrics: ['revenue'],
      time: { range: ['2025-03-15', '2025-03-31'], compare: 'previous month', compare_as: 'previous' },
    },
    sql: two('2025-03-15', '2025-03-31', '2025-02-15', '2025-03-01', revenue),
  },
  {
    title: 'the month before the 31st',
    query: {
      metrics: ['revenue'],
      time: { range: ['2025-03-31', '2025-04-01'], compare: 'previous month', compare_as: 'previous' },
    },
    sql: two('2025-03-31', '2025-04-01', '2025-02-28', '2025-03-01', revenue),
  },
  {
    title: 'the year before the last of February takes the leap day',
    query: {
      metrics: ['revenue'],
      time: { range: ['2025-02-28', '2025-03-01'], compare: 'previous year', compare_as: 'previous' },
    },
    sql: two('2025-02-28', '2025-03-01', '2024-02-28', '2024-03-01', revenue),
  },
  {
    title: 'the week before half a day on which the clocks go forward',
    query: {
      metrics: ['revenue'],
      time: { range: ['2025-03-30T01:00:00', '2025-03-30T14:00:00'], compare: 'previous week', compare_as: 'previous' },
    },
    sql: two('2025-03-30 01:00:00', '2025-03-30 14:00:00', '2025-03-23 01:00:00', '2025-03-23 14:00:00', revenue),
  },
  {
    title: '30 days by day beside the 30 before',
    query: {
      metrics: ['orders_placed'],
      dimensions: [by('day')],
      time: { range: 'past 30 days', compare: 'previous period', compare_as: 'percent' },
    },
    sql: `with d as (select wall::date d, count(*) n from placed group by 1)
      select day, coalesce(a.n, 0), coalesce(b.n, 0), (coalesce(a.n, 0) - coalesce(b.n, 0)) / nullif(b.n, 0)::double
      from ${days('2025-03-04', '2025-04-02')} left join d a on a.d = day left join d b on b.d = day - interval 30 day order by 1`,
  },
  {
    title: 'weeks beside those 52 weeks before, cut like the range',
    query: {
      metrics: ['revenue'],
      dimensions: [by('week')],
      time: { range: ['2025-01-01', '2025-02-01'], compare: 'previous year', compare_as: 'change' },
    },
    sql: `with a as (select date_trunc('week', wall)::date w, ${revenue} v from lines where wall >= '2025-01-01' and wall < '2025-02-01' group by 1),
      b as (select (date_trunc('week', wall) + interval 364 day)::date w, ${revenue} v from lines where wall >= '2024-01-03' and wall < '2024-02-03' group by 1)
      select coalesce(a.w, b.w), a.v, b.v, a.v - b.v from a full join b using (w) order by 1`,
  },
  {
    title: 'weeks beside those 52 weeks before, without a range',
    query: { metrics: ['visits'], dimensions: [by('week')], time: { compare: 'previous year', compare_as: 'percent' } },
    sql: `with a as (select date_trunc('week', started_at at time zone 'Europe/Berlin')::date w, count(*) n from web_sessions group by 1),
      b as (select (w + interval 364 day)::date w, n from a)
      select coalesce(a.w, b.w), coalesce(a.n, 0), coalesce(b.n, 0), (coalesce(a.n, 0) - b.n) / b.n::double from a full join b using (w) order by 1`,
  },
  {
    title: 'months without a range: after the last one stand those that have only a year before',
    query: {
      metrics: ['revenue'],
      dimensions: [by('month')],
      time: { compare: '1 year ago', compare_as: 'percent' },
      order: [{ by: 'metric_time', desc: true }],
      limit: 20,
      offset: 5,
    },
    sql: `with a as (select date_trunc('month', wall)::date m, ${revenue} v from lines group by 1),
      b as (select (m + interval 1 year)::date m, v from a)
      select coalesce(a.m, b.m), a.v, b.v, (a.v - b.v)::double / abs(b.v)::double from a full join b using (m) order by 1 desc limit 20 offset 5`,
  },
  {
    title: 'stores against last year, the greatest growth first',
    query: {
      metrics: ['order_count', 'margin'],
      dimensions: ['stores.name'],
      time: { range: 'this quarter', compare: 'previous year', compare_as: 'percent' },
      order: [{ by: 'order_count__percent', desc: true }],
      limit: 8,
    },
    sql: `with s as (select unnest([0, 1]) y),
      o as (select store_id, y, count(*) filter (where ok) n from placed, s
        where wall >= date '2025-04-01' - y * interval 1 year and wall < date '2025-07-01' - y * interval 1 year group by 1, 2),
      m as (select store_id, y, ((sum(amount) filter (where ok)) - (sum(cost) filter (where ok)))::double / (sum(amount) filter (where ok))::double v
        from lines, s where wall >= date '2025-04-01' - y * interval 1 year and wall < date '2025-07-01' - y * interval 1 year group by 1, 2)
      select name, coalesce(a.n, 0), coalesce(b.n, 0), (coalesce(a.n, 0) - b.n) / b.n::double, c.v, d.v, (c.v - d.v) / abs(d.v)
      from stores left join o a on a.store_id = stores.store_id and a.y = 0 left join o b on b.store_id = stores.store_id and b.y = 1
      left join m c on c.store_id = stores.store_id and c.y = 0 left join m d on d.store_id = stores.store_id and d.y = 1
      where a.n is not null or b.n is not null order by 4 desc nulls last, 1 limit 8`,
  },
  {
    title: 'margin against the month before: of ratios, not of sums',
    query: { metrics: ['margin_change'], dimensions: [by('month')], time: { range: '2025' } },
    sql: `with m as (select date_trunc('month', wall)::date m, (sum(amount) - sum(cost))::double / sum(amount)::double v from lines where ok group by 1)
      select a.m, a.v - b.v from m a left join m b on b.m + interval 1 month = a.m where year(a.m) = 2025 order by 1`,
  },
  {
    title: 'months against the quarter before',
    query: { metrics: ['growth_quarter'], dimensions: [by('month')], time: { range: ['2023-12-01', '2024-06-01'] } },
    sql: `with m as (select date_trunc('month', wall)::date m, count(*) filter (where ok) n from placed group by 1)
      select a.m, (a.n - b.n) / nullif(b.n, 0)::double from m a left join m b on b.m + interval 3 month = a.m
      where a.m >= '2023-12-01' and a.m < '2024-06-01' order by 1`,
  },
  {
    title: 'fiscal quarters against those before',
    query: { metrics: ['growth_quarter'], dimensions: [by('fiscal_quarter')], time: { range: 'FY2025' } },
    sql: `with q as (select (date_trunc('quarter', wall + interval 2 month) - interval 2 month)::date q, count(*) filter (where ok) n from placed group by 1)
      select a.q, (a.n - b.n) / nullif(b.n, 0)::double from q a left join q b on b.q + interval 3 month = a.q
      where a.q >= '2024-11-01' and a.q < '2025-11-01' order by 1`,
  },
  {
    title: 'visits a week before, around the day without a web shop',
    query: {
      metrics: ['visits', 'week_before'],
      dimensions: [by('day')],
      time: { range: ['2025-03-15', '2025-03-28'] },
      fill: true,
    },
    sql: `with v as (select (started_at at time zone 'Europe/Berlin')::date d, count(*) n from web_sessions group by 1)
      select day, coalesce(a.n, 0), coalesce(b.n, 0) from ${days('2025-03-15', '2025-03-27')}
      left join v a on a.d = day left join v b on b.d = day - interval 7 day order by 1`,
  },
  {
    title: 'hours a day before, when an hour was skipped that day',
    query: {
      metrics: ['orders_placed'],
      dimensions: [by('hour')],
      time: { range: ['2025-03-31', '2025-04-01'], compare: 'previous day', compare_as: 'previous' },
    },
    sql: `with h as (select date_trunc('hour', wall) h, count(*) n from placed group by 1),
      a as (select * from h where h::date = '2025-03-31'), b as (select h + interval 1 day h, n from h where h::date = '2025-03-30')
      select coalesce(a.h, b.h), coalesce(a.n, 0), coalesce(b.n, 0) from a full join b using (h) order by 1`,
  },
  {
    title: 'shipped against the month before: by its own time',
    query: {
      metrics: ['orders_shipped'],
      dimensions: [by('month')],
      time: { range: '2025-Q1', compare: 'previous month', compare_as: 'change' },
    },
    sql: `with m as (select date_trunc('month', shipped_at at time zone 'Europe/Berlin')::date m, count(*) n from orders where shipped_at is not null group by 1)
      select month, a.n, b.n, a.n - b.n from ${months('2025-01-01', '2025-03-01')} join m a on a.m = month join m b on b.m = month - interval 1 month order by 1`,
  },
  {
    title: 'along a time that was named',
    query: {
      metrics: ['orders_placed'],
      dimensions: [by('month', 'shipped_at'), 'is_guest'],
      time: {
        dimension: 'shipped_at',
        range: ['2024-12-01', '2025-02-01'],
        compare: 'previous month',
        compare_as: 'previous',
      },
    },
    sql: `with m as (select date_trunc('month', shipped_at at time zone 'Europe/Berlin')::date m, customer_id is null g, count(*) n from orders group by 1, 2)
      select a.m, a.g, a.n, b.n from m a join m b on b.m + interval 1 month = a.m and a.g = b.g
      where a.m >= '2024-12-01' and a.m < '2025-02-01' order by 1, 2`,
  },
  {
    title: 'weeks have no counterpart a month before',
    query: { metrics: ['orders_placed'], dimensions: [by('week')], time: { range: '2025', compare: 'previous month' } },
    sql: 'WOULD_BE_WRONG',
  },
  {
    title: 'growth of buyers by segment: people, not orders',
    query: {
      metrics: ['buyers', 'buyers_growth'],
      dimensions: ['customer.segment', by('quarter')],
      time: { range: '2025' },
    },
    sql: `with q as (select segment, date_trunc('quarter', wall)::date q, count(distinct customer_id) filter (where ok) n
        from placed left join customers using (customer_id) group by 1, 2)
      select a.segment, a.q, a.n, (a.n - b.n) / nullif(b.n, 0)::double from q a
      left join q b on b.q + interval 1 year = a.q and a.segment is not distinct from b.segment where year(a.q) = 2025 order by 1, 2`,
  },
  {
    title: 'refunds by reason against a month with none',
    query: {
      metrics: ['refunds', 'refunds_growth'],
      dimensions: ['returns.reason', by('month')],
      time: { range: ['2023-11-01', '2024-03-01'] },
    },
    sql: `with m as (select reason, date_trunc('month', returned_on)::date m, sum(refund) v from returns group by 1, 2),
      e as (select reason, (m + interval 1 month)::date m, v from m),
      b as (select coalesce(m.reason, e.reason) reason, coalesce(m.m, e.m) m, coalesce(m.v, 0) a, coalesce(e.v, 0) b from m full join e on m.m = e.m and m.reason is not distinct from e.reason)
      select reason, m, a, (a - b)::double / nullif(abs(b), 0)::double from b where m >= '2023-11-01' and m < '2024-03-01' order by 1, 2`,
  },
  {
    title: 'conditions are not moved',
    query: {
      metrics: ['orders_placed'],
      dimensions: [by('month')],
      time: { range: ['2025-02-01', '2025-04-01'], compare: 'previous month', compare_as: 'previous' },
      filters: { member: 'ordered_at', op: 'lt', values: ['2025-02-15'] },
    },
    sql: `select date '2025-02-01', (select count(*) from orders where ordered_at at time zone 'Europe/Berlin' >= '2025-02-01' and ordered_at at time zone 'Europe/Berlin' < '2025-02-15'),
        (select count(*) from orders where ordered_at at time zone 'Europe/Berlin' >= '2025-01-01' and ordered_at at time zone 'Europe/Berlin' < '2025-02-01')
      union all select date '2025-03-01', 0, (select count(*) from orders where ordered_at at time zone 'Europe/Berlin' >= '2025-02-01' and ordered_at at time zone 'Europe/Berlin' < '2025-02-15')`,
  },
  {
    title: 'the year before, with totals',
    query: {
      metrics: ['revenue'],
      dimensions: ['stores.channel'],
      time: { range: '2025', compare: 'previous year', compare_as: 'change' },
    },
    sql: `select case when is_online then 'web' else 'store' end c, sum(amount) filter (where ok and year(wall) = 2025) a, sum(amount) filter (where ok and year(wall) = 2024) b, a - b
      from lines left join stores using (store_id) group by 1 order by 1`,
    totals: `select sum(amount) filter (where ok and year(wall) = 2025) a, sum(amount) filter (where ok and year(wall) = 2024) b, a - b from lines`,
  },
];

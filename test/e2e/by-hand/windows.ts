/** Sums so far, of the last days, of the year so far. */
import { by, days, months, type Question } from './question.js';

/** @param periods a query of `p`, what the row is of, and the window's start `f` and end `t` */
const sold = (periods: string, value: string, groups = ''): string =>
  `select p${groups}, ${value} from (${periods}) join lines on wall >= f and wall < t
    left join stores using (store_id) left join regions using (region_id) group by all order by all`;

const revenue = 'sum(amount) filter (where ok)';

const day28 = (from: string, to: string): string =>
  `select day p, day - interval 27 day f, day + interval 1 day t from ${days(from, to)}`;

const weeks = (from: string, to: string, end: string): string =>
  `select p, least(p + interval 7 day, timestamp '${end}') t
    from (select unnest(generate_series(date '${from}', date '${to}', interval 7 day))::date p)`;

export const windows: readonly Question[] = [
  {
    title: '28 days, over a leap day',
    query: { metrics: ['revenue_28d'], dimensions: [by('day')], time: { range: ['2024-02-15', '2024-03-20'] } },
    sql: sold(day28('2024-02-15', '2024-03-19'), revenue),
  },
  {
    title: '28 days, in New York when its clocks go forward',
    query: {
      metrics: ['revenue_28d'],
      dimensions: [by('day')],
      time: { range: ['2025-03-07', '2025-03-12'] },
      timezone: 'America/New_York',
    },
    sql: `with l as (select amount, ordered_at at time zone 'America/New_York' w from order_lines join orders using (order_id) where status <> 'cancelled')
      select p, sum(amount) from (${day28('2025-03-07', '2025-03-11')}) join l on w >= f and w < t group by 1 order by 1`,
  },
  {
    title: 'buyers of 90 days by week across a year, the last week cut by the range',
    query: { metrics: ['buyers_90d'], dimensions: [by('week')], time: { range: ['2024-12-01', '2025-02-01'] } },
    sql: `with w as (${weeks('2024-11-25', '2025-01-27', '2025-02-01')})
      select p, count(distinct customer_id) filter (where ok) from w join placed on wall >= t - interval 90 day and wall < t group by 1 order by 1`,
  },
  {
    title: 'a month at the ends of months',
    query: { metrics: ['revenue_month'], dimensions: [by('day')], time: { range: ['2025-03-25', '2025-04-05'] } },
    sql: sold(
      `select day p, (day + interval 1 day) - interval 1 month f, day + interval 1 day t from ${days('2025-03-25', '2025-04-04')}`,
      revenue,
    ),
  },
  {
    title: 'a quarter by month',
    query: { metrics: ['orders_quarter'], dimensions: [by('month')], time: { range: '2025' } },
    sql: `select month, count(*) filter (where ok) from ${months('2025-01-01', '2025-12-01')}
      join placed on wall >= month - interval 2 month and wall < month + interval 1 month group by 1 order by 1`,
  },
  {
    title: '36 hours by day, over a change of clocks',
    query: { metrics: ['revenue_36h'], dimensions: [by('day')], time: { range: ['2025-03-28', '2025-04-02'] } },
    sql: sold(
      `select day p, (day + interval 1 day) - interval 36 hour f, day + interval 1 day t from ${days('2025-03-28', '2025-04-01')}`,
      revenue,
    ),
  },
  {
    title: 'the largest of 28 days, by country',
    query: {
      metrics: ['largest_28d'],
      dimensions: ['stores.region.country', by('month')],
      time: { range: ['2025-01-01', '2025-05-01'] },
    },
    sql: `select country, month, max(amount) from ${months('2025-01-01', '2025-04-01')}
      join lines on wall >= month + interval 1 month - interval 28 day and wall < month + interval 1 month
      left join stores using (store_id) left join regions using (region_id) group by 1, 2 order by 1, 2`,
  },
  {
    title: 'so far: what was before the range counts',
    query: { metrics: ['running_revenue'], dimensions: [by('month')], time: { range: ['2025-01-01', '2025-07-01'] } },
    sql: sold(
      `select month p, date '2000-01-01' f, month + interval 1 month t from ${months('2025-01-01', '2025-06-01')}`,
      revenue,
    ),
  },
  {
    title: 'so far by country, without a range, from the end',
    query: {
      metrics: ['running_revenue'],
      dimensions: [by('fiscal_year'), 'stores.region.country'],
      order: [{ by: 'running_revenue', desc: true }],
      limit: 7,
      offset: 2,
    },
    sql: `select p, country, ${revenue} from (select make_date(y, 11, 1) p, make_date(y + 1, 11, 1) t from (values (2023), (2024), (2025), (2026)) v(y))
      join lines on wall < t left join stores using (store_id) left join regions using (region_id) group by 1, 2 order by 3 desc, 1, 2 limit 7 offset 2`,
  },
  {
    title: 'customers so far by quarter',
    query: { metrics: ['customers_total'], dimensions: [by('quarter')] },
    sql: `with c as (select signed_up_at at time zone 'Europe/Berlin' w from customers),
      q as (select unnest(generate_series(date_trunc('quarter', min(w)), date_trunc('quarter', max(w)), interval 3 month))::date p from c)
      select p, count(*) from q join c on w < p + interval 3 month group by 1 order by 1`,
  },
  {
    title: 'shipped so far: by another time, nulls in no window',
    query: { metrics: ['shipped_total'], dimensions: [by('month')], time: { range: ['2025-10-01', '2026-02-01'] } },
    sql: `select month, count(*) from ${months('2025-10-01', '2026-01-01')}
      join orders on shipped_at at time zone 'Europe/Berlin' < month + interval 1 month group by 1 order by 1`,
  },
  {
    title: 'urgent tickets so far by topic',
    query: {
      metrics: ['tickets_total'],
      dimensions: [by('quarter'), 'topic'],
      time: { range: ['2024-01-01', '2024-10-01'] },
    },
    sql: `select month, topic, count(*) filter (where priority in ('high', 'urgent'))
      from (select month from ${months('2024-01-01', '2024-07-01')} where month(month) % 3 = 1)
      join tickets on opened_at at time zone 'Europe/Berlin' < month + interval 3 month group by 1, 2 order by 1, 2`,
  },
  {
    title: 'the year so far by month, the last one cut',
    query: { metrics: ['revenue_ytd'], dimensions: [by('month')], time: { range: ['2024-11-15', '2025-02-10'] } },
    sql: sold(
      `select month p, date_trunc('year', month) f, least(month + interval 1 month, timestamp '2025-02-10') t from ${months('2024-11-01', '2025-02-01')}`,
      revenue,
    ),
  },
  {
    title: 'the fiscal year so far',
    query: {
      metrics: ['revenue_fiscal_ytd'],
      dimensions: [by('month')],
      time: { range: ['2024-09-01', '2025-02-01'] },
    },
    sql: sold(
      `select month p, date_trunc('year', month + interval 2 month) - interval 2 month f, month + interval 1 month t from ${months('2024-09-01', '2025-01-01')}`,
      revenue,
    ),
  },
  {
    title: 'the year so far by week: the week that holds new year belongs to the year of its Monday',
    query: { metrics: ['revenue_ytd'], dimensions: [by('week')], time: { range: ['2024-12-16', '2025-01-20'] } },
    sql: sold(
      `select p, date_trunc('year', p) f, t from (${weeks('2024-12-16', '2025-01-13', '2025-01-20')})`,
      revenue,
    ),
  },
  {
    title: 'the week and the quarter so far by day, across a year',
    query: { metrics: ['orders_wtd'], dimensions: [by('day')], time: { range: ['2024-12-28', '2025-01-08'] } },
    sql: `select day, count(*) filter (where ok) from ${days('2024-12-28', '2025-01-07')}
      join placed on wall >= date_trunc('week', day) and wall < day + interval 1 day group by 1 order by 1`,
  },
  {
    title: 'the month so far, of a range that ends within one',
    query: { metrics: ['revenue_mtd', 'revenue_qtd'], time: { range: ['2025-02-10', '2025-03-16'] } },
    sql: `select ${revenue.replace('ok', `ok and wall >= '2025-03-01'`)}, ${revenue}
      from lines where wall >= '2025-01-01' and wall < '2025-03-16'`,
  },
  {
    title: 'the month so far, of a range that ends with one',
    query: { metrics: ['revenue_mtd', 'revenue_28d'], time: { range: ['2025-02-10', '2025-04-01'] } },
    sql: `select ${revenue}, ${revenue.replace('ok', `ok and wall >= '2025-03-04'`)}
      from lines where wall >= '2025-03-01' and wall < '2025-04-01'`,
  },
  {
    title: 'buyers of a week, companies only',
    query: {
      metrics: ['buyers_week'],
      dimensions: [by('day')],
      time: { range: 'past 10 days' },
      filters: { member: 'customer.segment', op: 'eq', values: ['business'] },
    },
    sql: `with b as (select placed.* from placed join customers using (customer_id) where segment = 'business')
      select day, count(distinct customer_id) filter (where ok) from ${days('2025-03-24', '2025-04-02')}
      join b on wall >= day - interval 6 day and wall < day + interval 1 day group by 1 order by 1`,
  },
  {
    title: 'baskets of 28 days: two windows in a formula',
    query: { metrics: ['aov_28d'], dimensions: [by('week')], time: { range: ['2025-03-03', '2025-03-31'] } },
    sql: `with w as (${weeks('2025-03-03', '2025-03-24', '2025-03-31')}),
      a as (select p, ${revenue} v from w join lines on wall >= t - interval 28 day and wall < t group by 1),
      b as (select p, count(*) filter (where ok) n from w join placed on wall >= t - interval 28 day and wall < t group by 1)
      select p, v::double / n from a join b using (p) order by 1`,
  },
  {
    title: 'the year so far against the year before',
    query: { metrics: ['ytd_change'], dimensions: [by('month')], time: { range: ['2025-01-01', '2025-06-01'] } },
    sql: `select month, ${revenue.replace('ok', 'ok and wall >= month - interval 6 month')} - ${revenue.replace('ok', 'ok and wall < month - interval 6 month')}
      from ${months('2025-01-01', '2025-05-01')} join lines on (wall >= date_trunc('year', month) and wall < month + interval 1 month)
        or (wall >= date_trunc('year', month) - interval 1 year and wall < month + interval 1 month - interval 1 year) group by 1 order by 1`,
  },
  {
    title: 'buyers of 90 days with totals: those of the end of the range',
    query: { metrics: ['buyers_90d'], dimensions: [by('month')], time: { range: '2025-Q1' } },
    sql: `select month, count(distinct customer_id) filter (where ok) from ${months('2025-01-01', '2025-03-01')}
      join placed on wall >= month + interval 1 month - interval 90 day and wall < month + interval 1 month group by 1 order by 1`,
    totals: `select count(distinct customer_id) filter (where ok) from placed
      where wall >= date '2025-04-01' - interval 90 day and wall < '2025-04-01'`,
  },
  {
    title: 'customers so far since the last day: its month is shown',
    query: { metrics: ['customers_total'], dimensions: [by('month')], time: { range: ['2026-10-31', null] } },
    sql: `select max(date_trunc('month', w))::date, count(*) from (select signed_up_at at time zone 'Europe/Berlin' w from customers)`,
  },
  {
    title: 'so far of two facts without an end',
    query: {
      metrics: ['running_revenue', 'customers_total'],
      dimensions: [by('month')],
      time: { range: ['2026-10-31', null] },
    },
    sql: 'WOULD_BE_WRONG',
  },
  {
    title: 'the week so far by month',
    query: { metrics: ['orders_wtd'], dimensions: [by('month')], time: { range: '2025' } },
    sql: 'WOULD_BE_WRONG',
  },
  {
    title: 'so far without an end',
    query: { metrics: ['running_revenue'], time: { range: 'since 2025-01' } },
    sql: 'WOULD_BE_WRONG',
  },
];

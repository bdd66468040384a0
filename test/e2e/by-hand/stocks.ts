/** Stock, which is counted each evening and must not be added up over days. */
import { by, days, type Question } from './question.js';

/** The last (or first) count of each product in each store, in each part. */
const counted = (part: string, where = 'true', order = 'desc'): string =>
  `(select * from (select *, ${part} as part, row_number() over (
      partition by ${part}, store_id, product_id order by day ${order}) as place from stock_levels where ${where}) where place = 1)`;

const month = `date_trunc('month', day)::date`;

export const stocks: readonly Question[] = [
  {
    title: 'what is there: the last count of each product in each store',
    query: { metrics: ['stock', 'opening_stock', 'stock_growth'] },
    sql: `select a, b, a - b from (select (select sum(on_hand) from ${counted('1')}) a, (select sum(on_hand) from ${counted('1', 'true', 'asc')}) b)`,
  },
  {
    title: 'at the end of each month, and at its beginning',
    query: { metrics: ['opening_stock', 'stock'], dimensions: [by('month')], time: { range: '2025' } },
    sql: `select a.part, a.v, b.v from (select part, sum(on_hand) v from ${counted(month, 'year(day) = 2025', 'asc')} group by 1) a
      join (select part, sum(on_hand) v from ${counted(month, 'year(day) = 2025')} group by 1) b using (part) order by 1`,
  },
  {
    title: 'at the end of each week, across a year',
    query: { metrics: ['stock'], dimensions: [by('week')], time: { range: ['2024-12-10', '2025-01-15'] } },
    sql: `select part, sum(on_hand) from ${counted(`date_trunc('week', day)::date`, `day >= '2024-12-10' and day < '2025-01-15'`)} group by 1 order by 1`,
  },
  {
    title: 'at the end of fiscal quarters, by country, with the totals of the end',
    query: {
      metrics: ['stock'],
      dimensions: ['stores.region.country', by('fiscal_quarter')],
      time: { range: 'FY2025' },
    },
    sql: `select country, part, sum(on_hand)
      from ${counted(`(date_trunc('quarter', day + interval 2 month) - interval 2 month)::date`, `day >= '2024-11-01' and day < '2025-11-01'`)}
      left join stores using (store_id) left join regions using (region_id) group by 1, 2 order by 1, 2`,
    totals: `select sum(on_hand) from ${counted('1', `day >= '2024-11-01' and day < '2025-11-01'`)}`,
  },
  {
    title: 'the last count above five',
    query: {
      metrics: ['stock'],
      dimensions: ['products.department'],
      filters: { member: 'on_hand', op: 'gt', values: [5] },
    },
    sql: `select department, sum(on_hand) from ${counted('1', 'on_hand > 5')} left join products using (product_id) group by 1 order by 1`,
  },
  {
    title: 'in the middle of months',
    query: {
      metrics: ['stock'],
      dimensions: [by('month'), 'stores.channel'],
      time: { range: ['2025-02-10', '2025-04-20'] },
      filters: { member: 'product.department', op: 'ne', values: ['Winter'] },
    },
    sql: `select part, case when is_online then 'web' else 'store' end, sum(on_hand)
      from ${counted(month, `day >= '2025-02-10' and day < '2025-04-20'`)} left join stores using (store_id)
      left join products using (product_id) where department <> 'Winter' group by 1, 2 order by 1, 2`,
  },
  {
    title: 'against the year before',
    query: {
      metrics: ['stock'],
      dimensions: [by('month')],
      time: { range: ['2025-01-01', '2025-04-01'], compare: 'previous year', compare_as: 'change' },
    },
    sql: `select a.part, a.v, b.v, a.v - b.v from (select part, sum(on_hand) v from ${counted(month)} group by 1) a
      left join (select part, sum(on_hand) v from ${counted(month)} group by 1) b on b.part + interval 1 year = a.part
      where a.part >= '2025-01-01' and a.part < '2025-04-01' order by 1`,
  },
  {
    title: 'against the month before, at the leap day',
    query: { metrics: ['stock_change'], dimensions: [by('month')], time: { range: ['2024-02-01', '2024-05-01'] } },
    sql: `with s as (select part, sum(on_hand) v from ${counted(month)} group by 1)
      select a.part, a.v - b.v from s a left join s b on b.part + interval 1 month = a.part
      where a.part >= '2024-02-01' and a.part < '2024-05-01' order by 1`,
  },
  {
    title: 'how long it lasts: two facts in a ratio',
    query: { metrics: ['stock_reach'], dimensions: [by('month'), 'products.category'], time: { range: '2025-Q4' } },
    sql: `with s as (select part, category, sum(on_hand) v from ${counted(month, `day >= '2025-10-01' and day < '2026-01-01'`)}
        left join products using (product_id) group by 1, 2),
      u as (select date_trunc('month', wall)::date part, category, sum(quantity) filter (where ok) v from lines
        left join products using (product_id) where wall >= '2025-10-01' and wall < '2026-01-01' group by 1, 2)
      select part, category, s.v::double / nullif(u.v, 0)::double from s full join u using (part, category) order by 1, 2`,
  },
  {
    title: 'each day over the leap day, also days without a count',
    query: {
      metrics: ['stock', 'out_of_stock_days', 'units_sold'],
      dimensions: [by('day')],
      time: { range: ['2024-02-27', '2024-03-03'] },
      fill: true,
    },
    sql: `select d.day, (select sum(on_hand) from stock_levels s where s.day = d.day),
        (select count(*) filter (where on_hand = 0) from stock_levels s where s.day = d.day),
        (select sum(quantity) filter (where ok) from lines where wall::date = d.day)
      from ${days('2024-02-27', '2024-03-02')} d order by 1`,
  },
  {
    title: 'means and empty shelves by store',
    query: { metrics: ['average_daily_stock', 'out_of_stock_days'], dimensions: ['stores.name'] },
    sql: `select name, avg(on_hand), count(*) filter (where on_hand = 0) from stock_levels join stores using (store_id) group by 1 order by 1`,
  },
  {
    title: 'by tag it would be counted more than once',
    query: { metrics: ['stock'], dimensions: ['product.tags.tag'] },
    sql: 'WOULD_BE_WRONG',
  },
];

/** Conditions on what is computed, nulls, zeroes below the line, ties and pages, one event after another. */
import { by, type Question } from './question.js';

const revenue = 'sum(amount) filter (where ok)';

/** Visits, and whether the same customer placed an order within a time; by wall clocks in Berlin. */
const visits = (within: string): string => `v as (select *, exists (select 1 from placed o
    where o.customer_id = s.customer_id and o.wall >= s.w and o.wall < s.w + interval ${within}) as hit
  from (select *, started_at at time zone 'Europe/Berlin' w from web_sessions) s)`;

const asked = `a as (select o.*, exists (select 1 from (select *, opened_at at time zone 'Europe/Berlin' w from tickets) t
    where t.order_id = o.order_id and t.w >= o.wall and t.w < o.wall + interval 30 day) as hit from placed o)`;

export const conditions: readonly Question[] = [
  {
    title: 'stores and quarters above a million',
    query: {
      metrics: ['revenue'],
      dimensions: ['stores.name', by('quarter')],
      filters: { member: 'revenue', op: 'gt', values: [1_000_000] },
    },
    sql: `select name, date_trunc('quarter', wall)::date, ${revenue} v from lines left join stores using (store_id) group by 1, 2 having v > 1000000 order by 1, 2`,
  },
  {
    title: 'satisfaction other than four: where nobody rated is neither',
    query: {
      metrics: ['satisfaction_score', 'satisfied'],
      dimensions: ['topic', 'priority', by('month')],
      filters: { member: 'satisfaction_score', op: 'ne', values: [4] },
      time: { range: '2024-Q1' },
    },
    sql: `select topic, priority, date_trunc('month', opened_at at time zone 'Europe/Berlin')::date, avg(satisfaction) v, avg(satisfaction) filter (where priority = 'urgent') from tickets
      where opened_at at time zone 'Europe/Berlin' >= '2024-01-01' and opened_at at time zone 'Europe/Berlin' < '2024-04-01' group by 1, 2, 3 having v <> 4 order by 1, 2, 3`,
  },
  {
    title: 'products that never sold',
    query: { metrics: ['product_count'], dimensions: ['products.name'], filters: { member: 'revenue', op: 'is_null' } },
    sql: `with s as (select product_id, ${revenue} v from lines group by 1)
      select name, count(*) from products left join s using (product_id) group by 1 having sum(v) is null order by 1`,
  },
  {
    title: 'large sales or a country: dimensions and metrics in one condition',
    query: {
      metrics: ['revenue', 'order_count'],
      dimensions: ['stores.region.country', 'stores.name'],
      filters: {
        and: [
          {
            or: [
              { member: 'revenue', op: 'gt', values: [5_000_000] },
              { member: 'stores.region.country', op: 'eq', values: ['Norway'] },
            ],
          },
          { member: 'stores.channel', op: 'eq', values: ['store'] },
        ],
      },
    },
    sql: `with s as (select store_id, ${revenue} v from lines group by 1), o as (select store_id, count(*) filter (where status <> 'cancelled') n from orders group by 1)
      select country, name, v, n from stores left join regions using (region_id) left join s using (store_id) left join o using (store_id)
      where not is_online and (v > 5000000 or country = 'Norway') order by 1, 2`,
  },
  {
    title: 'not a condition on a metric: unknown stays out',
    query: {
      metrics: ['return_rate'],
      dimensions: ['products.name'],
      filters: { not: { member: 'return_rate', op: 'lt', values: [0.06] } },
    },
    sql: `with s as (select product_id, sum(quantity) filter (where ok) n from lines group by 1),
      b as (select product_id, sum(r.quantity) n from returns r left join order_lines l using (order_id, line_number) group by 1)
      select p.name, coalesce(sum(b.n), 0) / nullif(sum(s.n), 0)::double v from products p join s using (product_id) left join b using (product_id)
      group by 1 having v >= 0.06 order by 1`,
  },
  {
    title: 'filtered by a metric that is not shown',
    query: {
      metrics: ['order_count'],
      dimensions: ['stores.name'],
      filters: { member: 'margin', op: 'gte', values: [0.45] },
    },
    sql: `with m as (select store_id, (sum(amount) - sum(cost))::double / sum(amount)::double v from lines where ok group by 1)
      select name, count(*) filter (where status <> 'cancelled') from orders join stores using (store_id) join m using (store_id) where v >= 0.45 group by 1 order by 1`,
  },
  {
    title: 'totals of rows that a condition chose would be wrong',
    query: {
      metrics: ['order_count'],
      dimensions: ['stores.name'],
      filters: { member: 'order_count', op: 'gt', values: [10] },
      totals: true,
    },
    sql: 'QUERY_INVALID',
  },
  {
    title: 'ties in the middle of a page',
    query: {
      metrics: ['product_count'],
      dimensions: ['products.brand', 'products.category'],
      order: [{ by: 'product_count', desc: true }],
      limit: 15,
      offset: 6,
    },
    sql: `select brand, category, count(*) from products group by 1, 2 order by 3 desc, 1, 2 limit 15 offset 6`,
  },
  {
    title: 'nulls last, also from the top',
    query: {
      metrics: ['revenue'],
      dimensions: ['orders.coupon', by('quarter')],
      order: [
        { by: 'orders.coupon', desc: true },
        { by: 'revenue', desc: false },
      ],
      limit: 30,
    },
    sql: `select coupon, date_trunc('quarter', wall)::date, ${revenue} from lines group by 1, 2 order by 1 desc nulls last, 3 nulls last, 2 limit 30`,
  },
  {
    title: 'not in a list: null is in neither',
    query: {
      metrics: ['orders_placed'],
      dimensions: ['has_coupon'],
      filters: { member: 'coupon', op: 'not_in', values: ['FRIENDS50', 'CLUB15'] },
    },
    sql: `select true, count(*) from orders where coupon not in ('FRIENDS50', 'CLUB15')`,
  },
  {
    title: 'not of a condition on null: unknown, too',
    query: {
      metrics: ['customer_count'],
      filters: {
        not: {
          or: [
            { member: 'newsletter', op: 'eq', values: [true] },
            { member: 'segment', op: 'eq', values: ['club'] },
          ],
        },
      },
    },
    sql: `select count(*) from customers where not (newsletter or segment = 'club')`,
  },
  {
    title: 'a boolean that was never asked is a group',
    query: {
      metrics: ['customer_count', 'newsletter_share', 'reachable_customers'],
      dimensions: ['customers.newsletter'],
    },
    sql: `select newsletter, count(*), count(*) filter (where newsletter) / count(*)::double, count(email) from customers group by 1 order by 1`,
  },
  {
    title: 'patterns: a percent sign and an underscore of SQL, letters as they are',
    query: {
      metrics: ['product_count'],
      dimensions: ['products.is_wool'],
      filters: {
        or: [
          { member: 'products.name', op: 'like', values: ['%o_t%'] },
          { member: 'products.name', op: 'contains', values: ['Wool'] },
        ],
      },
    },
    sql: `select name like '%Wool%', count(*) from products where name like '%o_t%' or contains(name, 'Wool') group by 1 order by 1`,
  },
  {
    title: 'price bands of what was sold, orders of each',
    query: { metrics: ['order_count'], dimensions: ['lines.product.price_band', 'orders.has_coupon'] },
    sql: `select case when list_price < 50 then 'under 50' when list_price < 200 then '50 to 200' else '200 and more' end, coupon is not null,
      count(distinct order_id) filter (where ok) from placed left join order_lines using (order_id) left join products using (product_id) group by 1, 2 order by 1, 2`,
  },
  {
    title: 'nothing below the line: a ratio of two facts',
    query: {
      metrics: ['revenue_per_return', 'per_refund'],
      dimensions: ['products.category', by('month')],
      time: { range: ['2023-11-01', '2024-02-01'] },
    },
    sql: `with s as (select category, date_trunc('month', wall)::date m, ${revenue} v from lines left join products using (product_id) where wall >= '2023-11-01' and wall < '2024-02-01' group by 1, 2),
      b as (select category, date_trunc('month', returned_on)::date m, count(*) n, sum(refund) v from returns left join order_lines l using (order_id, line_number) left join products using (product_id)
        where returned_on >= '2023-11-01' and returned_on < '2024-02-01' group by 1, 2)
      select category, m, s.v::double / nullif(b.n, 0), s.v::double / nullif(b.v, 0)::double from s full join b using (category, m) order by 1, 2`,
  },
  {
    title: 'three facts in a formula, each may be missing',
    query: {
      metrics: ['balance', 'best_of'],
      dimensions: ['stores.name', by('quarter')],
      time: { range: ['2025-01-01', '2026-01-01'] },
    },
    sql: `with s as (select store_id, date_trunc('quarter', wall)::date q, ${revenue} v from lines where year(wall) = 2025 group by 1, 2),
      r as (select store_id, date_trunc('quarter', returned_on)::date q, sum(refund) v from returns join orders using (order_id) where year(returned_on) = 2025 group by 1, 2),
      t as (select store_id, date_trunc('quarter', month)::date q, sum(target) v from sales_targets where year(month) = 2025 group by 1, 2)
      select name, q, coalesce(s.v, 0) - coalesce(r.v, 0) - coalesce(t.v, 0), case when s.v is null then null else greatest(s.v, coalesce(t.v, 0)) end
      from s full join r using (store_id, q) full join t using (store_id, q) join stores using (store_id) order by 1, 2`,
  },
  {
    title: 'what is missing is the default, by brand',
    query: {
      metrics: ['big_lines', 'largest_line'],
      dimensions: ['products.brand', by('day')],
      time: { range: ['2025-01-01', '2025-01-15'] },
    },
    sql: `select brand, wall::date, coalesce(max(amount) filter (where quantity > 2), 0), max(amount) from lines left join products using (product_id)
      where wall >= '2025-01-01' and wall < '2025-01-15' group by 1, 2 order by 1, 2`,
  },
  {
    title: 'visits after which somebody ordered within a day, by channel',
    query: { metrics: ['visit_to_order_rate', 'converted_visits'], dimensions: ['web_sessions.channel'] },
    sql: `with ${visits('1 day')} select channel, count(*) filter (where hit) / count(*)::double, count(*) filter (where hit) from v group by 1 order by 1`,
    totals: `with ${visits('1 day')} select count(*) filter (where hit) / count(*)::double, count(*) filter (where hit) from v`,
  },
  {
    title: 'within a week, and within a month, by month of the visit',
    query: {
      metrics: ['visits_to_orders_week', 'visits_to_orders_month'],
      dimensions: [by('month')],
      time: { range: ['2024-10-01', '2025-04-01'] },
    },
    sql: `with ${visits('7 day')}, ${visits('1 month').replace('v as', 'm as')}
      select month, a, b from (select date_trunc('month', w)::date as month, count(*) filter (where hit) a from v group by 1)
      join (select date_trunc('month', w)::date as month, count(*) filter (where hit) / count(*)::double b from m group by 1) using (month)
      where month >= '2024-10-01' and month < '2025-04-01' order by 1`,
  },
  {
    title: 'visits by phones of club members: conditions are on visits',
    query: {
      metrics: ['converted_visits', 'visit_to_order_rate'],
      dimensions: [by('quarter')],
      filters: {
        and: [
          { member: 'device', op: 'eq', values: ['phone'] },
          { member: 'customer.segment', op: 'eq', values: ['club'] },
        ],
      },
    },
    sql: `with ${visits('1 day')} select date_trunc('quarter', w)::date, count(*) filter (where hit), count(*) filter (where hit) / count(*)::double
      from v join customers using (customer_id) where device = 'phone' and segment = 'club' group by 1 order by 1`,
  },
  {
    title: 'orders that somebody asked about within 30 days',
    query: { metrics: ['orders_to_tickets', 'orders_to_tickets_rate'], dimensions: ['stores.channel', 'status'] },
    sql: `with ${asked} select case when is_online then 'web' else 'store' end, status, count(*) filter (where hit), count(*) filter (where hit) / count(*)::double
      from a left join stores using (store_id) group by 1, 2 order by 1, 2`,
  },
  {
    title: 'the same by department: an order with five lines is one',
    query: { metrics: ['orders_to_tickets'], dimensions: ['lines.product.department'] },
    sql: `with ${asked} select department, count(distinct order_id) filter (where hit) from a left join order_lines using (order_id) left join products using (product_id) group by 1 order by 1`,
  },
  {
    title: 'who ordered within two hours of signing up, and was not cancelled',
    query: { metrics: ['signup_to_order', 'customer_count'], dimensions: ['segment'] },
    sql: `select segment, count(*) filter (where hit) / count(*)::double, count(*) from (select c.*, exists (select 1 from placed o where o.customer_id = c.customer_id and o.ok
        and o.wall >= c.signed_up_at at time zone 'Europe/Berlin' and o.wall < c.signed_up_at at time zone 'Europe/Berlin' + interval 2 hour) hit from customers c) group by 1 order by 1`,
  },
];

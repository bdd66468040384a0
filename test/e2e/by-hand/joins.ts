/** Joins that would count rows twice, several facts at once, roles, hierarchies. */
import { by, type Question } from './question.js';

export const joins: readonly Question[] = [
  {
    title: 'revenue by tag: a line counts once under each tag of its product',
    query: { metrics: ['revenue'], dimensions: ['product.tags.tag'] },
    sql: `select t.tag, sum(l.amount) filter (where l.ok) from lines l
      left join product_tags pt using (product_id) left join tags t using (tag_id) group by 1 order by 1`,
  },
  {
    title: 'orders and fees by department: an order of five lines is one order in each department',
    query: { metrics: ['order_count', 'shipping_fees'], dimensions: ['lines.product.department'] },
    sql: `with seen as (select distinct p.department, o.order_id, o.shipping_fee, o.ok
        from placed o left join order_lines l using (order_id) left join products p using (product_id))
      select department, count(*) filter (where ok), sum(shipping_fee) filter (where ok) from seen group by 1 order by 1`,
    totals: `select count(*) filter (where status <> 'cancelled'), sum(shipping_fee) filter (where status <> 'cancelled') from orders`,
  },
  {
    title: 'fees of orders with boots or tents',
    query: {
      metrics: ['shipping_fees', 'orders_placed'],
      filters: { member: 'lines.product.category', op: 'in', values: ['Boots', 'Tents'] },
    },
    sql: `select sum(shipping_fee) filter (where status <> 'cancelled'), count(*) from orders o where exists (
      select 1 from order_lines l join products p using (product_id)
      where l.order_id = o.order_id and p.category in ('Boots', 'Tents'))`,
  },
  {
    title: 'not camping, through lines: orders with a line of something else',
    query: {
      metrics: ['orders_placed'],
      filters: { not: { member: 'lines.product.department', op: 'eq', values: ['Camping'] } },
    },
    sql: `select count(*) from orders o where exists (select 1 from order_lines l join products p using (product_id)
      where l.order_id = o.order_id and p.department <> 'Camping')`,
  },
  {
    title: 'orders without lines',
    query: {
      metrics: ['orders_placed', 'shipping_fees'],
      filters: { member: 'lines.quantity', op: 'is_null' },
    },
    sql: `select count(*), sum(shipping_fee) filter (where status <> 'cancelled') from orders o
      where not exists (select 1 from order_lines l where l.order_id = o.order_id and l.quantity is not null)`,
  },
  {
    title: 'buyers by tag and segment of the buyer',
    query: { metrics: ['buyers', 'order_count'], dimensions: ['lines.product.tags.tag', 'customer.segment'] },
    sql: `select t.tag, c.segment, count(distinct o.customer_id) filter (where o.ok),
        count(distinct o.order_id) filter (where o.ok)
      from placed o left join customers c using (customer_id) left join order_lines l using (order_id)
      left join product_tags pt using (product_id) left join tags t using (tag_id) group by 1, 2 order by 1, 2`,
  },
  {
    title: 'returns by department of what came back',
    query: { metrics: ['refunds', 'return_count'], dimensions: ['products.department'] },
    sql: `select p.department, sum(r.refund), count(*) from returns r
      left join order_lines l using (order_id, line_number) left join products p using (product_id)
      group by 1 order by 1`,
  },
  {
    title: 'sales and returns by department and quarter: each by its own day',
    query: {
      metrics: ['revenue', 'refunds', 'net_revenue'],
      dimensions: ['products.department', by('quarter')],
      time: { range: '2025' },
    },
    sql: `with s as (select p.department, date_trunc('quarter', l.wall)::date q, sum(amount) filter (where ok) v
        from lines l left join products p using (product_id) where year(l.wall) = 2025 group by 1, 2),
      b as (select p.department, date_trunc('quarter', r.returned_on)::date q, sum(refund) v from returns r
        left join order_lines l using (order_id, line_number) left join products p using (product_id)
        where year(r.returned_on) = 2025 group by 1, 2)
      select coalesce(s.department, b.department), coalesce(s.q, b.q), s.v, coalesce(b.v, 0), s.v - coalesce(b.v, 0)
      from s full join b on s.department is not distinct from b.department and s.q = b.q order by 1, 2`,
  },
  {
    title: 'six facts by month, each by its own time',
    query: {
      metrics: ['revenue', 'order_count', 'ticket_count', 'visits', 'customer_count', 'return_count', 'orders_shipped'],
      dimensions: [by('month')],
      time: { range: ['2025-01-01', '2026-01-01'] },
    },
    sql: `with e as (
        select date_trunc('month', wall) m, amount r, null o, null t, null v, null c, null b, null s from lines where ok
        union all select date_trunc('month', ordered_at at time zone 'Europe/Berlin'), null, 1, null, null, null, null, null
          from orders where status <> 'cancelled'
        union all select date_trunc('month', opened_at at time zone 'Europe/Berlin'), null, null, 1, null, null, null, null from tickets
        union all select date_trunc('month', started_at at time zone 'Europe/Berlin'), null, null, null, 1, null, null, null from web_sessions
        union all select date_trunc('month', signed_up_at at time zone 'Europe/Berlin'), null, null, null, null, 1, null, null from customers
        union all select date_trunc('month', returned_on), null, null, null, null, null, 1, null from returns
        union all select date_trunc('month', shipped_at at time zone 'Europe/Berlin'), null, null, null, null, null, null, 1 from orders)
      select m::date, sum(r), count(o), count(t), count(v), count(c), count(b), count(s) from e
      where year(m) = 2025 group by 1 order by 1`,
  },
  {
    title: 'sales against targets by country and quarter',
    query: {
      metrics: ['revenue', 'target', 'target_attainment', 'target_gap'],
      dimensions: ['stores.region.country', by('quarter')],
      time: { range: ['2024-10-01', '2025-07-01'] },
    },
    sql: `with s as (select r.country, date_trunc('quarter', wall)::date q, sum(amount) filter (where ok) v
        from lines left join stores using (store_id) left join regions r using (region_id)
        where wall >= '2024-10-01' and wall < '2025-07-01' group by 1, 2),
      t as (select r.country, date_trunc('quarter', month)::date q, sum(target) v
        from sales_targets left join stores using (store_id) left join regions r using (region_id)
        where month >= '2024-10-01' and month < '2025-07-01' group by 1, 2)
      select country, q, s.v, t.v, s.v::double / t.v::double, s.v - t.v from s full join t using (country, q) order by 1, 2`,
  },
  {
    title: 'attainment by store, after one has closed',
    query: {
      metrics: ['target_attainment', 'target_gap'],
      dimensions: ['stores.name'],
      time: { range: '2025-Q3' },
      order: [{ by: 'target_attainment', desc: true }],
    },
    sql: `with s as (select store_id, sum(amount) v from lines where ok and wall >= '2025-07-01' and wall < '2025-10-01' group by 1),
      t as (select store_id, sum(target) v from sales_targets where month >= '2025-07-01' and month < '2025-10-01' group by 1)
      select n.name, s.v::double / t.v::double, s.v - t.v from s full join t using (store_id) join stores n using (store_id)
      order by 2 desc nulls last, 1`,
  },
  {
    title: 'two ways from customers to orders',
    query: { metrics: ['customer_count'], dimensions: ['orders.status'] },
    sql: 'AMBIGUOUS_PATH',
  },
  {
    title: 'where orders went: a role, null where carried home',
    query: {
      metrics: ['units_sold'],
      dimensions: ['order.shipped_to.country'],
      order: [{ by: 'units_sold', desc: true }],
    },
    sql: `select r.country, sum(quantity) filter (where ok) from lines l
      left join regions r on r.region_id = l.ship_to_region_id group by 1 order by 2 desc nulls last, 1`,
  },
  {
    title: 'two roads to a country: of the store and of the customer',
    query: {
      metrics: ['order_count'],
      dimensions: ['store.region.country', 'customer.region.country'],
      limit: 12,
      offset: 3,
    },
    sql: `select a.country, b.country, count(*) filter (where o.status <> 'cancelled') from orders o
      left join stores s on s.store_id = o.store_id left join regions a on a.region_id = s.region_id
      left join customers c on c.customer_id = o.customer_id left join regions b on b.region_id = c.region_id
      group by 1, 2 order by 1, 2 limit 12 offset 3`,
  },
  {
    title: 'sales by the title of the seller',
    query: { metrics: ['revenue', 'average_order_value'], dimensions: ['orders.seller.title'] },
    sql: `with s as (select e.title, sum(amount) filter (where ok) v from lines left join employees e using (employee_id) group by 1),
      o as (select e.title, count(*) n from orders left join employees e using (employee_id) where status <> 'cancelled' group by 1)
      select s.title, s.v, s.v::double / o.n from s join o on s.title is not distinct from o.title order by 1`,
  },
  {
    title: 'tickets by the title of who leads the one who took it',
    query: { metrics: ['ticket_count', 'satisfaction_score'], dimensions: ['assignee.manager.title'] },
    sql: `select m.title, count(*), avg(satisfaction) from tickets t left join employees a on a.employee_id = t.assignee_id
      left join employees m on m.employee_id = a.manager_id group by 1 order by 1`,
  },
  {
    title: 'customers by the segment of who recommended them',
    query: { metrics: ['customer_count', 'newsletter_share'], dimensions: ['referrer.segment'] },
    sql: `select r.segment, count(*), count(*) filter (where c.newsletter) / count(*)::double
      from customers c left join customers r on r.customer_id = c.referred_by group by 1 order by 1`,
  },
  {
    title: 'customers by the segment of those whom they recommended',
    query: { metrics: ['customer_count'], dimensions: ['referrals.segment'] },
    sql: `select r.segment, count(distinct c.customer_id) from customers c
      left join customers r on r.referred_by = c.customer_id group by 1 order by 1`,
  },
  {
    title: 'people below a member of the board',
    query: {
      metrics: ['headcount', 'payroll', 'median_salary'],
      filters: { member: 'employees.organisation', op: 'under', values: [2] },
    },
    sql: `with recursive below as (select employee_id from employees where employee_id = 2
        union select e.employee_id from employees e join below b on e.manager_id = b.employee_id)
      select count(*), sum(salary), median(salary::double) from employees join below using (employee_id) where left_on is null`,
  },
  {
    title: 'sales under a path of the assortment',
    query: {
      metrics: ['revenue'],
      dimensions: ['products.brand'],
      filters: { member: 'products.assortment', op: 'under', values: ['Camping', 'Tents'] },
    },
    sql: `select p.brand, sum(amount) filter (where ok) from lines join products p using (product_id)
      where p.department = 'Camping' and p.category = 'Tents' group by 1 order by 1`,
  },
  {
    title: 'no metrics: which channels there are in which countries',
    query: { dimensions: ['stores.region.country', 'stores.channel'] },
    sql: `select distinct r.country, case when s.is_online then 'web' else 'store' end
      from stores s left join regions r using (region_id) order by 1, 2`,
  },
  {
    title: 'return rate of each product: nothing sold, no rate',
    query: { metrics: ['return_rate', 'units_sold', 'product_count'], dimensions: ['products.name'] },
    sql: `with s as (select product_id, sum(quantity) filter (where ok) n from lines group by 1),
      b as (select product_id, sum(r.quantity) n from returns r left join order_lines l using (order_id, line_number) group by 1)
      select p.name, coalesce(sum(b.n), 0) / nullif(sum(s.n), 0)::double, sum(s.n), count(*)
      from products p left join s using (product_id) left join b using (product_id) group by 1 order by 1`,
  },
  {
    title: 'what was for sale and what sold, by brand',
    query: {
      metrics: ['product_count', 'products_sold', 'revenue'],
      dimensions: ['products.brand'],
      segments: ['products.for_sale'],
      totals: true,
    },
    sql: `with s as (select product_id, sum(amount) filter (where ok) v, max(ok) was from lines group by 1)
      select brand, count(*), count(*) filter (where was), sum(v) from products left join s using (product_id)
      where discontinued_on is null group by 1 order by 1`,
    totals: `with s as (select product_id, sum(amount) filter (where ok) v, max(ok) was from lines group by 1)
      select count(*), count(*) filter (where was), sum(v) from products left join s using (product_id) where discontinued_on is null`,
  },
  {
    title: 'baskets by size: an entity on a query',
    query: {
      metrics: ['basket_count', 'median_basket', 'average_pieces'],
      dimensions: ['baskets.size', 'stores.channel'],
    },
    sql: `with b as (select o.order_id, o.store_id, sum(l.amount) v, sum(l.quantity) n from orders o join order_lines l using (order_id)
        where o.status <> 'cancelled' group by 1, 2)
      select case when v < 100 then 'small' when v < 400 then 'medium' else 'large' end,
        case when s.is_online then 'web' else 'store' end, count(*), median(v::double), avg(n)
      from b left join stores s using (store_id) group by 1, 2 order by 1, 2`,
  },
  {
    title: 'prices of lines by department, with totals that are no sums',
    query: {
      metrics: ['median_unit_price', 'p95_line_amount', 'largest_line', 'products_sold'],
      dimensions: ['products.department'],
      totals: true,
    },
    sql: `select p.department, median(unit_price::double), quantile_cont(amount::double, 0.95), max(amount),
      count(distinct product_id) filter (where ok) from lines left join products p using (product_id) group by 1 order by 1`,
    totals: `select median(unit_price::double), quantile_cont(amount::double, 0.95), max(amount),
      count(distinct product_id) filter (where ok) from lines`,
  },
  {
    title: 'buyers by country with the totals of people, not of countries',
    query: {
      metrics: ['buyers', 'revenue_per_customer', 'margin'],
      dimensions: ['stores.region.country'],
      totals: true,
    },
    sql: `with s as (select r.country, sum(amount) filter (where ok) v, sum(cost) filter (where ok) c
        from lines left join stores using (store_id) left join regions r using (region_id) group by 1),
      o as (select r.country, count(distinct customer_id) filter (where status <> 'cancelled') n
        from orders left join stores using (store_id) left join regions r using (region_id) group by 1)
      select country, n, v::double / n, (v - c)::double / v::double from s join o using (country) order by 1`,
    totals: `select count(distinct customer_id) filter (where status <> 'cancelled'),
      (select sum(amount) from lines where ok)::double / count(distinct customer_id) filter (where status <> 'cancelled'),
      (select sum(amount - cost)::double / sum(amount)::double from lines where ok) from orders`,
  },
];

/** A query of the example business for each thing that the planner can say. `refused` names the dialects that cannot say it rightly. */
import type { DialectName } from '../../core/plugin/contract.js';

export const warehouses = ['redshift', 'sqlserver', 'snowflake', 'bigquery'] as const satisfies readonly DialectName[];
export type Warehouse = (typeof warehouses)[number];

export interface ExampleQuery {
  readonly query: unknown;
  readonly refused?: readonly Warehouse[];
}

const by = (grain: string, name = 'metric_time'): unknown => ({ name, grain });
const utc = { timezone: 'UTC' };

export const exampleQueries: Readonly<Record<string, ExampleQuery>> = {
  // Joins
  'joins-two-away': {
    query: {
      metrics: ['revenue', 'average_order_value'],
      dimensions: ['stores.region.country'],
      filters: { member: 'orders.status', op: 'in', values: ['paid', 'shipped'] },
      order: [{ by: 'revenue', desc: true }],
      limit: 5,
      offset: 2,
      ...utc,
    },
  },
  'joins-through-many': { query: { metrics: ['product_count', 'average_list_price'], dimensions: ['tags.tag'] } },
  'joins-two-keys': { query: { metrics: ['refunds'], dimensions: ['line.product.category'] } },
  // Several facts
  'stitched-facts': {
    query: {
      metrics: ['target_attainment', 'net_revenue', 'return_rate'],
      dimensions: [by('month')],
      time: { range: ['2025-01-01', '2026-01-01'] },
      ...utc,
    },
  },
  // Time
  'time-grains': {
    query: { metrics: ['orders_placed'], dimensions: [by('hour'), by('day'), by('quarter'), by('year')], ...utc },
  },
  'time-weeks': {
    query: { metrics: ['orders_placed'], dimensions: [by('week')], time: { range: 'last 6 weeks' }, ...utc },
  },
  'time-fiscal': {
    query: {
      metrics: ['orders_placed'],
      dimensions: [by('fiscal_year'), by('fiscal_quarter')],
      time: { range: 'FY2026' },
      ...utc,
    },
  },
  'time-zone': { query: { metrics: ['orders_placed'], dimensions: [by('day')] }, refused: ['sqlserver'] },
  'time-of-dates': {
    query: {
      metrics: ['return_count'],
      dimensions: [by('week'), by('fiscal_quarter')],
      time: { range: ['2026-01-01', null] },
    },
  },
  'time-value': {
    query: {
      dimensions: ['orders.ordered_at', 'orders.coupon'],
      filters: { member: 'orders.coupon', op: 'not_null' },
      limit: 3,
      ...utc,
    },
  },
  'time-conditions': {
    query: {
      metrics: ['return_count'],
      filters: {
        and: [
          { member: 'returned_on', op: 'between', values: ['2026-01-05', '2026-02-05'] },
          { not: { member: 'returned_on', op: 'eq', values: ['2026-01-10'] } },
        ],
      },
    },
  },
  // Along time
  'window-running': {
    query: {
      metrics: ['running_revenue'],
      dimensions: [by('month'), 'product.department'],
      time: { range: ['2025-01-01', '2025-07-01'] },
      ...utc,
    },
  },
  'window-rolling': {
    query: {
      metrics: ['buyers_90d', 'revenue_28d'],
      dimensions: [by('week')],
      time: { range: ['2025-01-01', '2025-07-01'] },
      ...utc,
    },
  },
  'window-to-date': {
    query: {
      metrics: ['revenue_fiscal_ytd'],
      dimensions: [by('month')],
      time: { range: ['2025-01-01', '2026-01-01'] },
      ...utc,
    },
  },
  'window-without-bounds': { query: { metrics: ['customers_total'], dimensions: [by('year')], ...utc } },
  'window-zone': {
    query: { metrics: ['running_revenue'], dimensions: [by('month')], time: { range: ['2025-01-01', '2025-07-01'] } },
    refused: ['sqlserver'],
  },
  'change-year': {
    query: {
      metrics: ['revenue', 'revenue_growth'],
      dimensions: [by('month')],
      time: { range: ['2025-11-01', '2026-11-01'] },
      ...utc,
    },
  },
  'compare-days': {
    query: {
      metrics: ['orders_placed'],
      dimensions: [by('day')],
      time: { range: '2026-03', compare: 'previous month', compare_as: 'percent' },
      ...utc,
    },
  },
  filled: {
    query: {
      metrics: ['return_count', 'refunds'],
      dimensions: [by('month'), 'reason'],
      time: { range: '2025' },
      fill: true,
    },
  },
  'filled-hours': {
    query: {
      metrics: ['visits'],
      dimensions: [by('hour')],
      time: { range: ['2026-01-01', '2026-01-03'] },
      fill: true,
      ...utc,
    },
  },
  // Aggregates
  percentiles: {
    query: {
      metrics: ['median_unit_price', 'p95_line_amount', 'largest_line', 'products_sold'],
      dimensions: ['product.department'],
    },
  },
  'percentile-through-many': { query: { metrics: ['median_list_price', 'product_count'], dimensions: ['tags.tag'] } },
  'distinct-estimated': { query: { metrics: ['buyers', 'buyers_estimate'], dimensions: ['store.channel'] } },
  'semi-additive': {
    query: {
      metrics: ['stock', 'opening_stock', 'out_of_stock_days'],
      dimensions: [by('month'), 'store.name'],
      time: { range: '2026' },
    },
  },
  'averages-and-ratios': {
    query: { metrics: ['average_first_response', 'satisfaction_score', 'open_ticket_share'], dimensions: ['topic'] },
  },
  conversion: {
    query: { metrics: ['visit_to_order_rate', 'converted_visits'], dimensions: ['device'] },
    refused: ['sqlserver'],
  },
  'conversion-utc': { query: { metrics: ['visit_to_order_rate'], dimensions: ['device'], ...utc } },
  // Values and conditions
  booleans: {
    query: {
      metrics: ['orders_placed', 'online_revenue', 'newsletter_readers'],
      segments: [],
      ...utc,
    },
  },
  'boolean-dimensions': {
    query: {
      metrics: ['orders_placed'],
      dimensions: ['has_coupon', 'store.is_online', 'store.channel'],
      filters: {
        or: [
          { member: 'is_guest', op: 'eq', values: [true] },
          { member: 'store.is_online', op: 'ne', values: [false] },
        ],
      },
      segments: ['online'],
    },
  },
  'cases-and-bands': {
    query: { metrics: ['product_count'], dimensions: ['price_band', 'is_wool'], segments: ['for_sale'] },
  },
  patterns: {
    query: {
      metrics: ['product_count'],
      filters: {
        or: [
          { member: 'products.name', op: 'contains', values: ['50% [wool]'] },
          { member: 'products.name', op: 'starts_with', values: ['A_'] },
          { member: 'products.name', op: 'not_like', values: ['%\\_x%'] },
        ],
      },
    },
  },
  numbers: {
    query: {
      metrics: ['product_count', 'heaviest'],
      filters: {
        and: [
          { member: 'list_price', op: 'gte', values: ['19.99'] },
          { member: 'weight', op: 'in', values: [0.5, 2] },
        ],
      },
    },
  },
  'metric-conditions': {
    query: {
      metrics: ['revenue'],
      dimensions: ['product.category'],
      filters: {
        or: [
          { member: 'revenue', op: 'gt', values: [1000] },
          { member: 'product.category', op: 'eq', values: ['Boots'] },
        ],
      },
    },
  },
  'hierarchy-levels': {
    query: {
      metrics: ['customer_count'],
      filters: { member: 'region.geography', op: 'under', values: ['Germany', 'Bavaria'] },
    },
  },
  'hierarchy-parents': {
    query: { metrics: ['headcount'], filters: { member: 'organisation', op: 'under', values: [1, 7] } },
  },
  'splits-texts': { query: { metrics: ['customer_count'], dimensions: ['mail_domain'] }, refused: ['sqlserver'] },
  'entity-on-a-query': { query: { metrics: ['median_basket', 'average_pieces'], dimensions: ['size', 'store.city'] } },
  // Shapes
  totals: { query: { metrics: ['revenue', 'margin'], dimensions: ['product.department'], totals: true, limit: 2 } },
  shares: {
    query: {
      metrics: ['revenue', 'margin'],
      dimensions: ['product.department', 'product.category'],
      shares: [{ metric: 'revenue', within: ['product.department'] }],
      filters: { member: 'revenue', op: 'gt', values: [1000] },
    },
  },
  'first-of-each': {
    query: {
      metrics: ['revenue'],
      dimensions: ['product.department', 'product.name'],
      order: [{ by: 'revenue', desc: true }],
      limit_per: { dimensions: ['product.department'], limit: 3 },
    },
  },
  'list-of-values': { query: { dimensions: ['region.country', 'customers.segment'], limit: 10, offset: 10 } },
  'no-rows': { query: { metrics: ['return_count'], dimensions: ['reason'], limit: 0 } },
  'one-row': { query: { metrics: ['margin', 'online_share'], limit: 1 } },
};

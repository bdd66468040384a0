import type { SemanticQuery } from '../../../core/query/semantic-query.js';

/** A question, and the SQL that somebody who knows the tables, and nothing of the model, writes for it. */
export interface Question {
  readonly title: string;
  readonly query: SemanticQuery;
  /** For DuckDB; rows and columns in the order of the answer's. A code where the question must be refused. */
  readonly sql: string;
  /** The row of the totals, metrics only. */
  readonly totals?: string;
}

/**
 * What the SQL by hand is asked over besides the tables: `lines` beside their order, and `placed`, the orders; `ok`: not
 * cancelled, `wall`: the wall clock in Berlin.
 */
export const views = [
  `create table placed as
    select *, status <> 'cancelled' as ok, ordered_at at time zone 'Europe/Berlin' as wall from orders`,
  `create table lines as
    select l.*, o.status, o.ok, o.wall, o.store_id, o.customer_id, o.employee_id, o.ship_to_region_id, o.coupon
    from order_lines l left join placed o on o.order_id = l.order_id`,
];

/** The days from one to another, both included. */
export const days = (from: string, to: string): string =>
  `(select unnest(generate_series(date '${from}', date '${to}', interval 1 day))::date as day)`;

export const months = (from: string, to: string): string =>
  `(select unnest(generate_series(date '${from}', date '${to}', interval 1 month))::date as month)`;

export const by = (grain: string, name = 'metric_time'): NonNullable<SemanticQuery['dimensions']>[number] => ({
  name,
  grain: grain as 'day',
});

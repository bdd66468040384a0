/** A small shop: lines of orders of customers, returns, stock by day, a bridge of tags, employees with managers. */
import type { Model, Project } from '../../../semantic/model/model.js';
import { binary, field, model, number, text } from './build-model.js';

const isNotVoid = binary(field('status', 'string'), '<>', text('void'));

export const shop = (project: Partial<Project> = {}): Model =>
  model(
    {
      customers: {
        key: ['customer_id'],
        dimensions: { name: 'string', country: 'string', region: 'string' },
        measures: { customer_count: { count: '*' } },
        hierarchies: { geography: ['country', 'region'] },
      },
      orders: {
        key: ['order_id'],
        joins: {
          customer: { to: 'customers', on: { customer_id: 'customer_id' } },
          seller: { to: 'employees', on: { seller_id: 'employee_id' } },
          tags: {
            to: 'tags',
            cardinality: 'many_to_many',
            through: { entity: 'order_tags', from_join: 'order', to_join: 'tag' },
          },
        },
        dimensions: {
          status: 'string',
          ordered_at: 'instant',
          shipped_on: 'date',
          is_large: { type: 'boolean', expr: binary(field('amount', 'number'), '>', number(100)) },
        },
        measures: {
          revenue: { sum: 'amount', where: isNotVoid },
          order_count: { count: '*' },
          buyers: { count_distinct: 'customer_id' },
          mean: { average: 'amount' },
          typical: { median: 'amount' },
          p90: { percentile: 'amount', at: 0.9 },
          shipped: { count: '*', time: 'shipped_on' },
          largest: { max: 'amount' },
        },
        filters: { kept: isNotVoid },
        time: 'ordered_at',
      },
      lines: {
        key: ['line_id'],
        joins: { order: { to: 'orders', on: { order_id: 'order_id' }, inverse: 'lines' } },
        dimensions: {
          product: 'string',
          ordered_at: { stores: 'instant', expr: field('ordered_at', 'instant', 'order') },
        },
        measures: { quantity: { sum: 'quantity' }, line_count: { count: '*' } },
        time: 'ordered_at',
      },
      order_tags: {
        joins: { order: { to: 'orders', on: { order_id: 'order_id' } }, tag: { to: 'tags', on: { tag_id: 'tag_id' } } },
      },
      tags: { key: ['tag_id'], dimensions: { tag: { type: 'string', expr: field('name', 'string') } } },
      employees: {
        key: ['employee_id'],
        joins: { manager: { to: 'employees', on: { manager_id: 'employee_id' }, inverse: 'reports' } },
        dimensions: { employee: { type: 'string', expr: field('name', 'string') }, employee_id: 'number' },
        measures: { headcount: { count: '*' } },
        hierarchies: { org: { parent: 'manager' } },
      },
      stock: {
        dimensions: { day: 'date', product: 'string', store: 'string' },
        measures: {
          on_hand: { sum: 'quantity', semi_additive: { over: 'day', take: 'last', per: ['product', 'store'] } },
        },
        time: 'day',
      },
    },
    {
      average_order_value: { kind: 'ratio', numerator: 'revenue', denominator: 'order_count' },
      paid_revenue: {
        kind: 'simple',
        measure: { entity: 'orders', measure: 'revenue' },
        where: { default: binary(field('status', 'string'), '=', text('paid')), dialects: {} },
      },
      running_revenue: { kind: 'cumulative', metric: 'revenue', window: { kind: 'running' } },
      revenue_7d: {
        kind: 'cumulative',
        metric: 'revenue',
        window: { kind: 'rolling', period: { count: 7, unit: 'day' } },
      },
      revenue_ytd: { kind: 'cumulative', metric: 'revenue', window: { kind: 'to_date', grain: 'year' } },
      revenue_growth: { kind: 'change', metric: 'revenue', against: { count: 1, unit: 'year' }, as: 'percent' },
      per_line: {
        kind: 'formula',
        expr: {
          kind: 'binary',
          operator: '/',
          left: { kind: 'metric', metric: 'revenue' },
          right: { kind: 'metric', metric: 'lines.line_count' },
        },
      },
      order_to_order: {
        kind: 'conversion',
        base: { entity: 'orders', measure: 'order_count' },
        conversion: { entity: 'orders', measure: 'shipped' },
        by: [{ base: 'customer_id', conversion: 'customer_id' }],
        within: { count: 7, unit: 'day' },
        as: 'rate',
      },
    },
    project,
  );

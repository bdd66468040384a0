/** How long a query takes from object to SQL text: a model like TPC-H, mixed queries, nothing of a whole query kept. */
import type { DialectName } from '../../core/plugin/contract.js';
import type { Model } from '../../semantic/model/model.js';
import { createPlanner } from '../../semantic/plan/create-planner.js';
import { binary, type EntitySpec, field, model, number, text } from '../semantic/plan/build-model.js';

const price = binary(field('l_extendedprice', 'number'), '*', binary(number(1), '-', field('l_discount', 'number')));

const tpch: Readonly<Record<string, EntitySpec>> = {
  region: { key: ['r_regionkey'], dimensions: { region_name: { expr: field('r_name', 'string') } } },
  nation: {
    key: ['n_nationkey'],
    joins: { region: { to: 'region', on: { n_regionkey: 'r_regionkey' } } },
    dimensions: { nation_name: { expr: field('n_name', 'string') } },
  },
  customer: {
    key: ['c_custkey'],
    joins: { nation: { to: 'nation', on: { c_nationkey: 'n_nationkey' } } },
    dimensions: {
      segment: { expr: field('c_mktsegment', 'string') },
      balance: { type: 'number', expr: field('c_acctbal', 'number') },
    },
    measures: { customers: { count: '*' }, total_balance: { sum: 'c_acctbal' } },
  },
  supplier: {
    key: ['s_suppkey'],
    joins: { nation: { to: 'nation', on: { s_nationkey: 'n_nationkey' } } },
    dimensions: { supplier_name: { expr: field('s_name', 'string') } },
    measures: { suppliers: { count: '*' } },
  },
  part: {
    key: ['p_partkey'],
    dimensions: {
      brand: { expr: field('p_brand', 'string') },
      size: { type: 'number', expr: field('p_size', 'number') },
    },
    measures: { parts: { count: '*' } },
  },
  partsupp: {
    key: ['ps_partkey', 'ps_suppkey'],
    joins: {
      part: { to: 'part', on: { ps_partkey: 'p_partkey' } },
      supplier: { to: 'supplier', on: { ps_suppkey: 's_suppkey' } },
    },
    measures: { available: { sum: 'ps_availqty' } },
  },
  orders: {
    key: ['o_orderkey'],
    joins: { customer: { to: 'customer', on: { o_custkey: 'c_custkey' } } },
    dimensions: {
      order_status: { expr: field('o_orderstatus', 'string') },
      order_date: { stores: 'date', expr: field('o_orderdate', 'date') },
    },
    measures: {
      orders_placed: { count: '*' },
      order_value: { sum: 'o_totalprice' },
      buyers: { count_distinct: 'o_custkey' },
    },
    time: 'order_date',
  },
  lineitem: {
    key: ['l_orderkey', 'l_linenumber'],
    joins: {
      order: { to: 'orders', on: { l_orderkey: 'o_orderkey' }, inverse: 'lines' },
      part: { to: 'part', on: { l_partkey: 'p_partkey' } },
      supplier: { to: 'supplier', on: { l_suppkey: 's_suppkey' } },
    },
    dimensions: {
      ship_date: { stores: 'date', expr: field('l_shipdate', 'date') },
      return_flag: { expr: field('l_returnflag', 'string') },
      ship_mode: { expr: field('l_shipmode', 'string') },
    },
    measures: {
      quantity: { sum: 'l_quantity' },
      revenue: { sum: price },
      returned: { sum: price, where: binary(field('l_returnflag', 'string'), '=', text('R')) },
      mean_discount: { average: 'l_discount' },
    },
    time: 'ship_date',
  },
  calendar: { key: ['day'], dimensions: { holiday: 'boolean', day: 'date' } },
};

/** The model, with as many further entities as wanted: each joins the one before it and some of the first. */
export const benchModel = (entities: number): Model => {
  const more = Array.from({ length: Math.max(0, entities - 9) }, (_, index): readonly [string, EntitySpec] => [
    `extra_${index}`,
    {
      key: ['id'],
      joins: {
        customer: { to: 'customer', on: { customer_id: 'c_custkey' } },
        ...(index === 0 ? {} : { before: { to: `extra_${index - 1}`, on: { before_id: 'id' } } }),
      },
      dimensions: { [`kind_${index}`]: 'string', [`at_${index}`]: 'instant' },
      measures: { [`count_${index}`]: { count: '*' }, [`amount_${index}`]: { sum: 'amount' } },
      time: `at_${index}`,
    },
  ]);
  return model(
    { ...tpch, ...Object.fromEntries(more) },
    {
      average_order: { kind: 'ratio', numerator: 'order_value', denominator: 'orders_placed' },
      return_rate: { kind: 'ratio', numerator: 'returned', denominator: 'revenue' },
      revenue_growth: { kind: 'change', metric: 'revenue', against: { count: 1, unit: 'year' }, as: 'percent' },
      revenue_ytd: { kind: 'cumulative', metric: 'revenue', window: { kind: 'to_date', grain: 'year' } },
    },
    { timezone: 'Europe/Berlin' },
  );
};

export const benchQueries: readonly unknown[] = [
  { metrics: ['revenue'], dimensions: ['return_flag'] },
  { metrics: ['revenue', 'quantity'], dimensions: [{ name: 'metric_time', grain: 'month' }], time: { range: '1995' } },
  {
    metrics: ['revenue'],
    dimensions: ['orders.customer.nation.nation_name'],
    order: [{ by: 'revenue', desc: true }],
    limit: 10,
  },
  { metrics: ['orders_placed', 'average_order'], dimensions: ['customer.segment'] },
  {
    metrics: ['return_rate'],
    dimensions: ['part.brand'],
    filters: { member: 'part.size', op: 'between', values: [1, 15] },
  },
  {
    metrics: ['order_value'],
    dimensions: [{ name: 'order_date', grain: 'quarter' }, 'segment'],
    time: { range: ['1994-01-01', '1997-01-01'] },
  },
  {
    metrics: ['buyers'],
    dimensions: ['order_status'],
    filters: {
      and: [
        { member: 'segment', op: 'in', values: ['BUILDING', 'MACHINERY'] },
        { member: 'buyers', op: 'gt', values: [100] },
      ],
    },
  },
  { metrics: ['customers', 'total_balance'], dimensions: ['customer.nation.nation_name'] },
  {
    metrics: ['mean_discount'],
    dimensions: ['ship_mode'],
    filters: {
      or: [
        { member: 'return_flag', op: 'eq', values: ['R'] },
        { member: 'ship_mode', op: 'eq', values: ['AIR'] },
      ],
    },
  },
  { metrics: ['orders_placed', 'revenue'], dimensions: ['customer.segment'] },
  {
    metrics: ['revenue'],
    dimensions: [{ name: 'metric_time', grain: 'month' }],
    time: { range: '1996', compare: 'previous year', compare_as: 'percent' },
  },
  { metrics: ['revenue_growth'], dimensions: [{ name: 'metric_time', grain: 'quarter' }] },
  { metrics: ['revenue_ytd'], dimensions: [{ name: 'metric_time', grain: 'month' }], time: { range: '1996' } },
  { dimensions: ['part.brand', 'part.size'] },
  { metrics: ['available'], dimensions: ['part.brand', 'supplier.supplier_name'], limit: 100 },
  { metrics: ['orders_placed'], filters: { member: 'lines.ship_mode', op: 'eq', values: ['AIR'] } },
  { metrics: ['revenue'], dimensions: ['supplier.nation.region.region_name'], time: { range: 'last 12 months' } },
  { metrics: ['quantity'], dimensions: ['lineitem.order.customer.nation.region.region_name', 'return_flag'] },
  {
    metrics: ['revenue', 'returned', 'quantity'],
    filters: { member: 'ship_date', op: 'between', values: ['1994-01-01', '1995-01-01'] },
  },
  { metrics: ['order_value'], dimensions: ['order_status', { name: 'metric_time', grain: 'year' }], totals: true },
];

export interface PlanTimes {
  readonly entities: number;
  /** Milliseconds a query. */
  readonly median: number;
  readonly p95: number;
}

/** Plans the mixed queries again and again, warm. */
export const measurePlanning = (entities: number, dialect: DialectName, rounds = 300): PlanTimes => {
  const planner = createPlanner(benchModel(entities));
  const options = { dialect, features: { timeZones: true }, now: Date.UTC(2024, 5, 15) };
  const times: number[] = [];
  for (let round = -100; round < rounds; round += 1) {
    for (const query of benchQueries) {
      const start = performance.now();
      planner.plan(query, options);
      if (round >= 0) times.push(performance.now() - start);
    }
  }
  times.sort((a, b) => a - b);
  return { entities, median: times[Math.floor(times.length / 2)]!, p95: times[Math.floor(times.length * 0.95)]! };
};

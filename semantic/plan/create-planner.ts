import type { Calendar } from '../../core/sql/statement.js';
import type { Model } from '../model/model.js';
import { type ModelIndex, readQuery } from './asked-query.js';
import { assertAnswerable } from './assert-answerable.js';
import { MetricTrees } from './metric-tree.js';
import { type ParsedQuery, parseQuery } from './parse-query.js';
import type { Plan, PlanOptions } from './plan.js';
import { planStatement } from './plan-statement.js';
import { Members } from './resolve-member.js';

export interface Planner {
  readonly model: Model;
  /**
   * Plans a semantic query.
   * @throws DataMindError `QUERY_INVALID`, `UNKNOWN_MEMBER`, `AMBIGUOUS_MEMBER`, `AMBIGUOUS_PATH`, `NO_PATH`, `WOULD_BE_WRONG`,
   *   `UNSUPPORTED_ON_DIALECT`, `TYPE_MISMATCH`, `TIME_RANGE_INVALID`
   */
  plan(query: unknown, options: PlanOptions): Plan;
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** Builds what planning needs of a model once; plans are then made from it without any further state. */
export const createPlanner = (model: Model): Planner => {
  const members = new Members(model);
  const calendar: Calendar = {
    week_start: weekdays.indexOf(model.project.week_start),
    fiscal_month: model.project.fiscal_year_start,
  };
  const index: ModelIndex = { members, trees: new MetricTrees(members), calendar };
  const planOne = (query: ParsedQuery, options: PlanOptions): Plan => {
    const asked = readQuery(index, query, options);
    assertAnswerable(asked);
    return planStatement(asked);
  };
  return Object.freeze({
    model,
    plan: (query: unknown, options: PlanOptions): Plan => {
      const parsed = parseQuery(query);
      const main = planOne(parsed, options);
      if (!parsed.totals) return main;
      const { text, parameters, statement, columns } = planOne(totalsOf(parsed), options);
      return { ...main, totals: { text, parameters, statement, columns } };
    },
  });
};

/** The same conditions over everything at once. */
const totalsOf = (query: ParsedQuery): ParsedQuery => ({
  ...query,
  dimensions: [],
  order: [],
  limit: null,
  offset: 0,
  limitPer: null,
  // What is over everything is all of it.
  shares: query.shares.map((share) => ({ ...share, within: [] })),
  fill: false,
  totals: false,
});

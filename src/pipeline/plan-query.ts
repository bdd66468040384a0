import type { ConnectorCapabilities, DialectName } from '../../core/plugin/contract.js';
import type { Model } from '../../semantic/model/model.js';
import { createPlanner, type Plan, type Planner } from '../../semantic/plan/create-planner.js';
import type { SemanticQuery } from '../../semantic/plan/query.js';

/** Where a statement is to run. */
export interface PlanTarget {
  readonly dialect: DialectName;
  readonly capabilities: Pick<ConnectorCapabilities, 'timeZones'>;
}

const planners = new WeakMap<Model, Planner>();

/** A semantic query as a statement, by the model's planner, which is made once. @throws DataMindError */
export const planQuery = (model: Model, query: SemanticQuery, target: PlanTarget, now: number): Plan => {
  let planner = planners.get(model);
  if (planner === undefined) {
    planner = createPlanner(model);
    planners.set(model, planner);
  }
  const { dialect, capabilities } = target;
  return planner.plan(query, { dialect, features: { timeZones: capabilities.timeZones }, now });
};

/** What callers of an answer should know; how it was joined is the plan's own business. */
export const warningsOf = ({ notes }: Plan): readonly string[] =>
  notes.filter(({ code }) => code === 'GROUPS_OVERLAP').map(({ message }) => message);

import type { Model } from '../model/model.js';
import { createPlanner, type Planner } from '../plan/create-planner.js';

const planners = new WeakMap<Model, Planner>();

/** The planner of a model, made once. */
export const plannerOf = (model: Model): Planner => {
  let planner = planners.get(model);
  if (planner === undefined) {
    planner = createPlanner(model);
    planners.set(model, planner);
  }
  return planner;
};

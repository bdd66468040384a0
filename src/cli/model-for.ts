import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import { modelWithin } from '../../semantic/model/view.js';

/** Which part of the model a project has, servers keep; here a project is what policies are bound to, and all of the model is its. */
export const modelFor = (model: Model, { project }: Subject): Model =>
  project === null
    ? model
    : modelWithin(model, { project, entities: Object.keys(model.entities), metrics: Object.keys(model.metrics) });

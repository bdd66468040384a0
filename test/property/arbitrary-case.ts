/** One random case: a model, its rows, a clock and some queries. Everything in it is plain data. */
import fc from 'fast-check';
import type { AuthoredModel, ReferenceQuery } from '../reference/authored-model.js';
import type { Data } from '../reference/data.js';
import { buildData, dataBlueprint } from './arbitrary-data.js';
import { buildModel, modelBlueprint, type TableShape } from './arbitrary-model.js';
import { buildQuery, clocks, queryBlueprint } from './arbitrary-query.js';
import { choice, pick } from './pick.js';

export interface RandomCase {
  readonly model: AuthoredModel;
  readonly shapes: readonly TableShape[];
  readonly data: Data;
  /** ISO-8601, in UTC. */
  readonly now: string;
  readonly queries: readonly ReferenceQuery[];
}

export const queriesPerCase = 12;

// Queries come first and shrink first: one of them is enough to show a difference.
const blueprint = fc.record({
  queries: fc.array(queryBlueprint, { minLength: 1, maxLength: queriesPerCase, size: 'max' }),
  data: dataBlueprint,
  model: modelBlueprint,
  clock: choice,
});

export const randomCase: fc.Arbitrary<RandomCase> = fc.noBias(blueprint).map(({ model, data, queries, clock }) => {
  const built = buildModel(model);
  return {
    ...built,
    data: buildData(built.shapes, data),
    now: pick(clocks, clock),
    queries: queries.map((query) => buildQuery(built.model, query)),
  };
});

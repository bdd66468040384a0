/**
 * A model as it is for whoever works in a project: which entities and metrics exist. What lies outside stays in it for those who
 * compute (a metric may stand on it, a policy may follow a join there), and whoever looks a name up asks here whether there is
 * such a thing.
 */
import { createHash } from 'node:crypto';
import type { Entity, Join, Model } from './model.js';

export interface ModelView {
  /** The name of the project, as policies and subjects have it. */
  readonly project: string;
  readonly entities: ReadonlySet<string>;
  readonly metrics: ReadonlySet<string>;
  /** The model that it is a view of. */
  readonly whole: Model;
}

export interface Curation {
  readonly project: string;
  /** Names of entities and of metrics; what the model does not have is passed over. */
  readonly entities: readonly string[];
  readonly metrics: readonly string[];
}

const present = (names: readonly string[], objects: Readonly<Record<string, unknown>>): readonly string[] =>
  [...new Set(names)].filter((name) => Object.hasOwn(objects, name)).sort();

/** The model of a project. Its hash is its own, so nothing that is kept for one model serves another. */
export const modelWithin = (whole: Model, curation: Curation): Model => {
  const { project } = curation;
  const entities = present(curation.entities, whole.entities);
  const metrics = present(curation.metrics, whole.metrics);
  const hash = createHash('sha256')
    .update(JSON.stringify([whole.hash, project, entities, metrics]))
    .digest('hex');
  const view: ModelView = { project, entities: new Set(entities), metrics: new Set(metrics), whole };
  return Object.freeze({ ...whole, hash, view });
};

export const isEntityWithin = ({ view }: Model, name: string): boolean => view === undefined || view.entities.has(name);

export const isMetricWithin = ({ view }: Model, name: string): boolean => view === undefined || view.metrics.has(name);

const isJoinWithin = (model: Model, { to, through }: Join): boolean =>
  isEntityWithin(model, to) && (through === null || isEntityWithin(model, through.entity));

const kept = <T>(
  record: Readonly<Record<string, T>>,
  keep: (value: T, name: string) => boolean,
): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).filter(([name, value]) => keep(value, name)));

const cut = new WeakMap<Model, Model>();

/**
 * The objects that exist in it, and joins between these only; the model itself where all of it exists. For lists and for looking
 * names up: definitions in it may refer to what is not.
 */
export const onlyWithin = (model: Model): Model => {
  if (model.view === undefined) return model;
  let found = cut.get(model);
  if (found === undefined) {
    const entities = Object.values(model.entities).flatMap((entity): readonly [string, Entity][] =>
      isEntityWithin(model, entity.name)
        ? [[entity.name, { ...entity, joins: kept(entity.joins, (join) => isJoinWithin(model, join)) }]]
        : [],
    );
    const metrics = kept(model.metrics, (_, name) => isMetricWithin(model, name));
    found = Object.freeze({ ...model, entities: Object.fromEntries(entities), metrics });
    cut.set(model, found);
  }
  return found;
};

/** The hash of the authored model, for whoever wants to know its version. */
export const versionOf = ({ hash, view }: Model): string => view?.whole.hash ?? hash;

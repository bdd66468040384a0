import { didYouMean } from '../../core/config/did-you-mean.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Described, Entity, Model } from '../../semantic/model/model.js';

export interface Item {
  readonly name: string;
  readonly label: string;
  readonly description: string | null;
  readonly synonyms: readonly string[];
  /** Where it is authored. */
  readonly source: { readonly file: string; readonly line: number } | null;
}

/** What people may know of any object, in the order in which it is shown. */
export const describedOf = (object: Described, name: string = object.name) => ({
  name,
  label: object.label,
  description: object.description,
  synonyms: object.synonyms,
  owner: object.owner,
  certified: object.certified,
  tags: object.tags,
  meta: object.meta,
  source: object.source,
});

const visible = <T extends Described>(objects: Readonly<Record<string, T>>): readonly T[] =>
  Object.values(objects).filter(({ hidden }) => !hidden);

const namesOf = (objects: Readonly<Record<string, Described>>): readonly string[] =>
  visible(objects).map(({ name }) => name);

export const visibleEntities = ({ entities }: Model): readonly Entity[] => visible(entities);

const tableOf = ({ from }: Entity): string | null =>
  from.kind === 'table' ? [from.catalog, from.schema, from.table].filter((part) => part !== null).join('.') : null;

const entityItems = (model: Model): readonly Item[] => {
  const shown = new Set(visibleEntities(model).map(({ name }) => name));
  return visibleEntities(model).map((entity) => ({
    ...describedOf(entity),
    connection: entity.connection ?? model.project.connection,
    table: tableOf(entity),
    key: entity.key,
    default_time: entity.default_time,
    dimensions: namesOf(entity.dimensions),
    measures: namesOf(entity.measures),
    filters: namesOf(entity.filters),
    hierarchies: namesOf(entity.hierarchies),
    joins: Object.values(entity.joins)
      .filter(({ to }) => shown.has(to))
      .map(({ name, label, description, to, cardinality, inverse }) => ({
        name,
        label,
        description,
        to,
        cardinality,
        inverse,
      })),
  }));
};

/** The objects of one kind in all entities, named `entity.object`. */
const ofEntities =
  <T extends Described>(
    pick: (entity: Entity) => Readonly<Record<string, T>>,
    show: (object: T) => Readonly<Record<string, unknown>>,
  ) =>
  (model: Model): readonly Item[] =>
    visibleEntities(model).flatMap((entity) =>
      visible(pick(entity)).map((object) => ({
        ...describedOf(object, `${entity.name}.${object.name}`),
        entity: entity.name,
        ...show(object),
      })),
    );

/** How each kind of compiled object is listed. */
const collections = {
  entities: entityItems,
  dimensions: ofEntities(
    ({ dimensions }) => dimensions,
    ({ name, type, grains, values, sample_values, unit, format, pii }) => ({
      dimension: name,
      type,
      grains,
      values,
      sample_values: pii === null ? sample_values : [],
      unit,
      format,
      pii,
    }),
  ),
  hierarchies: ofEntities(
    ({ hierarchies }) => hierarchies,
    (hierarchy) => ({
      kind: hierarchy.kind,
      levels: hierarchy.kind === 'levels' ? hierarchy.levels : [],
      parent: hierarchy.kind === 'parent' ? hierarchy.parent : null,
      display: hierarchy.kind === 'parent' ? hierarchy.display : null,
    }),
  ),
  filters: ofEntities(
    ({ filters }) => filters,
    () => ({}),
  ),
  glossary: ({ glossary }: Model): readonly Item[] =>
    visible(glossary).map((term) => ({ ...describedOf(term), refers_to: term.refers_to })),
} satisfies Record<string, (model: Model) => readonly Item[]>;

export type CollectionName = keyof typeof collections;

/** Who works in a part of the model is not told in which files it is: a path may be named after what does not exist for them. */
export const toldPlaces = <T extends { readonly source: unknown }>(
  { view }: Model,
  items: readonly T[],
): readonly (Omit<T, 'source'> & { readonly source: T['source'] | null })[] =>
  view === undefined ? items : items.map((item) => ({ ...item, source: null }));

const listed = new WeakMap<Model, Map<string, readonly Item[]>>();

/** A model never changes, so a list of it is made once. */
export const itemsOf = (model: Model, collection: CollectionName): readonly Item[] => {
  const lists = listed.get(model) ?? new Map<string, readonly Item[]>();
  listed.set(model, lists);
  const found = lists.get(collection) ?? toldPlaces(model, collections[collection](model));
  lists.set(collection, found);
  return found;
};

/**
 * One by its name; `entity.object` also by `object` where that is unique.
 * @throws DataMindError `NOT_FOUND`, `AMBIGUOUS_MEMBER`
 */
export const findItem = <T extends Item>(items: readonly T[], name: string, what: string): T => {
  const exact = items.find((item) => item.name === name);
  if (exact !== undefined) return exact;
  const alike = items.filter((item) => item.name.endsWith(`.${name}`));
  if (alike.length === 1) return alike[0]!;
  if (alike.length > 1) {
    throw new DataMindError('AMBIGUOUS_MEMBER', `Several ${what} are named "${name}"; name the entity too.`, {
      suggestions: alike.map((item) => item.name),
    });
  }
  const meant = didYouMean(
    name,
    items.map((item) => item.name),
  );
  throw new DataMindError('NOT_FOUND', `There is no "${name}" among the ${what}.`, {
    ...(meant !== undefined && { suggestions: [meant] }),
  });
};

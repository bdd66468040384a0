import type { Vocabulary, VocabularyDimension, VocabularyEntity } from '../../core/plugin/llm.js';
import type { Cardinality, Dimension, Entity, Model } from '../model/model.js';
import type { Clear } from './clear-values.js';
import type { MetricNames } from './metric-names.js';

const backwards: Readonly<Record<Cardinality, Cardinality>> = {
  many_to_one: 'one_to_many',
  one_to_many: 'many_to_one',
  one_to_one: 'one_to_one',
  many_to_many: 'many_to_many',
};

const visible = <T extends { readonly hidden: boolean }>(objects: Readonly<Record<string, T>>): readonly T[] =>
  Object.values(objects).filter(({ hidden }) => !hidden);

const spaced = (name: string): string => name.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase());

/** Its joins, and the named ways back to it, to entities that are shown. */
const joinsOf = (entity: Entity, shown: readonly Entity[]): VocabularyEntity['joins'] => {
  const own = Object.values(entity.joins)
    .filter(({ to }) => shown.some(({ name }) => name === to))
    .map(({ name, label, to, cardinality, role }) => ({ name, label, to, cardinality, role }));
  const back = shown.flatMap(({ name: to, joins }) =>
    Object.values(joins).flatMap(({ to: end, inverse, cardinality, role }) =>
      end === entity.name && inverse !== null
        ? [{ name: inverse, label: spaced(inverse), to, cardinality: backwards[cardinality], role }]
        : [],
    ),
  );
  const names = new Set(own.map(({ name }) => name));
  return [...own, ...back.filter(({ name }) => !names.has(name))];
};

/** The dimensions of its key, by their column. */
const keyOf = (whole: Entity, entity: Entity, clear: Clear): readonly Dimension[] => {
  const dimensions = whole.key.map((column) =>
    visible(entity.dimensions).find((one) => one.column === column && clear.isAsIs(entity.name, column)),
  );
  return dimensions.every((one) => one !== undefined) ? dimensions : [];
};

const singular = (name: string): string => name.replace(/ies$/, 'y').replace(/s$/, '');
const plainDisplays = ['name', 'full_name', 'title', 'label', 'display_name'];

/** What names one of it for people; none where the subject does not see it as it is, for a job's title is no name. */
const displayOf = (entity: Entity, clear: Clear): Dimension | null => {
  const candidates = visible(entity.dimensions).filter(({ type, column }) => type === 'string' && column !== null);
  const hierarchy = visible(entity.hierarchies).find(({ kind }) => kind === 'parent');
  const authored = hierarchy?.kind === 'parent' ? hierarchy.display : null;
  const one = singular(entity.name);
  const names = [authored, ...plainDisplays, `${one}_name`, one];
  const found = names.flatMap((name) => candidates.filter((dimension) => dimension.name === name))[0];
  return found !== undefined && clear.isAsIs(entity.name, found.column!) ? found : null;
};

/** The metric that counts rows: all of them rather than some. */
const countOf = (entity: Entity, names: MetricNames): string | null => {
  const counts = visible(entity.measures).filter(({ aggregation, expr }) => aggregation === 'count' && expr === null);
  const found = counts.find(({ where }) => where === null) ?? counts[0];
  return found === undefined ? null : names.ofMeasure(entity.name, found.name);
};

const dimensionOf = (entity: Entity, dimension: Dimension, isKey: boolean, mayShow: boolean): VocabularyDimension => {
  const { name, label, description, synonyms, type, grains, unit, values, sample_values } = dimension;
  return {
    name: `${entity.name}.${name}`,
    label,
    description,
    synonyms,
    entity: entity.name,
    type,
    grains,
    unit,
    isKey,
    values: mayShow ? values : [],
    samples: mayShow ? sample_values : [],
  };
};

export const entitiesOf = (
  whole: Model,
  shown: readonly Entity[],
  names: MetricNames,
  clear: Clear,
): Pick<Vocabulary, 'entities' | 'dimensions'> => {
  const parts = shown.map((entity) => {
    const { name, label, description, synonyms, default_time } = entity;
    const qualified = (dimension: Pick<Dimension, 'name'>): string => `${name}.${dimension.name}`;
    const key = keyOf(whole.entities[name]!, entity, clear);
    const display = displayOf(entity, clear);
    const one: VocabularyEntity = {
      name,
      label,
      description,
      synonyms,
      key: key.map(qualified),
      display: display && qualified(display),
      count: countOf(entity, names),
      defaultTime: default_time === null ? null : `${name}.${default_time}`,
      joins: joinsOf(entity, shown),
    };
    const dimensions = visible(entity.dimensions).map((dimension) =>
      dimensionOf(entity, dimension, key.includes(dimension), clear.mayShow(entity, dimension)),
    );
    return { one, dimensions };
  });
  return { entities: parts.map(({ one }) => one), dimensions: parts.flatMap(({ dimensions }) => dimensions) };
};

export const hierarchiesOf = (shown: readonly Entity[]): Vocabulary['hierarchies'] =>
  shown.flatMap((entity) =>
    visible(entity.hierarchies).map((hierarchy) => ({
      name: `${entity.name}.${hierarchy.name}`,
      label: hierarchy.label,
      description: hierarchy.description,
      synonyms: hierarchy.synonyms,
      entity: entity.name,
      levels: hierarchy.kind === 'levels' ? hierarchy.levels.map((level) => `${entity.name}.${level}`) : [],
    })),
  );

/**
 * A model as it may be listed for a subject: what the subject may ask for, and of that no example that stands in rows or
 * columns which it may not see.
 */
import type { Dimension, Entity, GlossaryTerm, Model } from '../model/model.js';
import { isEntityWithin, isMetricWithin } from '../model/view.js';
import { mentionsOutside } from './outside-names.js';
import type { TableAccess } from './permitted-relation.js';
import { columnsRead } from './table-columns.js';
import { visibleModel } from './visible-model.js';

const kept = <T>(record: Readonly<Record<string, T>>, keep: (value: T) => boolean): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => keep(value)));

/** @param accessOf `null` for what is closed, also because an attribute is missing */
export const listedModel = (whole: Model, accessOf: (entity: Entity) => TableAccess | null): Model => {
  const visible = visibleModel(whole, accessOf);
  const isListed = (name: string): boolean => isEntityWithin(whole, name) && accessOf(whole.entities[name]!) !== null;
  const isClear = (entity: Entity, column: string): boolean => accessOf(entity)?.show(column).kind === 'clear';
  const isWhole = (entity: Entity): boolean => {
    const access = accessOf(entity);
    return access !== null && access.aggregates.length === 0 && access.accesses.every(({ rows }) => rows === true);
  };
  const listDimension = (entity: Entity, dimension: Dimension): Dimension => {
    const reads = columnsRead(whole, entity, dimension.expr);
    const isShown = reads.every((read) => isClear(read.entity, read.column));
    if (isShown && isWhole(entity) && reads.every((read) => isWhole(read.entity))) return dimension;
    return { ...dimension, sample_values: [], values: isShown ? dimension.values : [] };
  };
  const listEntity = (entity: Entity): Entity => {
    const original = whole.entities[entity.name]!;
    return {
      ...entity,
      key: original.key.filter((column) => isClear(original, column)),
      joins: kept(original.joins, ({ to, through }) => isListed(to) && (through === null || isListed(through.entity))),
      dimensions: Object.fromEntries(
        Object.entries(entity.dimensions).map(([name, dimension]) => [name, listDimension(original, dimension)]),
      ),
    };
  };
  const entities = Object.fromEntries(
    Object.entries(visible.entities).flatMap(([name, entity]) => (isListed(name) ? [[name, listEntity(entity)]] : [])),
  );
  const metrics = kept(visible.metrics, ({ name }) => isMetricWithin(whole, name));
  const verified_queries = kept(visible.verified_queries, ({ question, query, sql }) =>
    [question, JSON.stringify(query), JSON.stringify(sql)].every((text) => !mentionsOutside(whole, text)),
  );
  const narrowed = { ...visible, entities, metrics, verified_queries };
  return { ...narrowed, glossary: listGlossary(whole, narrowed) };
};

/** A term that is about nothing that is left is not listed. */
const listGlossary = (whole: Model, listed: Model): Model['glossary'] => {
  const known = namesOf(listed);
  const all = namesOf(whole);
  const terms = Object.entries(whole.glossary).flatMap(([name, term]): [string, GlossaryTerm][] => {
    // What names nothing of the model hides nothing of it.
    const refers_to = term.refers_to.filter((reference) => known.has(reference) || !all.has(reference));
    return refers_to.length === 0 && term.refers_to.length > 0 ? [] : [[name, { ...term, refers_to }]];
  });
  return Object.fromEntries(terms);
};

const namesOf = ({ entities, metrics, glossary }: Model): ReadonlySet<string> =>
  new Set([
    ...Object.keys(entities),
    ...Object.keys(metrics),
    ...Object.keys(glossary),
    ...Object.values(entities).flatMap(({ name, dimensions, measures, filters, hierarchies, joins }) =>
      [dimensions, measures, filters, hierarchies, joins].flatMap((members) =>
        Object.keys(members).flatMap((member) => [member, `${name}.${member}`]),
      ),
    ),
  ]);

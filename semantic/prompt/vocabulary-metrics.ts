import { mentionsOutside } from '../policy/outside-names.js';
import type { Vocabulary, VocabularyMetric } from '../../core/plugin/llm.js';
import type { Measure, Metric, MetricName, Model } from '../model/model.js';
import { leavesOf, type MetricLeaf, metricsIn } from '../policy/metric-leaves.js';
import type { MetricNames } from './metric-names.js';
import { takenRows } from './taken-rows.js';

/** What a metric is made of, in its order, as the model names it. */
const partsOf = (metric: Metric): readonly MetricName[] => {
  switch (metric.kind) {
    case 'simple':
      return [`${metric.measure.entity}.${metric.measure.measure}`];
    case 'ratio':
      return [metric.numerator, metric.denominator];
    case 'formula':
      return [...new Set(metricsIn(metric.expr))];
    case 'cumulative':
    case 'change':
      return [metric.metric];
    case 'conversion':
      return [metric.base, metric.conversion].map(({ entity, measure }) => `${entity}.${measure}`);
  }
};

/** Entities whose rows a metric is made of; `seen` guards against one that is defined by itself. */
const factsOf = (model: Model, name: MetricName, seen: ReadonlySet<string> = new Set()): readonly string[] => {
  if (seen.has(name)) return [];
  if (Object.hasOwn(model.metrics, name)) {
    const inner = new Set([...seen, name]);
    const metric = model.metrics[name]!;
    if (metric.kind === 'simple') return [metric.measure.entity];
    if (metric.kind === 'conversion') return [metric.base.entity, metric.conversion.entity];
    return partsOf(metric).flatMap((part) => factsOf(model, part, inner));
  }
  const dot = name.indexOf('.');
  if (dot > 0) return [name.slice(0, dot)];
  return Object.values(model.entities).flatMap(({ name: entity, measures }) =>
    Object.hasOwn(measures, name) ? [entity] : [],
  );
};

/** The measure that a metric is nothing else than, under a condition or not. */
const measureOf = (model: Model, metric: Metric): Measure | undefined =>
  metric.kind === 'simple' ? model.entities[metric.measure.entity]?.measures[metric.measure.measure] : undefined;

/** Whether a condition is a part of a metric, or of what it is made of. */
const isPartial = (model: Model, name: MetricName, seen: ReadonlySet<string> = new Set()): boolean => {
  if (seen.has(name)) return false;
  if (Object.hasOwn(model.metrics, name)) {
    const metric = model.metrics[name]!;
    const inner = new Set([...seen, name]);
    const isOwn = metric.kind === 'simple' && metric.where !== null;
    return isOwn || partsOf(metric).some((part) => isPartial(model, part, inner));
  }
  const dot = name.indexOf('.');
  const owners = Object.values(model.entities).filter(
    ({ name: entity, measures }) =>
      Object.hasOwn(measures, name.slice(dot + 1)) && (dot < 0 || name.startsWith(`${entity}.`)),
  );
  return owners.some(({ measures }) => {
    const { where, aggregation } = measures[name.slice(dot + 1)]!;
    return where !== null || aggregation === 'count_if';
  });
};

/** Of the dimension whose time a measure goes by, the name as a query takes it, where it may be named. */
const timeOf = (model: Model, measure: Measure | undefined, entity: string | undefined): { readonly time?: string } => {
  const name = measure?.time;
  if (typeof name !== 'string' || entity === undefined) return {};
  const dimension = model.entities[entity]?.dimensions[name];
  return dimension === undefined || dimension.hidden ? {} : { time: `${entity}.${name}` };
};

/** @param mayShow whether values of a dimension (`entity.name`) may be said */
export const metricsOf = (
  model: Model,
  names: MetricNames,
  mayShow: (dimension: string) => boolean,
): Vocabulary['metrics'] => {
  const taken = (leaves: readonly MetricLeaf[]): Pick<VocabularyMetric, 'takes'> => {
    const takes = leaves.map((leaf) => takenRows(leaf, model.entities[leaf.entity]!, mayShow));
    return takes.some((rows) => rows.length > 0) ? { takes } : {};
  };
  const authored = Object.values(model.metrics)
    .filter(({ hidden }) => !hidden)
    .map((metric): VocabularyMetric => {
      const { name, label, description, synonyms, unit, format, kind, certified } = metric;
      const measure = measureOf(model, metric);
      return {
        name,
        label,
        description,
        synonyms,
        entities: [...new Set(factsOf(model, name))].filter((entity) => Object.hasOwn(model.entities, entity)),
        unit,
        format,
        kind,
        aggregation: measure?.aggregation ?? null,
        isLevel: (measure?.semi_additive ?? null) !== null,
        isTimeless: measure?.time === false,
        ...timeOf(model, measure, metric.kind === 'simple' ? metric.measure.entity : undefined),
        isPart: isPartial(model, name),
        certified,
        ...(metric.kind === 'change' && { against: { count: metric.against.count, unit: metric.against.unit } }),
        of: partsOf(metric)
          .map(names.of)
          .filter((part) => part !== name && !mentionsOutside(model, part)),
        ...taken((leavesOf(model, name) ?? []).filter(({ entity }) => Object.hasOwn(model.entities, entity))),
      };
    });
  const measures = names.measures.map(({ name, entity, measure }): VocabularyMetric => {
    const { label, description, synonyms, unit, format, certified, aggregation } = measure;
    const said = { name, label, description, synonyms };
    const level = { isLevel: measure.semi_additive !== null, isTimeless: measure.time === false };
    return {
      ...said,
      entities: [entity.name],
      unit,
      format,
      kind: 'measure',
      aggregation,
      ...level,
      ...timeOf(model, measure, entity.name),
      isPart: measure.where !== null || aggregation === 'count_if',
      certified,
      of: [],
      ...taken([{ entity: entity.name, measure, where: null }]),
    };
  });
  return [...authored, ...measures];
};

/** How a semantic query names metrics and measures. */
import type { Entity, Measure, MetricName, Model } from '../model/model.js';

export interface MetricNames {
  /** Bare where only one thing has the name, `entity.measure` otherwise; the metric's where one is nothing but the measure. */
  ofMeasure(entity: string, measure: string): string;
  /** A reference of the model (`entity.measure`, or a metric) as a query takes it. */
  of(reference: MetricName): string;
  /** Measures that no metric of their own name stands for. */
  readonly measures: readonly { readonly name: string; readonly entity: Entity; readonly measure: Measure }[];
}

export const createMetricNames = ({ entities, metrics }: Model): MetricNames => {
  const owners = new Map<string, number>();
  for (const { measures } of Object.values(entities))
    for (const name of Object.keys(measures)) owners.set(name, (owners.get(name) ?? 0) + 1);
  const isMetric = (name: string): boolean => Object.hasOwn(metrics, name);
  /** `revenue: {measure: revenue}` only dresses the measure. */
  const isDressed = (entity: string, name: string): boolean => {
    const metric = isMetric(name) ? metrics[name]! : null;
    return (
      metric?.kind === 'simple' &&
      metric.where === null &&
      metric.measure.entity === entity &&
      metric.measure.measure === name
    );
  };
  const ofMeasure = (entity: string, name: string): string =>
    isDressed(entity, name) || (!isMetric(name) && owners.get(name) === 1) ? name : `${entity}.${name}`;
  return {
    ofMeasure,
    of: (reference) => {
      if (isMetric(reference)) return reference;
      const [first, second] = reference.split('.') as [string, string | undefined];
      return second === undefined ? reference : ofMeasure(first, second);
    },
    measures: Object.values(entities).flatMap((entity) =>
      Object.values(entity.measures)
        .filter(({ name, hidden }) => !hidden && !entity.hidden && !isDressed(entity.name, name))
        .map((measure) => ({ name: ofMeasure(entity.name, measure.name), entity, measure })),
    ),
  };
};

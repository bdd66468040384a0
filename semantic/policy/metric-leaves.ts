import type { DialectExpr, Measure, Metric, Model } from '../model/model.js';
import { onlyWithin } from '../model/view.js';

/** A measure that a metric stands on, with the metric's own condition. */
export interface MetricLeaf {
  readonly entity: string;
  readonly measure: Measure;
  readonly where: DialectExpr | null;
}

/** The measures that a metric stands on; `null` when it is more than arithmetic on them, or is not known. */
export const leavesOf = (model: Model, name: string, depth = 0): readonly MetricLeaf[] | null => {
  if (depth > 20) return null;
  // Whoever asks finds what exists for them; a definition finds all.
  const { metrics, entities } = depth === 0 ? onlyWithin(model) : model;
  const metric: Metric | undefined = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  const part = (inner: string): readonly MetricLeaf[] | null => leavesOf(model, inner, depth + 1);
  const all = (names: readonly string[]): readonly MetricLeaf[] | null => {
    const found = names.map(part);
    return found.includes(null) ? null : found.flatMap((leaves) => leaves ?? []);
  };
  switch (metric?.kind) {
    case undefined: {
      const [first, second] = name.split('.') as [string, string | undefined];
      const owners = Object.values(entities).filter(
        (entity) => (second === undefined || entity.name === first) && Object.hasOwn(entity.measures, second ?? first),
      );
      if (owners.length !== 1) return null;
      return [{ entity: owners[0]!.name, measure: owners[0]!.measures[second ?? first]!, where: null }];
    }
    case 'simple': {
      const { entity, measure } = metric.measure;
      const found = model.entities[entity]?.measures[measure];
      return found === undefined ? null : [{ entity, measure: found, where: metric.where }];
    }
    case 'ratio':
      return all([metric.numerator, metric.denominator]);
    case 'formula':
      return all(metricsIn(metric.expr));
    default:
      return null;
  }
};

/** The names of metrics in a formula. */
export const metricsIn = (node: unknown): readonly string[] => {
  if (typeof node !== 'object' || node === null) return [];
  const { kind, metric } = node as { readonly kind?: unknown; readonly metric?: unknown };
  if (kind === 'metric' && typeof metric === 'string') return [metric];
  return Object.values(node).flatMap(metricsIn);
};

import { DataMindError } from '../../core/errors/datamind-error.js';
import type {
  Aggregation,
  DialectExpr,
  Entity,
  FormulaExpr,
  Measure,
  Metric,
  MetricBody,
  Period,
  Window,
} from '../model/model.js';
import { timeOfMeasure } from './measure-time.js';
import type { FoundMetric, Members } from './resolve-member.js';

/** One measure of one fact with its conditions and its window: what is aggregated. */
export interface Leaf {
  /** Unique in the model. */
  readonly id: string;
  /** A short name for the column in inner queries. */
  readonly label: string;
  readonly fact: Entity;
  readonly measure: Measure;
  /** The metric's own condition, besides the measure's. */
  readonly where: DialectExpr | null;
  readonly window: Window | null;
  /** Only rows that a later row of another fact answers are counted. */
  readonly conversion: { readonly body: Extract<MetricBody, { kind: 'conversion' }>; readonly to: Entity } | null;
  /** The dimension of the fact that `metric_time` stands for. */
  readonly time: string | null;
}

/** A metric with all it stands on looked up. */
export type MetricTree = {
  readonly name: string;
  readonly default: number | null;
} & (
  | { readonly kind: 'leaf'; readonly leaf: Leaf }
  | { readonly kind: 'ratio'; readonly numerator: MetricTree; readonly denominator: MetricTree }
  | { readonly kind: 'formula'; readonly expr: FormulaExpr; readonly parts: ReadonlyMap<string, MetricTree> }
  | {
      readonly kind: 'change';
      readonly of: MetricTree;
      readonly against: Period;
      readonly as: 'previous' | 'difference' | 'percent';
    }
);

/** What the result says about a metric's column. */
export interface MetricFacts {
  readonly member: string;
  readonly label: string;
  readonly description: string | null;
  readonly unit: string | null;
  readonly format: string | null;
  readonly type: 'number' | 'date' | 'timestamp';
}

export interface CompiledMetric {
  readonly tree: MetricTree;
  readonly facts: MetricFacts;
}

const counting: ReadonlySet<Aggregation> = new Set(['count', 'count_distinct', 'approx_distinct', 'count_if']);

/** Whether an absence of rows is 0 and not null. */
export const isCount = ({ aggregation }: Measure): boolean => counting.has(aggregation);

const wrong = (message: string, hint?: string): DataMindError => new DataMindError('WOULD_BE_WRONG', message, { hint });

/** Compiles the metrics of a model as queries ask for them. */
export class MetricTrees {
  readonly #members: Members;
  readonly #compiled = new Map<string, CompiledMetric>();

  constructor(members: Members) {
    this.#members = members;
  }

  /** @param at JSON pointer of the name, for errors */
  get(name: string, at: string): CompiledMetric {
    let compiled = this.#compiled.get(name);
    if (compiled === undefined) {
      const found = this.#members.metric(name, at);
      compiled = { tree: this.#tree(found, []), facts: this.#facts(found, []) };
      this.#compiled.set(name, compiled);
    }
    return compiled;
  }

  #tree(found: FoundMetric, above: readonly string[]): MetricTree {
    if (found.kind === 'measure') return this.#simple(found.entity, found.measure, null, null);
    const { metric } = found;
    if (above.includes(metric.name)) {
      throw new DataMindError('MODEL_INVALID', `The metric "${metric.name}" is defined by itself.`);
    }
    const names = [...above, metric.name];
    const part = (name: string): MetricTree => this.#tree(this.#members.definedMetric(name), names);
    const base = { name: metric.name, default: metric.default };
    switch (metric.kind) {
      case 'simple': {
        const entity = this.#members.entity(metric.measure.entity);
        return this.#simple(entity, measureOf(entity, metric.measure.measure), metric, null);
      }
      case 'ratio': {
        const numerator = numeric(part(metric.numerator), metric.name);
        return { ...base, kind: 'ratio', numerator, denominator: numeric(part(metric.denominator), metric.name) };
      }
      case 'formula': {
        const parts = new Map<string, MetricTree>();
        for (const name of metricsIn(metric.expr)) parts.set(name, numeric(part(name), metric.name));
        return { ...base, kind: 'formula', expr: metric.expr, parts };
      }
      case 'cumulative':
        return this.#cumulative(metric, metric, part(metric.metric));
      case 'change': {
        const of = part(metric.metric);
        if (hasChange(of)) {
          throw wrong(
            `"${metric.name}" is the change of "${of.name}", which is a change itself.`,
            'Compare the metric beneath it.',
          );
        }
        if (metric.as !== 'previous') numeric(of, metric.name);
        return { ...base, kind: 'change', of, against: metric.against, as: metric.as };
      }
      case 'conversion':
        return this.#conversion(metric, metric);
    }
  }

  #simple(entity: Entity, measure: Measure, metric: Metric | null, window: Window | null): MetricTree {
    const where = metric?.kind === 'simple' ? metric.where : null;
    const leaf: Leaf = {
      id: where === null ? `${entity.name}.${measure.name}` : `metric ${metric!.name}`,
      label: where === null ? measure.name : metric!.name,
      fact: entity,
      measure,
      where,
      window,
      conversion: null,
      time: timeOfMeasure(entity, measure),
    };
    return {
      kind: 'leaf',
      name: metric?.name ?? `${entity.name}.${measure.name}`,
      // The measure's own comes first: what a metric reads of it is not null any more.
      default: measure.default ?? metric?.default ?? null,
      leaf,
    };
  }

  #cumulative(metric: Metric, body: Extract<MetricBody, { kind: 'cumulative' }>, of: MetricTree): MetricTree {
    if (of.kind !== 'leaf' || of.leaf.window !== null || of.leaf.conversion !== null) {
      throw wrong(`"${metric.name}" accumulates "${of.name}", which is neither a simple metric nor a measure.`);
    }
    if (of.leaf.measure.semi_additive !== null) {
      throw wrong(`"${metric.name}" accumulates "${of.leaf.label}", which must not be added up over time.`);
    }
    if (of.leaf.time === null) {
      throw wrong(
        `"${metric.name}" needs a time dimension to accumulate along.`,
        `Name one of "${of.leaf.fact.name}" as its default.`,
      );
    }
    const { window } = body;
    const leaf = { ...of.leaf, id: `${of.leaf.id} ${JSON.stringify(window)}`, label: metric.name, window };
    return { kind: 'leaf', name: metric.name, default: of.default ?? metric.default, leaf };
  }

  #conversion(metric: Metric, body: Extract<MetricBody, { kind: 'conversion' }>): MetricTree {
    const from = this.#members.entity(body.base.entity);
    const to = this.#members.entity(body.conversion.entity);
    for (const [entity, name] of [
      [from, body.base.measure],
      [to, body.conversion.measure],
    ] as const) {
      const measure = measureOf(entity, name);
      const counts = (measure.aggregation === 'count' && measure.expr === null) || measure.aggregation === 'count_if';
      if (!counts || measure.semi_additive !== null) {
        throw wrong(`"${metric.name}" is a conversion, and "${entity.name}.${name}" does not count rows.`);
      }
      if (timeOfMeasure(entity, measure) === null) {
        throw wrong(`"${metric.name}" is a conversion, and "${entity.name}.${name}" has no time dimension.`);
      }
    }
    const base = this.#simple(from, measureOf(from, body.base.measure), null, null);
    if (base.kind !== 'leaf') throw new Error('a measure is a leaf');
    const leaf: Leaf = { ...base.leaf, id: `metric ${metric.name}`, label: metric.name, conversion: { body, to } };
    const count: MetricTree = { kind: 'leaf', name: metric.name, default: metric.default, leaf };
    if (body.as === 'count') return count;
    return {
      kind: 'ratio',
      name: metric.name,
      default: metric.default,
      numerator: { ...count, default: null },
      denominator: base,
    };
  }

  #facts(found: FoundMetric, above: readonly string[]): MetricFacts {
    if (found.kind === 'measure') {
      const { label, description, unit, format, type } = found.measure;
      const member = `${found.entity.name}.${found.measure.name}`;
      return { member, label, description, unit, format, type: resultType(type) };
    }
    const { metric } = found;
    const { name: member, label, description } = metric;
    const inherited = this.#inherited(metric, [...above, metric.name]);
    return {
      member,
      label,
      description,
      unit: metric.unit ?? inherited?.unit ?? null,
      format: metric.format ?? inherited?.format ?? null,
      type: inherited?.type ?? 'number',
    };
  }

  /** What a metric that is one other metric in another light takes over from it. */
  #inherited(metric: Metric, above: readonly string[]): MetricFacts | null {
    switch (metric.kind) {
      case 'simple': {
        const entity = this.#members.entity(metric.measure.entity);
        return this.#facts({ kind: 'measure', entity, measure: measureOf(entity, metric.measure.measure) }, above);
      }
      case 'cumulative':
        return this.#facts(this.#members.definedMetric(metric.metric), above);
      case 'change':
        return metric.as === 'percent' ? null : this.#facts(this.#members.definedMetric(metric.metric), above);
      default:
        return null;
    }
  }
}

const measureOf = (entity: Entity, name: string): Measure => {
  const measure = entity.measures[name];
  if (measure === undefined) throw new Error(`the model has no measure ${entity.name}.${name}`);
  return measure;
};

const resultType = (type: Measure['type']): MetricFacts['type'] => {
  if (type === 'date') return 'date';
  return type === 'timestamp' || type === 'instant' ? 'timestamp' : 'number';
};

const metricsIn = (expr: FormulaExpr): readonly string[] => {
  switch (expr.kind) {
    case 'number':
      return [];
    case 'metric':
      return [expr.metric];
    case 'binary':
      return [...metricsIn(expr.left), ...metricsIn(expr.right)];
    case 'negate':
      return metricsIn(expr.operand);
    case 'call':
      return expr.args.flatMap(metricsIn);
  }
};

export const hasChange = (tree: MetricTree): boolean => {
  switch (tree.kind) {
    case 'leaf':
      return false;
    case 'ratio':
      return hasChange(tree.numerator) || hasChange(tree.denominator);
    case 'formula':
      return [...tree.parts.values()].some(hasChange);
    case 'change':
      return true;
  }
};

/** Whether the metric's value is a number, and not a date or a time. */
export const isNumeric = (tree: MetricTree): boolean => {
  if (tree.kind === 'change') return isNumeric(tree.of);
  return tree.kind !== 'leaf' || isCount(tree.leaf.measure) || resultType(tree.leaf.measure.type) === 'number';
};

const numeric = (tree: MetricTree, user: string): MetricTree => {
  if (isNumeric(tree)) return tree;
  throw new DataMindError('TYPE_MISMATCH', `"${user}" computes with "${tree.name}", which is not a number.`);
};

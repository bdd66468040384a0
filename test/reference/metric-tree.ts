/** Metrics as trees over leaves: what `metrics` and measures of the YAML come to. */
import { aggregations, type AuthoredMeasure, type AuthoredMetric, type AuthoredModel } from './authored-model.js';
import { type Grain, type Offset, offsetOf } from './calendar.js';
import { type Node, parseExpression } from './parse-expression.js';
import { refuse } from './refusal.js';

export type Window =
  | { readonly kind: 'running' }
  | { readonly kind: 'rolling'; readonly count: number; readonly unit: Grain }
  | { readonly kind: 'to_date'; readonly grain: Grain };

export interface Conversion {
  readonly entity: string;
  readonly measure: string;
  readonly by: readonly (readonly [base: string, conversion: string])[];
  readonly within: { readonly count: number; readonly unit: Grain };
  readonly as: 'rate' | 'count';
}

export interface Leaf {
  readonly entity: string;
  readonly measure: string;
  readonly wheres: readonly string[];
  readonly window: Window | null;
  readonly offset: Offset | null;
  readonly conversion: Conversion | null;
}

export type Tree =
  | { readonly kind: 'leaf'; readonly leaf: Leaf; readonly default: number | null }
  | { readonly kind: 'ratio'; readonly numerator: Tree; readonly denominator: Tree; readonly default: number | null }
  | {
      readonly kind: 'formula';
      readonly node: Node;
      readonly parts: ReadonlyMap<string, Tree>;
      readonly default: number | null;
    }
  | {
      readonly kind: 'change';
      readonly now: Tree;
      readonly earlier: Tree;
      readonly as: ChangeAs;
      readonly default: number | null;
    };

export type ChangeAs = 'previous' | 'difference' | 'percent';

export function aggregationOf(measure: AuthoredMeasure): { readonly kind: string; readonly expr: string } {
  const kind = aggregations.find((name) => measure[name] !== undefined)!;
  return { kind, expr: String(measure[kind]) };
}

const namesIn = (node: Node): readonly string[] => {
  if (node.kind === 'name') return [node.path.join('.')];
  const children = Object.values(node).flatMap((child): unknown[] => (Array.isArray(child) ? child : [child]));
  return children.flatMap((child) =>
    typeof child === 'object' && child !== null && 'kind' in child ? namesIn(child as Node) : [],
  );
};

/** In a formula `nullif` is null if its second argument is, unlike in an expression. */
function withStrictNullif(node: Node): Node {
  const copy = Object.fromEntries(
    Object.entries(node).map(([name, child]) => [
      name,
      Array.isArray(child)
        ? child.map((part) => (typeof part === 'object' && 'kind' in part ? withStrictNullif(part) : part))
        : typeof child === 'object' && child !== null && 'kind' in child
          ? withStrictNullif(child)
          : child,
    ]),
  ) as unknown as Node;
  if (copy.kind !== 'call' || copy.name !== 'nullif') return copy;
  const isUnknown: Node = { kind: 'is_null', operand: copy.args[1]!, negated: false };
  return { kind: 'case', branches: [{ when: isUnknown, result: { kind: 'null' } }], otherwise: copy };
}

const period = (text: string): { readonly count: number; readonly unit: Grain } => {
  const match = /^(\d+) (minute|hour|day|week|month|quarter|year)s?$/.exec(text);
  if (!match) throw new Error(`not a period: ${text}`);
  return { count: Number(match[1]), unit: match[2] as Grain };
};

const offsetFrom = (text: string): Offset => {
  const against = period(text.replace(/^previous /, '1 '));
  return offsetOf(against.count, against.unit);
};

const isMetric = (model: AuthoredModel, name: string): boolean => Object.hasOwn(model.metrics ?? {}, name);

/** The measure of a name, or null if there is none: `entity.measure`, or its bare name where only one entity has it. */
export function findMeasure(model: AuthoredModel, name: string): { entity: string; measure: string } | null {
  const has = (entity: string, measure: string): boolean =>
    Object.hasOwn(model.entities[entity]?.measures ?? {}, measure);
  const [entity, measure, more] = name.split('.') as [string, string?, string?];
  if (measure !== undefined) return more === undefined && has(entity, measure) ? { entity, measure } : null;
  const owners = Object.keys(model.entities).filter((owner) => has(owner, name));
  if (owners.length > 1) refuse('AMBIGUOUS_MEMBER', `${name} is a measure of ${owners.join(', ')}`);
  return owners.length === 1 ? { entity: owners[0]!, measure: name } : null;
}

export const isMetricName = (model: AuthoredModel, name: string): boolean =>
  isMetric(model, name) || findMeasure(model, name) !== null;

interface Around {
  readonly wheres: readonly string[];
  readonly window: Window | null;
  readonly offset: Offset | null;
}

const plain: Around = { wheres: [], window: null, offset: null };

export function metricTree(model: AuthoredModel, name: string, around: Around = plain): Tree {
  if (!isMetric(model, name)) {
    const found = findMeasure(model, name) ?? refuse('UNKNOWN_MEMBER', `no metric ${name}`);
    const measure = model.entities[found.entity]!.measures![found.measure]!;
    if (measure.semi_additive && around.window) refuse('WOULD_BE_WRONG', `${name} is semi-additive`);
    return { kind: 'leaf', leaf: { ...found, ...around, conversion: null }, default: measure.default ?? null };
  }
  const metric = model.metrics![name]!;
  const tree = bodyTree(model, metric, around);
  // A default of the measure has been put in its place already: the metric's own is only met where that left a null.
  return metric.default === undefined || (tree.kind === 'leaf' && tree.default !== null)
    ? tree
    : { ...tree, default: metric.default };
}

function bodyTree(model: AuthoredModel, metric: AuthoredMetric, around: Around): Tree {
  const cumulative = (name: string, window: Window): Tree => metricTree(model, name, { ...around, window });
  if ('measure' in metric) {
    const wheres = metric.where === undefined ? around.wheres : [...around.wheres, metric.where];
    return metricTree(model, metric.measure, { ...around, wheres });
  }
  if ('ratio' in metric) {
    const [numerator, denominator] = metric.ratio.map((name) => metricTree(model, name, around)) as [Tree, Tree];
    return { kind: 'ratio', numerator, denominator, default: null };
  }
  if ('formula' in metric) {
    const node = withStrictNullif(parseExpression(metric.formula));
    const parts = new Map(namesIn(node).map((name) => [name, metricTree(model, name, around)]));
    return { kind: 'formula', node, parts, default: null };
  }
  if ('running' in metric) return cumulative(metric.running, { kind: 'running' });
  if ('rolling' in metric) return cumulative(metric.rolling, { kind: 'rolling', ...period(metric.over) });
  if ('to_date' in metric) return cumulative(metric.to_date, { kind: 'to_date', grain: metric.over as Grain });
  if ('change' in metric)
    return changeTree(model, metric.change, offsetFrom(metric.against), metric.as ?? 'percent', around);
  const { from, to, by, within, as } = metric.conversion;
  const base = findMeasure(model, from) ?? refuse('UNKNOWN_MEMBER', from);
  const target = findMeasure(model, to) ?? refuse('UNKNOWN_MEMBER', to);
  const conversion: Conversion = {
    ...target,
    by: typeof by === 'string' ? [[by, by]] : Object.entries(by),
    within: period(within),
    as: as ?? 'rate',
  };
  return { kind: 'leaf', leaf: { ...base, ...around, conversion }, default: null };
}

export function changeTree(
  model: AuthoredModel,
  name: string,
  offset: Offset,
  as: ChangeAs,
  around: Around = plain,
): Tree {
  if (around.offset) refuse('WOULD_BE_WRONG', 'a change of a change');
  const now = metricTree(model, name, around);
  if (as !== 'previous' && !isNumber(model, now)) refuse('TYPE_MISMATCH', `${name} is no number`);
  if (hasChange(now)) refuse('WOULD_BE_WRONG', 'a change of a change');
  return { kind: 'change', now, earlier: metricTree(model, name, { ...around, offset }), as, default: null };
}

/** Whether the metric is a number: only the smallest and largest of times are not. */
function isNumber(model: AuthoredModel, tree: Tree): boolean {
  if (tree.kind !== 'leaf') return true;
  const { dimensions, measures } = model.entities[tree.leaf.entity]!;
  const { kind, expr } = aggregationOf(measures![tree.leaf.measure]!);
  return !['min', 'max'].includes(kind) || (dimensions?.[expr]?.type ?? 'number') !== 'time';
}

const childrenOf = (tree: Tree): readonly Tree[] =>
  tree.kind === 'ratio'
    ? [tree.numerator, tree.denominator]
    : tree.kind === 'formula'
      ? [...tree.parts.values()]
      : tree.kind === 'change'
        ? [tree.now, tree.earlier]
        : [];

const hasChange = (tree: Tree): boolean => tree.kind === 'change' || childrenOf(tree).some(hasChange);

export const leavesOf = (tree: Tree): readonly Leaf[] =>
  tree.kind === 'leaf' ? [tree.leaf] : childrenOf(tree).flatMap(leavesOf);

export const leafKey = (leaf: Leaf): string => JSON.stringify(leaf);

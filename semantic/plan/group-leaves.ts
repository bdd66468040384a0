import type { Period } from '../model/model.js';
import { type AskedLeaf, leafKey, periodKey } from './asked-leaf.js';
import type { AskedQuery } from './asked-query.js';
import { eachCondition } from './conditions.js';
import { findRoot } from './dimension-query.js';
import type { Leaf } from './metric-tree.js';
import { eachLeaf } from './metric-value.js';
import type { ParsedQuery } from './parse-query.js';
import type { StageSpec } from './stage.js';

/** The leaves that the query's metrics, its comparison and its conditions stand on, each once, by their keys. */
export const collectLeaves = ({
  context,
  trees,
  metrics,
  filters,
  comparison,
}: AskedQuery): ReadonlyMap<string, AskedLeaf> => {
  const leaves = new Map<string, AskedLeaf>();
  const ask = (leaf: Leaf, offset: Period | null): void => {
    const key = leafKey(leaf, offset);
    if (!leaves.has(key)) leaves.set(key, { leaf, offset, key });
  };
  for (const { compiled } of metrics) {
    eachLeaf(compiled.tree, null, ask);
    if (comparison !== null) eachLeaf(compiled.tree, comparison.against, ask);
  }
  for (const { filter, at } of filters.finished) {
    eachCondition(filter, at, (condition, place) => {
      if (!('member' in condition) || context.members.findMetric(condition.member, place) === undefined) return;
      eachLeaf(trees.get(condition.member, `${place}/member`).tree, null, ask);
    });
  }
  return leaves;
};

/** The stages: leaves that one SELECT can compute go together. */
export const groupLeaves = (asked: AskedQuery, leaves: ReadonlyMap<string, AskedLeaf>): readonly StageSpec[] => {
  if (asked.metrics.length === 0) {
    const fact = findRoot(asked.context);
    return [{ fact, time: fact.default_time, window: null, offset: null, leaves: [] }];
  }
  const usesTime = usesMetricTime(asked.context.query);
  const specs = new Map<string, StageSpec & { readonly leaves: AskedLeaf[] }>();
  for (const one of leaves.values()) {
    const { leaf, offset } = one;
    const timed = usesTime || leaf.window !== null || offset !== null;
    const key = `${leaf.fact.name}|${timed ? leaf.time : ''}|${JSON.stringify(leaf.window)}|${periodKey(offset)}`;
    const known = specs.get(key);
    if (known !== undefined) known.leaves.push(one);
    else specs.set(key, { fact: leaf.fact, time: leaf.time, window: leaf.window, offset, leaves: [one] });
  }
  return [...specs.values()];
};

/** Whether it matters which time dimension `metric_time` is. */
const usesMetricTime = ({ dimensions, time, filters }: ParsedQuery): boolean => {
  if (dimensions.some(({ name }) => name === 'metric_time')) return true;
  if (time.range !== undefined && (time.dimension === undefined || time.dimension === 'metric_time')) return true;
  let found = false;
  if (filters !== null) {
    eachCondition(filters, '', (condition) => {
      found ||= 'member' in condition && condition.member === 'metric_time';
    });
  }
  return found;
};

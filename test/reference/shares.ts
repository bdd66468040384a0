/** What part of a total each row is: the total is the metric, asked for once more with fewer dimensions. */
import type { AuthoredModel, ReferenceQuery } from './authored-model.js';
import { type AskedDimension, memberOf } from './leaf-groups.js';
import { aggregationOf, type Leaf, leavesOf, metricTree, type Tree } from './metric-tree.js';
import type { Node } from './parse-expression.js';
import { refuse } from './refusal.js';
import { divide, isNumeric, type Value } from './value.js';
import type { World } from './world.js';

export interface ShareColumn {
  readonly name: string;
  readonly of: Tree;
  /** Which of the query's dimensions are kept. */
  readonly within: readonly number[];
}

/** The columns of the dimensions by place; one is left over at least. */
export function placesIn(dimensions: readonly AskedDimension[], columns: readonly string[]): readonly number[] {
  const places = columns.map((name) => dimensions.findIndex(({ column }) => column === name));
  if (places.includes(-1)) refuse('QUERY_INVALID', 'a group by what is no dimension of the query');
  if (new Set(places).size < places.length) refuse('QUERY_INVALID', 'a group by the same twice');
  if (places.length === dimensions.length) refuse('QUERY_INVALID', 'each group is one row');
  return places;
}

export function shareColumns(
  world: World,
  query: ReferenceQuery,
  dimensions: readonly AskedDimension[],
): readonly ShareColumn[] {
  const shares = query.shares ?? [];
  if (new Set(shares.map(({ metric }) => metric)).size < shares.length) refuse('QUERY_INVALID', 'a share twice');
  return shares.map(({ metric, within = [] }) => {
    if (!query.metrics?.includes(metric)) refuse('QUERY_INVALID', `a share of ${metric}, which is not asked for`);
    const kept = placesIn(dimensions, within);
    const of = metricTree(world.model, metric);
    if (!addsUp(world.model, of)) refuse('WOULD_BE_WRONG', `${metric} does not add up`);
    const removed = dimensions.filter((_, place) => !kept.includes(place));
    if (removed.some(({ name }) => leavesOf(of).some((leaf) => isFannedOut(world, leaf, name))))
      refuse('WOULD_BE_WRONG', `${metric} is in several groups`);
    return { name: `${metric}__share`, of, within: kept };
  });
}

const isFannedOut = (world: World, { entity, measure }: Leaf, name: string): boolean =>
  memberOf(world, entity, measure, name).path.some(({ toOne }) => !toOne);

export function addsUp(model: AuthoredModel, tree: Tree): boolean {
  if ((tree.default ?? 0) !== 0) return false;
  if (tree.kind === 'leaf') return leafAddsUp(model, tree.leaf);
  return (
    tree.kind === 'formula' && nodeAddsUp(tree.node) && [...tree.parts.values()].every((one) => addsUp(model, one))
  );
}

function leafAddsUp(model: AuthoredModel, { entity, measure, window, offset, conversion }: Leaf): boolean {
  const body = model.entities[entity]!.measures![measure]!;
  const { kind } = aggregationOf(body);
  return (
    ['sum', 'count', 'count_if'].includes(kind) &&
    body.semi_additive === undefined &&
    window === null &&
    offset === null &&
    conversion?.as !== 'rate'
  );
}

function nodeAddsUp(node: Node): boolean {
  if (node.kind === 'name') return true;
  if (node.kind === 'minus') return nodeAddsUp(node.operand);
  if (node.kind === 'call') {
    const [first, second, ...more] = node.args;
    const isZero = second?.kind === 'number' && Number(second.digits) === 0;
    return node.name === 'coalesce' && nodeAddsUp(first!) && isZero && more.length === 0;
  }
  if (node.kind !== 'binary') return false;
  const { left, right, operator } = node;
  if ('+-'.includes(operator)) return nodeAddsUp(left) && nodeAddsUp(right);
  if (!'*/'.includes(operator)) return false;
  if (operator === '*' && left.kind === 'number') return nodeAddsUp(right);
  return right.kind === 'number' && nodeAddsUp(left);
}

export const shareOf = (part: Value, total: Value): Value =>
  isNumeric(part) && isNumeric(total) ? divide(part, total) : null;

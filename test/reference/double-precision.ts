/**
 * Which numbers are in double precision, told from what they are made of and never from the row at hand: of a whole number and
 * a float of which one is chosen, the whole number is a double too, as in every database whose columns have a type.
 */
import { isCount } from './aggregate.js';
import { aggregationOf, type Leaf, type Tree } from './metric-tree.js';
import type { Node } from './parse-expression.js';
import type { World } from './world.js';

/** Whether what a name stands for is in double precision. */
export type IsDouble = (path: readonly string[]) => boolean;

/** Functions of which the first argument is no part of the number. */
const chosenFrom: Readonly<Record<string, number>> = { if: 1 };

/** Functions that count, however the argument is stored. */
const counts = new Set(['length', 'strpos', 'date_part', 'date_diff']);

/** `nullif` gives its first argument or nothing. */
const argsOf = ({ name, args }: Extract<Node, { kind: 'call' }>): readonly Node[] =>
  counts.has(name) ? [] : name === 'nullif' ? args.slice(0, 1) : args.slice(chosenFrom[name] ?? 0);

export function isDouble(node: Node, ofName: IsDouble): boolean {
  const of = (child: Node): boolean => isDouble(child, ofName);
  switch (node.kind) {
    case 'name':
      return ofName(node.path);
    case 'minus':
      return of(node.operand);
    case 'binary':
      return node.operator === '/' || ('+-*%'.includes(node.operator) && (of(node.left) || of(node.right)));
    case 'case':
      return node.branches.some(({ result }) => of(result)) || (node.otherwise !== null && of(node.otherwise));
    case 'cast':
      return node.to === 'float';
    case 'call':
      return argsOf(node).some(of);
    default:
      return false;
  }
}

/** Whether a metric's values are in double precision. */
export function isDoubleTree(tree: Tree, world: World): boolean {
  const of = (part: Tree): boolean => isDoubleTree(part, world);
  switch (tree.kind) {
    case 'leaf':
      return isDoubleLeaf(tree.leaf, world);
    case 'ratio':
      return true;
    case 'formula':
      return isDouble(tree.node, (path) => of(tree.parts.get(path.join('.'))!));
    case 'change':
      return tree.as === 'percent' || of(tree.now);
  }
}

function isDoubleLeaf({ entity, measure, conversion }: Leaf, world: World): boolean {
  if (conversion) return conversion.as === 'rate';
  const { kind, expr } = aggregationOf(world.entity(entity).measures![measure]!);
  return ['average', 'median', 'percentile'].includes(kind) || (!isCount(kind) && world.isDouble(expr, entity));
}

/** Of what metrics a share says something: the shares of all groups are the whole. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Aggregation, FormulaExpr } from '../model/model.js';
import type { AskedQuery, AskedShare } from './asked-query.js';
import { leafKey } from './asked-leaf.js';
import { eachLeaf } from './metric-value.js';
import { isNumeric, type Leaf, type MetricTree } from './metric-tree.js';
import type { Stage } from './stage.js';

/** Aggregates of groups that have no row in common add up to that of all of their rows. */
const adding: ReadonlySet<Aggregation> = new Set(['sum', 'count', 'count_if']);

const wrong = (message: string, at: string, hint?: string): DataMindError =>
  new DataMindError('WOULD_BE_WRONG', message, { at, ...(hint === undefined ? {} : { hint }) });

/** Why values of the metric do not add up to its total, in words that go on with what it is; `null` where they do. */
const whyNot = (tree: MetricTree): string | null => {
  switch (tree.kind) {
    case 'leaf':
      return tree.default !== null && tree.default !== 0
        ? `has ${tree.default} where there is nothing`
        : whyNotLeaf(tree.leaf);
    case 'ratio':
      return 'is a ratio';
    case 'change':
      return 'looks back to an earlier time';
    case 'formula': {
      if (tree.default !== null && tree.default !== 0) return `has ${tree.default} where there is nothing`;
      if (!isLinear(tree.expr)) return 'is computed in a way that does not add up';
      for (const part of tree.parts.values()) {
        const why = whyNot(part);
        if (why !== null) return `is made of "${part.name}", which ${why}`;
      }
      return null;
    }
  }
};

const whyNotLeaf = ({ measure, window }: Leaf): string | null => {
  if (window !== null) return 'accumulates over time';
  if (measure.semi_additive !== null) return 'must not be added up over time';
  if (adding.has(measure.aggregation)) return null;
  return measure.aggregation.endsWith('_distinct')
    ? 'counts what may be in several groups once'
    : 'is neither a sum nor a count';
};

/** Sums and differences of metrics, and metrics times a number. */
const isLinear = (expr: FormulaExpr): boolean => {
  switch (expr.kind) {
    case 'metric':
      return true;
    case 'number':
      return false;
    case 'negate':
      return isLinear(expr.operand);
    case 'binary': {
      const { operator, left, right } = expr;
      if (operator === '+' || operator === '-') return isLinear(left) && isLinear(right);
      if (operator === '*' && left.kind === 'number') return isLinear(right);
      return right.kind === 'number' && isLinear(left);
    }
    case 'call':
      return expr.function === 'coalesce' && expr.args.length === 2 && isLinear(expr.args[0]!) && isZero(expr.args[1]!);
  }
};

const isZero = (expr: FormulaExpr): boolean => expr.kind === 'number' && Number(expr.value) === 0;

/** @throws DataMindError `WOULD_BE_WRONG`, `TYPE_MISMATCH` */
export const assertShareable = ({ metric, compiled, at }: AskedShare): void => {
  if (!isNumeric(compiled.tree)) {
    throw new DataMindError('TYPE_MISMATCH', `"${metric}" is not a number, so it has no share.`, { at });
  }
  const why = whyNot(compiled.tree);
  if (why === null) return;
  throw wrong(
    `"${metric}" ${why}: its groups do not add up to a total, so none has a share of it.`,
    at,
    'Ask for the share of a sum or a count.',
  );
};

const hasLeafOf = (tree: MetricTree, leaves: Stage['leaves']): boolean => {
  let found = false;
  eachLeaf(tree, null, (leaf) => {
    found ||= leaves.has(leafKey(leaf, null));
  });
  return found;
};

/** A total is more than its groups where a row is in several. @throws DataMindError `WOULD_BE_WRONG` */
export const assertDisjoint = ({ context, shares }: AskedQuery, stages: readonly Stage[]): void => {
  const { dimensions } = context.query;
  for (const { metric, compiled, within, at } of shares) {
    const own = stages.filter(({ leaves }) => hasLeafOf(compiled.tree, leaves));
    const overlapping = dimensions.find(
      (_, index) =>
        !within.includes(index) && own.some(({ resolved }) => resolved[index]!.steps.some(({ toMany }) => toMany)),
    );
    if (overlapping === undefined) continue;
    throw wrong(
      `What counts in "${metric}" may have several values of "${overlapping.name}": its groups do not add up to a total, so none has a share of it.`,
      at,
      `Ask for "totals" beside the groups, or take the share within "${overlapping.column}".`,
    );
  }
};

import type { CheckType } from '../../core/sql/bind-scope.js';
import { childOf, type YamlNode } from '../load/yaml-node.js';
import type { Grain } from '../../core/query/semantic-query.js';
import type { DialectExpr, Mask } from '../model/model.js';
import { asScalar, numberAt, scalarAt, textAt } from './read-fields.js';

/** What a mask can be put on; `null`: on everything. */
export const maskTypes: Readonly<Record<Mask['kind'], readonly CheckType[] | null>> = {
  deny: null,
  null: null,
  fixed: ['string'],
  email: ['string'],
  partial: ['string'],
  hash: ['string'],
  range: ['number'],
  date_trunc: ['date', 'timestamp', 'utc', 'instant'],
  expression: null,
};

/** Whether the mask works on values of the type; what has an unknown type may be anything. */
export const fitsMask = ({ kind }: Mask, type: CheckType): boolean => {
  const fitting = maskTypes[kind];
  return fitting === null || type === 'unknown' || fitting.includes(type);
};

/**
 * `deny`, or `{mask: …}`, of a body whose shape is checked.
 * @param compute compiles the expression of `{mask: {expr: …}}`; `null` when it has errors
 * @returns `null` when there is no mask to be had, and the reason is reported
 */
export const readMask = (node: YamlNode, compute: (written: YamlNode) => DialectExpr | null): Mask | null => {
  const inner = node.kind === 'map' ? childOf(node, 'mask') : undefined;
  if (inner === undefined) return { kind: 'deny' };
  if (inner.kind === 'scalar') {
    const [word, count] = (asScalar(inner) === undefined ? 'null' : inner.text).split(' ');
    if (word === 'first' || word === 'last') return { kind: 'partial', keep: Number(count), side: word };
    return { kind: word as 'null' | 'email' | 'hash' };
  }
  if (inner.kind === 'list') return null;
  const fixed = scalarAt(inner, 'fixed');
  if (fixed !== undefined) return { kind: 'fixed', value: fixed.text };
  const width = numberAt(inner, 'range');
  if (width !== null) return { kind: 'range', width };
  const grain = textAt(inner, 'date_trunc');
  if (grain !== null) return { kind: 'date_trunc', grain: grain as Grain };
  const expr = compute(childOf(inner, 'expr')!);
  return expr === null ? null : { kind: 'expression', expr };
};

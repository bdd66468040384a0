import type { CheckType } from '../../core/sql/bind-scope.js';
import { nameType } from '../../core/sql/value-types.js';
import type { ValueType } from '../../core/sql/expression.js';
import { childOf, type MapNode, type ScalarNode, type YamlNode } from '../load/yaml-node.js';
import type { Aggregation, DialectExpr, Measure } from '../model/model.js';
import { compileExpression } from './compile-expression.js';
import type { Declaration } from './declarations.js';
import type { EntityUnit } from './entity-unit.js';
import { asMap, numberAt, readDescribed, scalarAt, textAt, textNodes } from './read-fields.js';

const numeric: ReadonlySet<CheckType> = new Set(['number', 'unknown']);
const ordered: ReadonlySet<CheckType> = new Set(['number', 'date', 'timestamp', 'unknown']);

interface Rule {
  readonly takes: ReadonlySet<CheckType> | 'anything' | 'condition';
  readonly wants: string;
}

const rules: Readonly<Record<Aggregation, Rule>> = {
  sum: { takes: numeric, wants: 'numbers' },
  average: { takes: numeric, wants: 'numbers' },
  median: { takes: numeric, wants: 'numbers' },
  percentile: { takes: numeric, wants: 'numbers' },
  min: { takes: ordered, wants: 'numbers, dates and timestamps' },
  max: { takes: ordered, wants: 'numbers, dates and timestamps' },
  count: { takes: 'anything', wants: '' },
  count_distinct: { takes: 'anything', wants: '' },
  approx_distinct: { takes: 'anything', wants: '' },
  count_if: { takes: 'condition', wants: 'a condition' },
};

export const aggregationOf = (
  body: YamlNode,
): { readonly aggregation: Aggregation; readonly node: YamlNode } | null => {
  if (body.kind !== 'map') return null;
  const entry = body.entries.find(({ key }) => Object.hasOwn(rules, key));
  return entry === undefined ? null : { aggregation: entry.key as Aggregation, node: entry.value };
};

export const isCountOfRows = (body: YamlNode): boolean => {
  const found = aggregationOf(body);
  return found?.aggregation === 'count' && found.node.kind === 'scalar' && found.node.text.trim() === '*';
};

interface Aggregated {
  readonly expr: DialectExpr | null;
  readonly type: ValueType;
}

const compileAggregated = (unit: EntityUnit, body: MapNode): Aggregated | null => {
  const { aggregation, node } = aggregationOf(body)!;
  const rule = rules[aggregation];
  if (isCountOfRows(body)) return { expr: null, type: 'number' };
  const kind = rule.takes === 'condition' ? 'condition' : 'value';
  const { expr, type } = compileExpression(node, unit.context(null), kind);
  if (expr === null) return null;
  if (rule.takes instanceof Set && !rule.takes.has(type)) {
    const hint = aggregation === 'sum' && type === 'boolean' ? '; write `count_if`' : '';
    const at = node.kind === 'scalar' ? node : body.entries.find((entry) => entry.value === node)!.keyNode;
    unit.report('MEASURE_TYPE', at, `\`${aggregation}\` works on ${rule.wants}, and this is ${nameType(type)}${hint}`);
    return null;
  }
  const extremes = aggregation === 'min' || aggregation === 'max';
  return { expr, type: extremes ? (type === 'utc' ? 'timestamp' : type) : 'number' };
};

const compileSemiAdditive = (unit: EntityUnit, body: MapNode): Measure['semi_additive'] | 'broken' => {
  const map = asMap(childOf(body, 'semi_additive'));
  if (map === undefined) return null;
  const node = scalarAt(map, 'over')!;
  const over = unit.timeDimension(node, '`over`');
  const per = textNodes(childOf(map, 'per'));
  const known = per.flatMap((one: ScalarNode) =>
    unit.declaration.members.dimensions.has(one.text) ? [one.text] : (unit.checkColumn(one)?.name ?? []),
  );
  if (over === null || known.length < per.length) return 'broken';
  return { over, take: textAt(map, 'take') === 'first' ? 'first' : 'last', per: known };
};

/** As it is written where a measure has no time, although its entity has one. */
const timeless = 'none';

/** `null` when there are errors. */
export const compileMeasure = (unit: EntityUnit, declaration: Declaration): Measure | null => {
  const { name, body, broken } = declaration;
  if (broken || body.kind !== 'map') return null;
  const aggregated = compileAggregated(unit, body);
  const where = childOf(body, 'where');
  const condition = where === undefined ? null : compileExpression(where, unit.context(null), 'condition').expr;
  const timeNode = scalarAt(body, 'time');
  const time =
    timeNode === undefined ? null : timeNode.text === timeless ? false : unit.timeDimension(timeNode, '`time`');
  const semiAdditive = compileSemiAdditive(unit, body);
  const failed =
    aggregated === null || (where !== undefined && condition === null) || (timeNode !== undefined && time === null);
  if (failed || semiAdditive === 'broken') return null;
  const { label, description, synonyms, owner, certified, tags, hidden, meta, source } = readDescribed(declaration);
  return {
    name,
    label,
    description,
    synonyms,
    owner,
    certified,
    tags,
    hidden,
    meta,
    source,
    aggregation: aggregationOf(body)!.aggregation,
    expr: aggregated.expr,
    at: numberAt(body, 'at'),
    where: condition,
    time,
    semi_additive: semiAdditive,
    default: numberAt(body, 'default'),
    type: aggregated.type,
    unit: textAt(body, 'unit'),
    format: textAt(body, 'format'),
  };
};

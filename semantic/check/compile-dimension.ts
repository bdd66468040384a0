import { isExact } from '../../core/config/exact-number.js';
import type { DialectName } from '../../core/plugin/contract.js';
import type { CheckType } from '../../core/sql/bind-scope.js';
import { nameType } from '../../core/sql/value-types.js';
import type { CaseExpr, Expr, LiteralExpr, ValueType } from '../../core/sql/expression.js';
import { childOf, type MapNode, type ScalarNode, type YamlNode } from '../load/yaml-node.js';
import type { PiiClass } from '../../core/pii/pii-class.js';
import { type Grain, grains } from '../../core/query/semantic-query.js';
import type { DialectExpr, Dimension, TimeStorage } from '../model/model.js';
import { type CompiledExpression, compileExpression, dialectExpr, type Variant } from './compile-expression.js';
import type { Declaration } from './declarations.js';
import { type CompiledDimension, type EntityUnit, storageTypes } from './entity-unit.js';
import { mapFields } from './map-fields.js';
import { asMap, asScalar, emptyRecord, readDescribed, textAt, textNodes, textsAt } from './read-fields.js';

const none: readonly never[] = Object.freeze([]);
const calendarGrains: readonly Grain[] = Object.freeze(
  grains.filter((grain) => grain !== 'minute' && grain !== 'hour'),
);

const typeOf = (body: YamlNode): Dimension['type'] => (textAt(body, 'type') ?? 'string') as Dimension['type'];

const storageOf = (body: YamlNode): TimeStorage => (textAt(body, 'stores') ?? 'local') as TimeStorage;

const expected = (body: YamlNode): CheckType => {
  const type = typeOf(body);
  return type === 'time' ? storageTypes[storageOf(body)] : type;
};

/** What `stores` should say for an expression of a type. */
const properStorage: Readonly<Partial<Record<CheckType, string>>> = {
  date: '`stores: date`',
  timestamp: '`stores: local`, or `stores: utc` when it is meant in UTC',
  utc: '`stores: utc`',
  instant: '`stores: instant`',
};

const checkType = (unit: EntityUnit, { name, body, at }: Declaration, found: CheckType): boolean => {
  const wanted = expected(body);
  if (found === 'unknown' || found === wanted || (wanted === 'utc' && found === 'timestamp')) return true;
  const type = typeOf(body);
  const node = (asMap(body) && childOf(asMap(body)!, type === 'time' ? 'stores' : 'type')) ?? at;
  if (type === 'time' && properStorage[found] !== undefined) {
    const message = `\`${name}\` holds ${nameType(found)}; write ${properStorage[found]}`;
    unit.report('TIME_STORAGE', node, message);
    return false;
  }
  const proper = properStorage[found] === undefined ? found : 'time';
  const place = (asMap(body) && childOf(asMap(body)!, 'type')) ?? at;
  unit.report(
    'DIMENSION_TYPE',
    place,
    `\`${name}\` says \`type: ${type}\`, and its value is ${nameType(found)}; write \`type: ${proper}\`, or cast it`,
    { suggestion: proper },
  );
  return false;
};

/** Columns without a catalogue have the type that the dimension says. */
const typeFields = (expr: DialectExpr, type: CheckType): DialectExpr => {
  const known: ValueType = type === 'utc' ? 'timestamp' : type;
  const change = (tree: Expr | null): Expr | null =>
    tree?.kind === 'field' && tree.type === 'unknown' ? mapFields(tree, (field) => ({ ...field, type: known })) : tree;
  if (expr.default?.kind !== 'field') return expr;
  return { default: change(expr.default), dialects: expr.dialects };
};

/** A number that only a text keeps whole (YAML_NUMBER). */
const isLongNumber = ({ value }: ScalarNode, type: Dimension['type']): boolean =>
  type === 'number' && typeof value === 'string' && /^[-+]?\d+(\.\d+)?$/.test(value) && !isExact(value);

const literalOf = (unit: EntityUnit, node: ScalarNode, type: Dimension['type']): LiteralExpr | null => {
  const { value } = node;
  if (isLongNumber(node, type)) return { kind: 'literal', type: 'number', value: node.text };
  if (type === 'time' || typeof value !== type) {
    const message = `the values of this dimension are of type ${type}, and this is ${typeof value}`;
    unit.report('DIMENSION_TYPE', node, message);
    return null;
  }
  return { kind: 'literal', type, value: type === 'string' ? node.text : String(value) };
};

const compileCase = (unit: EntityUnit, { name, body }: Declaration, cases: YamlNode): CompiledExpression => {
  const type = typeOf(body);
  const context = unit.context(name);
  const dialects = new Set<DialectName>();
  let broken = false;
  const branches: { readonly when: DialectExpr; readonly value: LiteralExpr }[] = [];
  for (const item of cases.kind === 'list' ? cases.items : []) {
    const map = asMap(item);
    const when = map && childOf(map, 'when');
    const result = map && asScalar(childOf(map, 'then'));
    if (when === undefined || result === undefined) continue;
    const { expr } = compileExpression(when, context, 'condition');
    const value = literalOf(unit, result, type);
    if (expr === null || value === null) {
      broken = true;
      continue;
    }
    for (const dialect of Object.keys(expr.dialects)) dialects.add(dialect as DialectName);
    branches.push({ when: expr, value });
  }
  const last = asMap(body) && asScalar(childOf(asMap(body)!, 'else'));
  const otherwise = last === undefined ? null : literalOf(unit, last, type);
  if (broken || branches.length === 0 || (last !== undefined && otherwise === null))
    return { expr: null, type: 'unknown' };
  const variants = new Map<Variant, Expr>();
  for (const variant of ['default', ...dialects] as const) {
    const tests = branches.map(({ when }) => (variant === 'default' ? null : when.dialects[variant]) ?? when.default);
    if (tests.includes(null)) continue;
    const tree: CaseExpr = {
      kind: 'case',
      // biome-ignore lint/suspicious/noThenProperty: the tree's own word; it is never awaited
      branches: branches.map(({ value }, index) => ({ when: tests[index]!, then: value })),
      otherwise,
    };
    variants.set(variant, tree);
  }
  return { expr: dialectExpr(variants), type: expected(body) };
};

const valuesOf = (body: YamlNode): readonly ScalarNode[] => {
  const list = asMap(body) && childOf(asMap(body)!, 'values');
  if (list?.kind !== 'list') return none;
  return list.items.flatMap((item) => {
    const node = asScalar(item.kind === 'map' ? childOf(item, 'value') : item);
    return node === undefined ? [] : [node];
  });
};

/** What a dimension's name means in expressions. Reports what is wrong with its expression and type. */
export const compileDimensionExpression = (unit: EntityUnit, declaration: Declaration): CompiledDimension => {
  const { name, body, broken, at } = declaration;
  const type = typeOf(body);
  const stores = type === 'time' ? storageOf(body) : null;
  const values = valuesOf(body).map((node) => node.value as string | number | boolean);
  const result = (expr: DialectExpr | null): CompiledDimension => ({
    type,
    stores,
    checkType: expected(body),
    expr,
    values,
  });
  if (broken || body.kind !== 'map') return result(null);
  const node = childOf(body, 'expr');
  const cases = childOf(body, 'case');
  let compiled: CompiledExpression;
  if (node !== undefined) compiled = compileExpression(node, unit.context(name), 'value');
  else if (cases !== undefined) compiled = compileCase(unit, declaration, cases);
  else {
    const column = unit.column({ text: name, quoted: false, start: at.start, end: at.end });
    if ('code' in column) {
      const { message, suggestion } = unit.describeUnknownColumn(name);
      unit.report(
        'COLUMN_UNKNOWN',
        at,
        `${message.replace(/\?$/, '')}; to compute it write \`expr\``,
        suggestion === undefined || suggestion === name ? {} : { suggestion },
      );
      return result(null);
    }
    compiled = { expr: { default: column.expr, dialects: emptyRecord }, type: column.type };
  }
  if (compiled.expr === null) return result(null);
  if (!checkType(unit, declaration, compiled.type)) return result(null);
  return result(typeFields(compiled.expr, expected(body)));
};

const compileGrains = (unit: EntityUnit, body: MapNode, stores: TimeStorage): readonly Grain[] => {
  const fitting = stores === 'date' ? calendarGrains : grains;
  const nodes = textNodes(childOf(body, 'grains'));
  if (nodes.length === 0) return fitting;
  return nodes.flatMap((node) => {
    if (fitting.includes(node.text as Grain)) return [node.text as Grain];
    unit.report('TIME_GRAIN', node, `a date has no ${node.text}; remove the grain, or say otherwise in \`stores\``);
    return [];
  });
};

const timeKeys = ['stores', 'grains', 'default'] as const;

const checkUnused = (unit: EntityUnit, body: MapNode, type: Dimension['type']): void => {
  for (const { key, keyNode } of body.entries) {
    if (type !== 'time' && (timeKeys as readonly string[]).includes(key)) {
      unit.report('KEY_UNUSED', keyNode, `\`${key}\` has a meaning for \`type: time\` only; remove it`);
    }
    if (type === 'time' && (key === 'values' || key === 'case')) {
      unit.report('KEY_UNUSED', keyNode, `\`${key}\` has no meaning for \`type: time\`; remove it`);
    }
    if (key === 'else' && childOf(body, 'case') === undefined) {
      unit.report('KEY_UNUSED', keyNode, '`else` has a meaning beside `case` only; remove it');
    }
    if (key === 'case' && childOf(body, 'expr') !== undefined) {
      unit.report('KEYS_CONFLICT', keyNode, '`expr` and `case` exclude each other; keep one');
    }
  }
};

const checkValueTypes = (unit: EntityUnit, body: MapNode, type: Dimension['type']): void => {
  const samples = childOf(body, 'sample_values');
  const nodes = [
    ...valuesOf(body),
    ...(samples?.kind === 'list' ? samples.items.flatMap((item) => asScalar(item) ?? []) : []),
  ];
  const seen = new Map<unknown, ScalarNode>();
  for (const node of valuesOf(body)) {
    if (seen.has(node.value)) unit.report('VALUE_NOT_ALLOWED', node, 'this value is in the list twice; keep one');
    seen.set(node.value, node);
  }
  if (type === 'time') return;
  for (const node of nodes) {
    if (typeof node.value === type || isLongNumber(node, type)) continue;
    const hint = type === 'string' ? '; put it in "quotes"' : '';
    const message = `the values of this dimension are of type ${type}, and this is ${typeof node.value}${hint}`;
    unit.report('DIMENSION_TYPE', node, message, type === 'string' ? { suggestion: JSON.stringify(node.text) } : {});
  }
};

const readPii = (body: MapNode): Pick<Dimension, 'pii' | 'pii_none'> => {
  const word = textAt(body, 'pii');
  return word === 'none' ? { pii: null, pii_none: true } : { pii: word as PiiClass | null };
};

/** `null` when there are errors. */
export const compileDimension = (unit: EntityUnit, declaration: Declaration): Dimension | null => {
  const { name, body } = declaration;
  const compiled = unit.dimension(name);
  if (declaration.broken || body.kind !== 'map' || compiled === undefined) return null;
  const { type, stores, expr } = compiled;
  checkUnused(unit, body, type);
  checkValueTypes(unit, body, type);
  const grains = stores === null ? none : compileGrains(unit, body, stores);
  if (expr === null) return null;
  const tree = expr.default;
  const list = childOf(body, 'values');
  const samples = childOf(body, 'sample_values');
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
    type,
    expr,
    column:
      tree?.kind === 'field' && tree.path.length === 0 && Object.keys(expr.dialects).length === 0 ? tree.column : null,
    stores,
    grains,
    values: (list?.kind === 'list' ? list.items : none).flatMap((item) => {
      const value = asScalar(item.kind === 'map' ? childOf(item, 'value') : item)?.value;
      if (value === undefined || value === null) return [];
      return [{ value, label: textAt(item, 'label'), synonyms: textsAt(item, 'synonyms') }];
    }),
    sample_values: (samples?.kind === 'list' ? samples.items : none).flatMap((item) => {
      const value = asScalar(item)?.value;
      return value === undefined || value === null ? [] : [value];
    }),
    unit: textAt(body, 'unit'),
    format: textAt(body, 'format'),
    ...readPii(body),
  };
};

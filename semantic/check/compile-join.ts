import { didYouMean } from '../../core/config/did-you-mean.js';
import { childOf, type MapNode, type ScalarNode } from '../load/yaml-node.js';
import type { Cardinality, Join } from '../model/model.js';
import type { Declaration } from './declarations.js';
import type { EntityUnit } from './entity-unit.js';
import { asMap, asScalar, flagAt, labelOf, scalarAt, textAt, textNodes } from './read-fields.js';
import { isToOne } from './world.js';

interface Pair {
  readonly from: ScalarNode;
  readonly to: ScalarNode | string;
}

/** Says so, unless a file that cannot be read may have it. */
export const unknownEntity = (unit: EntityUnit, node: ScalarNode): void => {
  if (unit.world.mayExist(node.text)) return;
  const meant = didYouMean(node.text, unit.world.entityNames());
  const help = meant === undefined ? '' : `; did you mean \`${meant}\`?`;
  unit.report(
    'ENTITY_UNKNOWN',
    node,
    `there is no entity \`${node.text}\`${help}`,
    meant === undefined ? {} : { suggestion: meant },
  );
};

/** Own columns beside the other's, as written; columns alone stand for the other's key. */
const readPairs = (
  unit: EntityUnit,
  target: EntityUnit,
  on: MapNode | undefined,
  nodes: readonly ScalarNode[],
  at: ScalarNode,
): readonly Pair[] | null => {
  if (on !== undefined) {
    return on.entries.flatMap(({ keyNode, value }) => {
      const to = asScalar(value);
      return to === undefined ? [] : [{ from: keyNode, to }];
    });
  }
  const { key } = target;
  if (key.length === nodes.length) return nodes.map((from, index) => ({ from, to: key[index]! }));
  const message =
    key.length === 0
      ? `${target.name} has no \`key\` that this could lead to; declare it there, or write pairs \`{own: other's}\``
      : `the key of ${target.name} is (${key.join(', ')}), and here ${nodes.length === 1 ? 'is 1 column' : `are ${nodes.length}`}; write \`{own: other's}\` for each`;
  unit.report('JOIN_ON_INVALID', at, message);
  return null;
};

const covers = (columns: readonly string[], key: readonly string[]): boolean =>
  key.length > 0 && key.every((column) => columns.includes(column));

/** A side that is said to be one row must be told by a key: otherwise rows would be counted twice. */
const checkUniqueness = (
  unit: EntityUnit,
  target: EntityUnit,
  cardinality: Cardinality,
  on: Join['on'],
  at: ScalarNode,
): boolean => {
  const toOne = isToOne(cardinality);
  const [one, columns] = toOne
    ? ([target, on.map((pair) => pair.to)] as const)
    : ([unit, on.map((pair) => pair.from)] as const);
  if (covers(columns, one.key) || one.columns?.isUnique(columns) === true) return true;
  const shown = columns.join(', ');
  const message =
    one.key.length === 0
      ? `\`${cardinality}\` needs one row of ${one.name} for each (${shown}), and ${one.name} declares no \`key\`; declare it`
      : `\`${cardinality}\` needs one row of ${one.name} for each (${shown}), and its key is (${one.key.join(', ')}); join to the key, or change \`cardinality\``;
  unit.report('JOIN_NOT_TO_KEY', at, message);
  return false;
};

const compileOn = (
  unit: EntityUnit,
  target: EntityUnit,
  body: MapNode,
  cardinality: Cardinality,
  to: ScalarNode,
): Join['on'] | null => {
  const node = childOf(body, 'on');
  if (node === undefined) {
    unit.report(
      'JOIN_ON_INVALID',
      to,
      `\`on\` is missing: the column of ${unit.name} that holds the key of ${target.name}`,
    );
    return null;
  }
  const nodes = textNodes(node);
  const at = nodes[0] ?? asMap(node)?.entries[0]?.keyNode ?? to;
  if (!isToOne(cardinality) && asMap(node) === undefined) {
    unit.report(
      'JOIN_ON_INVALID',
      at,
      `\`${cardinality}\` needs pairs: \`on: {${unit.key[0] ?? 'own_column'}: other_column}\``,
    );
    return null;
  }
  const pairs = readPairs(unit, target, asMap(node), nodes, at);
  if (pairs === null) return null;
  const on: { from: string; to: string }[] = [];
  for (const pair of pairs) {
    const from = unit.checkColumn(pair.from);
    const other =
      typeof pair.to === 'string'
        ? { name: pair.to, type: target.columns?.find(pair.to)?.type ?? 'unknown' }
        : checkOther(unit, target, pair.to);
    if (from === undefined || other === undefined) continue;
    if (from.type !== 'unknown' && other.type !== 'unknown' && from.type !== other.type) {
      const message = `\`${from.name}\` is of type ${from.type} and \`${other.name}\` of ${target.name} of type ${other.type}; join columns of one type`;
      unit.report('JOIN_TYPES', pair.from, message);
      continue;
    }
    on.push({ from: from.name, to: other.name });
  }
  if (on.length < pairs.length) return null;
  return checkUniqueness(unit, target, cardinality, on, at) ? on : null;
};

/** A column of the other entity; a mistake is one of this entity's file. */
const checkOther = (unit: EntityUnit, target: EntityUnit, node: ScalarNode): ReturnType<EntityUnit['checkColumn']> => {
  const { columns } = target;
  if (columns === null) return { name: node.text, type: 'unknown' };
  const found = columns.find(node.text);
  if (found === undefined) {
    const { message, suggestion } = target.describeUnknownColumn(node.text);
    unit.report('COLUMN_UNKNOWN', node, message, suggestion === undefined ? {} : { suggestion });
  }
  return found;
};

const bridgeJoin = (
  unit: EntityUnit,
  bridge: EntityUnit,
  to: string,
  named: ScalarNode | undefined,
  at: ScalarNode,
): string | null => {
  const candidates = [...bridge.declaration.members.joins.keys()].filter((name) => bridge.step(name)?.to === to);
  if (named !== undefined) {
    const step = bridge.step(named.text);
    if (step === null) return null;
    if (step !== undefined && step.to === to && isToOne(step.cardinality)) return named.text;
    const help = candidates.length === 0 ? '' : `; its joins to ${to} are ${candidates.join(', ')}`;
    unit.report('JOIN_BRIDGE', named, `\`${named.text}\` is not a join of ${bridge.name} to one row of ${to}${help}`);
    return null;
  }
  const [only, another] = candidates.filter((name) => isToOne(bridge.step(name)!.cardinality));
  if (only !== undefined && another === undefined) return only;
  const message =
    only === undefined
      ? `the bridge ${bridge.name} has no join to ${to}; declare it there`
      : `the bridge ${bridge.name} has several joins to ${to} (${candidates.join(', ')}); write \`through: {entity: ${bridge.name}, from_join: …, to_join: …}\``;
  unit.report('JOIN_BRIDGE', at, message);
  return null;
};

const compileThrough = (unit: EntityUnit, body: MapNode, target: EntityUnit, to: ScalarNode): Join['through'] => {
  const node = childOf(body, 'through');
  if (node === undefined) {
    unit.report('JOIN_BRIDGE', to, '`many_to_many` needs a bridge; write `through: the_entity_between`');
    return null;
  }
  const map = asMap(node);
  const at = map === undefined ? asScalar(node) : scalarAt(map, 'entity');
  if (at === undefined) return null;
  const bridge = unit.consult(at.text);
  if (bridge === undefined) {
    unknownEntity(unit, at);
    return null;
  }
  const from = bridgeJoin(unit, bridge, unit.name, map && scalarAt(map, 'from_join'), at);
  const on = from === null ? null : bridgeJoin(unit, bridge, target.name, map && scalarAt(map, 'to_join'), at);
  if (from !== null && from === on) {
    unit.report(
      'JOIN_BRIDGE',
      at,
      `the way back and the way on are the same join \`${from}\`; name two with \`from_join\` and \`to_join\``,
    );
    return null;
  }
  return from === null || on === null ? null : { entity: bridge.name, from_join: from, to_join: on };
};

const checkInverse = (unit: EntityUnit, declaration: Declaration, target: EntityUnit): void => {
  const node = scalarAt(declaration.body, 'inverse');
  if (node === undefined) return;
  const { members } = target.declaration;
  const kind = members.joins.has(node.text) ? 'joins' : members.dimensions.has(node.text) ? 'dimensions' : null;
  const other = unit.world.inverses(target.name).get(node.text);
  if (kind === null && (other === undefined || other.join === declaration)) return;
  const place = kind === null ? other!.join : members[kind].get(node.text)!;
  const related = [{ message: 'the other one', place: { source: place.source, ...place.at } }];
  const what = kind === null ? `a way back from ${other!.from}` : `a ${kind.slice(0, -1)}`;
  unit.report('JOIN_INVERSE', node, `${target.name} has ${what} of this name already; choose another`, { related });
};

/** `null` when there are errors. */
export const compileJoin = (unit: EntityUnit, declaration: Declaration): Join | null => {
  const { name, body, broken } = declaration;
  const step = unit.step(name);
  if (broken || body.kind !== 'map' || step === undefined || step === null) return null;
  const to = scalarAt(body, 'to')!;
  const target = unit.consult(step.to);
  if (target === undefined) {
    unknownEntity(unit, to);
    return null;
  }
  checkInverse(unit, declaration, target);
  const { cardinality } = step;
  const many = cardinality === 'many_to_many';
  for (const { key, keyNode } of body.entries) {
    if (key === 'through' && !many) {
      unit.report('KEY_UNUSED', keyNode, '`through` has a meaning for `cardinality: many_to_many` only');
      return null;
    }
    if (key === 'role' && many) {
      unit.report('KEY_UNUSED', keyNode, '`role` has no meaning for `many_to_many`; give it to a join of the bridge');
      return null;
    }
    if (key === 'on' && many) {
      unit.report(
        'KEY_UNUSED',
        keyNode,
        '`on` has no meaning for `many_to_many`: the joins of the bridge are used; remove it',
      );
      return null;
    }
  }
  const on = many ? [] : compileOn(unit, target, body, cardinality, to);
  const through = many ? compileThrough(unit, body, target, to) : null;
  if (on === null || (many && through === null)) return null;
  return {
    name,
    label: textAt(body, 'label') ?? labelOf(name),
    description: textAt(body, 'description'),
    to: step.to,
    cardinality,
    on,
    through,
    inverse: textAt(body, 'inverse'),
    role: flagAt(body, 'role'),
  };
};

/** Typed reads from a body whose shape is checked: what is absent or refused by the schema reads as absent. */
import { childOf, type MapNode, plainValue, type ScalarNode, type YamlNode } from '../load/yaml-node.js';
import type { Described } from '../model/model.js';
import type { Declaration } from './declarations.js';

export const asMap = (node: YamlNode | undefined): MapNode | undefined => (node?.kind === 'map' ? node : undefined);

export const asScalar = (node: YamlNode | undefined): ScalarNode | undefined =>
  node?.kind === 'scalar' && node.value !== null ? node : undefined;

export const scalarAt = (body: YamlNode, key: string): ScalarNode | undefined =>
  body.kind === 'map' ? asScalar(childOf(body, key)) : undefined;

export const textAt = (body: YamlNode, key: string): string | null => {
  const node = scalarAt(body, key);
  return typeof node?.value === 'string' ? node.value : null;
};

export const numberAt = (body: YamlNode, key: string): number | null => {
  const node = scalarAt(body, key);
  return typeof node?.value === 'number' ? node.value : null;
};

export const flagAt = (body: YamlNode, key: string): boolean => scalarAt(body, key)?.value === true;

/** The texts of a list, with their places; a single text counts as a list of one. */
export const textNodes = (node: YamlNode | undefined): readonly ScalarNode[] => {
  if (node?.kind === 'list')
    return node.items.filter((item): item is ScalarNode => typeof asScalar(item)?.value === 'string');
  const single = asScalar(node);
  return single !== undefined && typeof single.value === 'string' ? [single] : [];
};

const none: readonly never[] = Object.freeze([]);

export const textsAt = (body: YamlNode, key: string): readonly string[] => {
  const node = body.kind === 'map' ? childOf(body, key) : undefined;
  return node === undefined ? none : textNodes(node).map((one) => one.text);
};

/** Most entities have no hierarchy, most dimensions no values: nothing is made for them. */
export const emptyRecord: Readonly<Record<string, never>> = Object.freeze(Object.create(null));

/** A record without prototype, keys in code-point order: `constructor` is a name like any other. */
export const sortedRecord = <Value>(entries: Iterable<readonly [string, Value]>): Readonly<Record<string, Value>> => {
  const list = [...entries];
  if (list.length === 0) return emptyRecord;
  const record: Record<string, Value> = Object.create(null);
  const sorted = list.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  for (const [key, value] of sorted) record[key] = value;
  return record;
};

/** `order_count` is shown as `Order count`. */
export const labelOf = (name: string): string => {
  const words = name.replaceAll('_', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export const readDescribed = ({ name, body, source, at }: Declaration): Described => {
  const meta = body.kind === 'map' ? childOf(body, 'meta') : undefined;
  return {
    name,
    label: textAt(body, 'label') ?? labelOf(name),
    description: textAt(body, 'description'),
    synonyms: textsAt(body, 'synonyms'),
    owner: textAt(body, 'owner'),
    certified: flagAt(body, 'certified'),
    tags: textsAt(body, 'tags'),
    hidden: flagAt(body, 'hidden'),
    meta: meta?.kind === 'map' ? (plainValue(meta) as Record<string, unknown>) : emptyRecord,
    source: { file: source.file, line: source.position(at.start).line },
  };
};

export const deepFreeze = <Value>(value: Value): Value => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const key in value) deepFreeze((value as Record<string, unknown>)[key]);
  }
  return value;
};

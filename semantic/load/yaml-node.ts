/** YAML as read: a tree whose every part knows its place. Offsets are into the text of the file; `end` is exclusive. */
interface NodeBase {
  readonly start: number;
  readonly end: number;
}

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar';
  /** By the core schema of YAML 1.2: `no`, `on` and `12:30` are texts. */
  readonly value: string | number | boolean | null;
  /** The decoded text, before it was taken for a number, a boolean or null. */
  readonly text: string;
  readonly style: ScalarStyle;
}

export interface ListNode extends NodeBase {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
}

export interface MapEntry {
  readonly key: string;
  readonly keyNode: ScalarNode;
  readonly value: YamlNode;
}

export interface MapNode extends NodeBase {
  readonly kind: 'map';
  /** In the order of the file; every key once. */
  readonly entries: readonly MapEntry[];
}

export type YamlNode = ScalarNode | ListNode | MapNode;

export const entryOf = (map: MapNode, key: string): MapEntry | undefined =>
  map.entries.find((entry) => entry.key === key);

export const childOf = (map: MapNode, key: string): YamlNode | undefined => entryOf(map, key)?.value;

/** What the node holds as plain data, keys in code-point order; maps have no prototype, so that no key means anything. */
export const plainValue = (node: YamlNode): unknown => {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainValue);
  const plain: Record<string, unknown> = Object.create(null);
  const sorted = [...node.entries].sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const { key, value } of sorted) plain[key] = plainValue(value);
  return plain;
};

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\n' || char === '\t' || char === '\r';

const escapeLengths: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };

/**
 * Where each UTF-16 unit of a scalar's value stands in the file. Value and source are walked side by side: what they differ
 * in is white space (folding, indentation) and escapes.
 */
const alignScalar = (node: ScalarNode, source: string): Int32Array => {
  const offsets = new Int32Array(node.text.length + 1);
  const quote = node.style === 'single' || node.style === 'double';
  let at = node.start + (quote ? 1 : 0);
  let last = at;
  for (let i = 0; i < node.text.length; i += 1) {
    const char = node.text[i]!;
    const escaped = (): boolean => node.style === 'double' && source[at] === '\\';
    while (escaped() && isBlank(source[at + 1])) at += 2;
    if (!isBlank(char) && !escaped()) while (at < node.end && isBlank(source[at])) at += 1;
    while (escaped() && isBlank(source[at + 1])) {
      at += 2;
      while (isBlank(source[at])) at += 1;
    }
    offsets[i] = at;
    if (escaped()) {
      const length = escapeLengths[source[at + 1]!] ?? 2;
      // An escape may stand for two units.
      if (node.text.codePointAt(i)! > 0xffff) {
        offsets[i + 1] = at;
        i += 1;
      }
      at += length;
    } else if (node.style === 'single' && char === "'") at += 2;
    else if (!isBlank(char) || isBlank(source[at])) at += 1;
    if (!isBlank(char)) last = at;
  }
  offsets[node.text.length] = last;
  return offsets;
};

/** A stretch of a scalar's value as a stretch of the file. An empty one becomes one character wide. */
export const placeInScalar = (
  node: ScalarNode,
  source: string,
  start: number,
  end: number,
): { readonly start: number; readonly end: number } => {
  const offsets = alignScalar(node, source);
  const last = node.text.length;
  const from = offsets[Math.min(start, last)]!;
  const to = end > start ? offsets[Math.min(end, last) - 1]! + 1 : from + 1;
  return { start: from, end: Math.max(to, from + 1) };
};

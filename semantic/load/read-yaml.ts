/**
 * Text to a tree with places, through js-yaml's events: one reader for values and for places, so that the two cannot
 * disagree. YAML 1.2, core schema, and nothing that would let a file mean more than it shows: no merge keys, no tags but the
 * core ones, no keys but texts, no aliases that contain themselves or grow without measure.
 */
import {
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  YAMLException,
} from 'js-yaml';
import { isExact } from '../../core/config/exact-number.js';
import type { ListNode, MapEntry, MapNode, ScalarNode, ScalarStyle, YamlNode } from './yaml-node.js';

export type YamlProblemCode =
  | 'YAML_SYNTAX'
  | 'YAML_TAB'
  | 'YAML_DUPLICATE_KEY'
  | 'YAML_KEY_NOT_TEXT'
  | 'YAML_MERGE_KEY'
  | 'YAML_ALIAS'
  | 'YAML_TAG'
  | 'YAML_NUMBER'
  | 'FILE_TOO_LARGE'
  | 'FILE_NOT_TEXT';

export interface YamlProblem {
  readonly code: YamlProblemCode;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly related?: { readonly start: number; readonly end: number; readonly message: string };
}

export interface YamlFile {
  /** The documents that hold something. Empty when the text is not YAML. */
  readonly documents: readonly YamlNode[];
  readonly problems: readonly YamlProblem[];
}

/** In characters. */
export const largestFile = 8_000_000;
/** Nodes of a document after aliases are put in. */
const mostNodes = 1_000_000;

const styles: Readonly<Record<number, ScalarStyle>> = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'literal',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'folded',
};

const numberText = /^(?:[-+]?\d+|0o[0-7]+|0x[\da-fA-F]+|[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)$/;
const special: ReadonlyMap<string, null | boolean | number> = new Map<string, null | boolean | number>([
  ...['', '~', 'null', 'Null', 'NULL'].map((text): [string, null] => [text, null]),
  ...['true', 'True', 'TRUE'].map((text): [string, boolean] => [text, true]),
  ...['false', 'False', 'FALSE'].map((text): [string, boolean] => [text, false]),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((text): [string, number] => [text, Infinity]),
  ...['-.inf', '-.Inf', '-.INF'].map((text): [string, number] => [text, -Infinity]),
  ...['.nan', '.NaN', '.NAN'].map((text): [string, number] => [text, Number.NaN]),
]);

/** What a plain text means in the core schema of YAML 1.2. */
const resolvePlain = (text: string): string | number | boolean | null => {
  const meant = special.get(text);
  if (meant !== undefined) return meant;
  const first = text.charCodeAt(0);
  const mayBeNumber = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  if (!mayBeNumber || !numberText.test(text)) return text;
  return Number(text);
};

/** Whether a plain number means the very number that is written, in whatever base. */
const keepsDigits = (text: string, value: number): boolean => {
  if (/^0[ox]/.test(text)) return Number.isSafeInteger(value);
  return special.has(text) || isExact(text);
};

const coreTags: Readonly<Record<string, (text: string) => string | number | boolean | null | undefined>> = {
  '!': (text) => text,
  '!!str': (text) => text,
  '!!null': (text) => (special.get(text) === null ? null : undefined),
  '!!bool': (text) => (typeof special.get(text) === 'boolean' ? (special.get(text) as boolean) : undefined),
  '!!int': (text) => (Number.isInteger(resolvePlain(text)) ? (resolvePlain(text) as number) : undefined),
  '!!float': (text) => (typeof resolvePlain(text) === 'number' ? (resolvePlain(text) as number) : undefined),
};

/** A map or list that is still being filled. */
interface Open {
  readonly node: { kind: 'map' | 'list'; start: number; end: number };
  readonly entries: MapEntry[];
  /** The entries by key, once they are too many to look through. */
  keys: Map<string, ScalarNode> | undefined;
  readonly items: YamlNode[];
  key: ScalarNode | 'skip' | undefined;
  size: number;
}

/** So many keys are looked through one by one. */
const fewKeys = 12;

const indexKeys = (open: Open): Map<string, ScalarNode> => {
  open.keys ??= new Map(open.entries.map(({ key, keyNode }) => [key, keyNode]));
  return open.keys;
};

const keyBefore = (open: Open, text: string): ScalarNode | undefined => {
  if (open.entries.length > fewKeys) indexKeys(open);
  return open.keys === undefined ? open.entries.find(({ key }) => key === text)?.keyNode : open.keys.get(text);
};

class Composer {
  readonly #text: string;
  readonly #events: readonly Event[];
  readonly #anchors = new Map<string, { readonly node: YamlNode; readonly size: number } | 'open'>();
  readonly #stack: (Open & { anchor: string | undefined })[] = [];
  readonly documents: YamlNode[] = [];
  readonly problems: YamlProblem[] = [];
  #grown = false;

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#events = events;
  }

  #problem(code: YamlProblemCode, start: number, end: number, message: string, related?: YamlProblem['related']): void {
    this.problems.push(related === undefined ? { code, start, end, message } : { code, start, end, message, related });
  }

  compose(): void {
    for (const event of this.#events) {
      if (event.type === EVENT_ID.DOCUMENT) this.#anchors.clear();
      else if (event.type === EVENT_ID.SCALAR) this.#scalar(event);
      else if (event.type === EVENT_ID.ALIAS) this.#alias(event.anchorStart, event.anchorEnd);
      else if (event.type === EVENT_ID.POP) this.#pop();
      else this.#open(event);
    }
  }

  #slice(start: number, end: number): string | undefined {
    return start < 0 ? undefined : this.#text.slice(start, end);
  }

  #scalar(event: ScalarEvent): void {
    const style = styles[event.style] ?? 'plain';
    const absent = event.valueStart < 0;
    const text = absent
      ? ''
      : event.fast
        ? this.#text.slice(event.valueStart, event.valueEnd)
        : getScalarValue(this.#text, event);
    const quoted = style === 'single' || style === 'double' ? 1 : 0;
    const start = absent ? this.#gap() : event.valueStart - quoted;
    const end = absent ? start : event.valueEnd + quoted;
    const tag = this.#slice(event.tagStart, event.tagEnd);
    let value: ScalarNode['value'] = style === 'plain' ? resolvePlain(text) : text;
    if (tag !== undefined) {
      const meant = Object.hasOwn(coreTags, tag) ? coreTags[tag]!(text) : undefined;
      if (meant === undefined) this.#badTag(event.tagStart, event.tagEnd, tag);
      else value = meant;
    }
    const node: ScalarNode = { kind: 'scalar', value, text, style, start, end };
    if (typeof value === 'number' && !this.#isKey() && !keepsDigits(text, value)) {
      const message = Number.isFinite(value)
        ? 'this number has more digits than a number keeps; write it as a text in "quotes"'
        : 'this number is too large';
      this.#problem('YAML_NUMBER', start, end, message);
    }
    this.#name(event, node);
    this.#add(node, 1);
  }

  /** A key is its text, whatever it looks like. */
  #isKey(): boolean {
    const parent = this.#stack.at(-1);
    return parent?.node.kind === 'map' && parent.key === undefined;
  }

  /** Where a value that is not written would stand: after its key. */
  #gap(): number {
    const key = this.#stack.at(-1)?.key;
    return key === undefined || key === 'skip' ? (this.#stack.at(-1)?.node.start ?? 0) : key.start;
  }

  #badTag(start: number, end: number, tag: string): void {
    const message = Object.hasOwn(coreTags, tag)
      ? `the value is not what the tag ${tag} says; remove the tag`
      : 'tags have no meaning here; remove it';
    this.#problem('YAML_TAG', start, end, message);
  }

  #name(event: { anchorStart: number; anchorEnd: number }, node: YamlNode): void {
    const anchor = this.#slice(event.anchorStart, event.anchorEnd);
    if (anchor !== undefined) this.#anchors.set(anchor, { node, size: 1 });
  }

  #open(event: Exclude<Event, { type: 1 | 4 | 5 | 6 }>): void {
    const kind = event.type === EVENT_ID.MAPPING ? 'map' : 'list';
    const tag = this.#slice(event.tagStart, event.tagEnd);
    if (tag !== undefined && tag !== (kind === 'map' ? '!!map' : '!!seq'))
      this.#badTag(event.tagStart, event.tagEnd, tag);
    const anchor = this.#slice(event.anchorStart, event.anchorEnd);
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const node = { kind, start: event.start, end: event.start } as Open['node'];
    this.#stack.push({ node, entries: [], keys: undefined, items: [], key: undefined, size: 1, anchor });
  }

  #pop(): void {
    const open = this.#stack.pop();
    if (open === undefined) return;
    const { node, entries, items, anchor, size } = open;
    const end = node.kind === 'map' ? entries.at(-1)?.value.end : items.at(-1)?.end;
    // A flow collection ends with its bracket; an alias may stand before or after.
    const done: YamlNode =
      node.kind === 'map'
        ? ({ kind: 'map', start: node.start, end: Math.max(end ?? 0, node.start + 1), entries } satisfies MapNode)
        : ({ kind: 'list', start: node.start, end: Math.max(end ?? 0, node.start + 1), items } satisfies ListNode);
    if (anchor !== undefined) this.#anchors.set(anchor, { node: done, size });
    this.#add(done, size);
  }

  #alias(start: number, end: number): void {
    const anchor = this.#text.slice(start, end);
    const found = this.#anchors.get(anchor);
    if (found === undefined || found === 'open') {
      const message =
        found === 'open'
          ? `\`*${anchor}\` stands inside of what \`&${anchor}\` names, and would never end`
          : `there is no \`&${anchor}\` before this`;
      this.#problem('YAML_ALIAS', start - 1, end, message);
      // The pair or item is left out: nothing is to be said about a value that is not there.
      const parent = this.#stack.at(-1);
      if (parent?.node.kind !== 'map') return;
      const { key } = parent;
      if (key !== undefined && key !== 'skip') indexKeys(parent).set(key.text, key);
      parent.key = key === undefined ? 'skip' : undefined;
      return;
    }
    this.#add(found.node, found.size, { start: start - 1, end });
  }

  #add(node: YamlNode, size: number, alias?: { start: number; end: number }): void {
    const parent = this.#stack.at(-1);
    if (parent === undefined) {
      if (node.kind !== 'scalar' || node.value !== null) this.documents.push(node);
      return;
    }
    parent.size += size;
    if (parent.size > mostNodes && alias !== undefined && !this.#grown) {
      this.#grown = true;
      this.#problem(
        'YAML_ALIAS',
        alias.start,
        alias.end,
        'aliases make this document larger than is allowed; write it out',
      );
    }
    if (parent.node.kind === 'list') parent.items.push(node);
    else if (parent.key === undefined) parent.key = this.#key(parent, node, alias);
    else {
      if (parent.key !== 'skip') parent.entries.push({ key: parent.key.text, keyNode: parent.key, value: node });
      parent.key = undefined;
    }
  }

  #key(parent: Open, node: YamlNode, alias: { start: number; end: number } | undefined): ScalarNode | 'skip' {
    const { start, end } = alias ?? node;
    if (node.kind !== 'scalar' || node.text === '') {
      this.#problem('YAML_KEY_NOT_TEXT', start, end, 'a key is a text; write it without brackets, or in "quotes"');
      return 'skip';
    }
    if (node.text === '<<' && node.style === 'plain') {
      this.#problem('YAML_MERGE_KEY', start, end, 'merge keys (`<<`) are not part of YAML 1.2; write the keys out');
      return 'skip';
    }
    const before = keyBefore(parent, node.text);
    if (before !== undefined) {
      this.#problem('YAML_DUPLICATE_KEY', start, end, `\`${node.text}\` is here twice; keep one`, {
        start: before.start,
        end: before.end,
        message: 'the first one',
      });
      return 'skip';
    }
    parent.keys?.set(node.text, node);
    return node;
  }

  get tooLarge(): boolean {
    return this.#grown;
  }
}

const readable: readonly (readonly [RegExp, YamlProblemCode, string])[] = [
  [/\btab/, 'YAML_TAB', 'a tab stands where YAML allows spaces only; indent with spaces'],
  [
    /null byte|non-printable|not allowed in input|control char/,
    'FILE_NOT_TEXT',
    'this character is not allowed in YAML; save the file as UTF-8 text',
  ],
  [/within a flow collection/, 'YAML_SYNTAX', 'a `{` or `[` before this is not closed'],
  [
    /deficient indentation/,
    'YAML_SYNTAX',
    'a `{` or `[` before this is not closed, or this line of it is not indented further than its key',
  ],
  [/within a double quoted/, 'YAML_SYNTAX', 'a text that began with `"` is not closed'],
  [/within a single quoted/, 'YAML_SYNTAX', "a text that began with `'` is not closed"],
  [
    /bad indentation of a mapping entry/,
    'YAML_SYNTAX',
    'this does not fit the indentation or the value before it; put a text with `: `, `#`, `@` or `` ` `` in "quotes"',
  ],
  [
    /bad indentation of a sequence entry/,
    'YAML_SYNTAX',
    'this does not fit the indentation of the list; align its `-`',
  ],
  [
    /document separator is expected/,
    'YAML_SYNTAX',
    'this does not fit what is before it; check the indentation, or begin a new document with `---`',
  ],
  [/nesting|too deep|max.?depth/i, 'YAML_SYNTAX', 'this is nested more than 100 levels deep'],
];

const explain = (error: unknown, length: number): YamlProblem => {
  if (!(error instanceof YAMLException)) {
    return { code: 'YAML_SYNTAX', start: 0, end: 1, message: 'this is not YAML' };
  }
  const start = Math.min(error.mark?.position ?? 0, length);
  for (const [pattern, code, message] of readable) {
    if (pattern.test(error.reason)) return { code, start, end: start + 1, message };
  }
  return { code: 'YAML_SYNTAX', start, end: start + 1, message: `this is not YAML: ${error.reason}` };
};

/** Reads all documents of a text (without a byte order mark). Never throws. */
export const readYaml = (text: string): YamlFile => {
  if (text.length > largestFile) {
    const message = `a file has at most ${largestFile / 1_000_000} million characters; split it`;
    return { documents: [], problems: [{ code: 'FILE_TOO_LARGE', start: 0, end: 1, message }] };
  }
  const broken = text.indexOf('\ufffd');
  if (broken !== -1) {
    const message = 'this is not UTF-8 text; save the file as UTF-8';
    return { documents: [], problems: [{ code: 'FILE_NOT_TEXT', start: broken, end: broken + 1, message }] };
  }
  try {
    const composer = new Composer(text, parseEvents(text, { maxDepth: 100 }));
    composer.compose();
    return { documents: composer.tooLarge ? [] : composer.documents, problems: composer.problems };
  } catch (error) {
    return { documents: [], problems: [explain(error, text.length)] };
  }
};

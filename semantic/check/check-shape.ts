/**
 * Holds a document to the JSON Schemas that editors use. It walks the tree with places, so that each problem points at the
 * key or value at fault; where a schema offers several forms, it speaks of the one that was meant. That it agrees with a
 * full validator is held by a test.
 */
import { didYouMean } from '../../core/config/did-you-mean.js';
import { resolveSchema, type Schema } from '../load/read-schemas.js';
import type { SourceText } from '../load/source-text.js';
import { entryOf, type MapEntry, type MapNode, type ScalarNode, type YamlNode } from '../load/yaml-node.js';
import type { DiagnosticCode } from './catalogue.js';
import type { Finding } from './diagnostic.js';

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  null: 'nothing',
};

const nothing: readonly never[] = Object.freeze([]);
const objectKinds = ['object'] as const;
const arrayKinds = ['array'] as const;
const nullKinds = ['null'] as const;
const scalarKinds: Readonly<Record<string, readonly string[]>> = {
  string: ['string'],
  boolean: ['boolean'],
  number: ['number'],
};
const integerKinds = ['integer', 'number'] as const;

const kindsOf = (node: YamlNode): readonly string[] => {
  if (node.kind === 'map') return objectKinds;
  if (node.kind === 'list') return arrayKinds;
  if (node.value === null) return nullKinds;
  return Number.isInteger(node.value) ? integerKinds : scalarKinds[typeof node.value]!;
};

const quoteList = (names: readonly string[]): string => {
  const quoted = names.map((name) => `\`${name}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
};

const patterns = new Map<string, RegExp>();
const matches = (pattern: string, text: string): boolean => {
  let regexp = patterns.get(pattern);
  if (regexp === undefined) {
    regexp = new RegExp(pattern, 'u');
    patterns.set(pattern, regexp);
  }
  return regexp.test(text);
};

/** What is asked of a schema for each node, worked out once. */
interface Facts {
  /** The schema that is meant, after its `$ref`, and the file that it stands in. */
  readonly schema: Schema;
  readonly file: string;
  /** The kinds of node that it takes. */
  readonly types: ReadonlySet<string>;
  readonly known: ReadonlySet<string>;
  readonly required: readonly string[];
  readonly dependent: readonly (readonly [trigger: string, needed: readonly string[]])[];
  /** Keys of which there must be exactly one. */
  readonly choices: readonly string[];
}

const typesOf = (schema: Schema, file: string): readonly string[] => {
  const { schema: actual, file: place } = resolveSchema(schema, file);
  if (actual.type !== undefined) return [actual.type].flat() as string[];
  if (actual.enum !== undefined) return ['string'];
  if (actual.anyOf !== undefined) return actual.anyOf.flatMap((branch) => typesOf(branch, place));
  return Object.keys(typeWords);
};

const gathered = new WeakMap<Schema, Facts>();

const factsOf = (unresolved: Schema, from: string): Facts => {
  let facts = gathered.get(unresolved);
  if (facts === undefined) {
    const { schema, file } = resolveSchema(unresolved, from);
    facts = {
      schema,
      file,
      types: new Set(typesOf(schema, file)),
      known: new Set(Object.keys(schema.properties ?? {})),
      required: schema.required ?? nothing,
      dependent: Object.entries(schema.dependentRequired ?? {}),
      choices: (schema.oneOf ?? nothing).flatMap((choice) => choice.required),
    };
    gathered.set(unresolved, facts);
  }
  return facts;
};

const takes = ({ types }: Facts, node: YamlNode): boolean => {
  for (const kind of kindsOf(node)) if (types.has(kind)) return true;
  return false;
};

/** In code points, as JSON Schema counts. */
const lengthOf = (text: string): number => [...text].length;

const hasKey = (map: MapNode, key: string): boolean => entryOf(map, key) !== undefined;

/** `{description: Paid, without VAT.}` has a key `without VAT.` with no value: the rest of a text after a comma. */
const isCommaTail = (key: string, value: YamlNode): boolean =>
  value.kind === 'scalar' && value.text === '' && /[^a-z_]/.test(key);

export class ShapeCheck {
  readonly findings: Finding[] = [];
  /** Nodes that are not as they should be: what is made from them is not checked further. */
  readonly broken = new Set<YamlNode>();
  readonly #source: SourceText;

  constructor(source: SourceText) {
    this.#source = source;
  }

  #report(code: DiagnosticCode, node: { start: number; end: number }, message: string, suggestion?: string): void {
    const place = { source: this.#source, start: node.start, end: node.end };
    this.findings.push(suggestion === undefined ? { code, place, message } : { code, place, message, suggestion });
  }

  /** @param key the key that the node is the value of, for a node without text of its own */
  check(node: YamlNode, schema: Schema, file: string, key?: ScalarNode): boolean {
    const before = this.findings.length;
    this.#checkAny(node, factsOf(schema, file), key);
    const fine = this.findings.length === before;
    if (!fine) this.broken.add(node);
    return fine;
  }

  #checkAny(node: YamlNode, facts: Facts, key: ScalarNode | undefined): void {
    const { schema, file } = facts;
    if (schema.anyOf !== undefined) {
      const branch = this.#choose(node, schema.anyOf, file);
      if (branch !== undefined) this.check(node, branch, file, key);
      else this.#wrongType(node, typesOf(schema, file), key, schema.examples);
      return;
    }
    const mustBeScalar = schema.enum !== undefined && node.kind !== 'scalar';
    if (mustBeScalar || (schema.type !== undefined && !takes(facts, node))) {
      this.#wrongType(node, [...facts.types], key, schema.examples);
      return;
    }
    if (node.kind === 'map') this.#checkMap(node, facts, key);
    else if (node.kind === 'list') this.#checkList(node, schema, file);
    else this.#checkScalar(node, schema);
  }

  /** The form that was meant: of the node's kind, and with the most of its keys. */
  #choose(node: YamlNode, branches: readonly Schema[], file: string): Schema | undefined {
    let first: Schema | undefined;
    let best: Schema | undefined;
    let bestScore = -1;
    for (const branch of branches) {
      const facts = factsOf(branch, file);
      if (!takes(facts, node)) continue;
      first ??= branch;
      if (node.kind === 'map') {
        const score = this.#score(node, facts);
        if (score > bestScore) {
          best = branch;
          bestScore = score;
        }
      } else if (facts.schema.enum === undefined) return branch;
      else if (node.kind === 'scalar' && facts.schema.enum.includes(node.value)) return branch;
    }
    return best ?? first;
  }

  #score(node: MapNode, { schema, known, required }: Facts): number {
    let score = schema.required !== undefined && required.every((name) => hasKey(node, name)) ? 100 : 0;
    for (const { key } of node.entries) if (known.has(key)) score += 1;
    return score;
  }

  #wrongType(
    node: YamlNode,
    wanted: readonly string[],
    key: ScalarNode | undefined,
    examples: readonly unknown[] | undefined,
  ): void {
    const names = [...new Set(wanted.filter((type) => type !== 'null'))].map((type) => typeWords[type] ?? type);
    const expected = names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
    if (node.kind === 'scalar' && node.value === null) {
      const at = key ?? node;
      const what = key === undefined ? 'this' : `\`${key.text}\``;
      this.#report('VALUE_TYPE', at, `${what} is empty; write ${expected}, or remove it`);
      return;
    }
    const found = typeWords[kindsOf(node)[0]!]!;
    const quote = node.kind === 'scalar' && wanted.length === 1 && wanted[0] === 'string';
    const example = examples?.[0];
    const help = quote
      ? '; put it in "quotes"'
      : example === undefined
        ? ''
        : `, for example ${typeof example === 'string' ? example : JSON.stringify(example)}`;
    // A whole map or list is too much to underline: its beginning is enough.
    const at = node.kind === 'scalar' ? node : (key ?? { start: node.start, end: node.start + 1 });
    this.#report(
      'VALUE_TYPE',
      at,
      `${expected} is expected here, and this is ${found}${help}`,
      quote ? JSON.stringify(node.text) : undefined,
    );
  }

  #checkScalar(node: Extract<YamlNode, { kind: 'scalar' }>, schema: Schema): void {
    const { value } = node;
    if (schema.enum !== undefined && !schema.enum.includes(value)) {
      const known = schema.enum.map(String);
      const meant = typeof value === 'string' ? didYouMean(value, known) : undefined;
      const help = meant === undefined ? '' : `; did you mean \`${meant}\`?`;
      this.#report('VALUE_NOT_ALLOWED', node, `this must be ${quoteList(known)}${help}`, meant);
    }
    if (typeof value === 'string') {
      if (schema.minLength !== undefined && value.length < schema.minLength) {
        this.#report('VALUE_NOT_ALLOWED', node, 'this text is empty; write something, or remove the key');
      }
      if (schema.maxLength !== undefined && lengthOf(value) > schema.maxLength) {
        const text = `this text has ${lengthOf(value)} characters, and at most ${schema.maxLength} are taken`;
        this.#report('VALUE_NOT_ALLOWED', node, text);
      }
      if (schema.pattern !== undefined && !matches(schema.pattern, value)) {
        const isName = schema.pattern.startsWith('^[a-z]');
        const message = isName
          ? 'a name is made of lower-case letters, digits and single underscores, and begins with a letter'
          : `this must look like ${(schema.examples ?? []).map(String).join(' or ')}`;
        this.#report(isName ? 'NAME_INVALID' : 'VALUE_NOT_ALLOWED', node, message);
      }
    }
    if (typeof value === 'number') {
      const { minimum, maximum, exclusiveMinimum } = schema;
      if (!Number.isFinite(value)) this.#report('VALUE_NOT_ALLOWED', node, 'this must be a finite number');
      else if (minimum !== undefined && value < minimum)
        this.#report('VALUE_NOT_ALLOWED', node, `this must be at least ${minimum}`);
      else if (maximum !== undefined && value > maximum)
        this.#report('VALUE_NOT_ALLOWED', node, `this must be at most ${maximum}`);
      else if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) {
        this.#report('VALUE_NOT_ALLOWED', node, `this must be more than ${exclusiveMinimum}`);
      }
    }
  }

  #checkList(node: Extract<YamlNode, { kind: 'list' }>, schema: Schema, file: string): void {
    const count = node.items.length;
    const { minItems = 0, maxItems = Infinity } = schema;
    if (count < minItems || count > maxItems) {
      const wanted =
        minItems === maxItems
          ? `exactly ${minItems}`
          : count < minItems
            ? `at least ${minItems}`
            : `at most ${maxItems}`;
      this.#report('VALUE_NOT_ALLOWED', node, `this list has ${count} items, and needs ${wanted}`);
    }
    if (schema.items !== undefined) for (const item of node.items) this.check(item, schema.items, file);
  }

  #checkMap(node: MapNode, facts: Facts, key: ScalarNode | undefined): void {
    const { schema, file, required, dependent, choices } = facts;
    const { properties, additionalProperties: rest } = schema;
    let unknown = false;
    for (const { key: name, keyNode, value } of node.entries) {
      const property = facts.known.has(name) ? properties![name]! : undefined;
      if (property !== undefined) this.check(value, property, file, keyNode);
      else if (rest === false) {
        unknown = true;
        if (isCommaTail(name, value)) this.#commaTail(node, name, keyNode);
        else this.#unknownKey(name, keyNode, Object.keys(properties ?? {}), node);
      } else {
        if (schema.propertyNames !== undefined) this.#checkName(name, keyNode, schema.propertyNames, file, value);
        if (rest !== undefined) this.check(value, rest, file, keyNode);
      }
    }
    // What is missing is said at the key that has too little, or at the first key of a document.
    const at = key ?? node.entries[0]?.keyNode ?? { start: node.start, end: node.start + 1 };
    for (const name of required) {
      if (unknown || hasKey(node, name)) continue;
      this.#report('KEY_MISSING', at, `\`${name}\` is missing${this.#addition(name, facts)}`);
    }
    for (const [trigger, needed] of dependent) {
      const where = entryOf(node, trigger)?.keyNode;
      if (where === undefined) continue;
      for (const name of needed) {
        if (hasKey(node, name)) continue;
        this.#report('KEY_MISSING', where, `\`${trigger}\` needs \`${name}\`${this.#addition(name, facts)}`);
      }
    }
    if (schema.minProperties !== undefined && node.entries.length < schema.minProperties) {
      this.#report('VALUE_NOT_ALLOWED', at, 'this is empty; write something in it, or remove it');
    }
    if (choices.length > 0) this.#exactlyOne(node, choices, at, unknown);
  }

  #addition(name: string, { schema, file }: Facts): string {
    const property = schema.properties?.[name];
    const example = property === undefined ? undefined : this.#example(property, file);
    return example === undefined ? '' : `; add \`${name}: ${example}\``;
  }

  #example(schema: Schema, file: string): string | undefined {
    const example = schema.examples?.[0] ?? resolveSchema(schema, file).schema.examples?.[0];
    if (example === undefined) return undefined;
    return typeof example === 'string' ? example : JSON.stringify(example);
  }

  #checkName(name: string, keyNode: YamlNode, schema: Schema, file: string, value: YamlNode): void {
    const { pattern } = resolveSchema(schema, file).schema;
    if (pattern === undefined || matches(pattern, name)) return;
    const proper = name
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^[^a-z]+|_+$/g, '');
    const help = matches(pattern, proper) ? `; write \`${proper}\`` : '';
    this.#report(
      'NAME_INVALID',
      keyNode,
      `a name is made of lower-case letters, digits and single underscores, and begins with a letter${help}`,
      matches(pattern, proper) ? proper : undefined,
    );
    this.broken.add(value);
  }

  #unknownKey(name: string, keyNode: YamlNode, known: readonly string[], map: MapNode): void {
    const open = known.filter((candidate) => !hasKey(map, candidate));
    const meant = didYouMean(name, open);
    const shown = open.slice(0, 12);
    const help =
      meant === undefined
        ? shown.length === 0
          ? 'remove it'
          : `known are ${quoteList(shown)}${open.length > shown.length ? ', and others' : ''}`
        : `did you mean \`${meant}\`?`;
    this.#report('KEY_UNKNOWN', keyNode, `\`${name}\` is not known here; ${help}`, meant);
  }

  #commaTail(map: MapNode, name: string, keyNode: YamlNode): void {
    const index = map.entries.findIndex((entry) => entry.keyNode === keyNode);
    const before = map.entries[index - 1];
    const where = before === undefined ? '' : ` of \`${before.key}\``;
    const message = `\`${name}\` is cut off from the text${where} by a comma; put the whole text in "quotes"`;
    this.#report('KEY_UNKNOWN', keyNode, message);
  }

  #exactlyOne(node: MapNode, names: readonly string[], at: { start: number; end: number }, unknown: boolean): void {
    let first: MapEntry | undefined;
    for (const entry of node.entries) {
      if (!names.includes(entry.key)) continue;
      if (first !== undefined) {
        const message = `\`${first.key}\` and \`${entry.key}\` exclude each other; keep one`;
        this.#report('KEYS_CONFLICT', entry.keyNode, message);
        return;
      }
      first = entry;
    }
    if (first === undefined && !unknown) this.#report('KEY_MISSING', at, `one of ${quoteList(names)} is missing`);
  }
}

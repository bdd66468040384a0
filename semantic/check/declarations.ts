/** What the files declare, by name, before anything is known about whether it makes sense. */
import { readSchema } from '../load/read-schemas.js';
import { readYaml } from '../load/read-yaml.js';
import { SourceText } from '../load/source-text.js';
import { childOf, entryOf, type MapNode, type ScalarNode, type YamlNode } from '../load/yaml-node.js';
import { ShapeCheck } from './check-shape.js';
import type { Finding } from './diagnostic.js';

/** Something that has a name. */
export interface Declaration {
  readonly name: string;
  readonly source: SourceText;
  /** Where the name stands. */
  readonly at: { readonly start: number; readonly end: number };
  readonly body: YamlNode;
  /** Not as the schema wants it: it exists, but nothing more is said about it. */
  readonly broken: boolean;
}

export type MemberKind = 'joins' | 'dimensions' | 'measures' | 'filters' | 'hierarchies';
export const memberKinds: readonly MemberKind[] = ['joins', 'dimensions', 'measures', 'filters', 'hierarchies'];

export interface EntityDeclaration extends Declaration {
  readonly body: MapNode;
  readonly members: Readonly<Record<MemberKind, ReadonlyMap<string, Declaration>>>;
  /** Nodes that the schema refused. */
  readonly refused: ReadonlySet<YamlNode>;
}

export interface FileContent {
  readonly source: SourceText;
  readonly findings: readonly Finding[];
  /** The text could not be read as YAML: what it declares is not known. */
  readonly unread: boolean;
  readonly projects: readonly Declaration[];
  readonly entities: readonly EntityDeclaration[];
  readonly metrics: readonly Declaration[];
  readonly policies: readonly Declaration[];
  readonly glossary: readonly Declaration[];
  readonly verifiedQueries: readonly Declaration[];
}

const noMembers: ReadonlyMap<string, Declaration> = new Map();

const isMap = (node: YamlNode | undefined): node is MapNode => node?.kind === 'map';

class Collector {
  readonly #source: SourceText;
  readonly #shape: ShapeCheck;
  readonly projects: Declaration[] = [];
  readonly entities: EntityDeclaration[] = [];
  readonly metrics: Declaration[] = [];
  readonly policies: Declaration[] = [];
  readonly glossary: Declaration[] = [];
  readonly verifiedQueries: Declaration[] = [];

  constructor(source: SourceText, shape: ShapeCheck) {
    this.#source = source;
    this.#shape = shape;
  }

  #declare(name: string, at: { start: number; end: number }, body: YamlNode): Declaration {
    return { name, source: this.#source, at, body, broken: this.#shape.broken.has(body) };
  }

  #members(body: MapNode, kind: MemberKind): ReadonlyMap<string, Declaration> {
    const section = childOf(body, kind);
    if (!isMap(section)) return noMembers;
    return new Map(section.entries.map((entry) => [entry.key, this.#declare(entry.key, entry.keyNode, entry.value)]));
  }

  entity(name: string, at: { start: number; end: number }, body: MapNode): void {
    const members = Object.fromEntries(
      memberKinds.map((kind) => [kind, this.#members(body, kind)]),
    ) as unknown as Record<MemberKind, ReadonlyMap<string, Declaration>>;
    this.entities.push({ ...this.#declare(name, at, body), body, members, refused: this.#shape.broken });
  }

  named(list: Declaration[], section: YamlNode): void {
    if (!isMap(section)) return;
    for (const { key, keyNode, value } of section.entries) list.push(this.#declare(key, keyNode, value));
  }

  document(node: YamlNode): void {
    if (!isMap(node)) {
      this.#shape.check(node, readSchema('document'), 'document');
      return;
    }
    const entity = entryOf(node, 'entity');
    if (entity !== undefined) {
      this.#shape.check(node, readSchema('entity'), 'entity');
      const { value } = entity;
      if (value.kind === 'scalar' && typeof value.value === 'string') this.entity(value.value, value, node);
      return;
    }
    this.#shape.check(node, readSchema('document'), 'document');
    for (const { key, keyNode, value } of node.entries) {
      if (key === 'entities' && isMap(value)) {
        for (const one of value.entries) if (isMap(one.value)) this.entity(one.key, one.keyNode, one.value);
      } else if (key === 'project') this.projects.push(this.#declare('project', keyNode, value));
      else if (key === 'metrics') this.named(this.metrics, value);
      else if (key === 'glossary') this.named(this.glossary, value);
      else if (key === 'verified_queries') this.named(this.verifiedQueries, value);
      else if (key === 'policies' && value.kind === 'list') {
        for (const item of value.items) {
          const name = isMap(item) ? childOf(item, 'name') : undefined;
          if (name?.kind === 'scalar' && typeof name.value === 'string') {
            this.policies.push(this.#declare(name.value, name as ScalarNode, item));
          }
        }
      }
    }
  }
}

/** Reads one file: YAML, shape, names. Depends on nothing but its text. */
export const readDeclarations = (file: string, text: string): FileContent => {
  const source = new SourceText(file, text);
  const { documents, problems } = readYaml(source.text);
  const shape = new ShapeCheck(source);
  const collector = new Collector(source, shape);
  for (const document of documents) collector.document(document);
  const findings: Finding[] = problems.map(({ code, start, end, message, related }) => ({
    code,
    message,
    place: { source, start, end },
    ...(related === undefined ? {} : { related: [{ message: related.message, place: { source, ...related } }] }),
  }));
  return {
    source,
    findings: [...findings, ...shape.findings],
    unread: problems.length > 0,
    projects: collector.projects,
    entities: collector.entities,
    metrics: collector.metrics,
    policies: collector.policies,
    glossary: collector.glossary,
    verifiedQueries: collector.verifiedQueries,
  };
};

/**
 * Files to a model, or diagnostics. Pure: the same files give the same model, whatever was compiled before. A compiler
 * keeps what it learnt of each file, entity and metric (that is its only state), so that after an edit it looks again
 * only at what the edit can have changed. What has diagnostics is always looked at again.
 */
import type { Catalogue } from '../../core/plugin/contract.js';
import { loadQueryParser } from '../../core/sql/parse-query.js';
import { SourceText, wholeFolder } from '../load/source-text.js';
import type { Entity, GlossaryTerm, Metric, Model, Policy, Project, VerifiedQuery } from '../model/model.js';
import { checkBeneath } from './check-beneath.js';
import { type ClosingPolicy, closeBroken } from './closing-policies.js';
import { compileEntity, reservedNames } from './compile-entity.js';
import { compileTerm, compileVerifiedQuery, Members } from './compile-knowledge.js';
import { compileMetrics } from './compile-metrics.js';
import { compilePolicy } from './compile-policy.js';
import { compileProject, newerVersion } from './compile-project.js';
import { type Declaration, type EntityDeclaration, type FileContent, readDeclarations } from './declarations.js';
import { type Diagnostic, type Finding, finishDiagnostics } from './diagnostic.js';
import { type Footing, looksSame, sameFooting } from './entity-footing.js';
import { EntityUnit } from './entity-unit.js';
import { hashSections } from './hash-model.js';
import { KnownTables } from './known-tables.js';
import { MetricNames } from './metric-names.js';
import type { MetricUnit } from './metric-unit.js';
import { deepFreeze, textAt } from './read-fields.js';
import { piiPolicies } from './pii-policies.js';
import { childOf } from '../load/yaml-node.js';
import type { SourceTables } from './source-columns.js';
import { type SampledClasses, suggestPii } from './suggest-pii.js';
import type { InverseJoin, World } from './world.js';

export interface CompileOptions {
  /** What the project's database holds; takes the place of a recorded `catalogue.json`. */
  readonly catalogue?: Catalogue;
  /** The same for other connections, by name. */
  readonly catalogues?: Readonly<Record<string, Catalogue>>;
  /** What was found in samples of values. */
  readonly sampled?: SampledClasses;
  /** Findings from reading the folder, to be reported along. */
  readonly findings?: readonly Finding[];
  /** Files whose policy closes its entities where it does not compile. Of two policies with one name, theirs gives way. */
  readonly closing?: ReadonlyMap<string, ClosingPolicy>;
}

const noneCloses: ReadonlyMap<string, ClosingPolicy> = new Map();

export interface Compilation {
  /** `null` when there are errors; then the last good model stays in use. */
  readonly model: Model | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly stats: CompileStats;
}

export interface CompileStats {
  readonly files: number;
  readonly entities: number;
  readonly metrics: number;
  /** How many of them were looked at anew. */
  readonly read_files: number;
  readonly checked_entities: number;
  readonly checked_metrics: number;
}

const isYaml = (file: string): boolean => /\.ya?ml$/i.test(file);
const noInverses: ReadonlyMap<string, InverseJoin> = new Map();
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export class Compiler implements World {
  project: Project = compileProject(undefined, []);
  #contents = new Map<string, { readonly text: string; readonly content: FileContent }>();
  readonly #knownTables = new KnownTables();
  #tables: ReadonlyMap<string, SourceTables | null> = new Map();
  #footings = new Map<string, Footing>();
  #units = new Map<string, EntityUnit>();
  #metricUnits: ReadonlyMap<string, MetricUnit> = new Map();
  #inverses = new Map<string, Map<string, InverseJoin>>();
  #unread: readonly string[] = [];
  #names = new MetricNames(new Map(), new Map());
  readonly #orders = new Map<string, readonly string[]>();

  /** A compiler that also parses SQL: the parser is loaded first. */
  static async create(): Promise<Compiler> {
    await loadQueryParser();
    return new Compiler();
  }

  // What units ask of the model around them.

  entity(name: string): EntityUnit | undefined {
    return this.#units.get(name);
  }

  entityNames(): Iterable<string> {
    return this.#units.keys();
  }

  inverses(entity: string): ReadonlyMap<string, InverseJoin> {
    return this.#inverses.get(entity) ?? noInverses;
  }

  mayExist(name: string): boolean {
    if (this.#unread.length === 0) return false;
    const words = name.split('.').map((word) => word.replace(/[^\p{L}\p{N}_ ]/gu, ''));
    return this.#unread.some((text) =>
      words.some((word) => word !== '' && new RegExp(`(?<![\\p{L}\\p{N}_])${word}(?![\\p{L}\\p{N}_])`, 'u').test(text)),
    );
  }

  tables(declaration: EntityDeclaration): SourceTables | null {
    const connection = textAt(declaration.body, 'connection');
    const own = connection === null || connection === this.project.connection ? '' : connection;
    return this.#tables.get(own) ?? null;
  }

  /**
   * Compiles the files of a model.
   * @param files text by name; other names than `*.yaml`, `*.yml` and `catalogue*.json` are passed over
   */
  compile(files: ReadonlyMap<string, string>, options: CompileOptions = {}): Compilation {
    const findings: Finding[] = [...(options.findings ?? [])];
    const { closing = noneCloses } = options;
    const last = (name: string): number => (closing.has(name) ? 1 : 0);
    const names = [...files.keys()].filter(isYaml).sort((a, b) => last(a) - last(b) || compareText(a, b));
    const { contents, read } = this.#read(names, files);
    for (const { findings: found } of contents) findings.push(...found);
    this.#unread = contents.filter(({ unread }) => unread).map(({ source }) => source.text);

    const projects = contents.flatMap((content) => content.projects);
    const newer = projects.flatMap((declaration) => newerVersion(declaration) ?? []);
    if (newer.length > 0) return this.#finish(null, newer, { files: names.length, read });

    if (names.length === 0 && findings.length === 0) {
      const message = 'there are no YAML files in the folder; write `entity: …` into a first one, `orders.yaml`';
      const place = { source: new SourceText(wholeFolder, ''), start: 0, end: 0 };
      findings.push({ code: 'FOLDER_EMPTY', message, place });
    }
    for (const second of projects.slice(1)) {
      findings.push(this.#taken(second, projects[0]!, 'there is a `project` already; a model has one'));
    }
    this.project = compileProject(projects[0], findings);
    const given = { ...options.catalogues, ...(options.catalogue === undefined ? {} : { '': options.catalogue }) };
    this.#tables = this.#knownTables.read(files, given, findings);

    const entities = this.#unique(
      contents.flatMap((content) => content.entities),
      'entity',
      findings,
    );
    const metrics = this.#unique(
      contents.flatMap((content) => content.metrics),
      'metric',
      findings,
    );
    const checkedEntities = this.#compileEntities(entities);
    for (const unit of this.#units.values()) {
      if (unit.findings.length > 0) findings.push(...unit.findings);
      findings.push(...suggestPii(unit, options.sampled));
    }
    this.#checkReserved(entities, metrics, findings);
    this.#names = new MetricNames(metrics, this.#units);
    const { units, checked: checkedMetrics } = compileMetrics(
      metrics,
      this.#names,
      this.#metricUnits,
      (name) => this.mayExist(name),
      findings,
    );
    this.#metricUnits = units;

    const members = new Members(this, this.#names);
    const policyDeclarations = this.#unique(
      contents.flatMap((content) => content.policies),
      'policy',
      findings,
    );
    const policies = this.#compileAll(policyDeclarations, (one) => compilePolicy(one, this, findings));
    const terms = this.#unique(
      contents.flatMap((content) => content.glossary),
      'term',
      findings,
    );
    const glossary = this.#compileAll(terms, (one) => compileTerm(one, members, findings));
    const queries = this.#unique(
      contents.flatMap((content) => content.verifiedQueries),
      'verified query',
      findings,
    );
    const verified = this.#compileAll(queries, (one) => compileVerifiedQuery(one, members, findings));

    const counts = {
      files: names.length,
      read,
      entities: entities.size,
      metrics: metrics.size,
      checkedEntities,
      checkedMetrics,
    };
    const closed = closeBroken(findings, closing, (name) => entities.has(name));
    for (const policy of closed.policies) policies.set(policy.name, deepFreeze(policy));
    return this.#finish({ glossary, verified, policies }, closed.findings, counts);
  }

  #read(names: readonly string[], files: ReadonlyMap<string, string>): { contents: FileContent[]; read: number } {
    const next = new Map<string, { readonly text: string; readonly content: FileContent }>();
    let read = 0;
    for (const file of names) {
      const text = files.get(file)!;
      const before = this.#contents.get(file);
      if (before?.text === text) next.set(file, before);
      else {
        read += 1;
        next.set(file, { text, content: readDeclarations(file, text) });
      }
    }
    this.#contents = next;
    return { contents: [...next.values()].map(({ content }) => content), read };
  }

  #taken(second: Declaration, first: Declaration, message: string): Finding {
    return {
      code: 'NAME_TAKEN',
      message,
      place: { source: second.source, ...second.at },
      related: [{ message: 'the first one', place: { source: first.source, ...first.at } }],
    };
  }

  #unique<One extends Declaration>(declarations: readonly One[], what: string, findings: Finding[]): Map<string, One> {
    const found = new Map<string, One>();
    for (const declaration of declarations) {
      const first = found.get(declaration.name);
      if (first === undefined) found.set(declaration.name, declaration);
      else {
        const { line } = first.source.position(first.at.start);
        const message = `there is ${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what} \`${declaration.name}\` already, in ${first.source.file} line ${line}; choose another name, or remove one`;
        findings.push(this.#taken(declaration, first, message));
      }
    }
    return found;
  }

  #indexInverses(entities: ReadonlyMap<string, EntityDeclaration>): void {
    this.#inverses = new Map();
    for (const { name, members } of entities.values()) {
      for (const join of members.joins.values()) {
        const inverse = textAt(join.body, 'inverse');
        const to = inverse === null ? null : textAt(join.body, 'to');
        if (inverse === null || to === null) continue;
        const known = this.#inverses.get(to) ?? new Map<string, InverseJoin>();
        if (!known.has(inverse)) known.set(inverse, { from: name, join });
        this.#inverses.set(to, known);
      }
    }
  }

  #compileEntities(entities: ReadonlyMap<string, EntityDeclaration>): number {
    this.#indexInverses(entities);
    const footings = new Map<string, Footing>();
    for (const [name, declaration] of entities) {
      footings.set(name, { declaration, inverses: this.inverses(name), tables: this.tables(declaration) });
    }
    const stale = new Set<string>();
    const changed = new Set<string>();
    for (const name of new Set([...footings.keys(), ...this.#footings.keys()])) {
      const unit = this.#units.get(name);
      const clean = unit !== undefined && unit.findings.length === 0;
      if (clean && sameFooting(footings.get(name), this.#footings.get(name))) continue;
      stale.add(name);
      if (!clean || !looksSame(footings.get(name), this.#footings.get(name))) changed.add(name);
    }
    // What a unit consulted holds what those consulted in turn: one round is enough.
    for (const unit of this.#units.values()) {
      for (const name of unit.consulted) if (changed.has(name) || !footings.has(name)) stale.add(unit.name);
    }
    this.#footings = footings;
    const before = this.#units;
    this.#units = new Map();
    const fresh: EntityUnit[] = [];
    for (const [name, declaration] of entities) {
      const kept = stale.has(name) ? undefined : before.get(name);
      const unit = kept ?? new EntityUnit(declaration, this);
      if (kept === undefined) fresh.push(unit);
      this.#units.set(name, unit);
    }
    for (const unit of fresh) compileEntity(unit);
    return fresh.length;
  }

  #checkReserved(
    entities: ReadonlyMap<string, Declaration>,
    metrics: ReadonlyMap<string, Declaration>,
    findings: Finding[],
  ): void {
    for (const [name, meaning] of Object.entries(reservedNames)) {
      for (const declaration of [entities.get(name), metrics.get(name)]) {
        if (declaration === undefined) continue;
        const place = { source: declaration.source, ...declaration.at };
        findings.push({ code: 'NAME_RESERVED', message: `\`${name}\` cannot be used as a name: ${meaning}`, place });
      }
    }
  }

  #compileAll<Value extends object>(
    declarations: ReadonlyMap<string, Declaration>,
    compile: (declaration: Declaration) => Value | null,
  ): Map<string, Value> {
    const compiled = new Map<string, Value>();
    for (const [name, declaration] of declarations) {
      const value = compile(declaration);
      if (value !== null) compiled.set(name, deepFreeze(value));
    }
    return compiled;
  }

  /** As `sortedRecord`, but the order of the names is kept while they stay the same. */
  #record<Value>(section: string, values: ReadonlyMap<string, Value>): Readonly<Record<string, Value>> {
    let order = this.#orders.get(section);
    if (order === undefined || order.length !== values.size || !order.every((name) => values.has(name))) {
      order = [...values.keys()].sort(compareText);
      this.#orders.set(section, order);
    }
    const record: Record<string, Value> = Object.create(null);
    for (const name of order) record[name] = values.get(name)!;
    return Object.freeze(record);
  }

  #checkBeneath(model: Model): readonly Finding[] {
    if (this.#tables.size === 0 || Object.keys(model.policies).length === 0) return [];
    const connectionOf = (connection: string | null): string =>
      connection === null || connection === this.project.connection ? '' : connection;
    return checkBeneath(
      model,
      (connection) => this.#tables.get(connectionOf(connection))?.lineage ?? null,
      connectionOf,
      (name) => {
        const { declaration } = this.#units.get(name)!;
        const { start, end } = childOf(declaration.body, 'table') ?? childOf(declaration.body, 'sql') ?? declaration.at;
        return { source: declaration.source, start, end };
      },
    );
  }

  #finish(
    knowledge: {
      readonly glossary: ReadonlyMap<string, GlossaryTerm>;
      readonly verified: ReadonlyMap<string, VerifiedQuery>;
      readonly policies: ReadonlyMap<string, Policy>;
    } | null,
    findings: readonly Finding[],
    counts: Partial<Record<'files' | 'read' | 'entities' | 'metrics' | 'checkedEntities' | 'checkedMetrics', number>>,
  ): Compilation {
    const stats: CompileStats = {
      files: counts.files ?? 0,
      entities: counts.entities ?? 0,
      metrics: counts.metrics ?? 0,
      read_files: counts.read ?? 0,
      checked_entities: counts.checkedEntities ?? 0,
      checked_metrics: counts.checkedMetrics ?? 0,
    };
    const diagnostics = finishDiagnostics(findings);
    if (knowledge === null || diagnostics.some(({ severity }) => severity === 'error')) {
      return { model: null, diagnostics, stats };
    }
    const entities = new Map<string, Entity>();
    for (const [name, { entity }] of this.#units) entities.set(name, entity!);
    const metrics = new Map<string, Metric>();
    for (const [name, { metric }] of this.#metricUnits) metrics.set(name, metric!);
    const policies = new Map(knowledge.policies);
    for (const policy of piiPolicies(this.project.pii, entities.values()))
      policies.set(policy.name, deepFreeze(policy));
    const sections = {
      entities: this.#record('entities', entities),
      metrics: this.#record('metrics', metrics),
      glossary: this.#record('glossary', knowledge.glossary),
      verified_queries: this.#record('verified_queries', knowledge.verified),
      policies: this.#record('policies', policies),
    };
    const hash = hashSections({ ...sections, project: { project: this.project } });
    const model: Model = Object.freeze({ format: 1, hash, project: this.project, ...sections });
    const reached = this.#checkBeneath(model);
    return {
      model,
      diagnostics: reached.length === 0 ? diagnostics : finishDiagnostics([...findings, ...reached]),
      stats,
    };
  }
}

/** Compiles once, without memory. SQL is parsed when `loadQueryParser` was awaited before. */
export const compile = (files: ReadonlyMap<string, string>, options: CompileOptions = {}): Compilation =>
  new Compiler().compile(files, options);

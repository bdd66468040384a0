/**
 * Files to a model, or diagnostics. Pure: the same files give the same model, whatever was compiled before. A compiler
 * keeps what it learnt of each file, entity and metric (that is its only state), so that after an edit it looks again
 * only at what the edit can have changed. What has diagnostics is always looked at again.
 */
import type { Catalogue } from '../../core/plugin/contract.js';
import { loadQueryParser } from '../../core/sql/parse-query.js';
import { SourceText } from '../load/source-text.js';
import { childOf, plainValue } from '../load/yaml-node.js';
import type { Entity, GlossaryTerm, Metric, Model, Policy, Project, VerifiedQuery } from '../model/model.js';
import { compileEntity, reservedNames } from './compile-entity.js';
import { compileTerm, compileVerifiedQuery, Members } from './compile-knowledge.js';
import { compilePolicy } from './compile-policy.js';
import { compileProject, newerVersion } from './compile-project.js';
import { type Declaration, type EntityDeclaration, type FileContent, readDeclarations } from './declarations.js';
import { type Diagnostic, type Finding, finishDiagnostics } from './diagnostic.js';
import { EntityUnit } from './entity-unit.js';
import { hashSections } from './hash-model.js';
import { MetricNames, type Resolution } from './metric-names.js';
import { type MetricSummary, MetricUnit, type MetricWorld } from './metric-unit.js';
import { catalogueConnection, readCatalogue } from './read-catalogue.js';
import { deepFreeze, textAt } from './read-fields.js';
import { SourceTables } from './source-columns.js';
import type { InverseJoin, World } from './world.js';

export interface CompileOptions {
  /** What the project's database holds; takes the place of a recorded `catalogue.json`. */
  readonly catalogue?: Catalogue;
  /** The same for other connections, by name. */
  readonly catalogues?: Readonly<Record<string, Catalogue>>;
  /** Findings from reading the folder, to be reported along. */
  readonly findings?: readonly Finding[];
}

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

interface RecordedTables {
  readonly text: string;
  readonly tables: SourceTables | null;
  readonly findings: readonly Finding[];
}

const isYaml = (file: string): boolean => /\.ya?ml$/i.test(file);
const noInverses: ReadonlyMap<string, InverseJoin> = new Map();

const sameInverse = (a: InverseJoin, b: InverseJoin | undefined): boolean =>
  b !== undefined &&
  a.from === b.from &&
  (a.join === b.join || JSON.stringify(plainValue(a.join.body)) === JSON.stringify(plainValue(b.join.body)));

const sameInverses = (a: ReadonlyMap<string, InverseJoin>, b: ReadonlyMap<string, InverseJoin>): boolean =>
  a === b || (a.size === b.size && [...a].every(([name, inverse]) => sameInverse(inverse, b.get(name))));

/** What an entity rests on besides others. */
interface Footing {
  readonly declaration: EntityDeclaration;
  readonly inverses: ReadonlyMap<string, InverseJoin>;
  readonly tables: SourceTables | null;
}

const sameFooting = (a: Footing | undefined, b: Footing | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.declaration === b.declaration &&
    a.tables === b.tables &&
    sameInverses(a.inverses, b.inverses));

/** What other entities can have been told: measures and descriptions are not among it. */
const outsideKeys = ['entity', 'table', 'sql', 'connection', 'key', 'joins', 'dimensions'] as const;

const looksSame = (a: Footing | undefined, b: Footing | undefined): boolean => {
  if (a === undefined || b === undefined || a.tables !== b.tables || !sameInverses(a.inverses, b.inverses))
    return false;
  return outsideKeys.every((key) => {
    const [one, other] = [childOf(a.declaration.body, key), childOf(b.declaration.body, key)];
    return (
      one === other ||
      (one !== undefined &&
        other !== undefined &&
        JSON.stringify(plainValue(one)) === JSON.stringify(plainValue(other)))
    );
  });
};

const sameMeaning = (a: Resolution, b: Resolution): boolean =>
  a.kind === b.kind &&
  (a.kind === 'metric' && b.kind === 'metric'
    ? a.declaration === b.declaration
    : a.kind === 'measure' && b.kind === 'measure'
      ? a.unit === b.unit && a.declaration === b.declaration
      : false);

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Metrics are built on metrics so many times over, at most. */
const deepestMetric = 60;

export class Compiler implements World {
  project: Project = compileProject(undefined, []);
  #contents = new Map<string, { readonly text: string; readonly content: FileContent }>();
  #recorded = new Map<string, RecordedTables>();
  readonly #given = new WeakMap<Catalogue, SourceTables>();
  #tables = new Map<string, SourceTables | null>();
  #footings = new Map<string, Footing>();
  #units = new Map<string, EntityUnit>();
  #metricUnits = new Map<string, MetricUnit>();
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
    const names = [...files.keys()].filter(isYaml).sort(compareText);
    const { contents, read } = this.#read(names, files);
    for (const { findings: found } of contents) findings.push(...found);
    this.#unread = contents.filter(({ unread }) => unread).map(({ source }) => source.text);

    const projects = contents.flatMap((content) => content.projects);
    const newer = projects.flatMap((declaration) => newerVersion(declaration) ?? []);
    if (newer.length > 0) return this.#finish(null, newer, { files: names.length, read });

    if (names.length === 0 && findings.length === 0) {
      const message = 'there are no YAML files in the folder; write `entity: …` into a first one, `orders.yaml`';
      const place = { source: new SourceText('.', ''), start: 0, end: 0 };
      findings.push({ code: 'FOLDER_EMPTY', message, place });
    }
    for (const second of projects.slice(1)) {
      findings.push(this.#taken(second, projects[0]!, 'there is a `project` already; a model has one'));
    }
    this.project = compileProject(projects[0], findings);
    this.#readTables(files, options, findings);

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
    for (const unit of this.#units.values()) if (unit.findings.length > 0) findings.push(...unit.findings);
    this.#checkReserved(entities, metrics, findings);
    const checkedMetrics = this.#compileMetrics(metrics, findings);

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
    return this.#finish({ glossary, verified, policies }, findings, counts);
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

  #readTables(files: ReadonlyMap<string, string>, options: CompileOptions, findings: Finding[]): void {
    const tables = new Map<string, SourceTables | null>();
    const recorded = new Map<string, RecordedTables>();
    for (const file of [...files.keys()].sort(compareText)) {
      const connection = catalogueConnection(file);
      if (connection === undefined) continue;
      const text = files.get(file)!;
      let known = this.#recorded.get(file);
      if (known?.text !== text) {
        const found: Finding[] = [];
        const catalogue = readCatalogue(new SourceText(file, text), found);
        known = { text, tables: catalogue === null ? null : new SourceTables(catalogue), findings: found };
      }
      recorded.set(file, known);
      findings.push(...known.findings);
      tables.set(connection, known.tables);
    }
    this.#recorded = recorded;
    const given = Object.entries({
      ...options.catalogues,
      ...(options.catalogue === undefined ? {} : { '': options.catalogue }),
    });
    for (const [connection, catalogue] of given) {
      let known = this.#given.get(catalogue);
      if (known === undefined) {
        known = new SourceTables(catalogue);
        this.#given.set(catalogue, known);
      }
      tables.set(connection, known);
    }
    this.#tables = tables;
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

  #compileMetrics(metrics: ReadonlyMap<string, Declaration>, findings: Finding[]): number {
    this.#names = new MetricNames(metrics, this.#units);
    const before = this.#metricUnits;
    const units = new Map<string, MetricUnit>();
    const compiling: string[] = [];
    const validity = new Map<string, boolean>();
    const isValid = (name: string, depth: number): boolean => {
      const known = validity.get(name);
      if (known !== undefined) return known;
      const unit = before.get(name);
      validity.set(name, false);
      const valid =
        unit !== undefined &&
        depth < deepestMetric &&
        unit.findings.length === 0 &&
        unit.declaration === metrics.get(name) &&
        this.#stillMeans(unit, (key) => isValid(key, depth + 1));
      validity.set(name, valid);
      return valid;
    };
    let checked = 0;
    const compileOne = (name: string, declaration: Declaration): MetricUnit => {
      const done = units.get(name);
      if (done !== undefined) return done;
      if (isValid(name, 0)) {
        const kept = before.get(name)!;
        units.set(name, kept);
        return kept;
      }
      checked += 1;
      const unit = new MetricUnit(declaration, world);
      compiling.push(name);
      unit.compile();
      compiling.pop();
      units.set(name, unit);
      return unit;
    };
    const world: MetricWorld = {
      names: this.#names,
      mayExist: (name) => this.mayExist(name),
      compiling,
      summary: (name): MetricSummary | null | 'cycle' => {
        const declaration = metrics.get(name);
        if (declaration === undefined) return null;
        if (compiling.includes(name) || compiling.length > deepestMetric) return 'cycle';
        return compileOne(name, declaration).summary;
      },
    };
    for (const [name, declaration] of metrics) {
      const unit = compileOne(name, declaration);
      if (unit.findings.length > 0) findings.push(...unit.findings);
      this.#checkShadow(name, unit, findings);
    }
    this.#metricUnits = units;
    return checked;
  }

  #stillMeans(unit: MetricUnit, isValid: (name: string) => boolean): boolean {
    for (const [key, meaning] of unit.meanings) {
      const now = key.startsWith('=') ? this.#names.resolveMeasure(key.slice(1)) : this.#names.resolve(key);
      if (!sameMeaning(meaning, now) || (now.kind === 'metric' && !isValid(key))) return false;
    }
    return true;
  }

  /** A metric that is the measure of its name, and no more, hides nothing. */
  #checkShadow(name: string, { metric, declaration }: MetricUnit, findings: Finding[]): void {
    if (metric === null || !this.#names.hasMeasure(name)) return;
    if (metric.kind === 'simple' && metric.where === null && metric.measure.measure === name) return;
    const found = this.#names.resolveMeasure(name);
    const choices =
      found.kind === 'measure' ? [`${found.unit.name}.${name}`] : found.kind === 'ambiguous' ? found.choices : [];
    findings.push({
      code: 'METRIC_SHADOWS_MEASURE',
      message: `the measure of this name is reached as ${choices.map((choice) => `\`${choice}\``).join(' or ')} only; rename one`,
      place: { source: declaration.source, ...declaration.at },
    });
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

  #finish(
    knowledge: {
      readonly glossary: ReadonlyMap<string, GlossaryTerm>;
      readonly verified: ReadonlyMap<string, VerifiedQuery>;
      readonly policies: ReadonlyMap<string, Policy>;
    } | null,
    findings: readonly Finding[],
    counts: Partial<Record<'files' | 'read' | 'entities' | 'metrics' | 'checkedEntities' | 'checkedMetrics', number>>,
  ): Compilation {
    const diagnostics = finishDiagnostics(findings);
    const stats: CompileStats = {
      files: counts.files ?? 0,
      entities: counts.entities ?? 0,
      metrics: counts.metrics ?? 0,
      read_files: counts.read ?? 0,
      checked_entities: counts.checkedEntities ?? 0,
      checked_metrics: counts.checkedMetrics ?? 0,
    };
    if (knowledge === null || diagnostics.some(({ severity }) => severity === 'error')) {
      return { model: null, diagnostics, stats };
    }
    const entities = new Map<string, Entity>();
    for (const [name, { entity }] of this.#units) entities.set(name, entity!);
    const metrics = new Map<string, Metric>();
    for (const [name, { metric }] of this.#metricUnits) metrics.set(name, metric!);
    const sections = {
      entities: this.#record('entities', entities),
      metrics: this.#record('metrics', metrics),
      glossary: this.#record('glossary', knowledge.glossary),
      verified_queries: this.#record('verified_queries', knowledge.verified),
      policies: this.#record('policies', knowledge.policies),
    };
    const hash = hashSections({ ...sections, project: { project: this.project } });
    return { model: Object.freeze({ format: 1, hash, project: this.project, ...sections }), diagnostics, stats };
  }
}

/** Compiles once, without memory. SQL is parsed when `loadQueryParser` was awaited before. */
export const compile = (files: ReadonlyMap<string, string>, options: CompileOptions = {}): Compilation =>
  new Compiler().compile(files, options);

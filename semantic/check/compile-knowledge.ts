/** Glossary and verified queries: what people say about the model, held to what is in it. */
import { didYouMean } from '../../core/config/did-you-mean.js';
import { isDate } from '../../core/sql/iso-moment.js';
import { childOf, type MapNode, plainValue, type ScalarNode, type YamlNode } from '../load/yaml-node.js';
import type { GlossaryTerm, VerifiedQuery } from '../model/model.js';
import type { DiagnosticCode } from './catalogue.js';
import { checkSql } from './compile-entity.js';
import type { Declaration } from './declarations.js';
import { type Finding, hasErrors } from './diagnostic.js';
import type { EntityUnit } from './entity-unit.js';
import type { MetricNames } from './metric-names.js';
import { asMap, asScalar, labelOf, readDescribed, scalarAt, textAt, textNodes } from './read-fields.js';
import type { World } from './world.js';

/** A report that speaks of one declaration. */
type Report = (
  code: DiagnosticCode,
  node: { start: number; end: number },
  message: string,
  suggestion?: string,
) => void;

const reporter =
  (declaration: Declaration, findings: Finding[]): Report =>
  (code, node, message, suggestion) => {
    const place = { source: declaration.source, start: node.start, end: node.end };
    findings.push(suggestion === undefined ? { code, place, message } : { code, place, message, suggestion });
  };

const hasMember = (unit: EntityUnit, name: string): boolean =>
  Object.values(unit.declaration.members).some((members) => members.has(name));

/** Names of the model, for glossary and queries. */
export class Members {
  readonly world: World;
  readonly metrics: MetricNames;
  #dimensionIndex: ReadonlyMap<string, readonly string[]> | undefined;
  #filterIndex: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(world: World, metrics: MetricNames) {
    this.world = world;
    this.metrics = metrics;
  }

  get #dimensions(): ReadonlyMap<string, readonly string[]> {
    this.#dimensionIndex ??= this.#index('dimensions');
    return this.#dimensionIndex;
  }

  get #filters(): ReadonlyMap<string, readonly string[]> {
    this.#filterIndex ??= this.#index('filters');
    return this.#filterIndex;
  }

  /** The entities that have a member of a name. */
  #index(kind: 'dimensions' | 'filters'): ReadonlyMap<string, readonly string[]> {
    const index = new Map<string, string[]>();
    for (const entity of this.world.entityNames()) {
      for (const name of this.world.entity(entity)!.declaration.members[kind].keys()) {
        index.set(name, [...(index.get(name) ?? []), entity]);
      }
    }
    return index;
  }

  isDimension(name: string): boolean {
    if (name === 'metric_time') return true;
    const parts = name.split('.');
    if (parts.length === 1) return this.#dimensions.has(name);
    return this.#walk(parts);
  }

  /** A path begins with an entity, or with a join of any. */
  #walk(parts: readonly string[]): boolean {
    const [first = '', ...rest] = parts;
    const start = this.world.entity(first);
    if (start !== undefined && this.#walkFrom(start, rest)) return true;
    for (const name of this.world.entityNames()) {
      const unit = this.world.entity(name)!;
      const step = unit.step(first);
      if (step === null) return true;
      const next = step === undefined ? undefined : this.world.entity(step.to);
      if (next !== undefined && this.#walkFrom(next, rest)) return true;
    }
    return false;
  }

  #walkFrom(start: EntityUnit, parts: readonly string[]): boolean {
    let unit = start;
    for (const part of parts.slice(0, -1)) {
      const step = unit.step(part);
      if (step === undefined) return false;
      if (step === null) return true;
      const next = this.world.entity(step.to);
      if (next === undefined) return true;
      unit = next;
    }
    return unit.declaration.members.dimensions.has(parts.at(-1) ?? '');
  }

  isFilter(name: string): boolean {
    const dot = name.indexOf('.');
    if (dot === -1) return this.#filters.has(name);
    return this.world.entity(name.slice(0, dot))?.declaration.members.filters.has(name.slice(dot + 1)) ?? false;
  }

  isHierarchy(name: string): boolean {
    const dot = name.indexOf('.');
    if (dot !== -1) {
      return this.world.entity(name.slice(0, dot))?.declaration.members.hierarchies.has(name.slice(dot + 1)) ?? false;
    }
    for (const entity of this.world.entityNames()) {
      if (this.world.entity(entity)!.declaration.members.hierarchies.has(name)) return true;
    }
    return false;
  }

  suggestDimension(name: string): string | undefined {
    const dot = name.lastIndexOf('.');
    if (dot === -1) return didYouMean(name, [...this.#dimensions.keys(), 'metric_time']);
    const unit = this.world.entity(name.slice(0, dot));
    const member = unit && didYouMean(name.slice(dot + 1), unit.declaration.members.dimensions.keys());
    if (member !== undefined) return `${name.slice(0, dot)}.${member}`;
    const first = name.split('.')[0]!;
    const entity = didYouMean(first, this.world.entityNames());
    return entity === undefined || entity === first ? undefined : `${entity}${name.slice(first.length)}`;
  }

  suggestFilter(name: string): string | undefined {
    const all = [...this.#filters].flatMap(([filter, entities]) => [
      filter,
      ...entities.map((entity) => `${entity}.${filter}`),
    ]);
    return didYouMean(name, all);
  }
}

/** The qualified name of what a term is about: a metric, an entity, or `entity.member`. */
const resolveReference = (name: string, members: Members): string | undefined => {
  if (members.metrics.isMetric(name) || members.world.entity(name) !== undefined) return name;
  const dot = name.indexOf('.');
  if (dot !== -1) {
    const unit = members.world.entity(name.slice(0, dot));
    return unit !== undefined && hasMember(unit, name.slice(dot + 1)) ? name : undefined;
  }
  const found = members.metrics.resolveMeasure(name);
  return found.kind === 'measure' ? `${found.unit.name}.${name}` : undefined;
};

export const compileTerm = (declaration: Declaration, members: Members, findings: Finding[]): GlossaryTerm | null => {
  const { body, broken, name } = declaration;
  if (broken || body.kind !== 'map') return null;
  const report = reporter(declaration, findings);
  const nodes = textNodes(childOf(body, 'refers_to'));
  const refers = nodes.flatMap((node) => {
    const found = resolveReference(node.text, members);
    if (found !== undefined || members.world.mayExist(node.text)) return found ?? [];
    const ambiguous = members.metrics.resolve(node.text);
    const meant =
      members.metrics.suggest(node.text) ??
      didYouMean(node.text, members.world.entityNames()) ??
      members.suggestDimension(node.text);
    const help =
      ambiguous.kind === 'ambiguous'
        ? `write ${ambiguous.choices.join(' or ')}`
        : members.isDimension(node.text)
          ? `write \`entity.${node.text}\``
          : meant === undefined
            ? 'write a metric, an entity, or `entity.member`'
            : `did you mean \`${meant}\`?`;
    report(
      'REFERENCE_UNKNOWN',
      node,
      `\`${node.text}\` is not in the model; ${help}`,
      ambiguous.kind === 'ambiguous' ? undefined : meant,
    );
    return [];
  });
  if (refers.length < nodes.length) return null;
  const described = readDescribed(declaration);
  return {
    ...described,
    label: textAt(body, 'label') ?? (name === name.toLowerCase() ? labelOf(name) : name),
    refers_to: refers,
  };
};

class QueryCheck {
  readonly #members: Members;
  readonly #report: Report;
  readonly #columns = new Set<string>();

  constructor(members: Members, report: Report) {
    this.#members = members;
    this.#report = report;
  }

  #unknown(node: ScalarNode, what: string, meant: string | undefined): void {
    if (this.#members.world.mayExist(node.text)) return;
    const help = meant === undefined ? '' : `; did you mean \`${meant}\`?`;
    this.#report('QUERY_MEMBER_UNKNOWN', node, `there is no ${what} \`${node.text}\`${help}`, meant);
  }

  #metric(node: ScalarNode): void {
    const found = this.#members.metrics.resolve(node.text);
    this.#columns.add(node.text);
    if (found.kind === 'unknown') this.#unknown(node, 'metric or measure', this.#members.metrics.suggest(node.text));
    if (found.kind === 'ambiguous') {
      const choices = found.choices.map((choice) => `\`${choice}\``).join(' or ');
      this.#report('METRIC_AMBIGUOUS', node, `several entities have a measure \`${node.text}\`; write ${choices}`);
    }
  }

  #dimension(node: ScalarNode): void {
    if (!this.#members.isDimension(node.text))
      this.#unknown(node, 'dimension', this.#members.suggestDimension(node.text));
  }

  /** Its entity may be a path of joins, and is the planner's to find. */
  #perEntity(node: MapNode, metric: ScalarNode): void {
    const found = this.#members.metrics.resolve(metric.text);
    if (found.kind === 'unknown')
      this.#unknown(metric, 'metric or measure', this.#members.metrics.suggest(metric.text));
    const filters = childOf(node, 'filters');
    if (filters !== undefined) this.#filter(filters);
    for (const segment of textNodes(childOf(node, 'segments'))) {
      if (!this.#members.isFilter(segment.text))
        this.#unknown(segment, 'filter', this.#members.suggestFilter(segment.text));
    }
    const along = asMap(childOf(node, 'time'));
    const dimension = along && scalarAt(along, 'dimension');
    if (dimension !== undefined) this.#dimension(dimension);
  }

  #filter(node: YamlNode): void {
    if (node.kind === 'list') for (const item of node.items) this.#filter(item);
    if (node.kind !== 'map') return;
    for (const key of ['and', 'or', 'not']) {
      const inner = childOf(node, key);
      if (inner !== undefined) this.#filter(inner);
    }
    const metric = scalarAt(node, 'metric');
    if (metric !== undefined) this.#perEntity(node, metric);
    const member = scalarAt(node, 'member');
    if (member === undefined) return;
    const known =
      this.#members.isDimension(member.text) ||
      this.#members.metrics.resolve(member.text).kind !== 'unknown' ||
      (textAt(node, 'op') === 'under' && this.#members.isHierarchy(member.text));
    if (!known) {
      this.#unknown(
        member,
        'dimension or metric',
        this.#members.suggestDimension(member.text) ?? this.#members.metrics.suggest(member.text),
      );
    }
  }

  check(query: MapNode): void {
    for (const node of textNodes(childOf(query, 'metrics'))) this.#metric(node);
    const dimensions = childOf(query, 'dimensions');
    for (const item of dimensions?.kind === 'list' ? dimensions.items : []) {
      const node = item.kind === 'map' ? scalarAt(item, 'name') : asScalar(item);
      if (node === undefined) continue;
      this.#dimension(node);
      this.#columns.add(node.text);
      const grain = item.kind === 'map' ? textAt(item, 'grain') : null;
      if (grain !== null) this.#columns.add(`${node.text}__${grain}`);
    }
    const filters = childOf(query, 'filters');
    if (filters !== undefined) this.#filter(filters);
    const time = asMap(childOf(query, 'time'));
    const along = time && scalarAt(time, 'dimension');
    if (along !== undefined) this.#dimension(along);
    for (const node of textNodes(childOf(query, 'segments'))) {
      if (!this.#members.isFilter(node.text)) this.#unknown(node, 'filter', this.#members.suggestFilter(node.text));
    }
    const order = childOf(query, 'order');
    for (const item of order?.kind === 'list' ? order.items : []) {
      const by = asMap(item) && scalarAt(item, 'by');
      if (by === undefined || by === null || this.#columns.has(by.text)) continue;
      if (/__(previous|change|percent)$/.test(by.text) && time !== undefined) continue;
      const meant = didYouMean(by.text, this.#columns);
      const help = meant === undefined ? 'add it to `metrics` or `dimensions`' : `did you mean \`${meant}\`?`;
      this.#report('QUERY_MEMBER_UNKNOWN', by, `the result has no column \`${by.text}\`; ${help}`, meant);
    }
  }
}

export const compileVerifiedQuery = (
  declaration: Declaration,
  members: Members,
  findings: Finding[],
): VerifiedQuery | null => {
  const { body, broken, source } = declaration;
  if (broken || body.kind !== 'map') return null;
  const before = findings.length;
  const report = reporter(declaration, findings);
  const query = asMap(childOf(body, 'query'));
  if (query !== undefined) new QueryCheck(members, report).check(query);
  const sqlNode = childOf(body, 'sql');
  const sql = sqlNode === undefined ? null : checkSql(sqlNode, source, (finding) => findings.push(finding)).sql;
  const at = scalarAt(body, 'verified_at');
  if (at !== undefined && !isDate(at.text))
    report('DATE_INVALID', at, 'there is no such date; write it as `2026-01-31`');
  if (hasErrors(findings, before)) return null;
  return {
    ...readDescribed(declaration),
    question: textAt(body, 'question')!,
    query: query === undefined ? null : (plainValue(query) as Record<string, unknown>),
    sql,
    verified_by: textAt(body, 'verified_by'),
    verified_at: at?.text ?? null,
    verified_with: textAt(body, 'verified_with'),
  };
};

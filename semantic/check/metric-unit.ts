/** One metric while it is checked, with what it was found to depend on, so that the result can be kept. */
import { nameType } from '../../core/sql/value-types.js';
import type { ValueType } from '../../core/sql/expression.js';
import { childOf, placeInScalar, type ScalarNode } from '../load/yaml-node.js';
import type { MeasureRef, Metric, MetricBody, Window } from '../model/model.js';
import type { DiagnosticCode } from './catalogue.js';
import { compileExpression } from './compile-expression.js';
import { aggregationOf, isCountOfRows } from './compile-measure.js';
import type { Declaration } from './declarations.js';
import { type Finding, hasErrors } from './diagnostic.js';
import type { EntityUnit } from './entity-unit.js';
import type { MetricNames, Resolution } from './metric-names.js';
import { parseFormula } from './parse-formula.js';
import { parseGrain, parseOffset, parsePeriod } from './parse-period.js';
import { asMap, deepFreeze, numberAt, readDescribed, scalarAt, textAt, textNodes } from './read-fields.js';

/** What metrics that are built on a metric need to know of it. */
export interface MetricSummary {
  readonly type: ValueType;
  readonly kind: MetricBody['kind'];
  /** There is a `change` in it, at any depth. */
  readonly hasChange: boolean;
  readonly semiAdditive: boolean;
  readonly timed: boolean;
}

/** A stretch of the file; one that is costly to find is found only when something is said about it. */
type At = { readonly start: number; readonly end: number } | (() => { readonly start: number; readonly end: number });

interface FoundMeasure {
  readonly ref: MeasureRef;
  readonly unit: EntityUnit;
  readonly declaration: Declaration;
}

export interface MetricWorld {
  readonly names: MetricNames;
  mayExist(name: string): boolean;
  /** `null`: broken; `cycle`: it is being compiled now. */
  summary(name: string): MetricSummary | null | 'cycle';
  /** The metrics that are being compiled now, outermost first. */
  readonly compiling: readonly string[];
}

const metricKinds = ['measure', 'ratio', 'formula', 'running', 'rolling', 'to_date', 'change', 'conversion'] as const;
type Kind = (typeof metricKinds)[number];

/** Which kinds give a key a meaning. */
const keyKinds: Readonly<Record<string, readonly Kind[]>> = {
  where: ['measure'],
  over: ['rolling', 'to_date'],
  against: ['change'],
  as: ['change'],
};

const measureIsTimed = (unit: EntityUnit, declaration: Declaration): boolean =>
  textAt(declaration.body, 'time') !== null || unit.defaultTime !== null;

export class MetricUnit {
  readonly declaration: Declaration;
  readonly #world: MetricWorld;
  readonly findings: Finding[] = [];
  /** What each name meant: the result holds while they mean the same. */
  readonly meanings = new Map<string, Resolution>();
  metric: Metric | null = null;
  summary: MetricSummary | null = null;
  #body: MetricBody | null = null;

  constructor(declaration: Declaration, world: MetricWorld) {
    this.declaration = declaration;
    this.#world = world;
  }

  #report(code: DiagnosticCode, at: At, message: string, suggestion?: string): void {
    const { start, end } = typeof at === 'function' ? at() : at;
    const place = { source: this.declaration.source, start, end };
    this.findings.push(suggestion === undefined ? { code, place, message } : { code, place, message, suggestion });
  }

  #lookUp(name: string, measuresOnly: boolean, at: At): Resolution | null {
    const { names } = this.#world;
    const found = measuresOnly ? names.resolveMeasure(name) : names.resolve(name);
    this.meanings.set(measuresOnly ? `=${name}` : name, found);
    if (found.kind === 'metric' || found.kind === 'measure') return found;
    if (found.kind === 'ambiguous') {
      const message = `several entities have a measure \`${name}\`; write ${found.choices.map((choice) => `\`${choice}\``).join(' or ')}`;
      this.#report('METRIC_AMBIGUOUS', at, message);
      return null;
    }
    if (this.#world.mayExist(name)) return null;
    if (measuresOnly && names.isMetric(name)) {
      this.#report(
        'METRIC_UNKNOWN',
        at,
        `\`${name}\` is a metric, and here a measure is expected; write \`formula: ${name}\``,
      );
      return null;
    }
    const meant = names.suggest(name);
    const help = meant === undefined ? '; declare it under `measures` of an entity' : `; did you mean \`${meant}\`?`;
    this.#report(
      'METRIC_UNKNOWN',
      at,
      `there is no ${measuresOnly ? '' : 'metric or '}measure \`${name}\`${help}`,
      meant,
    );
    return null;
  }

  /** What is known of a metric or measure by name; reports when there is none, or when it is made from this. */
  #refer(name: string, at: At): MetricSummary | null {
    const found = this.#lookUp(name, false, at);
    if (found === null) return null;
    if (found.kind === 'measure') return this.#measureSummary(found.unit, found.declaration);
    const summary = this.#world.summary(name);
    if (summary !== 'cycle') return summary;
    const { compiling, names } = this.#world;
    const start = compiling.indexOf(name);
    if (start === -1) {
      this.#report('METRIC_CYCLE', at, 'metrics are built on each other more than 60 times over; make it simpler');
      return null;
    }
    const shown = [...compiling.slice(start), name].join(' → ');
    const hint = names.hasMeasure(name) ? `; for the measure write \`entity.${name}\`` : '';
    this.#report('METRIC_CYCLE', at, `metrics are made from each other: ${shown}${hint}`);
    return null;
  }

  #measureSummary(unit: EntityUnit, declaration: Declaration): MetricSummary | null {
    const measure = unit.entity?.measures[declaration.name];
    if (declaration.broken || (unit.entity !== null && measure === undefined)) return null;
    return {
      // Of an entity with errors elsewhere the type is not known; nothing is said then.
      type: measure?.type ?? 'unknown',
      kind: 'simple',
      hasChange: false,
      semiAdditive: childOf(asMap(declaration.body)!, 'semi_additive') !== undefined,
      timed: measureIsTimed(unit, declaration),
    };
  }

  #number(name: string, at: At): MetricSummary | null {
    const summary = this.#refer(name, at);
    if (summary === null || summary.type === 'number' || summary.type === 'unknown') return summary;
    this.#report('METRIC_TYPE', at, `\`${name}\` is ${nameType(summary.type)}, and only numbers can be computed with`);
    return null;
  }

  #measureRef(node: ScalarNode): FoundMeasure | null {
    const found = this.#lookUp(node.text, true, node);
    if (found?.kind !== 'measure') return null;
    const { unit, declaration } = found;
    return { ref: { entity: unit.name, measure: declaration.name }, unit, declaration };
  }

  compile(): void {
    const { body, broken } = this.declaration;
    if (broken || body.kind !== 'map') return;
    const entry = body.entries.find(({ key }) => (metricKinds as readonly string[]).includes(key));
    if (entry === undefined) return;
    const kind = entry.key as Kind;
    for (const { key, keyNode } of body.entries) {
      const kinds = Object.hasOwn(keyKinds, key) ? keyKinds[key]! : undefined;
      if (kinds !== undefined && !kinds.includes(kind)) {
        this.#report(
          'KEY_UNUSED',
          keyNode,
          `\`${key}\` has no meaning beside \`${kind}\`; it belongs to ${kinds.map((one) => `\`${one}\``).join(' or ')}`,
        );
      }
    }
    const before = this.findings.length;
    this.#body = this.#compileKind(kind);
    if (this.#body === null || hasErrors(this.findings, before)) return;
    const own = { unit: textAt(body, 'unit'), format: textAt(body, 'format'), default: numberAt(body, 'default') };
    this.metric = deepFreeze(Object.assign(readDescribed(this.declaration), own, this.#body));
  }

  #compileKind(kind: Kind): MetricBody | null {
    switch (kind) {
      case 'measure':
        return this.#simple();
      case 'ratio':
        return this.#ratio();
      case 'formula':
        return this.#formula();
      case 'running':
      case 'rolling':
      case 'to_date':
        return this.#cumulative(kind);
      case 'change':
        return this.#change();
      case 'conversion':
        return this.#conversion();
    }
  }

  #simple(): MetricBody | null {
    const { body } = this.declaration;
    const found = this.#measureRef(scalarAt(body, 'measure')!);
    if (found === null) return null;
    this.summary = this.#measureSummary(found.unit, found.declaration);
    const where = childOf(asMap(body)!, 'where');
    if (where === undefined) return { kind: 'simple', measure: found.ref, where: null };
    const { scope } = found.unit.context(null);
    const report = (finding: Finding): number => this.findings.push(finding);
    const { expr } = compileExpression(where, { source: this.declaration.source, report, scope }, 'condition');
    return expr === null ? null : { kind: 'simple', measure: found.ref, where: expr };
  }

  #combine(parts: readonly (MetricSummary | null)[], kind: MetricBody['kind']): MetricSummary | null {
    if (parts.includes(null)) return null;
    const known = parts as readonly MetricSummary[];
    return {
      type: 'number',
      kind,
      hasChange: known.some((part) => part.hasChange),
      semiAdditive: known.some((part) => part.semiAdditive),
      timed: known.every((part) => part.timed),
    };
  }

  #ratio(): MetricBody | null {
    const [numerator, denominator] = textNodes(childOf(asMap(this.declaration.body)!, 'ratio'));
    if (numerator === undefined || denominator === undefined) return null;
    const parts = [numerator, denominator].map((node) => this.#number(node.text, node));
    this.summary = this.#combine(parts, 'ratio');
    return parts.includes(null) ? null : { kind: 'ratio', numerator: numerator.text, denominator: denominator.text };
  }

  #formula(): MetricBody | null {
    const node = scalarAt(this.declaration.body, 'formula')!;
    const { expr, names, problems } = parseFormula(node.text);
    const place = (span: { start: number; end: number }) =>
      placeInScalar(node, this.declaration.source.text, span.start, span.end);
    for (const problem of problems) this.#report('FORMULA_INVALID', place(problem), problem.message);
    if (problems.length === 0 && names.length === 0) {
      this.#report('FORMULA_INVALID', node, 'a formula is made from metrics, and there is none in this one');
      return null;
    }
    const parts = names.map((found) => this.#number(found.name, () => place(found)));
    this.summary = this.#combine(parts, 'formula');
    return expr === null || parts.includes(null) ? null : { kind: 'formula', expr };
  }

  #cumulative(kind: 'running' | 'rolling' | 'to_date'): MetricBody | null {
    const { body } = this.declaration;
    const node = scalarAt(body, kind)!;
    const summary = this.#number(node.text, node);
    const window = this.#window(kind, scalarAt(body, 'over'));
    if (summary === null) return null;
    this.summary = { ...summary, kind: 'cumulative' };
    if (summary.kind !== 'simple') {
      const message = `\`${kind}\` works on a measure or a metric with \`measure\`, and \`${node.text}\` is a ${summary.kind} metric`;
      this.#report('METRIC_WOULD_BE_WRONG', node, message);
    } else if (summary.semiAdditive) {
      const message = `\`${node.text}\` is semi-additive: it cannot be added up over time, so \`${kind}\` of it would be wrong`;
      this.#report('METRIC_WOULD_BE_WRONG', node, message);
    } else if (!summary.timed) this.#noTime(node);
    return window === null ? null : { kind: 'cumulative', metric: node.text, window };
  }

  #noTime(node: ScalarNode): void {
    const message = `\`${node.text}\` has no time: mark a time dimension of its entity with \`default: true\`, or give the measure a \`time\``;
    this.#report('TIME_DIMENSION_EXPECTED', node, message);
  }

  #window(kind: 'running' | 'rolling' | 'to_date', over: ScalarNode | undefined): Window | null {
    if (kind === 'running' || over === undefined) return { kind: 'running' };
    if (kind === 'rolling') {
      const period = parsePeriod(over.text);
      if (period !== undefined) return { kind, period };
      this.#report('PERIOD_INVALID', over, 'a length of time is a number and a unit, as in `28 days` or `3 months`');
      return null;
    }
    const grain = parseGrain(over.text);
    if (grain !== undefined) return { kind, grain };
    this.#report(
      'PERIOD_INVALID',
      over,
      '`over` is a grain here: week, month, quarter, year, fiscal_quarter or fiscal_year',
    );
    return null;
  }

  #change(): MetricBody | null {
    const { body } = this.declaration;
    const node = scalarAt(body, 'change')!;
    const summary = this.#number(node.text, node);
    const offset = scalarAt(body, 'against');
    const against = offset === undefined ? undefined : parseOffset(offset.text);
    if (offset !== undefined && against === undefined) {
      this.#report('PERIOD_INVALID', offset, '`against` is an earlier period, as in `previous year` or `3 months`');
    }
    const shown = scalarAt(body, 'as');
    const as = (shown?.text ?? 'percent') as 'previous' | 'difference' | 'percent';
    if (!['previous', 'difference', 'percent'].includes(as)) {
      this.#report('VALUE_NOT_ALLOWED', shown!, '`as` of a change is `previous`, `difference` or `percent`');
    }
    if (summary === null || against === undefined) return null;
    this.summary = { ...summary, kind: 'change', hasChange: true };
    if (summary.hasChange) {
      this.#report(
        'METRIC_WOULD_BE_WRONG',
        node,
        `\`${node.text}\` is a change itself, and a change of a change has no clear meaning`,
      );
    } else if (!summary.timed) this.#noTime(node);
    return { kind: 'change', metric: node.text, against, as };
  }

  #conversion(): MetricBody | null {
    const map = asMap(childOf(asMap(this.declaration.body)!, 'conversion'))!;
    const base = this.#counted(scalarAt(map, 'from')!);
    const conversion = this.#counted(scalarAt(map, 'to')!);
    const withinNode = scalarAt(map, 'within')!;
    const within = parsePeriod(withinNode.text);
    if (within === undefined) {
      this.#report('PERIOD_INVALID', withinNode, 'a length of time is a number and a unit, as in `7 days`');
    }
    if (base === null || conversion === null || within === undefined) return null;
    const by = this.#pairs(map, base.unit, conversion.unit);
    if (by === null) return null;
    this.summary = { type: 'number', kind: 'conversion', hasChange: false, semiAdditive: false, timed: true };
    return {
      kind: 'conversion',
      base: base.ref,
      conversion: conversion.ref,
      by,
      within,
      as: textAt(map, 'as') === 'count' ? 'count' : 'rate',
    };
  }

  #counted(node: ScalarNode): FoundMeasure | null {
    const found = this.#measureRef(node);
    if (found === null || found.declaration.broken) return null;
    if (!isCountOfRows(found.declaration.body)) {
      const what = aggregationOf(found.declaration.body)?.aggregation ?? 'something else';
      this.#report(
        'METRIC_WOULD_BE_WRONG',
        node,
        `a conversion counts rows, and \`${node.text}\` is a ${what}; use a measure with \`count: "*"\``,
      );
      return null;
    }
    if (!measureIsTimed(found.unit, found.declaration)) {
      this.#noTime(node);
      return null;
    }
    return found;
  }

  #pairs(
    map: NonNullable<ReturnType<typeof asMap>>,
    base: EntityUnit,
    conversion: EntityUnit,
  ): { base: string; conversion: string }[] | null {
    const node = childOf(map, 'by')!;
    const pairs =
      asMap(node)?.entries.map(({ keyNode, value }) => [keyNode, value] as const) ??
      textNodes(node).map((one) => [one, one] as const);
    const by = pairs.flatMap(([from, to]) => {
      const left = this.#column(base, from);
      const right = to.kind === 'scalar' ? this.#column(conversion, to) : null;
      return left === null || right === null ? [] : [{ base: left, conversion: right }];
    });
    return by.length === pairs.length ? by : null;
  }

  /** A column, by its own name or that of a dimension that is nothing else. */
  #column(unit: EntityUnit, node: ScalarNode): string | null {
    const column = unit.entity?.dimensions[node.text]?.column;
    if (column !== undefined && column !== null) return column;
    if (unit.columns === null) return node.text;
    const found = unit.columns.find(node.text);
    if (found !== undefined) return found.name;
    const { message, suggestion } = unit.describeUnknownColumn(node.text);
    this.#report('COLUMN_UNKNOWN', node, message, suggestion);
    return null;
  }
}

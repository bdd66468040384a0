import { didYouMean } from '../../core/config/did-you-mean.js';
import type { CheckType } from '../../core/sql/bind-scope.js';
import { nameType } from '../../core/sql/value-types.js';
import { isDate } from '../../core/sql/iso-moment.js';
import { childOf, type MapNode, type ScalarNode, type YamlNode } from '../load/yaml-node.js';
import type { AggregateOnly, DialectExpr, Mask, Policy } from '../model/model.js';
import type { DiagnosticCode } from './catalogue.js';
import { compileExpression, type ExpressionContext } from './compile-expression.js';
import type { Declaration } from './declarations.js';
import { type Finding, hasErrors } from './diagnostic.js';
import type { EntityUnit } from './entity-unit.js';
import { mapFields } from './map-fields.js';
import { readAudience } from './read-audience.js';
import { asMap, numberAt, readDescribed, scalarAt, sortedRecord, textAt, textNodes } from './read-fields.js';
import { fitsMask, maskTypes, readMask } from './read-mask.js';
import { isToOne, type World } from './world.js';

const walksJoins = (expr: DialectExpr): boolean => {
  let walks = false;
  for (const tree of [expr.default, ...Object.values(expr.dialects)]) {
    if (tree === null) continue;
    mapFields(tree, (field) => {
      walks ||= field.path.length > 0;
      return field;
    });
  }
  return walks;
};

class PolicyUnit {
  readonly #declaration: Declaration;
  readonly #body: MapNode;
  readonly #unit: EntityUnit;
  readonly #findings: Finding[];

  constructor(declaration: Declaration, body: MapNode, unit: EntityUnit, findings: Finding[]) {
    this.#declaration = declaration;
    this.#body = body;
    this.#unit = unit;
    this.#findings = findings;
  }

  #report(code: DiagnosticCode, node: { start: number; end: number }, message: string, suggestion?: string): void {
    const place = { source: this.#declaration.source, start: node.start, end: node.end };
    this.#findings.push(suggestion === undefined ? { code, place, message } : { code, place, message, suggestion });
  }

  get #context(): ExpressionContext {
    return {
      source: this.#declaration.source,
      report: (finding) => this.#findings.push(finding),
      scope: this.#unit.context(null, true).scope,
    };
  }

  /** Columns that the entity is known to have without a catalogue. */
  get #knownColumns(): ReadonlySet<string> {
    const { entity, key } = this.#unit;
    const columns = new Set(key);
    for (const dimension of Object.values(entity?.dimensions ?? {}))
      if (dimension.column !== null) columns.add(dimension.column);
    for (const join of Object.values(entity?.joins ?? {})) for (const { from } of join.on) columns.add(from);
    return columns;
  }

  /**
   * A dimension or column, with its name as the model has it; `null` and a report when there is none. A mistake here would
   * show what is to be hidden.
   */
  #member(node: ScalarNode): { readonly name: string; readonly type: CheckType; readonly isDerived: boolean } | null {
    const dimension = this.#unit.dimension(node.text);
    if (dimension !== undefined) {
      const isDerived = this.#unit.entity?.dimensions[node.text]?.column === null;
      return { name: node.text, type: dimension.checkType, isDerived };
    }
    const column = this.#unit.columns?.find(node.text);
    if (column !== undefined) return { ...column, isDerived: false };
    const known = this.#knownColumns;
    if (this.#unit.columns === null && known.has(node.text)) {
      return { name: node.text, type: 'unknown', isDerived: false };
    }
    const meant = didYouMean(node.text, [
      ...this.#unit.declaration.members.dimensions.keys(),
      ...known,
      ...(this.#unit.columns?.names ?? []),
    ]);
    const help = meant === undefined ? 'declare it as a dimension' : `did you mean \`${meant}\`?`;
    const message = `${this.#unit.name} has no dimension or known column \`${node.text}\`; ${help}`;
    this.#report('POLICY_COLUMN_UNKNOWN', node, message, meant);
    return null;
  }

  #maskExpression(written: YamlNode): DialectExpr | null {
    const { expr } = compileExpression(written, this.#context, 'value');
    if (expr === null || !walksJoins(expr)) return expr;
    const message = 'a mask is computed from the columns of its own row; this one walks a join';
    this.#report('POLICY_MASK_TYPE', written, message);
    return null;
  }

  #columns(): Readonly<Record<string, Mask>> {
    const node = asMap(childOf(this.#body, 'columns'));
    const masks = (node?.entries ?? []).flatMap(({ key, keyNode, value }): [string, Mask][] => {
      const member = this.#member(keyNode);
      const mask = readMask(value, (written) => this.#maskExpression(written));
      if (member === null || mask === null) return [];
      const { name, type, isDerived } = member;
      if (isDerived && mask.kind !== 'deny') {
        const message = `\`${key}\` is computed, and masks are put on columns; deny it, or mask the columns that it is computed from`;
        this.#report('POLICY_MASK_TYPE', keyNode, message);
        return [];
      }
      if (!fitsMask(mask, type)) {
        const fitting = (maskTypes[mask.kind] ?? []).map(nameType);
        const message = `the mask \`${mask.kind}\` works on ${[...new Set(fitting)].join(' or ')}, and \`${key}\` is ${nameType(type)}; mask it with \`null\`, or deny it`;
        this.#report('POLICY_MASK_TYPE', keyNode, message);
        return [];
      }
      return [[name, mask]];
    });
    return sortedRecord(masks);
  }

  #follows(world: World): readonly string[] {
    return textNodes(childOf(this.#body, 'follows')).flatMap((node) => {
      const [first = '', ...joins] = node.text.split('.');
      let unit = world.entity(first);
      if (unit === undefined || joins.length === 0) {
        if (world.mayExist(first)) return [];
        const meant = didYouMean(first, world.entityNames());
        const help =
          unit === undefined
            ? meant === undefined
              ? ''
              : `; did you mean \`${meant}\`?`
            : '; a path is written `entity.join`';
        this.#report(
          'POLICY_FOLLOWS',
          node,
          `\`${first}\` is ${unit === undefined ? 'not an entity' : 'an entity without a join'}${help}`,
        );
        return [];
      }
      for (const join of joins) {
        const step = unit.step(join);
        if (step === null) return [];
        if (step === undefined || !isToOne(step.cardinality)) {
          const known = unit.stepNames.join(', ');
          const message =
            step === undefined
              ? `${unit.name} has no join \`${join}\`${known === '' ? '' : `; its joins are ${known}`}`
              : `\`${join}\` leads to many rows, and a row policy follows joins to one row only`;
          this.#report('POLICY_FOLLOWS', node, message);
          return [];
        }
        const next = world.entity(step.to);
        if (next === undefined) return [];
        unit = next;
      }
      if (unit.name === this.#unit.name) return [node.text];
      this.#report('POLICY_FOLLOWS', node, `this path ends at ${unit.name}, and the policy is on ${this.#unit.name}`);
      return [];
    });
  }

  #valid(): Policy['valid'] {
    const node = asMap(childOf(this.#body, 'valid'));
    const read = (key: string): string | null => {
      const value = node && scalarAt(node, key);
      if (value === undefined) return null;
      if (isDate(value.text)) return value.text;
      this.#report('DATE_INVALID', value, 'there is no such date; write it as `2026-01-31`');
      return null;
    };
    const valid = { from: read('from'), until: read('until') };
    if (valid.from !== null && valid.until !== null && valid.until <= valid.from) {
      this.#report(
        'DATE_INVALID',
        scalarAt(node!, 'until')!,
        '`until` is not after `from`; the policy would never hold',
      );
    }
    return valid;
  }

  #aggregateOnly(): AggregateOnly | null {
    const node = asMap(childOf(this.#body, 'aggregate_only'));
    if (node === undefined) return null;
    const of = scalarAt(node, 'of')!;
    const unit = this.#member(of);
    if (unit?.isDerived === true) {
      this.#report('POLICY_COLUMN_UNKNOWN', of, `groups are counted by a column, and \`${of.text}\` is computed`);
    }
    const filters = textNodes(childOf(node, 'filters')).flatMap((name) => this.#filterDimension(name) ?? []);
    const budget = asMap(childOf(node, 'budget'));
    return {
      minimum_group: numberAt(node, 'minimum_group')!,
      of: unit?.name ?? of.text,
      filters,
      budget: {
        answers: (budget && numberAt(budget, 'answers')) ?? null,
        per: ((budget && textAt(budget, 'per')) ?? 'month') as AggregateOnly['budget']['per'],
      },
    };
  }

  /** Groups are told by a dimension's values; a moment is no group, and personal values tell single ones apart. */
  #filterDimension(node: ScalarNode): string | null {
    if (this.#unit.entity === null) return null;
    const { dimensions } = this.#unit.entity;
    const dimension = Object.hasOwn(dimensions, node.text) ? dimensions[node.text] : undefined;
    const why =
      dimension === undefined
        ? `${this.#unit.name} has no dimension \`${node.text}\``
        : dimension.type === 'time'
          ? `\`${node.text}\` is a time, and a filter on a time can tell single rows apart`
          : dimension.pii === null
            ? null
            : `\`${node.text}\` is personal and tells single ones apart`;
    if (why === null) return node.text;
    this.#report('POLICY_FILTER', node, `${why}; leave it out of \`filters\``);
    return null;
  }

  compile(world: World): Policy | null {
    const body = this.#body;
    const before = this.#findings.length;
    const says = ['rows', 'columns', 'allow_only', 'aggregate_only'];
    if (!body.entries.some(({ key }) => says.includes(key))) {
      const name = scalarAt(body, 'name')!;
      this.#report(
        'POLICY_EMPTY',
        name,
        `this policy says nothing; give it one of ${says.map((key) => `\`${key}\``).join(', ')}`,
      );
      return null;
    }
    const rows = childOf(body, 'rows');
    const follows = scalarAt(body, 'follows') ?? childOf(body, 'follows');
    if (follows !== undefined && rows === undefined) {
      const { keyNode } = body.entries.find(({ key }) => key === 'follows')!;
      this.#report('KEY_UNUSED', keyNode, '`follows` has a meaning beside `rows` only; remove it');
    }
    const condition = rows === undefined ? null : compileExpression(rows, this.#context, 'condition').expr;
    const columns = this.#columns();
    const allowNode = childOf(body, 'allow_only');
    const allowed = textNodes(allowNode).flatMap((node) => this.#member(node)?.name ?? []);
    const aggregate = this.#aggregateOnly();
    const path = rows === undefined ? [] : this.#follows(world);
    const valid = this.#valid();
    if (hasErrors(this.#findings, before)) return null;
    return {
      ...readDescribed(this.#declaration),
      for: readAudience(childOf(body, 'for')),
      except: readAudience(childOf(body, 'except')),
      on: this.#unit.name,
      effect: textAt(body, 'effect') === 'restrictive' ? 'restrictive' : 'permissive',
      closes: true,
      rows: condition,
      columns,
      allow_only: allowNode === undefined ? null : allowed,
      follows: path,
      aggregate_only: aggregate,
      valid,
    };
  }
}

/** `null` when there are errors. */
export const compilePolicy = (declaration: Declaration, world: World, findings: Finding[]): Policy | null => {
  const body = asMap(declaration.body);
  if (declaration.broken || body === undefined) return null;
  const on = scalarAt(body, 'on')!;
  const unit = world.entity(on.text);
  if (unit !== undefined) return new PolicyUnit(declaration, body, unit, findings).compile(world);
  if (world.mayExist(on.text)) return null;
  const meant = didYouMean(on.text, world.entityNames());
  findings.push({
    code: 'ENTITY_UNKNOWN',
    message: `there is no entity \`${on.text}\`${meant === undefined ? '' : `; did you mean \`${meant}\`?`}`,
    place: { source: declaration.source, start: on.start, end: on.end },
    ...(meant === undefined ? {} : { suggestion: meant }),
  });
  return null;
};

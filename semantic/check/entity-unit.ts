/**
 * One entity while it is checked: what its names mean. Dimensions are compiled when first asked for, so that they can be
 * made from each other in any order; what is learnt of other entities is noted, so that the result can be kept until one
 * of them changes.
 */
import { didYouMean } from '../../core/config/did-you-mean.js';
import type { DialectName } from '../../core/plugin/contract.js';
import type { BindProblem, CheckType, Meaning, Scope } from '../../core/sql/bind-scope.js';
import type { NativeFunctions } from '../../core/sql/dialect-functions.js';
import type { ValueType } from '../../core/sql/expression.js';
import type { NamePart, Span } from '../../core/sql/expression-syntax.js';
import { childOf, type ScalarNode } from '../load/yaml-node.js';
import type { Cardinality, DialectExpr, Dimension, Entity, TimeStorage } from '../model/model.js';
import type { DiagnosticCode } from './catalogue.js';
import type { ExpressionContext, Variant } from './compile-expression.js';
import { compileDimensionExpression } from './compile-dimension.js';
import type { Declaration, EntityDeclaration } from './declarations.js';
import { type Finding, hasErrors } from './diagnostic.js';
import { mapFields } from './map-fields.js';
import { parseTableName } from './parse-table-name.js';
import { scalarAt, textAt, textNodes } from './read-fields.js';
import type { SourceColumns } from './source-columns.js';
import { cardinalities, isToOne, reversed, type World } from './world.js';

export interface CompiledDimension {
  readonly type: Dimension['type'];
  readonly stores: TimeStorage | null;
  /** What the type checker takes it for. */
  readonly checkType: CheckType;
  /** `null` when there are errors. */
  readonly expr: DialectExpr | null;
  readonly values: readonly (string | number | boolean)[];
}

/** One step of a walk along a join. */
export interface Step {
  readonly to: string;
  readonly cardinality: Cardinality;
}

export const storageTypes: Readonly<Record<TimeStorage, CheckType>> = {
  date: 'date',
  local: 'timestamp',
  utc: 'utc',
  instant: 'instant',
};

/** Dimensions may be made from dimensions so many times over. */
const deepestDimension = 60;

export class EntityUnit {
  readonly declaration: EntityDeclaration;
  readonly world: World;
  readonly findings: Finding[] = [];
  /** Entities that the result depends on. */
  readonly consulted = new Set<string>();
  /** The compiled entity, once {@link compileEntity} is done. */
  entity: Entity | null = null;
  #columns: SourceColumns | null | undefined;
  readonly #dimensions = new Map<string, CompiledDimension>();
  readonly #compiling: string[] = [];

  constructor(declaration: EntityDeclaration, world: World) {
    this.declaration = declaration;
    this.world = world;
  }

  get name(): string {
    return this.declaration.name;
  }

  report(
    code: DiagnosticCode,
    node: { start: number; end: number },
    message: string,
    more: Partial<Finding> = {},
  ): void {
    const { start, end } = node;
    this.findings.push({ code, message, place: { source: this.declaration.source, start, end }, ...more });
  }

  get hasErrors(): boolean {
    return hasErrors(this.findings);
  }

  /** Another entity; noted as one that this depends on. */
  consult(name: string): EntityUnit | undefined {
    this.consulted.add(name);
    return this.world.entity(name);
  }

  /** Columns of the source; `null` when no catalogue tells them. */
  get columns(): SourceColumns | null {
    if (this.#columns === undefined) {
      const text = textAt(this.declaration.body, 'table');
      const from = text === null ? undefined : parseTableName(text);
      this.#columns = (from && this.world.tables(this.declaration)?.find(from)) ?? null;
    }
    return this.#columns;
  }

  /** Texts of `key`: one column or several. */
  get keyNodes(): readonly ScalarNode[] {
    return textNodes(childOf(this.declaration.body, 'key'));
  }

  /** The columns of the key as the database spells them. */
  get key(): readonly string[] {
    return this.keyNodes.map((node) => this.columns?.find(node.text)?.name ?? node.text);
  }

  /** `null` when the join is there but broken. */
  step(name: string): Step | null | undefined {
    const declared = this.declaration.members.joins.get(name);
    if (declared !== undefined) return this.#declaredStep(declared);
    const inverse = this.world.inverses(this.name).get(name);
    if (inverse === undefined) return undefined;
    const step = this.#declaredStep(inverse.join);
    return step === null ? null : { to: inverse.from, cardinality: reversed[step.cardinality] };
  }

  #declaredStep({ body, broken }: Declaration): Step | null {
    const to = textAt(body, 'to');
    if (broken || to === null) return null;
    const cardinality = textAt(body, 'cardinality') ?? 'many_to_one';
    return cardinalities.has(cardinality) ? { to, cardinality: cardinality as Cardinality } : null;
  }

  get stepNames(): readonly string[] {
    return [...this.declaration.members.joins.keys(), ...this.world.inverses(this.name).keys()];
  }

  /** `undefined` when there is none of that name. */
  dimension(name: string): CompiledDimension | undefined {
    const declaration = this.declaration.members.dimensions.get(name);
    if (declaration === undefined) return undefined;
    let compiled = this.#dimensions.get(name);
    if (compiled === undefined) {
      this.#compiling.push(name);
      compiled = compileDimensionExpression(this, declaration);
      this.#compiling.pop();
      this.#dimensions.set(name, compiled);
    }
    return compiled;
  }

  /** The dimensions from `name` on that are being compiled now; `null` when it is not among them. */
  #cycleFrom(name: string): readonly string[] | null {
    const index = this.#compiling.indexOf(name);
    return index === -1 ? null : this.#compiling.slice(index);
  }

  /** @param self the dimension that the expression is for: its own name means the column */
  context(self: string | null, subject = false): ExpressionContext {
    return {
      source: this.declaration.source,
      report: (finding) => this.findings.push(finding),
      scope: (variant, native, uses) => this.scope(self, variant, native, uses, subject),
    };
  }

  scope(
    self: string | null,
    variant: Variant,
    native: NativeFunctions | null,
    uses: Set<DialectName>,
    subject: boolean,
  ): Scope {
    return {
      subject,
      native,
      resolve: (parts, span) => this.#resolve(parts, span, self, variant, uses),
    };
  }

  #resolve(
    parts: readonly NamePart[],
    span: Span,
    self: string | null,
    variant: Variant,
    uses: Set<DialectName>,
  ): Meaning | BindProblem | null {
    const [first] = parts as readonly [NamePart, ...NamePart[]];
    if (parts.length === 1) return this.resolveOwn(first, self, variant, uses);
    if (!first.quoted && first.text === this.name && this.step(first.text) === undefined) {
      return this.#resolve(parts.slice(1), span, self, variant, uses);
    }
    return this.#walk(parts, variant, uses);
  }

  #walk(parts: readonly NamePart[], variant: Variant, uses: Set<DialectName>): Meaning | BindProblem | null {
    let unit: EntityUnit = this;
    const path: string[] = [];
    for (const part of parts.slice(0, -1)) {
      const step = unit.step(part.text);
      if (step === undefined) return unit.#unknownStep(part);
      if (step === null) return null;
      if (!isToOne(step.cardinality)) {
        const message = `\`${part.text}\` leads to many rows of ${step.to}, and an expression is about one; declare a measure there`;
        return { code: 'PATH_TO_MANY', start: part.start, end: part.end, message };
      }
      const next = this.consult(step.to);
      if (next === undefined) return null;
      path.push(part.text);
      unit = next;
    }
    if (path.length > 8) {
      return {
        code: 'NAME_UNKNOWN',
        start: parts[0]!.start,
        end: parts.at(-1)!.end,
        message: 'a path has at most 8 joins',
      };
    }
    const found = unit.resolveOwn(parts.at(-1)!, null, variant, uses);
    if (unit !== this) for (const name of unit.consulted) this.consulted.add(name);
    if (found === null || 'code' in found) return found;
    return { ...found, expr: mapFields(found.expr, (field) => ({ ...field, path: [...path, ...field.path] })) };
  }

  #unknownStep(part: NamePart): BindProblem | null {
    const { text, start, end } = part;
    if (this.world.mayExist(text)) return null;
    const leading = this.stepNames.filter((name) => this.step(name)?.to === text);
    const meant = leading[0] ?? didYouMean(text, this.stepNames);
    const help =
      leading.length > 0
        ? `\`${text}\` is an entity; walk the join \`${leading.join('` or `')}\``
        : meant === undefined
          ? this.stepNames.length === 0
            ? 'it has no joins'
            : `its joins are ${this.stepNames.slice(0, 12).join(', ')}`
          : `did you mean \`${meant}\`?`;
    const message = `${this.name} has no join \`${text}\`; ${help}`;
    return { code: 'NAME_UNKNOWN', start, end, message, ...(meant === undefined ? {} : { suggestion: meant }) };
  }

  resolveOwn(
    part: NamePart,
    self: string | null,
    variant: Variant,
    uses: Set<DialectName>,
  ): Meaning | BindProblem | null {
    if (!part.quoted && part.text !== self && this.declaration.members.dimensions.has(part.text)) {
      return this.#resolveDimension(part, variant, uses);
    }
    return this.column(part);
  }

  #resolveDimension(part: NamePart, variant: Variant, uses: Set<DialectName>): Meaning | BindProblem | null {
    const { text, start, end } = part;
    const cycle = this.#cycleFrom(text);
    if (cycle !== null) {
      const shown = [...cycle, text].join(' → ');
      const hint = `a column of the same name is written \`"${text}"\``;
      return { code: 'DIMENSION_CYCLE', start, end, message: `dimensions are made from each other: ${shown}; ${hint}` };
    }
    if (this.#compiling.length > deepestDimension) {
      const message = `dimensions are made from dimensions more than ${deepestDimension} times over`;
      return { code: 'DIMENSION_CYCLE', start, end, message };
    }
    const dimension = this.dimension(text)!;
    if (dimension.expr === null) return null;
    for (const dialect of Object.keys(dimension.expr.dialects)) uses.add(dialect as DialectName);
    const own = variant === 'default' ? undefined : dimension.expr.dialects[variant];
    const expr = own ?? dimension.expr.default;
    if (expr === null) {
      const known = Object.keys(dimension.expr.dialects).join(', ');
      const message = `\`${text}\` is defined for ${known} only; give it a \`default\`, or this an expression by dialect`;
      return { code: 'EXPRESSION_TYPE', start, end, message };
    }
    return { expr, type: dimension.checkType, values: dimension.values };
  }

  /** A column of the source, by name. */
  column(part: NamePart): Meaning | BindProblem {
    const { text, quoted, start, end } = part;
    const field = (column: string, type: ValueType): Meaning => ({
      expr: { kind: 'field', path: [], column, type },
      type,
    });
    if (this.columns === null) return field(text, 'unknown');
    const found = this.columns.find(text, quoted);
    if (found !== undefined) return field(found.name, found.type);
    return { code: 'COLUMN_UNKNOWN', start, end, ...this.describeUnknownColumn(text) };
  }

  describeUnknownColumn(text: string): { readonly message: string; readonly suggestion?: string } {
    const columns = this.columns!;
    if (this.declaration.members.measures.has(text)) {
      return { message: `\`${text}\` is a measure, and an expression is about one row; use a column or dimension` };
    }
    const meant = didYouMean(text, [...this.declaration.members.dimensions.keys(), ...columns.names]);
    const help =
      meant === undefined
        ? `its columns are ${columns.names.slice(0, 12).join(', ')}${columns.names.length > 12 ? ' …' : ''}`
        : `did you mean \`${meant}\`?`;
    const message = `the table ${columns.table.name} has no column \`${text}\`; ${help}`;
    return meant === undefined ? { message } : { message, suggestion: meant };
  }

  /** Checks a column that is named as such (in a key, a join); gives its spelling. */
  checkColumn(node: ScalarNode): { readonly name: string; readonly type: ValueType } | undefined {
    if (this.columns === null) return { name: node.text, type: 'unknown' };
    const found = this.columns.find(node.text);
    if (found === undefined) {
      const { message, suggestion } = this.describeUnknownColumn(node.text);
      this.report('COLUMN_UNKNOWN', node, message, suggestion === undefined ? {} : { suggestion });
    }
    return found;
  }

  /** Texts that name dimensions of this entity; reports those that do not. */
  dimensionNames(nodes: readonly ScalarNode[], what: string): readonly string[] {
    return nodes.flatMap((node) => {
      if (this.declaration.members.dimensions.has(node.text)) return [node.text];
      this.unknownDimension(node, what);
      return [];
    });
  }

  unknownDimension(node: ScalarNode, what: string): void {
    const known = [...this.declaration.members.dimensions.keys()];
    const meant = didYouMean(node.text, known);
    const help = meant === undefined ? `declare it under \`dimensions\`` : `did you mean \`${meant}\`?`;
    this.report(
      'DIMENSION_UNKNOWN',
      node,
      `${what}: ${this.name} has no dimension \`${node.text}\`; ${help}`,
      meant === undefined ? {} : { suggestion: meant },
    );
  }

  /** A time dimension by name; reports when there is none. */
  timeDimension(node: ScalarNode, what: string): string | null {
    const declaration = this.declaration.members.dimensions.get(node.text);
    if (declaration === undefined) {
      this.unknownDimension(node, what);
      return null;
    }
    if (declaration.broken) return null;
    const type = textAt(declaration.body, 'type');
    if (type === 'time') return node.text;
    const message = `${what} must be a time dimension, and \`${node.text}\` is of type ${type ?? 'unknown'}`;
    this.report('TIME_DIMENSION_EXPECTED', node, message);
    return null;
  }

  get defaultTime(): string | null {
    for (const { name, body } of this.declaration.members.dimensions.values()) {
      if (textAt(body, 'type') === 'time' && scalarAt(body, 'default')?.value === true) return name;
    }
    return null;
  }
}

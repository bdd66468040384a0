import type { DialectName } from '../../core/plugin/contract.js';
import { bindCondition, bindExpression } from '../../core/sql/bind-expression.js';
import type { Bound, CheckType, Scope } from '../../core/sql/bind-scope.js';
import { dialectFunctions, type NativeFunctions } from '../../core/sql/dialect-functions.js';
import type { Expr } from '../../core/sql/expression.js';
import { type ParsedExpression, parseExpression } from '../../core/sql/parse-expression.js';
import type { SourceText } from '../load/source-text.js';
import { placeInScalar, type ScalarNode, type YamlNode } from '../load/yaml-node.js';
import type { DialectExpr } from '../model/model.js';
import type { DiagnosticCode } from './catalogue.js';
import type { Finding } from './diagnostic.js';
import { emptyRecord, sortedRecord } from './read-fields.js';

export type Variant = DialectName | 'default';

export interface ExpressionContext {
  readonly source: SourceText;
  report(finding: Finding): void;
  /**
   * How names are resolved for one dialect.
   * @param uses takes the dialects in which a name that was met is defined differently
   */
  scope(variant: Variant, native: NativeFunctions | null, uses: Set<DialectName>): Scope;
}

export interface CompiledExpression {
  /** `null` when there are errors. */
  readonly expr: DialectExpr | null;
  readonly type: CheckType;
}

const failed: CompiledExpression = { expr: null, type: 'unknown' };
/** Nodes of an expression after dimensions are put in. */
const largestTree = 2_000;

const children = (expr: Expr): readonly Expr[] => {
  switch (expr.kind) {
    case 'field':
    case 'literal':
    case 'subject':
      return [];
    case 'call':
      return expr.args;
    case 'binary':
      return [expr.left, expr.right];
    case 'unary':
    case 'cast':
    case 'is_null':
      return [expr.operand];
    case 'case':
      return [
        ...expr.branches.flatMap((branch) => [branch.when, branch.then]),
        ...(expr.otherwise === null ? [] : [expr.otherwise]),
      ];
    case 'in':
      return [expr.operand, ...expr.values];
    case 'between':
      return [expr.operand, expr.low, expr.high];
    case 'like':
      return [expr.operand, expr.pattern];
  }
};

const isTooLarge = (expr: Expr): boolean => {
  const open: Expr[] = [expr];
  for (let count = 0; open.length > 0; count += 1) {
    if (count > largestTree) return true;
    open.push(...children(open.pop()!));
  }
  return false;
};

export const problemFinding = (
  source: SourceText,
  node: ScalarNode,
  problem: { start: number; end: number; message: string; suggestion?: string },
  code: DiagnosticCode,
): Finding => ({
  code,
  message: problem.message,
  place: { source, ...placeInScalar(node, source.text, problem.start, problem.end) },
  ...(problem.suggestion === undefined ? {} : { suggestion: problem.suggestion }),
});

export const dialectExpr = (variants: ReadonlyMap<Variant, Expr>): DialectExpr => ({
  default: variants.get('default') ?? null,
  dialects: sortedRecord(
    [...variants].filter((entry): entry is [DialectName, Expr] => entry[0] !== 'default'),
  ) as DialectExpr['dialects'],
});

/** The texts of an expression by dialect: one text is for all. */
export const expressionTexts = (node: YamlNode): ReadonlyMap<Variant, ScalarNode> => {
  if (node.kind === 'scalar') return new Map([['default', node]]);
  if (node.kind === 'list') return new Map();
  return new Map(
    node.entries.flatMap(({ key, value }) => (value.kind === 'scalar' ? [[key as Variant, value] as const] : [])),
  );
};

/**
 * Parses and binds an expression, for all dialects and for each that differs: because the author says so, or because a
 * dimension in it does. Reports what is wrong.
 */
export const compileExpression = (
  node: YamlNode,
  context: ExpressionContext,
  kind: 'value' | 'condition',
): CompiledExpression => {
  const texts = expressionTexts(node);
  const parsed = new Map<ScalarNode, ParsedExpression>();
  const variants = new Map<Variant, Expr>();
  const uses = new Set<DialectName>();
  let type: CheckType = 'unknown';
  let broken = false;
  const bind = kind === 'condition' ? bindCondition : bindExpression;

  const compileFor = (variant: Variant, text: ScalarNode): void => {
    let syntax = parsed.get(text);
    if (syntax === undefined) {
      syntax = parseExpression(text.text);
      parsed.set(text, syntax);
      if (syntax.problem !== null) {
        context.report(problemFinding(context.source, text, syntax.problem, 'EXPRESSION_SYNTAX'));
      }
    }
    if (syntax.syntax === null) {
      broken = true;
      return;
    }
    const own = variant !== 'default' && texts.get(variant) === text;
    const native = own ? dialectFunctions[variant as DialectName] : null;
    const bound: Bound = bind(syntax.syntax, context.scope(variant, native, uses));
    for (const problem of bound.problems) {
      context.report(problemFinding(context.source, text, problem, problem.code));
    }
    if (bound.expr === null) broken = true;
    else if (isTooLarge(bound.expr)) {
      broken = true;
      const message = `with the dimensions in it this has more than ${largestTree} parts; make it simpler`;
      context.report({
        code: 'EXPRESSION_SYNTAX',
        message,
        place: { source: context.source, start: text.start, end: text.end },
      });
    } else {
      variants.set(variant, bound.expr);
      if (type === 'unknown') type = bound.type;
    }
  };

  const common = texts.get('default');
  if (common !== undefined) compileFor('default', common);
  for (const [variant, text] of texts) if (variant !== 'default') compileFor(variant, text);
  if (common !== undefined && !broken) {
    for (const dialect of uses) if (!texts.has(dialect)) compileFor(dialect, common);
  }
  if (broken || variants.size === 0) return failed;
  const only = variants.size === 1 ? variants.get('default') : undefined;
  return { expr: only === undefined ? dialectExpr(variants) : { default: only, dialects: emptyRecord }, type };
};

/** The compiler and the planner under test, as the judge's harness sees them: text and statements in, no look inside. */
import { dump } from 'js-yaml';
import type { ApprovedStatement } from '../../core/plugin/contract.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { compile } from '../../semantic/check/compiler.js';
import { createPlanner, type Planner } from '../../semantic/plan/create-planner.js';
import type { PlanOptions } from '../../semantic/plan/plan.js';
import type { PlannedColumn } from '../../semantic/plan/query.js';
import type { AuthoredModel, ReferenceQuery } from '../reference/authored-model.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';

export const yamlOf = (model: AuthoredModel): string => dump(model, { lineWidth: -1, noRefs: true });

/** A planner for the model that the text compiles to, or the compiler's errors. */
export function plannerOf(yaml: string): Planner | { readonly problems: string } {
  const { model, diagnostics } = compile(new Map([['model.yaml', yaml]]));
  if (model !== null) return createPlanner(model);
  return { problems: diagnostics.map(({ code, line, message }) => `  ${code} in line ${line}: ${message}`).join('\n') };
}

export interface PlannedAnswer extends ApprovedStatement {
  readonly columns: readonly PlannedColumn[];
}

export type PlanOutcome =
  | (PlannedAnswer & { readonly totals: PlannedAnswer | null })
  /** `refused` is `crash` for what no client should meet. */
  | { readonly refused: string; readonly why: string };

export function planQuery(
  planner: Planner,
  query: ReferenceQuery,
  dialect: TextDialect,
  options: Omit<PlanOptions, 'dialect'>,
): PlanOutcome {
  try {
    const { text, parameters, columns, totals } = planner.plan(query, { ...options, dialect });
    return {
      dialect,
      text,
      parameters,
      columns,
      totals: totals && { dialect, text: totals.text, parameters: totals.parameters, columns: totals.columns },
    };
  } catch (error) {
    if (error instanceof DataMindError) return { refused: error.code, why: error.message };
    return { refused: 'crash', why: String((error as Error).stack) };
  }
}

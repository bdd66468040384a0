import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import type { Call } from '../api/route.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import { type ExplainRequest, policyItem, policyWithin, prepareAny } from './service.js';

export interface Explaining {
  readonly executor: GovernedExecutor;
  readonly model: Model;
  readonly subject: Subject;
  readonly maxRows: number;
}

/** What would run for the subject under the policies of a model, or why nothing would. Runs nothing. */
export const explain = async (
  { executor, model, subject, maxRows }: Explaining,
  asked: ExplainRequest,
  { subject: caller, correlationId, address: origin, signal }: Call,
) => {
  const { user, roles, groups } = subject;
  const common = { subject: { user, roles, groups }, correlation_id: correlationId };
  try {
    const context = { executor, model, subject, caller, limit: maxRows, correlationId, origin, signal };
    const { original, sql, policies, told: proof } = await prepareAny(asked, context);
    return {
      ...common,
      decision: 'allow',
      code: null,
      message: null,
      sql_before: original,
      sql_after: sql,
      policies: policies
        .flatMap((name) => model.policies[name] ?? [])
        .map((policy) => policyItem(policyWithin(policy, model))),
      tables: proof.tables,
      proof,
    };
  } catch (error) {
    // What the query itself has wrong is the caller's to mend, as everywhere.
    if (!(error instanceof DataMindError) || error.code === 'QUERY_INVALID') throw error;
    const { code, message } = error;
    const nothing = { sql_before: asked.sql ?? null, sql_after: null, policies: [], tables: [], proof: null };
    return { ...common, decision: 'refuse', code, message, ...nothing };
  }
};

import { DataMindError } from '../../core/errors/datamind-error.js';
import { createSubject, type Subject } from '../../core/subject/subject.js';
import type { Model, Policy } from '../../semantic/model/model.js';
import type { SemanticQuery } from '../../semantic/plan/query.js';
import { isAbout } from '../../semantic/policy/applying-policies.js';
import { describeRows } from '../../semantic/policy/permitted-relation.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import type { PreparedStatement } from '../pipeline/prepared.js';

export const isAdmin = ({ roles }: Subject): boolean => roles.includes('admin');

/** A policy as people read it. */
export const policyItem = (policy: Policy) => ({
  name: policy.name,
  label: policy.label,
  description: policy.description,
  synonyms: policy.synonyms,
  for: policy.for,
  except: policy.except,
  on: policy.on,
  effect: policy.effect,
  // Any dialect spells the portable expression for people.
  rows: policy.rows === null ? null : describeRows(policy, 'duckdb'),
  columns: Object.fromEntries(Object.entries(policy.columns).map(([column, { kind }]) => [column, kind])),
  allow_only: policy.allow_only,
  follows: policy.follows,
  aggregate_only: policy.aggregate_only,
  valid: policy.valid,
  read_only: true,
});

export type PolicyItem = ReturnType<typeof policyItem>;

/** Admins see all policies, others those that are about them. */
export const policiesFor = (model: Model, subject: Subject): readonly PolicyItem[] =>
  Object.values(model.policies)
    .filter((policy) => isAdmin(subject) || isAbout(policy, subject))
    .map(policyItem);

export interface ExplainRequest {
  readonly sql?: string;
  readonly query?: SemanticQuery;
  readonly connection?: string;
  readonly subject?: Parameters<typeof createSubject>[0];
}

/** Whose eyes to look through. @throws DataMindError `FORBIDDEN` */
export const subjectOf = (caller: Subject, asked: ExplainRequest['subject']): Subject => {
  if (asked === undefined) return caller;
  if (!isAdmin(caller))
    throw new DataMindError('FORBIDDEN', 'Only admins may ask what somebody else may see.', { at: '/subject' });
  return createSubject({ ...asked, workspace: caller.workspace });
};

interface Context {
  readonly executor: GovernedExecutor;
  readonly model: Model;
  readonly subject: Subject;
  readonly limit: number;
  readonly correlationId: string;
  readonly origin: string | null;
  readonly signal: AbortSignal;
  /** Who asks. */
  readonly caller: Subject;
}

/** What would run for the subject. Through somebody else's eyes it is a simulation, and nobody's statement is refused. */
export const prepareAny = (request: ExplainRequest, context: Context): Promise<PreparedStatement> => {
  const { sql, query, connection, subject: other } = request;
  const { executor, caller, ...asked } = context;
  const place = connection === undefined ? {} : { connection };
  if (sql === undefined) {
    const whole = { ...asked, query: query ?? {}, ...place };
    return other === undefined ? executor.prepare(whole) : executor.simulate(caller, whole);
  }
  const whole = { ...asked, sql, ...place };
  return other === undefined ? executor.prepareSql(whole) : executor.simulate(caller, whole);
};

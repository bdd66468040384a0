import type { ConnectorCapabilities, DialectName } from '../../core/plugin/contract.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import type { Plan } from '../../semantic/plan/create-planner.js';
import type { SemanticQuery } from '../../semantic/plan/query.js';
import { planForSubject } from '../../semantic/policy/plan-for-subject.js';
import { planOptionsFor } from '../../semantic/policy/plan-options.js';

/** Where a statement is to run. */
export interface PlanTarget {
  readonly dialect: DialectName;
  readonly capabilities: Pick<ConnectorCapabilities, 'timeZones'>;
}

export interface GovernedPlan extends Plan {
  /** Names of the policies that apply to what the statement reads, in order. */
  readonly policies: readonly string[];
}

/** A semantic query as a statement over what the subject may see. @throws DataMindError */
export const planQuery = (
  model: Model,
  query: SemanticQuery,
  subject: Subject,
  { dialect, capabilities }: PlanTarget,
  now: number,
): GovernedPlan => {
  const options = { dialect, now: new Date(now) };
  const { timeZones } = capabilities;
  const plan = planForSubject(model, query, subject, { ...options, features: { timeZones } });
  const { policiesOf } = planOptionsFor(model, subject, options);
  return { ...plan, policies: [...new Set([...plan.entities].flatMap(policiesOf))].sort() };
};

/** What callers of an answer should know; how it was joined is the plan's own business. */
export const warningsOf = ({ notes }: Plan): readonly string[] =>
  notes.filter(({ code }) => code === 'GROUPS_OVERLAP').map(({ message }) => message);

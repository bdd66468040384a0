import type { ConnectorCapabilities, DialectName } from '../../core/plugin/contract.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import type { Plan } from '../../semantic/plan/plan.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import type { Lineages } from '../../semantic/policy/lineage.js';
import type { PermissionOptions } from '../../semantic/policy/permission.js';
import { permittedRelation } from '../../semantic/policy/permitted-relation.js';
import { permissionsFor, planForSubject, type SubjectPlan } from '../../semantic/policy/plan-for-subject.js';
import { type GovernedPlanning, planOptionsFor } from '../../semantic/policy/plan-options.js';
import { type ExpectedPlan, expectPlan } from './expect-plan.js';
import { type TableProof, type TableRead, tableProof } from './proof.js';

/** Where a statement is to run. */
export interface PlanTarget {
  readonly dialect: DialectName;
  readonly capabilities: Pick<ConnectorCapabilities, 'timeZones'>;
}

/** All that a plan depends on besides the model, the query and who asks. */
export interface PlanMoment {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The key of masked hashes. */
  readonly salt: string | null;
  readonly lineages: Lineages;
}

export interface GovernedPlan extends Pick<SubjectPlan, 'dialect' | 'connection' | 'columns' | 'notes' | 'question'> {
  readonly statement: ExpectedPlan;
  readonly totals: ExpectedPlan | null;
  /** Names of the policies that apply to what the statement reads, in order. */
  readonly policies: readonly string[];
  /** An entry for each entity that is read. */
  readonly tables: readonly TableRead[];
  /** The text names what does not exist for the subject. */
  readonly outside: boolean;
}

/** What is known of an entity that is read; one that is a query, or shows groups only, has no relation of its own. */
const proofOf = (
  model: Model,
  name: string,
  subject: Subject,
  { policiesOf }: GovernedPlanning,
  options: PermissionOptions,
): TableProof => {
  const { from } = model.entities[name]!;
  const permission = from.kind === 'table' ? permittedRelation(model, from, subject, options) : null;
  if (from.kind === 'table' && permission?.kind === 'permitted') return tableProof(from, name, permission, null);
  const policies = policiesOf(name);
  const whole = policies.length === 0;
  return { table: name, alias: name, policies, predicates: [], masks: {}, columns: [], whole, barrier: null };
};

/** A semantic query as a statement over what the subject may see. @throws DataMindError */
export const planQuery = (
  model: Model,
  query: SemanticQuery,
  subject: Subject,
  { dialect, capabilities }: PlanTarget,
  { now, salt, lineages }: PlanMoment,
): GovernedPlan => {
  const options = permissionsFor(query, { dialect, now: new Date(now), salt, lineages });
  const { timeZones } = capabilities;
  const plan = planForSubject(model, query, subject, { ...options, features: { timeZones } });
  const governed = planOptionsFor(model, subject, options);
  const { connection, columns, notes, entities, totals, question } = plan;
  const hooks = [governed.relationFor];
  if (query.beside !== undefined)
    hooks.push(planOptionsFor(model, subject, { ...options, side: 'everyone' }).relationFor);
  const expect = (statement: Parameters<typeof expectPlan>[0]): ExpectedPlan =>
    expectPlan(statement, model, entities, hooks, governed.showsQuery);
  return {
    dialect,
    connection,
    columns,
    notes,
    question,
    statement: expect(plan),
    totals: totals === null ? null : expect(totals),
    policies: [...new Set(entities.flatMap(governed.policiesOf))].sort(),
    tables: entities.map((name) => ({
      proof: proofOf(model, name, subject, governed, options),
      entity: name,
      outside: governed.isOutside(name),
    })),
    outside: entities.some(governed.isOutside),
  };
};

/** What callers of an answer should know; how it was joined is the plan's own business. */
export const warningsOf = ({ notes }: Pick<Plan, 'notes'>): readonly string[] =>
  notes.filter(({ code }) => code === 'GROUPS_OVERLAP' || code === 'GROUPS_ONLY').map(({ message }) => message);

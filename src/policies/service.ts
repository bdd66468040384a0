import { DataMindError } from '../../core/errors/datamind-error.js';
import { createSubject, type Subject } from '../../core/subject/subject.js';
import type { Model, Policy } from '../../semantic/model/model.js';
import type { ModelSource } from '../models/model-source.js';
import { policyFile } from './policy-layer.js';
import type { PolicyRow } from './store.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import { isAbout } from '../../semantic/policy/applying-policies.js';
import { isEntityWithin } from '../../semantic/model/view.js';
import { mentionsOutside } from '../../semantic/policy/outside-names.js';
import { describeRows } from '../../semantic/policy/permitted-relation.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import type { PreparedStatement } from '../pipeline/prepared.js';

const isAdmin = ({ roles }: Subject): boolean => roles.includes('admin');

/** A policy as people read it. */
const compiledItem = (policy: Policy) => ({
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
});

const moment = (at: number): string => new Date(at).toISOString();

/** Who made it, and how; for admins. */
const kept = (row: PolicyRow | null) =>
  row === null
    ? { version: null, definition: null, created_at: null, created_by: null, changed_at: null, changed_by: null }
    : {
        ...{ version: row.version, definition: row.body },
        ...{ created_at: moment(row.createdAt), created_by: row.createdBy },
        ...{ changed_at: moment(row.changedAt), changed_by: row.changedBy },
      };

/** A policy without what does not exist for whoever reads it. */
export const policyWithin = (policy: Policy, seen: Model): Policy => {
  const { rows, follows } = policy;
  const tells = rows !== null && mentionsOutside(seen, describeRows(policy, 'duckdb'));
  return {
    ...policy,
    rows: tells ? null : rows,
    follows: follows.filter((path) => !mentionsOutside(seen, path)),
  };
};

/** @param row where it was made by API, and whoever asks may know by whom */
export const policyItem = (policy: Policy, row: PolicyRow | null = null) => {
  const isMade = policy.source.file === policyFile(policy.name);
  return {
    ...compiledItem(policy),
    ...{ origin: isMade ? ('api' as const) : ('yaml' as const), status: 'in_force' as const, problem: null },
    ...kept(row),
    read_only: !isMade,
  };
};

/** One that is not in the model: what it is about is closed, where there is a model at all. */
const brokenItem = (row: PolicyRow, problem: string) => {
  const { name, on, label, description, effect, rows, follows } = row.body;
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return {
    ...{ name, label: text(label) ?? name, description: text(description), synonyms: [] },
    ...{ for: row.body.for === 'everyone' ? { everyone: true } : row.body.for, except: row.body.except ?? {}, on },
    ...{ effect: effect === 'restrictive' ? ('restrictive' as const) : ('permissive' as const) },
    ...{ rows: text(rows), columns: {}, allow_only: null, follows: follows ?? [], aggregate_only: null, valid: {} },
    ...{ origin: 'api' as const, status: 'broken' as const, problem },
    ...kept(row),
    read_only: false,
  };
};

export type PolicyItem = ReturnType<typeof policyItem> | ReturnType<typeof brokenItem>;

/**
 * Admins see all policies, others those that are about them.
 * @param rows those that were made by API
 * @param seen the model as it exists for whoever asks
 * @throws DataMindError `MODEL_UNAVAILABLE` where there is no model, and nothing that an admin could mend
 */
export const policiesFor = (
  source: ModelSource,
  rows: readonly PolicyRow[],
  subject: Subject,
  seen: Model | null = source.state().model,
): readonly PolicyItem[] => {
  const admin = isAdmin(subject);
  const { model, diagnostics } = source.state();
  if (model === null && (rows.length === 0 || !admin)) source.model();
  const byName = new Map(rows.map((row) => [row.name, row]));
  const inForce = Object.values(model?.policies ?? {}).filter(({ broken }) => broken !== true);
  const isMade = ({ name, source: { file } }: Policy): boolean => file === policyFile(name);
  const shown = inForce
    .filter((policy) => admin || (isAbout(policy, subject) && seen !== null && isEntityWithin(seen, policy.on)))
    .map((policy) => (admin || seen === null ? policy : policyWithin(policy, seen)))
    .map((policy) => policyItem(policy, admin && isMade(policy) ? (byName.get(policy.name) ?? null) : null));
  const made = new Set(inForce.filter(isMade).map(({ name }) => name));
  const broken = admin ? rows.filter(({ name }) => !made.has(name)) : [];
  const problemOf = (name: string): string =>
    diagnostics.find(({ file }) => file === policyFile(name))?.message ?? 'The model has errors elsewhere.';
  return [...shown, ...broken.map((row) => brokenItem(row, problemOf(row.name)))].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
};

/** What whoever makes a policy should know: an entity that is named is closed to all whom none admits. */
export const closingWarnings = (model: Model | null, entity: string): readonly string[] => {
  const policies = Object.values(model?.policies ?? {}).filter(({ closes }) => closes);
  const about = policies.filter(
    ({ on, follows }) => on === entity || follows.some((path) => path.startsWith(`${entity}.`)),
  );
  return about.length === 0 || about.some(({ effect }) => effect === 'permissive')
    ? []
    : [`"${entity}" is closed to everyone: no permissive policy admits anybody to it.`];
};

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

/**
 * A semantic query planned for a subject. Where the subject may have groups of an entity only, the statement gives its rows
 * when every group in it is large enough, and none otherwise; see `CONTEXT.md`, "Groups only".
 */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Entity, Model } from '../model/model.js';
import { isEntityWithin } from '../model/view.js';
import type { Plan, PlanOptions } from '../plan/plan.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import { besideEveryone } from './beside-everyone.js';
import type { GroupQuestion } from './group-question.js';
import { ownConditionsMayFail } from './may-raise.js';
import { leavesOf } from './metric-leaves.js';
import type { PermissionOptions } from './permission.js';
import { type PlanBase, planGroups, withheldUnless, withStatement } from './plan-groups.js';
import { type GovernedPlanning, planOptionsFor } from './plan-options.js';
import { plannerOf } from './planner-of.js';

export type SubjectPlanOptions = Omit<PermissionOptions, 'side'> & Pick<PlanOptions, 'features' | 'maxLimit'>;

export interface SubjectPlan extends Plan {
  /** Must be put to a ledger before the statement runs; `null` when it is not about groups only. */
  readonly question: GroupQuestion | null;
}

/** With what the query's own conditions ask of the relations: whoever expects these must ask for the same. */
export const permissionsFor = <Options extends PermissionOptions>(query: SemanticQuery, options: Options): Options => ({
  ...options,
  conditionsMayFail: ownConditionsMayFail(options.dialect, query.filters),
});

/** @throws DataMindError as the planner does, and `FORBIDDEN`, `ATTRIBUTE_MISSING` */
export const planForSubject = (
  model: Model,
  query: SemanticQuery,
  subject: Subject,
  given: SubjectPlanOptions,
): SubjectPlan => {
  const options = permissionsFor(query, given);
  const { dialect, features, maxLimit } = options;
  const base: PlanBase = {
    dialect,
    features,
    now: options.now.getTime(),
    ...(maxLimit === undefined ? {} : { maxLimit }),
  };
  const own = planOptionsFor(model, subject, options);
  const { beside, ...asked } = query;
  if (beside !== undefined) {
    if (beside !== 'everyone')
      throw new DataMindError('QUERY_INVALID', '"beside" must be "everyone".', { at: '/beside' });
    const everyone = planOptionsFor(model, subject, { ...options, side: 'everyone' });
    const entity = guardedOf(model, everyone, asked);
    if (entity === null || own.aggregatesOf(entity.name).length > 0 || !own.hasRowsOf(entity.name)) {
      throw new DataMindError('FORBIDDEN', 'There are no rows of your own to stand beside those of everyone.', {
        hint: 'It works for an entity of which you may see some rows, and groups of all. Leave "beside" away.',
        at: '/beside',
      });
    }
    const mine = plannerOf(own.model).plan(asked, { ...base, relation: own.relation });
    const groups = planGroups(everyone, entity, asked, base, true);
    return { ...besideEveryone(mine, groups), question: groups.question };
  }
  const entity = guardedOf(model, own, asked);
  if (entity === null) {
    const plan = plannerOf(own.model).plan(asked, { ...base, relation: own.relation });
    return { ...plan, question: null };
  }
  const groups = planGroups(own, entity, asked, base, false);
  return { ...withStatement(groups.plain, withheldUnless(groups)), question: groups.question };
};

/** The entity that all metrics of the query are of, when only groups of it may be had. Others are refused where they read it. */
const guardedOf = (whole: Model, governed: GovernedPlanning, { metrics }: SemanticQuery): Entity | null => {
  const { model } = governed;
  // The planner says what is wrong with something else.
  if (!Array.isArray(metrics) || metrics.length === 0) return null;
  const leaves = metrics.map((name: unknown) => (typeof name === 'string' ? leavesOf(model, name) : null));
  const found = Object.values(whole.entities).find(
    ({ name }) =>
      governed.aggregatesOf(name).length > 0 &&
      leaves.every((some) => some?.every((leaf) => leaf.entity === name) ?? false),
  );
  if (found === undefined) return null;
  if (!isEntityWithin(model, found.name)) {
    // How fine its groups are is judged by its own dimensions, and they do not exist here.
    throw new DataMindError('FORBIDDEN', 'Of a part of what this query needs you may have groups only.', {
      hint: 'Ask for it outside of the project.',
    });
  }
  return found;
};

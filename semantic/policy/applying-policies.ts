import type { Subject } from '../../core/subject/subject.js';
import type { Audience, Model, Policy } from '../model/model.js';
import { localToInstant } from '../plan/zone.js';

const names = (audience: Audience, subject: Subject): boolean =>
  audience.everyone ||
  audience.users.includes(subject.user) ||
  (subject.project !== null && audience.projects.includes(subject.project)) ||
  audience.roles.some((role) => subject.roles.includes(role)) ||
  audience.groups.some((group) => subject.groups.includes(group));

/** Whether the policy is about the subject, at whatever time. */
export const isAbout = ({ for: audience, except }: Policy, subject: Subject): boolean =>
  names(audience, subject) && !names(except, subject);

/** The moments between which a policy holds: from included, until excluded; a date is its midnight in the zone. */
export const boundsOf = ({ valid }: Policy, zone: string): { readonly from: number; readonly until: number } => {
  const moment = (text: string): number => {
    const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? localToInstant(zone, Date.parse(text)) : Date.parse(text);
    // A moment that cannot be read must not make a policy hold for ever.
    if (Number.isNaN(at)) throw new Error(`a policy's time cannot be read: ${text}`);
    return at;
  };
  return {
    from: valid.from === null ? Number.NEGATIVE_INFINITY : moment(valid.from),
    until: valid.until === null ? Number.POSITIVE_INFINITY : moment(valid.until),
  };
};

/** The policies that apply to the subject now, in the order of their names. */
export const applyingPolicies = (model: Model, subject: Subject, now: Date): readonly Policy[] =>
  Object.values(model.policies).filter((policy) => {
    if (!isAbout(policy, subject)) return false;
    const { from, until } = boundsOf(policy, model.project.timezone);
    return from <= now.getTime() && now.getTime() < until;
  });

const perModel = (compute: (model: Model) => ReadonlySet<string>): ((model: Model) => ReadonlySet<string>) => {
  const known = new WeakMap<Model, ReadonlySet<string>>();
  return (model) => {
    let found = known.get(model);
    if (found === undefined) {
      found = compute(model);
      known.set(model, found);
    }
    return found;
  };
};

const touchedBy = (policies: readonly Policy[]): ReadonlySet<string> =>
  new Set(policies.flatMap(({ on, follows }) => [on, ...follows.map((path) => path.split('.')[0]!)]));

/** Entities that some policy is on or follows to, whomever it is for: closed to all whom none admits. */
export const namedEntities = perModel((model) =>
  touchedBy(Object.values(model.policies).filter(({ closes }) => closes)),
);

/** Entities that any policy says something of, the project's masks of personal data among them. */
export const touchedEntities = perModel((model) => touchedBy(Object.values(model.policies)));

/** Entities that are closed to everyone, because a policy that says something of them does not compile any more. */
export const brokenEntities = perModel((model) =>
  touchedBy(Object.values(model.policies).filter(({ broken }) => broken === true)),
);

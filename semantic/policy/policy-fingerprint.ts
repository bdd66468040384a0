import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Subject } from '../../core/subject/subject.js';
import type { Model, Policy } from '../model/model.js';
import { applyingPolicies, boundsOf, isAbout } from './applying-policies.js';
import type { PolicyFingerprint } from './permission.js';
import { attributesIn } from './row-condition.js';

const used = new WeakMap<Policy, readonly string[]>();

const attributesOf = (policy: Policy): readonly string[] => {
  let names = used.get(policy);
  if (names === undefined) {
    names = [...attributesIn([policy.rows, policy.columns])].sort();
    used.set(policy, names);
  }
  return names;
};

const compute = (model: Model, subject: Subject, now: Date): PolicyFingerprint => {
  const policies = applyingPolicies(model, subject, now);
  const names = [...new Set(policies.flatMap(attributesOf))].sort();
  const values = names.map((name) => [
    name,
    Object.hasOwn(subject.attributes, name) ? (subject.attributes[name] ?? null) : null,
  ]);
  const parts = [model.hash, policies.map(({ name }) => name), values];
  const moments = Object.values(model.policies)
    .filter((policy) => isAbout(policy, subject))
    .flatMap((policy) => Object.values(boundsOf(policy, model.project.timezone)))
    .filter((at) => Number.isFinite(at) && at > now.getTime());
  return {
    fingerprint: createHash('sha256').update(JSON.stringify(parts)).digest('hex'),
    validUntil: moments.length === 0 ? null : new Date(Math.min(...moments)),
  };
};

interface Kept {
  readonly from: number;
  readonly until: number;
  readonly found: PolicyFingerprint;
}

const most = 2_000;
const kept = new WeakMap<Model, LRUCache<string, Kept>>();

/**
 * Equal for two subjects, and two moments before `validUntil`, whom the model's policies permit the same: of the model, the
 * policies that apply and the values of the attributes they use.
 */
export const policyFingerprint = (model: Model, subject: Subject, now: Date): PolicyFingerprint => {
  let known = kept.get(model);
  if (known === undefined) {
    known = new LRUCache({ max: most });
    kept.set(model, known);
  }
  const at = now.getTime();
  const last = known.get(subject.fingerprint);
  if (last !== undefined && last.from <= at && at < last.until) return last.found;
  const found = compute(model, subject, now);
  known.set(subject.fingerprint, { from: at, until: found.validUntil?.getTime() ?? Number.POSITIVE_INFINITY, found });
  return found;
};

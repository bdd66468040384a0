import { createHash } from 'node:crypto';
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

/**
 * Equal for two subjects, and two moments before `validUntil`, whom the model's policies permit the same: of the model, the
 * policies that apply and the values of the attributes they use.
 */
export const policyFingerprint = (model: Model, subject: Subject, now: Date): PolicyFingerprint => {
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

import { defineTable } from '../store/define-table.js';

/** A policy that was made by API. */
export interface PolicyRow {
  readonly workspaceId: string;
  readonly name: string;
  /** With the keys of the YAML. */
  readonly body: PolicyBody;
  readonly version: number;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly changedAt: number;
  readonly changedBy: string;
}

/** A policy as authors write it; the schema says what else there is. */
export interface PolicyBody {
  readonly name: string;
  readonly for: unknown;
  readonly on: string;
  readonly follows?: readonly string[];
  readonly [key: string]: unknown;
}

/** What a policy was with each of its versions. */
export interface PolicyVersionRow {
  readonly workspaceId: string;
  readonly name: string;
  readonly version: number;
  /** Null: it was deleted. */
  readonly body: PolicyBody | null;
  readonly changedAt: number;
  readonly changedBy: string;
}

export const policies = defineTable<PolicyRow>('policies', {
  workspaceId: 'id',
  name: 'id',
  body: 'json',
  version: 'count',
  createdAt: 'time',
  createdBy: 'text',
  changedAt: 'time',
  changedBy: 'text',
});

export const policyVersions = defineTable<PolicyVersionRow>('policy_versions', {
  workspaceId: 'id',
  name: 'id',
  version: 'place',
  body: 'json?',
  changedAt: 'time',
  changedBy: 'text',
});

import type { EntitySchema } from 'typeorm';
import * as audit from '../audit/store.js';
import * as connections from '../connections/store.js';
import * as identity from '../identity/store.js';
import * as jobs from '../jobs/store.js';
import * as models from '../models/store.js';
import * as pipeline from '../pipeline/store.js';
import * as policies from '../policies/store.js';
import { epochs } from './epochs.js';
import * as saved from '../saved-queries/store.js';
import * as usage from '../usage/store.js';
import type { Migration } from './migration.js';
import { audit as auditMigration } from './migrations/audit.js';
import { auditProbes as auditProbesMigration } from './migrations/audit-probes.js';
import { connections as connectionsMigration } from './migrations/connections.js';
import { groupQuestions as groupQuestionsMigration } from './migrations/group-questions.js';
import { identity as identityMigration } from './migrations/identity.js';
import { jobs as jobsMigration } from './migrations/jobs.js';
import { models as modelsMigration } from './migrations/models.js';
import { policies as policiesMigration } from './migrations/policies.js';
import { usage as usageMigration } from './migrations/usage.js';

/** Every table of the store. Each is defined by the capability that owns it, in its `store.ts`. */
// biome-ignore lint/suspicious/noExplicitAny: the rows of a table are its owner's
export const tables: readonly EntitySchema<any>[] = [
  audit.entries,
  audit.checkpoints,
  audit.probes,
  identity.workspaces,
  identity.users,
  identity.externalAccounts,
  identity.memberships,
  identity.groups,
  identity.groupMembers,
  identity.userAttributes,
  identity.sessions,
  identity.refreshTokens,
  identity.serviceTokens,
  identity.signingKeys,
  identity.loginFailures,
  identity.invitations,
  identity.addressRanges,
  connections.connections,
  connections.connectionShares,
  connections.connectionStates,
  connections.connectionCatalogues,
  epochs,
  pipeline.groupQuestions,
  jobs.jobs,
  jobs.schedules,
  jobs.leases,
  usage.usageEvents,
  saved.savedQueries,
  models.modelRevisions,
  models.modelFiles,
  models.modelFileVersions,
  policies.policies,
  policies.policyVersions,
];

/** Every change of the tables, in the order in which they are made. Append only. */
export const migrations: readonly Migration[] = [
  auditMigration,
  identityMigration,
  groupQuestionsMigration,
  jobsMigration,
  modelsMigration,
  auditProbesMigration,
  connectionsMigration,
  policiesMigration,
  usageMigration,
];

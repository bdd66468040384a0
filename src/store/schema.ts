import type { EntitySchema } from 'typeorm';
import * as audit from '../audit/store.js';
import * as connections from '../connections/store.js';
import * as conversations from '../conversations/store.js';
import * as feedback from '../feedback/store.js';
import * as identity from '../identity/store.js';
import * as intelligence from '../intelligence/store.js';
import * as jobs from '../jobs/store.js';
import * as llm from '../llm/store.js';
import * as models from '../models/store.js';
import * as pipeline from '../pipeline/store.js';
import * as policies from '../policies/store.js';
import * as questions from '../questions/store.js';
import * as projects from '../projects/store.js';
import { epochs } from './epochs.js';
import * as saved from '../saved-queries/store.js';
import * as usage from '../usage/store.js';
import type { Migration } from './migration.js';
import { audit as auditMigration } from './migrations/audit.js';
import { auditProbes as auditProbesMigration } from './migrations/audit-probes.js';
import { connectionGroups as connectionGroupsMigration } from './migrations/connection-groups.js';
import { connections as connectionsMigration } from './migrations/connections.js';
import { conversations as conversationsMigration } from './migrations/conversations.js';
import { generatedQueries as generatedQueriesMigration } from './migrations/generated-queries.js';
import { feedback as feedbackMigration } from './migrations/feedback.js';
import { groupQuestions as groupQuestionsMigration } from './migrations/group-questions.js';
import { identity as identityMigration } from './migrations/identity.js';
import { llmKeys as llmKeysMigration } from './migrations/llm-keys.js';
import { intelligence as intelligenceMigration } from './migrations/intelligence.js';
import { jobs as jobsMigration } from './migrations/jobs.js';
import { models as modelsMigration } from './migrations/models.js';
import { policies as policiesMigration } from './migrations/policies.js';
import { projects as projectsMigration } from './migrations/projects.js';
import { usage as usageMigration } from './migrations/usage.js';
import { usageProjects as usageProjectsMigration } from './migrations/usage-projects.js';

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
  connections.connectionGroupShares,
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
  conversations.conversations,
  conversations.conversationMessages,
  questions.generatedQueries,
  llm.llmKeys,
  intelligence.profiles,
  intelligence.descriptions,
  projects.projects,
  projects.projectMembers,
  projects.projectGroups,
  feedback.askedQuestions,
  feedback.trainingEntries,
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
  llmKeysMigration,
  conversationsMigration,
  projectsMigration,
  generatedQueriesMigration,
  connectionGroupsMigration,
  feedbackMigration,
  intelligenceMigration,
  usageProjectsMigration,
];

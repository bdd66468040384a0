import { createHash } from 'node:crypto';
import type { DialectName } from '../../core/plugin/contract.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import { planOptionsFor } from '../../semantic/policy/plan-options.js';
import { policyFingerprint } from '../../semantic/policy/policy-fingerprint.js';
import { etagOf } from '../api/entity-tag.js';
import type { ModelSource } from '../models/model-source.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import type { GovernedExecutor } from '../pipeline/execute.js';

/** The model in force as it is listed for whoever asks. */
export interface Listed {
  readonly model: Model;
  /** Where it comes from. */
  readonly source: ModelSource;
  /** Differs for two who are shown different lists. */
  readonly etag: string;
}

export type ListedFor = (subject: Subject) => Promise<Listed>;

/** Without any connection nothing can be asked, and a list is still a list. */
const fallback: DialectName = 'duckdb';

export const createListing =
  (
    models: WorkspaceModels,
    executor: Pick<GovernedExecutor, 'dialectOf' | 'lineages'>,
    now: () => number = Date.now,
  ): ListedFor =>
  async (subject) => {
    const source = await models.of(subject.workspace);
    const model = await models.modelFor(subject);
    const at = new Date(now());
    const lineages = await executor.lineages(model, subject);
    // Policies are asked in the dialect of where the model lives.
    const dialect = (await executor.dialectOf(model, subject)) ?? fallback;
    const options = { dialect, now: at, lineages };
    const listed = planOptionsFor(model, subject, options).listed();
    if (listed === model) return { model, source, etag: etagOf(model.hash) };
    const { fingerprint } = policyFingerprint(model, subject, at);
    return {
      model: listed,
      source,
      etag: etagOf(createHash('sha256').update(`${fingerprint} ${lineages.hash}`).digest('hex')),
    };
  };

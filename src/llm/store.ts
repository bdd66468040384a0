import { defineTable } from '../store/define-table.js';

/** A workspace's own key for a language model. */
export interface LlmKeyRow {
  readonly id: string;
  readonly workspaceId: string;
  /** The name of the instance. */
  readonly provider: string;
  /** Where it leads, as it was then: a key goes nowhere else. */
  readonly place: string;
  readonly sealed: string;
  /** As the subject of whoever set it is called. */
  readonly setBy: string;
  readonly setAt: number;
}

export const llmKeys = defineTable<LlmKeyRow>('llm_keys', {
  id: 'id',
  workspaceId: 'text',
  provider: 'text',
  place: 'text',
  sealed: 'text',
  setBy: 'text',
  setAt: 'time',
});

/** What a key is sealed for. */
export const llmKeyPurpose = (id: string): string => `llm-key/${id}`;

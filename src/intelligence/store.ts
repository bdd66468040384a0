import type { Catalogue } from '../../core/plugin/contract.js';
import type { SchemaChanges } from '../connections/store.js';
import type { Asker } from '../identity/subject-of.js';
import { defineTable } from '../store/define-table.js';
import type { TableProfile } from './profile.js';

/** `updating`: there is a profile, and it is made again. */
export const profileStates = ['pending', 'analyzing', 'indexing', 'ready', 'error', 'updating'] as const;
export type ProfileState = (typeof profileStates)[number];

/** What was found out about a connection. */
export interface ProfileRow {
  readonly id: string;
  readonly workspaceId: string;
  /** The id of a connection that was made by API; the name of one of the configuration. */
  readonly connectionId: string;
  readonly state: ProfileState;
  /** From 0 to 100. */
  readonly progress: number;
  readonly code: string | null;
  readonly message: string | null;
  /** As whom its tables are looked at. */
  readonly asker: Asker;
  readonly askedAt: number;
  readonly profiledAt: number | null;
  /** When it is made again. */
  readonly nextAt: number | null;
  readonly tables: readonly TableProfile[];
  /** Tables of which whoever asked may not see all rows, as `schema.name`. */
  readonly part: readonly string[];
  readonly catalogue: Catalogue | Record<string, never>;
  readonly catalogueHash: string | null;
  readonly schemaChanges: SchemaChanges | Record<string, never>;
  readonly schemaChangedAt: number | null;
}

export const profiles = defineTable<ProfileRow>('profiles', {
  id: 'id',
  workspaceId: 'text',
  connectionId: 'text',
  state: 'text',
  progress: 'count',
  code: 'text?',
  message: 'text?',
  asker: 'json',
  askedAt: 'time',
  profiledAt: 'time?',
  nextAt: 'time?',
  tables: 'json',
  part: 'json',
  catalogue: 'json',
  catalogueHash: 'text?',
  schemaChanges: 'json',
  schemaChangedAt: 'time?',
});

/** What a table or a column is, in words. */
export interface DescriptionRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly insightId: string;
  readonly text: string;
  /** People's words are never written over. */
  readonly origin: 'person' | 'model';
  /** What a model was shown, hashed: it is asked again when that changes. */
  readonly basis: string;
  readonly changedBy: string;
  readonly changedAt: number;
}

export const descriptions = defineTable<DescriptionRow>('profile_words', {
  id: 'id',
  workspaceId: 'text',
  connectionId: 'text',
  insightId: 'text',
  text: 'text',
  origin: 'text',
  basis: 'text',
  changedBy: 'text',
  changedAt: 'time',
});

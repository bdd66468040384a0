import { defineTable } from '../store/define-table.js';
import type { Result } from './trail.js';

/** An entry of a chain, as it is kept. Nothing of it is ever changed. */
export interface EntryRow {
  /** The node that wrote it. */
  readonly chain: string;
  /** Its place in the chain, from 1 on without a gap. */
  readonly seq: number;
  readonly id: string;
  readonly at: number;
  /** An outcome repeats who, what and where of its intent, so that a line can be read alone. */
  readonly phase: 'intent' | 'outcome';
  readonly action: string;
  readonly user: string;
  readonly workspace: string;
  readonly fingerprint: string | null;
  /** A network address; null for what the server or a program on its machine does. */
  readonly origin: string | null;
  readonly target: string | null;
  readonly correlationId: string;
  /** Of an outcome: the id of its intent. */
  readonly intentId: string | null;
  readonly result: Result | null;
  readonly code: string | null;
  /** JSON as text: what is hashed is what is kept. */
  readonly detail: string;
  readonly previousHash: string;
  readonly hash: string;
}

export const entries = defineTable<EntryRow>('audit_entries', {
  chain: 'id',
  seq: 'place',
  id: 'text',
  at: 'time',
  phase: 'text',
  action: 'text',
  user: 'text',
  workspace: 'text',
  fingerprint: 'text?',
  origin: 'text?',
  target: 'text?',
  correlationId: 'text',
  intentId: 'text?',
  result: 'text?',
  code: 'text?',
  detail: 'text',
  previousHash: 'text',
  hash: 'text',
});

/** What a node writes only to see whether it can write. */
export interface ProbeRow {
  /** The chain of the node. */
  readonly id: string;
  readonly at: number;
  /** As much as the entries of a statement. */
  readonly room: string;
}

export const probes = defineTable<ProbeRow>('audit_probes', { id: 'id', at: 'time', room: 'text' });

/** Where all chains stood at a moment, signed. */
export interface CheckpointRow {
  readonly id: string;
  readonly at: number;
  /** What is signed, as text. */
  readonly body: string;
  readonly keyId: string;
  /** Ed25519 over the bytes of the body, base64url. */
  readonly signature: string;
}

export const checkpoints = defineTable<CheckpointRow>('audit_checkpoints', {
  id: 'id',
  at: 'time',
  body: 'text',
  keyId: 'text',
  signature: 'text',
});

import { createHash } from 'node:crypto';
import type { EntryRow } from './store.js';

/** The hash before the first entry of a chain. */
export const noHash = '0'.repeat(64);

export type Unhashed = Omit<EntryRow, 'hash'>;

/**
 * What is hashed: the UTF-8 bytes of this JSON array without white space, its texts escaped as ECMAScript's
 * `JSON.stringify` does. `detail` is in it as the text that is kept.
 */
const spellEntry = (entry: Unhashed): string =>
  JSON.stringify([
    'datamind-audit/1',
    entry.chain,
    entry.seq,
    entry.id,
    entry.at,
    entry.phase,
    entry.action,
    entry.user,
    entry.workspace,
    entry.fingerprint,
    entry.origin,
    entry.target,
    entry.correlationId,
    entry.intentId,
    entry.result,
    entry.code,
    entry.detail,
    entry.previousHash,
  ]);

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** SHA-256 of {@link spellEntry}, in hexadecimal. */
export const hashEntry = (entry: Unhashed): string => sha256(spellEntry(entry));

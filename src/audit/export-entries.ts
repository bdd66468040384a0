import { Between, type FindOptionsWhere } from 'typeorm';
import type { Store } from '../store/store.js';
import { chainsOf } from './checkpoint.js';
import { readChain } from './read-entries.js';
import type { EntryRow } from './store.js';

export interface ExportFilter {
  /** Only of this workspace. The operator alone may leave it out. */
  readonly workspace: string | null;
  /** Milliseconds since 1970; from inclusive, to exclusive. */
  readonly from?: number;
  readonly to?: number;
}

const lineOf = (entry: EntryRow): string =>
  `${JSON.stringify({
    chain: entry.chain,
    seq: entry.seq,
    id: entry.id,
    at: new Date(entry.at).toISOString(),
    phase: entry.phase,
    action: entry.action,
    user: entry.user,
    workspace: entry.workspace,
    fingerprint: entry.fingerprint,
    origin: entry.origin,
    target: entry.target,
    correlation_id: entry.correlationId,
    intent_id: entry.intentId,
    result: entry.result,
    code: entry.code,
    detail: JSON.parse(entry.detail),
    previous_hash: entry.previousHash,
    hash: entry.hash,
  })}\n`;

/** Every entry as NDJSON, chain after chain, each in order. */
export async function* exportEntries(store: Store, { workspace, from, to }: ExportFilter): AsyncGenerator<string> {
  const where: FindOptionsWhere<EntryRow> = {
    ...(workspace !== null && { workspace }),
    ...((from !== undefined || to !== undefined) && {
      at: Between(from ?? 0, (to ?? Number.MAX_SAFE_INTEGER) - 1),
    }),
  };
  for (const chain of await store.read(chainsOf)) {
    for await (const entry of readChain(store, chain, 0, where)) yield lineOf(entry);
  }
}

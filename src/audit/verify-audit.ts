import type { Store } from '../store/store.js';
import { bodyOf, chainsOf, latestCheckpoint, type Memo } from './checkpoint.js';
import { sha256 } from './entry-hash.js';
import { readChain } from './read-entries.js';
import type { VerifyingKey } from './signing-key.js';
import { type CheckpointRow, checkpoints } from './store.js';
import { type ChainReport, type Finding, type Seen, verifyChain } from './verify-chain.js';

export interface AuditReport {
  readonly whole: boolean;
  readonly chains: readonly ChainReport[];
  readonly checkpoints: number;
  /** When the latest signature was made: up to there nothing can be cut off unseen. Milliseconds since 1970. */
  readonly signedAt: number | null;
  /** Of each chain the first one, and what is wrong with the checkpoints. */
  readonly findings: readonly Finding[];
}

const checkpointFinding = (message: string): Finding => ({
  kind: 'checkpoint',
  chain: null,
  seq: null,
  id: null,
  message,
});

/** What is wrong with a checkpoint itself. */
const judgeCheckpoint = (row: CheckpointRow, keys: readonly VerifyingKey[]): Finding | null => {
  const name = `The checkpoint ${row.id}`;
  const key = keys.find(({ id }) => id === row.keyId);
  if (key === undefined)
    return checkpointFinding(
      `${name} is signed by the key ${row.keyId}, which is not known here; name its file by --key.`,
    );
  if (!key.isSignature(row.body, row.signature))
    return checkpointFinding(`${name} was altered: its signature does not fit.`);
  const { id, at } = bodyOf(row);
  return id === row.id && at === row.at ? null : checkpointFinding(`${name} was altered: it was signed as ${id}.`);
};

/** The memo of this node names a checkpoint that must be there, unless retention deleted it with all of its time. */
const judgeMemo = (rows: readonly CheckpointRow[], memo: Memo): Finding | null => {
  const found = rows.find(({ id }) => id === memo.id);
  if (found !== undefined) {
    return sha256(found.body) === memo.hash
      ? null
      : checkpointFinding(`The checkpoint ${memo.id} is not the one that this node made.`);
  }
  const first = rows[0];
  const pruned = first !== undefined && first.at > memo.at && bodyOf(first).anchors.length > 0;
  return pruned ? null : checkpointFinding(`The checkpoint ${memo.id}, which this node made, is missing.`);
};

const verifyOnce = async (store: Store, keys: readonly VerifyingKey[], memo: Memo | null): Promise<AuditReport> => {
  const rows = await store.read((db) => db.find(checkpoints, { order: { at: 'ASC', id: 'ASC' } }));
  const judged = rows.map((row) => ({ row, finding: judgeCheckpoint(row, keys) }));
  const trusted = judged.filter(({ finding }) => finding === null).map(({ row }) => bodyOf(row));
  const seenOf = (chain: string): Seen[] =>
    trusted.flatMap(({ heads, at }) => heads.filter((head) => head.chain === chain).map((head) => ({ ...head, at })));
  const anchors = trusted.at(-1)?.anchors ?? [];
  const names = new Set([
    ...(await store.read(chainsOf)),
    ...trusted.flatMap(({ heads }) => heads.map(({ chain }) => chain)),
  ]);
  const chains: ChainReport[] = [];
  for (const chain of [...names].sort()) {
    const anchor = anchors.find((place) => place.chain === chain) ?? null;
    chains.push(await verifyChain(chain, readChain(store, chain, anchor?.seq ?? 0), anchor, seenOf(chain)));
  }
  const findings = [
    ...judged.flatMap(({ finding }) => finding ?? []).slice(0, 1),
    ...(memo === null ? [] : [judgeMemo(rows, memo) ?? []].flat()),
    ...chains.flatMap(({ finding }) => finding ?? []),
  ];
  return {
    whole: findings.length === 0,
    chains,
    checkpoints: rows.length,
    signedAt: trusted.at(-1)?.at ?? null,
    findings,
  };
};

const latestId = async (store: Store): Promise<string | null> => (await store.read(latestCheckpoint))?.id ?? null;

/**
 * Verifies every chain from its beginning (or from where retention cut it) to its end, and every checkpoint. May run beside
 * servers that write: what they add meanwhile is verified or not, what retention deletes meanwhile is looked at anew.
 */
export const verifyAudit = async (
  store: Store,
  keys: readonly VerifyingKey[],
  memo: Memo | null,
): Promise<AuditReport> => {
  for (let run = 1; ; run++) {
    const before = await latestId(store);
    const report = await verifyOnce(store, keys, memo);
    if (report.whole || run === 3 || before === (await latestId(store))) return report;
  }
};

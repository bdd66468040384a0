import { join } from 'node:path';
import type { Logger } from '../../core/plugin/contract.js';
import type { Redactor } from '../../core/secrets/create-redactor.js';
import type { Store } from '../store/store.js';
import { type ChainWriter, createChainWriter } from './chain-writer.js';
import { makeCheckpoint } from './checkpoint.js';
import { createTrail } from './create-trail.js';
import { nodeId } from './node-id.js';
import { createTrailProbe } from './probe-trail.js';
import { pruneAudit } from './prune-audit.js';
import { readSigningKey } from './signing-key.js';
import type { Actor, AuditTrail } from './trail.js';

/** Where the audit keeps what is not in the store. */
export interface AuditFiles {
  readonly home: string;
  readonly key: string;
  readonly memo: string;
}

export const auditFiles = (home: string, keyFile: string | null): AuditFiles => ({
  home,
  key: keyFile ?? join(home, 'audit-key.pem'),
  memo: join(home, 'audit-checkpoint.json'),
});

export interface AuditOptions {
  readonly files: AuditFiles;
  readonly log: Logger;
  readonly redact: Redactor;
  readonly now?: () => number;
}

/** The audit of a node that runs. */
export interface Audit extends AuditTrail {
  readonly chain: string;
  /** PEM of the key that verifies this node's checkpoints. */
  readonly publicKey: string;
  /** Resolves when the trail can be written, and rejects when it cannot. */
  probe(): Promise<void>;
  /** Signs where all chains stand. */
  checkpoint(): Promise<void>;
  /** Deletes entries that are older than this, in milliseconds since 1970. @returns how many */
  prune(before: number, actor: Actor, correlationId: string): Promise<number>;
  /** Waits for what is being written, and signs it. */
  close(): Promise<void>;
}

const checkpointMs = 5 * 60_000;

/** What the server does by itself. */
export const serverActor: Actor = Object.freeze({ user: 'server', workspace: '*', fingerprint: null });

/** Opens this node's chain, and signs all chains every five minutes. @throws DataMindError `CONFIG_INVALID` for a key that cannot be read */
export const openAudit = (store: Store, options: AuditOptions): Audit => {
  const { files, log, redact, now = Date.now } = options;
  const chain = nodeId(files.home);
  const key = readSigningKey(files.key, true);
  let writer: ChainWriter | undefined;
  const trail = createTrail(
    (notes) => {
      writer = createChainWriter(store, chain, log, notes);
      return writer;
    },
    redact,
    now,
  );

  const checkpoint = async (): Promise<void> => {
    await makeCheckpoint(store, key, files.memo, now());
  };
  const prune: Audit['prune'] = async (before, actor, correlationId) => {
    const detail = { before: new Date(before).toISOString() };
    const entry = await trail.begin({ action: 'audit.prune', actor, target: null, correlationId, detail });
    try {
      const deleted = await pruneAudit(store, key, files.memo, before, now());
      await entry.finish({ result: 'done', code: null, detail: { deleted } });
      return deleted;
    } catch (error) {
      await entry.finish({ result: 'failed', code: 'INTERNAL', detail: {} });
      throw error;
    }
  };

  // Each node signs by itself and is no job: what it signed it remembers in its own home, outside of the store.
  const timer = setInterval(() => {
    checkpoint().catch((error: unknown) => log.error('the audit could not be signed', { error }));
  }, checkpointMs).unref();

  return {
    ...trail,
    chain,
    publicKey: key.publicKey,
    probe: createTrailProbe(store, chain, log, now),
    checkpoint,
    prune,
    close: async () => {
      clearInterval(timer);
      await writer?.drain();
      await checkpoint();
    },
  };
};

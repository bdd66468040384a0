import { existsSync } from 'node:fs';
import type { AppLogger } from '../core/logging/create-logger.js';
import type { GroupLedger } from '../semantic/policy/group-question.js';
import { createMemoryTrail } from './audit/memory-trail.js';
import type { Audit } from './audit/open-audit.js';
import type { AuditTrail } from './audit/trail.js';
import type { Settings } from './settings/settings.js';
import type { Store } from './store/store.js';

/** What the governed executor writes down. */
export interface Records {
  readonly trail: AuditTrail;
  /** What subjects were told of groups. */
  readonly ledger: GroupLedger;
}

export interface OwnRecords extends Records {
  close(): Promise<void>;
}

interface Parts {
  readonly place: Settings['store'];
  readonly log: AppLogger;
  openStore(): Promise<Store>;
  openAudit(store: Store): Promise<Audit>;
}

/**
 * The records of a command that runs without a server. Where a server keeps a trail (its store is there), the command writes
 * into the same chain, also beside it; where none ever ran, nothing is made for a trail. What is asked of groups is noted
 * always, for a budget that a new process forgets is none: the first such question makes the store.
 *
 * @throws DataMindError when there is a store that cannot be opened: then nothing runs
 */
export const openRecords = async ({ place, log, openStore, openAudit }: Parts): Promise<OwnRecords> => {
  let opened: Promise<Store> | null = null;
  const store = (): Promise<Store> => {
    opened ??= openStore().catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  const closeStore = async (): Promise<void> => {
    if (opened !== null) await (await opened).close();
  };
  const isThere = place.engine === 'postgres' || existsSync(place.file);
  const open = async (): Promise<Audit> => {
    try {
      return await openAudit(await store());
    } catch (error) {
      await closeStore();
      throw error;
    }
  };
  const audit = isThere ? await open() : null;
  return {
    trail: audit ?? createMemoryTrail(),
    ledger: {
      ask: async (subject, question) => {
        const { createStoredLedger } = await import('./pipeline/stored-ledger.js');
        return createStoredLedger(store, log).ask(subject, question);
      },
    },
    close: async () => {
      await audit?.close().catch((error: unknown) => log.error('the audit could not be signed at the end', { error }));
      await closeStore();
    },
  };
};

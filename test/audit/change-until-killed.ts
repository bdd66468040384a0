/** A process that makes one audited change, and is killed at the step of it that it is told. */
import { changeAudited } from '../../src/audit/change-audited.js';
import { openAudit, auditFiles } from '../../src/audit/open-audit.js';
import { createLogger } from '../../core/logging/create-logger.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import { workspaces } from '../../src/identity/store.js';
import type { StorePlace } from '../../src/store/engine.js';
import { openStore } from '../../src/store/open-store.js';

const place = JSON.parse(process.argv[2]!) as StorePlace;
const home = process.argv[3]!;
const killedAt = process.argv[4]!;

const reached = (step: string): void => {
  if (step === killedAt) process.kill(process.pid, 'SIGKILL');
};

const log = createLogger({ level: 'silent' });
const store = await openStore(place, { log });
const audit = openAudit(store, { files: auditFiles(home, null), log, redact: createRedactor([]) });
await changeAudited(
  {
    store: {
      transaction: async (work) => {
        reached('before the transaction');
        const result = await store.transaction(async (db) => {
          const done = await work(db);
          reached('at the end of the transaction');
          return done;
        });
        reached('after the transaction');
        return result;
      },
    },
    trail: audit,
  },
  {
    action: 'workspace.create',
    actor: { user: 'ada', workspace: 'default', fingerprint: null },
    target: killedAt,
    correlationId: 'c1',
    detail: {},
  },
  ['identity'],
  (db) => db.insert(workspaces, { id: killedAt, name: killedAt, createdAt: 1, version: 1 }),
);

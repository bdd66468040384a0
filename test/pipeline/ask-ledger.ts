/** A process of its own that asks questions about groups, all at once, and prints what became of each. */
import { createLogger } from '../../core/logging/create-logger.js';
import { createSubject } from '../../core/subject/subject.js';
import type { GroupQuestion } from '../../semantic/policy/group-question.js';
import { createStoredLedger } from '../../src/pipeline/stored-ledger.js';
import type { StorePlace } from '../../src/store/engine.js';
import { openStore } from '../../src/store/open-store.js';

const [place, user, questions] = process.argv.slice(2) as [string, string, string];
const log = createLogger({ level: 'silent' });
const store = await openStore(JSON.parse(place) as StorePlace, { log });
const ledger = createStoredLedger(async () => store, log);
const subject = createSubject({ user });
const codes = await Promise.all(
  (JSON.parse(questions) as GroupQuestion[]).map((one) =>
    ledger.ask(subject, one).then(
      () => 'asked',
      (error: { readonly code?: string }) => error.code ?? String(error),
    ),
  ),
);
process.stdout.write(JSON.stringify(codes));
await store.close();

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createLogger } from '../../core/logging/create-logger.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import { readMemo } from '../../src/audit/checkpoint.js';
import { listEntries } from '../../src/audit/list-entries.js';
import { type Audit, auditFiles, openAudit } from '../../src/audit/open-audit.js';
import { readVerifyingKey } from '../../src/audit/signing-key.js';
import { type EntryRow, entries } from '../../src/audit/store.js';
import type { Intent } from '../../src/audit/trail.js';
import { verifyAudit } from '../../src/audit/verify-audit.js';
import { openStore } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { createPlace, engines, type TestPlace } from '../store/store-places.js';

for (const engine of engines) {
  describe(`notes in the audit on ${engine}`, () => {
    const log = createLogger({ level: 'silent' });
    const about = { query: 'q_1' };
    const noteOf = (correlationId: string, over: Partial<Intent> = {}): Intent => ({
      action: 'statement.cached',
      actor: { user: 'ada', workspace: 'default', fingerprint: 'f' },
      target: 'shop',
      origin: '10.0.0.1',
      correlationId,
      detail: about,
      ...over,
    });
    let place: TestPlace;
    let store: Store;
    let home: string;
    let audit: Audit;
    let broken = false;
    beforeEach(async () => {
      broken = false;
      place = await createPlace[engine]();
      store = await openStore(place.place, { log });
      home = mkdtempSync(join(tmpdir(), 'datamind-audit-'));
      const fragile: Store = {
        ...store,
        transaction: async (work) => {
          if (broken) throw new Error('the disk is full');
          return store.transaction(work);
        },
      };
      audit = openAudit(fragile, { files: auditFiles(home, null), log, redact: createRedactor(['hunter2-secret']) });
    });
    afterEach(async () => {
      broken = false;
      await audit.close();
      await store.close();
      await place.remove();
      rmSync(home, { recursive: true, force: true });
    });
    const rows = (): Promise<EntryRow[]> => store.read((db) => db.find(entries, { order: { seq: 'ASC' } }));
    const until = async (what: () => Promise<boolean>): Promise<void> => {
      for (let tries = 0; !(await what()); tries += 1) {
        if (tries > 1_000) throw new Error(`it did not become so: ${JSON.stringify(await rows())}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const verify = async () => {
      const files = auditFiles(home, null);
      return verifyAudit(store, [readVerifyingKey(files.key)], readMemo(files.memo));
    };

    it('are on the disk by themselves, each with its own result, in a chain that is whole', async () => {
      expect(audit.note(noteOf('c1'))).to.equal(null);
      await until(async () => (await rows()).length === 1);
      const [row] = await rows();
      expect(row).to.include({ phase: 'intent', action: 'statement.cached', result: 'done', user: 'ada' });
      expect(row).to.include({ origin: '10.0.0.1', target: 'shop', correlationId: 'c1', detail: '{"query":"q_1"}' });
      await audit.checkpoint();
      const report = await verify();
      expect([report.whole, report.chains[0]!.unfinished]).to.deep.equal([true, 0]);
      const { data } = await listEntries(store, { workspace: 'default', result: 'done' });
      expect(data[0]).to.include({ action: 'statement.cached', result: 'done', outcome: null });
      expect(data[0]!.finished_at).to.equal(data[0]!.at);
    });

    it('of the same for the same are one entry that names each request, and of others another', async () => {
      for (const id of ['c1', 'c2', 'c3']) audit.note(noteOf(id));
      audit.note(noteOf('c4', { actor: { user: 'bob', workspace: 'default', fingerprint: 'g' } }));
      audit.note(noteOf('c5', { origin: '10.0.0.2' }));
      audit.note(noteOf('c6', { detail: { query: 'q_2' } }));
      // What is begun takes along what was noted.
      await audit.begin(noteOf('c7', { action: 'statement.run' }));
      const written = (await rows()).filter(({ action }) => action === 'statement.cached');
      expect(written.map(({ correlationId }) => correlationId).sort()).to.deep.equal(['c1', 'c4', 'c5', 'c6']);
      const first = written.find(({ correlationId }) => correlationId === 'c1')!;
      const { also } = JSON.parse(first.detail) as { also: [string, string][] };
      expect(also.map(([, id]) => id)).to.deep.equal(['c2', 'c3']);
      for (const [at] of also) expect(Date.parse(at)).to.be.within(first.at, Date.now());
      const found = async (correlationId: string): Promise<readonly string[]> =>
        (await listEntries(store, { workspace: 'default', correlationId })).data.map((item) => item.correlation_id);
      expect(await found('c3')).to.deep.equal(['c1']);
      expect(await found('c4')).to.deep.equal(['c4']);
      expect(await found('%')).to.deep.equal([]);
    });

    it('hold no secret', async () => {
      audit.note(noteOf('c1', { target: 'hunter2-secret', detail: { query: 'hunter2-secret' } }));
      await audit.begin(noteOf('c2', { action: 'statement.run' }));
      expect(JSON.stringify(await rows())).not.to.contain('hunter2');
    });

    it('are not taken while the trail cannot be written, and those that were taken are written when it can', async () => {
      audit.note(noteOf('c1'));
      broken = true;
      await until(async () => !audit.takesNotes());
      const refused = audit.note(noteOf('c2'));
      expect(await refused!.catch((error: unknown) => error)).to.include({ code: 'AUDIT_UNAVAILABLE' });
      expect(audit.takesNotes()).to.equal(false);
      expect(await rows()).to.deep.equal([]);
      broken = false;
      await audit.note(noteOf('c3'));
      await until(async () => audit.takesNotes());
      expect((await rows()).map(({ correlationId }) => correlationId).sort()).to.deep.equal(['c1', 'c3']);
      expect((await verify()).whole).to.equal(true);
    });

    it('are written by themselves when the trail can be written again, and at the end', async () => {
      audit.note(noteOf('c1'));
      broken = true;
      await until(async () => !audit.takesNotes());
      broken = false;
      await until(async () => audit.takesNotes());
      expect((await rows()).length).to.equal(1);
      audit.note(noteOf('c2'));
      await audit.close();
      expect((await rows()).length).to.equal(2);
    });

    it('of a flood are all there', async () => {
      for (let nth = 0; nth < 5_000; nth += 1) audit.note(noteOf(`c${nth}`));
      await audit.close();
      const ids = (await rows()).flatMap(({ correlationId, detail }) => [
        correlationId,
        ...((JSON.parse(detail) as { also?: [string, string][] }).also ?? []).map(([, id]) => id),
      ]);
      expect(new Set(ids).size).to.equal(5_000);
      expect((await rows()).length).to.equal(10);
    });
  });
}

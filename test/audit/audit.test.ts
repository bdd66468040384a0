import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { IsNull } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createLogger } from '../../core/logging/create-logger.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import { readMemo } from '../../src/audit/checkpoint.js';
import { exportEntries } from '../../src/audit/export-entries.js';
import { listEntries } from '../../src/audit/list-entries.js';
import { type Audit, auditFiles, openAudit, serverActor } from '../../src/audit/open-audit.js';
import { readSigningKey, readVerifyingKey } from '../../src/audit/signing-key.js';
import { checkpoints, type EntryRow, entries } from '../../src/audit/store.js';
import type { Intent, Outcome } from '../../src/audit/trail.js';
import { verifyAudit } from '../../src/audit/verify-audit.js';
import { openStore } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { createPlace, variants, type TestPlace } from '../store/store-places.js';

const intent = (over: Partial<Intent> = {}): Intent => ({
  action: 'statement.run',
  actor: { user: 'ada', workspace: 'default', fingerprint: null },
  target: 'shop',
  correlationId: 'c1',
  detail: { tables: ['orders'] },
  ...over,
});
const done: Outcome = { result: 'done', code: null, detail: { rows: 1 } };
const denied: Outcome = { result: 'denied', code: 'FORBIDDEN', detail: {} };

for (const name of variants) {
  describe(`the audit on ${name}`, () => {
    const log = createLogger({ level: 'silent' });
    let place: TestPlace;
    let store: Store;
    let home: string;
    let audit: Audit;
    let time = 1_790_000_000_000;
    const open = (): Audit =>
      openAudit(store, {
        files: auditFiles(home, null),
        log,
        redact: createRedactor(['hunter2-secret']),
        now: () => time++,
      });
    beforeEach(async () => {
      place = await createPlace[name]();
      store = await openStore(place.place, { log });
      home = mkdtempSync(join(tmpdir(), 'datamind-audit-'));
      audit = open();
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
      rmSync(home, { recursive: true, force: true });
    });

    const rows = (): Promise<EntryRow[]> => store.read((db) => db.find(entries, { order: { seq: 'ASC' } }));
    const verify = () => {
      const files = auditFiles(home, null);
      return verifyAudit(store, [readVerifyingKey(files.key)], readMemo(files.memo));
    };
    const findings = async () => (await verify()).findings.map(({ kind, seq }) => [kind, seq]);
    const act = async (times: number): Promise<void> => {
      for (let index = 0; index < times; index++) await (await audit.begin(intent())).finish(done);
    };

    it('has written the intent before the action may begin, and the outcome when it says so', async () => {
      const entry = await audit.begin(intent());
      expect((await rows()).map(({ phase, id }) => [phase, id])).to.deep.equal([['intent', entry.id]]);
      await entry.finish(done);
      expect((await rows()).map(({ phase, intentId, result }) => [phase, intentId, result])).to.deep.equal([
        ['intent', null, null],
        ['outcome', entry.id, 'done'],
      ]);
      expect(await entry.finish(done).catch(() => 'once')).to.equal('once');
    });

    it('lets nothing begin when it cannot be written', async () => {
      await store.close();
      const error = await audit.begin(intent()).catch((thrown) => thrown);
      expect(error).to.be.instanceOf(DataMindError);
      expect([error.code, error.status]).to.deep.equal(['AUDIT_UNAVAILABLE', 503]);
      store = await openStore(place.place, { log });
      expect(await rows()).to.deep.equal([]);
    });

    it('keeps many at once in one chain', async () => {
      await Promise.all(Array.from({ length: 300 }, async () => (await audit.begin(intent())).finish(done)));
      const report = await verify();
      expect([report.whole, report.chains[0]!.entries, report.chains[0]!.unfinished]).to.deep.equal([true, 600, 0]);
    });

    it('stays one chain when two processes of a node write', async () => {
      const other = open();
      await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const entry = await (index % 2 === 0 ? audit : other).begin(intent());
          await entry.finish(done);
        }),
      );
      const report = await verify();
      expect([report.findings, report.chains[0]!.entries]).to.deep.equal([[], 40]);
    });

    it('holds no secret, and no sign that cannot be kept', async () => {
      await audit.record(
        intent({
          target: 'x\0\ud800',
          detail: { note: 'it was hunter2-secret', password: 'swordfish', url: 'postgres://u:pass-word@h/d' },
        }),
        denied,
      );
      const [kept] = await rows();
      expect(kept!.target).to.equal('x\u{FFFD}\u{FFFD}');
      expect(kept!.detail).not.to.match(/hunter2|swordfish|pass-word/);
      expect((await verify()).whole).to.equal(true);
    });

    it('is listed with how it ended', async () => {
      await audit.record(
        intent({ correlationId: 'c2', actor: { user: 'eve', workspace: 'default', fingerprint: null } }),
        denied,
      );
      await act(1);
      await audit.begin(intent({ actor: { user: 'bob', workspace: 'other', fingerprint: null } }));
      const list = async (filter: object) => {
        const { data, count } = await listEntries(store, { workspace: 'default', ...filter });
        return [data.map(({ user, result, code }) => [user, result, code]), count];
      };
      const [ada, eve] = [
        ['ada', 'done', null],
        ['eve', 'denied', 'FORBIDDEN'],
      ];
      expect(await list({})).to.deep.equal([[ada, eve], 2]);
      expect(await list({ sort: 'user', limit: 1, offset: 1 })).to.deep.equal([[eve], 2]);
      expect(await list({ result: 'denied' })).to.deep.equal([[eve], 1]);
      expect(await list({ q: 'EVE' })).to.deep.equal([[eve], 1]);
      expect(await list({ correlationId: 'c1', user: 'ada', action: 'statement.run' })).to.deep.equal([[ada], 1]);
      expect(await list({ from: time })).to.deep.equal([[], 0]);
      expect(await list({ workspace: null, user: 'bob' })).to.deep.equal([[['bob', null, null]], 1]);
    });

    it('is exported as lines of JSON, a workspace for itself', async () => {
      await act(2);
      await audit.record(intent({ actor: { user: 'bob', workspace: 'other', fingerprint: null } }), denied);
      const lines = async (workspace: string | null) => {
        const all: { user: string; seq: number; detail: unknown }[] = [];
        for await (const line of exportEntries(store, { workspace })) all.push(JSON.parse(line));
        return all;
      };
      expect((await lines('other')).map(({ user, seq }) => [user, seq])).to.deep.equal([
        ['bob', 5],
        ['bob', 6],
      ]);
      const all = await lines(null);
      expect(all.map(({ seq }) => seq)).to.deep.equal([1, 2, 3, 4, 5, 6]);
      expect(all[0]!.detail).to.deep.equal({ tables: ['orders'] });
    });

    describe('signs where its chains stand', () => {
      beforeEach(async () => {
        await act(3);
        await audit.checkpoint();
        await act(1);
        await audit.close();
      });

      it('and finds nothing where nothing is wrong', async () => {
        const report = await verify();
        expect([report.whole, report.checkpoints, report.chains[0]!.entries]).to.deep.equal([true, 2, 8]);
        await audit.checkpoint();
        expect((await verify()).checkpoints, 'nothing happened since').to.equal(2);
      });

      const tamper: readonly [title: string, change: () => Promise<unknown>, expected: unknown][] = [
        [
          'an entry altered',
          () => store.transaction((db) => db.update(entries, { seq: 3 }, { user: 'eve' })),
          [['altered', 3]],
        ],
        ['an entry taken out', () => store.transaction((db) => db.remove(entries, { seq: 3 })), [['missing', 3]]],
        ['the end cut off', () => store.transaction((db) => db.remove(entries, { seq: 8 })), [['truncated', 8]]],
        [
          'a chain taken out',
          () => store.transaction((db) => db.remove(entries, { correlationId: 'c1' })),
          [['truncated', 1]],
        ],
        [
          'a signature altered',
          () =>
            store.transaction((db) =>
              db.update(
                checkpoints,
                { keyId: readSigningKey(auditFiles(home, null).key, false).id },
                { signature: 'AAAA' },
              ),
            ),
          [['checkpoint', null]],
        ],
        [
          'the latest checkpoint and the end taken out',
          () =>
            store.transaction(async (db) => {
              const [latest] = await db.find(checkpoints, { order: { at: 'DESC' }, take: 1 });
              await db.remove(checkpoints, { id: latest!.id });
              await db.remove(entries, { seq: 8 });
            }),
          [['checkpoint', null]],
        ],
        [
          'a checkpoint put in by somebody with another key',
          async () => {
            const files = auditFiles(mkdtempSync(join(home, 'other-')), null);
            const key = readSigningKey(files.key, true);
            const [latest] = await store.read((db) => db.find(checkpoints, { take: 1, where: {} }));
            const body = latest!.body.replace(latest!.id, 'forged');
            await store.transaction((db) =>
              db.insert(checkpoints, { ...latest!, id: 'forged', body, keyId: key.id, signature: key.sign(body) }),
            );
          },
          [['checkpoint', null]],
        ],
      ];
      for (const [title, change, expected] of tamper) {
        it(`names ${title}`, async () => {
          await change();
          expect(await findings()).to.deep.equal(expected);
        });
      }

      it('and keeps that through retention', async () => {
        const before = (await rows())[4]!.at;
        expect(await audit.prune(before, serverActor, 'c9')).to.equal(4);
        expect((await rows()).map(({ seq }) => seq)).to.deep.equal([5, 6, 7, 8, 9, 10]);
        await audit.close();
        expect(await findings()).to.deep.equal([]);
        await store.transaction((db) => db.remove(entries, { seq: 5 }));
        expect(await findings()).to.deep.equal([['missing', 5]]);
      });

      it('and keeps that when everything was too old', async () => {
        await audit.prune(time + 1_000_000, serverActor, 'c9');
        await audit.close();
        const report = await verify();
        expect(report.findings).to.deep.equal([]);
        await act(1);
        expect(await findings()).to.deep.equal([]);
      });
    });

    it('makes its key once, and refuses one that is none', async () => {
      expect(open().publicKey).to.equal(audit.publicKey);
      expect(audit.publicKey).to.match(/^-----BEGIN PUBLIC KEY-----/);
      const { key } = auditFiles(home, null);
      expect(readFileSync(key, 'utf8')).to.match(/PRIVATE KEY/);
      writeFileSync(key, 'not a key');
      expect(() => open()).to.throw(DataMindError, 'cannot be read');
    });

    it('has at most one outcome an intent, whoever writes', async () => {
      await act(1);
      const outcome = (await rows())[1]!;
      const again = store.transaction((db) => db.insert(entries, { ...outcome, id: 'again', seq: 3 }));
      expect(await again.catch((error: DataMindError) => error.code)).to.equal('CONFLICT');
      expect(await store.read((db) => db.countBy(entries, { intentId: IsNull() }))).to.equal(1);
    });
  });
}

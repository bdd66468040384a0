import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Not } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createLogger } from '../../core/logging/create-logger.js';
import { packageRoot } from '../../core/package-root.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import { type AuditedStore, changeAudited } from '../../src/audit/change-audited.js';
import { type Audit, auditFiles, openAudit } from '../../src/audit/open-audit.js';
import { entries } from '../../src/audit/store.js';
import type { Intent } from '../../src/audit/trail.js';
import { defaultWorkspace } from '../../src/identity/caller.js';
import { workspaces } from '../../src/identity/store.js';
import { openStore } from '../../src/store/open-store.js';
import type { Store, Writer } from '../../src/store/store.js';
import { createPlace, engines, type StoreVariant, type TestPlace, variants } from '../store/store-places.js';

const program = join(packageRoot(), 'dist', 'test', 'audit', 'change-until-killed.js');
const log = createLogger({ level: 'silent' });

const intent = (target: string): Intent => ({
  action: 'workspace.create',
  actor: { user: 'ada', workspace: 'default', fingerprint: null },
  target,
  correlationId: 'c1',
  detail: {},
});
const make = (id: string) => (db: Writer) => db.insert(workspaces, { id, name: id, createdAt: 1, version: 1 });

/** What is kept of the change of that name: the entries of it, the row, and how often anything was counted. */
const keptOf = async (store: Store, target: string) => {
  const { identity: count } = await store.epochs();
  return store.read(async (db) => {
    const found = await db.find(entries, { where: { target }, order: { seq: 'ASC' } });
    const trail = found.map(({ phase, result, code }) =>
      [phase, result, code].filter((part) => part !== null).join(' '),
    );
    return { trail, row: await db.existsBy(workspaces, { id: target }), count };
  });
};

for (const name of variants) {
  describe(`an audited change on ${name}`, function () {
    this.timeout(30_000);
    let place: TestPlace;
    let home: string;
    let store: Store;
    let audit: Audit;
    let steps: string[];
    const open = (): Promise<Store> => openStore(place.place, { log });
    const auditIn = (where: Store): Audit =>
      openAudit(where, { files: auditFiles(home, null), log, redact: createRedactor([]) });
    before(async () => {
      place = await createPlace[name]();
      home = mkdtempSync(join(tmpdir(), 'datamind-change-'));
      store = await open();
      audit = auditIn(store);
    });
    beforeEach(() => {
      steps = [];
    });
    after(async () => {
      await audit.close();
      await store.close();
      await place.remove();
      rmSync(home, { recursive: true, force: true });
    });

    /** A store and a trail that say what they are about to do, and fail where they are told. */
    const failingAt = (failing: 'begin' | 'finish' | 'commit' | null): AuditedStore => ({
      store: {
        transaction: async (work) => {
          const result = await store.transaction(async (db) => {
            const done = await work(db);
            if (failing === 'commit') throw new Error('the disk is full');
            return done;
          });
          steps.push('transaction');
          return result;
        },
      },
      trail: {
        ...audit,
        begin: async (about) => {
          if (failing === 'begin') throw new DataMindError('AUDIT_UNAVAILABLE', 'The trail cannot be written.');
          const entry = await audit.begin(about);
          steps.push('intent');
          const finish: typeof entry.finish = async (outcome) => {
            if (failing === 'finish') throw new Error('the disk is full');
            await entry.finish(outcome);
            steps.push('outcome');
          };
          return { ...entry, finish };
        },
      },
    });
    const refusing = (code: 'CONFLICT' | 'FORBIDDEN') => async (db: Writer) => {
      await make('refused')(db);
      throw new DataMindError(code, 'No.');
    };

    const moments: readonly {
      readonly title: string;
      readonly failing?: 'begin' | 'finish' | 'commit';
      readonly work?: (db: Writer) => Promise<unknown>;
      readonly told: string;
      readonly steps: readonly string[];
      readonly trail: readonly string[];
      readonly changed: boolean;
    }[] = [
      {
        title: 'goes from the intent to the transaction to the outcome',
        ...{
          told: 'done',
          steps: ['intent', 'transaction', 'outcome'],
          trail: ['intent', 'outcome done'],
          changed: true,
        },
      },
      {
        title: 'is not begun without its intent',
        ...{ failing: 'begin', told: 'AUDIT_UNAVAILABLE', steps: [], trail: [], changed: false },
      },
      {
        title: 'is told as done when only its outcome cannot be written',
        ...{ failing: 'finish', told: 'done', steps: ['intent', 'transaction'], trail: ['intent'], changed: true },
      },
      {
        title: 'is neither there nor counted when its transaction cannot end',
        ...{ failing: 'commit', told: 'Error', steps: ['intent', 'outcome'], changed: false },
        trail: ['intent', 'outcome failed INTERNAL'],
      },
      {
        title: 'is neither there nor counted when it is found impossible',
        ...{ work: refusing('CONFLICT'), told: 'CONFLICT', steps: ['intent', 'outcome'], changed: false },
        trail: ['intent', 'outcome failed CONFLICT'],
      },
      {
        title: 'is neither there nor counted when it is found forbidden',
        ...{ work: refusing('FORBIDDEN'), told: 'FORBIDDEN', steps: ['intent', 'outcome'], changed: false },
        trail: ['intent', 'outcome denied FORBIDDEN'],
      },
      {
        title: 'gives what its own work throws when the outcome of it cannot be written either',
        ...{ failing: 'finish', work: refusing('CONFLICT'), told: 'CONFLICT', steps: ['intent'], changed: false },
        trail: ['intent'],
      },
    ];
    for (const { title, failing = null, work, told, steps: expected, trail, changed } of moments)
      it(title, async () => {
        const { count: before } = await keptOf(store, title);
        const ended = await changeAudited(failingAt(failing), intent(title), ['identity'], work ?? make(title)).then(
          () => 'done',
          (error: unknown) => (error instanceof DataMindError ? error.code : (error as Error).name),
        );
        expect({ ended, steps }).to.deep.equal({ ended: told, steps: expected });
        const count = changed ? before + 1 : before;
        expect(await keptOf(store, title)).to.deep.equal({ trail, row: changed, count });
        expect(await store.read((db) => db.existsBy(workspaces, { id: 'refused' }))).to.equal(false);
      });

    it('counts each epoch that it is given, and none where nothing is remembered', async () => {
      const before = await store.epochs();
      await changeAudited({ store, trail: audit }, intent('two'), ['projects', 'identity'], make('two'));
      const between = await store.epochs();
      const { identity, projects } = before;
      expect(between).to.deep.equal({ ...before, identity: identity + 1, projects: projects + 1 });
      await changeAudited({ store, trail: audit }, intent('none'), [], make('none'));
      expect(await store.epochs()).to.deep.equal(between);
    });

    it('says in its outcome what it is told to say', async () => {
      await changeAudited({ store, trail: audit }, intent('told'), [], make('told'), () => ({ made: 1 }));
      const where = { target: 'told', phase: 'outcome' } as const;
      const outcome = await store.read((db) => db.findOneBy(entries, where));
      expect(outcome?.detail).to.equal('{"made":1}');
    });

    // In WebAssembly a store is one process's.
    if ((engines as readonly StoreVariant[]).includes(name)) {
      it('is known to another node together with its count, whoever changes', async () => {
        const other = await open();
        const otherAudit = auditIn(other);
        try {
          const others = { id: Not(defaultWorkspace) };
          const changedOn = (node: Store) => node.read((db) => db.countBy(workspaces, others));
          const offset = (await store.epochs()).identity - (await changedOn(store));
          let going = true;
          const watching = async (node: Store): Promise<void> => {
            while (going) {
              const [counted, seen, later] = [
                (await node.epochs()).identity - offset,
                await changedOn(node),
                (await node.epochs()).identity - offset,
              ];
              // Neither a count whose change is not there yet, nor a change that was not counted.
              await new Promise((resolve) => setImmediate(resolve));
              expect([seen >= counted, later >= seen], `${counted}, ${seen}, ${later}`).to.deep.equal([true, true]);
            }
          };
          const nodes = [
            { store, trail: audit },
            { store: other, trail: otherAudit },
          ];
          const changes = Array.from({ length: 20 }, (_, index) =>
            changeAudited(nodes[index % 2]!, intent('both'), ['identity'], make(`both ${index}`)),
          );
          const changing = Promise.all(changes).finally(() => {
            going = false;
          });
          await Promise.all([changing, watching(store), watching(other)]);
          const all = await changedOn(store);
          expect([(await store.epochs()).identity, (await other.epochs()).identity]).to.deep.equal([
            all + offset,
            all + offset,
          ]);
        } finally {
          await otherAudit.close();
          await other.close();
        }
      });

      for (const [step, changed] of [
        ['before the transaction', false],
        ['at the end of the transaction', false],
        ['after the transaction', true],
      ] as const)
        it(`stands in the trail without an outcome when the process is killed ${step}`, async () => {
          const { count: before } = await keptOf(store, step);
          const child = spawn(process.execPath, [program, JSON.stringify(place.place), home, step], {
            stdio: ['ignore', 'ignore', 'inherit'],
          });
          expect((await once(child, 'close'))[1]).to.equal('SIGKILL');
          const count = changed ? before + 1 : before;
          expect(await keptOf(store, step)).to.deep.equal({ trail: ['intent'], row: changed, count });
        });
    }
  });
}

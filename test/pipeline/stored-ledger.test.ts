/** What was told of groups outlives processes and holds over several of them, and is judged as the ledger in memory judges it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createLogger } from '../../core/logging/create-logger.js';
import { packageRoot } from '../../core/package-root.js';
import { createSubject } from '../../core/subject/subject.js';
import type { GroupLedger, GroupQuestion } from '../../semantic/policy/group-question.js';
import { createMemoryLedger } from '../../src/pipeline/group-ledger.js';
import { groupQuestions } from '../../src/pipeline/store.js';
import { createStoredLedger } from '../../src/pipeline/stored-ledger.js';
import { openStore } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { isLong } from '../property/part-of.js';
import { createPlace, type TestPlace, variants } from '../store/store-places.js';

const run = promisify(execFile);
const program = join(packageRoot(), 'dist', 'test', 'pipeline', 'ask-ledger.js');
const ada = createSubject({ user: 'ada' });
const question = (signature: string, splitters: readonly string[], answers: number | null = null): GroupQuestion => ({
  table: 'staff',
  entity: 'staff',
  signature,
  splitters,
  budget: { answers, days: 7 },
});
const log = createLogger({ level: 'silent' });
const day = 86_400_000;
/** Of questions by several processes. */
const rounds = isLong ? 2 : 1;

for (const variant of variants) {
  describe(`the ledger of groups on ${variant}`, function () {
    this.timeout(60_000);
    let place: TestPlace;
    let store: Store;
    before(async () => {
      place = await createPlace[variant]();
      store = await openStore(place.place, { log });
    });
    after(async () => {
      await store?.close();
      await place?.remove();
    });
    const ledgerOf = (of: Store, now?: () => number): GroupLedger => createStoredLedger(async () => of, log, now);
    const codeOf = (asking: Promise<unknown>): Promise<string> =>
      asking.then(
        () => 'asked',
        (error: DataMindError) => error.code,
      );
    /** Another user for each test. */
    let count = 0;
    const somebody = () => {
      count += 1;
      return createSubject({ user: `user ${count}` });
    };

    it('remembers over a restart, by user, workspace and table', async () => {
      const first = ledgerOf(store);
      for (const signature of ['a', 'b']) await (await first.ask(ada, question(signature, ['team'], 2))).answered();
      await store.close();
      store = await openStore(place.place, { log });
      const ledger = ledgerOf(store);
      const third = question('c', ['team'], 2);
      expect(await codeOf(ledger.ask(ada, third))).to.equal('FORBIDDEN');
      expect(await codeOf(ledger.ask(createSubject({ user: 'ada', roles: ['boss'] }), third))).to.equal('FORBIDDEN');
      expect(await codeOf(ledger.ask(ada, question('a', ['team'], 2)))).to.equal('asked');
      expect(await codeOf(ledger.ask(createSubject({ user: 'bob' }), third))).to.equal('asked');
      expect(await codeOf(ledger.ask(createSubject({ user: 'ada', workspace: 'w2' }), third))).to.equal('asked');
      expect(await codeOf(ledger.ask(ada, { ...third, table: 'people' }))).to.equal('asked');
    });

    it('a question whose process ended before its answer is taken for one that runs', async () => {
      const subject = somebody();
      await ledgerOf(store).ask(subject, question('a', ['team']));
      expect(await codeOf(ledgerOf(store).ask(subject, question('b', ['site'])))).to.equal('FORBIDDEN');
      expect(await codeOf(ledgerOf(store).ask(subject, question('b', ['site', 'team'])))).to.equal('asked');
    });

    it('forgets what no budget counts any more', async () => {
      const subject = somebody();
      let now = 1_790_000_000_000;
      const ledger = ledgerOf(store, () => now);
      await (await ledger.ask(subject, question('a', ['team'], 1))).answered();
      now += 7 * day + 1;
      await (await ledger.ask(subject, question('b', ['site'], 1))).answered();
      now += 31 * day;
      await ledger.ask(subject, question('c', ['site'], 1));
      expect(await store.read((db) => db.countBy(groupQuestions, { user: subject.user }))).to.equal(1);
    });

    it('what was shown stays noted, however often it is asked again', async () => {
      for (const makeLedger of [() => ledgerOf(store), () => createMemoryLedger()])
        for (const budget of [null, 5]) {
          const subject = somebody();
          const ledger = makeLedger();
          const team = question('a', ['team'], budget);
          await (await ledger.ask(subject, team)).answered();
          // Given up, running, empty: none of these takes back what the first has shown.
          await (await ledger.ask(subject, team)).withheld();
          expect(await codeOf(ledger.ask(subject, question('b', ['site'], budget)))).to.equal('FORBIDDEN');
          await ledger.ask(subject, team);
          await (await ledger.ask(subject, team)).withheld();
          expect(await codeOf(ledger.ask(subject, question('b', ['site'], budget)))).to.equal('FORBIDDEN');
          expect(await codeOf(ledger.ask(subject, question('c', ['team', 'site'], budget)))).to.equal('asked');
        }
    });

    it('judges as the ledger in memory does, whatever is asked and however it ends', () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.record({
              splitters: fc.subarray(['a', 'b', 'c']),
              end: fc.constantFrom('answered', 'withheld', 'none' as const),
              wait: fc.constantFrom(0, 0, 0, day, 8 * day),
              more: fc.nat(1),
            }),
            { maxLength: 12 },
          ),
          fc.constantFrom(null, 2, 4),
          async (asked, answers) => {
            const subject = somebody();
            let now = 1_790_000_000_000;
            const ledgers = [ledgerOf(store, () => now), createMemoryLedger(() => now)];
            for (const { splitters, end, wait, more } of asked) {
              now += wait + 1;
              const one = question(`${splitters.join()} ${more}`, splitters, answers);
              const outcomes = await Promise.all(
                ledgers.map(async (ledger) => {
                  try {
                    const receipt = await ledger.ask(subject, one);
                    if (end !== 'none') await receipt[end]();
                    return 'asked';
                  } catch (error) {
                    if (!(error instanceof DataMindError)) throw error;
                    return error.message;
                  }
                }),
              );
              expect(outcomes[0], JSON.stringify(one)).to.equal(outcomes[1]);
            }
          },
        ),
        { numRuns: isLong ? 100 : 15 },
      ));

    it('what cannot be noted is not answered', async () => {
      const broken = await createPlace[variant]();
      const other = await openStore(broken.place, { log });
      await other.close();
      expect(await codeOf(ledgerOf(other).ask(ada, question('a', [])))).not.to.equal('asked');
      const unopened = createStoredLedger(
        () => Promise.reject(new DataMindError('STORE_UNAVAILABLE', 'The store is down.')),
        log,
      );
      expect(await codeOf(unopened.ask(ada, question('a', [])))).to.equal('STORE_UNAVAILABLE');
      await broken.remove();
    });

    it('of questions that are asked at once, by several processes, only those are let through that may be together', async () => {
      const askApart = async (user: string, asked: readonly GroupQuestion[]): Promise<readonly string[]> => {
        // SQLite in WebAssembly is held by one process.
        if (variant === 'sqlite-wasm')
          return Promise.all(asked.map((one) => codeOf(ledgerOf(store).ask(createSubject({ user }), one))));
        const halves = [0, 1].map((half) => asked.filter((_, at) => at % 2 === half));
        const ended = await Promise.all(
          halves.map((half) =>
            run(process.execPath, [program, JSON.stringify(place.place), user, JSON.stringify(half)]),
          ),
        );
        return ended.flatMap(({ stdout }) => JSON.parse(stdout) as readonly string[]);
      };
      for (let round = 0; round < rounds; round += 1) {
        const apart = await askApart(
          somebody().user,
          ['team', 'site', 'grade', 'town'].map((name) => question(name, [name])),
        );
        expect(apart.filter((one) => one === 'asked')).to.have.length(1);
        const many = await askApart(
          somebody().user,
          Array.from({ length: 12 }, (_, at) => question(`q${at}`, ['team'], 5)),
        );
        expect(many.filter((one) => one === 'asked')).to.have.length(5);
        expect([...new Set([...apart, ...many])].sort()).to.deep.equal(['FORBIDDEN', 'asked']);
      }
    });
  });
}

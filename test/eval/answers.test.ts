/** How often questions in words are answered rightly, without a language model and with one by script: `README.md` here has the figures. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Verdict } from '../../src/eval/ask-questions.js';
import type { EvalRun } from '../../src/eval/report.js';
import { type Business, fjellAndFell, fourthBusiness, secondBusiness, thirdBusiness } from './businesses.js';
import { script } from '../questions/script.js';
import { readByHand } from './by-hand.js';
import { readQueries, stepsFor } from './by-model/scripted-reader.js';
import { questionFile } from './known-answers.js';
import { dataFile, measure } from './measure.js';

interface Expected {
  readonly business: Business;
  /** Parts of the questions, at least: right among the plain and compound ones, without an answer among those that have none. */
  readonly right: number;
  readonly declined: number;
  /** Part of all questions, less than. */
  readonly wrong: number;
}

const isLong = process.env.DATAMIND_TEST_LONG === '1';
/** What was reached (`README.md`): raised with the figures. */
const expectations: readonly Expected[] = [
  { business: secondBusiness, right: 0.7, declined: 0.95, wrong: 0.05 },
  ...(isLong
    ? [
        { business: fjellAndFell, right: 0.86, declined: 0.95, wrong: 0.01 },
        { business: thirdBusiness, right: 0.58, declined: 0.95, wrong: 0.02 },
        { business: fourthBusiness, right: 0.58, declined: 0.95, wrong: 0.02 },
      ]
    : []),
];

const ids = ({ questions }: EvalRun, verdict: Verdict): string => {
  const found = questions.filter((one) => one.verdict === verdict);
  return `${verdict}: ${found.map(({ id }) => id).join(', ')}`;
};

describe('questions in words, with known answers', function () {
  this.timeout(300_000);

  for (const { business, right, declined, wrong } of expectations) {
    describe(business.name, () => {
      const home = mkdtempSync(join(tmpdir(), 'datamind-answers-'));
      let run: EvalRun;
      before(async () => {
        await business.makeData(dataFile(home));
        run = await measure(business, home, { llm: 'none' });
      });
      after(() => rmSync(home, { recursive: true, force: true }));

      it('is held to the rows that SQL by hand has', async () => {
        const { questions, file } = business;
        expect(await questionFile(readByHand(questions), dataFile(home))).to.equal(readFileSync(file, 'utf8'));
      });

      it('answers plain and compound questions rightly', () => {
        const { plain, compound } = run.by_kind;
        const share = (plain!.right + compound!.right) / (plain!.questions + compound!.questions);
        expect(share, `${ids(run, 'clarified')}; ${ids(run, 'abstained')}`).to.be.at.least(right);
      });

      it('hardly ever answers wrongly', () => {
        expect(run.total.wrong / run.total.questions, ids(run, 'wrong')).to.be.below(wrong);
      });

      it('gives no answer where there is none', () => {
        const none = run.by_kind['no answer']!;
        expect(1 - none.wrong / none.questions, ids(run, 'wrong')).to.be.at.least(declined);
      });

      it('never fails', () => {
        expect(run.total.error, ids(run, 'error')).to.equal(0);
      });

      if (business !== fjellAndFell) return;
      it('answers what a language model understands: a query by hand has the rows of the SQL by hand', async () => {
        const queries = readQueries();
        const byModel = await measure(business, home, {
          llm: 'sage',
          before: (question) => {
            const steps = question.previous.length > 0 ? null : stepsFor(question, queries);
            script.steps = [...(steps ?? [])];
            return steps !== null;
          },
        });
        expect(byModel.total.questions).to.be.greaterThan(150);
        expect(
          byModel.total.right,
          ['wrong', 'clarified', 'abstained', 'error'].map((one) => ids(byModel, one as Verdict)).join('; '),
        ).to.equal(byModel.total.questions);
      });
    });
  }
});

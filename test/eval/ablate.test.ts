/** Leaving out one part of what a language model is told after another: each prompt lacks that part and no other. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../core/package-root.js';
import { contextParts } from '../../semantic/prompt/compile-context.js';
import { ablate } from '../../src/eval/ablate.js';
import { askPipeline } from '../../src/eval/ask-pipeline.js';
import { type AskInWords, askQuestions } from '../../src/eval/ask-questions.js';
import { printAblations } from '../../src/eval/print-report.js';
import type { QuestionSet } from '../../src/eval/question-set.js';
import { reportRun } from '../../src/eval/report.js';
import { localSubject } from '../../src/identity/caller.js';
import { openQuestions, type ProjectQuestions } from '../../src/questions/open-questions.js';
import { makeSmallProject, type SmallProject } from '../e2e/small-project.js';
import { script, type Step } from '../questions/script.js';

const step: Step = {
  answer: {
    ...{
      kind: 'query',
      reading: 'As it was read.',
      confidence: 0.8,
      sql: null,
      choices: [],
      message: null,
      missing: [],
    },
    query: {
      ...{ metrics: ['revenue'], dimensions: [], filters: [], time: null, segments: [] },
      ...{ order: [], limit: null, totals: false, fill: false },
    },
  },
};

const verifiedYaml = `verified_queries:
  what_was_paid: {question: What was paid, query: {metrics: [revenue], filters: {member: status, op: eq, values: [paid]}}}
`;

/** What a prompt holds of each part. */
const marks = {
  values: '"void"',
  glossary: '"term":"basket"',
  verified: 'What was paid',
  history: 'Revenue of all time',
} as const;

describe('leaving out parts of what a language model is told', () => {
  let project: SmallProject;
  let questions: ProjectQuestions;
  before(async () => {
    project = await makeSmallProject();
    const config = JSON.parse(readFileSync(project.config, 'utf8')) as { plugins: object[] };
    const use = join(packageRoot(), 'test', 'questions', 'scripted-llm');
    config.plugins.push({ use, as: 'sage', config: { does: 'completion' } });
    writeFileSync(project.config, JSON.stringify(config));
    writeFileSync(join(project.ontology, 'verified.yaml'), verifiedYaml);
    const { config: file, ontology, folder } = project;
    const env = { DATAMIND_HOME: join(folder, 'home') };
    questions = await openQuestions({ config: file, ontology, env, logLevel: 'silent', llm: 'sage' });
  });
  after(async () => {
    await questions?.close();
    project.remove();
  });

  it('asks all again for each, and says what was lost', async () => {
    const set: QuestionSet = {
      name: 'one',
      now: null,
      questions: [
        {
          ...{
            id: 'a',
            kind: 'follow-up',
            question: 'what did we earn, basket by basket?',
            previous: ['Revenue of all time'],
          },
          ...{ subject: localSubject, unanswerable: null, orClarify: false, query: null, sql: null },
          answers: [{ columns: ['x'], rows: [[185.15]] }],
        },
      ],
    };
    const signal = AbortSignal.timeout(20_000);
    const reference = async (): Promise<never> => expect.fail('nothing is to run');
    const run = (all: QuestionSet, ask: AskInWords) => askQuestions(all, { ask, reference, signal });
    script.steps = [step, step];
    script.asked = [];
    const judged = await run(set, askPipeline(questions));
    const whole = reportRun(judged, { set: 'one', llm: 'sage', model_hash: questions.model.hash });
    expect(whole.total.right).to.equal(1);
    const last = (): string => JSON.stringify(script.asked.at(-1)).replaceAll('\\', '');
    for (const mark of Object.values(marks)) expect(last()).to.include(mark);

    const askWithout: Parameters<typeof ablate>[2]['askWithout'] = (part) => {
      const ask = askPipeline(questions, part);
      return async (question, ...rest) => {
        // Without synonyms, what was asked is not understood any more.
        script.steps = [
          part === 'synonyms' ? { answer: { ...(step.answer as object), kind: 'unsafe', query: null } } : step,
        ];
        const answer = await ask(question, ...rest);
        if (part === 'synonyms' || !question.startsWith('what')) return answer;
        for (const [name, mark] of Object.entries(marks)) {
          expect(last().includes(mark), `${name} without ${part}`).to.equal(name !== part);
        }
        return answer;
      };
    };
    const ablations = await ablate(set, whole, { askWithout, run });
    expect(ablations.map(({ without }) => without)).to.deep.equal([...contextParts]);
    for (const { without, no_longer_right: lost, now_right: won, mean_input_tokens: tokens } of ablations) {
      expect(lost).to.deep.equal(without === 'synonyms' ? ['a'] : []);
      expect(won).to.deep.equal([]);
      expect(tokens).to.equal(100);
    }
    expect(printAblations(whole, ablations)).to.match(/^synonyms +0\.0 % +0\.0 % +100 +1 +0$/m);
  });
});

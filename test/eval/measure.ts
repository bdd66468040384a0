import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root.js';
import { askPipeline } from '../../src/eval/ask-pipeline.js';
import { askQuestions, type Judged } from '../../src/eval/ask-questions.js';
import type { EvalQuestion } from '../../src/eval/question-set.js';
import { readQuestions } from '../../src/eval/read-questions.js';
import { type EvalRun, reportRun } from '../../src/eval/report.js';
import { runReference } from '../../src/eval/run-reference.js';
import { localSubject } from '../../src/identity/caller.js';
import { openQuestions } from '../../src/questions/open-questions.js';
import type { Business } from './businesses.js';

/** Where a business's data is in its home. */
export const dataFile = (home: string): string => join(home, 'data.duckdb');

interface MeasureOptions {
  /** `sage` is the language model by script. */
  readonly llm: 'none' | 'sage';
  /** Told before each question; `false` passes over it. */
  readonly before?: (question: EvalQuestion) => boolean;
}

/** Asks the questions about a business whose data is there. */
export const measure = async ({ ontology, file }: Business, home: string, how: MeasureOptions): Promise<EvalRun> => {
  const { llm, before = () => true } = how;
  const config = join(home, `${llm}.config.json`);
  const scripted = join(packageRoot(), 'test', 'questions', 'scripted-llm');
  const plugins = [
    { use: 'datamind/plugins/connectors/duckdb', as: 'demo', config: { path: './data.duckdb' } },
    { use: 'datamind/plugins/llm/interpreter', as: 'interpreter' },
    { use: scripted, as: 'sage', config: { does: 'completion' } },
  ];
  writeFileSync(config, JSON.stringify({ plugins }));
  const set = readQuestions(file, null, localSubject);
  const env = { DATAMIND_HOME: home };
  const questions = await openQuestions({ config, ontology, env, logLevel: 'silent', llm, now: () => set.now! });
  try {
    const signal = AbortSignal.timeout(290_000);
    const parts = { ask: askPipeline(questions), reference: runReference(questions), signal };
    const judged: Judged[] = [];
    for (const question of set.questions) {
      if (before(question)) judged.push(...(await askQuestions({ ...set, questions: [question] }, parts)));
    }
    return reportRun(judged, { set: set.name, llm, model_hash: questions.model.hash });
  } finally {
    await questions.close();
  }
};

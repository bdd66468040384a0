/** Questions in words on the example business, without a language model: the first sign of life, and the whole answer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { correlationId } from '../../core/logging/correlation-id.js';
import { packageRoot } from '../../core/package-root.js';
import { localSubject } from '../../src/identity/caller.js';
import { openQuestions } from '../../src/questions/open-questions.js';

export interface AskFigures {
  readonly questions: number;
  /** Milliseconds until the first event of a stage, 95th percentile. */
  readonly firstEvent: number;
  /** Of whole answers, asked of the database each time. */
  readonly median: number;
  readonly p95: number;
  /** Milliseconds of everything but the database, median. */
  readonly besides: number;
  /** Answered before within the minute. */
  readonly again: number;
}

const questions = [
  'What was the revenue in 2025?',
  'Revenue by country in 2025',
  'How many orders did we have last month?',
  'Top 5 products by revenue last year',
  'Average order value by quarter in 2025',
  'How many customers signed up in 2024?',
  'Revenue by month since January 2025',
  'Units sold by category last quarter',
  'Number of returns by reason',
  'Orders per store this year',
];

const at = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!;

export const benchAsk = async (rounds = 5): Promise<AskFigures> => {
  const home = mkdtempSync(join(tmpdir(), 'datamind-bench-ask-'));
  const root = packageRoot();
  const project = await openQuestions({
    config: join(root, 'plugins.config.json'),
    ontology: join(root, 'ontology'),
    env: { ...process.env, DATAMIND_HOME: home, LLM_PROVIDER: 'none' },
    logLevel: 'silent',
  });
  const first: number[] = [];
  const whole: number[] = [];
  const besides: number[] = [];
  const again: number[] = [];
  const signal = new AbortController().signal;
  const ask = async (question: string, fresh: boolean): Promise<void> => {
    const began = performance.now();
    let heard: number | null = null;
    const answer = await project.answer({
      ...{ question, fresh, signal, subject: localSubject, correlationId: correlationId() },
      onStage: () => {
        heard ??= performance.now() - began;
      },
    });
    const took = performance.now() - began;
    if (answer.outcome !== 'answered') throw new Error(`"${question}" was not answered: ${answer.answer}`);
    first.push(heard ?? took);
    if (!fresh) again.push(took);
    else {
      whole.push(took);
      besides.push(took - (answer.timings.execute_ms ?? 0));
    }
  };
  try {
    for (const question of questions) await ask(question, true);
    for (const list of [first, whole, besides]) list.length = 0;
    for (let round = 0; round < rounds; round += 1) {
      for (const question of questions) {
        await ask(question, true);
        await ask(question, false);
      }
    }
  } finally {
    await project.close();
    rmSync(home, { recursive: true, force: true });
  }
  return {
    questions: questions.length,
    firstEvent: at(first, 0.95),
    median: at(whole, 0.5),
    p95: at(whole, 0.95),
    besides: at(besides, 0.5),
    again: at(again, 0.5),
  };
};

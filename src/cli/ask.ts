import { DataMindError } from '../../core/errors/datamind-error.js';
import { correlationId } from '../../core/logging/correlation-id.js';
import type { Answer } from '../pipeline/answer-query.js';
import type { SqlAnswer } from '../pipeline/answer-sql.js';
import type { QuestionAnswer } from '../pipeline/question.js';
import { openQuestions, type ProjectQuestion, type ProjectQuestions } from '../questions/open-questions.js';
import { askerOf } from './asker.js';
import type { CommonOptions } from './create-program.js';
import { print, say } from './output.js';
import { answerTable, sqlTable } from './print-answer.js';
import type { ExitCode } from './run-program.js';

export interface AskOptions extends CommonOptions {
  readonly connection?: string;
  readonly as?: string;
  readonly project?: string;
  readonly limit?: string;
  readonly timezone?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const limitOf = ({ limit }: AskOptions): number | undefined => {
  if (limit === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(limit)) return Number(limit);
  throw new DataMindError('BAD_REQUEST', `--limit takes a whole number of rows, not "${limit}".`);
};

const tableOf = (answer: QuestionAnswer & { readonly outcome: 'answered' }): string => {
  const { columns, rows, truncated, totals = null } = answer;
  return answer.answered_with === 'sql'
    ? sqlTable({ columns, rows, truncated } as SqlAnswer)
    : answerTable({ columns, rows, truncated, totals } as Answer);
};

const printAnswer = async (answer: QuestionAnswer): Promise<ExitCode> => {
  await print(`${answer.answer}\n`);
  for (const warning of answer.warnings) say(`Note: ${warning}`);
  if (answer.outcome === 'clarify') {
    await print(`${answer.choices.map(({ label }) => `  - ${label}`).join('\n')}\n`);
    return 1;
  }
  if (answer.outcome === 'abstained') {
    if (answer.near.length > 0) await print(`  Near to it: ${answer.near.map(({ label }) => label).join(', ')}\n`);
    return 1;
  }
  for (const note of answer.notes) say(`Note: ${note}`);
  await print(`\n${tableOf(answer)}\n`);
  return 0;
};

const explainOnly = async (
  questions: ProjectQuestions,
  question: ProjectQuestion,
  json: boolean,
): Promise<ExitCode> => {
  const { draft, query, prepared, warnings } = await questions.interpret(question);
  for (const warning of warnings) say(`Note: ${warning}`);
  const { kind, ...said } = draft;
  const sql = prepared?.sql ?? null;
  if (json) await print(`${JSON.stringify({ outcome: kind, ...said, query, sql }, null, 2)}\n`);
  else if (draft.kind === 'clarify' || draft.kind === 'abstain') await print(`${draft.message}\n`);
  else await print(`${draft.reading}\n\n${query === null ? '' : `${JSON.stringify(query, null, 2)}\n\n`}${sql}\n`);
  return prepared === null ? 1 : 0;
};

/** Answers a question in words without a server. */
export const ask = async (question: string, options: AskOptions): Promise<ExitCode> => {
  const { config, ontology, connection, timezone, json = false, dryRun = false } = options;
  const limit = limitOf(options);
  const subject = askerOf(options);
  const stopping = new AbortController();
  const interrupt = (): void => stopping.abort();
  process.once('SIGINT', interrupt);
  const { signal } = stopping;
  const logLevel = process.env.DATAMIND_LOG_LEVEL ? undefined : 'silent';
  try {
    const questions = await openQuestions({
      ...{ config, ontology, signal, env: process.env },
      ...(logLevel && { logLevel }),
      ...(connection !== undefined && { connection }),
    });
    try {
      const asked: ProjectQuestion = {
        ...{ question, subject, signal, correlationId: correlationId() },
        ...(connection !== undefined && { connection }),
        ...(timezone !== undefined && { timezone }),
        ...(limit !== undefined && { limit }),
      };
      if (dryRun) return await explainOnly(questions, asked, json);
      const answer = await questions.answer(asked);
      if (!json) return await printAnswer(answer);
      await print(`${JSON.stringify(answer, null, 2)}\n`);
      return answer.outcome === 'answered' ? 0 : 1;
    } finally {
      await questions.close();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    say('Interrupted: the question was given up.');
    return 130;
  } finally {
    process.off('SIGINT', interrupt);
  }
};

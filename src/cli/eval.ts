import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Subject } from '../../core/subject/subject.js';
import type { ContextPart } from '../../semantic/prompt/compile-context.js';
import { readJson } from '../api/read-json.js';
import { ablate } from '../eval/ablate.js';
import { askPipeline } from '../eval/ask-pipeline.js';
import { type AskInWords, askQuestions, lead } from '../eval/ask-questions.js';
import { compareRuns, isWorse } from '../eval/compare-runs.js';
import { printAblations, printChanges, printReport } from '../eval/print-report.js';
import type { QuestionSet } from '../eval/question-set.js';
import { readQuestions } from '../eval/read-questions.js';
import { type EvalRun, reportRun } from '../eval/report.js';
import { runReference } from '../eval/run-reference.js';
import { verifiedQuestions } from '../eval/verified-questions.js';
import { localSubject } from '../identity/caller.js';
import { readSubject } from '../identity/read-subject.js';
import { openQuestions, type ProjectQuestions } from '../questions/open-questions.js';
import type { CommonOptions } from './create-program.js';
import { print, say } from './output.js';
import type { ExitCode } from './run-program.js';

export interface EvalOptions extends CommonOptions {
  readonly as?: string;
  readonly llm?: string;
  readonly batch?: boolean;
  readonly json?: boolean;
  readonly compare?: string;
  readonly ablate?: boolean;
}

interface Session {
  readonly questions: ProjectQuestions;
  readonly ask: AskInWords;
  readonly asker: Subject | null;
  readonly signal: AbortSignal;
  readonly options: EvalOptions;
}

interface BatchLine {
  readonly id: unknown;
  readonly question: string;
  readonly previous: readonly string[];
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const readLine = (line: string): BatchLine => {
  const request = readJson(line, 'The line') as Readonly<Record<string, unknown>> | null;
  const { id = null, question, previous = [] } = request ?? {};
  if (typeof question !== 'string' || !isTexts(previous)) {
    throw new DataMindError('BAD_REQUEST', 'A line is an object with "id" and "question".');
  }
  return { id, question, previous };
};

const answerLine = async (line: string, { ask, asker, signal }: Session): Promise<object> => {
  const subject = asker ?? localSubject;
  let request: BatchLine;
  try {
    request = readLine(line);
  } catch (error) {
    const message = error instanceof DataMindError ? error.message : 'The line cannot be read.';
    return { id: null, outcome: 'error', sql: null, columns: [], rows: [], confidence: null, message };
  }
  const turns = await lead(request.previous, subject, ask, signal);
  const { outcome, sql, columns, rows, confidence, message } = await ask(request.question, turns, subject, signal);
  return { id: request.id, outcome, sql, columns, rows, confidence, message };
};

/** One after another: order is kept, and a line's failure is that line's alone. */
const answerBatch = async (session: Session): Promise<ExitCode> => {
  let exit: ExitCode = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    const answer = await answerLine(line, session);
    if ('outcome' in answer && answer.outcome === 'error') exit = 1;
    await print(`${JSON.stringify(answer)}\n`);
  }
  return exit;
};

const readRun = (file: string): Pick<EvalRun, 'questions'> => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new DataMindError('BAD_REQUEST', `The earlier run "${file}" cannot be read.`);
  }
  const run = readJson(text, file) as Partial<EvalRun> | null;
  if (!Array.isArray(run?.questions)) {
    throw new DataMindError('BAD_REQUEST', `"${file}" is no earlier run; datamind eval --json prints one.`);
  }
  return { questions: run.questions };
};

const showProgress = (done: number, of: number): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${of} questions${done === of ? '\n' : ''}`);
};

const measure = async (set: QuestionSet, session: Session): Promise<ExitCode> => {
  const { questions, ask, signal, options } = session;
  const before = options.compare === undefined ? null : readRun(options.compare);
  if (options.ablate === true && !questions.hasModels) {
    throw new DataMindError(
      'BAD_REQUEST',
      '--ablate leaves out parts of what a language model is told, and none is asked.',
    );
  }
  const reference = runReference(questions);
  const runAll = (all: QuestionSet, asked: AskInWords) =>
    askQuestions(all, { ask: asked, reference, signal, onProgress: showProgress });
  const judged = await runAll(set, ask);
  const run = reportRun(judged, {
    set: set.name,
    llm: options.llm ?? 'as configured',
    model_hash: questions.model.hash,
  });
  const changes = before === null ? null : compareRuns(before, run);
  const askWithout = (part: ContextPart): AskInWords => askPipeline(questions, part);
  const ablation = options.ablate === true ? await ablate(set, run, { askWithout, run: runAll }) : null;
  if (options.json === true) {
    const more = { ...(changes !== null && { changes }), ...(ablation !== null && { ablation }) };
    await print(`${JSON.stringify({ ...run, ...more }, null, 2)}\n`);
  } else {
    const parts = [printReport(run), changes && printChanges(changes), ablation && printAblations(run, ablation)];
    await print(`${parts.filter((part) => part !== null).join('\n\n')}\n`);
  }
  const { wrong, error, right, questions: count } = run.total;
  const isVerified = set.questions.some(({ kind }) => kind === 'verified');
  return wrong + error > 0 || (isVerified && right < count) || changes?.some(isWorse) === true ? 1 : 0;
};

/** The clock of the set: begins where it says, and goes on from there. */
const clockOf = (set: QuestionSet | null): (() => number) | null => {
  const now = set?.now ?? null;
  if (now === null) return null;
  const ahead = now - Date.now();
  return () => Date.now() + ahead;
};

const open = async (file: string | undefined, options: EvalOptions, signal: AbortSignal): Promise<ExitCode> => {
  const { config, ontology, as, llm, batch } = options;
  const asker = as === undefined ? null : readSubject(as);
  if (batch === true && file !== undefined) {
    throw new DataMindError('BAD_REQUEST', 'Give a file or --batch, not both.');
  }
  const written = file === undefined ? null : readQuestions(file, asker, localSubject);
  const now = clockOf(written);
  const logLevel = process.env.DATAMIND_LOG_LEVEL ? undefined : 'silent';
  const questions = await openQuestions({
    ...{ config, ontology, signal, env: process.env },
    ...(logLevel && { logLevel }),
    ...(llm !== undefined && { llm }),
    ...(now !== null && { now }),
    // What is measured is the model: that one of its answers waits for a review is no failure of it.
    withFlagged: written === null && batch !== true,
  });
  const session: Session = { questions, ask: askPipeline(questions), asker, signal, options };
  try {
    if (batch === true) return await answerBatch(session);
    if (written !== null) return await measure(written, session);
    const subject = asker ?? localSubject;
    const { model, executor } = questions;
    const dialect = (await executor.dialectOf(model, subject)) ?? 'default';
    return await measure(verifiedQuestions(model, subject, dialect), session);
  } finally {
    await questions.close();
  }
};

/** Asks questions with known answers without a server: those of a file, or the verified queries of the model. */
export const evaluate = async (file: string | undefined, options: EvalOptions): Promise<ExitCode> => {
  const stopping = new AbortController();
  const interrupt = (): void => stopping.abort();
  process.once('SIGINT', interrupt);
  try {
    return await open(file, options, stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    say('Interrupted: the rest was not asked.');
    return 130;
  } finally {
    process.off('SIGINT', interrupt);
  }
};

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { text as readAll } from 'node:stream/consumers';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { correlationId } from '../../core/logging/correlation-id.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import { type Problem, toProblem } from '../api/problem.js';
import { readJson } from '../api/read-json.js';
import { openProject } from '../open-project.js';
import { readSqlAnswer, spellSqlBatches, sqlColumns } from '../pipeline/answer-sql.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import type { PreparedSql } from '../pipeline/prepared.js';
import { explainInWords } from '../sql/explain-in-words.js';
import { askerOf } from './asker.js';
import type { CommonOptions } from './create-program.js';
import { print, say } from './output.js';
import { csvLine, sqlTable } from './print-answer.js';
import type { ExitCode } from './run-program.js';

export interface SqlOptions extends CommonOptions {
  readonly connection?: string;
  readonly as?: string;
  readonly project?: string;
  readonly limit?: string;
  readonly batch?: boolean;
  readonly json?: boolean;
  readonly csv?: boolean;
}

interface Session {
  readonly action: 'check' | 'run';
  readonly model: Model;
  readonly executor: GovernedExecutor;
  readonly subject: Subject;
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly options: SqlOptions;
}

const prepare = (
  sql: string,
  { model, executor, subject, signal, options: { connection } }: Session,
  limit: number | null,
  id: string,
): Promise<PreparedSql> =>
  executor.prepareSql({
    model,
    sql,
    subject,
    limit,
    signal,
    correlationId: id,
    ...(connection !== undefined && { connection }),
  });

const shortened = ({ code, detail, suggestions }: Problem) => ({
  code,
  message: detail,
  ...(suggestions && { suggestions }),
});

/** Every row, as it comes. */
const printCsv = async (prepared: PreparedSql, { executor, signal }: Session, id: string): Promise<void> => {
  const how = { correlationId: id, signal, maxRows: Number.MAX_SAFE_INTEGER, stream: true };
  const result = await executor.run(prepared, how);
  try {
    await print(csvLine(sqlColumns(result.columns).map(({ name }) => name)));
    for await (const rows of spellSqlBatches(result)) await print(rows.map(csvLine).join(''));
  } finally {
    await result.close();
  }
};

const checkOnce = async (sql: string, session: Session): Promise<ExitCode> => {
  const prepared = await prepare(sql, session, session.limit, correlationId());
  const { proof, policies } = prepared;
  if (session.options.json === true) {
    await print(`${JSON.stringify({ decision: 'allow', sql: prepared.sql, policies, proof }, null, 2)}\n`);
    return 0;
  }
  await print(`${prepared.sql}\n`);
  for (const line of explainInWords(prepared)) say(line);
  return 0;
};

const runOnce = async (sql: string, session: Session): Promise<ExitCode> => {
  const { executor, signal, limit, options } = session;
  const id = correlationId();
  const wantsAll = options.csv === true && options.limit === undefined;
  const prepared = await prepare(sql, session, wantsAll ? null : limit, id);
  if (options.csv === true && options.json !== true) {
    await printCsv(prepared, session, id);
    return 0;
  }
  const answer = await readSqlAnswer(executor, prepared, { correlationId: id, signal, maxRows: limit });
  const { columns, rows, truncated } = answer;
  if (options.json === true) {
    const { sql: text, queryId, policies } = prepared;
    const body = { query_id: queryId, columns, rows, rows_returned: rows.length, truncated, sql: text, policies };
    await print(`${JSON.stringify({ ...body, correlation_id: id }, null, 2)}\n`);
    return 0;
  }
  await print(`${sqlTable(answer)}\n`);
  if (truncated) say(`Note: there are more than these ${rows.length} rows; --limit and --csv give more.`);
  return 0;
};

interface BatchLine {
  readonly id?: unknown;
  readonly sql?: unknown;
}

const readLine = (line: string): { readonly id: unknown; readonly sql: string } => {
  const request = readJson(line, 'The line') as BatchLine;
  if (typeof request !== 'object' || request === null || typeof request.sql !== 'string')
    throw new DataMindError('BAD_REQUEST', 'A line is an object with "id" and "sql".');
  return { id: request.id ?? null, sql: request.sql };
};

/** The line's own `id`, as far as it can be read; a refusal must say whose it is. */
const answerLine = async (line: string, session: Session): Promise<object> => {
  const { executor, signal, limit, action } = session;
  const correlation = correlationId();
  let id: unknown = null;
  const problemOf = (error: unknown): ReturnType<typeof shortened> => {
    if (signal.aborted) throw error;
    return shortened(toProblem(error, correlation));
  };
  let prepared: PreparedSql;
  try {
    const request = readLine(line);
    id = request.id;
    prepared = await prepare(request.sql, session, limit, correlation);
  } catch (error) {
    const problem = problemOf(error);
    return { id, decision: 'refuse', ...problem, ...(action === 'run' && { error: problem }) };
  }
  const allowed = { id, decision: 'allow', sql: prepared.sql };
  if (action === 'check') return allowed;
  try {
    const answer = await readSqlAnswer(executor, prepared, { correlationId: correlation, signal, maxRows: limit });
    const { columns, rows, truncated } = answer;
    return { ...allowed, columns, rows, rows_returned: rows.length, ...(truncated && { truncated }) };
  } catch (error) {
    return { ...allowed, error: problemOf(error) };
  }
};

/** One after another: order is kept, and a line's failure is that line's alone. */
const answerBatch = async (session: Session): Promise<ExitCode> => {
  let exit: ExitCode = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    const answer = await answerLine(line, session);
    if ('error' in answer || 'code' in answer) exit = 1;
    await print(`${JSON.stringify(answer)}\n`);
  }
  return exit;
};

const readText = async (given: string | undefined): Promise<string> => {
  if (given !== undefined && given !== '-') {
    if (/\s/.test(given)) return given;
    try {
      return readFileSync(given, 'utf8');
    } catch {
      throw new DataMindError('BAD_REQUEST', `The file "${given}" cannot be read; give SQL, a file with SQL, or -.`);
    }
  }
  if (given === undefined && process.stdin.isTTY)
    throw new DataMindError('BAD_REQUEST', 'Nothing is asked; try "datamind sql run \'select …\'".');
  return readAll(process.stdin);
};

const readLimit = (text: string | undefined, most: number): number => {
  if (text === undefined) return most;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new DataMindError('BAD_REQUEST', '--limit must be a whole number from 1 to 999999999.');
  return Number(text);
};

const open = async (
  action: Session['action'],
  text: string | undefined,
  options: SqlOptions,
  signal: AbortSignal,
): Promise<ExitCode> => {
  const { config, ontology, connection, batch } = options;
  const logLevel = process.env.DATAMIND_LOG_LEVEL ? undefined : 'silent';
  const project = openProject({ config, ontology, env: process.env, signal, ...(logLevel && { logLevel }) });
  const { settings } = project;
  const whole = await project.readModel();
  const subject = askerOf(options);
  const model = project.modelFor(whole, subject);
  const limit = readLimit(options.limit, settings.maxRows);
  const sql = batch === true ? '' : await readText(text);
  const home = connection ?? whole.project.connection;
  const executor = await project.openExecutor(home === null ? null : [home]);
  const session: Session = { action, model, executor, subject, limit, signal, options };
  try {
    if (batch === true) return await answerBatch(session);
    return await (action === 'check' ? checkOnce : runOnce)(sql, session);
  } finally {
    await executor.stop();
  }
};

/** SQL under governance, without a server: compiles the folder, starts the one connection, decides or runs, stops. */
export const sql = async (
  action: Session['action'],
  text: string | undefined,
  options: SqlOptions,
): Promise<ExitCode> => {
  const stopping = new AbortController();
  const interrupt = (): void => stopping.abort();
  process.once('SIGINT', interrupt);
  try {
    return await open(action, text, options, stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    say('Interrupted: the statement was cancelled.');
    return 130;
  } finally {
    process.off('SIGINT', interrupt);
  }
};

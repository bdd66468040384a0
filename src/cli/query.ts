import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { text as readAll } from 'node:stream/consumers';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { correlationId } from '../../core/logging/correlation-id.js';
import { readJson } from '../api/read-json.js';
import { toProblem } from '../api/problem.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import { connectionsOf } from '../model-connections.js';
import { openProject } from '../open-project.js';
import { readAnswer, spellBatches } from '../pipeline/answer-query.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import type { PreparedQuery } from '../pipeline/prepared.js';
import { askerOf } from './asker.js';
import type { CommonOptions } from './create-program.js';
import { print, say } from './output.js';
import { type QueryFlags, queryFromFlags } from './parse-query-options.js';
import { answerTable, csvLine } from './print-answer.js';
import type { ExitCode } from './run-program.js';

export interface QueryOptions extends CommonOptions, QueryFlags {
  readonly connection?: string;
  readonly as?: string;
  readonly project?: string;
  readonly dryRun?: boolean;
  readonly batch?: boolean;
  readonly json?: boolean;
  readonly csv?: boolean;
}

interface Session {
  readonly model: Model;
  readonly executor: GovernedExecutor;
  readonly subject: Subject;
  readonly maxRows: number;
  readonly signal: AbortSignal;
  readonly options: QueryOptions;
}

/** The planner itself refuses what is no query. */
const prepareFrom = (value: unknown, { model, executor, subject, options: { connection } }: Session) =>
  executor.prepare({ model, query: value as SemanticQuery, subject, ...(connection !== undefined && { connection }) });

/** Every row, as it comes: a file is not cut at what fits on a screen or into memory. */
const printCsv = async (prepared: PreparedQuery, { executor, signal }: Session): Promise<void> => {
  const { columns } = prepared;
  const how = { correlationId: correlationId(), signal, maxRows: Number.MAX_SAFE_INTEGER, stream: true };
  const result = await executor.run(prepared, how);
  try {
    await print(csvLine(columns.map(({ name }) => name)));
    for await (const rows of spellBatches(result, columns)) await print(rows.map(csvLine).join(''));
    if (result.truncated !== null) {
      throw new DataMindError('PAYLOAD_TOO_LARGE', 'The connection cut the rows short, so the CSV is not whole.');
    }
  } finally {
    await result.close();
  }
};

const askOnce = async (value: unknown, session: Session): Promise<ExitCode> => {
  const { executor, signal, maxRows, options } = session;
  const prepared = await prepareFrom(value, session);
  if (options.dryRun === true) {
    const { sql, columns, connection, dialect, warnings } = prepared;
    await print(`${options.json ? JSON.stringify({ sql, columns, connection, dialect, warnings }, null, 2) : sql}\n`);
    return 0;
  }
  if (options.csv === true && options.json !== true) {
    await printCsv(prepared, session);
    for (const warning of prepared.warnings) say(`Note: ${warning}`);
    return 0;
  }
  const id = correlationId();
  const answer = await readAnswer(executor, prepared, { correlationId: id, signal, maxRows });
  const { columns, rows, truncated, totals } = answer;
  const { sql, queryId, warnings, policies } = prepared;
  if (options.json) {
    const body = {
      columns,
      rows,
      row_count: rows.length,
      truncated,
      ...(totals !== null && { totals }),
      sql,
      query_id: queryId,
      policies,
      warnings,
      correlation_id: id,
    };
    await print(`${JSON.stringify(body, null, 2)}\n`);
    return 0;
  }
  await print(`${answerTable(answer)}\n`);
  for (const warning of warnings) say(`Note: ${warning}`);
  if (truncated) say(`Note: there are more than these ${rows.length} rows; --csv writes all of them.`);
  return 0;
};

interface BatchLine {
  readonly id?: unknown;
  readonly query?: unknown;
}

const answerLine = async (line: string, session: Session): Promise<object> => {
  let id: unknown = null;
  const correlation = correlationId();
  try {
    const request = readJson(line, 'The line') as BatchLine;
    if (typeof request !== 'object' || request === null || Array.isArray(request)) {
      throw new DataMindError('BAD_REQUEST', 'A line is an object with "id" and "query".');
    }
    id = request.id ?? null;
    if (request.query === undefined) throw new DataMindError('BAD_REQUEST', 'The line has no "query".');
    const prepared = await prepareFrom(request.query, session);
    const { sql, columns } = prepared;
    if (session.options.dryRun === true) return { id, sql, columns };
    const { executor, signal, maxRows } = session;
    const answer = await readAnswer(executor, prepared, { correlationId: correlation, signal, maxRows });
    const { columns: answered, rows, truncated, totals } = answer;
    return { id, sql, columns: answered, rows, ...(truncated && { truncated }), ...(totals !== null && { totals }) };
  } catch (error) {
    if (session.signal.aborted) throw error;
    const { code, detail, suggestions, at } = toProblem(error, correlation);
    return {
      id,
      error: { code, message: detail, ...(suggestions && { suggestions }), ...(at !== undefined && { at }) },
    };
  }
};

/** One after another: order is kept, and a line's failure is that line's alone. */
const askBatch = async (session: Session): Promise<ExitCode> => {
  let exit: ExitCode = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    const answer = await answerLine(line, session);
    if ('error' in answer) exit = 1;
    await print(`${JSON.stringify(answer)}\n`);
  }
  return exit;
};

const flagNames = [
  'metrics',
  'by',
  'where',
  'range',
  'time',
  'compare',
  'segment',
  'order',
  'limit',
  'offset',
  'limitPer',
  'share',
  'timezone',
  'fill',
  'totals',
  'beside',
] as const;

const readInput = async (file: string | undefined, options: QueryOptions, model: Model): Promise<unknown> => {
  const flags = flagNames.filter((name) => options[name] !== undefined);
  if (file === undefined && flags.length > 0) return queryFromFlags(options, model);
  if (file !== undefined && flags.length > 0) {
    throw new DataMindError(
      'QUERY_INVALID',
      `Give a file or flags (--${flags[0] === 'limitPer' ? 'limit-per' : flags[0]}), not both.`,
    );
  }
  if (file === undefined && process.stdin.isTTY) {
    throw new DataMindError(
      'QUERY_INVALID',
      'Nothing is asked; try --metrics NAME --by NAME, or "datamind query --help".',
    );
  }
  if (file === undefined || file === '-') return readJson(await readAll(process.stdin), 'Standard input');
  try {
    return readJson(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof DataMindError) throw error;
    throw new DataMindError('BAD_REQUEST', `The file "${file}" cannot be read.`);
  }
};

const askFolder = async (file: string | undefined, options: QueryOptions, signal: AbortSignal): Promise<ExitCode> => {
  const { config, ontology } = options;
  const logLevel = process.env.DATAMIND_LOG_LEVEL ? undefined : 'silent';
  const project = openProject({
    config,
    ontology,
    env: process.env,
    signal,
    ...(logLevel && { logLevel }),
  });
  const { settings } = project;
  const whole = await project.readModel();
  const subject = askerOf(options);
  const model = project.modelFor(whole, subject);
  const value = options.batch === true ? null : await readInput(file, options, model);
  const executor = await project.openExecutor(connectionsOf(whole, options.connection));
  const session: Session = {
    model,
    executor,
    subject,
    maxRows: settings.maxRows,
    signal,
    options,
  };
  try {
    return options.batch === true ? await askBatch(session) : await askOnce(value, session);
  } finally {
    await executor.stop();
  }
};

/** Answers without a server: compiles the folder, starts the connections that the model needs, asks, stops. */
export const query = async (file: string | undefined, options: QueryOptions): Promise<ExitCode> => {
  const stopping = new AbortController();
  const interrupt = (): void => stopping.abort();
  process.once('SIGINT', interrupt);
  try {
    return await askFolder(file, options, stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    say('Interrupted: the query was cancelled.');
    return 130;
  } finally {
    process.off('SIGINT', interrupt);
  }
};

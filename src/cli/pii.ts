import { DataMindError } from '../../core/errors/datamind-error.js';
import { correlationId } from '../../core/logging/correlation-id.js';
import { localSubject } from '../identity/caller.js';
import { readSubject } from '../identity/read-subject.js';
import { openProject } from '../open-project.js';
import { type ScannedColumn, type ScanReport, scanConnection } from '../pii/scan-connection.js';
import type { CommonOptions } from './create-program.js';
import { formatTable } from './format-table.js';
import { print, say } from './output.js';
import type { ExitCode } from './run-program.js';

export interface ScanCommandOptions extends CommonOptions {
  readonly connection?: string;
  readonly rows: string;
  readonly as?: string;
  readonly format: 'table' | 'json';
}

const mostRows = 100_000;

const readRows = (text: string): number => {
  const rows = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : mostRows + 1;
  if (rows > mostRows) throw new DataMindError('BAD_REQUEST', `--rows must be a whole number from 1 to ${mostRows}.`);
  return rows;
};

const percent = (share: number | null): string => (share === null ? '–' : `≥ ${Math.floor(share * 100)} %`);

const todo = ({ declared, found, dimensions }: ScannedColumn): string => {
  if (declared === 'none') return 'said to be none';
  if (declared !== null) return declared === found ? 'classified' : `classified as ${declared}`;
  return dimensions.length === 0 ? 'no dimension' : `write pii: ${found}`;
};

const spell = ({ columns, unread, tables, rows_per_table: rows }: ScanReport): string => {
  const lines = columns.map((one) => [
    `${one.table}.${one.column}`,
    one.found,
    one.by,
    percent(one.share),
    String(one.values),
    todo(one),
  ]);
  const table =
    lines.length === 0
      ? 'Nothing looks like personal data.'
      : formatTable(['column', 'looks like', 'by', 'share', 'values', 'model'], lines);
  const notes = unread.map(({ table: name, reason }) => `${name}: by the names of its columns only. ${reason}`);
  return `${[table, '', ...notes, `${tables - unread.length} of ${tables} tables were read, at most ${rows} rows of each.`].join('\n')}\n`;
};

/** Names and samples of one connection, judged. 0: all that looks personal is classified, 1: something is not. */
export const scan = async (options: ScanCommandOptions): Promise<ExitCode> => {
  const { config, ontology, connection, as, format } = options;
  const rows = readRows(options.rows);
  const stopping = new AbortController();
  const interrupt = (): void => stopping.abort();
  process.once('SIGINT', interrupt);
  const { signal } = stopping;
  const logLevel = process.env.DATAMIND_LOG_LEVEL ? undefined : 'silent';
  const project = openProject({ config, ontology, env: process.env, signal, ...(logLevel && { logLevel }) });
  const model = await project.readModel();
  const subject = as === undefined ? localSubject : readSubject(as);
  const wanted = connection ?? model.project.connection;
  const executor = await project.openExecutor(wanted === null ? null : [wanted]);
  try {
    const name = wanted ?? executor.defaultConnection;
    if (name === null)
      throw new DataMindError('CONNECTION_UNKNOWN', 'The model names no connection; name one with --connection.');
    const place = { executor, model: project.modelFor(model, subject), connection: name, subject };
    const report = await scanConnection({ ...place, rows, correlationId: correlationId(), signal });
    await print(format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : spell(report));
    return report.columns.some(({ declared }) => declared === null) ? 1 : 0;
  } catch (error) {
    if (!signal.aborted) throw error;
    say('Interrupted.');
    return 130;
  } finally {
    process.off('SIGINT', interrupt);
    await executor.stop();
  }
};

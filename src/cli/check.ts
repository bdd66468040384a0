import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { correlationId } from '../../core/logging/correlation-id.js';
import type { Catalogue } from '../../core/plugin/contract.js';
import { type CompileOptions, Compiler } from '../../semantic/check/compiler.js';
import { type DiagnosticFormat, renderDiagnostics } from '../../semantic/check/render-diagnostics.js';
import type { SampledClasses } from '../../semantic/check/suggest-pii.js';
import { readFolder } from '../../semantic/load/read-folder.js';
import type { Model } from '../../semantic/model/model.js';
import { localSubject } from '../identity/caller.js';
import { writeFileWhole } from '../models/write-file.js';
import { openProject } from '../open-project.js';
import { scanConnection } from '../pii/scan-connection.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import type { CommonOptions } from './create-program.js';
import { print, say } from './output.js';
import type { ExitCode } from './run-program.js';

export interface CheckOptions extends CommonOptions {
  readonly format: DiagnosticFormat;
  readonly json?: boolean;
  readonly connection?: string;
  readonly catalogue?: string;
  readonly record?: boolean;
  readonly strict?: boolean;
}

interface Live {
  readonly catalogue: Catalogue;
  readonly connection: string;
  /** Whether entities that name no connection live there. */
  readonly isDefault: boolean;
}

interface Found extends Live {
  /** What samples of values look like. */
  readonly sampled: SampledClasses;
}

/** Rows of each table that are looked at. */
const sampledRows = 2_000;

/** Dimensions whose values look like personal data; of a table that cannot be read now, names say what they say. */
const sampleValues = async (
  executor: GovernedExecutor,
  model: Model,
  connection: string,
  signal: AbortSignal,
): Promise<SampledClasses> => {
  const place = { executor, model, connection, subject: localSubject };
  const { columns } = await scanConnection({ ...place, rows: sampledRows, correlationId: correlationId(), signal });
  const told = columns.filter(({ by }) => by !== 'name');
  return new Map(told.flatMap(({ dimensions, found }) => dimensions.map((name) => [name, found] as const)));
};

/**
 * What a database has now. The connection is the named one, the project's, or the configuration's default.
 * @param compile the model beside what was found, `null` when it has errors: then no values are looked at
 */
const lookAt = async (
  wanted: string | undefined,
  own: string | null,
  options: CheckOptions,
  compile: (live: Live) => Model | null,
): Promise<Found> => {
  const { config, ontology } = options;
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  const { signal } = stopping;
  const project = openProject({ config, ontology, env: process.env, logLevel: 'silent', signal });
  const name = wanted ?? own;
  const executor = await project.openExecutor(name === null ? null : [name]);
  try {
    const connection = name ?? executor.defaultConnection;
    if (connection === null) {
      throw new DataMindError('CONNECTION_UNKNOWN', 'The model names no connection; name one with --connection.');
    }
    const catalogue = await executor.introspect(connection, {}, signal);
    const live = { catalogue, connection, isDefault: connection === (own ?? executor.defaultConnection) };
    const model = compile(live);
    const sampled = model === null ? new Map() : await sampleValues(executor, model, connection, signal);
    return { ...live, sampled };
  } finally {
    await executor.stop();
  }
};

const readRecorded = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new DataMindError('BAD_REQUEST', `The catalogue "${file}" cannot be read.`);
  }
};

const recordName = ({ connection, isDefault }: Live): string =>
  isDefault ? 'catalogue.json' : `catalogue.${connection}.json`;

/** Compiles a folder and says what is wrong. 0: nothing, 1: findings. @throws DataMindError for what is not in the folder */
export const check = async (dir: string | undefined, options: CheckOptions): Promise<ExitCode> => {
  const { connection, catalogue, record, strict, json } = options;
  if (catalogue !== undefined && (connection !== undefined || record === true)) {
    throw new DataMindError('BAD_REQUEST', 'Give --catalogue, or --connection and --record, not both.');
  }
  const folder = resolve(dir ?? options.ontology);
  const { files: texts, findings } = await readFolder(folder);
  const files = new Map(texts);
  if (catalogue !== undefined) files.set('catalogue.json', readRecorded(catalogue));
  const compiler = await Compiler.create();
  let { diagnostics } = compiler.compile(files, { findings });
  if (connection !== undefined || record === true) {
    const beside = ({ isDefault, catalogue: now, connection: name }: Live): CompileOptions =>
      isDefault ? { findings, catalogue: now } : { findings, catalogues: { [name]: now } };
    const live = await lookAt(
      connection,
      compiler.project.connection,
      options,
      (one) => compiler.compile(files, beside(one)).model,
    );
    ({ diagnostics } = compiler.compile(files, { ...beside(live), sampled: live.sampled }));
    if (record === true) {
      const path = join(folder, recordName(live));
      await writeFileWhole(path, `${JSON.stringify(live.catalogue, null, 2)}\n`);
      say(`Wrote ${relative('', path)}: ${live.catalogue.tables.length} tables.`);
    }
  }
  const below = relative('', folder);
  const shown = (below.startsWith('..') ? folder : below).replaceAll('\\', '/');
  await print(renderDiagnostics(diagnostics, json ? 'json' : options.format, { files, folder: shown }));
  return diagnostics.some(({ severity }) => severity === 'error' || strict === true) ? 1 : 0;
};

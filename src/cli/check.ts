import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Catalogue } from '../../core/plugin/contract.js';
import { Compiler } from '../../semantic/check/compiler.js';
import { type DiagnosticFormat, renderDiagnostics } from '../../semantic/check/render-diagnostics.js';
import { readFolder } from '../../semantic/load/read-folder.js';
import { writeFileWhole } from '../models/write-file.js';
import { openProject } from '../open-project.js';
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

/** What a database has now. The connection is the named one, the project's, or the configuration's default. */
const introspect = async (wanted: string | undefined, own: string | null, options: CheckOptions): Promise<Live> => {
  const { config, ontology } = options;
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  const project = openProject({ config, ontology, env: process.env, logLevel: 'silent', signal: stopping.signal });
  const name = wanted ?? own;
  const executor = await project.openExecutor(name === null ? null : [name]);
  try {
    const connection = name ?? executor.defaultConnection;
    if (connection === null) {
      throw new DataMindError('CONNECTION_UNKNOWN', 'The model names no connection; name one with --connection.');
    }
    const catalogue = await executor.introspect(connection, {}, stopping.signal);
    return { catalogue, connection, isDefault: connection === (own ?? executor.defaultConnection) };
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
    const live = await introspect(connection, compiler.project.connection, options);
    const found = live.isDefault
      ? { catalogue: live.catalogue }
      : { catalogues: { [live.connection]: live.catalogue } };
    ({ diagnostics } = compiler.compile(files, { findings, ...found }));
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

/** Connectors outside of a server, with an approval that anything passes, for tests on the wire. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { formatProblem } from '../../core/config/problem.js';
import { packageRoot } from '../../core/package-root.js';
import type {
  Connector,
  DialectName,
  Parameter,
  PluginHost,
  PluginModule,
  QueryOptions,
  ResultSet,
  Row,
} from '../../core/plugin/contract.js';
import { readManifest } from '../../core/plugin/read-manifest.js';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export const testHost: PluginHost = {
  name: 'warehouse',
  log: silent,
  now: Date.now,
  redact: (text) => text,
  isApproved: () => true,
};

export const makeConnector = async (plugin: string, config: object): Promise<Connector> => {
  const { read, problems } = readManifest(join(packageRoot(), 'plugins/connectors', plugin));
  if (read === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  const { default: module } = (await import(pathToFileURL(read.main).href)) as {
    default: PluginModule<Connector, object>;
  };
  return module.create(config, testHost);
};

export const never = (): AbortSignal => new AbortController().signal;

const options: QueryOptions = {
  timeoutMs: 20_000,
  maxRows: 1_000_000,
  maxBytes: 1_000_000_000,
  batchRows: 100,
  subject: 'ann',
};

export const ask = (
  connector: Connector,
  text: string,
  parameters: readonly Parameter[] = [],
  more: Partial<QueryOptions> = {},
  signal: AbortSignal = never(),
): Promise<ResultSet> => {
  const dialect: DialectName = connector.dialect;
  return connector.query({ dialect, text, parameters }, { ...options, ...more }, signal);
};

export const allRows = async (result: ResultSet): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for await (const batch of result.batches) rows.push(...batch);
  return rows;
};

/** The code with which something fails, and its message. */
export const failure = async (work: Promise<unknown>): Promise<{ readonly code: string; readonly message: string }> => {
  try {
    await work;
  } catch (error) {
    return error as { code: string; message: string };
  }
  return { code: 'none', message: '' };
};

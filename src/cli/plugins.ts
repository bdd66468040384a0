import { resolve } from 'node:path';
import { Argument, type Command, Option } from 'commander';
import { formatProblem } from '../../core/config/problem.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createLogger } from '../../core/logging/create-logger.js';
import { createApprover } from '../../core/plugin/approval.js';
import { printReports } from '../../core/plugin/conformance/index.js';
import { type DialectName, PluginError, type PluginKind } from '../../core/plugin/contract.js';
import { type PlannedPlugin, planPlugins } from '../../core/plugin/plan-plugins.js';
import { scaffoldPlugin } from '../../core/plugin/scaffold-plugin.js';
import { type Plugins, startPlugins } from '../../core/plugin/start-plugins.js';
import { testPlugin } from '../../core/plugin/test-plugin.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import { inHome } from '../settings/home-paths.js';
import { readSettings } from '../settings/settings.js';
import { formatTable } from './format-table.js';

/** What the commands touch of the process, so that tests can look. */
export interface PluginCommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  out(text: string): void;
  err(text: string): void;
  exit(code: 0 | 1 | 2): void;
}

const processIo: PluginCommandIo = {
  env: process.env,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  exit: (code) => {
    process.exitCode = code;
  },
};

/** Where a plugin of each kind goes unless `--dir` says otherwise. */
const foldersOfKind: Readonly<Record<PluginKind, string>> = {
  connector: 'plugins/connectors',
  llm: 'plugins/llm',
  dashboard: 'plugins/dashboards',
  export: 'plugins/exports',
};

const dialects: readonly DialectName[] = ['duckdb', 'sqlite', 'postgres', 'mysql', 'clickhouse'];

interface Output {
  readonly json?: boolean;
}

interface Chosen extends Output {
  readonly config: string;
}

/** Prints data as JSON or as text for people, and sets the exit code. */
type Answer = (output: Output, data: object, text: string, exit: 0 | 1 | 2) => void;

const listPlugins = ({ config, json }: Chosen, io: PluginCommandIo, answer: Answer): void => {
  const { sound, problems } = planPlugins(config, io.env);
  const rows = sound.map(({ name, candidate, otherwise, onFailure }: PlannedPlugin) => {
    const { id, kind, title, version } = candidate.manifest;
    return {
      name,
      kind,
      id,
      title,
      version,
      use: candidate.use,
      otherwise: otherwise?.use,
      on_failure: onFailure,
      state: 'ready',
    };
  });
  const table = formatTable(
    ['name', 'kind', 'title', 'version', 'state', 'use'],
    rows.map(({ name, kind, title, version, state, use }) => [name, kind, title, version, state, use]),
  );
  const faults = problems.map(formatProblem);
  const text = [...(rows.length > 0 ? [table] : []), ...faults].join('\n') || 'No plugins are configured.';
  answer({ json }, { data: rows, count: rows.length, problems }, text, problems.length > 0 ? 1 : 0);
};

interface CheckRow {
  readonly name: string;
  readonly title: string;
  readonly use: string;
  readonly state: string;
  readonly health: string;
  readonly latency_ms: number;
  readonly finding: string;
}

const lookAt = async (plugins: Plugins): Promise<readonly CheckRow[]> => {
  const health = new Map((await plugins.health()).map((found) => [found.name, found]));
  return plugins.statuses().map(({ name, title, use, state, failure }): CheckRow => {
    const { status = 'down', latencyMs = 0, detail } = health.get(name) ?? {};
    const finding = failure === undefined ? (detail ?? '') : `${failure.message} [${failure.code}]`;
    return { name, title, use, state, health: status, latency_ms: Math.round(latencyMs), finding };
  });
};

const checkPlugins = async ({ config, json }: Chosen, io: PluginCommandIo, answer: Answer): Promise<void> => {
  const { plan: found, problems } = planPlugins(config, io.env);
  if (found === undefined) {
    answer({ json }, { data: [], count: 0, problems }, problems.map(formatProblem).join('\n'), 1);
    return;
  }
  // The same files as the server's.
  const plan = inHome(found, readSettings(io.env).home);
  const redact = createRedactor();
  const log = createLogger({ level: 'silent', redact });
  // Every plugin is looked at, whatever the others do.
  const patient = { ...plan, plugins: plan.plugins.map((entry) => ({ ...entry, onFailure: 'degrade' as const })) };
  const services = { log, redact, now: Date.now, isApproved: createApprover().isApproved };
  const plugins = await startPlugins(patient, services);
  let rows: readonly CheckRow[];
  try {
    rows = await lookAt(plugins);
  } finally {
    await plugins.stop();
  }
  const table = formatTable(
    ['name', 'title', 'state', 'health', 'ms', 'use', 'finding'],
    rows.map((row) => [row.name, row.title, row.state, row.health, String(row.latency_ms), row.use, row.finding]),
  );
  const sound = rows.every(({ health }) => health === 'up');
  answer({ json }, { data: rows, count: rows.length, problems: [] }, table, sound ? 0 : 1);
};

interface TestOptions extends Partial<Chosen> {
  readonly admin?: string;
}

const runTest = async (
  target: string,
  { config, admin, json }: TestOptions,
  io: PluginCommandIo,
  answer: Answer,
): Promise<void> => {
  const { manifest, rows } = await testPlugin(target, { configFile: config, adminModule: admin, env: io.env });
  const count = (status: string): number => rows.filter((row) => row.status === status).length;
  const figures = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
  const text = printReports(new Map([[manifest.id, rows]])).trimEnd();
  answer(
    { json },
    { plugin: manifest.id, ...figures, data: rows, count: rows.length },
    text,
    figures.failed > 0 ? 1 : 0,
  );
};

interface NewOptions extends Output {
  readonly dir?: string;
  readonly dialect?: DialectName;
}

const newPlugin = (kind: PluginKind, name: string, { dir, dialect, json }: NewOptions, answer: Answer): void => {
  const folder = resolve(dir ?? `${foldersOfKind[kind]}/${name}`);
  const files = scaffoldPlugin({ kind, name, folder, dialect });
  const text = [
    `Wrote ${folder}:`,
    ...files.map((file) => `  ${file}`),
    '',
    `Next: datamind plugins test ${dir ?? folder}`,
  ];
  answer({ json }, { folder, files }, text.join('\n'), 0);
};

/** Codes that mean that the command was called in a wrong way, and not that it found something. */
const wrongUse: ReadonlySet<string> = new Set(['BAD_REQUEST', 'CONFLICT']);

/** Adds `plugins list | check | test | new`. Exit codes: 0 all is well, 1 something was found, 2 wrong use. */
export const registerPluginCommands = (program: Command, io: PluginCommandIo = processIo): void => {
  const answer: Answer = ({ json }, data, text, exit) => {
    io.out(json ? `${JSON.stringify(data, null, 2)}\n` : `${text}\n`);
    io.exit(exit);
  };
  /** An expected failure is a sentence and an exit code; a bug stays an exception. */
  const guarded =
    <Given extends readonly unknown[]>(run: (...given: Given) => void | Promise<void>) =>
    async (...given: Given): Promise<void> => {
      try {
        await run(...given);
      } catch (error) {
        if (!(error instanceof DataMindError) && !PluginError.is(error)) throw error;
        const output = given.find(
          (value): value is Output => typeof value === 'object' && value !== null && 'json' in value,
        );
        if (output?.json)
          io.out(`${JSON.stringify({ error: { code: error.code, message: error.message } }, null, 2)}\n`);
        else io.err(`${error.message} [${error.code}]\n`);
        io.exit(wrongUse.has(error.code) ? 2 : 1);
      }
    };

  const plugins = program.command('plugins').description('what is plugged in: list, check, test, make new');
  const configOption = (): Option =>
    new Option('-c, --config <file>', 'the configuration of the plugins').default('plugins.config.json');
  const jsonOption = (): Option => new Option('--json', 'answer in JSON');

  plugins
    .command('list')
    .description('what is configured; runs none of its code')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(guarded((options: Chosen) => listPlugins(options, io, answer)));
  plugins
    .command('check')
    .description('start every plugin, ask how it is, stop it')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(guarded((options: Chosen) => checkPlugins(options, io, answer)));
  plugins
    .command('test')
    .description('run the conformance kit on one plugin')
    .argument('<target>', "the plugin's folder, or the name of its package")
    .option('-c, --config <file>', 'its configuration, as under "config" in plugins.config.json; reaches a database')
    .option(
      '--admin <module>',
      'exports admin(...statements), which may write to that database, and perhaps running(marker)',
    )
    .addOption(jsonOption())
    .action(guarded((target: string, options: TestOptions) => runTest(target, options, io, answer)));
  plugins
    .command('new')
    .description('write the folder of a new plugin')
    .addArgument(new Argument('<kind>', 'what it is').choices(Object.keys(foldersOfKind)))
    .argument('<name>', 'its id: lower case, digits and hyphens')
    .option('-d, --dir <folder>', 'where to write it')
    .addOption(new Option('--dialect <dialect>', 'the SQL that a connector speaks').choices(dialects))
    .addOption(jsonOption())
    .action(guarded((kind: PluginKind, name: string, options: NewOptions) => newPlugin(kind, name, options, answer)));
};

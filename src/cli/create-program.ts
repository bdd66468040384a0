import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { packageRoot } from '../../core/package-root.js';
import { deferOptimising } from './defer-optimising.js';

export interface CommonOptions {
  readonly config: string;
  readonly ontology: string;
}

const defaults: CommonOptions = { config: 'plugins.config.json', ontology: 'ontology' };

export const packageVersion = (): string => {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  return version;
};

const configOption = (): Option =>
  new Option('-c, --config <file>', 'the configuration of the plugins').default(defaults.config);
const ontologyOption = (): Option =>
  new Option('-o, --ontology <dir>', 'the folder of the model').default(defaults.ontology);

/** Collects an option that may be repeated. */
const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

const addServe = (to: Command): void => {
  to.command('serve')
    .description('start the server')
    .addOption(configOption())
    .addOption(ontologyOption())
    .option('-p, --port <number>', 'the port; PORT in the environment when absent, else 8000')
    .option('--host <name>', 'the address to listen on; HOST in the environment when absent, else 127.0.0.1')
    .action(async (options) => {
      const { serve } = await import('./serve.js');
      await serve(options);
    });
};

const addCheck = (to: Command): void => {
  to.command('check')
    .description('compile the model and say what is wrong with it')
    .argument('[dir]', 'the folder; --ontology when absent')
    .addOption(configOption())
    .addOption(ontologyOption())
    .addOption(
      new Option('-f, --format <format>', 'how to say it')
        .choices(['text', 'json', 'junit', 'sarif', 'github'])
        .default('text'),
    )
    .option('--json', 'the same as --format json')
    .option('--connection <name>', 'compare with what this database has now')
    .option('--catalogue <file>', 'compare with a recorded catalogue')
    .option('--record', 'write what the connection has to catalogue.json in the folder')
    .option('--strict', 'warnings are findings too')
    .action(async (folder, options) => {
      deferOptimising();
      const { check } = await import('./check.js');
      process.exitCode = await check(folder, options);
    });
};

const addQuery = (to: Command): void => {
  to.command('query')
    .description('ask for metrics by dimensions')
    .argument('[file]', 'a semantic query as JSON, or - for standard input')
    .addOption(configOption())
    .addOption(ontologyOption())
    .option('-m, --metrics <names>', 'metrics, separated by commas')
    .option('-b, --by <names>', 'dimensions, separated by commas; name:grain for times')
    .option(
      '-w, --where <condition>',
      'status=paid, amount>=10, country in DE,FR, name ~ tent; may be repeated',
      collect,
    )
    .option('-r, --range <words>', 'the time range: "last 3 months", "2025", "2025-01-01..2025-04-01"')
    .option('--time <dimension>', 'the time dimension of the range; metric_time when absent')
    .option('--compare <period>', 'compare with an earlier period: "previous year"')
    .option('--segment <names>', 'named filters, separated by commas')
    .option('--order <names>', 'columns to order by, separated by commas; -name for the largest first')
    .option('-l, --limit <number>', 'how many rows')
    .option('--offset <number>', 'how many rows to pass over')
    .option('--limit-per <dimension:number>', 'how many rows of each: department:3, or country+department:3')
    .option('--share <metrics>', 'the share of the total beside a metric; metric:dimension within each of a dimension')
    .option('--timezone <name>', 'such as Europe/Berlin')
    .option('--fill', 'show periods without rows too')
    .option('--totals', 'add one row over everything')
    .option('--beside <whom>', '"everyone": the same over all, where you may have groups of them')
    .option('--connection <name>', 'where to run it')
    .option('--as <file>', 'who asks: a subject file')
    .option('--project <name>', 'the project that it is about, in place of the subject’s')
    .option('--dry-run', 'only show the SQL')
    .option('--batch', 'one query a line on standard input, one answer a line on standard output')
    .option('--json', 'answer in JSON; as for tables, at most DATAMIND_MAX_ROWS rows (10,000 when absent)')
    .option('--csv', 'answer in CSV: every row, unless --limit says less')
    .action(async (file, options) => {
      deferOptimising();
      const { query } = await import('./query.js');
      process.exitCode = await query(file, options);
    });
};

const addAsk = (to: Command): void => {
  to.command('ask')
    .description('ask in words')
    .argument('<question...>', 'such as: revenue by country last year')
    .addOption(configOption())
    .addOption(ontologyOption())
    .option('--connection <name>', 'where to run it; the model’s own when absent')
    .option('--as <file>', 'who asks: a subject file')
    .option('--project <name>', 'the project that it is about, in place of the subject’s')
    .option('-l, --limit <number>', 'how many rows at most')
    .option('--timezone <name>', 'such as Europe/Berlin')
    .option('--dry-run', 'only say what the question means')
    .option('--json', 'answer in JSON, as POST ask does')
    .action(async (words, options) => {
      deferOptimising();
      const { ask } = await import('./ask.js');
      process.exitCode = await ask(words.join(' '), options);
    });
};

const addSql = (to: Command): void => {
  const sql = to.command('sql').description('SQL under the policies of whoever asks');
  const actions = [
    ['run', 'run SQL as it is permitted'],
    ['check', 'say whether SQL would run, and as what, without running it'],
  ] as const;
  for (const [action, description] of actions) {
    const command = sql
      .command(action)
      .description(description)
      .argument('[sql]', 'SQL, a file with SQL, or - for standard input')
      .addOption(configOption())
      .addOption(ontologyOption())
      .option('--connection <name>', 'where to run it; the model’s own when absent')
      .option('--as <file>', 'who asks: a subject file')
      .option('--project <name>', 'the project that it is about, in place of the subject’s')
      .option('-l, --limit <number>', 'how many rows at most; DATAMIND_MAX_ROWS (10,000) when absent')
      .option('--batch', 'one {"id","sql"} a line on standard input, one answer a line on standard output')
      .option('--json', 'answer in JSON');
    if (action === 'run') command.option('--csv', 'answer in CSV: every row, unless --limit says less');
    command.action(async (text, options) => {
      deferOptimising();
      const { sql: start } = await import('./sql.js');
      process.exitCode = await start(action, text, options);
    });
  }
};

const addEval = (to: Command): void => {
  to.command('eval')
    .description('ask questions with known answers, and say how many come out right')
    .argument(
      '[questions]',
      'a file of questions (YAML, JSON, JSON lines); the verified queries of the model when absent',
    )
    .addOption(configOption())
    .addOption(ontologyOption())
    .option('--as <file>', 'who asks: a subject file; whoever the file of questions names when absent')
    .option('--llm <name>', 'the language model to ask, or "none"; those of the configuration when absent')
    .option('--batch', 'one {"id","question"} a line on standard input, one answer a line on standard output')
    .option('--ablate', 'ask all again without each part of what a language model is told, to see what it is worth')
    .option('--compare <file>', 'an earlier run, printed with --json: which questions came out otherwise')
    .option('--json', 'answer in JSON')
    .action(async (file, options) => {
      deferOptimising();
      const { evaluate } = await import('./eval.js');
      process.exitCode = await evaluate(file, options);
    });
};

const addInit = (to: Command): void => {
  to.command('init')
    .description('write a first draft of a model from what a connection has, as YAML to be reviewed')
    .addOption(configOption())
    .addOption(ontologyOption())
    .requiredOption('--connection <name>', 'what to look at')
    .option('--out <dir>', 'where to write it: a folder that is empty or not there', 'ontology.draft')
    .option('--json', 'say what was written in JSON')
    .action(async (options) => {
      deferOptimising();
      const { init } = await import('./init.js');
      process.exitCode = await init(options);
    });
};

const addPii = (to: Command): void => {
  to.command('pii')
    .description('personal data: where it is')
    .command('scan')
    .description('look for personal data in names of columns and in a sample of rows; no value is shown')
    .addOption(configOption())
    .addOption(ontologyOption())
    .option('--connection <name>', 'where to look; the model’s own when absent')
    .option('--rows <number>', 'rows of each table that are read at most', '2000')
    .option('--as <file>', 'who looks: a subject file; nobody sees more than policies permit')
    .addOption(new Option('-f, --format <format>', 'how to say it').choices(['table', 'json']).default('table'))
    .action(async (options) => {
      deferOptimising();
      const { scan } = await import('./pii.js');
      process.exitCode = await scan(options);
    });
};

const addPolicies = (to: Command): void => {
  to.command('policies')
    .description('who may see what, as the database itself can say it')
    .command('export')
    .description('statements for whoever controls the database: what one subject may see, for one of its roles')
    .addOption(configOption())
    .addOption(ontologyOption())
    .addOption(
      new Option('--dialect <name>', 'of the database').choices(['postgres', 'clickhouse']).makeOptionMandatory(),
    )
    .addOption(
      new Option('--form <form>', 'row policies and grants of columns, or views, which can mask')
        .choices(['rows', 'views'])
        .default('rows'),
    )
    .requiredOption('--as <file>', 'a subject file: whose permissions')
    .option('--role <name>', 'the role or user of the database that stands for it; its user when absent')
    .option('--connection <name>', 'whose tables; the model’s own when absent')
    .action(async (options) => {
      deferOptimising();
      const { exportPolicies } = await import('./policies.js');
      process.exitCode = await exportPolicies(options);
    });
};

const addAudit = (to: Command): void => {
  const audit = to.command('audit').description('who did what: verify that nothing was changed, export it');
  audit
    .command('verify')
    .description('walk every chain of the audit to the first entry that is altered, missing, inserted or cut off')
    .option('--key <file>', 'a public key (PEM) of another node that signs; may be repeated', collect)
    .option('--json', 'answer in JSON')
    .action(async (options) => {
      const { verify } = await import('./audit.js');
      process.exitCode = await verify(options);
    });
  audit
    .command('export')
    .description('every entry as a line of JSON on standard output')
    .option('--workspace <id>', 'only of this workspace')
    .option('--from <time>', 'an ISO date or time, inclusive')
    .option('--to <time>', 'an ISO date or time, exclusive')
    .action(async (options) => {
      const { exportAll } = await import('./audit.js');
      process.exitCode = await exportAll(options);
    });
  audit
    .command('key')
    .description('the public key that verifies the signatures of this node, as PEM')
    .action(async () => {
      const { showKey } = await import('./audit.js');
      process.exitCode = await showKey();
    });
};

const addBackup = (to: Command): void => {
  to.command('backup')
    .description(
      'save everything that is kept (not the model’s files, not the encryption key), also beside a running server',
    )
    .argument('[file]', 'where to; a name with the time in $DATAMIND_HOME/backups when absent')
    .addOption(configOption())
    .addOption(ontologyOption())
    .option('--keep <number>', 'how many of the backups in that folder are kept')
    .action(async (file, options) => {
      const { backup } = await import('./backup.js');
      process.exitCode = await backup(file, options);
    });
  to.command('restore')
    .description('fill a store that was never used from a backup')
    .argument('<file>', 'the backup')
    .addOption(configOption())
    .addOption(ontologyOption())
    .option('--check', 'only say whether the file is whole')
    .action(async (file, options) => {
      const { restore } = await import('./backup.js');
      process.exitCode = await restore(file, options);
    });
};

const addKeys = (to: Command): void => {
  const keys = to.command('keys').description('the keys that secrets are sealed with');
  keys
    .command('rotate')
    .description('make a new key and seal everything with it, also beside a running server')
    .addOption(configOption())
    .addOption(ontologyOption())
    .option('--retire', 'take the old keys away then: backups of before cannot be opened without them')
    .option('--json', 'answer in JSON')
    .action(async (options) => {
      const { rotate } = await import('./keys.js');
      process.exitCode = await rotate(options);
    });
  keys
    .command('encrypt')
    .description('seal a value from standard input, for the environment: DATABASE_URL=enc:…')
    .action(async () => {
      const { encrypt } = await import('./keys.js');
      process.exitCode = await encrypt();
    });
};

/** The commands of plugins are loaded when they are meant; everybody else sees one line about them. */
const addPlugins = async (to: Command, argv: readonly string[]): Promise<void> => {
  if (argv.includes('plugins')) {
    const { registerPluginCommands } = await import('./plugins.js');
    registerPluginCommands(to);
  } else to.command('plugins').description('what is plugged in: list, check, test, make new');
};

/** Options in front of the command count for it as well, unless it has its own. */
const inherit = (from: Command, to: Command): void => {
  for (const [name, value] of Object.entries(from.opts())) {
    const own = to.getOptionValueSource(name);
    if (value !== undefined && own === 'default') to.setOptionValueWithSource(name, value, 'cli');
  }
};

const throwOnExit = (command: Command): void => {
  command.exitOverride().showSuggestionAfterError(true).showHelpAfterError('(add --help to see how it is used)');
  for (const inner of command.commands) throwOnExit(inner);
};

export const createProgram = async (argv: readonly string[]): Promise<Command> => {
  const program = new Command();
  program
    .name('datamind')
    .description('A governed semantic layer: describe the business once, ask it from anywhere.')
    .version(packageVersion(), '-V, --version', 'show the version')
    .enablePositionalOptions()
    .option('-c, --config <file>', `the configuration of the plugins (default: "${defaults.config}")`)
    .option('-o, --ontology <dir>', `the folder of the model (default: "${defaults.ontology}")`)
    .hook('preAction', (_, command) => inherit(program, command));
  addServe(program);
  addCheck(program);
  addQuery(program);
  addAsk(program);
  addEval(program);
  addSql(program);
  addInit(program);
  addPii(program);
  addPolicies(program);
  addAudit(program);
  addBackup(program);
  addKeys(program);
  await addPlugins(program, argv);
  throwOnExit(program);
  return program;
};

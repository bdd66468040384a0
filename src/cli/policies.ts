import { DataMindError } from '../../core/errors/datamind-error.js';
import { type NativeDialect, type NativeExport, type NativeForm, nativeDdl } from '../../semantic/policy/native-ddl.js';
import { readSubject } from '../identity/read-subject.js';
import { openProject } from '../open-project.js';
import { type CommonOptions, packageVersion } from './create-program.js';
import { print, say } from './output.js';
import type { ExitCode } from './run-program.js';

export interface ExportOptions extends CommonOptions {
  readonly dialect: NativeDialect;
  readonly form: NativeForm;
  readonly as: string;
  readonly role?: string;
  readonly connection?: string;
}

/** Comments of one line each, whatever stands in a name. */
const comment = (text: string): string => `-- ${text.replace(/[\r\n]+/g, ' ')}`;

const spell = ({ opening, tables, queries, closing }: NativeExport, head: readonly string[]): string => {
  const parts = tables.map(({ table, outcome, reason, policies, statements }) =>
    [
      comment(`${table}: ${outcome}${reason === null ? '' : `. ${reason}`}`),
      ...(policies.length === 0 ? [] : [comment(`policies: ${policies.join(', ')}`)]),
      ...statements,
    ].join('\n'),
  );
  const none = queries.map((name) => comment(`${name}: refused. It is a query of the model, and no table.`));
  return `${[head.map(comment).join('\n'), opening.join('\n'), ...parts, none.join('\n'), closing.join('\n')].filter((part) => part !== '').join('\n\n')}\n`;
};

/** Prints what a database can enforce by itself. 0: all of it can, 1: something is refused, and closed. */
export const exportPolicies = async (options: ExportOptions): Promise<ExitCode> => {
  const { config, ontology, dialect, form } = options;
  const subject = readSubject(options.as);
  const role = options.role ?? subject.user;
  const logLevel = process.env.DATAMIND_LOG_LEVEL ? undefined : 'silent';
  const project = openProject({ config, ontology, env: process.env, ...(logLevel && { logLevel }) });
  const model = await project.readModel();
  const wanted = options.connection ?? model.project.connection;
  const executor = await project.openExecutor(wanted === null ? null : [wanted]);
  try {
    const name = wanted ?? executor.defaultConnection;
    const found = executor.connections().find((one) => one.name === name);
    if (found !== undefined && found.dialect !== dialect) {
      throw new DataMindError(
        'BAD_REQUEST',
        `The connection "${found.name}" is of ${found.dialect}, not of ${dialect}.`,
        {
          hint: 'Name another connection with --connection, or its dialect.',
        },
      );
    }
    const now = new Date();
    const lineages = await executor.lineages(model, subject);
    const made = nativeDdl(model, subject, { dialect, form, role, now, lineages, connection: name });
    const head = [
      `What ${subject.user} may see, for the role ${role} of the database: DataMind ${packageVersion()}, model ${model.hash.slice(0, 12)}, ${now.toISOString()}.`,
      'Values of attributes are those of today: export again when they, the policies or the model change.',
      'Run it as whoever owns the tables. Owners, superusers, and what the role may do as a member of others are not bound;',
      'on PostgreSQL PUBLIC loses what it had on these tables.',
    ];
    await print(spell(made, head));
    const refused = made.tables.filter(({ outcome }) => outcome === 'refused');
    for (const { table, reason } of refused) say(`${table}: ${reason}`);
    return refused.length + made.queries.length > 0 ? 1 : 0;
  } finally {
    await executor.stop();
  }
};

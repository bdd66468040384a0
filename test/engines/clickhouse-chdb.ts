/**
 * ClickHouse's engine inside this process (npm `chdb`), as the HTTP front needs it: one engine session per request, with
 * a role, a database, parameters and settings that the engine itself applies and judges.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the front uses of `chdb`'s session; the package's own types come with it, but it may be absent. */
interface ChdbSession {
  query(text: string, format?: string): string;
  queryAsync(text: string, options: { format: string }): Promise<{ bytes(): Uint8Array }>;
  queryStream(text: string, options: { format: string }): ChdbStream;
  close(): void;
}

interface ChdbStream extends AsyncIterable<{ raw(): Uint8Array }> {
  cancel(): void;
}

interface ChdbModule {
  Session: new (folder: string, options?: { connectionArgs: string[] }) => ChdbSession;
}

/** An account of the front. The engine has one user only, so that rights come from a role. */
export interface Account {
  readonly password: string;
  readonly role: string;
  /** Settings that are in force before those of the request, as a settings profile's are. */
  readonly profile?: Readonly<Record<string, string>>;
}

export interface EngineRequest {
  readonly text: string;
  readonly format: string;
  readonly role: string;
  readonly database: string;
  readonly profile: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Chdb {
  readonly version: string;
  /** Prepares a session and starts the statement. Throws what the engine says. */
  open(request: EngineRequest): RunningStatement;
  /** Runs a text as the owner, at once. */
  ask(text: string): string;
  close(): void;
}

export interface RunningStatement {
  /** The output, chunk by chunk; the next is computed when asked for. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Whether each chunk is a whole output with a header of its own. */
  readonly streamed: boolean;
  /** Lets go of it. */
  end(): void;
}

const literal = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const assign = (values: Readonly<Record<string, string>>, prefix = ''): string[] =>
  Object.entries(values).map(([name, value]) => `${prefix}${name} = ${literal(value)}`);

/** Formats that are right when their chunks are put one after another, once repeated headers are gone. */
const streamable = /^(RowBinary|JSONCompactEachRow|JSONEachRow|TabSeparated|TSV|CSV)(WithNames(AndTypes)?)?$/;

const rolesXml = (grants: Readonly<Record<string, readonly string[]>>): string => {
  const roles = Object.entries(grants).map(
    ([role, texts]) =>
      `<${role}><grants>${texts.map((text) => `<query>GRANT ${text}</query>`).join('')}</grants></${role}>`,
  );
  return `<clickhouse><profiles><default/></profiles><quotas><default/></quotas><roles>${roles.join('')}</roles>
<users><default><password/><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota>
<grants><query>GRANT ${Object.keys(grants).join(', ')}</query></grants></default></users></clickhouse>`;
};

/**
 * Starts the engine over an empty folder.
 * @param grants what each role may do, as GRANT says it
 */
export async function openChdb(
  folder: string,
  grants: Readonly<Record<string, readonly string[]>>,
  ownerRole: string,
): Promise<Chdb> {
  // A name in a variable: the package is optional, and so are its types.
  const name = 'chdb';
  const { Session } = (await import(name)) as ChdbModule;
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const users = join(folder, 'users.xml');
  const config = join(folder, 'config.xml');
  writeFileSync(users, rolesXml(grants));
  writeFileSync(config, `<clickhouse><users_config>${users}</users_config></clickhouse>`);
  const owner = new Session(data, { connectionArgs: [`--config-file=${config}`] });
  owner.query(`SET ROLE ${ownerRole}`);

  const prepare = (request: EngineRequest): ChdbSession => {
    const session = new Session(data);
    try {
      session.query(`SET ROLE ${request.role}`);
      const profile = assign(request.profile);
      if (profile.length > 0) session.query(`SET ${profile.join(', ')}`);
      session.query(`USE \`${request.database.replaceAll('`', '\\`')}\``);
      const parameters = assign(request.parameters, 'param_');
      if (parameters.length > 0) session.query(`SET ${parameters.join(', ')}`);
      const settings = assign(request.settings);
      if (settings.length > 0) session.query(`SET ${settings.join(', ')}`);
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  };

  const open = (request: EngineRequest): RunningStatement => {
    const session = prepare(request);
    let stream: ChdbStream | null = null;
    try {
      if (streamable.test(request.format)) stream = session.queryStream(request.text, { format: request.format });
    } catch (error) {
      if (!/Streaming query is not supported/.test(String(error))) {
        session.close();
        throw error;
      }
    }
    const running = stream;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      if (running === null) yield (await session.queryAsync(request.text, { format: request.format })).bytes();
      else for await (const chunk of running) yield chunk.raw();
    }
    return {
      chunks: chunks(),
      streamed: running !== null,
      end: () => {
        running?.cancel();
        session.close();
      },
    };
  };

  return {
    version: owner.query('SELECT version()', 'TSV').trim(),
    open,
    ask: (text) => owner.query(text, 'TSV'),
    close: () => owner.close(),
  };
}

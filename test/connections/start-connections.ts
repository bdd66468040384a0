/** A server with accounts, a store and a real executor: one SQLite of the configuration (`main`), and what is made by API. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { createLogger } from '../../core/logging/create-logger.js';
import { packageRoot } from '../../core/package-root.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import { createModelCompiler } from '../../src/models/create-model-compiler.js';
import { type GovernedExecutor, openExecutor, readPluginPlan } from '../../src/pipeline/execute.js';
import { createMemoryTrail } from '../../src/audit/memory-trail.js';
import type { Engine } from '../../src/store/engine.js';
import type { ConnectionsOptions } from '../../src/connections/open-connections.js';
import { startIdentity, type TestIdentity } from '../identity/start-identity.js';

export type Headers = Readonly<Record<string, string>>;

export interface TestConnections extends TestIdentity {
  readonly executor: GovernedExecutor;
  /** Under it the workspaces have folders of files. */
  readonly files: string;
  /** The lines of the operator's log. */
  readonly lines: readonly string[];
  readonly as: Readonly<Record<'root' | 'ana' | 'ben' | 'vic' | 'eli', Headers>>;
  /** Resolves with the status once nobody looks at the connection any more. */
  settled(id: string, headers: Headers): Promise<Readonly<Record<string, unknown>>>;
}

const things = `project: {name: things, connection: main}
---
entity: things
table: things
key: id
measures: {thing_count: {count: "*"}}
`;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** `ana` and `ben` are analysts and `vic` a viewer of the default workspace, `eli` an admin of another. */
export const startConnections = async (
  engine: Engine,
  connecting: Partial<ConnectionsOptions> = {},
): Promise<TestConnections> => {
  const folder = mkdtempSync(join(tmpdir(), 'datamind-connections-'));
  const database = new Sqlite(join(folder, 'main.sqlite'));
  database.exec('create table things (id integer primary key, name text); insert into things values (1, 2)');
  database.close();
  const config = join(folder, 'plugins.config.json');
  const use = join(packageRoot(), 'plugins', 'connectors', 'sqlite');
  writeFileSync(config, JSON.stringify({ plugins: [{ use, as: 'main', config: { path: 'main.sqlite' } }] }));
  const lines: string[] = [];
  const redact = createRedactor();
  const log = createLogger({ level: 'info', redact, write: (line) => void lines.push(line) });
  let executor: GovernedExecutor | undefined;
  const compiler = createModelCompiler();
  const at = await startIdentity(engine, {
    connecting: { permitted: 'allow', files: folder, log, ...connecting },
    server: { compiler },
    files: { 'things.yaml': things },
    openExecutor: async ({ made, isConfigured }) => {
      executor = await openExecutor({
        plan: readPluginPlan(config, {}),
        log,
        redact,
        settings: { timeoutMs: 10_000, maxBytes: 1e7 },
        trail: createMemoryTrail(),
        made,
        isConfigured,
      });
      return executor;
    },
  });
  await at.addWorkspace('elsewhere');
  await at.add('ana', { default: 'analyst' });
  await at.add('ben', { default: 'analyst' });
  await at.add('vic', { default: 'viewer' });
  await at.add('eli', { elsewhere: 'admin' });
  const [root, ana, ben, vic, eli] = await Promise.all(['root', 'ana', 'ben', 'vic', 'eli'].map(at.login));
  return {
    ...at,
    executor: executor!,
    files: folder,
    lines,
    as: { root: root!, ana: ana!, ben: ben!, vic: vic!, eli: eli! },
    settled: async (id, headers) => {
      for (;;) {
        const { body, status, text } = await at.ask('GET', `/api/v1/system/connections/${id}/status`, { headers });
        if (status !== 200) throw new Error(text);
        if (['ready', 'error'].includes(String(body.status))) return body;
        await wait(20);
      }
    },
    close: async () => {
      await at.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

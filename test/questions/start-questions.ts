/** A server that is asked in words: the shop in SQLite under policies, a scripted language model, a scripted interpreter. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { createLogger } from '../../core/logging/create-logger.js';
import { packageRoot } from '../../core/package-root.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import { createSubject } from '../../core/subject/subject.js';
import { createMemoryTrail, type KeptEntry } from '../../src/audit/memory-trail.js';
import { type Caller, localCaller } from '../../src/identity/caller.js';
import type { Gate } from '../../src/identity/gate.js';
import { createModelCompiler } from '../../src/models/create-model-compiler.js';
import { type GovernedExecutor, openExecutor, readPluginPlan } from '../../src/pipeline/execute.js';
import type { ServerParts } from '../../src/start-server.js';
import { startTestServer, type TestServer } from '../api/start-test-server.js';
import { shopStatements, shopYaml } from '../semantic/policy/guarded-shop.js';

export const policies = `policies:
  - {name: all_regions, for: everyone, on: regions, rows: "true"}
  - {name: boss, for: {roles: [admin]}, on: customers, rows: "true"}
  - {name: german, for: {users: [clara]}, on: customers, rows: region.country = 'DE', follows: [orders.customer], columns: {name: {mask: null}}}
  - {name: boss_orders, for: {roles: [admin]}, on: orders, rows: "true"}
  - {name: boss_pay, for: {roles: [admin]}, on: staff, rows: "true"}
verified_queries:
  order_value: {question: What is an order worth?, query: {metrics: [revenue, order_count]}}
`;

const callers: Readonly<Record<string, Caller>> = Object.fromEntries(
  (
    [
      ['boss', 'admin'],
      ['clara', 'analyst'],
      ['victor', 'viewer'],
    ] as const
  ).map(([user, role]): [string, Caller] => [
    user,
    {
      ...localCaller,
      kind: 'person',
      id: user,
      role,
      operator: false,
      subject: createSubject({ user, roles: [role] }),
    },
  ]),
);

/** The token is the name; without one it is the boss. */
const gate: Gate = {
  mode: 'local',
  guard: () => undefined,
  callerOf: ({ headers }) => callers[headers.authorization?.slice('Bearer '.length) ?? 'boss'] ?? null,
  refused: async () => undefined,
};

export interface QuestionServer extends TestServer {
  readonly executor: GovernedExecutor;
  entries(): readonly KeptEntry[];
}

/**
 * @param abilities of the scripted plugins, in order
 * @param others entries of other plugins, asked after those
 * @param env what their configuration refers to
 */
export const startQuestions = async (
  abilities: readonly ('completion' | 'interpretation')[],
  over: Partial<ServerParts> = {},
  model = shopYaml + policies,
  others: readonly object[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<QuestionServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'datamind-questions-'));
  const database = new Sqlite(join(folder, 'shop.sqlite'));
  for (const text of shopStatements) database.exec(text);
  database.close();
  const llm = join(packageRoot(), 'test', 'questions', 'scripted-llm');
  const config = join(folder, 'plugins.config.json');
  const sqlite = { use: 'datamind/plugins/connectors/sqlite', as: 'main', config: { path: 'shop.sqlite' } };
  const models = abilities.map((does) => ({ use: llm, as: does, config: { does } }));
  writeFileSync(config, JSON.stringify({ plugins: [sqlite, ...models, ...others] }));
  const redact = createRedactor();
  const trail = createMemoryTrail();
  const executor = await openExecutor({
    plan: readPluginPlan(config, env),
    log: createLogger({ level: 'silent', redact }),
    redact,
    settings: { timeoutMs: 10_000, maxBytes: 1e7 },
    trail,
  });
  const server = await startTestServer({ 'shop.yaml': model }, executor, {
    ...{ trail, gate, compiler: createModelCompiler() },
    ...over,
  });
  return {
    ...server,
    executor,
    entries: trail.entries,
    close: async () => {
      await server.close();
      await executor.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

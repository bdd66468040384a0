import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createLogger } from '../../core/logging/create-logger.js';
import { lineagesOf, unknownLineage } from '../../semantic/policy/lineage.js';
import type { Row } from '../../core/result/column.js';
import type { ResultSet } from '../../core/result/result-set.js';
import type { PlannedColumn } from '../../semantic/plan/query.js';
import type { ModelCompiler, ModelSource } from '../../src/models/model-source.js';
import { createMemoryTrail } from '../../src/audit/memory-trail.js';
import type { WorkspaceModels } from '../../src/models/workspace-models.js';
import { localGate } from '../../src/identity/gate.js';
import type { GovernedExecutor } from '../../src/pipeline/execute.js';
import type { PreparedQuery, RunOptions } from '../../src/pipeline/prepared.js';
import { type ServerParts, startServer } from '../../src/start-server.js';
import { folderModels } from './folder-models.js';
import { handMadeModel } from './hand-made-model.js';

const column = (name: string, over: Partial<PlannedColumn> = {}): PlannedColumn => ({
  name,
  kind: 'metric',
  type: 'number',
  unit: null,
  format: null,
  label: name,
  description: null,
  grain: null,
  member: name,
  ...over,
});

/** An executor that answers from memory, so that a test decides what the database does. */
export interface StagedExecutor extends GovernedExecutor {
  /** How often a statement was started. */
  runs: number;
  /** Signals of the runs, in order. */
  readonly signals: AbortSignal[];
  batches: (options: RunOptions) => AsyncIterable<readonly Row[]>;
  closed: number;
}

async function* fixed(): AsyncGenerator<readonly Row[]> {
  yield [
    ['DE', '12.50'],
    ['FR', '9007199254740993'],
  ];
}

const noProof: PreparedQuery['proof'] = {
  made_from: 'semantic_query',
  model: '',
  subject: { user: 'nobody', workspace: 'default', fingerprint: '' },
  connection: 'main',
  dialect: 'duckdb',
  policies: [],
  tables: [],
  before: '',
  after: '',
  agreed: [],
  volatile: false,
};

export const stageExecutor = (): StagedExecutor => {
  const columns = [column('country', { kind: 'dimension', type: 'string' }), column('revenue', { unit: 'EUR' })];
  const executor: StagedExecutor = {
    runs: 0,
    closed: 0,
    signals: [],
    batches: fixed,
    defaultConnection: 'main',
    connections: () => [{ name: 'main', dialect: 'duckdb' }],
    lineages: async () => lineagesOf(unknownLineage),
    dialectOf: async () => 'duckdb',
    made: {
      probe: async () => ({ status: 'up', latencyMs: 1 }),
      introspect: async () => ({
        dialect: 'duckdb',
        tables: [
          {
            name: 'staged',
            kind: 'table',
            rowEstimate: 1,
            columns: [{ name: 'id', type: 'integer', nativeType: 'integer', nullable: false }],
            primaryKey: ['id'],
            uniqueKeys: [],
            foreignKeys: [],
          },
        ],
      }),
      health: async () => ({ status: 'up', latencyMs: 1 }),
      drop: async () => undefined,
      keep: async () => undefined,
    },
    prepare: async ({ model, query, subject }): Promise<PreparedQuery> => {
      if (query.metrics?.includes('boom')) throw new Error('a secret that nobody should see');
      if (query.metrics?.includes('wrong')) {
        throw new DataMindError('UNKNOWN_MEMBER', 'There is no metric "wrong".', { suggestions: ['revenue'] });
      }
      const text = JSON.stringify(query);
      const key = createHash('sha256').update(`${model.hash} ${subject.fingerprint} ${text}`).digest('hex');
      return {
        kind: 'query',
        cacheable: true,
        validUntil: null,
        proof: noProof,
        told: noProof,
        connection: 'main',
        connectionId: null,
        dialect: 'duckdb',
        sql: `select ${text}`,
        original: `select ${text}`,
        columns,
        policies: [],
        hasTotals: query.totals === true,
        readable: () => `select ${text}`,
        warnings: [],
        modelHash: model.hash,
        key,
        queryId: `q_${key.slice(0, 8)}`,
      };
    },
    prepareSql: async () => {
      throw new Error('no SQL is staged');
    },
    simulate: async () => {
      throw new Error('no simulation is staged');
    },
    answered: () => null,
    takesNotes: () => true,
    breaker: () => 'closed',
    run: async (_, options): Promise<ResultSet> => {
      executor.runs += 1;
      executor.signals.push(options.signal);
      let truncated: ResultSet['truncated'] = null;
      const source = executor.batches(options);
      async function* limited(): AsyncGenerator<readonly Row[]> {
        let left = options.maxRows;
        for await (const batch of source) {
          if (batch.length > left) truncated = 'rows';
          yield batch.slice(0, left);
          left -= batch.length;
          if (truncated !== null) return;
        }
      }
      const native = columns.map(({ name }) => ({ name, type: 'string' as const, nativeType: 'text' }));
      return {
        columns: native,
        batches: limited(),
        get truncated() {
          return truncated;
        },
        close: async () => {
          executor.closed += 1;
        },
      };
    },
    runTotals: async (): Promise<ResultSet> => ({
      columns: [{ name: 'revenue', type: 'decimal', nativeType: 'decimal' }],
      batches: (async function* () {
        yield [['99.5']];
      })(),
      truncated: null,
      close: async () => undefined,
    }),
    introspect: async () => ({ dialect: 'duckdb', tables: [] }),
    llms: () => [],
    statuses: () => [],
    health: async () => [{ name: 'main', status: 'up', latencyMs: 1 }],
    stop: async () => undefined,
  };
  return executor;
};

/** A stand-in for the compiler: a line that holds BROKEN is an error, everything else compiles to the hand-made model. */
export const standInCompiler: ModelCompiler = {
  readFolder: async (folder) => {
    const names = readdirSync(folder).filter((name) => /^[^.].*\.ya?ml$/.test(name));
    return {
      files: new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')])),
      findings: [],
    };
  },
  compile: ({ files }) => {
    const diagnostics = [...files].flatMap(([file, text]) =>
      text.split('\n').flatMap((content, index) => {
        const at = content.indexOf('BROKEN');
        if (at < 0) return [];
        const line = index + 1;
        const end = { line, column: at + 7 };
        return [
          {
            severity: 'error' as const,
            code: 'KEY_UNKNOWN' as const,
            message: 'it is broken',
            file,
            line,
            column: at + 1,
            end,
          },
        ];
      }),
    );
    const hash = createHash('sha256')
      .update(JSON.stringify([...files]))
      .digest('hex');
    return { model: diagnostics.length > 0 ? null : handMadeModel(hash), diagnostics };
  },
};

export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly models: ModelSource;
  readonly all: WorkspaceModels;
  readonly logged: string[];
  close(): Promise<void>;
}

/** A server on a free port over a folder of its own. */
export const startTestServer = async (
  files: Readonly<Record<string, string>>,
  executor: GovernedExecutor,
  over: Partial<ServerParts> = {},
): Promise<TestServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'datamind-api-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const logged: string[] = [];
  const log = createLogger({ level: 'info', write: (line) => logged.push(line) });
  const compiler = over.compiler ?? standInCompiler;
  const models = over.models ?? folderModels(folder, compiler, log, over.store);
  await models.folder.refresh();
  const parts: ServerParts = {
    executor,
    models,
    compiler,
    editor: { read: () => undefined, write: (text) => text },
    gate: localGate,
    trail: createMemoryTrail(),
    log,
    version: '0.0.0-test',
    maxRows: 10_000,
    cacheTtlSeconds: 60,
    cacheBytes: 1024 * 1024,
    ...over,
  };
  const server = await startServer(parts, 0, '127.0.0.1');
  return {
    url: server.url,
    port: server.port,
    folder,
    models: models.folder,
    all: models,
    logged,
    close: async () => {
      models.close();
      await server.close(200);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

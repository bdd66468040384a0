import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../core/package-root.js';
import { createSubject } from '../../core/subject/subject.js';
import { createLogger } from '../../core/logging/create-logger.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import { localSubject } from '../../src/identity/caller.js';
import { createMemoryTrail } from '../../src/audit/memory-trail.js';
import { createModelCompiler } from '../../src/models/create-model-compiler.js';
import { readAnswer } from '../../src/pipeline/answer-query.js';
import { type GovernedExecutor, openExecutor, readPluginPlan } from '../../src/pipeline/execute.js';
import type { Model } from '../../semantic/model/model.js';
import { makeSmallProject, type SmallProject } from './small-project.js';

const executorFile = 'src/pipeline/execute.ts';

/** What only the executor may hold, and who else has a reason. The commands about plugins run a plugin by itself, without data of ours. */
const reserved: readonly { readonly pattern: RegExp; readonly besides: readonly string[]; readonly holds?: false }[] = [
  { pattern: /core\/plugin\/approval\.js/, besides: ['src/cli/plugins.ts'], holds: false },
  { pattern: /core\/firewall\/create-firewall\.js/, besides: [] },
  { pattern: /core\/plugin\/start-plugins\.js/, besides: ['src/cli/plugins.ts'] },
  { pattern: /core\/plugin\/create-instance\.js/, besides: [], holds: false },
  // Connectors of connections that are made while the server runs: the executor alone has them.
  { pattern: /core\/plugin\/running-plugin\.js/, besides: ['src/pipeline/made-connectors.ts'], holds: false },
  { pattern: /made-connectors\.js/, besides: [] },
  { pattern: /\bclaimConnectors\b/, besides: [] },
  { pattern: /\bapprove\s*\(/, besides: [], holds: false },
  { pattern: /\.admit\s*\(/, besides: ['src/pipeline/approved-statements.ts'], holds: false },
  { pattern: /\bconnector\)?\.query\s*\(/, besides: [] },
  {
    pattern: /\.introspect\s*\(/,
    besides: [
      'src/cli/check.ts',
      'src/connections/open-connections.ts',
      'src/connections/read-schema.ts',
      'src/connections/watch-connections.ts',
      'src/intelligence/draft-connection.ts',
      'src/intelligence/profile-jobs.ts',
      'src/pii/scan-connection.ts',
      'src/pipeline/made-connectors.ts',
      'src/pipeline/reach.ts',
    ],
  },
  { pattern: /\.opinion\?*\.?\(/, besides: ['src/pipeline/second-opinion.ts'], holds: false },
  {
    pattern: /\bConnector\b(?!Capabilities)/,
    besides: [
      'src/pipeline/approved-statements.ts',
      'src/pipeline/find-connector.ts',
      'src/pipeline/made-connectors.ts',
      'src/pipeline/prepare-sql.ts',
      'src/pipeline/reach.ts',
      'src/pipeline/second-opinion.ts',
    ],
    holds: false,
  },
];

const sources = (folder: string): readonly string[] =>
  readdirSync(join(packageRoot(), folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? sources(path) : entry.name.endsWith('.ts') ? [path] : [];
  });

/** The code without comments, texts of people, and imports that vanish when types are erased. */
const codeOf = (path: string): string =>
  readFileSync(join(packageRoot(), path), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/import type [\s\S]*?;/g, '');

describe('there is one way to a database', function () {
  this.timeout(30_000);

  for (const { pattern, besides, holds = true } of reserved) {
    it(`only the executor has ${pattern.source}`, () => {
      const holders = sources('src').filter((path) => pattern.test(codeOf(path)));
      expect(holders).to.have.members([...besides, ...(holds ? [executorFile] : [])]);
    });
  }

  describe('and it runs only what it has planned', () => {
    let project: SmallProject;
    let executor: GovernedExecutor;
    let model: Model;
    const trail = createMemoryTrail();
    const signal = new AbortController().signal;
    const how = { correlationId: 'test', signal, maxRows: 10 };
    before(async () => {
      project = await makeSmallProject();
      const compiler = createModelCompiler();
      model = (await compiler.compile(await compiler.readFolder(project.ontology))).model!;
      executor = await openExecutor({
        plan: readPluginPlan(project.config, {}),
        log: createLogger({ level: 'silent' }),
        redact: createRedactor(),
        settings: { timeoutMs: 5_000, maxBytes: 1_000_000 },
        trail,
      });
    });
    after(async () => {
      await executor?.stop();
      project?.remove();
    });
    const prepare = () => executor.prepare({ model, query: { metrics: ['order_count'] }, subject: localSubject });

    it('answers what it has prepared', async () => {
      expect((await readAnswer(executor, await prepare(), how)).rows).to.deep.equal([[5]]);
    });

    it('refuses a copy, and one with another text', async () => {
      for (const forged of [{ ...(await prepare()) }, { ...(await prepare()), sql: 'select * from customers' }]) {
        let failure: unknown;
        try {
          await readAnswer(executor, forged, how);
        } catch (error) {
          failure = error;
        }
        expect(failure).to.be.instanceOf(Error);
        expect(String(failure)).to.match(/only what prepare returned can run/);
      }
    });

    it('looks through the eyes of others in the name of who looks, and runs nothing of it', async () => {
      const ada = createSubject({ user: 'ada' });
      const common = { model, subject: ada, correlationId: 'test' };
      const before = trail.entries().length;
      const sql = (text: string) => executor.simulate(localSubject, { ...common, sql: text, limit: 10, signal });
      const looks = [
        await sql('select count(*) from orders'),
        await executor.simulate(localSubject, { ...common, query: { metrics: ['order_count'] } }),
      ];
      const refused = await sql('select * from nothing').then(
        () => 'none',
        (error: unknown) => (error as { readonly code: string }).code,
      );
      expect(refused).to.equal('TABLE_UNKNOWN');
      for (const seen of looks) {
        const ran = await executor
          .run(seen as Parameters<typeof executor.run>[0], { ...how, stream: false })
          .then(() => 'ran', String);
        expect(ran).to.match(/only what prepare returned can run/);
      }
      const entries = trail.entries().slice(before);
      expect(
        entries.map(({ intent: { action, actor, detail }, outcome }) => [action, actor.user, detail.subject, outcome]),
      ).to.deep.equal(
        [{ decision: 'allow' }, { decision: 'allow' }, { decision: 'refuse', code: 'TABLE_UNKNOWN' }].map((detail) => [
          'policy.simulate',
          localSubject.user,
          { user: 'ada', fingerprint: ada.fingerprint },
          { result: 'done', code: null, detail },
        ]),
      );
    });

    it('cannot be given another text afterwards', async () => {
      const prepared = await prepare();
      expect(() => Object.assign(prepared, { sql: 'select 1' })).to.throw(TypeError);
      expect(() => Object.assign(executor, { run: () => undefined })).to.throw(TypeError);
    });

    it('tells workspaces and permissions apart in the key of the cache', async () => {
      const ada = createSubject({ user: 'ada', workspace: 'other' });
      const other = await executor.prepare({ model, query: { metrics: ['order_count'] }, subject: ada });
      expect(other.key).not.to.equal((await prepare()).key);
      expect((await prepare()).key).to.equal((await prepare()).key);
    });

    it('runs nothing for who has gone away', async () => {
      const gone = new AbortController();
      gone.abort();
      let code: unknown;
      try {
        await readAnswer(executor, await prepare(), { ...how, signal: gone.signal });
      } catch (error) {
        code = (error as { code?: unknown }).code;
      }
      expect(code).to.equal('QUERY_CANCELLED');
    });
  });
});

/** The connector for Redshift against PostgreSQL's server, which speaks the same protocol: Redshift itself was never asked. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { formatProblem } from '../../core/config/problem.js';
import {
  type ConformanceTarget,
  conformanceCases,
  printReports,
  type ReportRow,
  runConformance,
} from '../../core/plugin/conformance/index.js';
import { packageRoot } from '../../core/package-root.js';
import { readManifest } from '../../core/plugin/read-manifest.js';
import { isMissing, startEngine } from '../engines/start-engine.js';

/** What is Redshift's own; all else is the code of the connector for PostgreSQL, and asked in the long run. */
const own = ['types', 'read-only', 'parameters', 'identifiers', 'introspection', 'sessions', 'errors'];
const chosen = process.env.DATAMIND_CASES?.split(',') ?? (process.env.DATAMIND_TEST_LONG ? undefined : own);

describe('the connector for Redshift keeps the contract on the wire of PostgreSQL', () => {
  const rows = new Map<string, ReportRow>();
  const missing = new Map<string, string>();
  before('run the cases', async function () {
    this.timeout(600_000);
    const engine = await startEngine('postgres');
    if (isMissing(engine)) {
      missing.set('redshift', engine.missing);
      return;
    }
    const { read, problems } = readManifest(join(packageRoot(), 'plugins/connectors/redshift'));
    if (read === undefined) throw new Error(problems.map(formatProblem).join('\n'));
    const { default: module } = (await import(pathToFileURL(read.main).href)) as {
      default: ConformanceTarget['module'];
    };
    const { lockTimeoutMs: _, ...config } = engine.config;
    const target = { manifest: read.manifest, module, config, admin: engine.admin, running: engine.running };
    for (const row of await runConformance(target, { only: chosen })) rows.set(row.case, row);
  });
  for (const { id, title } of conformanceCases) {
    if (chosen !== undefined && !chosen.some((prefix) => id.startsWith(prefix))) continue;
    it(`${id}: ${title}`, function () {
      const row = rows.get(id);
      if (!row || row.status === 'skipped') this.skip();
      if (row.status === 'failed') throw new Error(row.reason);
    });
  }
  after('print what was skipped, and why', () => {
    process.stdout.write(`\n${printReports(new Map([['Redshift on PostgreSQL', [...rows.values()]]]), missing)}`);
  });
});

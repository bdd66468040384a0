import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type ConformanceTarget,
  conformanceCases,
  printReports,
  type ReportRow,
  runConformance,
} from '../../core/plugin/conformance/index.js';
import type { PluginManifest } from '../../core/plugin/contract.js';
import { packageRoot } from '../../core/package-root.js';
import type { TestEngine } from '../engines/engine.js';
import { dialects, isMissing, startEngine } from '../engines/start-engine.js';

const reports = new Map<string, readonly ReportRow[]>();
const missing = new Map<string, string>();

const targetOf = async (engine: TestEngine): Promise<ConformanceTarget> => {
  const folder = join(packageRoot(), engine.plugin);
  const manifest = JSON.parse(readFileSync(join(folder, 'plugin.json'), 'utf8')) as PluginManifest;
  const main = join(packageRoot(), 'dist', relative(packageRoot(), folder), manifest.main);
  const { default: module } = (await import(pathToFileURL(main).href)) as { default: ConformanceTarget['module'] };
  return { manifest, module, config: engine.config, admin: engine.admin, running: engine.running };
};

/** Names separated by commas, to look at some engines or some cases only. */
const chosen = (name: string): readonly string[] | undefined => process.env[name]?.split(',');

/** The same cases on every engine that is here. The kit runs a whole engine at once; each of its cases is one test. */
describe('connectors keep the contract', () => {
  for (const dialect of dialects.filter((name) => chosen('DATAMIND_ENGINES')?.includes(name) ?? true)) {
    describe(dialect, () => {
      const rows = new Map<string, ReportRow>();
      before(`run the cases on ${dialect}`, async function () {
        this.timeout(600_000);
        const engine = await startEngine(dialect);
        if (isMissing(engine)) {
          missing.set(dialect, engine.missing);
          return;
        }
        const report = await runConformance(await targetOf(engine), {
          only: chosen('DATAMIND_CASES'),
        });
        reports.set(engine.version, report);
        for (const row of report) rows.set(row.case, row);
      });
      for (const { id, title } of conformanceCases) {
        it(`${id}: ${title}`, function () {
          const row = rows.get(id);
          if (!row || row.status === 'skipped') this.skip();
          if (row.status === 'failed') throw new Error(row.reason);
        });
      }
    });
  }

  after('print the table', () => {
    process.stdout.write(`\n${printReports(reports, missing)}`);
  });
});

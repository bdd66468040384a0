import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type ConformanceTarget,
  conformanceCases,
  printReports,
  type ReportRow,
  runConformance,
} from '../../core/plugin/conformance/index.js';
import { formatProblem } from '../../core/config/problem.js';
import { readManifest } from '../../core/plugin/read-manifest.js';
import { packageRoot } from '../../core/package-root.js';
import type { TestEngine } from '../engines/engine.js';
import { dialects, isMissing, startEngine } from '../engines/start-engine.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';

const targetOf = async (engine: TestEngine): Promise<ConformanceTarget> => {
  const folder = join(packageRoot(), engine.plugin);
  const { read, problems } = readManifest(folder);
  if (read === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  const { manifest, main } = read;
  const { default: module } = (await import(pathToFileURL(main).href)) as { default: ConformanceTarget['module'] };
  return { manifest, module, config: engine.config, admin: engine.admin, running: engine.running };
};

/** Ids of cases separated by commas, to look at some only. */
const chosen = process.env.DATAMIND_CASES?.split(',');

export interface Variant {
  readonly name: string;
  readonly dialect: TextDialect;
  readonly config?: Readonly<Record<string, unknown>>;
  /** Only cases whose id begins with one of these. */
  readonly only?: readonly string[];
}

/** What the driver in WebAssembly does otherwise than the native one; the long run asks it everything. */
const wasmOnly = [
  'read-only',
  'one-statement',
  'parameters',
  'types',
  'identifiers',
  'sessions',
  'introspection',
  'errors',
];

export const variants: readonly Variant[] = [
  ...dialects.map((dialect) => ({ name: dialect, dialect })),
  {
    name: 'sqlite-wasm',
    dialect: 'sqlite',
    config: { driver: 'wasm' },
    ...(process.env.DATAMIND_TEST_LONG ? {} : { only: wasmOnly }),
  },
];

/** Runs the cases on one engine; `missing` says how to get an engine that is not here. */
export const runVariant = async ({
  dialect,
  config,
  only,
}: Variant): Promise<
  { readonly version: string; readonly report: readonly ReportRow[] } | { readonly missing: string }
> => {
  const engine = await startEngine(dialect);
  if (isMissing(engine)) return { missing: engine.missing };
  const target = await targetOf(engine);
  const report = await runConformance({ ...target, config: { ...target.config, ...config } }, { only: chosen ?? only });
  return { version: engine.version, report };
};

/** The same cases on every engine. The kit runs a whole engine at once; each of its cases is one test. */
export const describeVariant = (variant: Variant): void => {
  const { name, config, only } = variant;
  describe(`connectors keep the contract: ${name}`, () => {
    const reports = new Map<string, readonly ReportRow[]>();
    const missing = new Map<string, string>();
    const rows = new Map<string, ReportRow>();
    before(`run the cases on ${name}`, async function () {
      this.timeout(600_000);
      const outcome = await runVariant(variant);
      if ('missing' in outcome) {
        missing.set(name, outcome.missing);
        return;
      }
      reports.set(config ? name : outcome.version, outcome.report);
      for (const row of outcome.report) rows.set(row.case, row);
    });
    for (const { id, title } of conformanceCases) {
      if (only && !only.some((prefix) => id.startsWith(prefix))) continue;
      it(`${id}: ${title}`, function () {
        const row = rows.get(id);
        if (!row || row.status === 'skipped') this.skip();
        if (row.status === 'failed') throw new Error(row.reason);
      });
    }
    after('print what was skipped, and why', () => {
      process.stdout.write(`\n${printReports(reports, missing)}`);
    });
  });
};

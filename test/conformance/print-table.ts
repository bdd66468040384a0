/** `node dist/test/conformance/print-table.js`: every case on every engine that is here, as one table. */
import { printReports, type ReportRow } from '../../core/plugin/conformance/index.js';
import { stopEngines } from '../engines/start-engine.js';
import { runVariant, variants } from './engine-cases.js';

const reports = new Map<string, readonly ReportRow[]>();
const missing = new Map<string, string>();
for (const variant of variants) {
  const outcome = await runVariant(variant);
  if ('missing' in outcome) missing.set(variant.name, outcome.missing);
  else reports.set(variant.config ? variant.name : outcome.version, outcome.report);
}
process.stdout.write(printReports(reports, missing));
await stopEngines();
process.exit([...reports.values()].flat().some(({ status }) => status === 'failed') ? 1 : 0);

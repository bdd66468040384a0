/**
 * The conformance kit, published as `datamind/conformance`: what every connector must do, as data, to run against a real
 * database without a test framework. {@link runConformance} runs it; `datamind plugins test` prints it.
 */
export type {
  Answer,
  Area,
  AskOptions,
  CaseContext,
  ConformanceCase,
  ConformanceTarget,
  Need,
  ReportRow,
  RunOptions,
} from './case.js';
export { Skipped, Violation } from './case.js';
export type { Absent, ConnectPhrase, ErrorPhrase, Phrases, Trace, ValuePhrase, Write } from './phrases.js';
export {
  type ConnectProbe,
  type ErrorProbe,
  type ValueProbe,
  confidential,
  connectProbes,
  errorProbes,
  valueProbes,
} from './probes.js';
export { conformanceCases } from './cases/all.js';
export { phrasesOf } from './dialects/all.js';
export { type LlmTarget, runLlmConformance } from './run-llm-conformance.js';
export { runConformance } from './run-conformance.js';
export { printReports } from './print-reports.js';

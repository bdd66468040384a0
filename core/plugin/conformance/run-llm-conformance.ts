import type { Llm, Lifecycle, PluginHost } from '../contract.js';
import type { ReportRow } from './case.js';
import { inTime } from './expectation.js';
import { failureOf } from './failure.js';
import { type LlmCase, type LlmCaseContext, llmCases } from './llm-cases.js';

export interface LlmTarget {
  /** Makes an instance; what it is made with is checked. */
  readonly create: (host: PluginHost) => Promise<Lifecycle>;
  /** Whether the configuration is one that reaches something. */
  readonly configured: boolean;
  readonly secrets: readonly string[];
  readonly redact: (text: string) => string;
}

const caseTimeoutMs = 120_000;
const missing = 'no configuration: give one with --config FILE';

/** Runs the cases of the abilities that a plugin has, on one instance. Never throws for a plugin that is broken. */
export const runLlmConformance = async (
  { create, configured, secrets, redact }: LlmTarget,
  onRow: (row: ReportRow) => void = () => undefined,
): Promise<readonly ReportRow[]> => {
  const lines: string[] = [];
  const write = (message: string, fields?: object): void =>
    void lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  const host: PluginHost = {
    name: 'conformance',
    log: { debug: write, info: write, warn: write, error: write },
    now: Date.now,
    redact,
    isApproved: () => false,
  };
  const llm = (await create(host)) as Llm;
  const context: LlmCaseContext = { llm, lines, secrets };
  let started: Promise<void> | null = null;
  const runOne = async (entry: LlmCase): Promise<Pick<ReportRow, 'status' | 'reason'>> => {
    if (entry.asks && !configured) return { status: 'skipped', reason: missing };
    try {
      if (entry.asks) {
        started ??= inTime(llm.start(AbortSignal.timeout(30_000)), 31_000, 'start');
        await started;
      }
      await inTime(entry.run(context), caseTimeoutMs, 'the case');
      return { status: 'passed', reason: '' };
    } catch (error) {
      return { status: 'failed', reason: redact(failureOf(error)) };
    }
  };
  const rows: ReportRow[] = [];
  for (const entry of llmCases) {
    if (llm[entry.ability] === undefined) continue;
    const { id, title, area } = entry;
    const began = performance.now();
    const outcome = await runOne(entry);
    const row: ReportRow = { case: id, title, area, ...outcome, ms: Math.round(performance.now() - began) };
    rows.push(row);
    onRow(row);
  }
  await inTime(Promise.resolve(llm.stop()), 10_000, 'stop').catch(() => undefined);
  return rows;
};

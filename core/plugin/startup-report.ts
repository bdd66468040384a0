import type { ErrorCode } from '../errors/catalogue.js';
import type { PluginKind } from './contract.js';

export interface PluginFailure {
  readonly code: ErrorCode;
  /** One sentence, redacted. What the driver said is in the log only. */
  readonly message: string;
}

/** What became of one configured plugin. */
export interface PluginStatus {
  readonly name: string;
  readonly kind: PluginKind;
  readonly id: string;
  readonly title: string;
  readonly version: string;
  /** What runs, or was tried last, as the configuration names it. */
  readonly use: string;
  /** True when the entry's `otherwise` took the place of its `use`. */
  readonly otherwise: boolean;
  readonly state: 'up' | 'down' | 'stopped';
  readonly startedInMs: number;
  readonly failure?: PluginFailure;
}

/** Why plugins did not start, in one sentence. With several each has its code; a single one's is that of the error. */
export const describeFailures = (statuses: readonly PluginStatus[]): string => {
  const failed = statuses.flatMap(({ name, title, failure }) =>
    failure === undefined ? [] : [{ line: `${name} (${title}): ${failure.message}`, code: failure.code }],
  );
  return failed.length === 1
    ? `The plugin ${failed[0]!.line}`
    : `${failed.length} plugins did not start: ${failed.map(({ line, code }) => `${line} [${code}]`).join('; ')}`;
};

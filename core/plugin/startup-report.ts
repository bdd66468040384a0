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

/** Every plugin that did not start, and why, a line each. */
export const describeFailures = (statuses: readonly PluginStatus[]): readonly string[] =>
  statuses.flatMap(({ name, title, failure }) =>
    failure === undefined ? [] : [`${name} (${title}): ${failure.message} [${failure.code}]`],
  );

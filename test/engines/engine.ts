import type { TextDialect } from '../../core/sql/text-dialects.js';

/** A real database that a test run owns: private, empty at first, stopped when mocha ends. */
export interface TestEngine {
  readonly dialect: TextDialect;
  /** `product version`, for the reports. */
  readonly version: string;
  /** The plugin's folder, relative to the package root. */
  readonly plugin: string;
  /** A configuration for the connector plugin that reaches this database with read rights only. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Runs statements with the right to write, one after another, and returns the last one's rows as the driver gives them. */
  admin(...statements: readonly string[]): Promise<readonly unknown[]>;
  /** How many statements whose text holds this marker the server is running now; `null` when the engine cannot tell. */
  running(marker: string): Promise<number | null>;
  stop(): Promise<void>;
}

/** Why an engine is not here, and how to get it: printed with whatever was skipped for it. */
export interface MissingEngine {
  readonly dialect: TextDialect;
  readonly missing: string;
}

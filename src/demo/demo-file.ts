import type { DemoWriter } from './generate.js';

/** A database file in the making. */
export interface DemoFile {
  readonly write: DemoWriter;
  /** Everything written is on the disk when this resolves. */
  finish(): Promise<void>;
  /** Idempotent; after a failure too. */
  close(): Promise<void>;
}

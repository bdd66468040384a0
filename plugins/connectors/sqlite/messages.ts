import type { Column, Parameter, Row } from 'datamind/contract';

/** What the connector asks of a child process. Each request has exactly one answer. */
export type Request =
  | {
      readonly kind: 'start';
      readonly path: string;
      readonly driver: 'auto' | 'native' | 'wasm';
    }
  | {
      readonly kind: 'open';
      readonly text: string;
      readonly parameters: readonly Parameter[];
      readonly batchRows: number;
    }
  | { readonly kind: 'next' }
  | { readonly kind: 'close' }
  | { readonly kind: 'ask'; readonly text: string }
  | { readonly kind: 'reset' };

export interface Failure {
  /** SQLite's own code (`SQLITE_BUSY`), or one of ours. */
  readonly code: string;
  /** What the driver said: for the operator's log. */
  readonly message: string;
}

export type Answer =
  | {
      readonly kind: 'started';
      readonly driver: 'native' | 'wasm';
      /** To be removed when the process has ended, however it ends. */
      readonly folder: string | null;
    }
  | {
      readonly kind: 'opened';
      readonly columns: readonly Column[];
      readonly rows: readonly Row[];
      readonly done: boolean;
    }
  | { readonly kind: 'rows'; readonly rows: readonly Row[]; readonly done: boolean }
  | { readonly kind: 'answer'; readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** The signal with which a child ends itself when it has taken too much memory. */
export const memoryExhausted = 'SIGUSR2';

/** Failures that the child finds itself, before or beside SQLite. */
export const ownFailures = {
  noDriver: 'DATAMIND_NO_DRIVER',
  missingFile: 'DATAMIND_MISSING_FILE',
  several: 'DATAMIND_SEVERAL',
  empty: 'DATAMIND_EMPTY',
  notAQuery: 'DATAMIND_NOT_A_QUERY',
  misfit: 'DATAMIND_MISFIT',
  parameters: 'DATAMIND_PARAMETERS',
  value: 'DATAMIND_VALUE',
} as const;

export class ChildFailure extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'ChildFailure';
    this.code = code;
  }
}

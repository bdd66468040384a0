/** One thing that is wrong in a configuration: what, where, and how to mend it. Never holds a value that was configured. */
export interface ConfigProblem {
  readonly file: string;
  /** JSON pointer into the file; empty for the file as a whole. */
  readonly at: string;
  /** Counted from 1; absent where the file has no such place. */
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** One problem as one line: `plugins.config.json:4:7 /plugins/0/use: …`. */
export const formatProblem = ({ file, at, line, column, message }: ConfigProblem): string =>
  `${file}${line === undefined ? '' : `:${line}:${column}`}${at === '' ? '' : ` ${at}`}: ${message}`;

import { pino } from 'pino';
import { maskText } from '../pii/mask-text.js';
import type { Logger } from '../plugin/contract.js';
import { createRedactor, type Redactor } from '../secrets/create-redactor.js';
import { redactFields } from './redact-fields.js';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** A logger whose every line carries the fields that it was made with. */
export interface AppLogger extends Logger {
  child(fields: Readonly<Record<string, unknown>>): AppLogger;
}

export interface LoggerOptions {
  readonly level?: LogLevel;
  /** Masks each line; secrets that are added to it later are masked from then on. */
  readonly redact?: Redactor;
  /** Where lines go; standard error when absent, so that standard output stays the answer's. */
  readonly write?: (line: string) => void;
  readonly now?: () => number;
}

type Written = Exclude<LogLevel, 'silent'>;

/**
 * JSON lines with `level`, `time` (ISO-8601 UTC), `message` and the fields; without secrets and personal data, in errors and their
 * causes, too.
 */
export const createLogger = ({
  level = 'info',
  redact = createRedactor(),
  write,
  now = Date.now,
}: LoggerOptions = {}): AppLogger => {
  const root = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
    },
    write === undefined ? pino.destination({ fd: 2, sync: true }) : { write },
  );
  const make = (bound: Readonly<Record<string, unknown>>): AppLogger => {
    const line =
      (at: Written) =>
      (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
        if (root.isLevelEnabled(at)) root[at](redactFields({ ...bound, ...fields }, redact), maskText(redact(message)));
      };
    return {
      debug: line('debug'),
      info: line('info'),
      warn: line('warn'),
      error: line('error'),
      child: (fields) => make({ ...bound, ...fields }),
    };
  };
  return make({});
};

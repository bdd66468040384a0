import { maskEngineWords } from '../pii/mask-engine-words.js';

const deepestCause = 8;

/** Errors of the language and of the system, and our own two: their words quote names and paths, never data. */
const trusted: ReadonlySet<string> = new Set([
  ...['DataMindError', 'PluginError', 'AbortError', 'AssertionError'],
  ...['TypeError', 'RangeError', 'ReferenceError', 'AggregateError'],
]);

/** What a driver says may quote values of the data, so what it quotes is struck out. */
const wordsOf = ({ name, message, ...rest }: Error): string =>
  trusted.has(name) || 'syscall' in rest ? message : maskEngineWords(message);

/** Only the frames: the message, which a stack begins with, stands beside it. */
const framesOf = (stack: string): string =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');

/**
 * An error as data for the operator's log: name, code, message, stack, and its causes. The writer redacts it; what an engine
 * quotes of the data is struck out here.
 */
export const describeError = (error: Error, depth = 0): Record<string, unknown> => {
  const { name, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  return {
    name,
    message: wordsOf(error),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(depth === 0 && stack !== undefined ? { stack: framesOf(stack) } : {}),
    ...(error instanceof AggregateError ? { errors: error.errors.slice(0, deepestCause) } : {}),
    ...(cause === undefined || depth >= deepestCause
      ? {}
      : { cause: cause instanceof Error ? describeError(cause, depth + 1) : cause }),
  };
};

const deepestCause = 8;

/** An error as data for the operator's log: name, code, message, stack, and its causes. The writer redacts it. */
export const describeError = (error: Error, depth = 0): Record<string, unknown> => {
  const { name, message, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  return {
    name,
    message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(depth === 0 && stack !== undefined ? { stack } : {}),
    ...(error instanceof AggregateError ? { errors: error.errors.slice(0, deepestCause) } : {}),
    ...(cause === undefined || depth >= deepestCause
      ? {}
      : { cause: cause instanceof Error ? describeError(cause, depth + 1) : cause }),
  };
};

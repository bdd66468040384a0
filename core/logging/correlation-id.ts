import { randomUUID } from 'node:crypto';

const acceptable = /^[A-Za-z0-9_-]{1,64}$/;

/** The caller's own correlation id when it is safe to repeat in headers, logs and SQL comments; a new one otherwise. */
export const correlationId = (offered?: unknown): string =>
  typeof offered === 'string' && acceptable.test(offered) ? offered : randomUUID();

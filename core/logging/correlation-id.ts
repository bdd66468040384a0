import { randomUUID } from 'node:crypto';
import { maskText } from '../pii/mask-text.js';

const acceptable = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * The caller's own correlation id when it is safe to repeat in headers, logs and SQL comments, and no personal data; a new one
 * otherwise.
 */
export const correlationId = (offered?: unknown): string =>
  typeof offered === 'string' && acceptable.test(offered) && maskText(offered) === offered ? offered : randomUUID();

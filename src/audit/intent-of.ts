import type { AuditAction } from './actions.js';
import type { Actor, Intent, JsonObject } from './trail.js';

/** The request that something is done for, as the trail keeps it. */
export interface AskedFrom {
  readonly correlationId: string;
  readonly address: string | null;
}

/** What somebody is about to do, on a request. */
export const intentOf = (
  actor: Actor,
  action: AuditAction,
  target: string | null,
  { correlationId, address }: AskedFrom,
  detail: JsonObject = {},
): Intent => ({ action, actor, target, correlationId, origin: address, detail });

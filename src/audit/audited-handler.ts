import type { Call, Reply } from '../api/route.js';
import { actorOf } from '../identity/caller.js';
import type { AuditAction } from './actions.js';
import { performAudited } from './perform-audited.js';
import type { AuditTrail, JsonObject } from './trail.js';

type Handle = (call: Call) => Promise<Reply>;

/** A handler that changes something, under an entry of the trail: without the entry it does nothing. */
export const audited =
  (
    trail: AuditTrail,
    action: AuditAction,
    about: (call: Call) => { readonly target: string | null; readonly detail?: JsonObject },
    handle: Handle,
  ): Handle =>
  (call) => {
    const { caller, correlationId, address: origin } = call;
    const intent = { action, actor: actorOf(caller), correlationId, origin, detail: {}, ...about(call) };
    return performAudited(trail, intent, () => handle(call));
  };

import type { Call, Reply } from '../api/route.js';
import { actorOf } from '../identity/caller.js';
import type { AuditAction } from './actions.js';
import { intentOf } from './intent-of.js';
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
    const { target, detail } = about(call);
    const intent = intentOf(actorOf(call.caller), action, target, call, detail);
    return performAudited(trail, intent, () => handle(call));
  };

import { intentOf } from '../audit/intent-of.js';
import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '../../core/errors/catalogue.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Actor, AuditTrail } from '../audit/trail.js';
import { type AccessTokens, notGood, serviceTokenOf } from './access-token.js';
import { actorOf, type Caller, defaultWorkspace, localCaller } from './caller.js';
import { assertFromThisMachine } from './guard-loopback.js';
import { type Asking, type CallerReader, notAMember, notInProject } from './read-caller.js';

/** `local`: whoever sits at this machine, and nobody else, is served as an admin. `required`: every caller shows a token. */
export type AuthMode = 'local' | 'required';

/** What somebody known was refused. */
export interface Refusal {
  readonly operation: string;
  readonly code: ErrorCode;
  readonly correlationId: string;
  readonly address: string | null;
}

/** Stands before every route. */
export interface Gate {
  readonly mode: AuthMode;
  /** Keeps out what must not reach this server at all. @throws DataMindError `FORBIDDEN` */
  guard(request: IncomingMessage): void;
  /**
   * Who sends this request.
   * @returns `null` for nobody known
   * @throws DataMindError `UNAUTHENTICATED` for a token that is not valid, `FORBIDDEN` for a workspace that is not the caller's
   */
  callerOf(request: IncomingMessage, asking: Asking): Promise<Caller | null> | Caller | null;
  /** Writes down that somebody known was refused. */
  refused(who: Actor, refusal: Refusal): Promise<void>;
}

/** Serves whoever sits at this machine, and knows no accounts. */
export const localGate: Gate = {
  mode: 'local',
  guard: assertFromThisMachine,
  callerOf: ({ headers }, { workspace, project }) => {
    if (headers.authorization !== undefined) throw notGood();
    if (workspace !== null && workspace !== defaultWorkspace) throw notAMember(actorOf(localCaller));
    if (project !== null) throw notInProject(actorOf(localCaller));
    return localCaller;
  },
  refused: async () => undefined,
};

const noBearer = (): DataMindError =>
  new DataMindError('UNAUTHENTICATED', 'The Authorization header is not "Bearer" with an access token.');

/** Serves who shows a token; in local mode whoever shows none is at this machine. */
export const createGate = (mode: AuthMode, tokens: AccessTokens, callers: CallerReader, trail: AuditTrail): Gate => ({
  mode,
  guard: mode === 'local' ? assertFromThisMachine : () => undefined,
  callerOf: async (request, asking) => {
    const { authorization } = request.headers;
    if (authorization === undefined) return mode === 'local' ? callers.local(asking) : null;
    if (!/^Bearer /i.test(authorization)) throw noBearer();
    const service = serviceTokenOf(request);
    if (service !== null) return callers.service(service, asking);
    return callers.person(await tokens.verify(request), asking);
  },
  refused: async (actor, { operation, code, correlationId, address }) => {
    const intent = intentOf(actor, 'access.deny', operation, { correlationId, address });
    await trail.record(intent, { result: 'denied', code, detail: {} });
  },
});

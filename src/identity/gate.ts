import type { IncomingMessage } from 'node:http';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { type AccessTokens, notGood } from './access-token.js';
import { type Caller, defaultWorkspace, localCaller } from './caller.js';
import { assertFromThisMachine } from './guard-loopback.js';
import { type CallerReader, notAMember } from './read-caller.js';

/** `local`: whoever sits at this machine, and nobody else, is served as an admin. `required`: every caller shows a token. */
export type AuthMode = 'local' | 'required';

/** Stands before every route. */
export interface Gate {
  readonly mode: AuthMode;
  /** Keeps out what must not reach this server at all. @throws DataMindError `FORBIDDEN` */
  guard(request: IncomingMessage): void;
  /**
   * Who sends this request.
   * @param workspace the one that is asked for; `null` for the caller's own
   * @returns `null` for nobody known
   * @throws DataMindError `UNAUTHENTICATED` for a token that is not valid, `FORBIDDEN` for a workspace that is not the caller's
   */
  callerOf(request: IncomingMessage, workspace: string | null): Promise<Caller> | Caller | null;
}

/** Serves whoever sits at this machine, and knows no accounts. */
export const localGate: Gate = {
  mode: 'local',
  guard: assertFromThisMachine,
  callerOf: ({ headers }, workspace) => {
    if (headers.authorization !== undefined) throw notGood();
    if (workspace !== null && workspace !== defaultWorkspace) throw notAMember();
    return localCaller;
  },
};

const noBearer = (): DataMindError =>
  new DataMindError('UNAUTHENTICATED', 'The Authorization header is not "Bearer" with an access token.');

/** Serves who shows a token; in local mode whoever shows none is at this machine. */
export const createGate = (mode: AuthMode, tokens: AccessTokens, callers: CallerReader): Gate => ({
  mode,
  guard: mode === 'local' ? assertFromThisMachine : () => undefined,
  callerOf: (request, workspace) => {
    const { authorization } = request.headers;
    if (authorization === undefined) return mode === 'local' ? localGate.callerOf(request, workspace) : null;
    if (!/^Bearer /i.test(authorization)) throw noBearer();
    return tokens.verify(request).then((claims) => callers.person(claims, workspace));
  },
});

import type { IncomingMessage } from 'node:http';
import jsonwebtoken from 'jsonwebtoken';
import passport from 'passport';
import passportJwt from 'passport-jwt';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { newId } from '../store/new-id.js';
import type { KeyRing } from './signing-keys.js';

/** What an access token says: who, and by which login. Everything else is looked up, so that it holds at once. */
export interface AccessClaims {
  readonly user: string;
  readonly session: string;
}

export const accessTokenSeconds = 15 * 60;

const issuer = 'datamind';
const audience = 'datamind-api';
/** The only one: what a token says about its own algorithm decides nothing. */
const algorithm = 'HS256';
const type = 'at+jwt';

/** Strictly what RFC 6750 and RFC 7515 allow, and not too long to be ours. */
const bearer = /^Bearer ([\w-]{1,400}\.[\w-]{1,1200}\.[\w-]{20,200})$/i;

const tokenOf = ({ headers }: IncomingMessage): string | null => bearer.exec(headers.authorization ?? '')?.[1] ?? null;

/** A service token is no JWT. */
const opaque = /^Bearer (dms_[\w-]{10,200})$/i;
export const serviceTokenOf = ({ headers }: IncomingMessage): string | null =>
  opaque.exec(headers.authorization ?? '')?.[1] ?? null;

export const notGood = (): DataMindError =>
  new DataMindError('UNAUTHENTICATED', 'The access token is not valid, or not any more.', {
    hint: 'Get another one from POST /api/v1/auth/refresh, or log in again.',
  });

export interface AccessTokens {
  issue(claims: AccessClaims): Promise<string>;
  /** @throws DataMindError `UNAUTHENTICATED`, without saying what is wrong with it */
  verify(request: IncomingMessage): Promise<AccessClaims>;
}

const keyIdOf = (token: string): string | null => {
  const header = jsonwebtoken.decode(token, { complete: true })?.header;
  return header?.alg === algorithm && header.typ === type && typeof header.kid === 'string' ? header.kid : null;
};

const claimsOf = (payload: Readonly<Record<string, unknown>>): AccessClaims | false => {
  const { sub, sid, exp, iat } = payload;
  if (typeof sub !== 'string' || typeof sid !== 'string') return false;
  if (typeof exp !== 'number' || typeof iat !== 'number' || exp - iat > accessTokenSeconds) return false;
  return { user: sub, session: sid };
};

/** Access tokens: JWTs, signed by the ring's current key, verified by passport-jwt. */
export const createAccessTokens = (keys: KeyRing, now: () => number): AccessTokens => {
  const strategy = new passportJwt.Strategy(
    {
      jwtFromRequest: tokenOf,
      algorithms: [algorithm],
      issuer,
      audience,
      secretOrKeyProvider: (_: unknown, token: string, done: (error: unknown, key?: unknown) => void) => {
        const id = keyIdOf(token);
        if (id === null) return done(notGood());
        keys.find(id).then((found) => (found === undefined ? done(notGood()) : done(null, found.key)), done);
      },
    } as ConstructorParameters<typeof passportJwt.Strategy>[0],
    (payload: Readonly<Record<string, unknown>>, done: (error: unknown, user?: unknown) => void) =>
      done(null, claimsOf(payload)),
  );
  const guard = new passport.Passport();
  guard.use(strategy);
  return {
    // No `nbf`: the clock of another node may be a little behind.
    issue: async ({ user, session }) => {
      const { id, key } = await keys.current();
      const iat = Math.floor(now() / 1000);
      return jsonwebtoken.sign({ sid: session, iat, exp: iat + accessTokenSeconds }, key, {
        algorithm,
        keyid: id,
        header: { alg: algorithm, typ: type },
        issuer,
        audience,
        subject: user,
        jwtid: newId(now()),
      });
    },
    verify: (request) =>
      new Promise((resolve, reject) => {
        const judged = (error: unknown, claims: AccessClaims | false | undefined, why: unknown): void => {
          if (!error && claims) resolve(claims);
          // A store that is down is no fault of the token.
          else reject([error, why].find((one) => one instanceof DataMindError) ?? notGood());
        };
        guard.authenticate('jwt', { session: false }, judged)(request, {}, reject);
      }),
  };
};

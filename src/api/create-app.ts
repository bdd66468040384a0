import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { didYouMean } from '../../core/config/did-you-mean.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { AppLogger } from '../../core/logging/create-logger.js';
import { correlationId } from '../../core/logging/correlation-id.js';
import type { Subject } from '../../core/subject/subject.js';
import type { ErrorCode } from '../../core/errors/catalogue.js';
import type { Actor } from '../audit/trail.js';
import { actorOf, type Caller, NotAdmitted } from '../identity/caller.js';
import { refusalOf } from '../identity/check-access.js';
import type { Gate } from '../identity/gate.js';
import { addressOf, type Trust } from './address.js';
import { checkValue, readQueryString } from './check-values.js';
import { isFresh } from './entity-tag.js';
import { isExpected, type Problem, toProblem } from './problem.js';
import { crossOrigin, securityHeaders } from './protect.js';
import type { RateLimiter } from './rate-limits.js';
import { readJson } from './read-json.js';
import { readBody } from './read-request.js';
import type { Call, Method, OnBegun, Reply, Route, ServedRequest } from './route.js';

export interface AppOptions {
  readonly routes: readonly Route[];
  readonly gate: Gate;
  /** Whose `X-Forwarded-For` is believed; nobody's when absent. */
  readonly trusts?: Trust;
  readonly log: AppLogger;
  /** Origins whose pages may read answers; none when absent. */
  readonly origins?: readonly string[];
  /** No limits when absent. */
  readonly limiter?: RateLimiter;
  /** Is told of each request when its answer has ended. */
  readonly onServed?: (request: ServedRequest) => void;
  /** Is told of each request when it comes. */
  readonly onBegun?: OnBegun;
}

const nobodyElse: Trust = () => false;

type Started = Response & { correlationId?: string; route?: string };

const none: Readonly<Record<string, never>> = Object.freeze({});

const correlationIdOf = (response: Response): string => {
  const started = response as Started;
  started.correlationId ??= correlationId();
  return started.correlationId;
};

const report = ({ method }: Request, response: Response, onServed: NonNullable<AppOptions['onServed']>): void => {
  const began = performance.now();
  response.on('close', () => {
    const { route = 'unknown' } = response as Started;
    onServed({ method, route, status: response.statusCode, seconds: (performance.now() - began) / 1000 });
  });
};

const begin = ({ gate, onServed, onBegun }: AppOptions) => {
  const standing = [...securityHeaders()];
  return (request: Request, response: Response, next: NextFunction): void => {
    for (const [name, value] of standing) response.setHeader(name, value);
    if (onServed !== undefined) report(request, response, onServed);
    const id = correlationId(request.headers['x-correlation-id']);
    (response as Started).correlationId = id;
    response.setHeader('X-Correlation-Id', id);
    if (onBegun !== undefined) {
      const { traceparent } = request.headers;
      const told = typeof traceparent === 'string' ? traceparent : null;
      report(request, response, onBegun({ method: request.method, correlationId: id, traceparent: told }));
    }
    gate.guard(request);
    next();
  };
};

const workspaceOf = ({ headers, params }: Request): string | null => {
  const { workspace } = params as { readonly workspace?: string };
  const wanted = headers['x-workspace-id'];
  const named = typeof wanted === 'string' && wanted !== '' ? wanted : null;
  if (workspace === undefined || named === null || workspace === named) return workspace ?? named;
  throw new DataMindError('BAD_REQUEST', 'The address and X-Workspace-Id name two workspaces.', {
    at: 'X-Workspace-Id',
  });
};

const projectOf = ({ headers }: Request): string | null => {
  const wanted = headers['x-project-id'];
  return typeof wanted === 'string' && wanted !== '' ? wanted : null;
};

/** The caller, or `null` where anybody may call. @throws DataMindError when this one may not */
const admit = async (
  { access, operation }: Route,
  gate: Gate,
  request: Request,
  address: string | null,
): Promise<Caller | null> => {
  if (access === 'public') return null;
  const writeDown = (who: Actor, code: ErrorCode): Promise<void> =>
    gate.refused(who, { operation, code, correlationId: correlationIdOf(request.res as Response), address });
  const notAdmitted = async (error: unknown): Promise<never> => {
    if (error instanceof NotAdmitted) await writeDown(error.actor, error.code);
    throw error;
  };
  const asked = async (): Promise<Caller | null> =>
    gate.callerOf(request, { workspace: workspaceOf(request), project: projectOf(request), address });
  // Where everybody is served a token that is not valid does no harm.
  const caller = await asked().catch(access === 'optional' ? onlyExpected : notAdmitted);
  const refusal = refusalOf(access, caller);
  if (refusal === null) return caller;
  if (caller !== null) await writeDown(actorOf(caller), refusal.code);
  throw refusal;
};

const onlyExpected = (error: unknown): null => {
  if (isExpected(error)) return null;
  throw error;
};

const askNobody = (): never => {
  throw new Error('a route that serves anybody asked who calls');
};

const nobody: PropertyDescriptorMap = { caller: { get: askNobody }, subject: { get: askNobody } };

const sendProblem = (response: Response, problem: Problem, retryAfter?: number): void => {
  response.statusCode = problem.status;
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="datamind"');
  if (retryAfter !== undefined) response.setHeader('Retry-After', String(Math.max(1, Math.ceil(retryAfter))));
  response.setHeader('Content-Type', 'application/problem+json');
  response.setHeader('Cache-Control', 'no-store');
  response.removeHeader('ETag');
  const body = Buffer.from(JSON.stringify(problem));
  response.setHeader('Content-Length', body.length);
  response.end(response.req.method === 'HEAD' ? undefined : body);
};

/** Bytes up to which copying an answer costs less than handing its parts to the system one by one. */
const oneWrite = 16_384;

/** The very bytes, a character each: Node writes such a text together with the headers. */
const asLatin1 = (parts: readonly (Buffer | string)[]): string =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))).toString('latin1');

const send = async (request: Request, response: Response, reply: Reply): Promise<void> => {
  if ('write' in reply) return reply.write(response);
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  response.statusCode = reply.status ?? 200;
  if (!('json' in reply) && !('bytes' in reply)) {
    response.end();
    return;
  }
  if (reply.etag !== undefined) {
    response.setHeader('ETag', reply.etag);
    response.setHeader('Cache-Control', 'no-cache');
    const read = request.method === 'GET' || request.method === 'HEAD';
    if (read && isFresh(request.headers['if-none-match'], reply.etag)) {
      response.statusCode = 304;
      response.end();
      return;
    }
  }
  const parts = 'json' in reply ? [Buffer.from(JSON.stringify(reply.json))] : reply.bytes;
  response.setHeader('Content-Type', 'json' in reply ? 'application/json' : reply.mediaType);
  let length = 0;
  for (const part of parts) length += Buffer.byteLength(part);
  response.setHeader('Content-Length', length);
  if (request.method === 'HEAD') response.end();
  else if (length <= oneWrite) response.end(asLatin1(parts), 'latin1');
  else {
    response.cork();
    for (const part of parts) response.write(part);
    response.end();
    response.uncork();
  }
};

const signalOf = (response: Response): AbortSignal => {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
};

const serve =
  (route: Route, { gate, log, limiter, trusts = nobodyElse }: AppOptions) =>
  async (request: Request, response: Response): Promise<void> => {
    const id = correlationIdOf(response);
    (response as Started).route = route.path;
    const address = addressOf(request, trusts);
    if (limiter !== undefined) await limiter.fromAddress(address, route.cost ?? 1);
    const caller = await admit(route, gate, request, address);
    if (limiter !== undefined && caller !== null) await limiter.byCaller(caller, route.cost ?? 1);
    const call = {
      params: request.params as Readonly<Record<string, string>>,
      query:
        request.url.includes('?') || route.query !== undefined
          ? readQueryString(route.query ?? none, request.query)
          : none,
      headers: request.headers,
      caller: caller as Caller,
      subject: caller?.subject as Subject,
      identified: caller !== null,
      address,
      correlationId: id,
      signal: undefined as AbortSignal | undefined,
      log,
      mediaType: null as string | null,
      body: undefined as unknown,
      text: '',
    };
    if (caller === null) Object.defineProperties(call, nobody);
    if (route.body !== undefined) {
      const read = await readBody(request, response, route.body);
      if (read !== null) {
        call.mediaType = read.mediaType;
        call.text = read.text;
        const quick = route.shortcut?.(read.text, call);
        if (quick) return send(request, response, quick);
        const { schema } = route.body.content[read.mediaType]!;
        call.body = read.mediaType === 'application/json' ? readJson(read.text) : read.text;
        checkValue(schema, call.body, route.body.invalid ?? 'BAD_REQUEST', 'The body');
      }
    }
    call.signal = signalOf(response);
    await send(request, response, await route.handle(call as Call));
  };

/** `/entities/{name}` as Express spells it. */
const expressPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** Where a route is: what is of a workspace is also under the address of the workspace. */
export const addressesOf = ({ path, access }: Route): readonly string[] =>
  typeof access === 'string' || !path.startsWith('/api/v1/')
    ? [path]
    : [path, path.replace('/api/v1/', '/api/v1/workspaces/{workspace}/')];

const refuseOtherMethods = (path: string, methods: readonly Method[]) => {
  const allowed = methods.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
  return function otherMethods(request: Request, response: Response): void {
    response.setHeader('Allow', [...allowed, 'OPTIONS'].join(', '));
    if (request.method === 'OPTIONS') {
      response.statusCode = 204;
      response.end();
      return;
    }
    const detail = `${request.method} is not possible on ${path}; use ${allowed.join(', ')}.`;
    throw new DataMindError('METHOD_NOT_ALLOWED', detail);
  };
};

const unknownPath =
  (routes: readonly Route[]) =>
  (request: Request): never => {
    const known = routes.map(({ path }) => path);
    const meant = didYouMean(request.path, known) ?? didYouMean(`/api/v1${request.path}`, known);
    throw new DataMindError('NOT_FOUND', 'There is nothing at this address; /docs lists what there is.', {
      ...(meant !== undefined && { suggestions: [meant] }),
    });
  };

const answerFailure =
  (log: AppLogger) =>
  // Express tells an error handler by its four parameters.
  (error: unknown, request: Request, response: Response, _next: NextFunction): void => {
    const id = correlationIdOf(response);
    const problem = toProblem(error, id);
    const fields = { correlation_id: id, method: request.method, path: request.path, code: problem.code };
    if (!isExpected(error)) log.error('an unexpected error', { ...fields, error });
    else if (problem.status >= 500) log.warn(problem.detail, { ...fields, cause: (error as Error).cause });
    if (response.headersSent || response.destroyed) response.destroy();
    else sendProblem(response, problem, error instanceof DataMindError ? error.details.retryAfterSeconds : undefined);
  };

/** The HTTP face: one Express route for each {@link Route}, and a problem document for everything else. */
export const createApp = (options: AppOptions): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('case sensitive routing', true);
  app.use(begin(options));
  if (options.origins !== undefined && options.origins.length > 0) app.use(crossOrigin(options.origins));
  const methods = new Map<string, Method[]>();
  for (const route of options.routes) {
    for (const path of addressesOf(route)) {
      app[route.method](expressPath(path), serve(route, options));
      methods.set(path, [...(methods.get(path) ?? []), route.method]);
    }
  }
  // Not `app.all`: that adds each of the thirty methods there are for every path, a tenth of what starting takes.
  for (const [path, allowed] of methods) app.route(expressPath(path)).all(refuseOtherMethods(path, allowed));
  app.use(unknownPath(options.routes));
  app.use(answerFailure(options.log));
  return app;
};

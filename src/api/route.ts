/** What a capability's `routes.ts` is made of. The router, the checks and the OpenAPI document all come from this data. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { ErrorCode } from '../../core/errors/catalogue.js';
import type { AppLogger } from '../../core/logging/create-logger.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Access } from '../identity/access.js';
import type { Caller } from '../identity/caller.js';

/** A JSON Schema (draft 2020-12). References to named schemas are spelled `#/$defs/Name`; see `schemas.ts`. */
export type Schema = Readonly<Record<string, unknown>>;

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** One request, checked by the route's schemas before the handler sees it. */
export interface Call {
  readonly params: Readonly<Record<string, string>>;
  /** Converted to the types of the route's schema, defaults filled in. */
  readonly query: Readonly<Record<string, unknown>>;
  /** The parsed JSON, or the text for other formats; `undefined` without a body. */
  readonly body: unknown;
  /** The body as it came. */
  readonly text: string;
  /** The media type of the body, without parameters. */
  readonly mediaType: string | null;
  readonly headers: IncomingHttpHeaders;
  /** Who asks. Reading it where nobody is known is a bug: on `public` routes, and on `optional` ones that were not `identified`. */
  readonly caller: Caller;
  /** The caller's, as policies know it. */
  readonly subject: Subject;
  /** Whether it is known who asks. */
  readonly identified: boolean;
  /** The network address that the request comes from. */
  readonly address: string | null;
  readonly correlationId: string;
  /** Fires when the client goes away. */
  readonly signal: AbortSignal;
  readonly log: AppLogger;
}

export type Reply =
  | { readonly status?: number; readonly json: unknown; readonly etag?: string; readonly headers?: ReplyHeaders }
  | {
      readonly status?: number;
      /** Written as they are, one after another. */
      readonly bytes: readonly (Buffer | string)[];
      readonly mediaType: string;
      readonly etag?: string;
      readonly headers?: ReplyHeaders;
    }
  /** Writes the response itself and resolves when it is done. An error before the first byte becomes a problem document. */
  | { readonly write: (response: ServerResponse) => Promise<void> }
  | { readonly status: 204 | 302; readonly headers?: ReplyHeaders };

export type ReplyHeaders = Readonly<Record<string, string>>;

export interface BodySpec {
  /** By media type. JSON is parsed and checked against its schema; other types arrive as text. */
  readonly content: Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>;
  readonly required: boolean;
  readonly description?: string;
  /** Bytes; 1 MiB when absent. */
  readonly limit?: number;
  /** The code of a body that does not fit its schema; `BAD_REQUEST` when absent. */
  readonly invalid?: ErrorCode;
}

export interface ResponseSpec {
  readonly description: string;
  /** By media type; none for an empty response. */
  readonly content?: Readonly<Record<string, Schema>>;
}

export interface Route {
  readonly method: Method;
  /** With parameters in braces: `/api/v1/entities/{name}`. */
  readonly path: string;
  /** Unique; the OpenAPI operation id. */
  readonly operation: string;
  /** Who may call. */
  readonly access: Access;
  /** Points of the rate limit; 1 when absent. */
  readonly cost?: number;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** What the parameters of the path are. */
  readonly params?: Readonly<Record<string, string>>;
  /** Properties of the query string; integers and booleans are converted. */
  readonly query?: Readonly<Record<string, Schema>>;
  /** Request headers worth documenting. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodySpec;
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  /** The errors that callers of this route should expect, besides those that every route has. */
  readonly errors?: readonly ErrorCode[];
  /**
   * Takes the unparsed body and answers when it has been asked the very same before; `null` sends the request the long
   * way. For the one route whose speed counts.
   */
  readonly shortcut?: (body: string, call: Omit<Call, 'body' | 'text' | 'signal'>) => Reply | null;
  readonly handle: (call: Call) => Promise<Reply> | Reply;
}

/** A request that has just come. */
export interface BegunRequest {
  readonly method: string;
  readonly correlationId: string;
  /** The header of that name: what the caller's own trace is. */
  readonly traceparent: string | null;
}

/** Is told of each request when it comes; what it returns, when the answer has ended. */
export type OnBegun = (request: BegunRequest) => (served: ServedRequest) => void;

/** A request that was served, by its route: paths as callers wrote them would be labels without end. */
export interface ServedRequest {
  readonly method: string;
  /** `/api/v1/entities/{name}`; `unknown` for a path that no route has. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

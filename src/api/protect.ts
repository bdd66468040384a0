import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

const protect = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
  },
  // The proxy that ends TLS knows whether all of its domain is served so.
  strictTransportSecurity: false,
  // Older agents than any that this API has; Helmet's own advice is to leave it off where nothing is framed.
  xXssProtection: false,
});

/**
 * Headers that keep browsers from making anything of an answer but what it is. Pages set their own content policy.
 * They are the same on every answer, so Helmet is asked once and not with each request.
 */
export const securityHeaders = (): ReadonlyMap<string, string> => {
  const headers = new Map<string, string>();
  const listener = {
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
  };
  protect({} as IncomingMessage, listener as unknown as ServerResponse, (fault?: unknown) => {
    if (fault !== undefined) throw fault;
  });
  return headers;
};

/**
 * Lets pages of these origins, and of no others, read answers.
 * @param origins `https://app.example.com`, as browsers send them
 */
export const crossOrigin = (origins: readonly string[]): RequestHandler =>
  cors({
    origin: [...origins],
    exposedHeaders: ['X-Correlation-Id', 'ETag', 'Retry-After'],
    // Tokens come in a header; no cookie is ever read.
    credentials: false,
    maxAge: 600,
  });

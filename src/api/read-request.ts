import express, { type Request, type Response } from 'express';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { BodySpec } from './route.js';

const megabyte = 1024 * 1024;
const rawBody = (limit: number) => express.raw({ type: () => true, limit });
const readers = new Map<number, ReturnType<typeof rawBody>>();

/** The media type of a header, in lower case and without parameters. */
export const mediaTypeOf = (header: string | undefined): string | null => {
  const type = (header ?? '').replace(/;.*$/s, '').trim().toLowerCase();
  return type === '' ? null : type;
};

const decoder = new TextDecoder('utf-8', { fatal: true });

/** UTF-8 or nothing: another encoding would turn names into others. */
const decode = (bytes: Buffer): string => {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new DataMindError('BAD_REQUEST', 'The body is not valid UTF-8; send it in that encoding.');
  }
};

const readBytes = (request: Request, response: Response, limit: number): Promise<Buffer> => {
  let reader = readers.get(limit);
  if (reader === undefined) {
    reader = rawBody(limit);
    readers.set(limit, reader);
  }
  const read = reader;
  return new Promise((resolve, reject) => {
    read(request, response, (error?: unknown) => {
      if (error !== undefined && error !== null) reject(error as Error);
      else resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    });
  });
};

/**
 * Reads the body as text.
 * @throws DataMindError `UNSUPPORTED_MEDIA_TYPE` for a type that the route does not take, `BAD_REQUEST` when it is missing
 */
export const readBody = async (
  request: Request,
  response: Response,
  spec: BodySpec,
): Promise<{ readonly text: string; readonly mediaType: string } | null> => {
  const mediaType = mediaTypeOf(request.headers['content-type']);
  const accepted = Object.keys(spec.content);
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (!hasBody && !spec.required) return null;
  if (!hasBody) throw new DataMindError('BAD_REQUEST', `A body is needed here; send ${accepted.join(' or ')}.`);
  if (mediaType === null || !accepted.includes(mediaType)) {
    const sent = mediaType === null ? 'The request has no Content-Type' : `"${mediaType}" is not read here`;
    throw new DataMindError('UNSUPPORTED_MEDIA_TYPE', `${sent}; send ${accepted.join(' or ')}.`, {
      suggestions: accepted,
    });
  }
  return { text: decode(await readBytes(request, response, spec.limit ?? megabyte)), mediaType };
};

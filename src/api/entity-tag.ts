import { DataMindError } from '../../core/errors/datamind-error.js';

const tagsOf = (header: string): readonly string[] => header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));

/** `If-None-Match`: whether the client has what it would get. */
export const isFresh = (header: string | undefined, etag: string): boolean =>
  header !== undefined && (header.trim() === '*' || tagsOf(header).includes(etag));

/**
 * Holds a write to the state that its author has seen.
 * @param etag of what is there now; `null` when nothing is
 * @throws DataMindError `PRECONDITION_FAILED`
 */
export const assertPrecondition = (
  headers: { readonly 'if-match'?: string; readonly 'if-none-match'?: string },
  etag: string | null,
): void => {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifMatch !== undefined) {
    const matches = etag !== null && (ifMatch.trim() === '*' || tagsOf(ifMatch).includes(etag));
    if (!matches) {
      throw new DataMindError(
        'PRECONDITION_FAILED',
        'It has changed since you read it; read it again and repeat your change.',
      );
    }
  }
  if (ifNoneMatch !== undefined && etag !== null && isFresh(ifNoneMatch, etag)) {
    throw new DataMindError('PRECONDITION_FAILED', 'It is there already; leave out If-None-Match to replace it.');
  }
};

export const etagOf = (hash: string): string => `"${hash.slice(0, 32)}"`;

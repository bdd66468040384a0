import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** The body of an answer, piece by piece. */
export interface ByteSource {
  /**
   * The next piece, `null` at the proper end. What arrived before a connection broke comes first, because the server
   * says there why it broke it.
   * @throws whatever broke the connection
   */
  next(): Promise<Buffer | null>;
  /** Breaks the connection off, if it is still open. A pending `next` settles. */
  destroy(): void;
}

/** Pieces that wait for the reader hold no more than about this; then the server is made to wait. */
const waitingBytes = 1 << 20;

export const openByteSource = (response: Readable, isGzip: boolean): ByteSource => {
  const waiting: Buffer[] = [];
  let size = 0;
  let ended = false;
  let failure: Error | null = null;
  let wake: (() => void) | null = null;
  const bytes: Readable = isGzip ? response.pipe(createGunzip()) : response;

  const settle = (error: Error | null) => {
    failure ??= error;
    ended = true;
    wake?.();
  };
  bytes.on('data', (piece: Buffer) => {
    waiting.push(piece);
    size += piece.length;
    if (size > waitingBytes) bytes.pause();
    wake?.();
  });
  bytes.once('end', () => settle(null));
  bytes.once('close', () => settle(ended ? null : new Error('the answer was cut off')));
  bytes.on('error', (error) => settle(error));
  if (bytes !== response) {
    // What the unzipper has already is still worth reading.
    response.on('error', (error) => {
      failure ??= error;
      (bytes as unknown as { end(): void }).end();
    });
  }
  return {
    next: async () => {
      for (;;) {
        const piece = waiting.shift();
        if (piece !== undefined) {
          size -= piece.length;
          if (size <= waitingBytes / 2 && bytes.isPaused()) bytes.resume();
          return piece;
        }
        if (ended) {
          if (failure !== null) throw failure;
          return null;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = null;
      }
    },
    destroy: () => {
      waiting.length = 0;
      size = 0;
      settle(new Error('the answer is not wanted any more'));
      bytes.destroy();
      response.destroy();
    },
  };
};

import type { ServerResponse } from 'node:http';
import type { ResultSet } from '../../core/result/result-set.js';
import { type Problem, toProblem } from '../api/problem.js';

export interface StreamOptions {
  /** The first line. */
  readonly header: object;
  readonly result: ResultSet;
  /** The rows of the result as they are spelled. */
  readonly rows: AsyncIterable<readonly unknown[]>;
  readonly correlationId: string;
  /** One row, once the rows are through; `null` when none was asked for. */
  readonly totals: (() => Promise<readonly unknown[]>) | null;
  readonly onFailure: (error: unknown, problem: Problem) => void;
}

const linesPerWrite = 500;

/** A writer that waits for a slow reader, and rejects when the reader is gone. */
const createWriter = (response: ServerResponse): ((text: string) => Promise<void>) => {
  let wake: (() => void) | undefined;
  response.on('drain', () => wake?.());
  response.on('close', () => wake?.());
  return async (text) => {
    if (response.destroyed) throw new Error('the reader is gone');
    if (response.write(text)) return;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  };
};

/**
 * Streams an answer as NDJSON: a header, a row a line, and a trailer that says `complete` or what went wrong. A stream
 * without a trailer was cut off. A reader that goes away cancels the statement.
 */
export const streamAnswer = async (response: ServerResponse, options: StreamOptions): Promise<void> => {
  const { header, result, rows: batches, correlationId, totals, onFailure } = options;
  const began = performance.now();
  const write = createWriter(response);
  let rowCount = 0;
  try {
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson', 'Cache-Control': 'no-store' });
    await write(`${JSON.stringify(header)}\n`);
    for await (const rows of batches) {
      for (let from = 0; from < rows.length; from += linesPerWrite) {
        const lines = rows.slice(from, from + linesPerWrite).map((row) => JSON.stringify(row));
        await write(`${lines.join('\n')}\n`);
      }
      rowCount += rows.length;
    }
    const trailer = {
      complete: result.truncated === null,
      row_count: rowCount,
      truncated: result.truncated !== null,
      ...(totals !== null && { totals: await totals() }),
      timings: { total_ms: Math.round(performance.now() - began) },
      correlation_id: correlationId,
    };
    response.end(`${JSON.stringify(trailer)}\n`);
  } catch (error) {
    if (response.destroyed) return;
    const problem = toProblem(error, correlationId);
    onFailure(error, problem);
    response.end(`${JSON.stringify({ complete: false, row_count: rowCount, error: problem })}\n`);
  } finally {
    await result.close();
  }
};

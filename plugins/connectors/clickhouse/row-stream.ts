import { type Column, PluginError, type Row } from 'datamind/contract';
import { createByteReader, Incomplete } from './byte-reader.js';
import type { ByteSource } from './byte-source.js';
import { type CellType, cellType } from './types.js';

/** What the server wrote where rows should have been. */
export class ServerException extends Error {
  override readonly name = 'ServerException';
  readonly code: number;

  constructor(text: string) {
    super(text);
    this.code = Number(/Code: (\d+)/.exec(text)?.[1] ?? 0);
  }
}

/** The statement was none that gives rows. */
export class NoRows extends Error {
  override readonly name = 'NoRows';
}

export interface RowStream {
  readonly columns: readonly Column[];
  /** Some rows, or `null` at the proper end. @throws ServerException when the server failed on the way */
  next(): Promise<readonly Row[] | null>;
}

/** Servers before 25.11 write an exception into the body as text, after whatever rows they had sent. */
const untagged = /Code: \d+\. DB::Exception: [\s\S]*\(version [^)]*(\([^)]*\)[^)]*)?\)\s*$/;

/** How many last bytes are a beginning of the mark. */
const partOfMark = (bytes: Buffer, mark: Buffer): number => {
  for (let length = Math.min(mark.length - 1, bytes.length); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(mark.subarray(0, length))) return length;
  }
  return 0;
};

const unreadable = (column: string, type: string): PluginError =>
  new PluginError(
    'UNSUPPORTED_ON_DIALECT',
    `The column ${JSON.stringify(column)} of the result has the ClickHouse type ${type.slice(0, 80)}, which cannot be read here: convert it in the statement.`,
  );

/**
 * Reads the format RowBinaryWithNamesAndTypes. Exact where JSON is not: numbers of every width, bytes that are no text,
 * and no question of what a text stands for.
 * @param tag from the header `X-ClickHouse-Exception-Tag`: random, so that no data can look like an exception
 */
export const openRowStream = async (source: ByteSource, tag: string | undefined): Promise<RowStream> => {
  const reader = createByteReader();
  const mark = tag === undefined ? null : Buffer.from(`\r\n__exception__\r\n${tag}`);
  /** No row ended within the last attempt; with twice the bytes it is tried again. */
  let tryAt = 0;
  let isOver = false;

  const readRest = async (from: number): Promise<never> => {
    const parts = [reader.bytes.subarray(from)];
    for (;;) {
      const piece = await source.next().catch(() => null);
      if (piece === null) break;
      parts.push(piece);
    }
    throw new ServerException(
      Buffer.concat(parts)
        .toString('utf8')
        .replace(/^\r\n__exception__\r\n\S*\r\n/, ''),
    );
  };

  /** Adds what arrives next; `false` at the end. */
  const more = async (): Promise<boolean> => {
    let piece: Buffer | null;
    try {
      piece = await source.next();
    } catch (error) {
      const text = reader.bytes.subarray(-16_384).toString('utf8');
      const at = text.search(/Code: \d+\. DB::Exception: /);
      throw at >= 0 ? new ServerException(text.slice(at)) : error;
    }
    if (piece === null) {
      reader.end = reader.bytes.length;
      isOver = true;
      if (mark === null) {
        const text = reader.bytes.subarray(-16_384).toString('utf8');
        const found = untagged.exec(text);
        if (found) throw new ServerException(found[0]);
      }
      return false;
    }
    const rest = reader.bytes.subarray(reader.at);
    reader.bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    reader.at = 0;
    reader.end = reader.bytes.length;
    if (mark !== null) {
      const found = reader.bytes.indexOf(mark, Math.max(0, rest.length - mark.length));
      if (found >= 0) {
        reader.end = found;
        pendingException = found;
      } else reader.end -= partOfMark(reader.bytes, mark);
    }
    return true;
  };
  let pendingException: number | null = null;

  const header = async (): Promise<readonly (readonly [string, string])[]> => {
    for (;;) {
      if (!(await more())) throw new NoRows('the statement gave no columns');
      try {
        reader.at = 0;
        const count = reader.varint();
        const words = Array.from({ length: 2 * count }, () => reader.block().toString('utf8'));
        return words.slice(0, count).map((name, at) => [name, words[count + at]!] as const);
      } catch (error) {
        if (!(error instanceof Incomplete)) throw error;
        reader.at = 0;
        if (pendingException !== null) return readRest(pendingException);
      }
    }
  };

  const named = await header();
  const types: readonly CellType[] = named.map(([name, native]) => {
    const type = cellType(native);
    if (type === null) throw unreadable(name, native);
    return type;
  });
  const width = types.length;

  const decode = (): readonly Row[] => {
    const rows: Row[] = [];
    let begin = reader.at;
    try {
      while (reader.at < reader.end) {
        begin = reader.at;
        const row = new Array(width);
        for (let at = 0; at < width; at += 1) row[at] = types[at]!.read(reader);
        rows.push(row as Row);
      }
      tryAt = 0;
    } catch (error) {
      if (!(error instanceof Incomplete)) throw error;
      reader.at = begin;
      tryAt = rows.length === 0 ? 2 * (reader.end - begin) : 0;
    }
    return rows;
  };

  return {
    columns: named.map(([name, nativeType], at) => ({ name, type: types[at]!.logical, nativeType })),
    next: async () => {
      for (;;) {
        if (reader.at < reader.end && (reader.end - reader.at >= tryAt || isOver || pendingException !== null)) {
          const rows = decode();
          if (rows.length > 0) return rows;
        }
        if (pendingException !== null) return readRest(pendingException);
        if (isOver) {
          if (reader.at < reader.bytes.length) throw new Error('the answer ended in the middle of a row');
          return null;
        }
        await more();
      }
    },
  };
};

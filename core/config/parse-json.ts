import { isExact } from './exact-number.js';
import { child } from './json-pointer.js';

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface JsonDocument {
  /** `undefined` when the text is not JSON. */
  readonly value: unknown;
  /** Where each value begins, by its JSON pointer; for a member of an object, where its key begins. */
  readonly places: ReadonlyMap<string, Place>;
  readonly problems: readonly { readonly at: string; readonly place: Place; readonly message: string }[];
}

class JsonError extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

const deepest = 100;

const token =
  /[ \t\r\n]*(?:("[^"\\\n]*(?:\\.[^"\\\n]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([[\]{}:,])|$)/y;

/** Places are asked for from the front to the back, so one walk over the lines serves them all. */
const createPlaceFinder = (source: string): ((offset: number) => Place) => {
  const endFrom = (offset: number): number => {
    const end = source.indexOf('\n', offset);
    return end === -1 ? source.length : end;
  };
  let line = 1;
  let begin = 0;
  let end = endFrom(0);
  return (offset) => {
    while (offset > end) {
      line += 1;
      begin = end + 1;
      end = endFrom(begin);
    }
    return { line, column: offset - begin + 1 };
  };
};

/**
 * Parses JSON (RFC 8259) and remembers where everything was, which `JSON.parse` does not. A key that is there twice is a
 * problem and not a silent choice. A message never repeats the text around the fault: it may be a secret.
 */
export const parseJson = (text: string): JsonDocument => {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  const places = new Map<string, Place>();
  const problems: { at: string; place: Place; message: string }[] = [];
  const placeOf = createPlaceFinder(source);

  let start = 0;
  let kind: 'string' | 'literal' | 'mark' | 'end' = 'end';
  let lexeme = '';
  const advance = (): void => {
    const from = token.lastIndex;
    const match = token.exec(source);
    if (match === null) {
      const blank = /[ \t\r\n]*/y;
      blank.lastIndex = from;
      blank.exec(source);
      const at = blank.lastIndex;
      throw new JsonError(at, source[at] === '"' ? 'this text is not closed by "' : 'this is not JSON');
    }
    lexeme = match[1] ?? match[2] ?? match[3] ?? '';
    kind = match[1] !== undefined ? 'string' : match[2] !== undefined ? 'literal' : lexeme === '' ? 'end' : 'mark';
    start = token.lastIndex - lexeme.length;
  };
  const expected = (what: string): never => {
    throw new JsonError(start, `${what} is expected here${kind === 'end' ? ', but the file ends' : ''}`);
  };
  const readString = (): string => {
    try {
      return JSON.parse(lexeme) as string;
    } catch {
      throw new JsonError(start, 'this text holds a control character or an escape that JSON does not know');
    }
  };
  const readLiteral = (): unknown => {
    const value = JSON.parse(lexeme) as unknown;
    if (typeof value !== 'number' || isExact(lexeme)) return value;
    if (!Number.isFinite(value)) throw new JsonError(start, 'this number is too large');
    throw new JsonError(start, 'this number has more digits than a JSON number keeps; write it as a text in "quotes"');
  };
  const isMark = (mark: string): boolean => kind === 'mark' && lexeme === mark;

  const readObject = (pointer: string, depth: number): Record<string, unknown> => {
    const members = new Map<string, unknown>();
    advance();
    while (!isMark('}')) {
      if (kind !== 'string') expected('a key in "quotes"');
      const key = readString();
      const at = child(pointer, key);
      const place = placeOf(start);
      if (members.has(key)) problems.push({ at, place, message: `the key "${key}" is here twice; remove one` });
      else places.set(at, place);
      advance();
      if (!isMark(':')) expected('":"');
      advance();
      members.set(key, readValue(at, depth + 1));
      if (isMark(',')) {
        advance();
        if (isMark('}')) expected('another key after ","');
      } else if (!isMark('}')) expected('"," or "}"');
    }
    advance();
    return Object.fromEntries(members);
  };
  const readArray = (pointer: string, depth: number): unknown[] => {
    const items: unknown[] = [];
    advance();
    while (!isMark(']')) {
      const at = child(pointer, items.length);
      places.set(at, placeOf(start));
      items.push(readValue(at, depth + 1));
      if (isMark(',')) {
        advance();
        if (isMark(']')) expected('another value after ","');
      } else if (!isMark(']')) expected('"," or "]"');
    }
    advance();
    return items;
  };
  const readValue = (pointer: string, depth: number): unknown => {
    if (depth > deepest) throw new JsonError(start, `this is nested more than ${deepest} levels deep`);
    if (isMark('{')) return readObject(pointer, depth);
    if (isMark('[')) return readArray(pointer, depth);
    if (kind !== 'string' && kind !== 'literal') return expected('a value');
    const value = kind === 'string' ? readString() : readLiteral();
    advance();
    return value;
  };

  token.lastIndex = 0;
  try {
    advance();
    places.set('', placeOf(start));
    const value = readValue('', 0);
    if (kind !== 'end') throw new JsonError(start, 'the end of the file is expected here');
    return { value, places, problems };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    problems.push({ at: '', place: placeOf(error.offset), message: error.message });
    return { value: undefined, places, problems };
  }
};

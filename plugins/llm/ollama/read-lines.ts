import { answerInvalid } from 'datamind/llm-kit';

const longestLine = 4 * 1024 * 1024;

const parse = (line: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // The parser's own words quote the line.
  }
  throw answerInvalid('the server does not speak the protocol');
};

/**
 * JSON objects, one a line, of bytes that may be cut anywhere, in the middle of a character too. A last line without an end was cut
 * off, unless it can be read.
 */
export async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) throw answerInvalid('a line of it has no end');
    for (const line of lines) if (line.trim() !== '') yield parse(line);
  }
  rest += decoder.decode();
  if (rest.trim() === '') return;
  let last: unknown;
  try {
    last = JSON.parse(rest);
  } catch {
    return;
  }
  if (typeof last === 'object' && last !== null) yield last as Readonly<Record<string, unknown>>;
}

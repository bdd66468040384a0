/** A type as ClickHouse writes it, taken apart one level: `Map(String, Array(Int8))` is `Map` with two arguments. */
export interface TypeName {
  readonly name: string;
  /** The texts between the commas, trimmed; types, numbers, quoted strings or `name Type`. */
  readonly args: readonly string[];
}

const closes: Readonly<Record<string, string>> = { '(': ')' };
const quotes = new Set(["'", '"', '`']);

/** The index behind a quoted text that begins at `at`; a backslash or a doubled quote does not end it. */
const skipQuoted = (text: string, at: number): number => {
  const quote = text[at];
  for (let next = at + 1; next < text.length; next += 1) {
    if (text[next] === '\\') next += 1;
    else if (text[next] === quote) {
      if (text[next + 1] !== quote) return next + 1;
      next += 1;
    }
  }
  return text.length;
};

/** Splits at the commas that are in no bracket and in no quote. */
const splitArguments = (text: string): readonly string[] => {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    if (quotes.has(char)) at = skipQuoted(text, at) - 1;
    else if (char in closes) depth += 1;
    else if (char === ')') depth -= 1;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  const last = text.slice(from).trim();
  return last === '' && parts.length === 0 ? [] : [...parts, last];
};

/** @returns `null` for what is no type name. */
export const parseTypeName = (text: string): TypeName | null => {
  const [, name, rest] = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(.*)$/s.exec(text) ?? [];
  if (name === undefined || rest === undefined) return null;
  const inner = rest.trim();
  if (inner === '') return { name, args: [] };
  if (!inner.startsWith('(') || !inner.endsWith(')')) return null;
  return { name, args: splitArguments(inner.slice(1, -1)) };
};

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '0': '\0' };

/** The value of a quoted text: `'it\'s'`. */
export const unquote = (text: string): string => {
  const quote = text[0]!;
  return text
    .slice(1, -1)
    .replaceAll(quote + quote, quote)
    .replace(/\\(.)/gs, (_, char: string) => escapes[char] ?? char);
};

/** An element of a tuple: `name Type`, `` `odd name` Type `` or `Type` alone. */
export const parseElement = (text: string): { readonly name: string | null; readonly type: string } => {
  if (quotes.has(text[0] ?? '')) {
    const end = skipQuoted(text, 0);
    return { name: unquote(text.slice(0, end)), type: text.slice(end).trim() };
  }
  const [, name, type] = /^([A-Za-z_][A-Za-z0-9_]*)\s+(.+)$/s.exec(text) ?? [];
  return name !== undefined && type !== undefined ? { name, type } : { name: null, type: text };
};

/** A value of an enumeration: `'name' = 1`. */
export const parseEnumValue = (text: string): readonly [number, string] => {
  const end = skipQuoted(text, 0);
  return [Number(text.slice(end).replace('=', '').trim()), unquote(text.slice(0, end))];
};

/** One lexical unit of an expression. Offsets count UTF-16 units of the text; `end` is exclusive. */
export interface Token {
  readonly kind: 'name' | 'quoted' | 'string' | 'number' | 'mark' | 'end';
  /** Names as written, quoted names and strings without their quotes, marks as they are. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface SyntaxProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly suggestion?: string;
}

/** Thrown inside the parser only; `parseExpression` turns it into a value. */
export class SyntaxFault extends Error {
  readonly problem: SyntaxProblem;
  constructor(start: number, end: number, message: string, suggestion?: string) {
    super(message);
    this.problem = suggestion === undefined ? { start, end, message } : { start, end, message, suggestion };
  }
}

const longestExpression = 20_000;
export const mostTokens = 2_000;

/** What is not part of the language, and what to do instead; looked for where no name, number or text begins. */
const refused: readonly (readonly [RegExp, string])[] = [
  [/--/y, 'comments are not allowed in an expression; for a minus before a negative number write `- (-1)`'],
  [/\/\*/y, 'comments are not allowed in an expression; use `description`'],
  [/;/y, 'an expression is one value: remove the `;`'],
  [/==/y, 'equality is written `=`, not `==`'],
  [/=>|:=/y, 'arguments have no names here; write them in order'],
  [/::/y, 'write `cast(x as type)` instead of `::`'],
  [/\{\{|\{%|\$\{/y, 'there are no templates here; write the expression itself'],
  [/&&/y, 'write `and` instead of `&&`'],
  [/!(?!=)/y, 'write `not` instead of `!`'],
  [/`/y, 'a name that needs quotes is written "like this"'],
  [/\[/y, 'lists are written in parentheses: `x in (1, 2)`'],
  [/[?@$:]/y, 'there are no parameters or variables here'],
  [/->/y, 'JSON operators differ between databases; give the expression by dialect'],
  [/~/y, 'regular expressions differ between databases; use `like`, or give the expression by dialect'],
  [/#/y, 'comments are not allowed in an expression; use `description`'],
];

/** Any of them: one look for what is nearly never there. */
const anyRefused = new RegExp(refused.map(([pattern]) => pattern.source).join('|'), 'y');

const blank = /\s+/y;
const number = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const name = /[\p{L}_][\p{L}\p{N}_]*/uy;
const mark = /<>|!=|<=|>=|\|\||[-+*/%=<>(),.]/y;

const match = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.test(text) ? text.slice(at, pattern.lastIndex) : undefined;
};

/** The end of a text or name in quotes that begins at `at`; the quote itself is written twice. */
const readQuoted = (text: string, at: number): { readonly value: string; readonly end: number } => {
  const quote = text[at]!;
  let value = '';
  for (let i = at + 1; i < text.length; i += 1) {
    if (text[i] !== quote) {
      value += text[i];
    } else if (text[i + 1] === quote) {
      value += quote;
      i += 1;
    } else return { value, end: i + 1 };
  }
  const what = quote === "'" ? 'this text is' : 'this quoted name is';
  throw new SyntaxFault(at, at + 1, `${what} not closed by ${quote === "'" ? "a `'`" : 'a `"`'}`);
};

const readNumber = (text: string, at: number, found: string): Token => {
  const end = at + found.length;
  const after = match(name, text, end);
  if (after !== undefined) {
    throw new SyntaxFault(at, end + after.length, 'a name that begins with a digit is written in "double quotes"');
  }
  if (text[end] === '.') throw new SyntaxFault(at, end + 1, 'this is not a number; write `1.0`, or `1`');
  return { kind: 'number', text: found.startsWith('.') ? `0${found}` : found, start: at, end };
};

/** @throws SyntaxFault at the first thing that is not part of the language */
export const tokenize = (text: string): readonly Token[] => {
  if (text.length > longestExpression) {
    throw new SyntaxFault(0, 1, `an expression has at most ${longestExpression} characters`);
  }
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += match(blank, text, at)?.length ?? 0;
    if (at >= text.length) break;
    if (tokens.length > mostTokens) {
      throw new SyntaxFault(at, at + 1, `an expression has at most ${mostTokens} names, values and operators`);
    }
    const char = text[at]!;
    if (char === "'" || char === '"') {
      const { value, end } = readQuoted(text, at);
      if (char === '"' && value === '') throw new SyntaxFault(at, end, 'a name in quotes must not be empty');
      tokens.push({ kind: char === '"' ? 'quoted' : 'string', text: value, start: at, end });
      at = end;
      continue;
    }
    const word = match(name, text, at);
    if (word !== undefined) {
      tokens.push({ kind: 'name', text: word, start: at, end: at + word.length });
      at += word.length;
      continue;
    }
    const digits = match(number, text, at);
    if (digits !== undefined) {
      const token = readNumber(text, at, digits);
      tokens.push(token);
      at = token.end;
      continue;
    }
    if (match(anyRefused, text, at) !== undefined) {
      for (const [pattern, message] of refused) {
        const found = match(pattern, text, at);
        if (found !== undefined) throw new SyntaxFault(at, at + found.length, message);
      }
    }
    const found = match(mark, text, at);
    if (found === undefined) {
      const strange = String.fromCodePoint(text.codePointAt(at)!);
      throw new SyntaxFault(at, at + strange.length, `\`${strange}\` has no meaning in an expression`);
    }
    tokens.push({ kind: 'mark', text: found, start: at, end: at + found.length });
    at += found.length;
  }
  tokens.push({ kind: 'end', text: '', start: text.trimEnd().length, end: text.trimEnd().length });
  return tokens;
};

/**
 * SQL text of a user → tokens, exactly as the engine would cut it. Where engines, versions or settings of a server could cut
 * a text differently (backslashes in MySQL, nested comments, `1FROM`, letters outside of ASCII without quotes), it is refused,
 * so that no token means one thing here and another there. Comments are dropped; strings and quoted names are decoded and
 * written anew in the one way that every setting of the engine reads alike.
 */
import { DataMindError } from '../errors/datamind-error.js';
import type { TextDialect } from './text-dialects.js';

export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'operator' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As it is printed. */
  readonly text: string;
  /** Words in lower case; decoded names and strings; operators and numbers as they are. */
  readonly value: string;
  /** What stands before it: nothing, a blank, or a line break with its indentation. */
  readonly gap: string;
  /** Offset into the text. */
  readonly at: number;
}

export const longestSql = 100_000;
/** What parsers do with a text takes up to 25 microseconds a token, all together; this bounds how long others wait. */
export const mostTokens = 10_000;
/** With the values of `IN (…)`, which take less: people paste thousands of them. */
const mostTokensWithLists = 30_000;

const quotes: Readonly<Record<TextDialect, { readonly names: string; readonly strings: string }>> = {
  postgres: { names: '"', strings: "'" },
  duckdb: { names: '"', strings: "'" },
  sqlite: { names: '"`[', strings: "'" },
  mysql: { names: '`', strings: `'"` },
  clickhouse: { names: '"`', strings: "'" },
};

/** Letters that may stand directly before a string. `e`: with backslashes; `_…`: MySQL's character sets. */
const prefixes: Readonly<Record<TextDialect, RegExp>> = {
  postgres: /^(?:e|b|x|n)$/,
  duckdb: /^(?:e|b|x)$/,
  sqlite: /^x$/,
  mysql: /^(?:x|b|n)$/,
  clickhouse: /^(?:x|b)$/,
};
const charsets = /^_(?:latin1|utf8|utf8mb3|utf8mb4|ascii|binary)$/;

const punctuation = '(),.;[]';
const operators: Readonly<Record<TextDialect, string>> = {
  postgres: '+-*/<>=~!@#%^&|?:',
  duckdb: '+-*/<>=~!@%^&|:{}',
  sqlite: '+-*/<>=~!%&|',
  mysql: '+-*/<>=~!%^&|',
  clickhouse: '+-*/<>=!%|?:',
};
/** What is longer than one character; PostgreSQL and DuckDB have operators of any length. */
const longOperators = /^(?:<=>|->>|==|<=|>=|<>|!=|\|\||<<|>>|&&|->|::|:=|=>)/;

const isSpace = (c: string): boolean => c === ' ' || c === '\t' || c === '\n' || c === '\r';
const isWordStart = (c: string): boolean => /[A-Za-z_]/.test(c);
const number = /(?:0[xX][0-9a-fA-F]+|(?:\d[\d_]*(?:\.(?:\d[\d_]*)?)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y;
const digits = /\d+/y;
const word = /[A-Za-z_][A-Za-z0-9_$]*/y;

export const placeOf = (text: string, at: number): string => {
  const before = text.slice(0, at);
  return `line ${before.split('\n').length}, column ${at - before.lastIndexOf('\n')}`;
};

class Tokenizer {
  readonly #text: string;
  readonly #dialect: TextDialect;
  #at = 0;
  readonly #tokens: Token[] = [];

  constructor(text: string, dialect: TextDialect) {
    this.#text = text;
    this.#dialect = dialect;
  }

  #refuse(message: string, at = this.#at): never {
    throw new DataMindError('SQL_INVALID', `The SQL cannot be read at ${placeOf(this.#text, at)}: ${message}.`);
  }

  run(): readonly Token[] {
    for (;;) {
      const gap = this.#gap();
      const at = this.#at;
      if (at >= this.#text.length) {
        this.#tokens.push({ kind: 'end', text: '', value: '', gap, at });
        return this.#tokens;
      }
      if (this.#tokens.length >= mostTokensWithLists) throw tooMany();
      this.#tokens.push(this.#token(gap, at));
    }
  }

  /** Blanks and comments. */
  #gap(): string {
    const text = this.#text;
    let gap = '';
    for (;;) {
      const c = text[this.#at];
      if (c === undefined) return gap;
      if (isSpace(c)) {
        const start = this.#at;
        while (this.#at < text.length && isSpace(text[this.#at]!)) this.#at += 1;
        const line = text.slice(start, this.#at).lastIndexOf('\n');
        if (line >= 0) gap = `\n${text.slice(start + line + 1, this.#at).replace(/[^ ]/g, ' ')}`;
        else if (gap === '') gap = ' ';
      } else if (c === '-' && text[this.#at + 1] === '-') {
        if (this.#dialect === 'mysql' && !/^--(?:[ \t\r\n]|$)/.test(text.slice(this.#at, this.#at + 3)))
          this.#refuse('write a blank after -- for a comment, or between two minus signs');
        const end = /[\r\n]/g;
        end.lastIndex = this.#at;
        const stop = end.exec(text);
        // A lone carriage return ends a comment for some engines and not for others.
        if (stop !== null && stop[0] === '\r' && text[stop.index + 1] !== '\n')
          this.#refuse('a carriage return without a line feed in a comment', stop.index);
        this.#at = stop === null ? text.length : stop.index;
        if (gap === '') gap = ' ';
      } else if (c === '/' && text[this.#at + 1] === '*') {
        const end = text.indexOf('*/', this.#at + 2);
        if (end < 0) this.#refuse('the comment is not closed');
        const body = text.slice(this.#at + 2, end);
        if (/^(?:!|M!)/i.test(body) && this.#dialect === 'mysql') this.#refuse('executable comments are not read');
        if (body.startsWith('+')) this.#refuse('hints to the optimizer are not taken');
        if (body.includes('/*')) this.#refuse('a comment within a comment');
        this.#at = end + 2;
        if (gap === '') gap = ' ';
      } else return gap;
    }
  }

  #token(gap: string, at: number): Token {
    const text = this.#text;
    const dialect = this.#dialect;
    const c = text[at]!;
    if (isWordStart(c)) return this.#word(gap, at);
    const previous = this.#tokens.at(-1);
    // `.2` directly after a tuple is a field of it, and its number has no fraction.
    const glued = gap === '' && previous !== undefined;
    const field = c === '.' && glued && (previous.kind !== 'operator' || /^[)\]]$/.test(previous.text));
    if (/\d/.test(c) || (c === '.' && !field && /\d/.test(text[at + 1] ?? ''))) {
      const isField = glued && previous.text === '.';
      const pattern = isField ? digits : number;
      pattern.lastIndex = at;
      const found = pattern.exec(text)![0];
      this.#at = at + found.length;
      if (/[A-Za-z0-9_$.]/.test(text[this.#at] ?? '') && !(isField && text[this.#at] === '.'))
        this.#refuse('put a blank after the number', this.#at);
      if ((text[this.#at] ?? '') > '\u007f') this.#refuse('put a blank after the number', this.#at);
      return { kind: 'number', text: found, value: found, gap, at };
    }
    if (quotes[dialect].strings.includes(c)) return this.#string('', gap, at);
    if (quotes[dialect].names.includes(c)) return this.#quotedName(c, gap, at);
    if (c === '$' && (dialect === 'postgres' || dialect === 'duckdb')) return this.#dollarString(gap, at);
    if (punctuation.includes(c)) {
      this.#at = at + 1;
      return { kind: 'operator', text: c, value: c, gap, at };
    }
    if (operators[dialect].includes(c)) return this.#operator(gap, at);
    if (c > '\u007f') this.#refuse('put names with letters outside of a–z in quotes');
    if ('?$:@'.includes(c)) this.#refuse('placeholders and variables are not taken; write the value');
    return this.#refuse(`the character ${JSON.stringify(c)} has no meaning here`);
  }

  #operator(gap: string, at: number): Token {
    const rest = this.#text.slice(at, at + 8);
    let found = longOperators.exec(rest)?.[0] ?? rest[0]!;
    if (this.#dialect === 'postgres' || this.#dialect === 'duckdb') {
      const run = /^[+\-*/<>=~!@#%^&|?]+/.exec(rest)?.[0] ?? '';
      if (run.length > found.length) {
        const comment = /--|\/\*/.exec(run)?.index ?? run.length;
        found = run.slice(0, comment);
        // Only an operator with one of these may end with a sign; else the sign belongs to what follows.
        if (!/[~!@#%^&|?]/.test(found))
          while (found.length > 1 && /[+-]$/.test(found) && !/^(?:->|->>)$/.test(found)) found = found.slice(0, -1);
      }
    }
    this.#at = at + found.length;
    return { kind: 'operator', text: found, value: found, gap, at };
  }

  #word(gap: string, at: number): Token {
    word.lastIndex = at;
    const found = word.exec(this.#text)![0];
    const value = found.toLowerCase();
    const next = this.#text[at + found.length] ?? '';
    if (next > '\u007f') this.#refuse('put names with letters outside of a–z in quotes', at);
    if (found.includes('$') && this.#dialect !== 'postgres' && this.#dialect !== 'mysql')
      this.#refuse('a name with $ needs quotes', at);
    this.#at = at + found.length;
    if (next === '&' && value === 'u' && /^&['"]/.test(this.#text.slice(this.#at, this.#at + 2)))
      this.#refuse('write the letters themselves instead of U& escapes', at);
    if (quotes[this.#dialect].strings.includes(next) && next !== '') {
      if (prefixes[this.#dialect].test(value)) return this.#string(value, gap, at);
    }
    return { kind: 'word', text: found, value, gap, at };
  }

  #string(prefix: string, gap: string, at: number): Token {
    const text = this.#text;
    const dialect = this.#dialect;
    const quote = text[this.#at]!;
    const escapes = dialect === 'clickhouse' || prefix === 'e';
    let value = '';
    let raw = '';
    let backslash = false;
    this.#at += 1;
    for (;;) {
      const c = text[this.#at];
      if (c === undefined) this.#refuse('the string is not closed', at);
      if (c === '\\') {
        if (dialect === 'mysql') this.#refuse('backslashes in strings are not taken; use another way to write it');
        backslash = true;
        if (escapes) {
          const next = text[this.#at + 1];
          if (next === undefined) this.#refuse('the string is not closed', at);
          if (
            next === '0' ||
            (prefix === 'e' && /[0-7xuU]/.test(next)) ||
            (dialect === 'clickhouse' && /[xN]/.test(next))
          )
            this.#refuse('write the letter itself instead of its number');
          raw += next === quote ? "\\'" : c + next;
          value += next;
          this.#at += 2;
          continue;
        }
      }
      this.#at += 1;
      if (c === quote) {
        if (text[this.#at] !== quote) break;
        this.#at += 1;
        raw += c === "'" ? "''" : c;
        value += c;
      } else {
        raw += c === "'" ? "''" : c;
        value += c;
      }
    }
    let printed = `'${raw}'`;
    if (prefix === 'e') printed = `E${printed}`;
    else if (prefix !== '') {
      const inner = prefix === 'n' ? /^[ -~]*$/ : /^[0-9a-fA-F]*$/;
      if (!inner.test(value)) this.#refuse('the string has a character that does not belong there', at);
      printed = `${prefix}${printed}`;
    } else if (dialect === 'postgres' && backslash) printed = `E'${raw.replaceAll('\\', '\\\\')}'`;
    const previous = this.#tokens.at(-1);
    if (previous?.kind === 'word' && previous.value.startsWith('_') && dialect === 'mysql') {
      if (!charsets.test(previous.value) || !/^[ -~]*$/.test(value))
        this.#refuse('this character set is not read here', previous.at);
    }
    if (previous?.kind === 'string' && dialect !== 'sqlite') {
      // PostgreSQL joins strings across a line break; the printed form must keep that break.
      if (!gap.includes('\n') || dialect === 'mysql' || dialect === 'clickhouse')
        this.#refuse('two strings follow each other');
    }
    return { kind: 'string', text: printed, value, gap, at };
  }

  #dollarString(gap: string, at: number): Token {
    const tag = /^\$(?:[A-Za-z_][A-Za-z0-9_]*)?\$/.exec(this.#text.slice(at, at + 80))?.[0];
    if (tag === undefined) this.#refuse('placeholders and variables are not taken; write the value');
    const end = this.#text.indexOf(tag, at + tag.length);
    if (end < 0) this.#refuse('the string is not closed');
    const value = this.#text.slice(at + tag.length, end);
    this.#at = end + tag.length;
    if (/[A-Za-z0-9_$]/.test(this.#text[this.#at] ?? '')) this.#refuse('put a blank after the string', this.#at);
    const quoted = `'${value.replaceAll("'", "''")}'`;
    const printed =
      this.#dialect === 'postgres' && value.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
    return { kind: 'string', text: printed, value, gap, at };
  }

  #quotedName(open: string, gap: string, at: number): Token {
    const close = open === '[' ? ']' : open;
    const text = this.#text;
    let value = '';
    this.#at = at + 1;
    for (;;) {
      const c = text[this.#at];
      if (c === undefined) this.#refuse('the quoted name is not closed', at);
      if (c === '\\' && (this.#dialect === 'clickhouse' || this.#dialect === 'mysql'))
        this.#refuse('a backslash in a name');
      this.#at += 1;
      if (c !== close) value += c;
      else if (open !== '[' && text[this.#at] === close) {
        value += c;
        this.#at += 1;
      } else break;
    }
    if (value === '') this.#refuse('a name is empty', at);
    if (/\p{Cf}|\p{Zl}|\p{Zp}/u.test(value)) this.#refuse('a name has an invisible character', at);
    const quote = open === '[' ? '"' : open;
    // A name in SQLite that no column has, in double quotes, is a string: the binder looks at `text`.
    return { kind: 'quoted', text: `${quote}${value.replaceAll(quote, quote + quote)}${quote}`, value, gap, at };
  }
}

const tooMany = (): DataMindError =>
  new DataMindError(
    'SQL_TOO_LARGE',
    `The SQL has more than ${mostTokens} words and signs, or with the values in lists behind IN more than ${mostTokensWithLists}.`,
    { hint: 'Ask in several statements, or name what the values have in common instead of each of them.' },
  );

/** Numbers and texts, and the commas between them, that stand alone in the parentheses behind IN. */
const inPlainLists = (tokens: readonly Token[]): number => {
  let found = 0;
  for (let at = 1; at < tokens.length; at += 1) {
    if (tokens[at]!.text !== '(' || tokens[at - 1]!.value !== 'in' || tokens[at - 1]!.kind !== 'word') continue;
    let end = at + 1;
    for (let token = tokens[end]; token !== undefined; token = tokens[end]) {
      if (token.kind !== 'number' && token.kind !== 'string' && token.text !== ',' && token.text !== '-') break;
      end += 1;
    }
    if (tokens[end]?.text === ')') found += end - at - 1;
    at = end;
  }
  return found;
};

/**
 * @throws DataMindError `SQL_TOO_LARGE`, `SQL_INVALID`
 */
export const tokenizeSql = (text: string, dialect: TextDialect): readonly Token[] => {
  if (text.length > longestSql)
    throw new DataMindError(
      'SQL_TOO_LARGE',
      `The SQL has ${text.length} characters; ${longestSql} are the most that is read.`,
    );
  const odd = /(?![\t\n\r])\p{Cc}|\p{Cs}/u.exec(text);
  if (odd !== null)
    throw new DataMindError(
      'SQL_INVALID',
      `The SQL has a control character at ${placeOf(text, odd.index)}; take it out.`,
    );
  const tokens = new Tokenizer(text, dialect).run();
  if (tokens.length > mostTokens && tokens.length - inPlainLists(tokens) > mostTokens) throw tooMany();
  return tokens;
};

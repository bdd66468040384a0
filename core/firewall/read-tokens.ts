/**
 * The firewall's own reading of a text into tokens, as the engine of the dialect reads it. Where engines or their settings
 * differ about where a text, a name or a comment ends, the statement is refused: nobody may see another statement than we do.
 */
import type { DialectName } from '../plugin/contract.js';
import { firewallLists } from './lists/index.js';
import { Refused } from './verdict.js';

export type TokenKind = 'word' | 'name' | 'text' | 'number' | 'operator' | 'mark' | 'parameter';

export interface Token {
  readonly kind: TokenKind;
  /** As written; a name without its quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface Lexis {
  /** Opening quote of a name → its closing one. */
  readonly names: Readonly<Record<string, string>>;
  readonly texts: string;
  /** Whether a backslash escapes inside `'…'`. */
  readonly backslash: boolean;
  readonly dollarTexts: boolean;
  /** Words that change what the quoted text after them means. */
  readonly prefixes: readonly string[];
  readonly operators: string;
  readonly parameter: RegExp | null;
}

const double = { '"': '"' };
const operatorCharacters = '+-*/%^=<>!~|&';
const numbered = /\$\d+/y;

const lexes: Readonly<Record<DialectName, Lexis>> = {
  postgres: {
    names: double,
    texts: "'",
    backslash: false,
    dollarTexts: true,
    prefixes: ['e', 'b', 'x', 'n'],
    operators: `${operatorCharacters}#@?:`,
    parameter: numbered,
  },
  duckdb: {
    names: double,
    texts: "'",
    backslash: false,
    dollarTexts: true,
    prefixes: ['e', 'b', 'x'],
    operators: `${operatorCharacters}@?:`,
    parameter: /\$\d+|\?(?![|&?])\d*/y,
  },
  mysql: {
    names: { '`': '`' },
    texts: `'"`,
    backslash: true,
    dollarTexts: false,
    prefixes: ['b', 'x', 'n'],
    operators: `${operatorCharacters}:?`,
    parameter: /\?/y,
  },
  sqlite: {
    names: { '"': '"', '`': '`', '[': ']' },
    texts: "'",
    backslash: false,
    dollarTexts: false,
    prefixes: ['x'],
    operators: operatorCharacters,
    parameter: /\?\d*/y,
  },
  clickhouse: {
    names: { '"': '"', '`': '`' },
    texts: "'",
    backslash: true,
    dollarTexts: false,
    prefixes: ['b', 'x'],
    operators: `${operatorCharacters}:?`,
    parameter: /\{\w+:[\w(), ']+\}/y,
  },
  // What escapes in a text there is a setting: the planner writes no backslash into one.
  redshift: {
    names: double,
    texts: "'",
    backslash: false,
    dollarTexts: false,
    prefixes: [],
    operators: operatorCharacters,
    parameter: numbered,
  },
  sqlserver: {
    names: { '[': ']' },
    texts: "'",
    backslash: false,
    dollarTexts: false,
    prefixes: ['n'],
    operators: operatorCharacters,
    parameter: /@p\d+/y,
  },
  snowflake: {
    names: double,
    texts: "'",
    backslash: true,
    dollarTexts: false,
    prefixes: [],
    operators: operatorCharacters,
    parameter: /\?/y,
  },
  bigquery: {
    names: { '`': '`' },
    texts: "'",
    backslash: true,
    dollarTexts: false,
    prefixes: [],
    operators: operatorCharacters,
    parameter: /@p\d+/y,
  },
};

const space = /[ \t\n\r]+/y;
const word = /[\p{L}_][\p{L}\p{M}\p{N}_$]*/uy;
const number = /(?:0[xX][0-9a-fA-F]+|(?:\d[\d_]*)(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?\.?(?![\d.])|\.\d+(?:[eE][+-]?\d+)?)/y;
const marks = '(),;[]{}.';

const matchAt = (pattern: RegExp, text: string, at: number): string | null => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
};

/** The end of a quoted piece that begins at `at`; doubling the quote writes the quote. */
const endOfQuoted = (text: string, at: number, close: string, backslash: boolean, doubled = close !== ']'): number => {
  for (let index = at + 1; index < text.length; index += 1) {
    const character = text[index]!;
    if (backslash && character === '\\') index += 1;
    else if (character === close) {
      if (text[index + 1] !== close || !doubled) return index + 1;
      index += 1;
    }
  }
  throw new Refused('characters', 'A quote in the SQL is not closed.', at, 'SQL_INVALID');
};

/** The whole of an operator as the engine cuts it: PostgreSQL takes all it can, the others the longest that they know. */
const operatorAt = (dialect: DialectName, characters: string, text: string, at: number): string => {
  const allowed = firewallLists[dialect].operators;
  let run = '';
  const colons = text[at] === ':';
  for (let index = at; index < text.length && characters.includes(text[index]!); index += 1) {
    if (['--', '/*'].includes(text.slice(index, index + 2))) break;
    if (dialect === 'postgres' && (text[index] === ':') !== colons) break;
    run += text[index];
  }
  if (dialect === 'postgres') {
    while (run.length > 1 && /[+-]$/.test(run) && !/[~!@#%^&|?]/.test(run)) run = run.slice(0, -1);
  } else {
    while (run.length > 1 && !allowed.has(run)) run = run.slice(0, -1);
  }
  if (!allowed.has(run)) throw new Refused('operator', `The operator ${run} is not allowed.`, at);
  return run;
};

/** @throws Refused */
export const readTokens = (dialect: DialectName, text: string): readonly Token[] => {
  const lexis = lexes[dialect];
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: TokenKind, end: number, value = text.slice(at, end)): void => {
    tokens.push({ kind, text: value, start: at, end });
    at = end;
  };
  while (at < text.length) {
    const spaces = matchAt(space, text, at);
    if (spaces !== null) {
      at += spaces.length;
      continue;
    }
    const character = text[at]!;
    const two = text.slice(at, at + 2);
    if (two === '--' || two === '/*' || (character === '#' && lexis.operators.includes('#') === false)) {
      throw new Refused('comment', 'Comments are not allowed in a statement that runs: remove them.', at);
    }
    if (lexis.texts.includes(character)) {
      const previous = tokens.at(-1);
      const prefix = previous?.kind === 'word' && previous.end === at ? previous.text.toLowerCase() : '';
      const escapes = lexis.backslash || (prefix === 'e' && lexis.prefixes.includes('e'));
      const end = endOfQuoted(text, at, character, escapes);
      if (dialect === 'redshift' && text.slice(at, end).includes('\\')) {
        throw new Refused('characters', 'A text in the SQL has a backslash, which may escape or not.', at);
      }
      // GoogleSQL has no doubled quotes, and texts in three of them.
      if (
        dialect === 'bigquery' &&
        (text[end] === character || endOfQuoted(text, at, character, true, false) !== end)
      ) {
        throw new Refused('characters', 'Quotes stand together in the SQL.', at);
      }
      // Whether a backslash escapes is a setting of MySQL's: both readings must end at the same place.
      if (dialect === 'mysql' && endOfQuoted(text, at, character, false) !== end) {
        throw new Refused('characters', 'Write a quote inside a text twice, not with a backslash.', at);
      }
      if (prefix !== '' && lexis.prefixes.includes(prefix)) tokens.pop();
      else if (prefix !== '' && !(dialect === 'mysql' && prefix.startsWith('_')) && previous!.end === at) {
        throw new Refused('characters', 'A word stands directly before a quoted text: put a space between them.', at);
      }
      push('text', end);
      continue;
    }
    const close = lexis.names[character];
    const afterValue = character === '[' && (dialect === 'sqlite' || dialect === 'sqlserver');
    if (close !== undefined && (character !== '[' || afterValue)) {
      const previous = tokens.at(-1);
      if (previous?.kind === 'word' && previous.end === at) {
        throw new Refused('characters', 'A word stands directly before a quoted name: put a space between them.', at);
      }
      const end = endOfQuoted(text, at, close, dialect === 'clickhouse', close !== ']' || dialect === 'sqlserver');
      const inner = text.slice(at + 1, end - 1);
      if (inner.includes('\\')) throw new Refused('characters', 'A quoted name has a backslash: rename it.', at);
      push('name', end, inner.replaceAll(close + close, close));
      continue;
    }
    const parameter = lexis.parameter === null ? null : matchAt(lexis.parameter, text, at);
    // `?` is an operator of PostgreSQL, and of ClickHouse between two values.
    if (parameter !== null) {
      push('parameter', at + parameter.length);
      continue;
    }
    if (lexis.dollarTexts && character === '$') {
      const tag = matchAt(/\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy, text, at);
      const end = tag === null ? -1 : text.indexOf(tag, at + tag.length);
      if (tag === null || end < 0) throw new Refused('characters', 'A `$` in the SQL opens nothing.', at);
      push('text', end + tag.length);
      continue;
    }
    const name = matchAt(word, text, at);
    if (name !== null) {
      push('word', at + name.length);
      continue;
    }
    const digits = matchAt(number, text, at);
    if (digits !== null && digits !== '') {
      const end = at + digits.length;
      // `1e0customers` and `1.e,ssn` are read in more than one way.
      if (/[\p{L}_$]/u.test(text[end] ?? '') || (digits.endsWith('.') && /[eE]/.test(text[end] ?? ''))) {
        throw new Refused('characters', 'A number and a name stand together: put a space between them.', at);
      }
      push('number', end);
      continue;
    }
    if (marks.includes(character)) {
      push('mark', at + 1);
      continue;
    }
    if (lexis.operators.includes(character)) {
      push('operator', at + operatorAt(dialect, lexis.operators, text, at).length);
      continue;
    }
    throw new Refused(
      'characters',
      `The character ${JSON.stringify(String.fromCodePoint(text.codePointAt(at)!))} is not allowed outside of quotes.`,
      at,
    );
  }
  return tokens;
};

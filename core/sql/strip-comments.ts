/**
 * Queries that authors wrote, without their comments: the firewall lets none reach a database. Engines differ in what a
 * comment is, so one that is not a comment to all of them is told to its author.
 */
import type { SyntaxProblem } from './tokenize-expression.js';

const quotes = new Set(["'", '"', '`']);

/** The offset behind a string or a quoted name. @returns `null` when it has no end, or one that engines see elsewhere */
const behindQuoted = (text: string, at: number): number | null => {
  const quote = text[at]!;
  let end = at + 1;
  for (;;) {
    const close = text.indexOf(quote, end);
    if (close < 0) return null;
    if (text[close + 1] === quote) {
      end = close + 2;
      continue;
    }
    // A backslash takes the quote behind it along, on some engines.
    return text.slice(at, close + 1).includes('\\') ? null : close + 1;
  }
};

const comment = (text: string, at: number): { readonly end: number; readonly problem: string | null } | null => {
  if (text.startsWith('--', at)) {
    const line = /[\r\n]/.exec(text.slice(at));
    const end = line === null ? text.length : at + line.index;
    const next = text[at + 2];
    const isClear = next === undefined || /\s/.test(next);
    return { end, problem: isClear ? null : 'write a blank after `--`, or on MySQL it is no comment' };
  }
  if (!text.startsWith('/*', at)) return null;
  const close = text.indexOf('*/', at + 2);
  const end = close < 0 ? text.length : close + 2;
  const inner = text.slice(at + 2, close < 0 ? undefined : close);
  if (close < 0) return { end, problem: 'this comment has no end' };
  if (/^M?!/.test(inner)) return { end, problem: 'MySQL runs what is in this comment; remove it' };
  if (/^\+/.test(inner)) return { end, problem: 'this is a hint to an engine and no comment; remove it' };
  return {
    end,
    problem: inner.includes('/*') ? 'engines end this comment at different places; remove the inner one' : null,
  };
};

/** @returns the text with a blank for each comment, or what is wrong with one */
export const stripComments = (text: string): { readonly text: string } | { readonly problem: SyntaxProblem } => {
  if (!/--|\/\*/.test(text)) return { text };
  let stripped = '';
  let at = 0;
  while (at < text.length) {
    const found = comment(text, at);
    if (found !== null) {
      const { end, problem } = found;
      if (problem !== null) return { problem: { start: at, end, message: problem } };
      stripped += ' ';
      at = end;
      continue;
    }
    const isDollar = /^\$\w*\$/.test(text.slice(at, at + 64));
    const end = quotes.has(text[at]!) ? behindQuoted(text, at) : at + 1;
    // What follows may be in a string, depending on the engine, so nothing of it is taken for a comment.
    if (isDollar || end === null) return { text: stripped + text.slice(at) };
    stripped += text.slice(at, end);
    at = end;
  }
  return { text: stripped };
};

import { reservedWords } from './reserved-words.js';

const bare = /^[a-z_][a-z0-9_]*$/;

/** A function that writes a name bare where that is safe in every dialect, else quoted, and remembers what it wrote. */
export const namesQuotedBy = (quote: (name: string) => string): ((name: string) => string) => {
  const known = new Map<string, string>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const written = bare.test(name) && !reservedWords.has(name) ? name : quote(name);
    // Names come from models, of which a process sees few; the bound is for one that compiles many.
    if (known.size > 100_000) known.clear();
    known.set(name, written);
    return written;
  };
};

export const doubleQuoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const singleQuoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** `2024-03-05T10:00:00` with a space, as most engines spell it. */
export const spaced = (iso: string): string => iso.replace('T', ' ').replace(/Z$/, '');

/** Whether a text has no blank outside of parentheses and quotes, so that it binds like a name. */
const isAtom = (text: string): boolean => {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === "'" || character === '"' || character === '`') {
      at = text.indexOf(character, at + 1);
      // An escaped quote: what follows is read as another quoted part, or the text is put in parentheses for nothing.
      if (at < 0) return false;
    } else if (depth === 0 && character === ' ') return false;
  }
  return depth === 0 && text[0] !== '-';
};

/** The text, in parentheses unless it binds like a name. */
export const atom = (text: string): string => (isAtom(text) ? text : `(${text})`);

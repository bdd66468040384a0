/**
 * Small texts that ask for much: rows from nothing, long texts, deep nesting, patterns that backtrack. Judged on the tokens,
 * so on what the engine will read.
 */
import type { DialectName } from '../plugin/contract.js';
import type { FunctionClass } from './lists/firewall-list.js';
import type { Limits } from './limits.js';
import { functionClass } from './lists/index.js';
import { words } from './lists/firewall-list.js';
import type { Token } from './read-tokens.js';
import { Refused } from './verdict.js';

/** Which argument says how much is made; of functions that are not here no number may exceed the bound. */
const countArgument: Readonly<Record<string, number>> = {
  repeat: 1,
  repeat_row: 1,
  replicate: 1,
  space: 0,
  lpad: 1,
  rpad: 1,
  leftpad: 1,
  leftpadutf8: 1,
  rightpad: 1,
  rightpadutf8: 1,
  zeroblob: 0,
  tofixedstring: 1,
  arraywithconstant: 0,
  arrayresize: 1,
  randomstring: 0,
  randomfixedstring: 0,
  randomprintableascii: 0,
  randomstringutf8: 0,
};

const generators = words('generate_series generateseries range numbers');
const formats = words('printf format');
const patternOperators = words('~ ~* !~ !~*');
const patternWords = words('regexp rlike similar');
const patternFunctions = words(`
  regexp_replace regexp_match regexp_matches regexp_like regexp_count regexp_instr regexp_substr regexp_split_to_array
  regexp_split_to_table`);
/** A group with a quantifier inside and one behind it. */
const backtracks = /\([^()]*[+*}][^()]*\)\s*(?:[+*]|\{)/;
const prefixes = words('not - + ~ ! @');

const isMark = (token: Token | undefined, text: string): boolean => token?.kind === 'mark' && token.text === text;

/** The arguments of the call whose parenthesis opens at `open`. */
const argumentsFrom = (tokens: readonly Token[], open: number): readonly (readonly Token[])[] => {
  const found: Token[][] = [[]];
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    const token = tokens[index]!;
    if (token.kind === 'mark' && '([{'.includes(token.text)) depth += 1;
    if (token.kind === 'mark' && ')]}'.includes(token.text)) depth -= 1;
    if (depth === 0) break;
    if (depth === 1 && isMark(token, ',')) found.push([]);
    else if (index > open) found.at(-1)!.push(token);
  }
  return found.length === 1 && found[0]!.length === 0 ? [] : found;
};

const literalNumber = (argument: readonly Token[] | undefined): number | null => {
  const [first, second] = argument ?? [];
  if (argument?.length === 1 && first!.kind === 'number') return Number(first!.text.replaceAll('_', ''));
  if (argument?.length === 2 && first!.text === '-' && second!.kind === 'number')
    return -Number(second!.text.replaceAll('_', ''));
  return null;
};

const sayBound = (name: string, bound: number): string =>
  `${name} needs a plain number of at most ${bound} there, so that the answer stays small.`;

/** How many rows or elements a generator makes; dates and moments count as a hundred thousand. */
const generated = (name: string, args: readonly (readonly Token[])[], at: number, bound: number): number => {
  if (args.length === 0) throw new Refused('bound', sayBound(name, bound), at);
  const numbers = args.map(literalNumber);
  if (numbers.every((number) => number !== null)) {
    if (args.length === 1) return Math.max(0, numbers[0]!);
    if (name === 'numbers') return Math.max(0, numbers[1]!);
    const step = numbers[2] ?? 1;
    return step === 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.ceil((numbers[1]! - numbers[0]! + 1) / step));
  }
  const step = args[2];
  const ofTime = step?.some(
    ({ kind, text }) => (kind === 'word' && text.toLowerCase() === 'interval') || kind === 'text',
  );
  const fine = step?.some(({ text }) => /second|minute|milli|micro/i.test(text));
  if (ofTime === true && fine !== true) return Math.min(100_000, bound);
  throw new Refused('bound', sayBound(name, bound), at);
};

const judgeFormat = (name: string, args: readonly (readonly Token[])[], at: number): void => {
  const [format] = args;
  if (format?.length !== 1 || format[0]!.kind !== 'text' || /%[^a-zA-Z%]*(?:\*|\d{4,})/.test(format[0]!.text)) {
    throw new Refused('bound', `${name} needs a plain text as its format, with widths below 1000.`, at);
  }
};

const judgeNesting = (tokens: readonly Token[], limits: Limits): void => {
  let depth = 0;
  let chain = 0;
  for (const { kind, text, start } of tokens) {
    const name = text.toLowerCase();
    if ((kind === 'mark' && '([{'.includes(text)) || (kind === 'word' && name === 'case')) depth += 1;
    if ((kind === 'mark' && ')]}'.includes(text)) || (kind === 'word' && name === 'end')) depth -= 1;
    chain = prefixes.has(name) && kind !== 'name' ? chain + 1 : 0;
    if (depth > limits.depth || chain > limits.chain) {
      throw new Refused('depth', 'The SQL is nested too deeply.', start, 'SQL_TOO_LARGE');
    }
  }
};

const judgePattern = (tokens: readonly Token[]): void => {
  for (const { kind, text, start } of tokens) {
    if (kind === 'text' && backtracks.test(text)) {
      throw new Refused('pattern', 'The pattern repeats a group that repeats: it could take for ever.', start);
    }
  }
};

/** @throws Refused */
export const judgeBounds = (
  dialect: DialectName,
  tokens: readonly Token[],
  called: ReadonlyMap<string, FunctionClass>,
  limits: Limits,
): void => {
  judgeNesting(tokens, limits);
  if (limits.generated === Number.POSITIVE_INFINITY) return;
  const backtracking = dialect === 'postgres' || dialect === 'mysql';
  let rows = 1;
  for (const [index, token] of tokens.entries()) {
    const name = token.text.toLowerCase();
    if (
      backtracking &&
      (token.kind === 'operator' ? patternOperators.has(name) : token.kind === 'word' && patternWords.has(name))
    ) {
      judgePattern(tokens.slice(index + 1, index + 8));
    }
    if ((token.kind !== 'word' && token.kind !== 'name') || !isMark(tokens[index + 1], '(') || !called.has(name))
      continue;
    const args = argumentsFrom(tokens, index + 1);
    if (backtracking && patternFunctions.has(name)) judgePattern(args.flat());
    if (functionClass(dialect, name) !== 'expensive') continue;
    if (generators.has(name)) {
      const made = generated(name, args, token.start, limits.generated);
      rows *= Math.max(1, made);
      if (!(made <= limits.generated) || rows > limits.generatedTogether) {
        throw new Refused('bound', `${token.text} makes too many rows: ask for fewer.`, token.start);
      }
      continue;
    }
    if (formats.has(name)) {
      judgeFormat(token.text, args, token.start);
      continue;
    }
    const position = countArgument[name];
    if (position !== undefined) {
      const count = literalNumber(args[position]);
      if (count === null || count > limits.repeated)
        throw new Refused('bound', sayBound(token.text, limits.repeated), token.start);
      continue;
    }
    if (args.flat().some(({ kind, text }) => kind === 'number' && Number(text) > limits.repeated)) {
      throw new Refused('bound', sayBound(token.text, limits.repeated), token.start);
    }
  }
};

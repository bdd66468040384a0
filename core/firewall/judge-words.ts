/**
 * What a text calls, by the names that the engine will see: a parser may know `lcase` by another name, the engine does not.
 * So each name before a parenthesis, each reserved word that is a function, and each clause's word is judged here.
 */
import type { DialectName } from '../plugin/contract.js';
import type { FunctionClass } from './lists/firewall-list.js';
import { firewallLists, functionClass } from './lists/index.js';
import { keywordsBeforeParenthesis } from './lists/keywords.js';
import type { Token } from './read-tokens.js';
import { Refused } from './verdict.js';

/** What the parser library takes for functions and is none. */
const noFunctions: ReadonlySet<string> = new Set(['rollup', 'cube', 'grouping sets', 'values']);
const whyNever = 'it reaches beyond the data of the statement';
/** Functions of which the general reason would be wrong. */
const whyThis: Readonly<Record<string, string>> = {
  format: 'in FROM it reads data; use concat',
  bitstring_agg: 'it takes its bounds from statistics of all rows',
  assumenotnull: 'it reads what a null hides; ifNull, coalesce and toString take nulls as they are',
};

/** @throws Refused unless the function is on a list of the dialect and not among those that are never allowed */
export const admitFunction = (dialect: DialectName, name: string, at?: number): FunctionClass => {
  const found = functionClass(dialect, name);
  const folded = name.toLowerCase();
  if (found === null && (noFunctions.has(folded) || firewallLists[dialect].types.has(folded))) return 'may_raise';
  if (found === 'never')
    throw new Refused('function_never', `The function ${name} is not allowed: ${whyThis[folded] ?? whyNever}.`, at);
  if (found === null) {
    throw new Refused(
      'function_unlisted',
      `The function ${name} is not among those that are allowed on this database.`,
      at,
    );
  }
  return found;
};

export interface Declared {
  /** Names with a list of columns behind them, `t (a, b)`: common tables and aliases; folded to lower case. */
  readonly withColumns: ReadonlySet<string>;
}

/**
 * @param parameters how many values are bound
 * @throws Refused
 */
export const judgeWords = (
  dialect: DialectName,
  tokens: readonly Token[],
  declared: Declared,
  parameters: number,
): ReadonlyMap<string, FunctionClass> => {
  const list = firewallLists[dialect];
  const called = new Map<string, FunctionClass>();
  let bound = 0;
  tokens.forEach((token, index) => {
    const { kind, text, start } = token;
    if (kind === 'parameter') {
      bound += 1;
      if (bound > parameters) {
        throw new Refused(
          'parameter',
          'The SQL has a placeholder without a value: write the value into the SQL.',
          start,
        );
      }
      return;
    }
    if (kind !== 'word' && kind !== 'name') return;
    const name = text.toLowerCase();
    const before = tokens[index - 1];
    const after = tokens[index + 1];
    const qualified = before?.text === '.' && before.kind === 'mark';
    const isCall = after?.kind === 'mark' && after.text === '(';
    if (kind === 'word' && !qualified) {
      if (list.forbiddenWords.has(name))
        throw new Refused('word', `${text.toUpperCase()} is not allowed in a query.`, start);
      const reserved = list.words.get(name);
      const named = before?.kind === 'word' && before.text.toLowerCase() === 'as';
      const qualifies = after?.kind === 'mark' && after.text === '.';
      if (reserved === 'never' && !named && !qualifies) {
        throw new Refused('function_never', `${text} is not allowed: ${whyNever}.`, start);
      }
      if (reserved !== undefined && reserved !== 'never') called.set(name, reserved);
    }
    // PostgreSQL calls a function of one argument as if it were a column, too.
    if (dialect === 'postgres' && qualified && name.startsWith('pg_')) {
      throw new Refused('function_never', `The name ${text} is not allowed: ${whyNever}.`, start);
    }
    if (!isCall) return;
    if (kind === 'word' && !qualified && keywordsBeforeParenthesis.has(name)) return;
    if (qualified && dialect !== 'duckdb') {
      throw new Refused(
        'function_unlisted',
        `The function ${text} is called through a schema: call it by its own name.`,
        start,
      );
    }
    if (declared.withColumns.has(name) && functionClass(dialect, name) !== 'never') return;
    called.set(name, admitFunction(dialect, text, start));
  });
  return called;
};

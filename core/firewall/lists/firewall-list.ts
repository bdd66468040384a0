/**
 * What one dialect allows, as data. What is on no list is refused. The policy room may read these lists (it asks whether a
 * view calls anything that is not known); it shares nothing else with the firewall.
 */
import type { DialectName } from '../../plugin/contract.js';

/**
 * `total`: by its manual never raises, whatever the values, and depends on nothing but them; `may_raise`: some values end the
 * statement. Both are allowed alike; what needs no barrier is a list of its own, tried on the engines (`semantic/policy/barrier.ts`);
 * `volatile`: the clock or chance, so the answer is not cached; `expensive`: small arguments can ask for much memory or many
 * rows, so `bounds.ts` judges the arguments; `never`: files, network, time, locks, sessions, settings, catalogues, dynamic SQL.
 */
const functionClasses = ['total', 'may_raise', 'volatile', 'expensive', 'never'] as const;
export type FunctionClass = (typeof functionClasses)[number];

export interface FirewallList {
  readonly dialect: DialectName;
  /** By the name in lower case. */
  readonly functions: ReadonlyMap<string, FunctionClass>;
  /** Functions without parentheses: reserved words that the engine computes. */
  readonly words: ReadonlyMap<string, FunctionClass>;
  /** Words that end a statement's approval wherever they stand unquoted: clauses that the parser library may drop. */
  readonly forbiddenWords: ReadonlySet<string>;
  /** Which functions may stand as a relation, besides subqueries. */
  readonly relations: ReadonlySet<string>;
  /** Keys of the syntax tree beyond {@link commonKeys}. */
  readonly keys: ReadonlySet<string>;
  /** Names of types, in lower case, as they are written or as the parser library calls them. */
  readonly types: ReadonlySet<string>;
  readonly operators: ReadonlySet<string>;
  /** An aggregate's name may be followed by one of these (`sumIf`). */
  readonly combinators: readonly string[];
}

export const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

/** @throws Error when a name has two classes */
export const classify = (names: Readonly<Record<FunctionClass, string>>): ReadonlyMap<string, FunctionClass> => {
  const classes = new Map<string, FunctionClass>();
  for (const of of functionClasses) {
    for (const name of words(names[of].toLowerCase())) {
      if (classes.has(name)) throw new Error(`the function ${name} is both ${classes.get(name)} and ${of}`);
      classes.set(name, of);
    }
  }
  return classes;
};

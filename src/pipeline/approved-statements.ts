/**
 * The way from a statement to its approval: a second parser's opinion, the firewall's judgement. What was approved is
 * remembered for as long as the model and the permissions that it was made from.
 */
import { LRUCache } from 'lru-cache';
import type { Firewall } from '../../core/firewall/create-firewall.js';
import type { ViewsOf } from '../../core/firewall/judge-merging.js';
import type { BareTable, ExpectedRelation } from '../../core/firewall/judge.js';
import type { Limits } from '../../core/firewall/limits.js';
import type { Approval } from '../../core/firewall/verdict.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { ApprovedStatement, Connector, Parameter } from '../../core/plugin/contract.js';
import { loadQueryParser } from '../../core/sql/parse-query.js';
import type { Opinion, Policing } from '../../core/sql/second-opinion/opinion.js';
import { secondOpinion } from './second-opinion.js';
import { atOnce } from './take-turns.js';

/** A statement, what may be found in it, and what it was made from. */
export interface Statement {
  readonly text: string;
  readonly parameters: readonly Parameter[];
  readonly expected: readonly ExpectedRelation[];
  readonly bare?: readonly BareTable[];
  readonly policing: Policing;
}

/** With what the database tells of the relations in it. */
export interface PlacedStatement extends Statement {
  readonly views: ViewsOf<string>;
}

export interface Approved {
  readonly statement: ApprovedStatement;
  readonly verdict: Approval;
  readonly opinion: Opinion | null;
}

/**
 * @param turn of a text that keeps others waiting: given up while the database is asked, and between opinion and judgement
 * @throws DataMindError the firewall's code, PluginError when the database's parser cannot be asked
 */
export const approveStatement = async (
  firewall: Firewall,
  connector: Connector,
  { policing, ...rest }: PlacedStatement,
  limits: Limits,
  signal: AbortSignal,
  turn = atOnce,
): Promise<Approved> => {
  const { dialect } = connector;
  await loadQueryParser();
  const opinion = await secondOpinion(dialect, policing, connector, signal, turn);
  await turn.pause();
  const admission = firewall.admit({ dialect, ...rest, limits }, opinion);
  if (!admission.admitted) {
    const { code, message } = admission.refusal;
    throw new DataMindError(code, message);
  }
  return { statement: admission.statement, verdict: admission.verdict, opinion };
};

/** Characters of the texts that are remembered for one model. */
const mostCharacters = 32_000_000;

/** Statements by what they were made from, the oldest forgotten; each model has its own, so that a new one starts empty. */
export const createMemory = <Key extends object, T extends { readonly statement: ApprovedStatement }>(most: number) => {
  const made = new WeakMap<Key, LRUCache<string, T>>();
  const of = (key: Key): LRUCache<string, T> => {
    let known = made.get(key);
    if (known === undefined) {
      known = new LRUCache<string, T>({
        max: most,
        maxSize: mostCharacters,
        sizeCalculation: ({ statement }, name) => statement.text.length + name.length,
      });
      made.set(key, known);
    }
    return known;
  };
  return {
    get: (key: Key, name: string): T | undefined => of(key).get(name),
    set: (key: Key, name: string, value: T): void => {
      of(key).set(name, value);
    },
  };
};

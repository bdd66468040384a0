import type { ErrorCode } from '../errors/catalogue.js';
import type { Planning } from '../plugin/contract.js';
import type { FunctionClass } from './lists/firewall-list.js';

/** Which law refused: for the audit trail and for tests; people read the message. */
export type FirewallRule =
  | 'size'
  | 'depth'
  | 'characters'
  | 'comment'
  | 'word'
  | 'operator'
  | 'function_never'
  | 'function_unlisted'
  | 'parameter'
  | 'unreadable'
  | 'one_query'
  | 'syntax'
  | 'type'
  | 'relation'
  | 'table_outside'
  | 'tables'
  | 'cross_join'
  | 'recursion'
  | 'bound'
  | 'pattern'
  | 'merging'
  | 'second_opinion';

export interface Refusal {
  readonly verdict: 'refuse';
  readonly code: Extract<ErrorCode, 'SQL_NOT_ALLOWED' | 'SQL_TOO_LARGE' | 'SQL_INVALID'>;
  readonly rule: FirewallRule;
  /** One sentence: what is refused, and why or what to write instead. */
  readonly message: string;
  /** Where in the judged text, in UTF-16 units, when it is known. */
  readonly at?: number;
}

export interface Approval {
  readonly verdict: 'allow';
  /** The clock or chance takes part: no cache may hold the answer. */
  readonly volatile: boolean;
  readonly planning: Planning;
  /** What is called, by the name in lower case. */
  readonly functions: ReadonlyMap<string, FunctionClass>;
  /** The expected tables that occur, in the order given. */
  readonly tables: readonly string[];
}

export type Verdict = Approval | Refusal;

/** Thrown inside the firewall only; {@link judge} turns it into a {@link Refusal}. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(rule: FirewallRule, message: string, at?: number, code: Refusal['code'] = 'SQL_NOT_ALLOWED') {
    super(message);
    this.refusal = { verdict: 'refuse', code, rule, message, ...(at === undefined ? {} : { at }) };
  }
}

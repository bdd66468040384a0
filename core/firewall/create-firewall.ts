/**
 * The one door to an approved statement: judged here, seen alike by a second parser, and remembered by identity. Whoever
 * composes the server makes one and gives `isApproved` to the plugins.
 */
import { createApprover } from '../plugin/approval.js';
import type { ApprovedStatement, DialectName, Parameter } from '../plugin/contract.js';
import type { Opinion } from '../sql/second-opinion/opinion.js';
import { type Judged, judge, openValues } from './judge.js';
import type { Approval, Refusal } from './verdict.js';

/** Who must see the same statement besides; `null` where there is no parser to ask, and the tokens are judged more strictly. */
export const secondParsers: Readonly<Record<DialectName, string | null>> = {
  postgres: 'libpg-query',
  sqlite: 'sqlite3-parser',
  duckdb: 'json_serialize_sql',
  clickhouse: 'formatQuerySingleLine',
  mysql: null,
  // Only planned statements are written for these.
  redshift: null,
  sqlserver: null,
  snowflake: null,
  bigquery: null,
};

export interface Candidate extends Judged {
  readonly parameters: readonly Parameter[];
}

export type Admission =
  | { readonly admitted: true; readonly statement: ApprovedStatement; readonly verdict: Approval }
  | { readonly admitted: false; readonly refusal: Refusal };

export interface Firewall {
  /** Never throws: whatever cannot be judged is refused. @param opinion of the dialect's second parser on this very text */
  admit(candidate: Candidate, opinion: Opinion | null): Admission;
  /**
   * The same text with other values, where its verdict holds for those: they are of the same types, and each that a permitted
   * relation binds is the same. `null` where it must be judged anew, and of what was not admitted here.
   */
  rebind(statement: ApprovedStatement, parameters: readonly Parameter[]): ApprovedStatement | null;
  /** True for the very objects that `admit` gave out. */
  isApproved(statement: unknown): boolean;
}

const whyNot = (dialect: DialectName, opinion: Opinion | null): string | null => {
  const parser = secondParsers[dialect];
  if (parser === null) return null;
  if (opinion?.parser !== parser) return 'it was not asked';
  return opinion.agrees ? null : opinion.why;
};

const sameKind = (a: Parameter, b: Parameter): boolean =>
  a.type === b.type && typeof a.value === typeof b.value && (a.value === null) === (b.value === null);

export const createFirewall = (): Firewall => {
  const { approve, isApproved } = createApprover();
  /** Which values of an admitted statement its verdict did not look at. */
  const open = new WeakMap<ApprovedStatement, readonly boolean[]>();
  const remember = (statement: ApprovedStatement, values: readonly boolean[]): ApprovedStatement => {
    open.set(statement, values);
    return statement;
  };
  return Object.freeze({
    isApproved,
    rebind: (statement: ApprovedStatement, parameters: readonly Parameter[]): ApprovedStatement | null => {
      const values = open.get(statement);
      if (values === undefined || parameters.length !== statement.parameters.length) return null;
      const holds = parameters.every((parameter, at) => {
        const before = statement.parameters[at]!;
        return sameKind(parameter, before) && (values[at] === true || parameter.value === before.value);
      });
      const { dialect, text } = statement;
      return holds ? remember(approve({ dialect, text, parameters }), values) : null;
    },
    admit: (candidate: Candidate, opinion: Opinion | null): Admission => {
      const { dialect, text, parameters } = candidate;
      const verdict = judge(candidate);
      if (verdict.verdict === 'refuse') return { admitted: false, refusal: verdict };
      const why = whyNot(dialect, opinion);
      if (why !== null) {
        const message = `The database's own parser reads the SQL in another way (${why}), so it does not run: write it in a plainer way.`;
        return {
          admitted: false,
          refusal: { verdict: 'refuse', code: 'SQL_NOT_ALLOWED', rule: 'second_opinion', message },
        };
      }
      const statement = approve({ dialect, text, parameters });
      return { admitted: true, statement: remember(statement, openValues(parameters, candidate.expected)), verdict };
    },
  });
};

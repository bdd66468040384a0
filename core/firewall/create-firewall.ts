/**
 * The one door to an approved statement: judged here, seen alike by a second parser, and remembered by identity. Whoever
 * composes the server makes one and gives `isApproved` to the plugins.
 */
import { createApprover } from '../plugin/approval.js';
import type { ApprovedStatement, DialectName, Parameter } from '../plugin/contract.js';
import type { Opinion } from '../sql/second-opinion/opinion.js';
import { type Judged, judge } from './judge.js';
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
  /** True for the very objects that `admit` gave out. */
  isApproved(statement: unknown): boolean;
}

const whyNot = (dialect: DialectName, opinion: Opinion | null): string | null => {
  const parser = secondParsers[dialect];
  if (parser === null) return null;
  if (opinion?.parser !== parser) return 'it was not asked';
  return opinion.agrees ? null : opinion.why;
};

export const createFirewall = (): Firewall => {
  const { approve, isApproved } = createApprover();
  return Object.freeze({
    isApproved,
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
      return { admitted: true, statement: approve({ dialect, text, parameters }), verdict };
    },
  });
};

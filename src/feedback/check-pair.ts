/** What a pair must hold before anybody is answered with it. Everything runs as whoever reviews it, under their policies. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import { matchName } from '../../core/pii/match-name.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model, VerifiedQuery } from '../../semantic/model/model.js';
import { planOptionsFor } from '../../semantic/policy/plan-options.js';
import { vocabularyOf } from '../../semantic/prompt/vocabulary.js';
import { type GivenAnswer, saysTheSame } from '../eval/compare-rows.js';
import { readAnswer } from '../pipeline/answer-query.js';
import { readSqlAnswer } from '../pipeline/answer-sql.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import type { WireCell } from '../pipeline/spell-cells.js';
import { plainWords } from '../pipeline/value-index.js';
import { isPersonal, refused, textsIn } from './clean-question.js';

/** A question and its answer: one of the two is set. */
export interface Pair {
  readonly question: string;
  readonly query: SemanticQuery | null;
  readonly sql: string | null;
}

/** Rows that are known to be right, or what gives them. */
export interface Reference {
  readonly columns?: readonly string[];
  readonly rows?: readonly (readonly WireCell[])[];
  readonly query?: SemanticQuery;
  readonly sql?: string;
}

export interface Reviewing {
  readonly executor: GovernedExecutor;
  readonly model: Model;
  readonly reviewer: Subject;
  /** Who asked; `null` where that is nobody any more. */
  readonly asker: Subject | null;
  readonly maxRows: number;
  readonly correlationId: string;
  readonly origin: string | null;
  readonly signal: AbortSignal;
  readonly now: number;
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
};

const sqlText = (sql: unknown): string =>
  (typeof sql === 'string' ? sql : JSON.stringify(sorted(sql))).replace(/\s+/g, ' ').trim();

/** Whether two values are the same, in whatever order their keys are. */
export const isSameText = (one: unknown, other: unknown): boolean =>
  JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

/** Whether two answers are the same text, however they are laid out. */
const isSameMeaning = (one: Pick<VerifiedQuery, 'query' | 'sql'>, { query, sql }: Pair): boolean => {
  if (query !== null || one.query !== null) {
    return isSameText(one.query, query);
  }
  const { default: only, ...others } = one.sql ?? {};
  return sqlText(only !== undefined && Object.keys(others).length === 0 ? only : one.sql) === sqlText(sql);
};

/**
 * Refuses a question that another pair answers otherwise.
 * @param own the pair that is replaced, whose question may be the same
 * @returns the name of the very same pair; `null`: there is none
 */
export const assertNoConflict = (model: Model, pair: Pair, own: string | null): string | null => {
  const words = plainWords(pair.question);
  const others = Object.values(model.verified_queries).filter(
    ({ name, question }) => name !== own && plainWords(question) === words,
  );
  const [other] = others.filter((one) => !isSameMeaning(one, pair));
  if (other !== undefined) {
    throw new DataMindError('CONFLICT', `The verified query "${other.name}" answers this question otherwise.`, {
      at: '/question',
      hint: 'Change or remove that one first, or say the question in other words.',
    });
  }
  return others[0]?.name ?? null;
};

/** Words of SQL that are no values. */
const namesIn = (sql: string): ReadonlySet<string> =>
  new Set(
    sql
      .replace(/'(?:[^']|'')*'/g, ' ')
      .toLowerCase()
      .match(/[a-z_][a-z0-9_]*/g),
  );

const holdsValue = /'(?:[^']|'')*'|[=<>]\s*-?\d|\b(in|between)\s*\(?\s*-?\d/i;

/** A personal column that the SQL names beside a value: whom it is about may be told by that. */
const personalColumn = (model: Model, sql: string): boolean => {
  if (!holdsValue.test(sql)) return false;
  const names = namesIn(sql);
  return Object.values(model.entities).some((entity) =>
    Object.values(entity.dimensions).some(({ name, column, pii, pii_none, type }) => {
      const looksPersonal =
        pii !== null || (pii_none !== true && matchName(name, { owner: entity.name, type })?.strength === 'certain');
      return looksPersonal && names.has((column ?? name).toLowerCase());
    }),
  );
};

const assertNoPersonalValue = (model: Model, { query, sql }: Pair): void => {
  if (textsIn(query).some(isPersonal) || (sql !== null && (isPersonal(sql) || personalColumn(model, sql)))) {
    throw refused(
      'The answer holds a value of a person, which would be in the model for everybody who keeps it.',
      query === null ? '/corrected_sql' : '/corrected_query',
      'Ask for groups of people, or by what is not personal.',
    );
  }
};

type Asked = Pick<Reference, 'query' | 'sql'>;

const run = async (reviewing: Reviewing, { query, sql = '' }: Asked): Promise<GivenAnswer> => {
  const { executor, model, reviewer: subject, correlationId, origin, signal, maxRows } = reviewing;
  const how = { correlationId, origin, signal, maxRows };
  const { columns, rows, truncated } =
    query === undefined
      ? await readSqlAnswer(
          executor,
          await executor.prepareSql({ model, sql, subject, limit: maxRows, correlationId, origin, signal }),
          how,
        )
      : await readAnswer(executor, await executor.prepare({ model, query, subject, signal }), how);
  if (truncated) {
    throw refused('There are too many rows to hold them to the reference; give a narrower one.', '/reference');
  }
  return { columns: columns.map(({ name }) => name), rows };
};

const askedOf = ({ query, sql }: Pair): Asked => (query === null ? { sql: sql ?? '' } : { query });

const assertAgrees = async (reviewing: Reviewing, pair: Pair, reference: Reference): Promise<void> => {
  const { columns, rows } = reference;
  const known = columns !== undefined && rows !== undefined ? { columns, rows } : await run(reviewing, reference);
  if (saysTheSame(known, await run(reviewing, askedOf(pair)))) return;
  throw refused('The answer does not have the rows of the reference.', '/reference');
};

/** What the asker would see of it is no concern here, only whether it is refused. */
const assertOpenToAsker = async (reviewing: Reviewing, { query, sql }: Pair): Promise<void> => {
  const { executor, model, reviewer, asker: subject, correlationId, origin, signal, maxRows: limit } = reviewing;
  if (subject === null || subject.user === reviewer.user) return;
  const request = { model, subject, correlationId, origin, signal };
  try {
    await executor.simulate(reviewer, query === null ? { ...request, sql: sql ?? '', limit } : { ...request, query });
  } catch (error) {
    if (!(error instanceof DataMindError) || error.status >= 500) throw error;
    throw refused(`Whoever asked would be refused this answer (${error.code}).`, '/flagged_entry_id');
  }
};

/**
 * Holds a pair to the model of today, to the policies and to the reference.
 * @throws DataMindError `PAIR_REFUSED`; what preparing a query or SQL throws
 */
export const checkPair = async (reviewing: Reviewing, pair: Pair, references: readonly Reference[]): Promise<void> => {
  const { executor, model, reviewer: subject, correlationId, origin, signal, maxRows: limit } = reviewing;
  assertNoPersonalValue(model, pair);
  if (pair.query === null) {
    await executor.prepareSql({ model, sql: pair.sql ?? '', subject, limit, correlationId, origin, signal });
  } else await executor.prepare({ model, query: pair.query, subject, signal });
  await assertOpenToAsker(reviewing, pair);
  for (const reference of references) await assertAgrees(reviewing, pair, reference);
};

/** @param next the model with the pair in it. @throws DataMindError `PAIR_REFUSED` where nobody could be answered with it */
export const assertUsable = async (reviewing: Reviewing, next: Model, { question, query }: Pair): Promise<void> => {
  if (query === null) return;
  const { executor, reviewer, now } = reviewing;
  const dialect = (await executor.dialectOf(next, reviewer)) ?? 'duckdb';
  const lineages = await executor.lineages(next, reviewer);
  const governed = planOptionsFor(next, reviewer, { dialect, now: new Date(now), lineages });
  if (vocabularyOf(next, governed, dialect).verified.some((one) => one.question === question)) return;
  throw refused(
    'The answer compares what is personal or masked with a value, or reads what is not listed, so nobody would be answered with it.',
    '/corrected_query',
  );
};

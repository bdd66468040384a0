/** First stage: what there is to ask about for whoever asks, and the question as it may be passed on. */
import { DataMindError } from '../../../core/errors/datamind-error.js';
import type { QueryProblem, Vocabulary } from '../../../core/plugin/llm.js';
import type { DialectName } from '../../../core/plugin/contract.js';
import type { SemanticQuery } from '../../../core/query/semantic-query.js';
import type { Lineages } from '../../../semantic/policy/lineage.js';
import { planForSubject } from '../../../semantic/policy/plan-for-subject.js';
import { type GovernedPlanning, planOptionsFor } from '../../../semantic/policy/plan-options.js';
import { isTimeZone } from '../../../semantic/plan/zone.js';
import { contradictionsIn } from '../../../semantic/prompt/contradictions.js';
import { vocabularyOf } from '../../../semantic/prompt/vocabulary.js';
import type { GovernedExecutor } from '../execute.js';
import { withoutNames } from '../within-project.js';
import type { PastTurn, QuestionRequest } from '../question.js';
import { type VerifiedSql, verifiedSqlOf, withoutHeldBack } from '../verified-pairs.js';

export interface Understanding {
  /** As it was asked, without spaces around. */
  readonly question: string;
  readonly vocabulary: Vocabulary;
  readonly governed: GovernedPlanning;
  readonly lineages: Lineages;
  readonly dialect: DialectName;
  readonly now: number;
  readonly timezone: string;
  readonly previous: readonly PastTurn[];
  /** Verified questions that SQL answers, where the asker may run SQL. */
  readonly verifiedSql: readonly VerifiedSql[];
  /** What stands against a query, as the planner says it. Runs nothing. */
  check(query: SemanticQuery): readonly QueryProblem[];
}

const longest = 2_000;
const fallback: DialectName = 'duckdb';

/** @throws DataMindError `BAD_REQUEST` */
const readQuestion = (text: string): string => {
  const question = text.normalize('NFC').trim();
  if (question === '') throw new DataMindError('BAD_REQUEST', 'There is no question.', { at: '/question' });
  if (question.length > longest) {
    throw new DataMindError('BAD_REQUEST', `A question has at most ${longest} characters.`, { at: '/question' });
  }
  return question;
};

export const interpret = async (
  executor: Pick<GovernedExecutor, 'lineages' | 'dialectOf'>,
  request: QuestionRequest,
  now: number,
): Promise<Understanding> => {
  const { question: text, model, subject, timezone = model.project.timezone, previous = [] } = request;
  const { heldBack = null, maySql = false } = request;
  const question = readQuestion(text);
  if (!isTimeZone(timezone)) {
    throw new DataMindError('BAD_REQUEST', 'The time zone is not known; write one like Europe/Berlin.', {
      at: '/timezone',
    });
  }
  const lineages = await executor.lineages(model, subject);
  const dialect = (await executor.dialectOf(model, subject)) ?? fallback;
  const options = { dialect, now: new Date(now), lineages };
  const governed = planOptionsFor(model, subject, options);
  const check = (query: SemanticQuery): readonly QueryProblem[] => {
    try {
      planForSubject(model, query, subject, { ...options, features: { timeZones: true } });
      return contradictionsIn(governed.model, query);
    } catch (error) {
      if (!(error instanceof DataMindError)) throw error;
      const { code, message, details } = withoutNames(model, query, error);
      return [{ code, message: details.hint === undefined ? message : `${message} ${details.hint}` }];
    }
  };
  return {
    question,
    vocabulary: withoutHeldBack(vocabularyOf(model, governed, dialect), model, heldBack),
    verifiedSql: maySql ? verifiedSqlOf(model, dialect, heldBack) : [],
    governed,
    lineages,
    dialect,
    now,
    timezone,
    previous,
    check,
  };
};

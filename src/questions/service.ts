import { DataMindError } from '../../core/errors/datamind-error.js';
import type { AppLogger } from '../../core/logging/create-logger.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import type { Subject } from '../../core/subject/subject.js';
import type { AuditTrail } from '../audit/trail.js';
import type { Caller } from '../identity/caller.js';
import { createLlmChain, type LlmChain, type LlmChainOptions } from '../llm/chain.js';
import { createRetrieval } from '../retrieval/create-retrieval.js';
import { standingWarnings } from '../models/standing-warnings.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import { createQuestionPipeline, type Interpreted, type QuestionPipeline } from '../pipeline/answer-question.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import { createValueFinder } from '../pipeline/find-values.js';
import type { Understood } from '../feedback/asked-questions.js';
import { isFlagged } from '../feedback/held-back.js';
import type {
  AnswerRows,
  HeldBack,
  Known,
  PastTurn,
  QuestionAnswer,
  QuestionRequest,
  StageEvent,
} from '../pipeline/question.js';
import type { OnStageEnded } from '../pipeline/run-stages.js';
import type { AnswerService } from '../pipeline/serve-answer.js';

export interface QuestionParts {
  readonly models: WorkspaceModels;
  readonly executor: GovernedExecutor;
  readonly answers: AnswerService;
  readonly trail: AuditTrail;
  readonly log: AppLogger;
  readonly maxRows: number;
  readonly now?: () => number;
  readonly onStageEnded?: OnStageEnded;
  readonly onUsed?: LlmChainOptions['onUsed'];
  readonly keyOf?: LlmChainOptions['keyOf'];
  readonly onAttempt?: LlmChainOptions['onAttempt'];
  /** Verified pairs that were flagged; none when absent. */
  readonly heldBackOf?: (workspace: string) => Promise<HeldBack>;
  /** Keeps what may be flagged. */
  readonly keep?: (understood: Understood) => Promise<void>;
  /** Where vectors of what models say are kept; only in memory when absent. */
  readonly vectorFolder?: string;
}

/** A turn of a conversation as a request has it. */
export interface GivenTurn {
  readonly question: string;
  readonly query?: SemanticQuery;
  readonly sql?: string;
}

/** What is asked, as a request has it. */
export interface QuestionBody {
  readonly question: string;
  readonly connection?: string;
  readonly limit?: number;
  readonly timezone?: string;
  readonly words?: 'template' | 'model';
  readonly context?: { readonly previous?: readonly GivenTurn[] };
  /** What the question means, where that is known: a choice of an earlier answer. */
  readonly query?: SemanticQuery;
  /** It is asked there, after what was asked before. */
  readonly conversation_id?: string;
}

/** Who asks, and how that is followed and given up. */
export interface Asking {
  readonly subject: Subject;
  readonly maySql: boolean;
  readonly correlationId: string;
  readonly origin: string | null;
  readonly signal: AbortSignal;
  readonly fresh?: boolean;
  readonly known?: Known;
  /** Instead of the request's own context. */
  readonly previous?: readonly PastTurn[];
  readonly onStage?: (event: StageEvent) => void;
  readonly onRows?: (rows: AnswerRows) => void;
}

export interface QuestionService {
  readonly llm: LlmChain;
  readonly pipeline: QuestionPipeline;
  close(): void;
  ask(body: QuestionBody, asking: Asking): Promise<QuestionAnswer>;
  interpret(body: QuestionBody, asking: Asking): Promise<Interpreted>;
}

/** Whether an answer may be SQL: people who may ask may write SQL too, a service token needs the scope. */
export const maySql = ({ scopes }: Pick<Caller, 'scopes'>): boolean => scopes === null || scopes.includes('sql:run');

const flaggedWarning = 'An answer to this question was flagged as wrong, and nobody has reviewed that yet.';

const turnOf = ({ question, query = undefined, sql = undefined }: GivenTurn): PastTurn => ({
  question,
  query: query ?? null,
  sql: sql ?? null,
  words: null,
});

const chosen = (question: string, query: SemanticQuery): Known => ({
  draft: { kind: 'query', query, confidence: 1, reading: question, notes: [] },
  by: { kind: 'asker', provider: null, model: null },
});

export const createQuestionService = (parts: QuestionParts): QuestionService => {
  const { models, executor, answers, trail, log, maxRows, now, onStageEnded, onUsed, keyOf, onAttempt } = parts;
  const { heldBackOf, keep } = parts;
  const clock = now === undefined ? {} : { now };
  const llm = createLlmChain({
    links: executor.llms(),
    log,
    ...clock,
    ...(onUsed !== undefined && { onUsed }),
    ...(keyOf !== undefined && { keyOf }),
    ...(onAttempt !== undefined && { onAttempt }),
  });
  const retrieval = createRetrieval({ embedding: llm.embedding, folder: parts.vectorFolder ?? null, log });
  const pipeline = createQuestionPipeline({
    ...{ retrieval, executor, answers, llm, trail, log, maxRows },
    findValues: createValueFinder({ executor, answers, log, ...clock }),
    ...clock,
    ...(onStageEnded !== undefined && { onStageEnded }),
  });
  const requestOf = async (body: QuestionBody, asking: Asking): Promise<QuestionRequest> => {
    const { question, context, connection, limit, timezone, words, query } = body;
    const { previous = (context?.previous ?? []).map(turnOf), ...rest } = asking;
    return {
      ...rest,
      ...{ question, previous },
      model: await models.modelFor(asking.subject),
      ...(heldBackOf !== undefined && { heldBack: await heldBackOf(asking.subject.workspace) }),
      ...(connection !== undefined && { connection }),
      ...(limit !== undefined && { limit: Math.min(limit, maxRows) }),
      ...(timezone !== undefined && { timezone }),
      ...(words !== undefined && { words }),
      ...(query !== undefined && { known: chosen(question, query) }),
    };
  };
  /** What cannot be kept cannot be flagged; the answer is given all the same. */
  const kept = async (
    { subject, previous = [], model, correlationId }: QuestionRequest,
    understood: Pick<Understood, 'queryId' | 'question' | 'query' | 'sql' | 'readBy'>,
  ): Promise<void> => {
    const about = { subject, followUp: previous.length > 0, modelHash: model.hash };
    await keep?.({ ...understood, ...about }).catch((error: unknown) => {
      log.error('what a question was taken to be could not be kept', { correlation_id: correlationId, error });
    });
  };
  return {
    llm,
    pipeline,
    close: retrieval.close,
    ask: async (body, asking) => {
      const request = await requestOf(body, asking);
      const answer = await pipeline.answer(request);
      if (answer.outcome === 'answered') {
        const { query_id: queryId, question, query, written_sql: sql, read_by: readBy } = answer;
        await kept(request, { queryId, question, query, sql, readBy });
      }
      const source = models.ready(asking.subject.workspace);
      const { heldBack, model } = request;
      const flagged = heldBack !== undefined && isFlagged(heldBack, model, answer);
      const more = [...(flagged ? [flaggedWarning] : []), ...(source === null ? [] : standingWarnings(source))];
      return more.length === 0 ? answer : { ...answer, warnings: [...answer.warnings, ...more] };
    },
    interpret: async (body, asking) => {
      const request = await requestOf(body, asking);
      const interpreted = await pipeline.interpret(request);
      const { prepared, query, draft, by: readBy, understanding } = interpreted;
      if (prepared !== null) {
        const sql = draft.kind === 'sql' ? draft.sql : null;
        await kept(request, { queryId: prepared.queryId, question: understanding.question, query, sql, readBy });
      }
      return interpreted;
    },
  };
};

/** What was not understood, as an error: for those who ask for a statement and nothing else. */
export const refusalOf = ({ draft }: Interpreted): DataMindError | null => {
  if (draft.kind === 'clarify') {
    return new DataMindError('QUESTION_UNCLEAR', draft.message, {
      suggestions: draft.choices.map(({ label }) => label),
    });
  }
  if (draft.kind !== 'abstain') return null;
  const code = draft.reason === 'unclear' ? 'QUESTION_UNCLEAR' : 'QUESTION_OUTSIDE';
  return new DataMindError(code, draft.message, { suggestions: draft.near });
};

/**
 * A question in words → an answer: interpret → generate → validate → optimize → sanitize → execute → explain. The one way for
 * REST, Socket.IO and the command line alike. Rather no answer than a wrong one: what may mean two things is asked back, what
 * is not here is said, and what is closed to whoever asks looks like what is not here.
 */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { AppLogger } from '../../core/logging/create-logger.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import { auditedQuestion } from './audited-question.js';
import type { AuditTrail, JsonObject } from '../audit/trail.js';
import type { LlmChain } from '../llm/chain.js';
import type { Retrieval } from '../retrieval/create-retrieval.js';
import type { GovernedExecutor } from './execute.js';
import type { FindValues } from './find-values.js';
import type { PreparedQuery, PreparedSql } from './prepared.js';
import type { Draft, QuestionAnswer, QuestionRequest, ReadBy, TokensUsed } from './question.js';
import { createStageRunner, type OnStageEnded, type StageRunner } from './run-stages.js';
import type { AnswerService } from './serve-answer.js';
import { createSettler, refusalOf, type Settled } from './settle-question.js';
import { execute } from './stages/execute.js';
import { explain } from './stages/explain.js';
import { explainByModel } from './stages/explain-by-model.js';
import { interpret, type Understanding } from './stages/interpret.js';
import { optimize } from './stages/optimize.js';
import { createSanitizer } from './stages/sanitize.js';
import { addUp, createMeter } from './token-meter.js';
import { namedAs } from './words/describe-query.js';

export interface QuestionServices {
  readonly executor: GovernedExecutor;
  readonly answers: AnswerService;
  readonly llm: LlmChain;
  readonly findValues: FindValues;
  readonly trail: AuditTrail;
  readonly log: AppLogger;
  /** Rows of an answer, at most. */
  readonly maxRows: number;
  readonly now?: () => number;
  /** What of a model a prompt is about; by words when absent. */
  readonly retrieval?: Pick<Retrieval, 'retrieverFor'>;
  readonly onStageEnded?: OnStageEnded;
}

export interface Interpreted extends Settled {
  readonly understanding: Understanding;
  readonly tokens: TokensUsed | null;
  /** What may run; `null` when it is asked back, or cannot be answered. */
  readonly prepared: PreparedQuery | PreparedSql | null;
  /** Of a query, as it was prepared. */
  readonly query: SemanticQuery | null;
}

export interface QuestionPipeline {
  /** @throws DataMindError where it could not even be tried: no model, no connection, cancelled */
  answer(request: QuestionRequest): Promise<QuestionAnswer>;
  /** The same up to what would run. */
  interpret(request: QuestionRequest): Promise<Interpreted>;
}

export const createQuestionPipeline = (services: QuestionServices): QuestionPipeline => {
  const { executor, answers, llm, findValues, log, maxRows, now = Date.now, retrieval, onStageEnded } = services;
  const sanitizer = createSanitizer(executor, maxRows);
  /** Each stage is in the operator's log too, by the question's correlation id. */
  const stagesOf = ({ onStage, correlationId }: QuestionRequest): StageRunner =>
    createStageRunner(onStage, (stage, outcome, seconds) => {
      onStageEnded?.(stage, outcome, seconds, correlationId);
      log.debug('a stage of a question ended', { correlation_id: correlationId, stage, outcome, ms: seconds * 1000 });
    });

  const settle = createSettler({
    ...{ llm, findValues, sanitizer, log },
    ...(retrieval !== undefined && { retrieval }),
  });

  const prepare = async (stages: StageRunner, request: QuestionRequest): Promise<Interpreted> => {
    const meter = createMeter();
    const understanding = await stages.run('interpret', 1, () => interpret(executor, request, now()));
    const { known } = request;
    const settled: Settled =
      known === undefined
        ? await settle(stages, understanding, request, meter.add)
        : { ...known, readWith: understanding.vocabulary.hash, warnings: [] };
    const { draft, readWith } = settled;
    const rest = { ...settled, understanding };
    if (draft.kind !== 'query' && draft.kind !== 'sql') {
      return { ...rest, tokens: meter.total(), prepared: null, query: null };
    }
    const { timezone } = understanding;
    const query =
      draft.kind === 'sql' ? null : await stages.run('optimize', 1, () => optimize({ timezone, ...draft.query }));
    try {
      const prepared = await stages.run(
        'sanitize',
        1,
        (): Promise<PreparedQuery | PreparedSql> =>
          query === null
            ? sanitizer.sql((draft as { readonly sql: string }).sql, request, readWith)
            : sanitizer.query(query, request, readWith),
      );
      return { ...rest, tokens: meter.total(), prepared, query };
    } catch (error) {
      const refusal = error instanceof DataMindError ? refusalOf(error.code, error.message) : null;
      if (refusal === null) throw error;
      return { ...rest, draft: refusal, tokens: meter.total(), prepared: null, query: null };
    }
  };

  const answer = async (request: QuestionRequest): Promise<QuestionAnswer> => {
    const stages = stagesOf(request);
    const interpreted = await prepare(stages, request);
    const { draft, by, understanding, warnings, prepared, query, readWith } = interpreted;
    const common = { question: understanding.question, read_by: by, correlation_id: request.correlationId };
    const { tokens } = interpreted;
    if (draft.kind === 'clarify') {
      const { message, choices } = draft;
      return { ...common, outcome: 'clarify', answer: message, choices, warnings, tokens, timings: stages.timings() };
    }
    if (draft.kind === 'abstain' || prepared === null) {
      const { reason, message, unknown, near } = draft as Draft & { readonly kind: 'abstain' };
      return {
        ...{ ...common, outcome: 'abstained', answer: message, reason, unknown, warnings, tokens },
        near: near.map((name) => namedAs(understanding.vocabulary, name)),
        timings: stages.timings(),
      };
    }
    const { cache, ...rows } = await stages.run('execute', 1, () => execute(answers, prepared, request));
    request.onRows?.(rows);
    const meter = createMeter();
    const { reading } = draft;
    const { cautions, ...explanation } = await stages.run('explain', 1, async () => {
      const template = explain(understanding, query, rows);
      if (request.words !== 'model') return template;
      const words = await explainByModel(llm, understanding, request, rows, meter.add);
      return words === null ? template : { ...template, answer: words };
    });
    const spent = meter.total();
    const cut = rows.truncated ? [`Only the first ${rows.row_count} rows are shown.`] : [];
    return {
      ...common,
      outcome: 'answered',
      ...explanation,
      reading,
      answered_with: query === null ? 'sql' : 'semantic_query',
      query,
      written_sql: draft.kind === 'sql' ? draft.sql : null,
      ...rows,
      sql: prepared.sql,
      query_id: prepared.queryId,
      connection: prepared.connection,
      policies: prepared.policies,
      confidence: draft.confidence,
      notes: draft.notes,
      read_with: readWith,
      warnings: [...warnings, ...prepared.warnings, ...cautions, ...cut],
      tokens: tokens === null || spent === null ? (tokens ?? spent) : addUp(tokens, spent),
      timings: { ...stages.timings(), cache },
    };
  };

  const readByDetail = ({ kind, provider, model }: ReadBy): JsonObject => ({ kind, provider, model });

  return {
    answer: (request) =>
      auditedQuestion(
        services,
        request,
        (result) => ({
          outcome: result.outcome,
          read_by: readByDetail(result.read_by),
          ...(result.outcome === 'answered' && {
            query: result.query_id,
            with: result.answered_with,
            confidence: result.confidence,
            read_with: result.read_with,
          }),
          ...(result.outcome === 'abstained' && { reason: result.reason }),
          ...(result.tokens !== null && { tokens: result.tokens.input + result.tokens.output }),
        }),
        () => answer(request),
      ),
    interpret: (request) =>
      auditedQuestion(
        services,
        request,
        ({ draft, by, prepared, readWith }) => ({
          outcome: draft.kind,
          read_by: readByDetail(by),
          ...(prepared !== null && { query: prepared.queryId, read_with: readWith }),
        }),
        () => prepare(stagesOf(request), request),
      ),
  };
};

import type { ErrorCode } from '../../core/errors/catalogue.js';
import type { Call, Route } from '../api/route.js';
import { answers, jsonBody, noStore } from '../identity/routes.js';
import { conditionsInWords } from '../pipeline/words/describe-query.js';
import type { Interpreted } from '../pipeline/answer-question.js';
import type { Caller } from '../identity/caller.js';
import type { QuestionAnswer } from '../pipeline/question.js';
import type { GeneratedQueries } from './generated-queries.js';
import './schemas.js';
import { type Asking, maySql, type QuestionBody, type QuestionService, refusalOf } from './service.js';

export interface QuestionRouteParts {
  readonly questions: QuestionService;
  readonly generated: GeneratedQueries;
  /** In a conversation where the body names one. */
  readonly ask: (caller: Caller, body: QuestionBody, asking: Asking) => Promise<QuestionAnswer>;
  readonly now?: () => number;
}

const access = { role: 'analyst', scope: 'query:run' } as const;
const tag = 'Questions';
const example = { question: 'What was the revenue by country last year?' };

/** What may go wrong besides what is told in the answer itself. */
export const questionErrors: readonly ErrorCode[] = [
  'LLM_UNAVAILABLE',
  'MODEL_UNAVAILABLE',
  'CONNECTION_UNKNOWN',
  'CONNECTION_FAILED',
  'AUDIT_UNAVAILABLE',
];

export const askingOf = (call: Call): Asking => {
  const { subject, caller, correlationId, address: origin, signal, headers } = call;
  const fresh = /\bno-(cache|store)\b/i.test(headers['cache-control'] ?? '');
  return { subject, maySql: maySql(caller), correlationId, origin, signal, fresh };
};

const showInterpreted = (interpreted: Interpreted, correlationId: string) => {
  const { draft, by, understanding, warnings, tokens, readWith, query } = interpreted;
  const { kind, ...said } = draft;
  return {
    ...said,
    outcome: kind === 'abstain' ? 'abstained' : kind,
    question: understanding.question,
    query,
    sql: draft.kind === 'sql' ? draft.sql : null,
    read_by: by,
    read_with: readWith,
    warnings,
    tokens,
    correlation_id: correlationId,
  };
};

const explainQuery = ({ understanding, query, draft }: Interpreted): string => {
  const reading = 'reading' in draft && draft.reading !== '' ? [draft.reading] : [];
  const filters = query === null ? [] : conditionsInWords(understanding.vocabulary, query).map((words) => `${words}.`);
  return [...reading, ...filters].join(' ') || understanding.question;
};

export const createQuestionRoutes = (parts: QuestionRouteParts): readonly Route[] => {
  const { questions, generated, ask, now = Date.now } = parts;
  return [
    {
      method: 'post',
      path: '/api/v1/ask',
      operation: 'askQuestion',
      access,
      cost: 5,
      tag,
      summary: 'Ask in words',
      description:
        'Answers with rows, words and a chart; asks back where the question may mean several things, and says what is missing where it is about what is not here. `ask` on Socket.IO streams the stages.',
      body: jsonBody('QuestionRequest', example),
      responses: { 200: answers('QuestionAnswer', 'The answer, what is asked back, or why there is none.') },
      errors: [...questionErrors, 'QUERY_TIMEOUT', 'NOT_FOUND', 'STORE_UNAVAILABLE'],
      handle: async (call) => ({
        json: await ask(call.caller, call.body as QuestionBody, askingOf(call)),
        headers: noStore,
      }),
    },
    {
      method: 'post',
      path: '/api/v1/semantic/interpret',
      operation: 'interpretQuestion',
      access,
      cost: 5,
      tag,
      summary: 'Say what a question in words means',
      description: 'The semantic query that it stands for. Nothing runs.',
      body: jsonBody('InterpretRequest', example),
      responses: { 200: answers('InterpretedQuestion', 'What it means.') },
      errors: questionErrors,
      handle: async (call) => ({
        json: showInterpreted(await questions.interpret(call.body as QuestionBody, askingOf(call)), call.correlationId),
        headers: noStore,
      }),
    },
    {
      method: 'post',
      path: '/api/v1/sql/generate',
      operation: 'generateSql',
      access,
      cost: 5,
      tag,
      summary: 'SQL for a question in words',
      description:
        'Nothing runs. Sent to `sql/execute` unchanged and with its `query_id`, what was understood runs; changed, it is SQL like any other.',
      body: jsonBody('GenerateRequest', example),
      responses: { 200: answers('GeneratedSql', 'The SQL, before any policy.') },
      errors: [...questionErrors, 'QUESTION_UNCLEAR', 'QUESTION_OUTSIDE'],
      handle: async (call) => {
        const interpreted = await questions.interpret(call.body as QuestionBody, askingOf(call));
        const { prepared, query, draft, by, warnings, tokens } = interpreted;
        const refusal = refusalOf(interpreted);
        if (refusal !== null || prepared === null) throw refusal ?? new Error('what is understood is prepared');
        const sql = prepared.kind === 'query' ? prepared.readable() : prepared.original;
        if (query !== null) await generated.keep(call.subject, prepared.queryId, sql, query);
        return {
          json: {
            query_id: prepared.queryId,
            sql,
            explanation: explainQuery(interpreted),
            confidence_score: 'confidence' in draft ? draft.confidence : 0,
            query,
            read_by: by,
            warnings,
            tokens,
            correlation_id: call.correlationId,
            generated_at: new Date(now()).toISOString(),
          },
          headers: noStore,
        };
      },
    },
  ];
};

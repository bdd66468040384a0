import type { Call, Reply, Route } from '../api/route.js';
import { isExpected } from '../api/problem.js';
import { mediaTypeOf } from '../api/read-request.js';
import { answeredColumns, readTotals, spellBatches } from '../pipeline/answer-query.js';
import type { PreparedQuery } from '../pipeline/prepared.js';
import './schemas.js';
import { createQueryService, type QueryRequest, type QueryServices } from './service.js';
import { streamAnswer } from './stream-answer.js';

const example = {
  metrics: ['revenue'],
  dimensions: [{ name: 'metric_time', grain: 'month' }],
  time: { range: 'last 6 months' },
};

const ndjson = 'application/x-ndjson';
const wantsStream = (accept: string | undefined): boolean =>
  (accept ?? '').split(',').some((type) => mediaTypeOf(type) === ndjson);
const wantsFresh = (cacheControl: string | undefined): boolean => /\bno-(cache|store)\b/i.test(cacheControl ?? '');

interface Timings {
  readonly planMs: number;
  readonly executeMs: number;
  readonly cache: string;
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

/** What differs from request to request, closing the object that the cached part leaves open. */
const tail = (warnings: readonly string[], { planMs, executeMs, cache }: Timings, correlationId: string): string =>
  `,"warnings":${JSON.stringify(warnings)},"timings":{"plan_ms":${rounded(planMs)},"execute_ms":${rounded(executeMs)},"total_ms":${rounded(
    planMs + executeMs,
  )},"cache":"${cache}"},"correlation_id":${JSON.stringify(correlationId)}}`;

const instant: Timings = { planMs: 0, executeMs: 0, cache: 'hit' };
const noStore = { 'Cache-Control': 'no-store' };

export const createQueryRoutes = (services: QueryServices): readonly Route[] => {
  const queries = createQueryService(services);
  const { executor, answers } = services;

  const planOnly = (prepared: PreparedQuery, planMs: number, { correlationId, subject }: Call): Reply => ({
    json: {
      columns: prepared.columns,
      rows: [],
      row_count: 0,
      truncated: false,
      sql: prepared.sql,
      query_id: prepared.queryId,
      policies: prepared.policies,
      warnings: [...prepared.warnings, ...queries.standingWarnings(subject)],
      timings: { plan_ms: rounded(planMs), execute_ms: 0, total_ms: rounded(planMs), cache: 'none' },
      correlation_id: correlationId,
    },
    headers: noStore,
  });

  const stream = async (prepared: PreparedQuery, call: Call): Promise<Reply> => {
    const { correlationId, address: origin, signal, log } = call;
    const how = { correlationId, origin, signal, maxRows: Number.MAX_SAFE_INTEGER, stream: true };
    const result = await executor.run(prepared, how);
    return {
      write: (response) =>
        streamAnswer(response, {
          header: {
            columns: answeredColumns(result, prepared.columns),
            sql: prepared.sql,
            query_id: prepared.queryId,
            policies: prepared.policies,
            warnings: [...prepared.warnings, ...queries.standingWarnings(call.subject)],
            correlation_id: correlationId,
          },
          result,
          rows: spellBatches(result, prepared.columns),
          correlationId,
          totals: prepared.hasTotals
            ? () => readTotals(executor, prepared, { correlationId, origin, signal, maxRows: 2 })
            : null,
          onFailure: (error, { code }) => {
            const fields = { correlation_id: correlationId, code, ...(!isExpected(error) && { error }) };
            if (isExpected(error)) log.warn('a stream ended early', fields);
            else log.error('an unexpected error ended a stream', fields);
          },
        }),
    };
  };

  const handle = async (call: Call): Promise<Reply> => {
    const request = call.body as QueryRequest;
    const before = performance.now();
    const prepared = await queries.prepare(request, call.subject, call.signal);
    const planMs = performance.now() - before;
    if (request.dry_run === true) return planOnly(prepared, planMs, call);
    if (wantsStream(call.headers.accept)) return stream(prepared, call);
    queries.remember(call.text, call.subject, prepared);
    const { correlationId, address: origin, signal } = call;
    const fresh = wantsFresh(call.headers['cache-control']);
    const { head, cache, executeMs } = await answers.answer(prepared, { correlationId, origin, signal, fresh });
    const warnings = [...prepared.warnings, ...queries.standingWarnings(call.subject)];
    return {
      bytes: [head, tail(warnings, { planMs, executeMs, cache }, correlationId)],
      mediaType: 'application/json',
      headers: noStore,
    };
  };

  return [
    {
      method: 'post',
      path: '/api/v1/semantic/query',
      operation: 'runSemanticQuery',
      access: { role: 'analyst', scope: 'query:run' },
      cost: 5,
      tag: 'Query',
      summary: 'Ask for metrics by dimensions',
      description:
        'Answers with at most 10,000 rows as JSON and says `truncated` when there are more. With `Accept: application/x-ndjson` all rows are streamed, a JSON array a line, between a header and a trailer. `Cache-Control: no-cache` asks the database anew.',
      body: {
        content: { 'application/json': { schema: { $ref: '#/$defs/SemanticQueryRequest' }, example } },
        required: true,
        invalid: 'QUERY_INVALID',
      },
      headers: { Accept: '`application/x-ndjson` for a stream.' },
      responses: {
        200: {
          description: 'The answer.',
          content: { 'application/json': { $ref: '#/$defs/Answer' }, [ndjson]: { $ref: '#/$defs/AnswerRecord' } },
        },
      },
      errors: [
        'QUERY_INVALID',
        'UNKNOWN_MEMBER',
        'AMBIGUOUS_MEMBER',
        'AMBIGUOUS_PATH',
        'NO_PATH',
        'WOULD_BE_WRONG',
        'UNSUPPORTED_ON_DIALECT',
        'TYPE_MISMATCH',
        'TIME_RANGE_INVALID',
        'MODEL_UNAVAILABLE',
        'CONNECTION_UNKNOWN',
        'CONNECTION_FAILED',
        'QUERY_TIMEOUT',
      ],
      shortcut: (text, { subject, headers, correlationId, address: origin }) => {
        const prepared = queries.recall(text, subject);
        if (prepared === null || wantsStream(headers.accept) || wantsFresh(headers['cache-control'])) return null;
        const cached = answers.cached(prepared, { correlationId, origin });
        if (cached === undefined) return null;
        const warnings = [...prepared.warnings, ...queries.standingWarnings(subject)];
        return {
          bytes: [cached.head, tail(warnings, instant, correlationId)],
          mediaType: 'application/json',
          headers: noStore,
        };
      },
      handle,
    },
  ];
};

import type { ErrorCode } from '../../core/errors/catalogue.js';
import type { Call, Reply, Route } from '../api/route.js';
import { isExpected } from '../api/problem.js';
import { mediaTypeOf } from '../api/read-request.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import { standingWarnings } from '../models/standing-warnings.js';
import { spellBatches } from '../pipeline/answer-query.js';
import {
  type SqlAnswer,
  type SqlColumn,
  type SqlFormat,
  serialiseSqlAnswer,
  spellSqlBatches,
  sqlColumns,
} from '../pipeline/answer-sql.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import type { PreparedQuery, PreparedSql } from '../pipeline/prepared.js';
import type { AnswerService, ServedAnswer } from '../pipeline/serve-answer.js';
import type { GeneratedQueries } from '../questions/generated-queries.js';
import { streamAnswer } from '../query/stream-answer.js';
import { estimateCost, stepsOf } from './estimate-cost.js';
import { explainInWords } from './explain-in-words.js';
import './schemas.js';

export interface SqlServices {
  readonly models: WorkspaceModels;
  readonly executor: GovernedExecutor;
  readonly answers: AnswerService;
  readonly maxRows: number;
  /** What SQL that was shown for a question stands for. */
  readonly generated?: GeneratedQueries;
}

interface SqlBody {
  readonly sql: string;
  readonly connection?: string;
  readonly limit?: number;
  readonly format?: SqlFormat;
  readonly query_id?: string;
}

const ndjson = 'application/x-ndjson';
const noStore = { 'Cache-Control': 'no-store' };
const example = { sql: 'select status, count(*) as orders from orders group by status order by status' };

const sqlErrors: readonly ErrorCode[] = [
  'SQL_INVALID',
  'SQL_NOT_ALLOWED',
  'SQL_TOO_LARGE',
  'TABLE_UNKNOWN',
  'TABLE_CLOSED',
  'VIEW_CLOSED',
  'COLUMN_UNKNOWN',
  'ATTRIBUTE_MISSING',
  'MODEL_UNAVAILABLE',
  'CONNECTION_UNKNOWN',
  'CONNECTION_FAILED',
];

const plainColumns = (columns: readonly SqlColumn[]): readonly SqlColumn[] =>
  columns.map(({ name, type }) => ({ name, type }));

/** The answer to a semantic query as `sql/execute` gives rows. */
const asSqlAnswer = (
  prepared: PreparedQuery,
  served: ServedAnswer,
  format: SqlFormat,
  limit: number,
): Pick<ServedAnswer, 'head' | 'cache'> => {
  const { columns, rows, truncated } = JSON.parse(`${served.head.toString()}}`) as SqlAnswer;
  const cut = rows.length > limit;
  const answer = { columns: plainColumns(columns), rows: rows.slice(0, limit), truncated: truncated || cut };
  return { head: serialiseSqlAnswer(prepared, answer, format), cache: served.cache };
};

export const createSqlRoutes = ({ models, executor, answers, maxRows, generated }: SqlServices): readonly Route[] => {
  const prepare = async (
    { body, subject, correlationId, address: origin, signal }: Call,
    limit: number | null,
  ): Promise<PreparedSql> => {
    const { sql, connection } = body as SqlBody;
    const model = await models.modelFor(subject);
    const asked = { model, sql, subject, limit, correlationId, origin, signal };
    return executor.prepareSql({ ...asked, ...(connection !== undefined && { connection }) });
  };

  /** Unchanged SQL of a question is the query that it stands for, prepared anew under the policies of now. */
  const prepareGenerated = async ({ body, subject, signal }: Call): Promise<PreparedQuery | null> => {
    const { sql, query_id: id, connection } = body as SqlBody;
    const query = id === undefined ? null : ((await generated?.find(subject, id, sql)) ?? null);
    if (query === null) return null;
    const model = await models.modelFor(subject);
    return executor.prepare({ model, query, subject, signal, ...(connection !== undefined && { connection }) });
  };

  const stream = async (call: Call): Promise<Reply> => {
    const { correlationId, address: origin, signal, log } = call;
    const { limit = null } = call.body as SqlBody;
    const source = await models.of(call.subject.workspace);
    const prepared = (await prepareGenerated(call)) ?? (await prepare(call, limit));
    const rows = limit ?? Number.MAX_SAFE_INTEGER;
    const result = await executor.run(prepared, { correlationId, origin, signal, maxRows: rows, stream: true });
    const { sql, queryId, policies } = prepared;
    return {
      write: (response) =>
        streamAnswer(response, {
          header: {
            columns: prepared.kind === 'sql' ? sqlColumns(result.columns) : plainColumns(prepared.columns),
            sql,
            query_id: queryId,
            policies,
            warnings: standingWarnings(source),
            correlation_id: correlationId,
          },
          result,
          rows: prepared.kind === 'sql' ? spellSqlBatches(result) : spellBatches(result, prepared.columns),
          correlationId,
          totals: null,
          onFailure: (error, { code }) => {
            const fields = { correlation_id: correlationId, code, ...(!isExpected(error) && { error }) };
            if (isExpected(error)) log.warn('a stream ended early', fields);
            else log.error('an unexpected error ended a stream', fields);
          },
        }),
    };
  };

  const execute = async (call: Call): Promise<Reply> => {
    const wanted = (call.headers.accept ?? '').split(',').some((type) => mediaTypeOf(type) === ndjson);
    if (wanted) return stream(call);
    const { format = 'objects', limit = maxRows } = call.body as SqlBody;
    const { correlationId, address: origin, signal } = call;
    const before = performance.now();
    const rows = Math.min(limit, maxRows);
    const source = await models.of(call.subject.workspace);
    const fresh = /\bno-(cache|store)\b/i.test(call.headers['cache-control'] ?? '');
    const how = { correlationId, origin, signal, fresh };
    const stored = await prepareGenerated(call);
    const prepared = stored ?? (await prepare(call, rows));
    const { head, cache } =
      prepared.kind === 'sql'
        ? await answers.answerSql(prepared, format, rows, how)
        : asSqlAnswer(prepared, await answers.answer(prepared, how), format, rows);
    const tail = {
      warnings: [...prepared.warnings, ...standingWarnings(source)],
      execution_time_ms: Math.round((performance.now() - before) * 1000) / 1000,
      explanation: explainInWords({ barrier: null, ...prepared }).join(' '),
      cache,
      correlation_id: correlationId,
    };
    return {
      bytes: [head, `,${JSON.stringify(tail).slice(1)}`],
      mediaType: 'application/json',
      headers: noStore,
    };
  };

  const explain = async (call: Call): Promise<Reply> => {
    const prepared = await prepare(call, maxRows);
    return {
      json: {
        query_id: prepared.queryId,
        sql: prepared.sql,
        policies: prepared.policies,
        tables: prepared.told.tables,
        plan: stepsOf(prepared),
        cost: estimateCost(prepared),
        explanation: explainInWords(prepared).join(' '),
        correlation_id: call.correlationId,
      },
      headers: noStore,
    };
  };

  /** The second path of each is how older clients spell it. */
  const executions = [
    ['/api/v1/sql/execute', 'executeSql'],
    ['/api/v1/queries/execute', 'executeQuery'],
  ] as const;
  const explanations = [
    ['/api/v1/sql/explain', 'explainSql'],
    ['/api/v1/queries/explain', 'explainQuery'],
  ] as const;
  return [
    ...executions.map(
      ([path, operation]): Route => ({
        method: 'post',
        path,
        operation,
        access: { role: 'analyst', scope: 'sql:run' },
        cost: 5,
        tag: 'SQL',
        summary: 'Run SQL as you are permitted',
        description:
          'Every table is replaced by what you may see of it; `sql` in the answer is what ran. With `Accept: application/x-ndjson` all rows are streamed.',
        body: {
          content: { 'application/json': { schema: { $ref: '#/$defs/SqlRequest' }, example } },
          required: true,
        },
        headers: { Accept: '`application/x-ndjson` for a stream.' },
        responses: {
          200: {
            description: 'The rows.',
            content: { 'application/json': { $ref: '#/$defs/SqlAnswer' }, [ndjson]: { $ref: '#/$defs/AnswerRecord' } },
          },
        },
        errors: [...sqlErrors, 'QUERY_TIMEOUT', 'STATEMENT_INVALID', 'DIVISION_BY_ZERO', 'VALUE_INVALID'],
        handle: execute,
      }),
    ),
    ...explanations.map(
      ([path, operation]): Route => ({
        method: 'post',
        path,
        operation,
        access: { role: 'analyst', scope: 'sql:run' },
        cost: 5,
        tag: 'SQL',
        summary: 'Say what SQL would run as, and why',
        description: 'Runs nothing. The database’s own plan is not shown, since its estimates tell of hidden rows.',
        body: {
          content: { 'application/json': { schema: { $ref: '#/$defs/SqlExplainRequest' }, example } },
          required: true,
        },
        responses: {
          200: {
            description: 'What would run.',
            content: { 'application/json': { $ref: '#/$defs/SqlExplanation' } },
          },
        },
        errors: sqlErrors,
        handle: explain,
      }),
    ),
  ];
};

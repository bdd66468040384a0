/** Figures of what was done in a workspace, over a span of time. */
import type { SelectQueryBuilder } from 'typeorm';
import type { Reader, Store } from '../store/store.js';
import { type UsageRow, usageEvents } from './store.js';

export interface Span {
  readonly workspace: string;
  /** Milliseconds since 1970; from inclusive, to exclusive. */
  readonly from: number;
  readonly to: number;
}

type Raw = Readonly<Record<string, string | number | null>>;

const numberOf = (value: unknown): number => Number(value ?? 0);
const instant = (at: unknown): string => new Date(numberOf(at)).toISOString();
const most = 100;

/** Each figure with what is added up for it. */
const sums = {
  runs: "sum(case when item.event = 'statement.run' then item.times else 0 end)",
  cached: "sum(case when item.event = 'statement.cached' then item.times else 0 end)",
  refused: "sum(case when item.event = 'statement.refuse' then item.times else 0 end)",
  failed: "sum(case when item.event = 'statement.run' and item.result <> 'done' then 1 else 0 end)",
  rows: "sum(case when item.event = 'statement.run' then coalesce(item.rows, 0) else 0 end)",
  ms: "sum(case when item.event = 'statement.run' then item.ms else 0 end)",
  last: 'max(item.at)',
  days: 'item.at / 86400000',
} as const;

const inSpan = (db: Reader, { workspace, from, to }: Span): SelectQueryBuilder<UsageRow> =>
  db
    .createQueryBuilder(usageEvents, 'item')
    .where('item.workspace = :workspace', { workspace })
    .andWhere('item.at >= :from and item.at < :to', { from, to });

const figures = (query: SelectQueryBuilder<UsageRow>): SelectQueryBuilder<UsageRow> =>
  query
    .addSelect(sums.runs, 'runs')
    .addSelect(sums.cached, 'cached')
    .addSelect(sums.refused, 'refused')
    .addSelect(sums.failed, 'failed')
    .addSelect(sums.rows, 'row_count')
    .addSelect(sums.ms, 'ms')
    .addSelect(sums.last, 'last_at');

const shown = (raw: Raw) => {
  const [runs, cached] = [numberOf(raw.runs), numberOf(raw.cached)];
  return {
    answers: runs + cached,
    runs,
    cached,
    refused: numberOf(raw.refused),
    failed: numberOf(raw.failed),
    rows: numberOf(raw.row_count),
    average_ms: runs === 0 ? null : Math.round(numberOf(raw.ms) / runs),
  };
};

const statementsOnly = "item.event in ('statement.run', 'statement.cached', 'statement.refuse')";

export const readSummary = (store: Store, span: Span) =>
  store.read(async (db) => {
    const [total = {}] = (await figures(
      inSpan(db, span).select('count(distinct item.user)', 'users'),
    ).getRawMany()) as Raw[];
    const days = (await figures(inSpan(db, span).select(sums.days, 'day'))
      .andWhere(statementsOnly)
      .groupBy(sums.days)
      .orderBy('day', 'ASC')
      .getRawMany()) as Raw[];
    return {
      from: instant(span.from),
      to: instant(span.to),
      users: numberOf(total.users),
      ...shown(total),
      by_day: days.map((raw) => ({ day: instant(numberOf(raw.day) * 86_400_000).slice(0, 10), ...shown(raw) })),
    };
  });

export const readUsers = (store: Store, span: Span) =>
  store.read(async (db) => {
    const rows = (await figures(inSpan(db, span).select('item.user', 'user'))
      .groupBy('item.user')
      .orderBy('last_at', 'DESC')
      .limit(1_000)
      .getRawMany()) as Raw[];
    const data = rows.map((raw) => ({ user: raw.user as string, ...shown(raw), last_at: instant(raw.last_at) }));
    return { data, count: data.length };
  });

/** The statements that are asked most. */
export const readQueries = (store: Store, span: Span) =>
  store.read(async (db) => {
    const asked = `${sums.runs} + ${sums.cached}`;
    const rows = (await figures(inSpan(db, span).select('item.queryId', 'query_id'))
      .addSelect('max(item.text)', 'sql')
      .addSelect('max(item.target)', 'connection')
      .addSelect('max(item.kind)', 'kind')
      .addSelect(asked, 'asked')
      .andWhere('item.queryId is not null')
      .groupBy('item.queryId')
      .orderBy('asked', 'DESC')
      .addOrderBy('item.queryId', 'ASC')
      .limit(most)
      .getRawMany()) as Raw[];
    const data = rows.map((raw) => ({
      query_id: raw.query_id as string,
      kind: raw.kind as string | null,
      connection: raw.connection as string | null,
      sql: raw.sql as string | null,
      ...shown(raw),
      last_at: instant(raw.last_at),
    }));
    return { data, count: data.length };
  });

export const readDashboards = (store: Store, span: Span) =>
  store.read(async (db) => {
    const rows = (await inSpan(db, span)
      .select('item.target', 'dashboard')
      .addSelect('item.event', 'event')
      .addSelect('sum(item.times)', 'times')
      .addSelect(sums.last, 'last_at')
      .andWhere("item.event like 'dashboard.%'")
      .groupBy('item.target')
      .addGroupBy('item.event')
      .orderBy('times', 'DESC')
      .limit(most)
      .getRawMany()) as Raw[];
    const data = rows.map((raw) => ({
      dashboard: raw.dashboard as string | null,
      event: raw.event as string,
      times: numberOf(raw.times),
      last_at: instant(raw.last_at),
    }));
    return { data, count: data.length };
  });

export const readTokens = (store: Store, span: Span) =>
  store.read(async (db) => {
    const rows = (await inSpan(db, span)
      .select('item.kind', 'model')
      .addSelect('sum(item.times)', 'answers')
      .addSelect('sum(item.tokensIn)', 'tokens_in')
      .addSelect('sum(item.tokensOut)', 'tokens_out')
      .andWhere("item.event = 'llm.answer'")
      .groupBy('item.kind')
      .orderBy('answers', 'DESC')
      .limit(most)
      .getRawMany()) as Raw[];
    const data = rows.map((raw) => ({
      model: raw.model as string | null,
      answers: numberOf(raw.answers),
      prompt_tokens: numberOf(raw.tokens_in),
      completion_tokens: numberOf(raw.tokens_out),
      total_tokens: numberOf(raw.tokens_in) + numberOf(raw.tokens_out),
    }));
    return { data, count: data.length };
  });

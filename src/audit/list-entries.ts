import { In } from 'typeorm';
import { listRows, type Listed, type ListRequest } from '../store/list-rows.js';
import type { Store } from '../store/store.js';
import { type EntryRow, entries } from './store.js';
import type { Json, Result } from './trail.js';

export interface AuditFilter extends ListRequest {
  /** Only of this workspace. The operator alone may leave it out. */
  readonly workspace: string | null;
  readonly user?: string;
  readonly action?: string;
  readonly target?: string;
  readonly result?: Result;
  readonly correlationId?: string;
  /** Milliseconds since 1970; from inclusive, to exclusive. */
  readonly from?: number;
  readonly to?: number;
}

/** What was done, with how it ended, as it is shown. */
export interface AuditItem {
  readonly id: string;
  readonly at: string;
  readonly action: string;
  readonly user: string;
  readonly workspace: string;
  readonly origin: string | null;
  readonly target: string | null;
  readonly correlation_id: string;
  readonly detail: Json;
  /** `null` while it is being done, or when the process ended before it was. */
  readonly result: Result | null;
  readonly code: string | null;
  readonly outcome: Json;
  readonly finished_at: string | null;
  readonly chain: string;
  readonly seq: number;
}

const rules = {
  sortable: { at: 'at', action: 'action', user: 'user', target: 'target' },
  sortedBy: '-at',
  searched: ['action', 'user', 'target', 'detail'],
  key: 'id',
} as const;

const instant = (at: number): string => new Date(at).toISOString();

const itemOf = (intent: EntryRow, outcome: EntryRow | undefined): AuditItem => ({
  id: intent.id,
  at: instant(intent.at),
  action: intent.action,
  user: intent.user,
  workspace: intent.workspace,
  origin: intent.origin,
  target: intent.target,
  correlation_id: intent.correlationId,
  detail: JSON.parse(intent.detail) as Json,
  result: outcome?.result ?? (intent.result as Result | null),
  code: outcome?.code ?? null,
  outcome: outcome === undefined ? null : (JSON.parse(outcome.detail) as Json),
  // What holds its own result was over when it was written.
  finished_at: outcome === undefined ? (intent.result === null ? null : instant(intent.at)) : instant(outcome.at),
  chain: intent.chain,
  seq: intent.seq,
});

/** Conditions of the list, each when it is asked for. */
const conditions: readonly (readonly [keyof AuditFilter, string])[] = [
  ['workspace', 'item.workspace = :workspace'],
  ['user', 'item.user = :user'],
  ['action', 'item.action = :action'],
  ['target', 'item.target = :target'],
  ['from', 'item.at >= :from'],
  ['to', 'item.at < :to'],
];

/** What was done, newest first. @throws DataMindError `BAD_REQUEST` for a field that cannot be sorted by */
export const listEntries = async (store: Store, filter: AuditFilter): Promise<Listed<AuditItem>> =>
  store.read(async (db) => {
    const { data, count } = await listRows(db, store.engine, entries, filter, rules, (query) => {
      query.where('item.phase = :phase', { phase: 'intent' });
      for (const [name, condition] of conditions) {
        const value = filter[name] ?? null;
        if (value !== null) query.andWhere(condition, { [name]: value });
      }
      if (filter.correlationId !== undefined) {
        const { correlationId } = filter;
        // An answer from the cache that was given again and again is one entry, which names the requests.
        const again = "(item.action = 'statement.cached' and item.detail like :named escape '!')";
        query.andWhere(`(item.correlationId = :correlationId or ${again})`, {
          correlationId,
          named: `%"${correlationId.replace(/[!%_]/g, '!$&')}"%`,
        });
      }
      if (filter.result !== undefined) {
        const outcome = query
          .subQuery()
          .select('1')
          .from(entries, 'o')
          .where('o.intentId = item.id')
          .andWhere('o.result = :result');
        query.andWhere(`(item.result = :result or exists ${outcome.getQuery()})`, { result: filter.result });
      }
      return query;
    });
    const outcomes = await db.find(entries, { where: { intentId: In(data.map(({ id }) => id)) } });
    return {
      data: data.map((intent) =>
        itemOf(
          intent,
          outcomes.find(({ intentId }) => intentId === intent.id),
        ),
      ),
      count,
    };
  });

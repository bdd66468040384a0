import { type ListRequest, listRows } from '../store/list-rows.js';
import type { Store } from '../store/store.js';
import { type UsageRow, usageEvents } from './store.js';

export interface HistoryFilter extends ListRequest {
  readonly workspace: string;
  /** Only of this user; of all when absent. */
  readonly user?: string;
  /** Only what was asked in the project of that name. */
  readonly project?: string;
  readonly connection?: string;
  readonly result?: string;
  readonly from?: number;
  readonly to?: number;
}

const rules = {
  sortable: { at: 'at', ms: 'ms', rows: 'rows', user: 'user' },
  sortedBy: '-at',
  searched: ['text', 'user', 'target'],
  key: 'id',
} as const;

const shown = (row: UsageRow) => ({
  id: row.id,
  at: new Date(row.at).toISOString(),
  user: row.user,
  kind: row.kind,
  connection: row.target,
  query_id: row.queryId,
  sql: row.text,
  result: row.result,
  code: row.code,
  rows: row.rows,
  ms: row.ms,
  correlation_id: row.correlationId,
});

const conditions: readonly (readonly [keyof HistoryFilter, string])[] = [
  ['user', 'item.user = :user'],
  ['project', 'item.project = :project'],
  ['connection', 'item.target = :connection'],
  ['result', 'item.result = :result'],
  ['from', 'item.at >= :from'],
  ['to', 'item.at < :to'],
];

/** Statements that ran or were refused, newest first. */
export const listHistory = async (store: Store, filter: HistoryFilter) => {
  const { data, count } = await store.read((db) =>
    listRows(db, store.engine, usageEvents, filter, rules, (query) => {
      query
        .where('item.workspace = :workspace', { workspace: filter.workspace })
        .andWhere("item.event in ('statement.run', 'statement.refuse')");
      for (const [name, condition] of conditions) {
        const value = filter[name];
        if (value !== undefined) query.andWhere(condition, { [name]: value });
      }
      return query;
    }),
  );
  return { data: data.map(shown), count };
};

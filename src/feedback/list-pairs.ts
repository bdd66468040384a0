import type { VerifiedQuery } from '../../semantic/model/model.js';
import { staleQueries } from '../../semantic/prompt/verified-meaning.js';
import { listPage } from '../api/list.js';
import { type Caller, workspaceOf } from '../identity/caller.js';
import { sqlIn, wordsHash } from '../pipeline/verified-pairs.js';
import { type ListRequest, listRows } from '../store/list-rows.js';
import { heldBackOf } from './held-back.js';
import type { FeedbackServices } from './service.js';
import { type TrainingEntryRow, type TrainingStatus, trainingEntries } from './store.js';

/** What was flagged, by what became of it; and the verified queries of the model, by whether they are used. */
export const trainingTags = ['flagged-for-review', 'approved', 'rejected', 'verified', 'held-back', 'stale'] as const;
export type TrainingTag = (typeof trainingTags)[number];

const statusOf: Readonly<Partial<Record<TrainingTag, TrainingStatus>>> = {
  'flagged-for-review': 'flagged',
  approved: 'approved',
  rejected: 'rejected',
};
const tagOf: Readonly<Record<TrainingStatus, TrainingTag>> = {
  flagged: 'flagged-for-review',
  approved: 'approved',
  rejected: 'rejected',
};

const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const shownEntry = (row: TrainingEntryRow) => ({
  id: row.id,
  tag: tagOf[row.status],
  question: row.question,
  name: row.pair,
  query: row.query ?? null,
  sql: row.sql,
  read_by: row.readBy,
  follow_up: row.followUp,
  query_id: row.queryId,
  model_hash: row.modelHash,
  asked_by: row.askedBy,
  flagged_by: row.flaggedBy,
  comment: row.comment,
  rating: row.rating,
  created_at: instant(row.createdAt),
  reviewed_by: row.reviewedBy,
  reviewed_at: instant(row.reviewedAt),
  note: row.note,
});

const shownPair = (tag: TrainingTag, one: VerifiedQuery) => ({
  id: one.name,
  tag,
  question: one.question,
  name: one.name,
  label: one.question,
  query: one.query,
  sql: sqlIn(one, 'default') ?? (one.sql === null ? null : (Object.values(one.sql)[0] ?? null)),
  file: one.source.file,
  verified_by: one.verified_by,
  verified_at: one.verified_at,
  verified_with: one.verified_with,
});

const rules = {
  sortable: { created_at: 'createdAt', question: 'question', reviewed_at: 'reviewedAt', flagged_by: 'flaggedBy' },
  sortedBy: '-created_at',
  searched: ['question', 'comment'],
  key: 'id',
} as const;

/** Without a tag: all that was flagged. */
export const listPairs = async (
  { store, models }: FeedbackServices,
  caller: Caller,
  { tag, ...request }: ListRequest & { readonly tag?: TrainingTag },
) => {
  const workspaceId = workspaceOf(caller);
  const status = tag === undefined ? undefined : statusOf[tag];
  if (tag !== undefined && status === undefined) {
    const model = (await models.of(workspaceId)).model();
    const { names, questions } = await heldBackOf(store, workspaceId);
    const stale = staleQueries(model);
    const isHeld = ({ name, question }: VerifiedQuery): boolean =>
      names.has(name) || questions.has(wordsHash(question));
    const all = Object.values(model.verified_queries).map((one) =>
      shownPair(stale.has(one.name) ? 'stale' : isHeld(one) ? 'held-back' : 'verified', one),
    );
    return listPage(
      all.filter((one) => one.tag === tag),
      request,
    );
  }
  const { data, count } = await store.read((db) =>
    listRows(db, store.engine, trainingEntries, request, rules, (query) => {
      query.where('item.workspaceId = :workspaceId', { workspaceId });
      return status === undefined ? query : query.andWhere('item.status = :status', { status });
    }),
  );
  return { data: data.map(shownEntry), count };
};

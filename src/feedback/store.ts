import { defineTable } from '../store/define-table.js';

/** What a question was taken to be, so that whoever asked can say that it was wrong. No row of the answer. */
export interface AskedQuestionRow {
  readonly id: string;
  readonly workspaceId: string;
  /** Who asked. */
  readonly user: string;
  readonly queryId: string;
  /** Without personal data. */
  readonly question: string;
  readonly wordsHash: string;
  readonly query: unknown;
  /** SQL that answered in the place of a query. */
  readonly sql: string | null;
  readonly readBy: unknown;
  /** Whether it was asked after others, which it may lean on. */
  readonly followUp: boolean;
  readonly modelHash: string;
  readonly at: number;
}

export const askedQuestions = defineTable<AskedQuestionRow>('asked_questions', {
  id: 'id',
  workspaceId: 'text',
  user: 'text',
  queryId: 'text',
  question: 'text',
  wordsHash: 'text',
  query: 'json?',
  sql: 'text?',
  readBy: 'json',
  followUp: 'flag',
  modelHash: 'text',
  at: 'time',
});

export type TrainingStatus = 'flagged' | 'approved' | 'rejected';

/** An answer that somebody has flagged, and what became of it. */
export interface TrainingEntryRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly status: TrainingStatus;
  readonly question: string;
  readonly wordsHash: string;
  /** The verified query that the question was, if it was one. */
  readonly pair: string | null;
  readonly query: unknown;
  readonly sql: string | null;
  readonly readBy: unknown;
  readonly followUp: boolean;
  readonly queryId: string;
  readonly modelHash: string;
  /** Who asked the question. */
  readonly askedBy: string;
  readonly flaggedBy: string;
  readonly comment: string;
  readonly rating: string | null;
  readonly createdAt: number;
  readonly reviewedBy: string | null;
  readonly reviewedAt: number | null;
  readonly note: string | null;
  readonly version: number;
}

export const trainingEntries = defineTable<TrainingEntryRow>('training_entries', {
  id: 'id',
  workspaceId: 'text',
  status: 'text',
  question: 'text',
  wordsHash: 'text',
  pair: 'text?',
  query: 'json?',
  sql: 'text?',
  readBy: 'json',
  followUp: 'flag',
  queryId: 'text',
  modelHash: 'text',
  askedBy: 'text',
  flaggedBy: 'text',
  comment: 'text',
  rating: 'text?',
  createdAt: 'time',
  reviewedBy: 'text?',
  reviewedAt: 'time?',
  note: 'text?',
  version: 'count',
});

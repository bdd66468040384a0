import { defineTable } from '../store/define-table.js';

/** Questions that follow each other; its owner's alone. */
export interface ConversationRow {
  readonly id: string;
  readonly workspaceId: string;
  /** A username. */
  readonly owner: string;
  readonly title: string;
  /** Whether somebody gave it; else it is of the first question. */
  readonly titled: boolean;
  readonly connection: string | null;
  /** The project that it is about; null: the workspace. It does not exist elsewhere. */
  readonly projectId: string | null;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly version: number;
}

export const conversations = defineTable<ConversationRow>('conversations', {
  id: 'id',
  workspaceId: 'text',
  owner: 'text',
  title: 'text',
  titled: 'flag',
  connection: 'text?',
  projectId: 'text?',
  createdAt: 'time',
  changedAt: 'time',
  version: 'count',
});

/** A question and what became of it: what was understood, and no row of the answer. */
export interface ConversationMessageRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly conversationId: string;
  readonly question: string;
  /** `answered`, `clarify`, `abstained`. */
  readonly outcome: string;
  readonly reading: string;
  /** What was asked back, or why there is no answer; the words of an answer are of its rows. */
  readonly message: string;
  readonly query: unknown;
  /** SQL that answered in the place of a query. */
  readonly writtenSql: string | null;
  /** What ran. */
  readonly sql: string | null;
  readonly queryId: string | null;
  readonly connection: string | null;
  readonly choices: unknown;
  readonly readBy: unknown;
  /** In thousandths. */
  readonly confidence: number | null;
  readonly rows: number | null;
  readonly ms: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly createdAt: number;
}

export const conversationMessages = defineTable<ConversationMessageRow>('conversation_messages', {
  id: 'id',
  workspaceId: 'text',
  conversationId: 'text',
  question: 'text',
  outcome: 'text',
  reading: 'text',
  message: 'text',
  query: 'json?',
  writtenSql: 'text?',
  sql: 'text?',
  queryId: 'text?',
  connection: 'text?',
  choices: 'json?',
  readBy: 'json?',
  confidence: 'count?',
  rows: 'count?',
  ms: 'count',
  tokensIn: 'count',
  tokensOut: 'count',
  createdAt: 'time',
});

import { DataMindError } from '../../core/errors/datamind-error.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import type { AuditTrail } from '../audit/trail.js';
import { actorOf, type Caller, workspaceOf } from '../identity/caller.js';
import type { Circumstances } from '../identity/service.js';
import type { PastTurn, QuestionAnswer, ReadBy } from '../pipeline/question.js';
import type { Asking, QuestionBody, QuestionService } from '../questions/service.js';
import { ofProject } from '../projects/of-project.js';
import { changeRow } from '../store/change-row.js';
import { type ListRequest, listRows } from '../store/list-rows.js';
import { newId } from '../store/new-id.js';
import type { Reader, Store } from '../store/store.js';
import { type ConversationMessageRow, type ConversationRow, conversationMessages, conversations } from './store.js';

export interface ConversationServices {
  readonly store: Store;
  readonly trail: AuditTrail;
  readonly questions: QuestionService;
  readonly now: () => number;
}

export interface NewConversation {
  readonly title?: string;
  readonly connection?: string;
}

/** How much a follow-up may look back. */
const mostTurns = 20;
const longestTitle = 80;
const unnamed = 'New conversation';

const instant = (at: number): string => new Date(at).toISOString();

const shown = (row: ConversationRow) => ({
  id: row.id,
  title: row.title,
  connection: row.connection,
  owner: row.owner,
  created_at: instant(row.createdAt),
  changed_at: instant(row.changedAt),
  version: row.version,
});

const shownMessage = (row: ConversationMessageRow) => ({
  id: row.id,
  conversation_id: row.conversationId,
  question: row.question,
  outcome: row.outcome,
  reading: row.reading,
  message: row.message,
  query: row.query ?? null,
  sql: row.sql,
  query_id: row.queryId,
  connection: row.connection,
  choices: row.choices ?? [],
  read_by: row.readBy ?? null,
  confidence: row.confidence === null ? null : row.confidence / 1000,
  row_count: row.rows,
  execution_time_ms: row.ms,
  tokens: { input: row.tokensIn, output: row.tokensOut },
  created_at: instant(row.createdAt),
});

const rules = {
  sortable: { changed_at: 'changedAt', created_at: 'createdAt', title: 'title' },
  sortedBy: '-changed_at',
  searched: ['title'],
  key: 'id',
} as const;
const messageRules = {
  sortable: { created_at: 'createdAt' },
  sortedBy: 'created_at',
  searched: ['question', 'reading'],
  key: 'id',
} as const;

/** One's own; somebody else's is not there. */
const conversationOf = async (db: Reader, caller: Caller, id: string): Promise<ConversationRow> => {
  const row = await db.findOneBy(conversations, { workspaceId: workspaceOf(caller), id });
  if (row !== null && row.owner === caller.subject.user && row.projectId === caller.project) return row;
  throw new DataMindError('NOT_FOUND', 'There is no such conversation.');
};

export const listConversations = async (
  { store }: ConversationServices,
  caller: Caller,
  { connection, ...request }: ListRequest & { readonly connection?: string },
) => {
  const { data, count } = await store.read((db) =>
    listRows(db, store.engine, conversations, request, rules, (query) => {
      query
        .where('item.workspaceId = :workspace', { workspace: workspaceOf(caller) })
        .andWhere('item.owner = :me', { me: caller.subject.user })
        .andWhere(...ofProject(caller));
      return connection === undefined ? query : query.andWhere('item.connection = :connection', { connection });
    }),
  );
  return { data: data.map(shown), count };
};

export const listMessages = async (
  { store }: ConversationServices,
  caller: Caller,
  id: string,
  request: ListRequest,
) => {
  const { data, count } = await store.read(async (db) => {
    const { workspaceId } = await conversationOf(db, caller, id);
    return listRows(db, store.engine, conversationMessages, request, messageRules, (query) =>
      query.where('item.workspaceId = :workspaceId and item.conversationId = :id', { workspaceId, id }),
    );
  });
  return { data: data.map(shownMessage), count };
};

export const showConversation = ({ store }: ConversationServices, caller: Caller, id: string) =>
  store.read(async (db) => shown(await conversationOf(db, caller, id)));

export const createConversation = async (
  services: ConversationServices,
  caller: Caller,
  { title, connection }: NewConversation,
  circumstances: Circumstances,
) => {
  const at = services.now();
  const row: ConversationRow = {
    id: newId(at),
    workspaceId: workspaceOf(caller),
    owner: caller.subject.user,
    title: title?.trim() ?? unnamed,
    titled: title !== undefined,
    connection: connection ?? null,
    projectId: caller.project,
    createdAt: at,
    changedAt: at,
    version: 1,
  };
  await changeAudited(services, intentOf(actorOf(caller), 'conversation.create', row.id, circumstances), [], (db) =>
    db.insert(conversations, row),
  );
  return shown(row);
};

export const changeConversation = (
  services: ConversationServices,
  caller: Caller,
  id: string,
  { title, connection }: NewConversation,
  circumstances: Circumstances,
): Promise<unknown> =>
  changeAudited(services, intentOf(actorOf(caller), 'conversation.change', id, circumstances), [], async (db) => {
    const { workspaceId, version } = await conversationOf(db, caller, id);
    const change = {
      ...(title !== undefined && { title: title.trim(), titled: true }),
      ...(connection !== undefined && { connection }),
      changedAt: services.now(),
    };
    return changeRow(db, conversations, { workspaceId, id }, version, change, 'conversation');
  });

export const deleteConversation = (
  services: ConversationServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
): Promise<unknown> =>
  changeAudited(services, intentOf(actorOf(caller), 'conversation.delete', id, circumstances), [], async (db) => {
    const { workspaceId } = await conversationOf(db, caller, id);
    return db.remove(conversations, { workspaceId, id });
  });

/** What was answered before, oldest first: the queries, as far as follow-ups need them. */
const turnsOf = async (db: Reader, { id, workspaceId }: ConversationRow): Promise<readonly PastTurn[]> => {
  const rows = await db
    .createQueryBuilder(conversationMessages, 'item')
    .where('item.workspaceId = :workspaceId and item.conversationId = :id', { workspaceId, id })
    .andWhere("item.outcome = 'answered'")
    .orderBy('item.createdAt', 'DESC')
    .addOrderBy('item.id', 'DESC')
    .limit(mostTurns)
    .getMany();
  return rows.reverse().map(({ question, query, writtenSql }) => ({
    question,
    query: (query as SemanticQuery | null) ?? null,
    sql: writtenSql,
    words: null,
  }));
};

const messageOf = (
  row: ConversationRow,
  answer: QuestionAnswer,
  writtenSql: string | null,
  at: number,
): ConversationMessageRow => {
  const { question, read_by: readBy, tokens, timings } = answer;
  const answered = answer.outcome === 'answered' ? answer : null;
  return {
    id: newId(at),
    workspaceId: row.workspaceId,
    conversationId: row.id,
    question,
    outcome: answer.outcome,
    reading: answered?.reading ?? '',
    message: answered === null ? answer.answer : '',
    query: answered?.query ?? null,
    writtenSql,
    sql: answered?.sql ?? null,
    queryId: answered?.query_id ?? null,
    connection: answered?.connection ?? null,
    choices: answer.outcome === 'clarify' ? answer.choices : null,
    readBy,
    confidence: answered === null ? null : Math.round(answered.confidence * 1000),
    rows: answered?.row_count ?? null,
    ms: Math.round(timings.total_ms),
    tokensIn: tokens?.input ?? 0,
    tokensOut: tokens?.output ?? 0,
    createdAt: at,
  };
};

const titleOf = (question: string): string =>
  question.length > longestTitle ? `${question.slice(0, longestTitle - 1)}…` : question;

export type ConversationAnswer = QuestionAnswer & {
  readonly conversation_id: string;
  readonly message_id: string;
};

/** Answers a question with what was asked before, and keeps what was understood. */
export const askInConversation = async (
  services: ConversationServices,
  caller: Caller,
  id: string,
  { context: _, ...body }: QuestionBody,
  asking: Asking,
): Promise<ConversationAnswer> => {
  const { store, questions, now } = services;
  const { row, previous } = await store.read(async (db) => {
    const found = await conversationOf(db, caller, id);
    return { row: found, previous: await turnsOf(db, found) };
  });
  const place = row.connection === null ? {} : { connection: row.connection };
  const answer = await questions.ask({ ...place, ...body }, { ...asking, previous });
  const writtenSql = answer.outcome === 'answered' && answer.query === null ? answer.written_sql : null;
  const message = messageOf(row, answer, writtenSql, now());
  await store.transaction(async (db) => {
    // It may be gone by now; then there is nothing to keep it in.
    const current = await db.findOneBy(conversations, { workspaceId: row.workspaceId, id });
    if (current === null) return;
    await db.insert(conversationMessages, message);
    const title = current.titled ? current.title : current.title === unnamed ? titleOf(answer.question) : current.title;
    await db.update(conversations, { workspaceId: row.workspaceId, id }, { title, changedAt: message.createdAt });
  });
  return { ...answer, conversation_id: id, message_id: message.id };
};

/** Runs what was understood then, under the policies of now. */
export const askAgain = async (
  services: ConversationServices,
  caller: Caller,
  id: string,
  messageId: string,
  asking: Asking,
): Promise<QuestionAnswer> => {
  const message = await services.store.read(async (db) => {
    const { workspaceId } = await conversationOf(db, caller, id);
    return db.findOneBy(conversationMessages, { workspaceId, conversationId: id, id: messageId });
  });
  if (message === null) throw new DataMindError('NOT_FOUND', 'There is no such message.');
  const { question, reading, query, writtenSql, connection, readBy, confidence } = message;
  const said = { reading, confidence: (confidence ?? 0) / 1000, notes: [] };
  const body = { question, ...(connection !== null && { connection }) };
  if (query === null && writtenSql === null) {
    throw new DataMindError('CONFLICT', 'This message was not answered, so there is nothing to run again.');
  }
  const draft =
    writtenSql === null
      ? ({ kind: 'query', query: query as SemanticQuery, ...said } as const)
      : ({ kind: 'sql', sql: writtenSql, ...said } as const);
  return services.questions.ask(body, { ...asking, known: { draft, by: readBy as ReadBy } });
};

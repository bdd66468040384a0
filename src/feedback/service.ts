import { DataMindError } from '../../core/errors/datamind-error.js';
import { maskText } from '../../core/pii/mask-text.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import type { VerifiedQuery } from '../../semantic/model/model.js';
import { meaningOf } from '../../semantic/prompt/verified-meaning.js';
import { performAudited } from '../audit/perform-audited.js';
import type { AuditTrail, JsonObject } from '../audit/trail.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import { atLeast } from '../identity/access.js';
import { actorOf, type Caller, workspaceOf } from '../identity/caller.js';
import { namedSubject } from '../identity/named-subject.js';
import type { ModelSource } from '../models/model-source.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import { wordsHash } from '../pipeline/verified-pairs.js';
import { newId } from '../store/new-id.js';
import type { Reader, Store } from '../store/store.js';
import { findAsked } from './asked-questions.js';
import { assertNoConflict, assertUsable, checkPair, type Pair, type Reference } from './check-pair.js';
import { cleanQuestion } from './clean-question.js';
import { heldBackOf } from './held-back.js';
import { type TrainingEntryRow, trainingEntries } from './store.js';
import { pairName, pairsFile, readPair, writePair } from './write-pair.js';

export interface FeedbackServices {
  readonly store: Store;
  readonly trail: AuditTrail;
  readonly models: WorkspaceModels;
  readonly executor: GovernedExecutor;
  readonly maxRows: number;
  readonly now: () => number;
}

/** Who reviews, and how that is followed and given up. */
export interface Reviewer {
  readonly caller: Caller;
  readonly correlationId: string;
  readonly address: string | null;
  readonly signal: AbortSignal;
}

export interface Flag {
  readonly query_id: string;
  readonly comment?: string;
  readonly rating?: number | string;
}

export interface Correction {
  readonly flagged_entry_id: string;
  readonly question: string;
  readonly corrected_query?: SemanticQuery;
  readonly corrected_sql?: string;
  readonly reference?: Reference;
}

export interface NewPair {
  readonly question: string;
  readonly query?: SemanticQuery;
  readonly sql?: string;
  /** Of a verified query that is there: it takes the place of that, or is reviewed again. */
  readonly name?: string;
  readonly reference?: Reference;
}

/** What was written, and whether questions are answered with it from now on. */
export interface WrittenPair {
  readonly name: string;
  readonly file: string;
  readonly question: string;
  readonly query: SemanticQuery | null;
  readonly sql: string | null;
  readonly verified_by: string;
  readonly verified_at: string;
  readonly verified_with: string;
  readonly in_use: boolean;
}

/** Takes an answer out of what questions are answered with, until it is reviewed. @returns the id of the entry */
export const flag = async (
  services: FeedbackServices,
  asker: Omit<Reviewer, 'signal'>,
  { query_id: queryId, comment = '', rating }: Flag,
): Promise<string> => {
  const { models, now } = services;
  const { caller } = asker;
  const workspaceId = workspaceOf(caller);
  const flaggedBy = caller.subject.user;
  const mayAll = caller.role !== null && atLeast(caller.role, 'admin');
  const source = await models.of(workspaceId);
  return changeAudited(services, intentOf(actorOf(caller), 'feedback.give', queryId, asker), [], async (db) => {
    const asked = await findAsked(db, workspaceId, queryId, mayAll ? null : flaggedBy);
    if (asked === null) {
      throw new DataMindError('NOT_FOUND', 'No question of yours was answered under that query_id.', {
        hint: 'Answers can be flagged for as long as histories are kept.',
      });
    }
    const said = { comment: maskText(comment.trim()), rating: rating === undefined ? null : String(rating) };
    const { wordsHash: words, question, query, sql, readBy, followUp, modelHash, user: askedBy } = asked;
    const which = { workspaceId, status: 'flagged' as const, wordsHash: words, flaggedBy };
    const again = await db.findOneBy(trainingEntries, which);
    if (again !== null) {
      await db.update(trainingEntries, { workspaceId, id: again.id }, { ...said, version: again.version + 1 });
      return again.id;
    }
    const pairs = Object.values(source.state().model?.verified_queries ?? {});
    const at = now();
    const row: TrainingEntryRow = {
      ...{ id: newId(at), workspaceId, status: 'flagged', question, wordsHash: words },
      pair: pairs.find((one) => wordsHash(one.question) === words)?.name ?? null,
      ...{ query, sql, readBy, followUp, queryId, modelHash, askedBy, flaggedBy, ...said },
      ...{ createdAt: at, reviewedBy: null, reviewedAt: null, note: null, version: 1 },
    };
    await db.insert(trainingEntries, row);
    return row.id;
  });
};

const flaggedEntry = async (db: Reader, workspaceId: string, id: string): Promise<TrainingEntryRow> => {
  const row = await db.findOneBy(trainingEntries, { workspaceId, id });
  if (row === null) throw new DataMindError('NOT_FOUND', 'There is no such entry.');
  if (row.status !== 'flagged') throw new DataMindError('CONFLICT', `This entry was ${row.status} already.`);
  return row;
};

/** The two in place of one: SQL beside a query is what the query must agree with. */
const pairOf = (
  question: string,
  query: SemanticQuery | undefined,
  sql: string | undefined,
): { readonly pair: Pair; readonly references: readonly Reference[] } => {
  if (query === undefined && sql === undefined) {
    throw new DataMindError('BAD_REQUEST', 'A correction has a semantic query, SQL, or both.', {
      at: '/corrected_query',
    });
  }
  const pair = { question: cleanQuestion(question), query: query ?? null, sql: query === undefined ? sql! : null };
  return { pair, references: query !== undefined && sql !== undefined ? [{ sql }] : [] };
};

interface Place {
  readonly name: string;
  readonly file: string;
}

/** Where it goes: in the place of the pair that is replaced, of the very same pair, or as a new one. */
const placeOf = (source: ModelSource, pair: Pair, own: string | null): Place => {
  const { verified_queries: all } = source.model();
  const name = own ?? assertNoConflict(source.model(), pair, own) ?? null;
  if (own !== null) assertNoConflict(source.model(), pair, own);
  if (name !== null && Object.hasOwn(all, name)) return { name, file: all[name]!.source.file };
  return { name: pairName(pair.question, (one) => Object.hasOwn(all, one)), file: pairsFile };
};

/** Checks a pair, and writes it into the model. The whole model is compiled with it first. */
const verify = async (
  services: FeedbackServices,
  { caller, correlationId, address: origin, signal }: Reviewer,
  { pair, references }: { readonly pair: Pair; readonly references: readonly Reference[] },
  own: string | null,
  asker: string | null,
): Promise<Omit<WrittenPair, 'in_use'>> => {
  const { store, models, executor, maxRows, now } = services;
  const { subject } = caller;
  const workspace = workspaceOf(caller);
  const source = await models.of(workspace);
  const reviewing = {
    ...{
      executor,
      maxRows,
      correlationId,
      origin,
      signal,
      reviewer: subject,
      model: await models.modelFor(subject),
      now: now(),
    },
    asker: asker === null ? null : await namedSubject(store, workspace, asker),
  };
  const place = placeOf(source, pair, own);
  await checkPair(reviewing, pair, references);
  const { question, query, sql } = pair;
  const verifiedAt = new Date(now()).toISOString().slice(0, 10);
  let verifiedWith = '';
  const edit = (file: { readonly text: string } | null): string => {
    const text = file?.text ?? '';
    // Somebody may have been quicker since it was checked.
    const { name } = placeOf(source, pair, own);
    if (name !== place.name) throw new DataMindError('CONFLICT', 'The verified queries have changed; try again.');
    verifiedWith = meaningOf(source.model(), {
      query: query as Readonly<Record<string, unknown>> | null,
      sql: sql === null ? null : { default: sql },
    });
    const { query: _query, sql: _sql, ...kept } = readPair(text, name) ?? {};
    return writePair(text, name, {
      ...{ ...kept, question },
      ...(query === null ? { sql } : { query }),
      ...{ verified_by: subject.user, verified_at: verifiedAt, verified_with: verifiedWith },
    });
  };
  const { model: next } = await source.preview(new Map([[place.file, edit(await source.file(place.file))]]));
  if (next !== null) await assertUsable(reviewing, await models.within(next, subject), pair);
  await source.change(place.file, edit, subject.user);
  const said = { verified_by: subject.user, verified_at: verifiedAt, verified_with: verifiedWith };
  return { ...place, question, query, sql, ...said };
};

const isInUse = async ({ store }: FeedbackServices, workspace: string, name: string, question: string) => {
  const { names, questions } = await heldBackOf(store, workspace);
  return !names.has(name) && !questions.has(wordsHash(question));
};

const toldOf = ({ name, file, verified_with }: Omit<WrittenPair, 'in_use'>): JsonObject => ({
  name,
  file,
  verified_with,
});

/** Keeps the corrected pair, in the place of the wrong one, and settles all that was flagged of that question. */
export const approvePair = async (
  services: FeedbackServices,
  reviewer: Reviewer,
  { flagged_entry_id: id, question, corrected_query: query, corrected_sql: sql, reference }: Correction,
): Promise<WrittenPair> => {
  const { store, models, now } = services;
  const workspaceId = workspaceOf(reviewer.caller);
  const reviewedBy = reviewer.caller.subject.user;
  const approved = await performAudited(
    services.trail,
    intentOf(actorOf(reviewer.caller), 'training.create', id, reviewer),
    async () => {
      const entry = await store.read((db) => flaggedEntry(db, workspaceId, id));
      const { pair, references } = pairOf(question, query, sql);
      if (entry.followUp && wordsHash(pair.question) === entry.wordsHash) {
        throw new DataMindError('PAIR_REFUSED', 'This was asked after other questions and may lean on them.', {
          at: '/question',
          hint: 'Write the question out, so that it means the same to whoever asks it first.',
        });
      }
      const { verified_queries: all } = (await models.of(workspaceId)).model();
      const isWrong = ({ name, question: asked }: VerifiedQuery): boolean =>
        name === entry.pair || wordsHash(asked) === entry.wordsHash;
      const own = Object.values(all).find(isWrong)?.name ?? null;
      const given = reference === undefined ? references : [...references, reference];
      const written = await verify(services, reviewer, { pair, references: given }, own, entry.askedBy);
      await store.transaction(async (db) => {
        const about = await db.findBy(trainingEntries, { workspaceId, status: 'flagged', wordsHash: entry.wordsHash });
        for (const { id: one, version } of about) {
          const change = { status: 'approved', pair: written.name, reviewedBy, reviewedAt: now() } as const;
          await db.update(trainingEntries, { workspaceId, id: one }, { ...change, version: version + 1 });
        }
      });
      return written;
    },
    toldOf,
  );
  return { ...approved, in_use: await isInUse(services, workspaceId, approved.name, approved.question) };
};

/** A verified pair that nobody has flagged, or one that is reviewed again. */
export const addPair = async (
  services: FeedbackServices,
  reviewer: Reviewer,
  { question, query, sql, name, reference }: NewPair,
): Promise<WrittenPair> => {
  const workspaceId = workspaceOf(reviewer.caller);
  const written = await performAudited(
    services.trail,
    intentOf(actorOf(reviewer.caller), 'training.create', name ?? null, reviewer),
    async () => {
      const { pair, references } = pairOf(question, query, sql);
      const { verified_queries: all } = (await services.models.of(workspaceId)).model();
      if (name !== undefined && !Object.hasOwn(all, name)) {
        throw new DataMindError('NOT_FOUND', 'There is no verified query of that name to take the place of.', {
          at: '/name',
        });
      }
      const given = reference === undefined ? references : [...references, reference];
      return verify(services, reviewer, { pair, references: given }, name ?? null, null);
    },
    toldOf,
  );
  return { ...written, in_use: await isInUse(services, workspaceId, written.name, written.question) };
};

/** The answer was right after all: it is used again. */
export const reject = (
  services: FeedbackServices,
  reviewer: Omit<Reviewer, 'signal'>,
  { flagged_entry_id: id, reason = null }: { readonly flagged_entry_id: string; readonly reason?: string | null },
): Promise<unknown> => {
  const { caller } = reviewer;
  const workspaceId = workspaceOf(caller);
  return changeAudited(services, intentOf(actorOf(caller), 'training.change', id, reviewer), [], async (db) => {
    const { version } = await flaggedEntry(db, workspaceId, id);
    const note = reason === null ? null : maskText(reason);
    const reviewed = { reviewedBy: caller.subject.user, reviewedAt: services.now(), note };
    const change = { status: 'rejected', ...reviewed, version: version + 1 } as const;
    await db.update(trainingEntries, { workspaceId, id }, change);
  });
};

/** Deletes an entry, or takes a verified query out of the model. */
export const removePair = (
  services: FeedbackServices,
  reviewer: Omit<Reviewer, 'signal'>,
  id: string,
): Promise<void> => {
  const { store, trail, models } = services;
  const workspaceId = workspaceOf(reviewer.caller);
  return performAudited(trail, intentOf(actorOf(reviewer.caller), 'training.delete', id, reviewer), async () => {
    if ((await store.transaction((db) => db.remove(trainingEntries, { workspaceId, id }))) > 0) return;
    const source = await models.of(workspaceId);
    const { verified_queries: all } = source.model();
    const nothing = new DataMindError('NOT_FOUND', 'There is no such entry, and no verified query of that name.');
    if (!Object.hasOwn(all, id)) throw nothing;
    const remove = (file: { readonly text: string } | null): string | null => {
      if (file === null || readPair(file.text, id) === null) throw nothing;
      const text = writePair(file.text, id, null);
      return text.trim() === '' ? null : text;
    };
    await source.change(all[id]!.source.file, remove, reviewer.caller.subject.user);
  });
};

/** Profiles of connections: asked for, shown as far as the reader may know, described. Knows no HTTP. */
import { createHash } from 'node:crypto';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import type { AuditTrail } from '../audit/trail.js';
import { configuredOf, type ConnectionServices, grantedOf } from '../connections/service.js';
import type { Permission } from '../connections/store.js';
import { actorOf, type Caller, workspaceOf } from '../identity/caller.js';
import type { Circumstances } from '../identity/service.js';
import { askerOf } from '../identity/subject-of.js';
import type { JobQueue } from '../jobs/job-queue.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import { assertOwnModel } from '../pipeline/within-project.js';
import { newId } from '../store/new-id.js';
import type { Store, Writer } from '../store/store.js';
import { listPage } from '../api/list.js';
import type { TableProfile } from './profile.js';
import { type DescriptionRow, descriptions, type ProfileRow, profiles } from './store.js';
import { type VisibleTable, visibleTables } from './visible-profile.js';

export interface IntelligenceServices {
  readonly store: Store;
  readonly trail: AuditTrail;
  readonly executor: Pick<
    GovernedExecutor,
    'prepareSql' | 'run' | 'introspect' | 'defaultConnection' | 'lineages' | 'dialectOf'
  >;
  /** With the drafts of whoever asks. */
  readonly models: () => Pick<WorkspaceModels, 'modelFor'>;
  readonly connections: ConnectionServices;
  readonly jobs: Pick<JobQueue, 'add'>;
  /** Has jobs begun at once. */
  readonly wake: () => void;
  readonly now: () => number;
}

export const profileJob = 'intelligence.profile';
/** A profile that is being made is not asked for once more, unless nobody seems to make it. */
const stuckMs = 60 * 60_000;
const busy: ReadonlySet<ProfileRow['state']> = new Set(['pending', 'analyzing', 'indexing', 'updating']);

interface Place {
  /** As profiles and jobs name it. */
  readonly id: string;
  /** As models name it. */
  readonly name: string;
  /** Whether the caller sees all that it has, whatever a model says. */
  readonly seesStructure: boolean;
}

/** @throws DataMindError `NOT_FOUND`, `FORBIDDEN` */
const placeFor = async (
  { connections }: IntelligenceServices,
  caller: Caller,
  id: string,
  needed: Permission,
  needsAdmin: boolean,
): Promise<Place> => {
  const configured = configuredOf(connections, caller, id);
  if (configured === null) {
    const { row, publishedOnly } = await grantedOf(connections, caller, id, needed);
    return { id: row.id, name: row.name, seesStructure: !publishedOnly && caller.project === null };
  }
  if (needsAdmin && caller.role !== 'admin') {
    throw new DataMindError('FORBIDDEN', 'Only admins do this with a connection of the configuration.');
  }
  return { id, name: id, seesStructure: caller.role === 'admin' && caller.project === null };
};

/** Names a table or a column of a connection, whatever becomes of its profile. */
export const insightId = (
  connection: string,
  { schema, name }: Pick<TableProfile, 'schema' | 'name'>,
  column = '',
): string =>
  createHash('sha256')
    .update(JSON.stringify([connection, schema, name, column]))
    .digest('hex')
    .slice(0, 32);

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

interface Seen {
  readonly row: ProfileRow | null;
  readonly tables: readonly VisibleTable[];
  readonly words: ReadonlyMap<string, DescriptionRow>;
}

const see = async (services: IntelligenceServices, { subject, ...caller }: Caller, place: Place): Promise<Seen> => {
  const { store, executor, models, now } = services;
  const where = { workspaceId: workspaceOf({ subject, ...caller }), connectionId: place.id };
  const [row, said] = await store.read(async (db) => [
    await db.findOneBy(profiles, where),
    await db.findBy(descriptions, where),
  ]);
  const words = new Map(said.map((one) => [one.insightId, one]));
  if (row === null || row.tables.length === 0) return { row, tables: [], words };
  const model = await models().modelFor(subject);
  assertOwnModel({ model, subject });
  const lineages = await executor.lineages(model, subject);
  const dialect = (await executor.dialectOf(model, subject)) ?? 'duckdb';
  const { defaultConnection } = executor;
  const looking = { model, subject, lineages, dialect, now: now(), connection: place.name, defaultConnection };
  return { row, tables: visibleTables(looking, row.tables), words };
};

const describedBy = (words: Seen['words'], id: string, comment: string | null) => {
  const known = words.get(id);
  if (known !== undefined) return { description: known.text, described_by: known.origin };
  return { description: comment, described_by: comment === null ? null : 'database' };
};

const shown = (place: Place, { row, words }: Seen, table: VisibleTable) => {
  const { schema, name, kind, rows, counted, sampled, key, key_by, key_evidence, references, entities, whole } = table;
  const id = insightId(place.id, table);
  const path = schema === null ? name : `${schema}.${name}`;
  return {
    ...{ id, name: path, kind, entities },
    ...describedBy(words, id, table.comment),
    ...{ figures: whole, rows, counted, sampled, key, key_by, key_evidence, references },
    /** Whoever asked for the profile may not see all rows, so its figures are of a part. */
    part: whole && (row?.part.includes(path) ?? false),
    columns: table.columns.map((column) => {
      const own = insightId(place.id, table, column.name);
      const { comment, ...rest } = column;
      return { id: own, ...rest, ...describedBy(words, own, comment) };
    }),
  };
};

export const listInsights = async (
  services: IntelligenceServices,
  caller: Caller,
  id: string,
  query: Parameters<typeof listPage>[1],
) => {
  const place = await placeFor(services, caller, id, 'view', false);
  const seen = await see(services, caller, place);
  return listPage(
    seen.tables.map((table) => shown(place, seen, table)),
    query,
  );
};

export const showStats = async (services: IntelligenceServices, caller: Caller, id: string) => {
  const place = await placeFor(services, caller, id, 'view', false);
  const { row, tables, words } = await see(services, caller, place);
  const columns = tables.flatMap((table) => table.columns);
  const references = tables.flatMap((table) => table.references);
  const isBy = (by: 'declared' | 'inferred'): number => references.filter((one) => one.by === by).length;
  const ids = tables.flatMap((table) => [
    insightId(place.id, table),
    ...table.columns.map((column) => insightId(place.id, table, column.name)),
  ]);
  const changes = row !== null && place.seesStructure && 'added' in row.schemaChanges ? row.schemaChanges : null;
  return {
    connection: place.id,
    // What was never asked for waits for somebody who does.
    state: row?.state ?? 'pending',
    progress: row?.progress ?? 0,
    code: row?.code ?? null,
    message: row?.message ?? null,
    tables: tables.length,
    columns: columns.length,
    rows: tables.reduce((sum, table) => sum + (table.rows ?? 0), 0),
    strategies: Object.fromEntries(
      (['categorical', 'vector', 'skip'] as const).map((strategy) => [
        strategy,
        columns.filter((column) => column.strategy === strategy).length,
      ]),
    ),
    personal: columns.filter(({ personal }) => personal !== null).length,
    references: { declared: isBy('declared'), inferred: isBy('inferred') },
    described: ids.filter((one) => words.has(one)).length,
    asked_at: iso(row?.askedAt ?? null),
    profiled_at: iso(row?.profiledAt ?? null),
    next_at: iso(row?.nextAt ?? null),
    schema_changes: changes,
    schema_changed_at: changes === null ? null : iso(row?.schemaChangedAt ?? null),
  };
};

/** @throws DataMindError `NOT_FOUND` for what the caller may not know of, too */
export const describeInsight = async (
  services: IntelligenceServices,
  caller: Caller,
  { connection, insight }: { readonly connection: string; readonly insight: string },
  text: string,
  circumstances: Circumstances,
) => {
  const { now } = services;
  const place = await placeFor(services, caller, connection, 'owner', true);
  const seen = await see(services, caller, place);
  const table = seen.tables.find(
    (one) =>
      insightId(place.id, one) === insight ||
      one.columns.some((column) => insightId(place.id, one, column.name) === insight),
  );
  if (table === undefined) throw new DataMindError('NOT_FOUND', 'There is no such table or column.');
  const workspaceId = workspaceOf(caller);
  const where = { workspaceId, connectionId: place.id, insightId: insight };
  const intent = intentOf(actorOf(caller), 'connection.describe', place.id, circumstances, { insight });
  await changeAudited(services, intent, [], async (db) => {
    const known = await db.findOneBy(descriptions, where);
    const change = { text, origin: 'person' as const, basis: '', changedBy: caller.subject.user, changedAt: now() };
    if (known === null) await db.insert(descriptions, { id: newId(), ...where, ...change });
    else await db.update(descriptions, { id: known.id }, change);
  });
  return shown(place, await see(services, caller, place), table);
};

/** Makes the row and the job; nothing where a profile is being made already. */
export const askForProfile = async (
  db: Writer,
  { jobs, now }: Pick<IntelligenceServices, 'jobs' | 'now'>,
  { workspaceId, connectionId, asker }: Pick<ProfileRow, 'workspaceId' | 'connectionId' | 'asker'>,
): Promise<ProfileRow> => {
  const known = await db.findOneBy(profiles, { workspaceId, connectionId });
  const at = now();
  if (known !== null && busy.has(known.state) && at - known.askedAt < stuckMs) return known;
  const fresh = { state: 'pending' as const, progress: 0, code: null, message: null, asker, askedAt: at };
  const row: ProfileRow = {
    id: newId(),
    ...{ workspaceId, connectionId, profiledAt: null, nextAt: null, tables: [], part: [] },
    ...{ catalogue: {}, catalogueHash: null, schemaChanges: {}, schemaChangedAt: null },
    ...known,
    ...fresh,
  };
  if (known === null) await db.insert(profiles, row);
  else await db.update(profiles, { id: known.id }, fresh);
  await jobs.add(db, { name: profileJob, workspace: workspaceId, payload: { profile: row.id } });
  return row;
};

export const reanalyse = async (
  services: IntelligenceServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
) => {
  const { connections, wake } = services;
  const place = await placeFor(services, caller, id, 'chat', true);
  const intent = intentOf(actorOf(caller), 'connection.analyse', place.id, circumstances);
  const where = { workspaceId: workspaceOf(caller), connectionId: place.id, asker: askerOf(caller) };
  const row = await changeAudited(services, intent, [], (db) => askForProfile(db, services, where));
  wake();
  // What a connection of the configuration has is read with its profile.
  if (configuredOf(connections, caller, id) === null) connections.wake(place.id);
  return { connection: place.id, state: row.state, progress: row.progress, asked_at: iso(row.askedAt) };
};

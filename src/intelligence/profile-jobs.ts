/** Profiles are made beside requests, as whoever asked for them may see the tables now; again every week. */
import { LessThanOrEqual } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Catalogue } from '../../core/plugin/contract.js';
import { PluginError } from '../../core/plugin/contract.js';
import type { Subject } from '../../core/subject/subject.js';
import { catalogueHash, schemaChanges } from '../connections/catalogues.js';
import { type ConnectionRow, connections, connectionStates } from '../connections/store.js';
import { type Asker, subjectOf } from '../identity/subject-of.js';
import { memberships, users } from '../identity/store.js';
import type { JobHandler, NewSchedule } from '../jobs/job-queue.js';
import { serverWorkspace } from '../jobs/store.js';
import { connectFailure } from '../pipeline/made-connections.js';
import { type Describing, describeTables } from './describe-tables.js';
import type { TableProfile } from './profile.js';
import { profileConnection } from './profile-connection.js';
import { askForProfile, type IntelligenceServices, profileJob } from './service.js';
import { descriptions, type ProfileRow, profiles } from './store.js';
import { seesAll } from './visible-profile.js';

export interface ProfileJobParts extends IntelligenceServices, Omit<Describing, 'store' | 'now'> {
  /** Whether callers need no token. */
  readonly isLocal: boolean;
  /** How old a profile becomes before it is made again; 168 hours when absent. */
  readonly againMs?: number;
}

const weekMs = 168 * 60 * 60_000;
const failedMs = 60 * 60_000;
const mostPerSweep = 20;
const noteMs = 500;
const sweepJob = 'intelligence.sweep';

/** Where a connection is, and what its database has. */
const lookAt = async (
  { store, executor, connections: { control, reader, configured, isConfigured } }: ProfileJobParts,
  { workspaceId, connectionId }: ProfileRow,
  subject: Subject,
  signal: AbortSignal,
): Promise<{ readonly name: string; readonly catalogue: Catalogue }> => {
  if (isConfigured(workspaceId) && configured.statuses().some(({ name }) => name === connectionId)) {
    if (!subject.roles.includes('admin')) throw new DataMindError('FORBIDDEN', 'Only admins look at this connection.');
    return { name: connectionId, catalogue: await executor.introspect(connectionId, {}, signal) };
  }
  const granted = await reader.granted(subject, { id: connectionId });
  if (granted === null || granted.permission === 'view') {
    throw new DataMindError('FORBIDDEN', 'Whoever asked for the profile may not ask the connection any more.');
  }
  const row = await store.read((db) => db.findOneBy(connections, { workspaceId, id: connectionId }));
  if (row === null) throw new DataMindError('NOT_FOUND', 'There is no such connection.');
  return { name: row.name, catalogue: await control.introspect(reader.madeOf(row), {}, signal) };
};

/** Tables of the profile whose rows whoever asked does not all see. */
const partOf = async (
  { executor, models, now }: ProfileJobParts,
  subject: Subject,
  connection: string,
  tables: readonly TableProfile[],
): Promise<readonly string[]> => {
  const model = await models().modelFor(subject);
  const lineages = await executor.lineages(model, subject);
  const dialect = (await executor.dialectOf(model, subject)) ?? 'duckdb';
  const { defaultConnection } = executor;
  const looking = { model, subject, lineages, dialect, now: now(), connection, defaultConnection };
  return tables
    .filter((table) => !seesAll(looking, table))
    .map(({ schema, name }) => (schema === null ? name : `${schema}.${name}`));
};

const profileHandler = (parts: ProfileJobParts): JobHandler => {
  const { store, executor, models, now, isLocal, againMs = weekMs } = parts;
  const note = (id: string, change: Partial<ProfileRow>): Promise<unknown> =>
    store.transaction((db) => db.update(profiles, { id }, change));

  const work = async (row: ProfileRow, correlationId: string, signal: AbortSignal): Promise<void> => {
    const subject = await store.read((db) => subjectOf(db, row.asker, row.workspaceId, now(), isLocal));
    if (subject === null) throw new DataMindError('FORBIDDEN', 'Whoever asked for the profile is not here any more.');
    const isAgain = row.profiledAt !== null;
    await note(row.id, { state: isAgain ? 'updating' : 'analyzing', progress: 1 });
    const { name, catalogue } = await lookAt(parts, row, subject, signal);
    let noted = 0;
    const profile = await profileConnection({
      ...{ executor, model: await models().modelFor(subject), connection: name, subject, catalogue },
      ...{ correlationId, signal },
      onProgress: async (done) => {
        if (performance.now() - noted < noteMs) return;
        noted = performance.now();
        await note(row.id, { progress: Math.min(90, 1 + Math.floor(done * 89)) });
      },
    });
    await note(row.id, { ...(!isAgain && { state: 'indexing' }), progress: 90 });
    const part = await partOf(parts, subject, name, profile.tables);
    await describeTables(parts, row, profile.tables, signal);
    const hash = catalogueHash(catalogue);
    const isChanged = row.catalogueHash !== null && row.catalogueHash !== hash;
    const at = now();
    const { relations: _, ...kept } = catalogue;
    await note(row.id, {
      ...{ state: 'ready', progress: 100, code: null, message: null, profiledAt: at, nextAt: at + againMs },
      ...{ tables: profile.tables, part, catalogue: kept, catalogueHash: hash },
      ...(isChanged && { schemaChanges: schemaChanges(row.catalogue as Catalogue, catalogue), schemaChangedAt: at }),
    });
  };

  return {
    name: profileJob,
    // A failure is written into the profile, and the sweep tries again; only what ends a process is tried here.
    mostAttempts: 2,
    run: async (payload, { jobId, signal, log }) => {
      const { profile: id } = payload as { readonly profile: string };
      const row = await store.read((db) => db.findOneBy(profiles, { id }));
      if (row === null) return;
      try {
        await work(row, jobId, signal);
      } catch (error) {
        signal.throwIfAborted();
        const isOurs = error instanceof DataMindError || PluginError.is(error);
        const { code, message } = isOurs ? error : connectFailure(error);
        log.warn('a profile could not be made', { connection_id: row.connectionId, code, error });
        await note(id, { state: 'error', code, message, nextAt: now() + failedMs });
      }
    },
  };
};

const ownerOf = async (parts: ProfileJobParts, row: ConnectionRow): Promise<Asker | null> => {
  if (parts.isLocal) return { kind: 'local', id: 'local' };
  const owner = await parts.store.read((db) => db.findOneBy(users, { username: row.owner }));
  if (owner === null) return null;
  const where = { userId: owner.id, workspaceId: row.workspaceId };
  return (await parts.store.read((db) => db.existsBy(memberships, where))) ? { kind: 'person', id: owner.id } : null;
};

/** What is known of connections that are gone goes too. */
const forget = async ({ store, connections: { configured } }: ProfileJobParts): Promise<void> => {
  const named = new Set(configured.statuses().map(({ name }) => name));
  const [known, all] = await store.read(async (db) => [
    await db.find(profiles, { select: { id: true, workspaceId: true, connectionId: true } }),
    new Set((await db.find(connections, { select: { id: true } })).map(({ id }) => id)),
  ]);
  const gone = known.filter(({ connectionId }) => !all.has(connectionId) && !named.has(connectionId));
  for (const { id, workspaceId, connectionId } of gone) {
    await store.transaction(async (db) => {
      await db.remove(profiles, { id });
      await db.remove(descriptions, { workspaceId, connectionId });
    });
  }
};

/** What is due again, and connections of users that nobody has looked at yet: as their owner. */
const sweep = async (parts: ProfileJobParts): Promise<void> => {
  const { store, now, wake } = parts;
  await forget(parts);
  const due = await store.read((db) => db.findBy(profiles, { nextAt: LessThanOrEqual(now()) }));
  const wanted: Pick<ProfileRow, 'workspaceId' | 'connectionId' | 'asker'>[] = [...due];
  const [ready, known, all] = await store.read(async (db) => [
    await db.findBy(connectionStates, { status: 'ready' }),
    await db.find(profiles, { select: { connectionId: true } }),
    await db.find(connections, {}),
  ]);
  const seen = new Set(known.map(({ connectionId }) => connectionId));
  for (const { connectionId } of ready) {
    const row = all.find(({ id }) => id === connectionId);
    if (row === undefined || seen.has(connectionId)) continue;
    const asker = await ownerOf(parts, row);
    if (asker !== null) wanted.push({ workspaceId: row.workspaceId, connectionId, asker });
  }
  for (const one of wanted.slice(0, mostPerSweep)) await store.transaction((db) => askForProfile(db, parts, one));
  if (wanted.length > 0) wake();
};

export const createProfileJobs = (
  parts: ProfileJobParts,
): { readonly handlers: readonly JobHandler[]; readonly schedules: readonly NewSchedule[] } => ({
  handlers: [profileHandler(parts), { name: sweepJob, mostAttempts: 1, run: () => sweep(parts) }],
  schedules: [
    { id: `server.${sweepJob}`, name: sweepJob, workspace: serverWorkspace, payload: null, cron: '*/5 * * * *' },
  ],
});

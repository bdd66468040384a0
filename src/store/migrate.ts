import type { QueryRunner } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { type Engine, postgresSchema } from './engine.js';
import type { Migration } from './migration.js';

/** Any number, the same for ever: nodes that start together take turns. */
const migrationLock = 7_236_514_902;

const prepare: Readonly<Record<Engine, (runner: QueryRunner) => Promise<void>>> = {
  // The transaction took the only write lock when it began.
  sqlite: async () => undefined,
  postgres: async (runner) => {
    await runner.query(`select pg_advisory_xact_lock(${migrationLock})`);
    const found = await runner.query(`select 1 from pg_namespace where nspname = '${postgresSchema}'`);
    if (found.length === 0) await runner.query(`create schema ${postgresSchema}`);
    await runner.query(`set local search_path to ${postgresSchema}`);
  },
};

/**
 * Brings the tables to this version in one transaction, which is begun and ended by the caller. Of nodes that start
 * together one does the work and the others find it done.
 * @returns the migrations that were missing
 * @throws DataMindError `CONFIG_INVALID` when a newer version has changed the tables
 */
export const migrate = async (
  runner: QueryRunner,
  engine: Engine,
  migrations: readonly Migration[],
): Promise<readonly string[]> => {
  await prepare[engine](runner);
  await runner.query('create table if not exists schema_migrations (id text primary key, applied_at bigint not null)');
  const rows = (await runner.query('select id from schema_migrations')) as { id: string }[];
  const applied = new Set(rows.map(({ id }) => id));
  const stranger = [...applied].find((id) => !migrations.some((migration) => migration.id === id));
  if (stranger !== undefined) {
    throw new DataMindError('CONFIG_INVALID', `A newer version of DataMind has changed the store (by "${stranger}").`, {
      hint: 'Run that version, or restore a backup that was made before it ran.',
    });
  }
  const missing = migrations.filter(({ id }) => !applied.has(id));
  for (const { id, steps } of missing) {
    for (const sql of steps.flatMap((step) => step(engine))) await runner.query(sql);
    await runner.query(`insert into schema_migrations (id, applied_at) values ('${id}', ${Date.now()})`);
  }
  return missing.map(({ id }) => id);
};

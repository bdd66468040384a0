import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, StorePlace } from '../../src/store/engine.js';
import { isMissing, startEngine } from '../engines/start-engine.js';

export const engines: readonly Engine[] = ['sqlite', 'postgres'];

export interface TestPlace {
  readonly place: StorePlace;
  remove(): Promise<void>;
}

const role = { user: 'datamind_store', password: 'store-secret-5K' } as const;
let sequence = 0;

const inFile = async (): Promise<TestPlace> => {
  const folder = mkdtempSync(join(tmpdir(), 'datamind-store-'));
  return {
    place: { engine: 'sqlite', file: join(folder, 'home', 'datamind.db') },
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
};

const inDatabase = async (): Promise<TestPlace> => {
  const engine = await startEngine('postgres');
  if (isMissing(engine)) throw new Error(engine.missing);
  const { host, port } = engine.config as { host: string; port: number };
  sequence += 1;
  const database = `store_${sequence}`;
  await engine.admin(
    `do $$ begin create role ${role.user} login password '${role.password}'; exception when duplicate_object then null; end $$`,
    `create database ${database} owner ${role.user}`,
  );
  return {
    place: { engine: 'postgres', url: `postgresql://${role.user}:${role.password}@${host}:${port}/${database}` },
    remove: async () => {
      await engine.admin(`drop database ${database} with (force)`);
    },
  };
};

/** An empty place for a store, on a real engine, of its own. */
export const createPlace: Readonly<Record<Engine, () => Promise<TestPlace>>> = { sqlite: inFile, postgres: inDatabase };

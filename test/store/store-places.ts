import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, StorePlace } from '../../src/store/engine.js';
import { isMissing, startEngine } from '../engines/start-engine.js';

export interface TestPlace {
  readonly place: StorePlace;
  remove(): Promise<void>;
}

const role = { user: 'datamind_store', password: 'store-secret-5K' } as const;
let sequence = 0;

const inFile = (driver?: 'wasm') => async (): Promise<TestPlace> => {
  const folder = mkdtempSync(join(tmpdir(), 'datamind-store-'));
  return {
    place: { engine: 'sqlite', file: join(folder, 'home', 'datamind.db'), ...(driver && { driver }) },
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

export const engines: readonly Engine[] = ['sqlite', 'postgres'];

/** The ways in which a store runs, each on a real engine. */
export const variants = ['sqlite', 'sqlite-wasm', 'postgres'] as const;
export type StoreVariant = (typeof variants)[number];

export const engineOf: Readonly<Record<StoreVariant, Engine>> = {
  sqlite: 'sqlite',
  'sqlite-wasm': 'sqlite',
  postgres: 'postgres',
};

/** An empty place for a store, of its own. */
export const createPlace: Readonly<Record<StoreVariant, () => Promise<TestPlace>>> = {
  sqlite: inFile(),
  'sqlite-wasm': inFile('wasm'),
  postgres: inDatabase,
};

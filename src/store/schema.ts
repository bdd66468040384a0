import type { EntitySchema } from 'typeorm';
import * as audit from '../audit/store.js';
import type { Migration } from './migration.js';
import { audit as auditMigration } from './migrations/audit.js';

/** Every table of the store. Each is defined by the capability that owns it, in its `store.ts`. */
// biome-ignore lint/suspicious/noExplicitAny: the rows of a table are its owner's
export const tables: readonly EntitySchema<any>[] = [audit.entries, audit.checkpoints];

/** Every change of the tables, in the order in which they are made. Append only. */
export const migrations: readonly Migration[] = [auditMigration];

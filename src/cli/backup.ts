import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { performAudited } from '../audit/perform-audited.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { localSubject } from '../identity/caller.js';
import { openProject } from '../open-project.js';
import { actorOf } from '../pipeline/proof.js';
import { type BackupReport, checkBackup, restoreBackup, writeBackup } from '../store/backup.js';
import { correlationId } from '../../core/logging/correlation-id.js';
import { type CommonOptions, packageVersion } from './create-program.js';
import { print } from './output.js';
import type { ExitCode } from './run-program.js';

const named = /^datamind-\d{8}T\d{6}Z\.backup\.gz$/;

/** `datamind-20260131T120000Z.backup.gz`: their names are in the order of their times. */
const nameAt = (time: number): string =>
  `datamind-${new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')}.backup.gz`;

const open = ({ config, ontology }: CommonOptions) =>
  openProject({ config, ontology, env: process.env, logLevel: 'warn' });

const spell = (verb: string, { rows, at, version }: BackupReport, file: string): string =>
  `${verb} ${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'} of ${at}, by DataMind ${version}: ${file}\n`;

const keepOf = (text: string | undefined): number | null => {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new DataMindError('BAD_REQUEST', '--keep must be a whole number from 1 on.');
};

/** Deletes all but the newest of the backups that were given names here. */
const prune = (folder: string, keep: number): readonly string[] => {
  const old = readdirSync(folder)
    .filter((name) => named.test(name))
    .sort()
    .slice(0, -keep);
  for (const name of old) rmSync(join(folder, name));
  return old;
};

/** Saves the store beside a running server. */
export const backup = async (
  given: string | undefined,
  options: CommonOptions & { readonly keep?: string },
): Promise<ExitCode> => {
  const keep = keepOf(options.keep);
  if (keep !== null && given !== undefined) {
    throw new DataMindError('BAD_REQUEST', '--keep is for backups that are given their names: leave the file out.');
  }
  const project = open(options);
  const { home, store: place } = project.settings;
  if (place.engine === 'sqlite' && !existsSync(place.file)) {
    throw new DataMindError('NOT_FOUND', `There is no store in ${place.file} yet; "datamind serve" makes it.`);
  }
  const file = resolve(given ?? join(home, 'backups', nameAt(Date.now())));
  if (existsSync(file)) throw new DataMindError('CONFLICT', `${file} is there already; a backup overwrites nothing.`);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const store = await project.openStore();
  try {
    const audit = await project.openAudit(store);
    const actor = actorOf(localSubject);
    const intent = { action: 'store.backup', actor, target: null, correlationId: correlationId(), detail: {} } as const;
    const report = await performAudited(
      audit,
      intent,
      () => writeBackup(store, file, packageVersion(), Date.now),
      ({ rows }) => ({ rows }),
    ).finally(() => audit.close());
    await print(spell('Saved', report, file));
    const old = keep === null ? [] : prune(dirname(file), keep);
    if (old.length > 0) await print(`Deleted ${old.length} older than the newest ${keep}.\n`);
    return 0;
  } finally {
    await store.close();
  }
};

/** Fills an empty store from a backup; or only says whether the file is whole. */
export const restore = async (
  given: string,
  options: CommonOptions & { readonly check?: boolean },
): Promise<ExitCode> => {
  const file = resolve(given);
  if (!existsSync(file)) throw new DataMindError('NOT_FOUND', `There is no file ${file}.`);
  if (options.check === true) {
    await print(spell('Whole:', await checkBackup(file), file));
    return 0;
  }
  const store = await open(options).openStore();
  try {
    await print(spell('Restored', await restoreBackup(store, file), file));
    return 0;
  } finally {
    await store.close();
  }
};

import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { correlationId } from '../../core/logging/correlation-id.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createSealer } from '../../core/secrets/create-sealer.js';
import { performAudited } from '../audit/perform-audited.js';
import { localSubject } from '../identity/caller.js';
import { addKey, keyFile, retireKeys } from '../keys/key-file.js';
import { assertKeys, type Resealed, resealSecrets } from '../keys/sealed-secrets.js';
import { openProject } from '../open-project.js';
import { actorOf } from '../pipeline/proof.js';
import { keysOf, sealedPrefix, settingPurpose } from '../settings/open-environment.js';
import type { CommonOptions } from './create-program.js';
import { print, say } from './output.js';
import type { ExitCode } from './run-program.js';

export interface RotateOptions extends CommonOptions {
  /** Take the old keys away when nothing needs them any more. */
  readonly retire?: boolean;
  readonly json?: boolean;
}

/** How long a server may seal with the key before, in milliseconds. */
const noticedAfter = 1_500;

const spell = ({ changed, all }: Resealed, retired: number, inFile: boolean): string => {
  const secrets = `${all} ${all === 1 ? 'secret' : 'secrets'}`;
  const old = inFile
    ? retired > 0
      ? 'The old keys are gone from the file; backups of before need them.'
      : 'The old keys stay in the file, for backups of before; --retire takes them away.'
    : 'The old keys may be taken out of ENCRYPTION_KEY once every server was started with the new one; backups of before need them.';
  return `${changed} of ${secrets} sealed anew. ${old}\n`;
};

/**
 * Makes a new encryption key (where keys are in a file) and seals all secrets of the store with it, beside servers that run. With
 * `ENCRYPTION_KEY` the first key of the list is the new one.
 */
export const rotate = async ({ config, ontology, retire = false, json = false }: RotateOptions): Promise<ExitCode> => {
  const project = openProject({ config, ontology, env: process.env, logLevel: 'warn' });
  const { store: place, encryptionKeys, encryptionKeyFile: file } = project.settings;
  if (place.engine === 'sqlite' && !existsSync(place.file)) {
    throw new DataMindError('NOT_FOUND', `There is no store in ${place.file} yet; "datamind serve" makes it.`);
  }
  const inFile = encryptionKeys === null;
  if (retire && !inFile) {
    throw new DataMindError(
      'BAD_REQUEST',
      '--retire is for keys in a file; ENCRYPTION_KEY is changed where it is set.',
    );
  }
  const store = await project.openStore();
  try {
    const sealer = createSealer(encryptionKeys ?? keyFile(file));
    await assertKeys(store, sealer);
    const audit = await project.openAudit(store);
    const actor = actorOf(localSubject);
    const intent = {
      action: 'key.rotate',
      actor,
      target: 'encryption-key',
      correlationId: correlationId(),
      detail: {},
    } as const;
    let retired = 0;
    const work = async (): Promise<Resealed> => {
      if (inFile) {
        addKey(file);
        await wait(noticedAfter);
      }
      const total = await resealSecrets(store, sealer, (done, of) => say(`${done} of ${of} …`));
      // What a server sealed with the key before while this was going on.
      const late = await resealSecrets(store, sealer);
      if (retire) retired = retireKeys(file);
      return { changed: total.changed + late.changed, all: late.all };
    };
    const done = await performAudited(audit, intent, work, ({ changed }) => ({ changed })).finally(() => audit.close());
    await print(json ? `${JSON.stringify({ ...done, retired })}\n` : spell(done, retired, inFile));
    return 0;
  } finally {
    await store.close();
  }
};

/** Reads a value on standard input and prints it sealed, to be put into the environment in its place. */
export const encrypt = async (): Promise<ExitCode> => {
  if (process.stdin.isTTY) say('The value to seal, ended with Ctrl-D:');
  const value = (await text(process.stdin)).replace(/\r?\n$/, '');
  if (value === '') throw new DataMindError('BAD_REQUEST', 'There is nothing on standard input.');
  const sealer = createSealer(keysOf(process.env));
  await print(`${sealedPrefix}${sealer.seal(Buffer.from(value), settingPurpose)}\n`);
  return 0;
};

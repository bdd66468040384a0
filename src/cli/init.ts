/** `datamind init`: a first draft of a model from what a connection has, as files that people review. */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { localSubject } from '../identity/caller.js';
import { draftConnection } from '../intelligence/draft-connection.js';
import { openProject } from '../open-project.js';
import type { CommonOptions } from './create-program.js';
import { print, say } from './output.js';
import type { ExitCode } from './run-program.js';

export interface InitOptions extends CommonOptions {
  readonly connection: string;
  readonly out: string;
  readonly json?: boolean;
}

const progress = (): ((done: number) => void) => {
  const live = process.stderr.isTTY === true;
  return (done) => {
    if (live) process.stderr.write(`\r  ${String(Math.round(done * 100)).padStart(3)} %${done === 1 ? '\n' : ''}`);
  };
};

const assertEmpty = (folder: string): void => {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return;
  throw new DataMindError('CONFLICT', `The folder ${folder} is not empty, and nothing is written over.`, {
    hint: 'Name another one with --out.',
  });
};

/** 0: written; 1: some tables were left out. @throws DataMindError */
export const init = async ({ config, ontology, connection, out, json = false }: InitOptions): Promise<ExitCode> => {
  const folder = resolve(out);
  assertEmpty(folder);
  const stopping = new AbortController();
  const interrupt = (): void => stopping.abort();
  process.once('SIGINT', interrupt);
  const { signal } = stopping;
  const logLevel = process.env.DATAMIND_LOG_LEVEL ? undefined : 'silent';
  const project = openProject({ config, ontology, env: process.env, signal, ...(logLevel && { logLevel }) });
  const executor = await project.openExecutor([connection]);
  try {
    if (!json) say(`Looking at the tables of "${connection}" …`);
    // Where there is a model that holds, its policies do; the first draft is made before there is one.
    const present = existsSync(resolve(ontology)) ? await project.readModel() : null;
    const { draft, profile } = await draftConnection({
      ...{ executor, present, connection, signal },
      subject: localSubject,
      onProgress: json ? () => undefined : progress(),
    });
    const { files, left } = draft;
    for (const [path, text] of files) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      // A file that came to be in between is not ours.
      await writeFile(file, text, { flag: 'wx' });
    }
    const references = profile.tables.flatMap((table) => table.references);
    const inferred = references.filter(({ by }) => by === 'inferred').length;
    if (json) {
      const done = { folder, files: [...files.keys()], left_out: left, joins: references.length, inferred };
      await print(`${JSON.stringify(done, null, 2)}\n`);
    } else {
      say(`Wrote ${files.size} files to ${folder}: ${references.length} joins, ${inferred} of them inferred.`);
      if (left.length > 0) say(`Left out: ${left.join(', ')}.`);
      say(`Read them, then: datamind check --ontology ${out} --connection ${connection}`);
    }
    return left.length === 0 ? 0 : 1;
  } catch (error) {
    if (!signal.aborted) throw error;
    say('Interrupted; nothing was written.');
    return 130;
  } finally {
    process.off('SIGINT', interrupt);
    await executor.stop();
  }
};

import { existsSync } from 'node:fs';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createLogger } from '../../core/logging/create-logger.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import { readMemo } from '../audit/checkpoint.js';
import { exportEntries } from '../audit/export-entries.js';
import { auditFiles } from '../audit/open-audit.js';
import { readSigningKey, readVerifyingKey } from '../audit/signing-key.js';
import { type AuditReport, verifyAudit } from '../audit/verify-audit.js';
import { readSettings } from '../settings/settings.js';
import { openStore } from '../store/open-store.js';
import type { Store } from '../store/store.js';
import { print } from './output.js';
import type { ExitCode } from './run-program.js';

const settings = () => {
  const read = readSettings(process.env);
  return { ...read, files: auditFiles(read.home, read.auditKeyFile) };
};

const withStore = async <T>(work: (store: Store) => Promise<T>): Promise<T> => {
  const { store: place, logLevel } = settings();
  if (place.engine === 'sqlite' && !existsSync(place.file)) {
    throw new DataMindError('NOT_FOUND', `There is no store in ${place.file} yet; "datamind serve" makes it.`, {
      hint: 'Set DATAMIND_HOME to the home folder of the server, or DATABASE_URL to its database.',
    });
  }
  const redact = createRedactor(place.engine === 'postgres' ? [place.url] : []);
  const store = await openStore(place, {
    log: createLogger({ level: logLevel === 'info' ? 'warn' : logLevel, redact }),
  });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
};

const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

const spell = ({ whole, chains, findings, signedAt }: AuditReport): string => {
  if (!whole) return `${findings.map(({ message }) => message).join('\n')}\n`;
  const entries = chains.reduce((sum, chain) => sum + chain.entries, 0);
  const unfinished = chains.reduce((sum, chain) => sum + chain.unfinished, 0);
  const signed =
    signedAt === null
      ? 'Nothing is signed yet, so an end that was cut off could not be seen.'
      : `Signed up to ${new Date(signedAt).toISOString()}.`;
  const open = unfinished === 0 ? '' : ` ${counted(unfinished, 'action has', 'actions have')} no outcome.`;
  return `The audit is whole: ${counted(entries, 'entry', 'entries')} in ${counted(chains.length, 'chain', 'chains')}. ${signed}${open}\n`;
};

/** Verifies every chain, also beside a running server. Exits with 1 when anything is wrong. */
export const verify = async (options: {
  readonly key?: readonly string[];
  readonly json?: boolean;
}): Promise<ExitCode> =>
  withStore(async (store) => {
    const { files } = settings();
    const own = existsSync(files.key) ? [files.key] : [];
    const keys = [...own, ...(options.key ?? [])].map(readVerifyingKey);
    const report = await verifyAudit(store, keys, readMemo(files.memo));
    await print(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : spell(report));
    return report.whole ? 0 : 1;
  });

const timeOf = (text: string | undefined, option: string): number | undefined => {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new DataMindError('BAD_REQUEST', `${option} must be an ISO date or time, such as 2026-01-31.`);
};

export const exportAll = async (options: {
  readonly workspace?: string;
  readonly from?: string;
  readonly to?: string;
}): Promise<ExitCode> => {
  const [from, to] = [timeOf(options.from, '--from'), timeOf(options.to, '--to')];
  return withStore(async (store): Promise<ExitCode> => {
    const filter = {
      workspace: options.workspace ?? null,
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    };
    for await (const line of exportEntries(store, filter)) await print(line);
    return 0;
  });
};

export const showKey = async (): Promise<ExitCode> => {
  const { files } = settings();
  if (!existsSync(files.key)) {
    throw new DataMindError('NOT_FOUND', `There is no key in ${files.key} yet; "datamind serve" makes it.`);
  }
  await print(readSigningKey(files.key, false).publicKey);
  return 0;
};

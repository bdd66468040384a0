import { DataMindError } from '../../core/errors/datamind-error.js';

/** What two rows may not share. */
export class UniqueViolation extends DataMindError {
  readonly table: string;
  readonly columns: readonly string[];

  constructor(table: string, columns: readonly string[]) {
    const telling = columns.filter((column) => columns.length === 1 || !column.endsWith('_id'));
    super('CONFLICT', `Another one has the same ${telling.join(' and ').replaceAll('_', ' ')} already.`, {
      ...(telling.length === 1 && { at: telling[0]! }),
    });
    this.name = 'UniqueViolation';
    this.table = table;
    this.columns = columns;
  }
}

/** What drivers throw, as far as it is read here. */
interface DriverError {
  readonly code?: string;
  readonly message?: string;
  readonly constraint?: string;
}

const driverError = (error: unknown): DriverError =>
  (error as { driverError?: DriverError }).driverError ?? (error as DriverError);

const uniqueViolation = ({ message = '', constraint = '' }: DriverError): UniqueViolation => {
  const [, table, ...columns] = constraint.split('__');
  if (table !== undefined) return new UniqueViolation(table, columns);
  const listed = /UNIQUE constraint failed: (.+)$/.exec(message)?.[1]?.split(', ') ?? [];
  return new UniqueViolation(
    listed[0]?.split('.')[0] ?? '',
    listed.map((name) => name.split('.')[1]!),
  );
};

const inUse = (): DataMindError =>
  new DataMindError('CONFLICT', 'It refers to something that is not there, or something else still refers to it.');
const full = (): DataMindError =>
  new DataMindError('STORAGE_FULL', 'The disk of the store is full; nothing was written.', {
    hint: 'Free space; what was acknowledged before is safe.',
  });
const unavailable = (sentence: string) => (): DataMindError =>
  new DataMindError('STORE_UNAVAILABLE', sentence, { hint: 'Try again in a moment; /health says what is down.' });

const unreachable: (error: DriverError) => DataMindError = unavailable('The database of the store cannot be reached.');
const busy = unavailable('Another program holds the store; nothing was written.');
const damaged = (): DataMindError =>
  new DataMindError('STORE_UNAVAILABLE', 'The file of the store is damaged or not a store of DataMind.', {
    hint: 'Put a copy of the file back that was made before, or move it away to begin anew.',
  });

/** By the code of SQLite (`SQLITE_…`), of PostgreSQL (SQLSTATE) or of the network; the longest prefix decides. */
const meanings: readonly (readonly [prefix: string, (error: DriverError) => DataMindError])[] = [
  ['SQLITE_CONSTRAINT_UNIQUE', uniqueViolation],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', uniqueViolation],
  ['23505', uniqueViolation],
  ['SQLITE_CONSTRAINT_FOREIGNKEY', inUse],
  ['SQLITE_CONSTRAINT_TRIGGER', inUse],
  ['23503', inUse],
  ['23001', inUse],
  ['SQLITE_FULL', full],
  ['53100', full],
  ['ENOSPC', full],
  ['SQLITE_BUSY', busy],
  ['SQLITE_LOCKED', busy],
  ['55P03', busy],
  ['57014', unavailable('The store took too long; nothing was written.')],
  ['SQLITE_CORRUPT', damaged],
  ['SQLITE_NOTADB', damaged],
  ['SQLITE_READONLY', unavailable('The store cannot be written: its file or its disk is read-only.')],
  ['SQLITE_IOERR', unavailable('The disk of the store does not work; nothing was written.')],
  ['SQLITE_CANTOPEN', unavailable('The file of the store cannot be opened.')],
  ['25006', unavailable('The store cannot be written: its database is read-only now.')],
  ['40', unavailable('Others changed the same at the same time, again and again; nothing was written.')],
  ['08', unreachable],
  ['28', unavailable('The database of the store refused the credentials of DATABASE_URL.')],
  ['3D000', unavailable('The database of the store, which DATABASE_URL names, does not exist.')],
  ['53', unavailable('The database of the store ran out of connections or memory.')],
  ['57', unreachable],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].map(
    (code) => [code, unreachable] as const,
  ),
];

/** Failures of `pg` that have no code. */
const wordless =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool)/;

/** PostgreSQL asks for the transaction to be run once more. */
export const mayRunAgain = (error: unknown): boolean => /^40(?:001|P01)$/.test(driverError(error).code ?? '');

/**
 * What a driver threw, in our own words. Its own message stays behind as the cause, for the operator's log: it can hold
 * values. A failure that is not of the store is given back as it is.
 */
export const describeStoreFailure = (error: unknown): unknown => {
  if (error instanceof DataMindError) return error;
  const cause = driverError(error);
  const code = typeof cause.code === 'string' ? cause.code : '';
  const meaning = meanings.find(([prefix]) => code.startsWith(prefix))?.[1];
  const described =
    meaning !== undefined ? meaning(cause) : wordless.test(cause.message ?? '') ? unreachable(cause) : undefined;
  if (described === undefined) return cause;
  Object.defineProperty(described, 'cause', { value: cause, enumerable: false, configurable: true });
  return described;
};

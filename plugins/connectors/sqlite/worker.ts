/** The child process: one database handle, one statement at a time, one answer to each request. It is killed to be cancelled. */
import { Worker } from 'node:worker_threads';
import type { Parameter, Row } from 'datamind/contract';
import { type Handle, openFile, type Prepared, type SqliteValue } from './driver.js';
import { localTime } from './local-time.js';
import { type Answer, ChildFailure, ownFailures, type Request } from './messages.js';
import { type ColumnSpeller, createSpeller } from './types.js';

/** A batch ends at so many bytes even when it has fewer rows than were asked for. */
const batchBytes = 262_144;

let file: (() => Handle) | null = null;
let handle: Handle | null = null;

interface Running {
  readonly prepared: Prepared;
  readonly rows: IterableIterator<readonly SqliteValue[]>;
  spellers: readonly ColumnSpeller[];
  readonly batchRows: number;
}
let running: Running | null = null;

const opened = (): Handle => {
  if (handle) return handle;
  throw new ChildFailure(ownFailures.missingFile, 'not started');
};

const boundValue = ({ type, value }: Parameter): SqliteValue => {
  if (value === null) return null;
  switch (type) {
    case 'boolean':
      return value === true ? 1n : 0n;
    case 'integer':
    case 'bigint':
      if (!/^[+-]?\d+$/.test(String(value)) || BigInt.asIntN(64, BigInt(value)) !== BigInt(value)) {
        throw new ChildFailure(ownFailures.value, 'a whole number of 64 bits was expected');
      }
      return BigInt(value);
    case 'float':
      return Number(value);
    // SQLite has neither decimals nor times: these are the spellings that its own functions write and compare.
    case 'decimal':
      return decimalValue(String(value));
    case 'timestamp':
    case 'timestamptz':
      return localTime(String(value), 'UTC');
    default:
      return String(value);
  }
};

/** A whole decimal within 64 bits is compared as an integer, another one as a real: as the column's affinity stores it. */
const decimalValue = (text: string): SqliteValue => {
  if (!/^[+-]?\d+(\.\d+)?$/.test(text)) throw new ChildFailure(ownFailures.value, 'a decimal was expected');
  const whole = /^[+-]?\d+$/.test(text) ? BigInt(text) : null;
  return whole !== null && BigInt.asIntN(64, whole) === whole ? whole : Number(text);
};

const sizeOf = (values: readonly SqliteValue[]): number => {
  let bytes = 8;
  for (const value of values) bytes += typeof value === 'string' || value instanceof Uint8Array ? value.length + 8 : 8;
  return bytes;
};

/** The next rows as SQLite gives them. */
const fetch = (rows: Running['rows'], most: number): { readonly values: SqliteValue[][]; readonly done: boolean } => {
  const values: SqliteValue[][] = [];
  let bytes = 0;
  while (values.length < most && bytes < batchBytes) {
    const { done, value } = rows.next();
    if (done) return { values, done: true };
    values.push(value as SqliteValue[]);
    bytes += sizeOf(value);
  }
  return { values, done: false };
};

const spellRows = (values: readonly SqliteValue[][], spellers: readonly ColumnSpeller[]): readonly Row[] =>
  values.map((row) => row.map((value, at) => spellers[at]!.spell(value)));

const close = () => {
  running?.rows.return?.();
  running?.prepared.close();
  running = null;
};

const expectedParameters = (text: string): number =>
  Math.max(
    0,
    ...[...text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').matchAll(/\?(\d+)/g)].map(
      ([, digits]) => Number(digits),
    ),
  );

const answers: { readonly [Kind in Request['kind']]: (request: Extract<Request, { kind: Kind }>) => Answer } = {
  start: ({ path, driver }) => {
    file = () => openFile(path, driver);
    handle = file();
    return { kind: 'started', driver: handle.driver, folder: handle.folder };
  },
  open: ({ text, parameters, batchRows }) => {
    close();
    if (expectedParameters(text) !== parameters.length)
      throw new ChildFailure(ownFailures.parameters, 'placeholders and parameters differ');
    const prepared = opened().prepare(text);
    const rows = prepared.rows(parameters.map(boundValue));
    running = { prepared, rows, spellers: [], batchRows };
    // The classes of the first rows' values decide the types of expressions, so a small first batch still looks at many rows.
    const first = fetch(rows, Math.max(batchRows, 1_000));
    running.spellers = prepared.columns.map(({ name, declared }, at) =>
      createSpeller(name, declared, declared === null || declared === '' ? first.values.map((row) => row[at]!) : []),
    );
    const { spellers } = running;
    const spelled = spellRows(first.values, spellers);
    if (first.done) close();
    return { kind: 'opened', columns: spellers.map(({ column }) => column), rows: spelled, done: first.done };
  },
  next: () => {
    if (!running) return { kind: 'rows', rows: [], done: true };
    const { rows, spellers, batchRows } = running;
    const { values, done } = fetch(rows, batchRows);
    const spelled = spellRows(values, spellers);
    if (done) close();
    return { kind: 'rows', rows: spelled, done };
  },
  close: () => {
    close();
    return { kind: 'done' };
  },
  ask: ({ text }) => {
    const prepared = opened().prepare(text);
    const values = [...prepared.rows([])];
    const names = prepared.columns.map(({ name }) => name);
    const rows = values.map((row) => Object.fromEntries(row.map((value, at) => [names[at], value])));
    prepared.close();
    return { kind: 'answer', rows };
  },
  reset: () => {
    close();
    handle?.close();
    handle = null;
    handle = file?.() ?? null;
    return { kind: 'done' };
  },
};

const answer = (request: Request): Answer => {
  try {
    return (answers[request.kind] as (request: Request) => Answer)(request);
  } catch (error) {
    if (request.kind !== 'ask') close();
    const { code, message } = error as { code?: unknown; message?: unknown };
    return {
      kind: 'failed',
      failure: { code: typeof code === 'string' ? code : 'SQLITE_ERROR', message: String(message) },
    };
  }
};

process.on('message', (request: Request) => process.send!(answer(request)));
// While a statement computes, this process hears nothing: another thread sees that its parent has gone.
process.on('disconnect', () => process.exit(0));
new Worker(new URL('./process-watch.js', import.meta.url), { argv: process.argv.slice(2) }).unref();

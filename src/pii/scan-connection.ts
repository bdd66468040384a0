/**
 * Looks for personal data on a connection: in names of columns and, for tables of the model, in a bounded sample of their rows,
 * read as whoever asks may read them. What comes back says what was told of a column; values stay in here.
 */
import { DataMindError } from '../../core/errors/datamind-error.js';
import { judgeSamples } from '../../core/pii/judge-samples.js';
import { matchName, type NameContext } from '../../core/pii/match-name.js';
import type { PiiClass } from '../../core/pii/pii-class.js';
import type { CatalogueTable, DialectName } from '../../core/plugin/contract.js';
import { PluginError } from '../../core/plugin/contract.js';
import type { LogicalType } from '../../core/result/column.js';
import { dialects } from '../../core/sql/dialects/index.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Dimension, Entity, Model } from '../../semantic/model/model.js';
import { isSameTable } from '../../semantic/policy/table-columns.js';
import type { GovernedExecutor } from '../pipeline/execute.js';

export interface ScanOptions {
  readonly executor: GovernedExecutor;
  readonly model: Model;
  readonly connection: string;
  readonly subject: Subject;
  /** Rows of each table that are read at most. */
  readonly rows: number;
  readonly correlationId: string;
  readonly signal: AbortSignal;
}

export interface ScannedColumn {
  readonly table: string;
  readonly column: string;
  /** Dimensions that are this column, as `entity.dimension`. */
  readonly dimensions: readonly string[];
  /** What the model says: a class, or `none`; `null` where it says nothing. */
  readonly declared: PiiClass | 'none' | null;
  /** What it looks like. */
  readonly found: PiiClass;
  readonly by: 'name' | 'values' | 'name and values';
  /** The least share of such values, from 0 to 1, as likely as 95 in 100; `null` where values said nothing. */
  readonly share: number | null;
  /** Different values that were looked at. */
  readonly values: number;
}

export interface ScanReport {
  readonly connection: string;
  readonly rows_per_table: number;
  readonly tables: number;
  /** Tables of which no row was read, each with the reason. */
  readonly unread: readonly { readonly table: string; readonly reason: string }[];
  readonly columns: readonly ScannedColumn[];
}

type Sample = ReadonlyMap<string, readonly (string | number)[]>;

const nameOf = ({ schema, name }: CatalogueTable): string => (schema === undefined ? name : `${schema}.${name}`);

const sampleText = (dialect: DialectName, { schema, name }: CatalogueTable, rows: number): string => {
  const { identifier } = dialects[dialect];
  const place = [schema, name].flatMap((part) => (part === undefined ? [] : [identifier(part)]));
  return `SELECT * FROM ${place.join('.')} LIMIT ${rows}`;
};

const typeOf: Partial<Record<LogicalType, NameContext['type']>> = {
  boolean: 'boolean',
  integer: 'number',
  bigint: 'number',
  decimal: 'number',
  float: 'number',
  date: 'time',
  time: 'time',
  timestamp: 'time',
  timestamptz: 'time',
  interval: 'number',
};
/** Types whose values are texts or numbers that may be somebody's. */
const readable: ReadonlySet<LogicalType> = new Set(['string', 'integer', 'bigint', 'decimal', 'unknown']);

/** Values by column; masked columns are left out, for their values are not the table's. */
const readSample = async (text: string, options: ScanOptions): Promise<Sample> => {
  const { executor, model, connection, subject, rows, correlationId, signal } = options;
  const asked = { model, sql: text, subject, connection, limit: rows, correlationId, signal };
  const prepared = await executor.prepareSql(asked);
  const masked = new Set(prepared.proof.tables.flatMap(({ masks }) => Object.keys(masks)));
  const result = await executor.run(prepared, { correlationId, signal, maxRows: rows, stream: true });
  const sample = new Map<string, (string | number)[]>();
  const columns = result.columns.map(({ name, type }) => {
    const values: (string | number)[] = [];
    if (readable.has(type) && !masked.has(name)) sample.set(name, values);
    return sample.get(name) ?? null;
  });
  try {
    for await (const batch of result.batches) {
      for (const row of batch) {
        columns.forEach((values, at) => {
          const value = row[at];
          if (values !== null && (typeof value === 'string' || typeof value === 'number')) values.push(value);
        });
      }
    }
  } finally {
    await result.close();
  }
  return sample;
};

const reasonOf = (error: unknown): string => {
  if (error instanceof DataMindError || PluginError.is(error)) return error.message;
  throw error;
};

interface Judged {
  readonly found: PiiClass;
  readonly by: ScannedColumn['by'];
  readonly share: number | null;
  readonly values: number;
}

const judge = (name: string, context: NameContext, values: readonly (string | number)[]): Judged | null => {
  const named = matchName(name, context);
  const told = judgeSamples(values, { expected: named?.class ?? null });
  if (told !== null) {
    const { kind, confidence, values: count } = told;
    const by = named?.class === kind.class ? 'name and values' : 'values';
    return { found: kind.class, by, share: Math.round(confidence * 1000) / 1000, values: count };
  }
  if (named?.strength !== 'certain') return null;
  return { found: named.class, by: 'name', share: null, values: new Set(values).size };
};

/** Of several dimensions on one column a class counts before `none`. */
const declaredOf = (dimensions: readonly Dimension[]): ScannedColumn['declared'] =>
  dimensions.find(({ pii }) => pii !== null)?.pii ?? (dimensions.some(({ pii_none: none }) => none) ? 'none' : null);

const scanTable = (
  table: CatalogueTable,
  sample: Sample,
  members: readonly { readonly entity: string; readonly dimension: Dimension }[],
): readonly ScannedColumn[] =>
  table.columns.flatMap(({ name, type: logical }): ScannedColumn[] => {
    const own = members.filter(({ dimension }) => dimension.column === name);
    const type = typeOf[logical];
    const context = { owner: own[0]?.entity ?? table.name, ...(type !== undefined && { type }) };
    const verdict = judge(name, context, sample.get(name) ?? []);
    if (verdict === null) return [];
    return [
      {
        table: nameOf(table),
        column: name,
        dimensions: own.map(({ entity, dimension }) => `${entity}.${dimension.name}`),
        declared: declaredOf(own.map(({ dimension }) => dimension)),
        ...verdict,
      },
    ];
  });

const entitiesOf = (
  { schema, name }: CatalogueTable,
  { model, executor, connection }: ScanOptions,
): readonly Entity[] =>
  Object.values(model.entities).filter(
    ({ from, connection: own }) =>
      from.kind === 'table' &&
      isSameTable(from, { catalog: null, schema: schema ?? null, table: name }) &&
      (own ?? model.project.connection ?? executor.defaultConnection) === connection,
  );

/** One table after another, so that the database has one small statement at a time. @throws DataMindError, PluginError */
export const scanConnection = async (options: ScanOptions): Promise<ScanReport> => {
  const { executor, connection, rows, signal } = options;
  const { dialect, tables } = await executor.introspect(connection, {}, signal);
  const unread: { table: string; reason: string }[] = [];
  const columns: ScannedColumn[] = [];
  for (const table of tables) {
    const entities = entitiesOf(table, options);
    let sample: Sample = new Map();
    try {
      if (entities.length > 0) sample = await readSample(sampleText(dialect, table, rows), options);
      else unread.push({ table: nameOf(table), reason: 'The model does not know it.' });
    } catch (error) {
      signal.throwIfAborted();
      unread.push({ table: nameOf(table), reason: reasonOf(error) });
    }
    const members = entities.flatMap(({ name, dimensions }) =>
      Object.values(dimensions).map((dimension) => ({ entity: name, dimension })),
    );
    columns.push(...scanTable(table, sample, members));
  }
  return { connection, rows_per_table: rows, tables: tables.length, unread, columns };
};

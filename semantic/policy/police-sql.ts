/**
 * {@link BoundSql} and permissions → {@link PolicedSql}: every reference to a table becomes the relation that the subject is
 * permitted, under the same alias. Everything else is printed as it was written.
 */
import { createHash } from 'node:crypto';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { DialectName, Parameter } from '../../core/plugin/contract.js';
import { bindColumns } from '../../core/sql/bind-columns.js';
import { type BoundSql, foldName, type KnownTable, type TableNames, written } from '../../core/sql/bind-sql.js';
import { dialects } from '../../core/sql/dialects/index.js';
import type { ValueType } from '../../core/sql/expression.js';
import type { Operand, OwnWork } from '../../core/sql/parse-sql.js';
import { asWritten, printPieces } from '../../core/sql/print-sql.js';
import { printRelation } from '../../core/sql/print-statement.js';
import type { Policing } from '../../core/sql/second-opinion/opinion.js';
import { placeOf } from '../../core/sql/tokenize-sql.js';
import { barrierOf, whyBarrier, whyNeverMerged } from './barrier.js';
import type { Permission, Permitted, TableName } from './permission.js';
import { qualifyTables } from './qualify-tables.js';

export interface PolicedTable {
  readonly table: TableName;
  readonly alias: string;
  readonly permission: Permitted;
  /** Why the relation has a barrier; `null` when it has none. */
  readonly barrier: string | null;
}

declare const policed: unique symbol;

/** Made here only. The firewall judges it before it may run. */
export interface PolicedSql {
  readonly [policed]: true;
  readonly dialect: DialectName;
  readonly text: string;
  readonly parameters: readonly Parameter[];
  /** One for each reference, in the order of the text. */
  readonly tables: readonly PolicedTable[];
  /** What a second parser is shown. */
  readonly policing: Policing;
  /** SHA-256 of the statement as it was read and as it is policed, in hex. */
  readonly before: string;
  readonly after: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const readable = ({ schema, table }: TableName): string => (schema === null ? table : `${schema}.${table}`);

/**
 * Whether these are computed may depend on rows of a table outside of their query; DuckDB may find by what it knows of a table
 * that nothing of a query is needed, and such a clause fails with it or not.
 */
const lateWork = <Table extends KnownTable>({ parsed, tables }: BoundSql<Table>): readonly OwnWork[] => {
  const places = parsed.pieces.flatMap((piece, at) => (piece.kind === 'table' && tables.has(piece) ? [at] : []));
  return parsed.ownWork.filter(
    ({ kind, query }) =>
      (kind === 'clause' && parsed.dialect === 'duckdb') || places.some((at) => at < query.from || at >= query.to),
  );
};

/**
 * @param permissionOf what the subject is permitted of a table
 * @throws DataMindError the code of a table that is closed, `COLUMN_UNKNOWN`, `SQL_NOT_ALLOWED`
 */
export const policeSql = <Table extends KnownTable>(
  bound: BoundSql<Table>,
  names: TableNames<Table>,
  permissionOf: (table: Table) => Permission,
): PolicedSql => {
  const { parsed } = bound;
  const { dialect } = parsed;
  const permissions = new Map<Table, Permitted>();
  for (const { table, reference } of bound.tables.values()) {
    if (permissions.has(table)) continue;
    const permission = permissionOf(table);
    if (permission.kind === 'closed')
      throw new DataMindError(permission.code, permission.message, { at: placeOf(parsed.text, reference.at) });
    if (permission.columns.length === 0)
      throw new DataMindError('TABLE_CLOSED', `No column of ${readable(table)} is open to you.`);
    permissions.set(table, permission);
  }
  const columns = bindColumns(bound, names, (table) => permissions.get(table)!.columns.map(({ name }) => name));
  const typeOf = (operand: Operand): ValueType | null => {
    const source = typeof operand === 'object' ? columns.source(operand) : null;
    if (source === null) return null;
    const fold = (name: string): string => name.toLowerCase();
    return permissions.get(source.table)!.columns.find(({ name }) => fold(name) === fold(source.column))?.type ?? null;
  };
  const tableOf = (operand: Operand): object | null =>
    typeof operand === 'object' ? (columns.source(operand)?.table ?? null) : null;
  const why = whyBarrier(parsed.uses, dialect, typeOf, tableOf, lateWork(bound));

  const neverMerged = whyNeverMerged(parsed.uses, dialect);

  const parameters: Parameter[] = [];
  const tables: PolicedTable[] = [];
  const relations: { readonly alias: string; readonly text: string }[] = [];
  const { identifier } = dialects[dialect];
  const commonName = (name: string | undefined, written: string): string =>
    name === undefined ? written : identifier(name);
  const text = printPieces(parsed.pieces, {
    column: (reference) => columns.printed.get(reference) ?? reference.parts,
    common: ({ table }) => commonName(bound.renamed.get(table), table.name.text),
    table: (reference, indent) => {
      const { parts, use, only } = reference;
      const own = parts.at(-1)!;
      const alias = (reference.alias ?? own).text;
      const common = bound.commons.get(reference);
      if (common !== undefined) {
        const name = bound.renamed.get(common);
        if (name === undefined || use === 'in')
          return name === undefined ? asWritten.table(reference, indent) : identifier(name);
        return `${identifier(name)} AS ${alias}`;
      }
      const { table } = bound.tables.get(reference)!;
      const permission = permissions.get(table)!;
      const relation = qualifyTables(permission.relation, names.defaults, dialect, only);
      for (const name of parsed.expressionNames)
        if (relation.aliases.has(name.toLowerCase()))
          throw new DataMindError('SQL_NOT_ALLOWED', `The name ${name} is taken by a policy; choose another one.`);
      const barrier = neverMerged ?? (permission.whole ? null : why);
      const ended = barrier === null ? {} : { barrier: barrierOf(dialect, relation.select) };
      const printed = printRelation(dialect, { ...relation.select, ...ended }, parameters.length);
      parameters.push(...printed.parameters);
      const body = printed.text;
      const subquery = `(\n${indent}  ${body.replaceAll('\n', `\n${indent}  `)}\n${indent}) AS ${alias}`;
      relations.push({ alias: written(reference.alias ?? own), text: body });
      tables.push({
        table,
        alias: written(reference.alias ?? own),
        permission,
        barrier,
      });
      return use === 'in' ? `(SELECT * FROM ${subquery})` : subquery;
    },
  });
  return {
    dialect,
    text,
    parameters,
    tables,
    policing: {
      original: parsed.text,
      text,
      relations,
      renamed: Object.fromEntries(
        [...bound.renamed].map(([{ name }, other]) => [foldName(name, dialect, 'relation'), other]),
      ),
    },
    before: sha256(printPieces(parsed.pieces, asWritten)),
    after: sha256(text),
  } as Omit<PolicedSql, typeof policed> as PolicedSql;
};

/** Names of columns in {@link BoundSql}, against the columns that each table has for whoever asks. */
import { DataMindError } from '../errors/datamind-error.js';
import {
  type BoundSql,
  type BoundTable,
  foldKnown,
  foldName,
  type KnownTable,
  lower,
  nearest,
  type TableNames,
  written,
} from './bind-sql.js';
import type { ColumnReference, ParsedSql, Scope, Source } from './parse-sql.js';
import { systemColumns } from './sql-words.js';
import { placeOf, type Token } from './tokenize-sql.js';

/** The parts of a name as they are to be printed, once tables stand under their alias alone. */
export type BoundColumns = ReadonlyMap<ColumnReference, readonly Token[]>;

/**
 * Names of columns, against the columns that each table has for whoever asks.
 *
 * @throws DataMindError `COLUMN_UNKNOWN` for a name that only a column which is not there could have
 */
export const bindColumns = <Table extends KnownTable>(
  bound: BoundSql<Table>,
  names: TableNames<Table>,
  columnsOf: (table: Table) => readonly string[],
): {
  readonly printed: BoundColumns;
  readonly source: (column: ColumnReference) => { readonly table: Table; readonly column: string } | null;
} => {
  const { parsed, tables } = bound;
  const { dialect } = parsed;
  const printed = new Map<ColumnReference, readonly Token[]>();
  const sources = new Map<ColumnReference, { readonly table: Table; readonly column: string }>();
  const everyAlias = new Set(dialect === 'clickhouse' ? aliasesOf(parsed) : []);
  const namesOwnArguments =
    parsed.uses.subscripts || ['->', ':=', '=>'].some((operator) => parsed.uses.operators.has(operator));

  const tableOf = (source: Source): BoundTable<Table> | undefined =>
    source.table === null ? undefined : tables.get(source.table);
  // Asked once for each column of a statement, so made once for each table and each scope.
  const folded = new Map<Table, ReadonlySet<string>>();
  const columns = (source: Source): ReadonlySet<string> | null => {
    const table = tableOf(source)?.table;
    if (table === undefined || source.renamed) return null;
    let known = folded.get(table);
    if (known === undefined) {
      known = new Set(columnsOf(table).map((name) => foldKnown(name, dialect, 'column')));
      folded.set(table, known);
    }
    return known;
  };
  const aliasSets = new Map<Scope, ReadonlySet<string>>();
  const aliases = (scope: Scope): ReadonlySet<string> => {
    let known = aliasSets.get(scope);
    if (known === undefined) {
      known = new Set(scope.aliases.map((alias) => foldName(alias, dialect, 'column')));
      aliasSets.set(scope, known);
    }
    return known;
  };
  const unknown = (reference: ColumnReference, name: string, known: Iterable<string>): never => {
    throw new DataMindError(
      'COLUMN_UNKNOWN',
      `There is no column ${name} for you (${placeOf(parsed.text, reference.at)}); there is: ${[...known].sort().slice(0, 40).join(', ')}.`,
      { suggestions: nearest(name, [...known]) },
    );
  };
  const check = (reference: ColumnReference, source: Source, token: Token): void => {
    const known = columns(source);
    if (known === null) return;
    const name = foldName(token, dialect, 'column');
    if (known.has(name)) sources.set(reference, { table: tableOf(source)!.table, column: name });
    else if (!namesOwnArguments) unknown(reference, written(token), known);
    else if (systemColumns[dialect].has(lower(token.value))) unknown(reference, written(token), known);
  };

  /**
   * Of a table that is joined with itself, ClickHouse takes a bare name for the second one's column where only the first has an
   * alias. Permitted relations all have one: it would take the first one's.
   */
  const refuseHalfNamed = (reference: ColumnReference, token: Token, scope: Scope, name: string): boolean => {
    const aliased = new Map<Table, Token>();
    let found = false;
    for (const source of scope.sources) {
      const table = tableOf(source)?.table;
      if (table === undefined || columns(source)?.has(name) !== true) continue;
      found = true;
      const { alias } = source.table!;
      const first = aliased.get(table);
      if (alias !== null) aliased.set(table, first ?? alias);
      else if (first !== undefined)
        throw new DataMindError(
          'SQL_NOT_ALLOWED',
          `${written(token)} may be of ${written(first)} or of ${written(source.name!)} (${placeOf(parsed.text, reference.at)}); say which.`,
        );
    }
    return found;
  };

  const single = (reference: ColumnReference, token: Token): void => {
    const name = foldName(token, dialect, 'column');
    if (dialect === 'clickhouse')
      for (let scope: Scope | null = reference.scope; scope !== null; scope = scope.parent)
        if (refuseHalfNamed(reference, token, scope, name)) break;
    const relation = foldName(token, dialect, 'relation');
    const beside: ReadonlySet<string>[] = [];
    let open = false;
    let any = false;
    for (let scope: Scope | null = reference.scope; scope !== null; scope = scope.parent) {
      if (aliases(scope).has(name)) return;
      for (const source of scope.sources) {
        any = true;
        if (source.name !== null && foldName(source.name, dialect, 'relation') === relation) return;
        const known = columns(source);
        if (known === null) {
          open = true;
          continue;
        }
        if (known.has(name)) {
          if (!open) sources.set(reference, { table: tableOf(source)!.table, column: name });
          return;
        }
        beside.push(known);
      }
    }
    if (everyAlias.has(name)) return;
    const system = systemColumns[dialect].has(lower(token.value)) && any;
    // SQLite takes a name in double quotes that no column has for a string.
    const string = dialect === 'sqlite' && token.kind === 'quoted' && !open;
    if (system || string || (any && !open && !namesOwnArguments))
      unknown(reference, written(token), new Set(beside.flatMap((known) => [...known])));
  };

  const qualified = (reference: ColumnReference): void => {
    const { parts, star } = reference;
    const qualifiers = star ? parts : parts.slice(0, -1);
    const fold = (token: Token): string => foldName(token, dialect, 'relation');
    for (let scope: Scope | null = reference.scope; scope !== null; scope = scope.parent) {
      for (const source of scope.sources) {
        if (source.name === null) continue;
        const name = fold(source.name);
        if (fold(parts[0]!) === name) {
          const next = parts[1];
          if (next !== undefined && (!star || parts.length > 1)) check(reference, source, next);
          return;
        }
        const table = tableOf(source)?.table;
        if (table === undefined || source.table!.alias !== null) continue;
        const schema = table.schema ?? names.defaults.schema;
        const catalog = table.catalog ?? names.defaults.catalog;
        const same = (token: Token, known: string | null): boolean =>
          known !== null && fold(token) === foldKnown(known, dialect, 'relation');
        for (const depth of [1, 2]) {
          if (qualifiers.length <= depth || fold(qualifiers[depth]!) !== name) continue;
          const fits =
            depth === 1
              ? same(qualifiers[0]!, schema) ||
                (dialect === 'duckdb' && schema === 'main' && same(qualifiers[0]!, catalog))
              : same(qualifiers[1]!, schema) && same(qualifiers[0]!, catalog);
          if (!fits) continue;
          const rest = parts.slice(depth);
          printed.set(reference, [{ ...rest[0]!, text: source.name.text }, ...rest.slice(1)]);
          if (rest[1] !== undefined) check(reference, source, rest[1]);
          return;
        }
      }
    }
  };

  for (const piece of parsed.pieces) {
    if (piece.kind !== 'column') continue;
    if (piece.parts.length === 1 && !piece.star) single(piece, piece.parts[0]!);
    else qualified(piece);
  }
  return { printed, source: (column) => sources.get(column) ?? null };
};

const aliasesOf = (parsed: ParsedSql): readonly string[] => {
  const found: string[] = [...parsed.expressionNames];
  const seen = new Set<Scope>();
  for (const piece of parsed.pieces) {
    if (piece.kind !== 'column' && piece.kind !== 'table') continue;
    for (let scope: Scope | null = piece.scope; scope !== null && !seen.has(scope); scope = scope.parent) {
      seen.add(scope);
      for (const alias of scope.aliases) found.push(written(alias));
    }
  }
  return found;
};

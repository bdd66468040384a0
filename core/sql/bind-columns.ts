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
  readable,
  type TableNames,
  written,
} from './bind-sql.js';
import type { ColumnReference, CommonTable, ParsedSql, Scope, Source } from './parse-sql.js';
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
  const { parsed, tables, commons } = bound;
  const { dialect } = parsed;
  const relationName = (token: Token): string => foldName(token, dialect, 'relation');
  const printed = new Map<ColumnReference, readonly Token[]>();
  const sources = new Map<ColumnReference, { readonly table: Table; readonly column: string }>();
  /** Of tables that ClickHouse knows by an alias besides. */
  const ownNames = new Set(
    [...tables.keys()].flatMap(({ alias, parts }) =>
      dialect === 'clickhouse' && alias !== null ? [written(parts.at(-1)!)] : [],
    ),
  );
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

  /** What a source reads: a table, or a common table. */
  const relationOf = ({ table }: Source): Table | CommonTable | undefined =>
    table === null ? undefined : (tables.get(table)?.table ?? commons.get(table));
  const refuse = (reference: ColumnReference, message: string): never => {
    const name = `${readable(reference.parts)}${reference.star ? '.*' : ''}`;
    throw new DataMindError('SQL_NOT_ALLOWED', `${name} ${message} (${placeOf(parsed.text, reference.at)}).`);
  };

  /**
   * Of a table that is joined with itself, ClickHouse takes a bare name for the second one's column where only the first has an
   * alias. Permitted relations all have one: it would take the first one's.
   */
  const refuseHalfNamed = (reference: ColumnReference, scope: Scope, name: string): boolean => {
    const aliased = new Map<Table | CommonTable, Token>();
    let found = false;
    for (const source of scope.sources) {
      const relation = relationOf(source);
      const has = columns(source)?.has(name) === true;
      if (relation === undefined || !(has || commons.has(source.table!))) continue;
      found ||= has;
      const { alias } = source.table!;
      const first = aliased.get(relation);
      if (alias !== null) aliased.set(relation, first ?? alias);
      else if (first !== undefined)
        refuse(reference, `may be of ${written(first)} or of ${written(source.name!)}; say which`);
    }
    return found;
  };

  const single = (reference: ColumnReference, token: Token): void => {
    const name = foldName(token, dialect, 'column');
    if (dialect === 'clickhouse')
      for (let scope: Scope | null = reference.scope; scope !== null; scope = scope.parent)
        if (refuseHalfNamed(reference, scope, name)) break;
    const relation = relationName(token);
    const beside: ReadonlySet<string>[] = [];
    let open = false;
    let any = false;
    for (let scope: Scope | null = reference.scope; scope !== null; scope = scope.parent) {
      if (aliases(scope).has(name)) return;
      for (const source of scope.sources) {
        any = true;
        if (source.name !== null && relationName(source.name) === relation) return;
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

  /** How many parts of a name stand for a source; 0: they mean another one. */
  const partsOf = (source: Source, qualifiers: readonly Token[]): number => {
    if (source.name === null) return 0;
    if (relationName(qualifiers[0]!) === relationName(source.name)) return 1;
    const reference = source.table;
    if (reference === null || (reference.alias !== null && dialect !== 'clickhouse')) return 0;
    const own = relationName(reference.parts.at(-1)!);
    if (relationName(qualifiers[0]!) === own) return 1;
    const table = tableOf(source)?.table;
    if (table === undefined) return 0;
    const schema = table.schema ?? names.defaults.schema;
    const catalog = table.catalog ?? names.defaults.catalog;
    const same = (token: Token, known: string | null): boolean =>
      known !== null && relationName(token) === foldKnown(known, dialect, 'relation');
    const [first, second, third] = qualifiers;
    if (second !== undefined && relationName(second) === own) {
      const isCatalog = dialect === 'duckdb' && schema === 'main' && same(first!, catalog);
      if (same(first!, schema) || isCatalog) return 2;
    }
    const isWhole = third !== undefined && relationName(third) === own;
    return isWhole && same(second!, schema) && same(first!, catalog) ? 3 : 0;
  };

  /** Whether a source has this name also where permitted relations stand in the place of tables. */
  const keeps = (source: Source, name: Token): boolean => relationName(name) === relationName(source.name!);

  /**
   * ClickHouse goes on knowing a table by its own name beside its alias, a permitted relation it knows by the alias alone. Of
   * several that a name fits it takes the first, for a star another one, and of one table's the one that is called so.
   */
  const sourceOf = (reference: ColumnReference, qualifiers: readonly Token[], scope: Scope): Source | undefined => {
    const found = scope.sources.filter((source) => partsOf(source, qualifiers) > 0);
    const [first, second] = found;
    if (first === undefined || dialect !== 'clickhouse') return first;
    if (found.every((source) => keeps(source, reference.parts[0]!))) return first;
    const isNamedSo = (source: Source): boolean =>
      partsOf(source, qualifiers) > 1 ? source.table!.alias === null : keeps(source, qualifiers[0]!);
    const [named, ...others] = found.filter(isNamedSo);
    const isOneTable = found.every((source) => relationOf(source) === relationOf(named ?? first));
    // A condition of a join sees what stands before it only.
    const isSeen = ({ table }: Source): boolean =>
      reference.at > table!.at || found.every((source) => reference.at < source.table!.at);
    if (named !== undefined && others.length === 0 && isOneTable && isSeen(named)) return named;
    const alias = written(first.name!);
    if (second === undefined) return refuse(reference, `means ${alias} here, a table of that name; write ${alias}`);
    return refuse(
      reference,
      `may be of ${alias} or of ${written(second.name!)}; give each another alias, and write that`,
    );
  };

  const qualified = (reference: ColumnReference): void => {
    const { parts, star } = reference;
    const qualifiers = star ? parts : parts.slice(0, -1);
    const nearer: Source[] = [];
    for (let scope: Scope | null = reference.scope; scope !== null; scope = scope.parent) {
      nearer.push(...scope.sources);
      const source = sourceOf(reference, qualifiers, scope);
      if (source === undefined) continue;
      const used = partsOf(source, qualifiers);
      if (used > 1) {
        const name = source.name!;
        if (nearer.some((other) => other !== source && other.name !== null && keeps(other, name)))
          refuse(reference, `is of ${written(name)} here, as is something else; give one of them another alias`);
        printed.set(reference, [{ ...parts[used - 1]!, text: name.text }, ...parts.slice(used)]);
      }
      if (parts[used] !== undefined) check(reference, source, parts[used]);
      return;
    }
    // ClickHouse looks around a common table where that is used.
    if (qualifiers.some((token) => ownNames.has(written(token))))
      refuse(reference, 'names a table that has an alias; write the alias, where it is seen');
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

/**
 * {@link ParsedSql} → {@link BoundSql}: which table or common table each name in FROM means, by the engine's rules of folding
 * and of scope. A name that the engine could take for either is refused. To take a name for a table is always safe, for the
 * table's permitted rows come in its place; so a name is a common table only where the engine must see it as one.
 */
import { DataMindError } from '../errors/datamind-error.js';
import type { TextDialect } from './text-dialects.js';
import type { ColumnReference, CommonTable, ParsedSql, Scope, Source, TableReference } from './parse-sql.js';
import { systemColumns } from './sql-words.js';
import { placeOf, type Token } from './tokenize-sql.js';

/** A table that SQL text may name, spelled as in the database; `null`: the connection's default. */
export interface KnownTable {
  readonly catalog: string | null;
  readonly schema: string | null;
  readonly table: string;
}

export interface TableNames<Table extends KnownTable = KnownTable> {
  readonly tables: readonly Table[];
  /** Where names without a schema or catalogue live. */
  readonly defaults: { readonly catalog: string | null; readonly schema: string | null };
}

export interface BoundTable<Table extends KnownTable = KnownTable> {
  readonly reference: TableReference;
  readonly table: Table;
}

export interface BoundSql<Table extends KnownTable = KnownTable> {
  readonly parsed: ParsedSql;
  readonly tables: ReadonlyMap<TableReference, BoundTable<Table>>;
  readonly commons: ReadonlyMap<TableReference, CommonTable>;
  /** Common tables whose name a table has too: they get another one, so that neither is ever taken for the other. */
  readonly renamed: ReadonlyMap<CommonTable, string>;
}

const lower = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** A name as the engine compares it. `relation`: of a table or an alias of one. */
export const foldName = (token: Token, dialect: TextDialect, use: 'relation' | 'column'): string => {
  switch (dialect) {
    case 'postgres':
      return token.value;
    case 'duckdb':
    case 'sqlite':
      return lower(token.value);
    case 'mysql':
      return use === 'column' ? lower(token.value) : written(token);
    case 'clickhouse':
      return written(token);
  }
};

/** Words keep their value in lower case; this is the name as it was written. */
export const written = (token: Token): string => (token.kind === 'word' ? token.text : token.value);

/** A name of the database in the form that {@link foldName} gives. */
export const foldKnown = (name: string, dialect: TextDialect, use: 'relation' | 'column'): string =>
  dialect === 'duckdb' || dialect === 'sqlite' || (dialect === 'mysql' && use === 'column') ? lower(name) : name;

const readable = (parts: readonly Token[]): string => parts.map((part) => written(part)).join('.');

/** The nearest names, for a message. */
const nearest = (name: string, names: readonly string[]): readonly string[] => {
  const wanted = lower(name);
  return names
    .filter((candidate) => {
      const other = lower(candidate);
      return other.includes(wanted) || wanted.includes(other) || other.slice(0, 3) === wanted.slice(0, 3);
    })
    .slice(0, 5);
};

/**
 * Whether the engine finds a recursive common table under its own name there; elsewhere DuckDB and ClickHouse take the name
 * for a table of the database. The others refuse what is no recursion.
 */
const recurses = ({ parts, unionsOnly }: CommonTable, part: number, dialect: TextDialect): boolean => {
  if (dialect === 'duckdb') return unionsOnly && part > 0 && part === parts - 1;
  return dialect !== 'clickhouse' || (unionsOnly && part > 0 && part < parts);
};

class Binder<Table extends KnownTable> {
  readonly #parsed: ParsedSql;
  readonly #names: TableNames<Table>;
  readonly #tables = new Map<TableReference, BoundTable<Table>>();
  readonly #commons = new Map<TableReference, CommonTable>();

  constructor(parsed: ParsedSql, names: TableNames<Table>) {
    this.#parsed = parsed;
    this.#names = names;
  }

  run(): BoundSql<Table> {
    const renamed = new Map<CommonTable, string>();
    const commons = new Set<string>();
    const taken = new Set(this.#names.tables.map(({ table }) => lower(table)));
    for (const piece of this.#parsed.pieces) {
      if (piece.kind === 'table') this.#bind(piece);
      else if (piece.kind === 'common') {
        const name = written(piece.table.name);
        // Inside one of two of the same name, MariaDB finds neither but the base table.
        if (this.#parsed.dialect === 'mysql' && commons.has(lower(name)))
          throw new DataMindError(
            'SQL_NOT_ALLOWED',
            `Two common tables are called ${name}; give one of them another name.`,
          );
        commons.add(lower(name));
        if (!taken.has(lower(name))) continue;
        // One name in two spellings gets one new name.
        let other = `${foldName(piece.table.name, this.#parsed.dialect, 'relation')}_query`;
        while (taken.has(lower(other))) other += '_';
        renamed.set(piece.table, other);
      }
    }
    return { parsed: this.#parsed, tables: this.#tables, commons: this.#commons, renamed };
  }

  #refuse(
    code: 'TABLE_UNKNOWN' | 'SQL_NOT_ALLOWED',
    reference: TableReference,
    message: string,
    suggestions?: readonly string[],
  ): never {
    throw new DataMindError(
      code,
      `${message} (${placeOf(this.#parsed.text, reference.at)}).`,
      suggestions === undefined || suggestions.length === 0 ? {} : { suggestions },
    );
  }

  #bind(reference: TableReference): void {
    if (this.#parsed.dialect === 'clickhouse') this.#refuseAlias(reference);
    if (reference.parts.length === 1) {
      const common = this.#common(reference, reference.parts[0]!);
      if (common !== null) {
        this.#commons.set(reference, common);
        return;
      }
    }
    this.#tables.set(reference, { reference, table: this.#table(reference) });
  }

  /** ClickHouse takes a bare name for what is called so in the same FROM. It takes a name twice, but no alias: that of a relation. */
  #refuseAlias(reference: TableReference): void {
    const [token] = reference.parts;
    const own = written(reference.alias ?? reference.parts.at(-1)!);
    const isOwn = ({ name }: Scope['sources'][number]): boolean => name !== null && written(name) === own;
    if (reference.use === 'source' && reference.scope.sources.filter(isOwn).length > 1)
      this.#refuse('SQL_NOT_ALLOWED', reference, `${own} stands twice in one FROM; give each an alias of its own`);
    if (reference.parts.length !== 1 || token === undefined) return;
    for (let scope: Scope | null = reference.scope; scope !== null; scope = scope.parent) {
      for (const { name, table } of scope.sources) {
        if (name === null || table === reference || (table !== null && table.alias === null)) continue;
        if (written(name) === written(token))
          this.#refuse(
            'SQL_NOT_ALLOWED',
            reference,
            `${written(token)} is also an alias here, and ClickHouse would read that; choose another alias`,
          );
      }
    }
  }

  #common(reference: TableReference, token: Token): CommonTable | null {
    const { dialect } = this.#parsed;
    const name = foldName(token, dialect, 'relation');
    let isInside = false;
    for (const { with: list, index, part } of reference.within) {
      for (let at = 0; at < list.tables.length; at += 1) {
        const table = list.tables[at]!;
        const other = foldName(table.name, dialect, 'relation');
        if (other !== name) {
          if (dialect === 'mysql' && lower(other) === lower(name))
            this.#refuse(
              'SQL_NOT_ALLOWED',
              reference,
              `${name} and ${other} differ in upper and lower case only; write them alike`,
            );
          continue;
        }
        // Inside a common table of an inner WITH, MariaDB looks past those of the outer ones.
        if (dialect === 'mysql' && isInside && at <= index)
          this.#refuse(
            'SQL_NOT_ALLOWED',
            reference,
            `${name} is not seen inside of a common table of another WITH on MariaDB; put both into one WITH`,
          );
        if (at < index) return table;
        const own = at === index;
        if (own && (list.recursive || dialect === 'sqlite')) {
          if (!recurses(table, part, dialect))
            this.#refuse(
              'SQL_NOT_ALLOWED',
              reference,
              `${name} may be used in its own last part only: … UNION ALL SELECT … FROM ${name}`,
            );
          return table;
        }
        if (!own && (list.recursive || dialect === 'sqlite' || dialect === 'clickhouse'))
          this.#refuse('SQL_NOT_ALLOWED', reference, `${name} is used before it is defined; define it first`);
      }
      isInside ||= index !== Number.POSITIVE_INFINITY;
    }
    return null;
  }

  #table(reference: TableReference): Table {
    const { dialect } = this.#parsed;
    const { defaults, tables } = this.#names;
    const same = (part: Token, name: string | null): boolean =>
      name !== null && foldName(part, dialect, 'relation') === foldKnown(name, dialect, 'relation');
    const { parts } = reference;
    const own = parts.at(-1)!;
    const found = tables.filter(({ catalog, schema, table }) => {
      if (!same(own, table)) return false;
      const schemaName = schema ?? defaults.schema;
      const catalogName = catalog ?? defaults.catalog;
      if (parts.length === 1) return schemaName === defaults.schema && catalogName === defaults.catalog;
      if (parts.length === 2) {
        const first = parts[0]!;
        if (same(first, schemaName)) return catalogName === defaults.catalog;
        // DuckDB: a catalogue and its default schema.
        return dialect === 'duckdb' && schemaName === 'main' && same(first, catalogName);
      }
      return same(parts[1]!, schemaName) && same(parts[0]!, catalogName);
    });
    if (found.length === 1) return found[0]!;
    const name = readable(parts);
    if (found.length > 1) this.#refuse('SQL_NOT_ALLOWED', reference, `${name} is more than one table; name its schema`);
    return this.#refuse(
      'TABLE_UNKNOWN',
      reference,
      `There is no table ${name} in the model`,
      nearest(written(own), [...new Set(tables.map(({ table }) => table))]),
    );
  }
}

/**
 * @throws DataMindError `TABLE_UNKNOWN`, `SQL_NOT_ALLOWED`
 */
export const bindSql = <Table extends KnownTable>(parsed: ParsedSql, names: TableNames<Table>): BoundSql<Table> =>
  new Binder(parsed, names).run();

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

  const single = (reference: ColumnReference, token: Token): void => {
    const name = foldName(token, dialect, 'column');
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

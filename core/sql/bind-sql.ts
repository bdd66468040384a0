/**
 * {@link ParsedSql} → {@link BoundSql}: which table or common table each name in FROM means, by the engine's rules of folding
 * and of scope. A name that the engine could take for either is refused. To take a name for a table is always safe, for the
 * table's permitted rows come in its place; so a name is a common table only where the engine must see it as one.
 */
import { DataMindError } from '../errors/datamind-error.js';
import type { TextDialect } from './text-dialects.js';
import type { CommonTable, ParsedSql, Scope, TableReference } from './parse-sql.js';
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
  /**
   * Common tables whose name a table has too, and on ClickHouse all: they get another one, so that neither is ever taken for
   * the other.
   */
  readonly renamed: ReadonlyMap<CommonTable, string>;
}

export const lower = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

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

export const readable = (parts: readonly Token[]): string => parts.map((part) => written(part)).join('.');

/** The nearest names, for a message. */
export const nearest = (name: string, names: readonly string[]): readonly string[] => {
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
    const text = lower(this.#parsed.text);
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
        // In a common table's own body ClickHouse may take its name for a table of the database, and compute with that.
        const isHidden = this.#parsed.dialect === 'clickhouse';
        if (!isHidden && !taken.has(lower(name))) continue;
        // One name in two spellings gets one new name, which nothing else is called here.
        const own = foldName(piece.table.name, this.#parsed.dialect, 'relation');
        let other = isHidden ? `datamind_query__${own}` : `${own}_query`;
        while (taken.has(lower(other)) || text.includes(lower(other))) other += '_';
        renamed.set(piece.table, other);
      }
    }
    this.#refuseUnused();
    return { parsed: this.#parsed, tables: this.#tables, commons: this.#commons, renamed };
  }

  /**
   * MariaDB (10.11) looks for a name that a common table does not have in the queries around it, and goes down where it finds it
   * there and nothing reads the common table.
   */
  #refuseUnused(): void {
    if (this.#parsed.dialect !== 'mysql') return;
    const used = new Set(this.#commons.values());
    for (const piece of this.#parsed.pieces)
      if (piece.kind === 'common' && piece.table.nested && !used.has(piece.table))
        throw new DataMindError(
          'SQL_NOT_ALLOWED',
          `Nothing reads the common table ${written(piece.table.name)}, and MariaDB may go down over it; leave it out.`,
        );
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
    // The permitted relation gets the name that the table had by itself, and two aliases may not be one.
    if (reference.alias === null && reference.scope.aliases.some((other) => written(other) === own))
      this.#refuse(
        'SQL_NOT_ALLOWED',
        reference,
        `${own} is also the name of an expression here, and ClickHouse takes only one; give one of them another name`,
      );
    if (reference.within.some(({ index }) => index !== Number.POSITIVE_INFINITY)) this.#refuseCaptured(reference);
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

  /** What a common table reads, ClickHouse looks for again where the common table is used, among the names that are there. */
  #refuseCaptured(reference: TableReference): void {
    const { pieces, queryNames } = this.#parsed;
    const around = new Set(reference.within.flatMap(({ with: list }) => list.tables));
    const [token, ...rest] = reference.parts;
    for (const piece of rest.length === 0 ? pieces.slice(pieces.indexOf(reference)) : [])
      if (piece.kind === 'common' && !around.has(piece.table) && written(piece.table.name) === written(token!))
        this.#refuse(
          'SQL_NOT_ALLOWED',
          reference,
          `${written(piece.table.name)} is also a common table of another query, and ClickHouse may read that; give it another name`,
        );
    for (const { name } of reference.scope.sources)
      if (name !== null && queryNames.some((other) => written(other) === written(name)))
        this.#refuse(
          'SQL_NOT_ALLOWED',
          reference,
          `${written(name)} is also the name of an expression with a subquery, and ClickHouse would look for that; choose another name`,
        );
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

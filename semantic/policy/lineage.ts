/**
 * Which stored relations the rows of a relation come from, as far as the database tells: views, partitions, what the engine
 * keeps beside a table, queries of authors. Where something is not understood, nothing is known.
 */
import { createHash } from 'node:crypto';
import { functionClass } from '../../core/firewall/lists/index.js';
import type {
  Catalogue,
  DialectName,
  NamePlace,
  OwnFunction,
  Relation,
  RelationName,
} from '../../core/plugin/contract.js';
import { written } from '../../core/sql/bind-sql.js';
import { type ParsedSql, parseSql } from '../../core/sql/parse-sql.js';
import { takesText, type TextDialect } from '../../core/sql/text-dialects.js';
import { type Token, tokenizeSql } from '../../core/sql/tokenize-sql.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { EntitySource } from '../model/model.js';

/** The relations of one database. */
export interface Lineage {
  /** The same for two that say the same. */
  readonly hash: string;
  /**
   * Everything whose rows may be shown by a table, a view or a query, itself included; `null`: it cannot be told.
   * Names in it mean something to the same lineage only.
   */
  storesOf(source: EntitySource): ReadonlySet<string> | null;
  /** What a name of a table may mean, in the same words; empty: nothing that is known. */
  namedBy(source: TableSource): ReadonlySet<string>;
  /**
   * What the relations of a name read that are no tables, in any schema: their queries, `null` for one of which that is not known.
   * @param name in lower case @returns `undefined` when nothing has that name
   */
  viewsOf(name: string): readonly (string | null)[] | undefined;
  /** What a call may find that somebody made in the database, by name; `null`: it cannot be told. */
  readonly ownFunctions: ReadonlyMap<string, OwnFunction> | null;
}

export type TableSource = Extract<EntitySource, { kind: 'table' }>;

/** The lineage of each connection that the entities of a model can live on. */
export interface Lineages {
  readonly hash: string;
  /** @param connection as an entity names it; `null`: where the statement is to run */
  of(connection: string | null): Lineage;
  /** The name of that connection; `null`: it is not known. */
  nameOf(connection: string | null): string | null;
}

/** Of a database that cannot be asked. */
export const unknownLineage: Lineage = Object.freeze({
  hash: 'unknown',
  storesOf: () => null,
  namedBy: () => new Set<string>(),
  viewsOf: () => [null],
  ownFunctions: null,
});

/** Those of a model whose entities live on one connection. */
export const lineagesOf = (lineage: Lineage): Lineages => ({
  hash: lineage.hash,
  of: () => lineage,
  nameOf: () => null,
});

export interface LineageSource {
  readonly dialect: DialectName;
  readonly place: NamePlace | null;
  readonly relations: readonly Relation[];
  readonly ownFunctions?: readonly OwnFunction[];
}

const lower = (name: string): string => name.toLowerCase();

/** The SELECT in a CREATE VIEW; the text itself when it is none. `null`: it is neither. */
const selectIn = (text: string, dialect: TextDialect): string | null => {
  const tokens = tokenizeSql(text, dialect);
  const is = (at: number, ...words: readonly string[]): boolean =>
    tokens[at]?.kind === 'word' && words.includes(tokens[at].value);
  if (!is(0, 'create')) return text;
  let at = 1;
  while (is(at, 'temp', 'temporary', 'recursive')) at += 1;
  if (!is(at, 'view')) return null;
  at += 1;
  if (is(at, 'if') && is(at + 1, 'not')) at += 3;
  const isName = ({ kind }: Token): boolean => kind === 'word' || kind === 'quoted' || kind === 'string';
  for (;;) {
    if (tokens[at] === undefined || !isName(tokens[at]!)) return null;
    at += 1;
    if (tokens[at]?.text !== '.') break;
    at += 1;
  }
  if (tokens[at]?.text === '(') {
    while (tokens[at] !== undefined && tokens[at]!.text !== ')') at += 1;
    at += 1;
  }
  return is(at, 'as') ? text.slice(tokens[at]!.at + 2) : null;
};

const parseOrNothing = (text: string, dialect: TextDialect): ParsedSql | null => {
  try {
    const select = selectIn(text, dialect);
    return select === null ? null : parseSql(select, dialect);
  } catch (error) {
    if (error instanceof DataMindError) return null;
    throw error;
  }
};

/** What is called could read anything, unless it is known what it is. */
const callsTheUnknown = ({ uses }: ParsedSql, dialect: TextDialect, own: ReadonlyMap<string, OwnFunction>): boolean =>
  [...uses.functions, ...uses.tableFunctions].some(
    (name) => own.has(name) || (functionClass(dialect, name) ?? 'never') === 'never',
  );

const wordsFor = (relations: Iterable<Relation>): ReadonlySet<string> =>
  new Set([...relations].map(({ schema, name }) => JSON.stringify([schema ?? null, name])));

class DatabaseLineage implements Lineage {
  readonly hash: string;
  readonly ownFunctions: ReadonlyMap<string, OwnFunction>;
  readonly #dialect: DialectName;
  readonly #place: NamePlace | null;
  readonly #byName = new Map<string, Relation[]>();
  readonly #edges = new Map<Relation, readonly Relation[] | null>();
  readonly #stores = new Map<string, ReadonlySet<string> | null>();

  constructor({ dialect, place, relations, ownFunctions = [] }: LineageSource, hash: string) {
    this.hash = hash;
    this.ownFunctions = new Map(ownFunctions.map((own) => [own.name, own]));
    this.#dialect = dialect;
    this.#place = place;
    for (const relation of relations) {
      const name = lower(relation.name);
      const known = this.#byName.get(name);
      if (known === undefined) this.#byName.set(name, [relation]);
      else known.push(relation);
    }
  }

  storesOf(source: EntitySource): ReadonlySet<string> | null {
    const key = JSON.stringify(source);
    let found = this.#stores.get(key);
    if (found === undefined) {
      found = this.#reach(this.#start(source));
      this.#stores.set(key, found);
    }
    return found;
  }

  namedBy(source: TableSource): ReadonlySet<string> {
    return wordsFor(this.#start(source) ?? []);
  }

  viewsOf(name: string): readonly (string | null)[] | undefined {
    return this.#byName.get(name)?.flatMap(({ origin }) => {
      if (origin.kind === 'query') return [origin.text];
      return origin.kind === 'unknown' ? [null] : [];
    });
  }

  #start(source: EntitySource): readonly Relation[] | null {
    if (source.kind === 'query') {
      const text = source.sql[this.#dialect] ?? source.sql.default;
      return text === undefined ? [] : this.#read(text);
    }
    const { catalog, schema, table } = source;
    const path = [catalog, schema, table].filter((part) => part !== null);
    const found = this.#named(path);
    const usual = found.filter((relation) => schema !== null || this.#isInPlace(relation));
    if (usual.length > 0) return usual;
    return found.length > 0 ? found : null;
  }

  #isInPlace({ schema }: Relation): boolean {
    return schema === undefined || schema === this.#place?.schema;
  }

  /** What a path may mean, in any case of letters. A name without a schema may be in any. */
  #named(path: readonly string[]): readonly Relation[] {
    const [name = '', schema, catalog, ...more] = [...path].reverse().map(lower);
    if (more.length > 0) return [];
    const own = this.#place === null ? null : this.#place.catalog;
    if (catalog !== undefined && own !== null && lower(own) !== catalog) return [];
    return (this.#byName.get(name) ?? []).filter((relation) => {
      if (schema === undefined) return true;
      if (lower(relation.schema ?? 'main') === schema) return true;
      // A catalogue and its default schema.
      return this.#dialect === 'duckdb' && catalog === undefined && own !== null && lower(own) === schema;
    });
  }

  #read(text: string): readonly Relation[] | null {
    const dialect = this.#dialect;
    if (!takesText(dialect)) return null;
    const parsed = parseOrNothing(text, dialect);
    if (parsed === null || callsTheUnknown(parsed, dialect, this.ownFunctions)) return null;
    const commons = new Set(
      parsed.pieces.flatMap((piece) => (piece.kind === 'common' ? [lower(written(piece.table.name))] : [])),
    );
    const found: Relation[] = [];
    for (const piece of parsed.pieces) {
      if (piece.kind !== 'table') continue;
      const path = piece.parts.map(written);
      const named = this.#named(path);
      // A common table's name may be a table's as well: then both count.
      if (named.length === 0 && !(path.length === 1 && commons.has(lower(path[0]!)))) return null;
      found.push(...named);
    }
    return found;
  }

  #edgesOf(relation: Relation): readonly Relation[] | null {
    let edges = this.#edges.get(relation);
    if (edges === undefined) {
      edges = this.#computeEdges(relation);
      this.#edges.set(relation, edges);
    }
    return edges;
  }

  #computeEdges({ origin }: Relation): readonly Relation[] | null {
    switch (origin.kind) {
      case 'stored':
        return [];
      case 'shared':
        return this.#all(origin.relations);
      case 'query': {
        const [read, shared] = [this.#read(origin.text), this.#all(origin.relations ?? [])];
        return read === null || shared === null ? null : [...read, ...shared];
      }
      case 'unknown':
        return null;
    }
  }

  #all(names: readonly RelationName[]): readonly Relation[] | null {
    const found: Relation[] = [];
    for (const { schema, name } of names) {
      const named = (this.#byName.get(lower(name)) ?? []).filter(
        (relation) => schema === undefined || relation.schema === schema,
      );
      if (named.length === 0) return null;
      found.push(...named);
    }
    return found;
  }

  #reach(start: readonly Relation[] | null): ReadonlySet<string> | null {
    if (start === null) return null;
    const seen = new Set<Relation>(start);
    for (const relation of seen) {
      const edges = this.#edgesOf(relation);
      if (edges === null) return null;
      for (const next of edges) seen.add(next);
    }
    return wordsFor(seen);
  }
}

/** What a catalogue tells: of views that it says no more about it is not known what they read. */
export const relationsIn = ({ tables, relations }: Catalogue): readonly Relation[] =>
  relations ??
  tables.map(({ schema, name, kind }) => ({
    ...(schema !== undefined && { schema }),
    name,
    origin: { kind: kind === 'table' ? 'stored' : 'unknown' },
  }));

const hashOf = ({ dialect, place, relations, ownFunctions = [] }: LineageSource): string => {
  const lines = [...relations, ...ownFunctions].map((one) => JSON.stringify(one)).sort();
  return createHash('sha256')
    .update(JSON.stringify([dialect, place, lines]))
    .digest('hex');
};

/** @param before is given back when nothing has changed, with all that was found out from it */
export const readLineage = (source: LineageSource, before: Lineage = unknownLineage): Lineage => {
  const hash = hashOf(source);
  return before.hash === hash ? before : new DatabaseLineage(source, hash);
};

import type { ColumnKind, ColumnWord } from './define-table.js';
import type { Engine } from './engine.js';

/** One change of the tables: the statements that make it on an engine. */
export type Step = (engine: Engine) => readonly string[];

/** Changes that are made together or not at all. Once released it never changes: another one mends it. */
export interface Migration {
  /** Unique for ever; the store remembers which ones it has. */
  readonly id: string;
  readonly steps: readonly Step[];
}

/** Texts compare by code point on both engines. */
const types: Readonly<Record<Engine, Readonly<Record<ColumnKind, string>>>> = {
  sqlite: {
    id: 'text',
    place: 'integer',
    text: 'text',
    time: 'integer',
    count: 'integer',
    flag: 'integer',
    json: 'text',
  },
  postgres: {
    id: 'text collate "C"',
    place: 'bigint',
    text: 'text collate "C"',
    time: 'bigint',
    count: 'bigint',
    flag: 'boolean',
    json: 'text',
  },
};

const columnType = (engine: Engine, word: ColumnWord): string =>
  `${types[engine][word.replace('?', '') as ColumnKind]}${word.endsWith('?') ? '' : ' not null'}`;

/** The name says table and columns, so that a violation can be told in words: `uq__users__email`. */
const constraintName = (kind: 'pk' | 'uq' | 'ix' | 'fk', table: string, columns: readonly string[]): string => {
  const name = [kind, table, ...columns].join('__');
  if (name.length > 63) throw new Error(`${name} is longer than a name may be in PostgreSQL`);
  return name;
};

export interface TableConstraints {
  /** Sets of columns that no two rows share. */
  readonly unique?: readonly (readonly string[])[];
  readonly indices?: readonly (readonly string[])[];
  /** Column → `table.column`. Deleting what is referred to deletes the row (`cascade`), or is refused. */
  readonly references?: Readonly<Record<string, { readonly to: string; readonly onDelete: 'cascade' | 'refuse' }>>;
}

/** Any word may name a column: `user`, `order`. */
const quoted = (name: string): string => `"${name}"`;
const list = (names: readonly string[]): string => names.map(quoted).join(', ');

export const createIndex =
  (
    table: string,
    columns: readonly string[],
    { unique = false, where }: { unique?: boolean; where?: string } = {},
  ): Step =>
  () => [
    `create ${unique ? 'unique ' : ''}index ${constraintName(unique ? 'uq' : 'ix', table, columns)} on ${quoted(table)} (${list(columns)})${where === undefined ? '' : ` where ${where}`}`,
  ];

export const createTable =
  (
    table: string,
    columns: Readonly<Record<string, ColumnWord>>,
    { unique = [], indices = [], references = {} }: TableConstraints = {},
  ): Step =>
  (engine) => {
    const keys = Object.keys(columns).filter((column) => columns[column] === 'id' || columns[column] === 'place');
    const lines = [
      ...Object.entries(columns).map(([column, word]) => `${quoted(column)} ${columnType(engine, word)}`),
      `constraint ${constraintName('pk', table, keys)} primary key (${list(keys)})`,
      ...Object.entries(references).map(([column, { to, onDelete }]) => {
        const [parent = '', key = ''] = to.split('.');
        const action = onDelete === 'cascade' ? 'cascade' : 'restrict';
        return `constraint ${constraintName('fk', table, [column])} foreign key (${quoted(column)}) references ${quoted(parent)} (${quoted(key)}) on delete ${action}`;
      }),
    ];
    return [
      `create table ${quoted(table)} (\n  ${lines.join(',\n  ')}\n)${engine === 'sqlite' ? ' strict' : ''}`,
      ...unique.flatMap((set) => createIndex(table, set, { unique: true })(engine)),
      ...indices.flatMap((set) => createIndex(table, set)(engine)),
    ];
  };

/** A column that is not null needs the value, as a literal of SQL, that rows have which are there already. */
export const addColumn =
  (table: string, column: string, word: ColumnWord, initial?: string): Step =>
  (engine) => [
    `alter table ${quoted(table)} add column ${quoted(column)} ${columnType(engine, word)}${initial === undefined ? '' : ` default ${initial}`}`,
  ];

/** A statement that both engines read alike. */
export const statement =
  (sql: string): Step =>
  () => [sql];

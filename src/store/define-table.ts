import { EntitySchema, type EntitySchemaColumnOptions, type ValueTransformer } from 'typeorm';

/** What a column holds. Each looks the same from outside on both engines. */
export type ColumnKind = 'id' | 'place' | 'text' | 'time' | 'count' | 'flag' | 'json';
/** With a question mark: may be null. */
export type ColumnWord = ColumnKind | `${ColumnKind}?`;

const number: ValueTransformer = {
  to: (value: unknown) => value,
  // PostgreSQL's driver gives 64-bit numbers as texts.
  from: (value: string | number | null) => (value === null ? null : Number(value)),
};

/** Where a column may be null, null is that and not the text `null`. */
const json = (nullable: boolean): ValueTransformer => ({
  to: (value: unknown) => (value === undefined || (nullable && value === null) ? value : JSON.stringify(value)),
  from: (value: string | null) => (value === null ? null : JSON.parse(value)),
});

const kinds: Readonly<Record<ColumnKind, EntitySchemaColumnOptions>> = {
  id: { type: 'text', primary: true },
  place: { type: 'bigint', primary: true, transformer: number },
  text: { type: 'text' },
  time: { type: 'bigint', transformer: number },
  count: { type: 'bigint', transformer: number },
  flag: { type: 'boolean' },
  json: { type: 'text', transformer: json(false) },
};

/** `createdAt` → `created_at` */
export const columnName = (property: string): string =>
  property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const options = (property: string, word: ColumnWord): EntitySchemaColumnOptions => ({
  ...kinds[word.replace('?', '') as ColumnKind],
  ...(word === 'json?' && { transformer: json(true) }),
  name: columnName(property),
  nullable: word.endsWith('?'),
});

/** The word of a column by the type of its property: times and counts are numbers, JSON is anything. */
type WordOf<T> = T extends string
  ? 'id' | 'text'
  : T extends number
    ? 'place' | 'time' | 'count'
    : T extends boolean
      ? 'flag'
      : never;

export type Columns<Row> = {
  readonly [K in keyof Row]-?:
    | 'json'
    | 'json?'
    | (null extends Row[K] ? `${Exclude<WordOf<Exclude<Row[K], null>>, 'id' | 'place'>}?` : WordOf<Row[K]>);
};

/**
 * A table as the code sees it: properties in camelCase over columns in snake_case. `id` (a text) and `place` (a number)
 * are the primary key, together where there are several; times are milliseconds since 1970, UTC; JSON is kept as text. The table itself, with its constraints, is
 * made by a migration; a test holds the two together.
 */
export const defineTable = <Row extends object>(name: string, columns: Columns<Row>): EntitySchema<Row> =>
  new EntitySchema<Row>({
    name,
    tableName: name,
    columns: Object.fromEntries(
      Object.entries(columns).map(([property, word]) => [property, options(property, word as ColumnWord)]),
    ) as never,
  });

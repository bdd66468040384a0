/**
 * A first model of a database, made from its catalogue: an entity for each table, joins from foreign keys, dimensions by type, a
 * count, and sums of numbers that are no keys. Names come from the database and mean nothing here until they are made safe.
 */
import type {
  Catalogue,
  CatalogueColumn,
  CatalogueTable,
  ForeignKey,
  LogicalType,
} from '../../core/plugin/contract.js';
import { matchName } from '../../core/pii/match-name.js';

type DimensionType = 'string' | 'number' | 'boolean' | 'time';

interface Kind {
  readonly type: DimensionType;
  /** Of a time: how it is stored. */
  readonly stores?: 'date' | 'local' | 'instant';
}

/** What can be grouped by; the rest is left out. */
const kinds: Partial<Readonly<Record<LogicalType, Kind>>> = {
  string: { type: 'string' },
  integer: { type: 'number' },
  bigint: { type: 'number' },
  decimal: { type: 'number' },
  float: { type: 'number' },
  boolean: { type: 'boolean' },
  date: { type: 'time', stores: 'date' },
  timestamp: { type: 'time', stores: 'local' },
  timestamptz: { type: 'time', stores: 'instant' },
};

/** What is put into YAML: JSON is. */
export interface DraftEntity {
  readonly entity: string;
  readonly description: string;
  readonly connection: string;
  readonly table: string;
  readonly key?: string | readonly string[];
  readonly joins?: Readonly<
    Record<string, { readonly to: string; readonly on: string | Readonly<Record<string, string>> }>
  >;
  readonly dimensions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly measures: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const mostTables = 300;
const mostColumns = 300;

const plain = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

/** A name as models have them; what is left of it when everything else is taken away. */
const nameFrom = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '')
    .slice(0, 100)
    .replace(/_+$/, '');

/** Names, each once. */
const createNames = () => {
  const taken = new Set<string>();
  return (wanted: string, otherwise: string): string => {
    const base = plain.test(wanted) ? wanted : otherwise;
    let name = base;
    for (let nth = 2; taken.has(name); nth += 1) name = `${base}_${nth}`;
    taken.add(name);
    return name;
  };
};

const quoted = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);
const tableOf = ({ schema, name }: CatalogueTable): string =>
  [schema, name].flatMap((part) => (part === undefined ? [] : [quoted(part)])).join('.');

const keyOf = ({ primaryKey, uniqueKeys, columns }: CatalogueTable): readonly string[] => {
  if (primaryKey.length > 0) return primaryKey;
  const isWhole = (key: readonly string[]): boolean =>
    key.every((name) => columns.some((column) => column.name === name && !column.nullable));
  return uniqueKeys.find(isWhole) ?? [];
};

const sameColumns = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name));

/** A table, and the entity that it becomes. */
export interface NamedTable {
  readonly table: CatalogueTable;
  readonly name: string;
}

const targetOf = (
  { toSchema, toTable, toColumns }: ForeignKey,
  own: CatalogueTable,
  all: readonly NamedTable[],
): NamedTable | undefined =>
  all.find(
    ({ table }) =>
      table.name === toTable &&
      (table.schema ?? null) === (toSchema ?? own.schema ?? null) &&
      sameColumns(toColumns, keyOf(table)),
  );

const joinsOf = (table: CatalogueTable, all: readonly NamedTable[]): NonNullable<DraftEntity['joins']> => {
  const nameOf = createNames();
  const found = table.foreignKeys.flatMap((foreign) => {
    const target = targetOf(foreign, table, all);
    if (target === undefined) return [];
    const [first = ''] = foreign.columns;
    const role = nameOf(nameFrom(first.replace(/_?id$/i, '')), nameFrom(target.table.name) || 'other');
    const on =
      foreign.columns.length === 1
        ? first
        : Object.fromEntries(foreign.columns.map((column, at) => [column, foreign.toColumns[at]!]));
    return [[role, { to: target.name, on }] as const];
  });
  return Object.fromEntries(found);
};

const dimensionOf = (name: string, { name: column, type, comment }: CatalogueColumn, owner: string) => {
  const kind = kinds[type]!;
  const personal = matchName(column, { owner, type: kind.type });
  return {
    ...kind,
    ...(name !== column && { expr: quoted(column) }),
    ...(personal?.strength === 'certain' && { pii: personal.class }),
    ...(comment !== undefined && comment.trim() !== '' && { description: comment.trim().slice(0, 1000) }),
  };
};

const isNumber = ({ type }: CatalogueColumn): boolean => kinds[type]?.type === 'number';
/** Adding up ids, years and codes says nothing. */
const isNoAmount =
  /(^|_)(id|key|code|no|nr|num|number|year|month|day|zip|phone|lat|lon|latitude|longitude|version|status|type)$/i;

export const draftEntity = (
  { table, name }: NamedTable,
  connection: string,
  all: readonly NamedTable[],
): DraftEntity => {
  const nameOf = createNames();
  const columns = table.columns.filter(({ type }) => kinds[type] !== undefined).slice(0, mostColumns);
  const named = columns.map((column, at) => ({ column, own: nameOf(nameFrom(column.name), `column_${at + 1}`) }));
  const dimensions = named.map(({ column, own }) => [own, dimensionOf(own, column, table.name)] as const);
  const times = dimensions.filter(([, { type }]) => type === 'time');
  const key = keyOf(table);
  const inKeys = new Set([...key, ...table.foreignKeys.flatMap((foreign) => foreign.columns)]);
  const sums = named.filter(
    ({ column, own }) =>
      isNumber(column) &&
      !inKeys.has(column.name) &&
      !isNoAmount.test(own) &&
      dimensions.every(([n, d]) => n !== own || !('pii' in d)),
  );
  const joins = joinsOf(table, all);
  return {
    entity: name,
    description: table.comment?.trim().slice(0, 1000) || `The ${table.kind} ${table.name}; a draft.`,
    connection,
    table: tableOf(table),
    ...(key.length > 0 && { key: key.length === 1 ? key[0]! : key }),
    ...(Object.keys(joins).length > 0 && { joins }),
    dimensions: Object.fromEntries(
      // The only time of a table is what its measures are about.
      dimensions.map(([own, body]) => [
        own,
        times.length === 1 && body.type === 'time' ? { ...body, default: true } : body,
      ]),
    ),
    measures: Object.fromEntries([
      [`${name}_count`, { count: '*' }],
      ...sums.map(({ column, own }) => [`${name}_${own}_sum`, { sum: quoted(column.name) }]),
    ]),
  };
};

/** @param prefix of every name; none when empty */
export const nameTables = (tables: readonly CatalogueTable[], prefix: string): readonly NamedTable[] => {
  const nameOf = createNames();
  const before = prefix === '' ? '' : `${prefix}_`;
  return tables
    .slice(0, mostTables)
    .map((table, at) => ({ table, name: nameOf(`${before}${nameFrom(table.name)}`, `${before}table_${at + 1}`) }));
};

/** Compiles texts; which of them, by name, have errors. */
export type FindBroken = (files: ReadonlyMap<string, string>) => Promise<ReadonlySet<string>>;

const asYaml = (entity: DraftEntity): string => {
  const { entity: name, ...body } = entity;
  const lines = Object.entries(body).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return [`entity: ${name}`, ...lines].join('\n');
};

/**
 * The draft as YAML, a document for each table. What the compiler does not take is left out: it says of which table.
 * @param connection as the model names it; names of entities begin with it, so that they are nobody else's
 * @returns `null` when there is nothing that a model could hold
 */
export const draftModel = async (
  connection: string,
  { tables }: Catalogue,
  findBroken: FindBroken,
): Promise<string | null> => {
  let all = nameTables(tables, nameFrom(connection) || 'draft');
  for (let round = 0; round < 5 && all.length > 0; round += 1) {
    const texts = new Map(all.map((known) => [`${known.name}.yaml`, asYaml(draftEntity(known, connection, all))]));
    const broken = await findBroken(texts);
    if (broken.size === 0) return `${[...texts.values()].join('\n---\n')}\n`;
    all = all.filter(({ name }) => !broken.has(`${name}.yaml`));
  }
  return null;
};

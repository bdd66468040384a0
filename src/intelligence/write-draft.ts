/**
 * A first draft of a model as YAML that people review: a file for each table, with what was inferred and why beside it. What the
 * compiler does not take is left out, and named.
 */
import { Document, isMap, isScalar, type YAMLMap } from 'yaml';
import type { Catalogue, CatalogueTable } from '../../core/plugin/contract.js';
import {
  draftEntity,
  type DraftEntity,
  type FindBroken,
  type NamedTable,
  nameTables,
} from '../connections/draft-model.js';
import type { ColumnProfile, ConnectionProfile, TableProfile } from './profile.js';

export interface Draft {
  /** Texts by the path of their file. */
  readonly files: ReadonlyMap<string, string>;
  /** Tables that no entity could be made of. */
  readonly left: readonly string[];
}

const mostSamples = 12;
const longestSample = 60;

const nameOf = ({ schema, name }: { readonly schema?: string | null | undefined; readonly name: string }): string =>
  schema === undefined || schema === null ? name : `${schema}.${name}`;

/** With the keys and references that were inferred, as if the database had declared them. */
const withInferred = (table: CatalogueTable, { key, key_by: by, references }: TableProfile): CatalogueTable => ({
  ...table,
  primaryKey: by === 'inferred' ? key : table.primaryKey,
  foreignKeys: [
    ...table.foreignKeys,
    ...references
      .filter((one) => one.by === 'inferred')
      .map(({ columns, to_schema: toSchema, to_table: toTable, to_columns: toColumns }) => ({
        ...{ columns, toTable, toColumns },
        ...(toSchema !== null && { toSchema }),
      })),
  ],
});

const plural = (count: number, one: string): string => `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;

const aboutTable = ({ name, kind, rows, counted, sampled, unread, schema }: TableProfile): string => {
  const count = rows === null ? 'nobody knows how many rows' : `${counted ? '' : 'about '}${plural(rows, 'row')}`;
  const how = counted ? 'all of them counted' : `${plural(sampled, 'row')} looked at`;
  return ` The ${kind} ${nameOf({ schema, name })}: ${unread === null ? `${count}, ${how}.` : `no row was read. ${unread}`}`;
};

const aboutColumn = ({ distinct, nulls, personal, strategy }: ColumnProfile): string => {
  const parts = [
    ...(distinct === null ? [] : [plural(distinct, 'different value')]),
    ...(nulls === null || nulls === 0 ? [] : [`${nulls.toLocaleString('en')} without one`]),
    ...(personal === null ? [] : [`looks like personal data (${personal}): no value was kept`]),
    ...(strategy === 'categorical' ? ['few enough to choose from'] : []),
  ];
  return parts.length === 0 ? '' : ` ${parts.join(', ')}`;
};

/** A comment stays a comment, whatever a database calls its columns. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');

const note = (map: YAMLMap, key: string, text: string): void => {
  const pair = map.items.find((one) => isScalar(one.key) && one.key.value === key);
  if (pair !== undefined && isScalar(pair.key) && text !== '') pair.key.commentBefore = plain(text);
};

const innerMap = (map: YAMLMap, key: string): YAMLMap | null => {
  const inner = map.get(key, true);
  return isMap(inner) ? inner : null;
};

/** The body of a dimension with what was found in its column. */
const enriched = (body: Readonly<Record<string, unknown>>, column: ColumnProfile | undefined) => {
  if (column === undefined) return body;
  const { personal, values } = column;
  if (personal !== null) return { ...body, pii: personal };
  const samples = values
    .filter((value) => typeof value === 'string' && value.trim() !== '' && value.length <= longestSample)
    .slice(0, mostSamples);
  return body.type !== 'string' || samples.length === 0 ? body : { ...body, sample_values: samples };
};

/** Which column a dimension is: `expr` where the names differ. */
const columnOf = (own: string, { expr }: Readonly<Record<string, unknown>>): string =>
  typeof expr === 'string' ? expr.replace(/^"|"$/g, '').replaceAll('""', '"') : own;

const render = (entity: DraftEntity, profile: TableProfile): string => {
  const byName = new Map(profile.columns.map((column) => [column.name, column]));
  const dimensions = Object.fromEntries(
    Object.entries(entity.dimensions).map(([own, body]) => [own, enriched(body, byName.get(columnOf(own, body)))]),
  );
  const doc = new Document({ ...entity, dimensions });
  doc.commentBefore = plain(aboutTable(profile));
  const root = doc.contents as unknown as YAMLMap;
  note(root, 'key', profile.key_evidence === null ? '' : ` ${profile.key_evidence}`);
  const joins = innerMap(root, 'joins');
  for (const [name, { on }] of Object.entries(entity.joins ?? {})) {
    const columns = typeof on === 'string' ? [on] : Object.keys(on);
    const reference = profile.references.find((one) => one.columns.join() === columns.join());
    if (joins !== null && reference !== undefined) note(joins, name, ` ${reference.evidence}`);
  }
  const dimensionMap = innerMap(root, 'dimensions');
  for (const [own, body] of Object.entries(dimensions)) {
    const column = byName.get(columnOf(own, body));
    if (dimensionMap !== null && column !== undefined) note(dimensionMap, own, aboutColumn(column));
  }
  for (const part of ['joins', 'dimensions', 'measures']) {
    for (const { value } of innerMap(root, part)?.items ?? []) if (isMap(value)) value.flow = true;
  }
  return doc.toString({ lineWidth: 0 });
};

const projectText = (name: string, connection: string): string =>
  [
    '# A draft, made from what the database has. Read it, rename what has another name among you, take away what nobody asks for.',
    '# Numbers that were found to be sums are at the end of each file: which of them mean anything, only you know.',
    `project: ${JSON.stringify({ name, connection })}`,
    '',
  ].join('\n');

/** @returns files of a model that compiles */
export const writeDraft = async (
  { tables: profiles, connection }: ConnectionProfile,
  { tables }: Catalogue,
  findBroken: FindBroken,
): Promise<Draft> => {
  const profileOf = ({ schema, name }: CatalogueTable): TableProfile | undefined =>
    profiles.find((one) => one.name === name && one.schema === (schema ?? null));
  const known = tables.flatMap((table) => {
    const profile = profileOf(table);
    return profile === undefined ? [] : [withInferred(table, profile)];
  });
  const project = projectText(connection, connection);
  let all: readonly NamedTable[] = nameTables(known, '');
  const left: string[] = tables
    .filter((table) => !all.some((one) => one.table.name === table.name && one.table.schema === table.schema))
    .map(nameOf);
  for (;;) {
    const files = new Map([['project.yaml', project]]);
    for (const one of all) {
      const entity = draftEntity(one, connection, all);
      files.set(`entities/${one.name}.yaml`, render(entity, profileOf(one.table)!));
    }
    const broken = await findBroken(files);
    if (broken.size === 0) return { files, left };
    const out = all.filter(({ name }) => broken.has(`entities/${name}.yaml`));
    // What is wrong is with no table: nothing can be left out to mend it.
    if (out.length === 0) return { files: new Map(), left: tables.map(nameOf) };
    left.push(...out.map(({ table }) => nameOf(table)));
    all = all.filter((one) => !out.includes(one));
  }
};

import { parseJson } from '../../core/config/parse-json.js';
import type { Catalogue, Origin, Relation, RelationName } from '../../core/plugin/contract.js';
import type { LogicalType } from '../../core/result/column.js';
import type { SourceText } from '../load/source-text.js';
import type { Finding } from './diagnostic.js';

const types: Readonly<Record<LogicalType, true>> = {
  boolean: true,
  integer: true,
  bigint: true,
  decimal: true,
  float: true,
  string: true,
  uuid: true,
  date: true,
  time: true,
  timestamp: true,
  timestamptz: true,
  interval: true,
  binary: true,
  json: true,
  array: true,
  unknown: true,
};

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

/** `catalogue.json` is for the project's connection, `catalogue.NAME.json` for that of the name. */
const fileName = /(?:^|\/)catalogue(?:\.([A-Za-z0-9_-]+))?\.json$/;

/** The connection that a recorded catalogue is for, `''` for the project's; undefined for other files. */
export const catalogueConnection = (file: string): string | undefined => {
  const match = fileName.exec(file);
  return match === null ? undefined : (match[1] ?? '');
};

const isRelation = (value: unknown): value is Json & { readonly name: string } =>
  isObject(value) && typeof value.name === 'string';

const readName = ({ schema, name }: Json & { readonly name: string }): RelationName => ({
  ...(typeof schema === 'string' ? { schema } : {}),
  name,
});

/** What is not said in full is not known. */
const readOrigin = (origin: unknown): Origin => {
  if (!isObject(origin)) return { kind: 'unknown' };
  const { kind, text, relations } = origin;
  const others = Array.isArray(relations) && relations.every(isRelation) ? relations.map(readName) : null;
  if (kind === 'stored') return { kind };
  if (kind === 'shared' && others !== null) return { kind, relations: others };
  if (kind !== 'query' || typeof text !== 'string' || (relations !== undefined && others === null))
    return { kind: 'unknown' };
  return { kind, text, ...(others === null ? {} : { relations: others }) };
};

const readRelation = (value: Json & { readonly name: string }): Relation => ({
  ...readName(value),
  origin: readOrigin(value.origin),
});

/** What `Connector.introspect` gave, read back. What this compiler does not need may be absent. */
export const readCatalogue = (source: SourceText, findings: Finding[]): Catalogue | null => {
  const { value, problems, places } = parseJson(source.text);
  const lineStart = (line: number): number => source.text.split('\n', line - 1).join('\n').length + (line > 1 ? 1 : 0);
  const report = (at: string, message: string): null => {
    let nearest = at;
    while (nearest !== '' && !places.has(nearest)) nearest = nearest.slice(0, nearest.lastIndexOf('/'));
    const { line, column } = problems[0]?.place ?? places.get(nearest) ?? { line: 1, column: 1 };
    const start = lineStart(line) + column - 1;
    findings.push({ code: 'CATALOGUE_INVALID', message, place: { source, start, end: start + 1 } });
    return null;
  };
  if (problems[0] !== undefined) return report('', `the recorded catalogue cannot be read: ${problems[0].message}`);
  if (!isObject(value) || !Array.isArray(value.tables)) {
    return report('', 'the recorded catalogue must hold a list of `tables`; record it anew');
  }
  const tables: Catalogue['tables'][number][] = [];
  for (const [index, table] of (value.tables as readonly unknown[]).entries()) {
    const at = `/tables/${index}`;
    if (!isObject(table) || typeof table.name !== 'string' || !Array.isArray(table.columns)) {
      return report(at, 'a table of the catalogue has a `name` and a list of `columns`; record it anew');
    }
    const columns = table.columns as readonly unknown[];
    const wrong = columns.findIndex(
      (column) => !isObject(column) || typeof column.name !== 'string' || !Object.hasOwn(types, String(column.type)),
    );
    if (wrong !== -1) {
      return report(
        `${at}/columns/${wrong}`,
        'a column of the catalogue has a `name` and a `type` that is known; record it anew',
      );
    }
    tables.push({
      ...(typeof table.schema === 'string' ? { schema: table.schema } : {}),
      name: table.name,
      kind: table.kind === 'view' ? 'view' : 'table',
      rowEstimate: typeof table.rowEstimate === 'number' ? table.rowEstimate : null,
      columns: (columns as readonly Json[]).map((column) => ({
        name: column.name as string,
        type: column.type as LogicalType,
        nativeType: String(column.nativeType ?? ''),
        nullable: column.nullable !== false,
      })),
      primaryKey: texts(table.primaryKey),
      uniqueKeys: Array.isArray(table.uniqueKeys) ? table.uniqueKeys.map(texts) : [],
      foreignKeys: [],
    });
  }
  const relations = Array.isArray(value.relations)
    ? { relations: value.relations.filter(isRelation).map(readRelation) }
    : {};
  return { dialect: String(value.dialect ?? 'duckdb') as Catalogue['dialect'], tables, ...relations };
};

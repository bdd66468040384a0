import type { Catalogue, CatalogueTable, IntrospectOptions } from 'datamind/contract';
import type { Session } from './session.js';
import { logicalTypeOf, type Raw } from './types.js';

const quoted = (name: string): string => `\`${name.replaceAll(/[`\\]/g, '')}\``;

const tablesQuery = (dataset: string): string =>
  `SELECT table_name, CASE WHEN table_type LIKE '%VIEW' THEN 'view' ELSE 'table' END AS kind FROM ${quoted(dataset)}.INFORMATION_SCHEMA.TABLES WHERE table_type <> 'SNAPSHOT' ORDER BY table_name`;

const columnsQuery = (dataset: string): string =>
  `SELECT c.table_name, c.column_name, c.data_type, c.is_nullable, f.description FROM ${quoted(dataset)}.INFORMATION_SCHEMA.COLUMNS AS c LEFT JOIN ${quoted(dataset)}.INFORMATION_SCHEMA.COLUMN_FIELD_PATHS AS f ON f.table_name = c.table_name AND f.field_path = c.column_name ORDER BY c.table_name, c.ordinal_position`;

/** Pages of the catalogue. */
const pageRows = 10_000;

const readAll = async (session: Session, text: string, signal: AbortSignal): Promise<readonly (readonly Raw[])[]> => {
  const job = await session.run(text, [], pageRows, null, signal);
  const rows = [...job.first.rows];
  for (let { token } = job.first; token !== null; ) {
    const page = await session.page(job, token, pageRows);
    rows.push(...page.rows);
    token = page.token;
  }
  return rows;
};

/** Reads two views for each dataset. Keys are promises there that nothing keeps, so none is claimed. */
export const introspectBigQuery = async (
  session: Session,
  datasets: readonly string[],
  { schemas }: IntrospectOptions,
  signal: AbortSignal,
): Promise<Catalogue> => {
  const tables: CatalogueTable[] = [];
  for (const schema of datasets.filter((name) => schemas === undefined || schemas.includes(name))) {
    const found = await readAll(session, tablesQuery(schema), signal);
    const columns = new Map<Raw | undefined, (readonly Raw[])[]>();
    for (const row of await readAll(session, columnsQuery(schema), signal)) {
      const known = columns.get(row[0]);
      if (known) known.push(row);
      else columns.set(row[0], [row]);
    }
    for (const [name, kind] of found) {
      tables.push({
        schema,
        name: String(name),
        kind: kind === 'view' ? 'view' : 'table',
        rowEstimate: null,
        columns: (columns.get(name) ?? []).map(([, column, type, nullable, comment]) => ({
          name: String(column),
          type: logicalTypeOf(String(type)),
          nativeType: String(type),
          nullable: nullable === 'YES',
          ...(comment === null || comment === undefined ? {} : { comment: String(comment) }),
        })),
        primaryKey: [],
        uniqueKeys: [],
        foreignKeys: [],
      });
    }
  }
  return { dialect: 'bigquery', tables };
};

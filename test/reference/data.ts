import type { TimeValue, Value } from './value.js';
import { parseExact } from './value.js';

export type ColumnType =
  | 'integer'
  | 'bigint'
  | 'decimal'
  | 'float'
  | 'string'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'instant';

/** As JSON holds it: integers and floats as numbers; bigint and decimal by their digits; times in ISO-8601, instants with `Z`. */
export type Cell = null | string | number | boolean;

export interface Table {
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** Cells in the order of `columns`. */
  readonly rows: readonly (readonly Cell[])[];
}

/** Tables by the name that the entity gives under `table`. */
export type Data = Readonly<Record<string, Table>>;

const withMicroseconds = (text: string): string => {
  const [seconds, fraction = ''] = text.replace(' ', 'T').replace('Z', '').split('.') as [string, string?];
  return `${seconds.length === 16 ? `${seconds}:00` : seconds}.${fraction.padEnd(6, '0')}`;
};

export const timestamp = (text: string): TimeValue => ({ kind: 'timestamp', text: withMicroseconds(text) });
export const instant = (text: string): TimeValue => ({ kind: 'instant', text: withMicroseconds(text) });
export const date = (text: string): TimeValue => ({ kind: 'date', text: text.slice(0, 10) });

const readers: Record<ColumnType, (cell: string | number | boolean) => Value> = {
  integer: (cell) => parseExact(String(cell)),
  bigint: (cell) => parseExact(String(cell)),
  decimal: (cell) => parseExact(String(cell)),
  float: (cell) => Number(cell),
  string: (cell) => String(cell),
  boolean: (cell) => cell === true,
  date: (cell) => date(String(cell)),
  timestamp: (cell) => timestamp(String(cell)),
  instant: (cell) => instant(String(cell)),
};

export type RowValues = Readonly<Record<string, Value>>;

const known = new WeakMap<Table, readonly RowValues[]>();

/** The rows of a table as values by column name. */
export function readTable(table: Table): readonly RowValues[] {
  const rows = known.get(table) ?? readRows(table);
  known.set(table, rows);
  return rows;
}

function readRows(table: Table): readonly RowValues[] {
  const columns = Object.entries(table.columns);
  return table.rows.map((row) =>
    Object.fromEntries(
      columns.map(([name, type], at) => {
        const cell = row[at] ?? null;
        return [name, cell === null ? null : readers[type](cell)];
      }),
    ),
  );
}

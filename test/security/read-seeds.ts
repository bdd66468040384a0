import { readFileSync } from 'node:fs';
import type { Cell, Data } from '../reference/data.js';
import { plainTables } from './world.js';

type Rows = Readonly<Record<string, readonly (readonly Cell[])[]>>;

/** Two databases from a JSON file: `columns`, `D1` and `D2` by table. */
export function readSeeds(file: string): { readonly first: Data; readonly second: Data } {
  const { D1, D2 } = JSON.parse(readFileSync(file, 'utf8')) as { readonly D1: Rows; readonly D2: Rows };
  const tables = (rows: Rows): Data => ({
    ...plainTables,
    ...Object.fromEntries(
      Object.entries(rows).map(([name, each]) => [name, { columns: plainTables[name]!.columns, rows: each }]),
    ),
  });
  // The tables that the file does not have stand on customers that it may not have: they are left empty.
  const withoutReadings = (data: Data): Data => ({ ...data, readings: { ...data.readings!, rows: [] } });
  return { first: withoutReadings(tables(D1)), second: withoutReadings(tables(D2)) };
}

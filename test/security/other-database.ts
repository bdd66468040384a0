/** A second database that agrees with the first on all that a shape permits and differs in all that it hides. */
import type { Cell, ColumnType, Data, Table } from '../reference/data.js';
import { type RowObject, rowsOf, type Shape, visible } from './shapes.js';

/** Cells that say whose a row is: to change them at will could make a hidden row a permitted one. */
const belonging: ReadonlySet<string> = new Set(['id', 'customer_id', 'manager_id', 'keeper_id', 'first_id', 'code']);

const digit = (text: string): string => text.replace(/\d/g, (each) => String(9 - Number(each)));

const changed: Readonly<Record<ColumnType, (cell: Cell) => Cell>> = {
  integer: (cell) => (cell === null ? 7 : Number(cell) === 0 ? 5 : -3 * Number(cell) + 1),
  bigint: (cell) => (cell === null ? '7' : digit(String(cell))),
  decimal: (cell) => (cell === null ? '3.25' : String(Math.round(Number(cell) * 37 + 1111) / 100)),
  float: (cell) => (cell === null ? 0.5 : Number(cell) * 2 + 0.25),
  string: (cell) => (cell === null ? 'was null' : `${String(cell).split('').reverse().join('')}!`),
  boolean: (cell) => cell !== true,
  date: (cell) => (cell === '1999-12-31' ? '2001-01-01' : '1999-12-31'),
  timestamp: (cell) => (cell === '1999-12-31 23:59:59' ? '2001-01-01 00:00:00' : '1999-12-31 23:59:59'),
  instant: (cell) => (cell === '1999-12-31 23:59:59Z' ? '2001-01-01 00:00:00Z' : '1999-12-31 23:59:59Z'),
};

const changeHidden = (row: RowObject, table: Table): Cell[] =>
  Object.entries(table.columns).map(([column, type]) => {
    const cell = row[column] ?? null;
    if (belonging.has(column)) return cell;
    // A territory that admits is hidden itself, and still says who is permitted.
    if (column === 'zone' && cell === 'north') return cell;
    return column === 'region' ? (cell === 'CN' ? 'APAC' : 'CN') : changed[type](cell);
  });

function otherTable(name: string, table: Table, data: Data, shape: Shape): Table {
  const columns = Object.entries(table.columns);
  let hidden = 0;
  const rows = rowsOf(table).flatMap((row): Cell[][] => {
    if (shape.admits(name, row, data))
      return [
        columns.map(([column, type]) => {
          const cell = row[column] ?? null;
          if (shape.shows(name, column, row) === 'clear' || belonging.has(column)) return cell;
          return changed[type](cell);
        }),
      ];
    hidden += 1;
    return hidden % 3 === 0 ? [] : [changeHidden(row, table)];
  });
  const pattern = rowsOf(table).find((row) => !shape.admits(name, row, data));
  const more =
    pattern === undefined || name === 'employees'
      ? []
      : [901, 902, 903].map((id) => changeHidden({ ...pattern, id }, table));
  return { ...table, rows: [...rows, ...more] };
}

export function otherDatabase(data: Data, shape: Shape): Data {
  const other = Object.fromEntries(
    Object.entries(data).map(([name, table]) => [name, otherTable(name, table, data, shape)]),
  );
  assertAgree(data, other, shape);
  return other;
}

/** A pair that does not agree on what is permitted proves nothing. */
export function assertAgree(first: Data, second: Data, shape: Shape): void {
  const [a, b] = [first, second].map((data) => JSON.stringify(visible(data, shape)));
  if (a !== b) throw new Error(`the pair of ${shape.name} differs in what is permitted:\n${a}\n${b}`);
}

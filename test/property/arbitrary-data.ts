/** Random rows: nulls, orphans, duplicates where no key is declared, empty tables, and times at the edges of periods. */
import fc from 'fast-check';
import type { Cell, ColumnType, Data } from '../reference/data.js';
import type { TableShape } from './arbitrary-model.js';
import { again, choice, isChosen, pick } from './pick.js';

const rowBlueprint = fc.array(choice, { minLength: 24, maxLength: 24, size: 'max' });

export const dataBlueprint = fc.array(fc.array(rowBlueprint, { maxLength: 24, size: 'max' }), {
  minLength: 6,
  maxLength: 6,
  size: 'max',
});

const dates = [
  '2024-03-15',
  '2024-03-31',
  '2024-02-29',
  '2023-02-28',
  '2024-01-31',
  '2023-12-31',
  '2024-01-01',
  '2024-04-01',
  '2024-03-01',
  '2023-03-31',
  '2024-02-28',
  '2024-10-27',
  '2024-11-03',
  '2024-12-30',
  '2025-03-30',
  '2024-03-10',
  '2023-04-01',
  '2024-03-14',
  '2024-03-16',
] as const;

const times = [
  '00:00:00',
  '12:00:00',
  '23:59:59',
  '23:30:00',
  '00:30:00',
  '22:15:00',
  '01:30:00',
  '02:30:00',
  '05:00:00',
  '04:30:00',
  '03:59:59.5',
  '15:15:00',
  '18:29:59',
] as const;

const texts = ['a', 'b', 'A', 'ab', '', 'ä', 'a_b', 'x%y', 'Größe 😀', 'b ', 'aé', 'é'] as const;
const decimals = ['1.50', '0.00', '-3.25', '20.10', '99.99', '4.99', '5.00', '1234567.89', '0.10', '0.20'] as const;

const cells: Readonly<Record<ColumnType, (by: number) => Cell>> = {
  integer: (by) => pick([1, 2, 3, 0, 4, -1, 5], by),
  bigint: (by) => pick(['1', '2', '0', '9007199254740993', '-7', '10'], by),
  decimal: (by) => pick(decimals, by),
  float: (by) => pick([0.5, 1.25, -2.75, 100.125, 0.1, 3], by),
  string: (by) => pick(texts, by),
  boolean: (by) => pick([true, false], by),
  date: (by) => pick(dates, by),
  timestamp: (by) => `${pick(dates, by)}T${pick(times, again(by, 1))}`,
  instant: (by) => `${pick(dates, by)}T${pick(times, again(by, 1))}Z`,
};

/** One in so many is null. */
const nullable = (by: number, make: (by: number) => Cell): Cell =>
  isChosen(again(by, 2), 14) ? null : make(Math.floor(by / 7));

type DataBlueprint = typeof dataBlueprint extends fc.Arbitrary<infer T> ? T : never;

export function buildData(shapes: readonly TableShape[], blueprint: DataBlueprint): Data {
  const sizes = new Map(shapes.map(({ entity }, at) => [entity, blueprint[at]!.length]));
  const composite = new Set(shapes.filter((shape) => shape.composite).map(({ entity }) => entity));
  const keyOf = (entity: string, row: number): readonly [id: number, part: number] =>
    composite.has(entity) ? [Math.floor(row / 2) + 1, row % 2] : [row + 1, 0];
  return Object.fromEntries(
    shapes.map((shape, at) => {
      const names = Object.keys(shape.columns);
      const rows = blueprint[at]!.map((numbers, index) => {
        const row: Record<string, Cell> = Object.fromEntries(
          names.map((name, column) => [name, nullable(numbers[column % 24]!, cells[shape.columns[name]!])]),
        );
        if (shape.keyed) [row.id, row.part] = keyOf(shape.entity, index) as [number, number];
        for (const [number, { column, to, unique }] of shape.references.entries()) {
          const by = numbers[(names.indexOf(column) + number) % 24]!;
          const size = sizes.get(to)!;
          // Many point at the first few; some at nothing, some at rows that are not there.
          const target = unique ? index : Math.min(pick([0, 1, 2, 3, 5, 8, 99], by), Math.floor(by / 7) % (size + 2));
          const [id, part] = isChosen(again(by, 3), 12) ? [null, null] : keyOf(to, target);
          row[column] = id;
          if (`${column}_part` in row) row[`${column}_part`] = isChosen(again(by, 4), 8) ? null : part;
        }
        return names.map((name) => row[name]!);
      });
      return [shape.table, { columns: shape.columns, rows }];
    }),
  );
}

import type { WireCell } from '../pipeline/spell-cells.js';
import type { KnownAnswer } from './question-set.js';
import { numberOf, sameCell } from './same-cell.js';

type Row = readonly WireCell[];

/** What was answered: columns by name, in any order. */
export interface GivenAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** Where a column of the known answer stands in the given one, and what its numbers are divided by. */
interface Match {
  readonly at: number;
  readonly by: 1 | 100;
}

/** Tries of matching columns before it is given up: many alike columns over many rows. */
const mostTries = 5_000;

const isNumeric = (rows: readonly Row[], at: number): boolean => {
  const cells = rows.map((row) => row[at] ?? null).filter((cell) => cell !== null);
  return cells.length > 0 && cells.every((cell) => typeof cell === 'number');
};

/** The cells of a given row in the places of the known columns. */
const project = (row: Row, matches: readonly Match[]): Row =>
  matches.map(({ at, by }) => {
    const cell = row[at] ?? null;
    const number = by === 1 ? null : numberOf(cell);
    return number === null ? cell : number / by;
  });

interface Shape {
  /** Which of the known columns say what a row is about; the others are its numbers. */
  readonly isKey: readonly boolean[];
}

/** A row of nobody (a key is null) or of nothing (all its numbers are null or 0) may be shown or left out. */
const isOptional = (row: Row, { isKey }: Shape): boolean => {
  const keys = row.filter((_, at) => isKey[at]);
  const numbers = row.filter((_, at) => !isKey[at]);
  if (keys.length === 0) return false;
  return keys.includes(null) || (numbers.length > 0 && numbers.every((cell) => cell === null || numberOf(cell) === 0));
};

const sameRow = (known: Row, given: Row): boolean => known.every((cell, at) => sameCell(cell, given[at] ?? null));

/** Each known row is one of the given rows, each used once; none is left. */
const sameRows = (known: readonly Row[], given: readonly Row[]): boolean => {
  if (known.length !== given.length) return false;
  const left = [...given];
  return known.every((row) => {
    const at = left.findIndex((other) => sameRow(row, other));
    if (at !== -1) left.splice(at, 1);
    return at !== -1;
  });
};

/** What may be left out must be right where it is shown; a row that the known answer leaves out itself is not judged. */
const optionalRowsHold = (known: readonly Row[], given: readonly Row[], shape: Shape): boolean =>
  given.every((row) => {
    const about = known.find((other) => other.every((cell, at) => !shape.isKey[at] || sameCell(cell, row[at] ?? null)));
    return about === undefined || sameRow(about, row);
  });

const sameOrder = (known: readonly Row[], given: readonly Row[], columns: readonly number[]): boolean =>
  known.every((row, at) => columns.every((column) => sameCell(row[column] ?? null, given[at]?.[column] ?? null)));

/** Whether the given rows say the same under this matching of columns. */
const holds = (known: readonly Row[], given: readonly Row[], shape: Shape, order: readonly number[]): boolean => {
  const [needed, shown] = [known, given].map((rows) => rows.filter((row) => !isOptional(row, shape))) as [Row[], Row[]];
  if (needed.length === 0) return sameRows(known, given) && sameOrder(known, given, order);
  return (
    sameRows(needed, shown) &&
    optionalRowsHold(
      known.filter((row) => isOptional(row, shape)),
      given.filter((row) => isOptional(row, shape)),
      shape,
    ) &&
    sameOrder(needed, shown, order)
  );
};

/** Columns of the given answer that could be this one, those of the same name first. */
const candidates = (known: KnownAnswer, at: number, given: GivenAnswer): readonly Match[] => {
  const name = known.columns[at]!;
  const numeric = isNumeric(known.rows, at);
  const scales: readonly (1 | 100)[] = known.percent?.includes(name) ? [1, 100] : [1];
  const fits = given.columns.flatMap((_, column) => {
    const cells = given.rows.map((row) => row[column] ?? null).filter((cell) => cell !== null);
    return !numeric || cells.every((cell) => numberOf(cell) !== null) ? [column] : [];
  });
  const alike = (column: number): number => (given.columns[column] === name ? 0 : 1);
  return fits.sort((a, b) => alike(a) - alike(b)).flatMap((column) => scales.map((by) => ({ at: column, by })));
};

/**
 * Whether an answer says what a known answer says: some of its columns, told by their values, hold its rows, and no others.
 * Names of columns and further columns do not count; order counts where the known answer says so.
 */
export const saysTheSame = (known: KnownAnswer, given: GivenAnswer): boolean => {
  const { columns, order = [], spare = [] } = known;
  const needed = columns.flatMap((name, at) => (spare.includes(name) ? [] : [at]));
  const orderAt = order.filter((name) => !spare.includes(name)).map((name) => needed.indexOf(columns.indexOf(name)));
  const rows = known.rows.map((row) => needed.map((at) => row[at] ?? null));
  const shape: Shape = { isKey: needed.map((at) => !isNumeric(known.rows, at)) };
  if (given.columns.length < needed.length) return false;
  const choices = needed.map((at) => candidates(known, at, given));
  let tries = 0;
  const match = (chosen: readonly Match[]): boolean => {
    if (chosen.length === needed.length) {
      tries += 1;
      return holds(
        rows,
        given.rows.map((row) => project(row, chosen)),
        shape,
        orderAt,
      );
    }
    return choices[chosen.length]!.some(
      (choice) => tries < mostTries && !chosen.some(({ at }) => at === choice.at) && match([...chosen, choice]),
    );
  };
  return match([]);
};

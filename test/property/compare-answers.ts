/** Whether an engine's rows are the judge's: the same multiset, in the order that was asked for. */
import type { Cell } from '../../core/plugin/contract.js';
import type { Answer } from '../reference/evaluate.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';
import {
  type Exact,
  isExact,
  isTime,
  parseExact,
  spell,
  spellExact,
  toDouble,
  type Value,
} from '../reference/value.js';

export interface Tolerance {
  readonly dialect: TextDialect;
  /** Names of columns that may be estimates. */
  readonly estimates: ReadonlySet<string>;
}

const isDigits = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

/** Decimals of more than 15 digits. */
const isUnsure = (exact: Exact): boolean => {
  const text = spellExact(exact);
  return text.includes('.') && text.replace(/\D/g, '').replace(/^0+/, '').length > 15;
};

const asTime = (text: string): string =>
  text
    .replace(' ', 'T')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');

/** Whether a cell says the same as a value. */
export function isSame(expected: Value, actual: Cell, isEstimate: boolean, dialect: TextDialect): boolean {
  if (expected === null || actual === null) return expected === null && actual === null;
  if (typeof expected === 'boolean')
    return actual === expected || actual === Number(expected) || actual === String(Number(expected));
  if (typeof expected === 'string') return actual === expected;
  if (isTime(expected)) {
    if (typeof actual !== 'string') return false;
    const spelled = String(spell(expected));
    return expected.kind === 'date' ? actual === spelled : asTime(actual) === spelled;
  }
  if (
    typeof actual !== 'number' &&
    !(typeof actual === 'string' && (isDigits(actual) || Number.isFinite(Number(actual))))
  )
    return false;
  const number = Number(actual);
  if (isEstimate) return Math.abs(number - toDouble(expected)) <= 0.05 * Math.abs(toDouble(expected));
  if (isExact(expected) && typeof actual === 'string' && isDigits(actual)) {
    const same = spellExact(parseExact(actual)) === spellExact(expected);
    // Of more digits SQLite is not sure.
    return same || (dialect === 'sqlite' && isUnsure(expected) && near(number, toDouble(expected)));
  }
  if (isExact(expected) && (dialect !== 'sqlite' || !isUnsure(expected))) return number === toDouble(expected);
  return near(number, toDouble(expected));
}

/** What is wrong with the rows, or null. */
export function difference(
  expected: Answer,
  names: readonly string[],
  rows: readonly (readonly Cell[])[],
  tolerance: Tolerance,
): string | null {
  const wanted = expected.columns.map(({ name }) => name);
  if ([...names].sort().join('\n') !== [...wanted].sort().join('\n'))
    return `columns are ${names.join(', ')} instead of ${wanted.join(', ')}`;
  const position = wanted.map((name) => names.indexOf(name));
  const actual = rows.map((row) => position.map((at) => row[at] ?? null));
  if (actual.length !== expected.rows.length) return `${actual.length} rows instead of ${expected.rows.length}`;
  const sameCell = (row: readonly Value[], cells: readonly Cell[], at: number): boolean =>
    isSame(row[at]!, cells[at]!, tolerance.estimates.has(wanted[at]!), tolerance.dialect);
  const sameRow = (row: readonly Value[], cells: readonly Cell[]): boolean =>
    row.every((_, at) => sameCell(row, cells, at));
  const left = new Set(expected.all.keys());
  for (const [index, cells] of actual.entries()) {
    const here = expected.rows[index]!;
    // Neighbours whose keys are equal but for rounding may change places.
    const match = [...left].find(
      (candidate) =>
        sameRow(expected.all[candidate]!, cells) && expected.order.every(({ column }) => sameCell(here, cells, column)),
    );
    if (match === undefined) return `row ${index + 1} is not what was expected there`;
    left.delete(match);
    const byDimensions = expected.columns.flatMap(({ kind }, at) => (kind === 'dimension' ? [at] : []));
    const isExactOrder = expected.order.every(({ column }) => typeof here[column] !== 'number');
    if (isExactOrder && !byDimensions.every((at) => sameCell(here, cells, at)))
      return `row ${index + 1} is out of order`;
  }
  return null;
}

import type { Cell, Column, LogicalType, Row } from '../../core/result/column.js';
import type { PlannedColumn } from '../../semantic/plan/query.js';

/** What a cell of an answer may be on the wire. */
export type WireCell = null | boolean | number | string | readonly Cell[];

const plainNumber = /^-?\d+(?:\.\d+)?$/;

/** Digits without leading zeros, and without trailing ones behind the point: `007.50` is `7.5`. */
const shortest = (digits: string): string => {
  const negative = digits.startsWith('-');
  const [whole = '', fraction = ''] = (negative ? digits.slice(1) : digits).split('.');
  const int = whole.replace(/^0+(?=\d)/, '');
  const rest = fraction.replace(/0+$/, '');
  const text = rest === '' ? int : `${int}.${rest}`;
  return negative && text !== '0' ? `-${text}` : text;
};

/** A JSON number when that has the very same digits, else the digits as a text: no reader sees another number. */
const spellNumber = (cell: Cell): WireCell => {
  if (typeof cell !== 'string') return cell;
  if (!plainNumber.test(cell)) return cell;
  // Up to 15 digits survive the way to a double and back.
  if (cell.length <= 15) return Number(cell);
  const digits = shortest(cell);
  const number = Number(digits);
  return String(number) === digits && (Number.isSafeInteger(number) || digits.replace(/\D/g, '').length <= 15)
    ? number
    : digits;
};

/** Engines without booleans answer with 0 and 1. */
const spellBoolean = (cell: Cell): WireCell =>
  typeof cell === 'number' ? cell !== 0 : typeof cell === 'string' ? /^(1|t|true)$/i.test(cell) : cell;

/** Engines without dates answer with what their functions make of them. */
const spellDate = (cell: Cell): WireCell =>
  typeof cell === 'string' ? cell.replace(/^([+-]?\d{4,6}-\d\d-\d\d)[T ][\d:.]+Z?$/, '$1') : cell;

/** The planner's timestamps are wall clocks; ClickHouse, which knows instants only, answers with a `Z`. */
const spellTimestamp = (cell: Cell): WireCell => {
  if (typeof cell !== 'string') return cell;
  if (/^[+-]?\d{4,6}-\d\d-\d\d$/.test(cell)) return `${cell}T00:00:00`;
  return cell
    .replace(/^([+-]?\d{4,6}-\d\d-\d\d) /, '$1T')
    .replace(/Z$/, '')
    .replace(/\.0+$/, '');
};

const asItIs = (cell: Cell): WireCell => cell;

const spellers: Readonly<Record<PlannedColumn['type'], (cell: Cell) => WireCell>> = {
  string: asItIs,
  number: spellNumber,
  boolean: spellBoolean,
  date: spellDate,
  timestamp: spellTimestamp,
};

const exactNumbers: ReadonlySet<LogicalType> = new Set(['bigint', 'decimal']);

/** Rows of a connector as they came, but for numbers that JSON can hold. */
export const createSqlRowSpeller = (columns: readonly Column[]): ((row: Row) => readonly WireCell[]) => {
  const numbers = columns.flatMap(({ type }, at) => (exactNumbers.has(type) ? [at] : []));
  if (numbers.length === 0) return (row) => row;
  return (row) => {
    const spelled: WireCell[] = [...row];
    for (const at of numbers) spelled[at] = spellNumber(row[at] ?? null);
    return spelled;
  };
};

/** Rows of a connector as rows of the answer, by the types that the planner gave the columns. */
export const createRowSpeller = (columns: readonly PlannedColumn[]): ((row: Row) => readonly WireCell[]) => {
  const byColumn = columns.map(({ type }) => spellers[type]);
  return (row) => {
    const spelled = new Array<WireCell>(byColumn.length);
    for (let at = 0; at < byColumn.length; at += 1) {
      const cell = row[at] ?? null;
      spelled[at] = cell === null ? null : byColumn[at]!(cell);
    }
    return spelled;
  };
};

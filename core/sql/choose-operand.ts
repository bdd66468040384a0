/** What several operands are together, and what a text constant is by itself. */
import type { Operand } from './parsed-sql.js';
import type { SqlCursor } from './sql-cursor.js';

const written = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.\d{1,6})?)?$/;

/** A date that is there, with or without a time, as every engine reads it. */
export const isMoment = (text: string): boolean => {
  const found = written
    .exec(text)
    ?.slice(1)
    .map((part) => Number(part ?? 0));
  if (found === undefined) return false;
  const [year, month, day, hour, minute, second] = found as [number, number, number, number, number, number];
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return (
    year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  );
};

const isText = (operand: Operand): boolean =>
  operand === 'string' || operand === 'moment string' || operand === 'text' || operand === 'null';

/**
 * What it is that takes one of these values, which are noted. Told on DuckDB only, which alone converts constants where it computes
 * them.
 */
export const choose = (cursor: SqlCursor, operands: readonly Operand[]): Operand => {
  if (cursor.dialect !== 'duckdb') return 'other';
  cursor.uses.choices.push(operands);
  // A text that was chosen is a constant no more.
  if (operands.every(isText)) return 'text';
  const [first, ...rest] = operands.filter((operand) => !isText(operand));
  return rest.every((operand) => operand === first) ? first! : 'other';
};

/** What the items in parentheses are, once there is one more. */
export const itemsOf = (before: Operand | 'star', item: Operand | 'star'): Operand | 'star' => {
  if (typeof before === 'object' || typeof item === 'object') return 'row';
  if (before === item || item === 'null') return before;
  if (before === 'null') return item;
  const isConstant = (operand: Operand | 'star'): boolean => operand === 'string' || operand === 'moment string';
  return isConstant(before) && isConstant(item) ? 'string' : 'row';
};

import type { Answer } from '../pipeline/answer-query.js';
import type { SqlAnswer } from '../pipeline/answer-sql.js';
import { formatCell } from '../pipeline/format-cell.js';
import type { WireCell } from '../pipeline/spell-cells.js';

/** Two cells of a terminal for East Asian characters, none for those that combine. */
const width = (text: string): number => {
  let cells = 0;
  for (const mark of text.normalize('NFC')) {
    if (/\p{Mn}/u.test(mark)) continue;
    cells += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(mark)
      ? 2
      : 1;
  }
  return cells;
};

const pad = (text: string, to: number, right: boolean): string => {
  const space = ' '.repeat(Math.max(0, to - width(text)));
  return right ? space + text : text + space;
};

/** Control characters of the data must not reach the terminal. */
const harmless = (text: string): string => text.replace(/\p{Cc}/gu, '·');

interface TableColumn {
  readonly title: string;
  readonly right: boolean;
}

/** Rows of texts under their titles, `foot` below a rule. */
const layOut = (
  columns: readonly TableColumn[],
  body: readonly (readonly string[])[],
  foot: readonly (readonly string[])[],
): string => {
  const widths = columns.map(({ title }, index) => {
    let widest = width(title);
    for (const row of [...body, ...foot]) widest = Math.max(widest, width(row[index]!));
    return widest;
  });
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => pad(cell, widths[index]!, columns[index]!.right))
      .join('  ')
      .trimEnd();
  const rule = widths.map((cells) => '─'.repeat(cells)).join('  ');
  const head = line(columns.map(({ title }) => title));
  return [head, rule, ...body.map(line), ...(foot.length > 0 ? [rule, ...foot.map(line)] : [])].join('\n');
};

/** A table for people: numbers to the right, grouped and rounded; exact ones are in JSON and CSV. */
export const answerTable = ({ columns, rows, totals }: Answer): string => {
  const texts = (list: readonly (readonly WireCell[])[]): readonly (readonly string[])[] =>
    list.map((row) => columns.map((column, index) => harmless(formatCell(row[index] ?? null, column))));
  const foot = texts(totals ?? []).map((row) =>
    row.map((cell, index) => (columns[index]!.kind === 'dimension' ? '' : cell)),
  );
  const titled = columns.map(({ name, unit, type }) => ({
    title: unit === null || unit === '' ? name : `${name} (${unit})`,
    right: type === 'number',
  }));
  return layOut(titled, texts(rows), foot);
};

const numeric: ReadonlySet<string> = new Set(['integer', 'bigint', 'decimal', 'float']);
const plain = (cell: WireCell): string =>
  cell === null ? '–' : typeof cell === 'object' ? JSON.stringify(cell) : String(cell);

/** The same for SQL: values as they are. */
export const sqlTable = ({ columns, rows }: SqlAnswer): string =>
  layOut(
    columns.map(({ name, type }) => ({ title: harmless(name), right: numeric.has(type) })),
    rows.map((row) => columns.map((_, at) => harmless(plain(row[at] ?? null)))),
    [],
  );

/** RFC 4180; a text that a spreadsheet would take for a formula is kept as it is: this is for programs. */
const csvCell = (cell: WireCell): string => {
  if (cell === null) return '';
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
  return /[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
};

/** One record, with its end. */
export const csvLine = (cells: readonly WireCell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

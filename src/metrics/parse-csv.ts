import { DataMindError } from '../../core/errors/datamind-error.js';

/** A record and the line on which it begins, from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * CSV as RFC 4180 has it: quotes around a cell, doubled inside it. The separator is the comma, or the semicolon or tab when
 * the first line has more of those. Blank lines are passed over.
 * @throws DataMindError `BAD_REQUEST` for a quote that is not closed, or text behind one
 */
export const parseCsv = (source: string): readonly CsvRecord[] => {
  const text = source.replace(/^\ufeff/, '');
  const firstLine = text.slice(0, Math.max(0, text.search(/[\r\n]|$/)));
  const count = (mark: string): number => firstLine.split(mark).length;
  const separator = [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
  const records: CsvRecord[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const cells: string[] = [];
    const startLine = line;
    for (;;) {
      if (text[at] === '"') {
        let cell = '';
        const opened = line;
        for (at += 1; ; at += 1) {
          if (at >= text.length)
            throw new DataMindError('BAD_REQUEST', `The quote opened in line ${opened} is not closed.`);
          if (text[at] === '"' && text[at + 1] === '"') at += 1;
          else if (text[at] === '"') break;
          if (text[at] === '\n') line += 1;
          cell += text[at];
        }
        at += 1;
        cells.push(cell);
        if (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') {
          throw new DataMindError(
            'BAD_REQUEST',
            `Line ${line} has text behind a closing quote; double the quotes inside a cell.`,
          );
        }
      } else {
        const from = at;
        while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at += 1;
        cells.push(text.slice(from, at).trim());
      }
      if (text[at] !== separator) break;
      at += 1;
    }
    if (text[at] === '\r') at += 1;
    if (text[at] === '\n') at += 1;
    line += 1;
    if (cells.some((cell) => cell !== '')) records.push({ line: startLine, cells });
  }
  return records;
};

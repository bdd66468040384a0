import { didYouMean } from '../../core/config/did-you-mean.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { parseCsv } from './parse-csv.js';

/** A metric that an import made. */
export interface ImportedMetric {
  readonly name: string;
  readonly line: number;
  readonly definition: Readonly<Record<string, unknown>>;
}

const list = (text: string): readonly string[] =>
  text
    .split(/[;|]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

const truth = (text: string): boolean => /^(true|yes|1|x)$/i.test(text);

/** What each column of the file becomes in the definition. */
const columns: Readonly<Record<string, (cell: string) => Readonly<Record<string, unknown>>>> = {
  label: (label) => ({ label }),
  description: (description) => ({ description }),
  measure: (measure) => ({ measure }),
  where: (where) => ({ where }),
  ratio: (cell) => ({ ratio: cell.split('/').map((part) => part.trim()) }),
  formula: (formula) => ({ formula }),
  running: (running) => ({ running }),
  rolling: (rolling) => ({ rolling }),
  to_date: (toDate) => ({ to_date: toDate }),
  over: (over) => ({ over }),
  change: (change) => ({ change }),
  against: (against) => ({ against }),
  as: (as) => ({ as }),
  unit: (unit) => ({ unit }),
  format: (format) => ({ format }),
  owner: (owner) => ({ owner }),
  synonyms: (cell) => ({ synonyms: list(cell) }),
  tags: (cell) => ({ tags: list(cell) }),
  certified: (cell) => (truth(cell) ? { certified: true } : {}),
};

export const csvColumns: readonly string[] = ['name', ...Object.keys(columns)];

/**
 * Metrics from a CSV file: a heading line, then a metric a line. Columns are named as the keys of a metric in YAML; lists are
 * separated by semicolons, a ratio is written `a / b`.
 * @throws DataMindError `BAD_REQUEST` with every fault and its line
 */
export const importCsv = (text: string): readonly ImportedMetric[] => {
  const [heading, ...records] = parseCsv(text);
  if (heading === undefined) throw new DataMindError('BAD_REQUEST', 'The file is empty; it needs a heading line.');
  const names = heading.cells.map((cell) => cell.toLowerCase().replaceAll(' ', '_'));
  const errors: { at: string; message: string }[] = [];
  const fault = (line: number, message: string): void => {
    errors.push({ at: `line ${line}`, message });
  };
  for (const name of names) {
    if (name === 'name' || Object.hasOwn(columns, name)) continue;
    const meant = didYouMean(name, csvColumns);
    fault(
      heading.line,
      `"${name}" is no column of metrics; ${meant ? `did you mean "${meant}"?` : `known are ${csvColumns.join(', ')}`}`,
    );
  }
  if (new Set(names).size < names.length) fault(heading.line, 'a column is there twice');
  if (!names.includes('name')) fault(heading.line, 'the column "name" is missing');
  const seen = new Map<string, number>();
  const metrics = records.map(({ line, cells }): ImportedMetric => {
    const definition: Record<string, unknown> = {};
    let name = '';
    if (cells.length > names.length) fault(line, `has ${cells.length} cells, and the heading has ${names.length}`);
    names.forEach((column, index) => {
      const cell = cells[index] ?? '';
      if (column === 'name') name = cell;
      else if (cell !== '') Object.assign(definition, columns[column]?.(cell));
    });
    if (!/^[a-z][a-z0-9_]*$/.test(name))
      fault(line, 'the name must be lower case letters, digits and _, such as net_revenue');
    const first = seen.get(name);
    if (first !== undefined) fault(line, `"${name}" is in line ${first} already`);
    seen.set(name, first ?? line);
    return { name, line, definition };
  });
  if (metrics.length === 0) fault(heading.line, 'there are no metrics below the heading');
  if (errors.length > 0) {
    throw new DataMindError('BAD_REQUEST', `The CSV cannot be read: ${errors[0]!.at}: ${errors[0]!.message}.`, {
      errors,
    });
  }
  return metrics;
};

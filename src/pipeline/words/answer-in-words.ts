/** The answer in words, by template: every number in it is a cell of the rows, or a count of them. */
import type { SemanticQuery } from '../../../core/query/semantic-query.js';
import type { PlannedColumn } from '../../../semantic/plan/query.js';
import { formatCell } from '../format-cell.js';
import type { AnswerRows, TimeRangeUnderstood } from '../question.js';
import type { WireCell } from '../spell-cells.js';

export interface Worded {
  readonly query: SemanticQuery | null;
  readonly answer: AnswerRows;
  readonly filters: readonly string[];
  readonly time: TimeRangeUnderstood | null;
  /** Which time that is, where it is not the one that a metric goes by. */
  readonly timeOf?: string | null;
}

type Row = readonly WireCell[];

const isPlanned = (column: AnswerRows['columns'][number]): column is PlannedColumn => 'kind' in column;

const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/** A period by its first day. */
const period = (cell: WireCell, { grain }: Pick<PlannedColumn, 'grain'>): string => {
  const match = typeof cell === 'string' ? /^(\d{4})-(\d\d)-(\d\d)/.exec(cell) : null;
  if (match === null) return cell === null ? '(none)' : String(cell);
  const [day, year, month] = match;
  if (grain === 'year') return year!;
  if (grain === 'quarter') return `Q${Math.ceil(Number(month) / 3)} ${year}`;
  if (grain === 'month') return `${months[Number(month) - 1]} ${year}`;
  if (grain === 'week') return `the week of ${day}`;
  if (grain === 'fiscal_quarter' || grain === 'fiscal_year') return `the ${grain.replace('_', ' ')} from ${day}`;
  return String(cell);
};

const nameOfCell = (cell: WireCell, column: PlannedColumn): string => {
  if (cell === null) return '(none)';
  return column.type === 'date' || column.type === 'timestamp' ? period(cell, column) : formatCell(cell, column);
};

const withUnit = (cell: WireCell, column: PlannedColumn): string => {
  if (cell === null) return 'no value';
  const text = column.type === 'number' ? formatCell(cell, column) : nameOfCell(cell, column);
  return column.unit === null || column.unit === '' || column.format === 'percent' ? text : `${text} ${column.unit}`;
};

/** Of a range that ends before a moment; a time of day is said as it is. */
export const lastDay = (end: string): string =>
  /^\d{4}-\d\d-\d\d$/.test(end) ? new Date(Date.parse(end) - 86_400_000).toISOString().slice(0, 10) : end;

const span = (time: TimeRangeUnderstood | null): string => {
  if (time === null || (time.from === null && time.to === null)) return '';
  const { words, from, to } = time;
  if (words !== null && /^(?:\d{4}|fy\d{4}|q[1-4] \d{4}|\d{4}-q[1-4]|[a-z]+ \d{4})$/i.test(words))
    return ` in ${words}`;
  const last = to === null ? null : lastDay(to);
  const dates =
    from === null
      ? `up to ${last}`
      : last === null
        ? `since ${from}`
        : from === last
          ? `on ${from}`
          : `from ${from} to ${last}`;
  return ` ${dates}`;
};

const scope = ({ filters, time, timeOf = null }: Worded): string =>
  `${span(time)}${timeOf === null || span(time) === '' ? '' : ` (${timeOf})`}${filters.length === 0 ? '' : `, where ${filters.join(' and ')}`}`;

const suffix = /__(?:previous|change|percent|share)$/;

/** The value, and beside it its share of a total, and what it is compared with. */
const compared = (row: Row, columns: readonly PlannedColumn[], metric: PlannedColumn): string => {
  const cellOf = (end: string): { readonly cell: WireCell; readonly column: PlannedColumn } | null => {
    const at = columns.findIndex(({ name }) => name === `${metric.name}__${end}`);
    return at < 0 ? null : { cell: row[at] ?? null, column: columns[at]! };
  };
  const at = columns.indexOf(metric);
  const share = cellOf('share');
  const part = share === null || share.cell === null ? '' : `, a share of ${withUnit(share.cell, share.column)}`;
  const value = `${withUnit(row[at] ?? null, metric)}${part}`;
  const previous = cellOf('previous');
  if (previous === null) return value;
  const change = cellOf('percent') ?? cellOf('change');
  const moved = change === null || change.cell === null ? '' : `, a change of ${withUnit(change.cell, change.column)}`;
  return `${value} (earlier: ${withUnit(previous.cell, previous.column)}${moved})`;
};

const numeric = (cell: WireCell | undefined): number | null => {
  const value = typeof cell === 'number' ? cell : typeof cell === 'string' && cell !== '' ? Number(cell) : Number.NaN;
  return Number.isFinite(value) ? value : null;
};

const joined = (texts: readonly string[]): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;

const mostNamed = 5;

const listWords = (worded: Worded, columns: readonly PlannedColumn[]): string => {
  const { rows, truncated } = worded.answer;
  const names = rows
    .slice(0, mostNamed)
    .map((row) => columns.map((column, at) => nameOfCell(row[at] ?? null, column)).join(', '));
  const what = columns.map(({ label }) => label).join(', ');
  const more = rows.length > mostNamed ? ', …' : '';
  const count = truncated ? `More than ${rows.length} rows` : rows.length === 1 ? 'One row' : `${rows.length} rows`;
  return `${count} of ${what}${scope(worded)}: ${names.join('; ')}${more}.`;
};

const groupWords = (
  worded: Worded,
  columns: readonly PlannedColumn[],
  dimensions: readonly PlannedColumn[],
  metrics: readonly PlannedColumn[],
): string => {
  const { query, answer } = worded;
  const { rows, truncated } = answer;
  const [metric] = metrics;
  const at = columns.indexOf(metric!);
  const nameOf = (row: Row): string =>
    dimensions.map((column) => nameOfCell(row[columns.indexOf(column)] ?? null, column)).join(', ');
  const said = (row: Row): string => `${nameOf(row)} (${compared(row, columns, metric!)})`;
  const valued = rows.filter((row) => numeric(row[at]) !== null);
  const by = joined(
    dimensions.map(({ label, grain }) => (grain === null ? label : `${label} (${grain.replace('_', ' ')})`)),
  );
  const head = `${metric!.label} by ${by}${scope(worded)}`;
  if (rows.length === 1) return `${head}: ${said(rows[0]!)}.`;
  const isCut = truncated || [query?.limit, query?.limit_per, query?.offset].some((part) => part !== undefined);
  // What a formula has no value of is no nought, and not to be overlooked.
  const empty = rows.length - valued.length;
  const all = isCut ? `the ${rows.length} rows shown` : `${rows.length} rows`;
  const count = empty === 0 || metric!.type !== 'number' ? all : `${all}, ${empty} without a value`;
  if (valued.length === 0 || metric!.type !== 'number') return `${head}: ${count}.`;
  const sorted = [...valued].sort((a, b) => numeric(b[at])! - numeric(a[at])!);
  const highest = sorted[0]!;
  const lowest = sorted.at(-1)!;
  const others =
    metrics.length > 1
      ? ` ${joined(metrics.slice(1).map(({ label }) => label))} ${metrics.length > 2 ? 'are' : 'is'} in the rows too.`
      : '';
  if (dimensions.length === 1 && dimensions[0]!.grain !== null) {
    const last = rows.at(-1)!;
    const end = last === highest || last === lowest ? '' : `; last, ${said(last)}`;
    return `${head}: of ${count}, highest in ${said(highest)}, lowest in ${said(lowest)}${end}.${others}`;
  }
  const asked = query?.order?.[0];
  const isWorst = asked !== undefined && asked.by === metric!.name && asked.desc !== true;
  const order = isWorst ? [...sorted].reverse() : sorted;
  const first = joined(order.slice(0, 3).map(said));
  const end = order.length > 3 ? `; ${isWorst ? 'highest' : 'lowest'}, ${said(order.at(-1)!)}` : '';
  return `${head}: of ${count}, ${isWorst ? 'lowest' : 'highest'} are ${first}${end}.${others}`;
};

export const answerInWords = (worded: Worded): string => {
  const { answer } = worded;
  const { rows, truncated } = answer;
  const columns = answer.columns.filter(isPlanned);
  if (columns.length === 0) {
    if (rows.length === 0) return 'There are no rows for this.';
    const [row] = rows;
    if (rows.length === 1 && answer.columns.length === 1)
      return `${answer.columns[0]!.name}: ${row![0] ?? 'no value'}.`;
    return `${truncated ? 'More than ' : ''}${rows.length} ${rows.length === 1 ? 'row' : 'rows'} of ${answer.columns.map(({ name }) => name).join(', ')}.`;
  }
  const dimensions = columns.filter(({ kind }) => kind === 'dimension');
  const metrics = columns.filter(({ kind, name }) => kind === 'metric' && !suffix.test(name));
  if (rows.length === 0) return `There is nothing for this${scope(worded)}.`;
  if (metrics.length === 0) return listWords(worded, columns);
  if (dimensions.length === 0) {
    const values = metrics.map((metric) => `${metric.label}${scope(worded)}: ${compared(rows[0]!, columns, metric)}`);
    return `${values.join('; ')}.`;
  }
  return groupWords(worded, columns, dimensions, metrics);
};

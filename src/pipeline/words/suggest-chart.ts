/** A picture of the answer, as a Vega-Lite specification with its data. */
import type { PlannedColumn } from '../../../semantic/plan/query.js';
import type { AnswerRows } from '../question.js';
import type { WireCell } from '../spell-cells.js';

type Spec = Readonly<Record<string, unknown>>;

const schema = 'https://vega.github.io/schema/vega-lite/v5.json';
const mostMarks = 1_000;
const mostBars = 50;
const mostColours = 12;

const isPlanned = (column: AnswerRows['columns'][number]): column is PlannedColumn => 'kind' in column;
const isTime = ({ type }: PlannedColumn): boolean => type === 'date' || type === 'timestamp';

/** Exact digits are in the rows; a picture has none. */
const plotted = (cell: WireCell, column: PlannedColumn): unknown =>
  column.type === 'number' && typeof cell === 'string' ? Number(cell) : cell;

const titled = ({ label, unit }: PlannedColumn): string =>
  unit === null || unit === '' ? label : `${label} (${unit})`;

const distinct = (rows: AnswerRows['rows'], at: number): number => new Set(rows.map((row) => row[at])).size;

/** `null` where there is nothing to see that the rows do not say. */
export const suggestChart = ({ columns: all, rows }: AnswerRows): Spec | null => {
  const columns = all.filter(isPlanned);
  if (columns.length !== all.length || rows.length < 2 || rows.length > mostMarks) return null;
  const field = (column: PlannedColumn): string => `c${columns.indexOf(column)}`;
  const dimensions = columns.filter(({ kind }) => kind === 'dimension');
  const metrics = columns.filter(
    ({ kind, type, name }) => kind === 'metric' && type === 'number' && !/__(?:change|percent)$/.test(name),
  );
  const [metric] = metrics;
  if (metric === undefined || dimensions.length === 0 || dimensions.length > 2) return null;
  const values = rows.map((row) =>
    Object.fromEntries(columns.map((column, at) => [`c${at}`, plotted(row[at] ?? null, column)])),
  );
  const time = dimensions.find(isTime);
  const other = dimensions.find((column) => column !== time);
  const y = {
    field: field(metric),
    type: 'quantitative',
    title: titled(metric),
    ...(metric.format === 'percent' && { axis: { format: '.1%' } }),
  };
  const tooltip = columns.map((column) => ({ field: field(column), title: titled(column) }));
  const base = {
    $schema: schema,
    title: `${metric.label} by ${dimensions.map(({ label }) => label).join(' and ')}`,
    data: { values },
  };
  const colour = (column: PlannedColumn) => ({ field: field(column), type: 'nominal', title: column.label });
  if (time !== undefined) {
    const x = { field: field(time), type: 'temporal', title: time.label };
    if (other !== undefined && distinct(rows, columns.indexOf(other)) > mostColours) return null;
    const alike = metrics.filter(({ unit, format }) => unit === metric.unit && format === metric.format);
    if (other === undefined && alike.length > 1) {
      const names = alike.map(field);
      return {
        ...base,
        transform: [{ fold: names, as: ['series', 'value'] }],
        mark: { type: 'line', point: rows.length <= 40 },
        encoding: {
          x,
          y: { ...y, field: 'value' },
          color: {
            field: 'series',
            type: 'nominal',
            title: null,
            legend: {
              labelExpr: `{${alike.map((one) => `${field(one)}: ${JSON.stringify(one.label)}`).join(', ')}}[datum.label]`,
            },
          },
          tooltip,
        },
      };
    }
    return {
      ...base,
      mark: { type: 'line', point: rows.length <= 40 },
      encoding: { x, y, ...(other !== undefined && { color: colour(other) }), tooltip },
    };
  }
  const [first, second] = dimensions;
  if (distinct(rows, columns.indexOf(first!)) > mostBars) return null;
  const category = { field: field(first!), type: 'nominal', title: first!.label, sort: '-x' };
  if (second === undefined) {
    return { ...base, mark: 'bar', encoding: { y: category, x: y, tooltip } };
  }
  if (distinct(rows, columns.indexOf(second)) > mostColours) return null;
  return {
    ...base,
    mark: 'bar',
    encoding: { y: category, x: y, color: colour(second), yOffset: { field: field(second) }, tooltip },
  };
};

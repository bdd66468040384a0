import type { OrderItem, Sql } from '../../core/sql/statement.js';
import type { Period } from '../model/model.js';
import { type AskedLeaf, leafKey } from './asked-leaf.js';
import type { AskedMetric, AskedQuery, AskedShare } from './asked-query.js';
import { coarseness } from './calendar.js';
import type { FinishedRows } from './finished-rows.js';
import type { CompiledMetric } from './metric-tree.js';
import { changeOf, metricValue, type Value } from './metric-value.js';
import type { ParsedQuery } from './parse-query.js';
import { precisionOf } from './precision.js';
import type { PlannedColumn } from './query.js';
import { totalOf } from './share-totals.js';
import type { Stage } from './stage.js';

export interface OutputColumn {
  readonly planned: PlannedColumn;
  readonly value: Sql;
  readonly notNull: boolean;
}

/** A metric's value over finished rows, at an offset in time. */
export type MetricOver = (compiled: CompiledMetric, offset: Period | null) => Value;

export const metricsOver =
  (rows: FinishedRows, leaves: ReadonlyMap<string, AskedLeaf>, zone: string): MetricOver =>
  ({ tree }, offset) =>
    metricValue(tree, offset, (leaf, at) => {
      const value = rows.leaf(leaves.get(leafKey(leaf, at))!);
      if (leaf.measure.type !== 'instant') return value;
      return { ...value, sql: { kind: 'local_time', operand: value.sql, stores: 'instant', zone } };
    });

/** The columns of the result: the dimensions, then each metric with what it is compared with. */
export const outputColumns = (
  asked: AskedQuery,
  rows: FinishedRows,
  stage: Stage,
  leaves: ReadonlyMap<string, AskedLeaf>,
): readonly OutputColumn[] => {
  const value = metricsOver(rows, leaves, asked.context.zone);
  return [
    ...dimensionColumns(asked.context.query, rows, stage, leaves),
    ...asked.metrics.flatMap((metric) => metricColumns(asked, metric, value, rows)),
  ];
};

const dimensionColumns = (
  { dimensions }: ParsedQuery,
  rows: FinishedRows,
  { resolved }: Stage,
  leaves: ReadonlyMap<string, AskedLeaf>,
): readonly OutputColumn[] => {
  const times = new Set([...leaves.values()].map(({ leaf }) => `${leaf.fact.name}.${leaf.time}`));
  return dimensions.map(({ name, grain, column: as }, index) => {
    const { item, qualified } = resolved[index]!;
    const isDate = grain === null ? item.stores === 'date' : coarseness[grain] >= coarseness.day;
    return {
      value: rows.dimensions[index]!,
      notNull: false,
      planned: {
        name: as,
        kind: 'dimension',
        type: item.type === 'time' ? (isDate ? 'date' : 'timestamp') : item.type,
        unit: item.unit,
        format: item.format,
        label: item.label,
        description: item.description,
        grain,
        member: name === 'metric_time' && times.size > 1 ? 'metric_time' : qualified,
      },
    };
  });
};

const metricColumns = (
  { comparison, context, shares }: AskedQuery,
  { name, compiled }: AskedMetric,
  metricOver: MetricOver,
  rows: FinishedRows,
): readonly OutputColumn[] => {
  const { label, description, unit, format, type, member } = compiled.facts;
  const precision = precisionOf(compiled.tree, context.dialect);
  const planned: PlannedColumn = {
    ...{ name, kind: 'metric', type, unit, format, label, description, grain: null, member },
    ...(precision === null ? {} : { precision }),
  };
  const now = metricOver(compiled, null);
  const output: OutputColumn[] = [{ planned, value: now.sql, notNull: now.notNull }];
  const share = shares.find(({ metric }) => metric === name);
  if (share !== undefined) output.push(shareColumn(planned, now.sql, share, rows));
  if (comparison === null) return output;
  const previous = metricOver(compiled, comparison.against);
  output.push({
    planned: { ...planned, name: `${name}__previous`, label: `${label}, earlier` },
    value: previous.sql,
    notNull: previous.notNull,
  });
  const { suffix } = comparison;
  if (suffix === null) return output;
  const isPercent = suffix === 'percent';
  output.push({
    planned: {
      ...planned,
      name: `${name}__${suffix}`,
      label: `${label}, change`,
      type: 'number',
      unit: isPercent ? null : unit,
      format: isPercent ? 'percent' : format,
      ...(isPercent && precision === null ? { precision: 'double' } : {}),
    },
    value: changeOf(now.sql, previous.sql, isPercent ? 'percent' : 'difference'),
    notNull: false,
  });
  return output;
};

/** Null where the total is 0 or null. */
const shareColumn = (
  planned: PlannedColumn,
  part: Sql,
  { compiled, within }: AskedShare,
  rows: FinishedRows,
): OutputColumn => ({
  planned: {
    ...planned,
    name: `${planned.name}__share`,
    label: `${planned.label}, share`,
    ...{ unit: null, format: 'percent', precision: 'double' },
  },
  value: {
    kind: 'divide',
    left: part,
    right: metricValue(compiled.tree, null, (leaf) => rows.leaf(totalOf(leaf, within))).sql,
  },
  notNull: false,
});

/** The order asked for, then the dimensions that are left, so that pages are stable. */
export const outputOrder = (
  { dimensions, order }: ParsedQuery,
  output: readonly OutputColumn[],
): readonly OrderItem[] => {
  if (dimensions.length === 0) return [];
  const items: OrderItem[] = order.map(({ by, desc }) => {
    const index = output.findIndex(({ planned }) => planned.name === by);
    return { column: index, desc, notNull: output[index]!.notNull };
  });
  dimensions.forEach((_, index) => {
    if (!items.some((item) => item.column === index)) items.push({ column: index, desc: false, notNull: false });
  });
  return items.filter((item, index) => items.findIndex((other) => other.column === item.column) === index);
};

import { dialects } from '../../core/sql/dialects/index.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { column, compare, number, plainSelect, type Select, type Sql } from '../../core/sql/statement.js';
import type { Measure } from '../model/model.js';
import type { LeafInput } from './leaf-input.js';
import { freshName } from './query-context.js';
import type { GroupedRows, StageContext, StageRows } from './stage.js';

type Columns = Select['columns'];

/** Which ways of telling rows apart the leaves of a stage need. */
interface Needs {
  /** A row of the fact may be there more than once. */
  readonly many: boolean;
  /** Only the last or first moment counts. */
  readonly moments: boolean;
  /** Percentiles are computed from ranks. */
  readonly ranks: boolean;
  /** A condition that engines do not take inside of an aggregate. */
  readonly conversions: boolean;
}

/** Groups the rows: at once where that counts each row once, else over an inner query that has each row once a group. */
export const groupRows = (
  stage: StageContext,
  rows: StageRows,
  dimensions: readonly Sql[],
  inputs: readonly LeafInput[],
): GroupedRows => {
  const needs: Needs = {
    many: stage.source.toMany && inputs.length > 0,
    moments: inputs.some(({ moment }) => moment !== null),
    ranks: inputs.some(({ measure }) => isRanked(stage, measure)),
    conversions: inputs.some(({ asked }) => asked.leaf.conversion !== null),
  };
  if (needs.many || needs.moments || needs.ranks || needs.conversions) {
    assertCountable(stage, needs);
    return groupInner(stage, rows, dimensions, inputs, needs);
  }
  const leaves = new Map(inputs.map(({ asked, measure, value }) => [asked.key, aggregateOf(measure, value)]));
  return { ...rows, dimensions, leaves };
};

/** MySQL has no percentiles. */
const isRanked = ({ context }: StageContext, { aggregation }: Measure): boolean =>
  dialects[context.dialect].aggregates.percentile === null &&
  (aggregation === 'median' || aggregation === 'percentile');

const assertCountable = ({ spec }: StageContext, { many, moments, ranks }: Needs): void => {
  const { fact } = spec;
  if (many && fact.key.length === 0) {
    throw new DataMindError(
      'WOULD_BE_WRONG',
      `"${fact.name}" has no key, so its rows cannot be told apart where a join reaches many rows.`,
      {
        hint: "Declare the entity's key, or leave that dimension or condition away.",
      },
    );
  }
  if (many && moments) {
    throw new DataMindError(
      'WOULD_BE_WRONG',
      `A measure of "${fact.name}" that must not be added up over time cannot be split or filtered by what a join reaches many of.`,
    );
  }
  if (ranks && moments) {
    throw new DataMindError(
      'UNSUPPORTED_ON_DIALECT',
      'This database cannot compute a percentile of a measure that takes the last or first moment only.',
    );
  }
};

const groupInner = (
  stage: StageContext,
  rows: StageRows,
  dimensions: readonly Sql[],
  inputs: readonly LeafInput[],
  { many, ranks }: Needs,
): GroupedRows => {
  const { spec, source, names, taken } = stage;
  const inputNames = inputs.map(({ asked }) => freshName(asked.leaf.label, taken));
  const dimensionColumns = dimensions.map((value, index) => ({ as: names[index]!, value }));
  let columns: Columns = [
    ...dimensionColumns,
    ...inputs.map(({ value }, index) => ({ as: inputNames[index]!, value: value ?? number(1) })),
  ];
  let select: Select = { ...plainSelect(columns, rows.from), joins: rows.joins, where: rows.where };
  let alias = 'each_row';
  if (many) {
    const keys = spec.fact.key.map((name, index) => ({
      as: freshName(`key_${index + 1}`, taken),
      value: column(source.root, name),
    }));
    select = { ...select, distinct: true, columns: [...keys, ...columns] };
    if (ranks) {
      columns = columns.map(({ as }) => ({ as, value: column(alias, as) }));
      select = plainSelect(columns, { kind: 'derived', query: select, alias });
      alias = 'ranked';
    }
  }
  const { leaves, extra } = innerLeaves(stage, columns, inputs, inputNames, alias);
  return {
    from: { kind: 'derived', query: { ...select, columns: [...select.columns, ...extra] }, alias },
    joins: [],
    where: [],
    dimensions: dimensionColumns.map(({ as }) => column(alias, as)),
    leaves,
  };
};

/** The aggregates over an inner query, and the columns that they need there besides. */
const innerLeaves = (
  stage: StageContext,
  columns: Columns,
  inputs: readonly LeafInput[],
  names: readonly string[],
  alias: string,
): { readonly leaves: ReadonlyMap<string, Sql>; readonly extra: Columns } => {
  const partition = columns.slice(0, columns.length - inputs.length).map(({ value }) => value);
  const extra: { as: string; value: Sql }[] = [];
  const leaves = new Map<string, Sql>();
  const added = (wish: string, value: Sql): Sql => {
    const as = freshName(wish, stage.taken);
    extra.push({ as, value });
    return column(alias, as);
  };
  inputs.forEach(({ asked, measure, moment }, index) => {
    const name = names[index]!;
    const operand = column(alias, name);
    const input = columns[partition.length + index]!.value;
    if (moment !== null) {
      const { at, take, per } = moment;
      const own = added(`${name}_at`, at);
      const edge = added(`${name}_${take}`, {
        kind: 'window',
        function: take === 'last' ? 'max' : 'min',
        operand: at,
        partition: [...partition, ...per],
      });
      const taking: Sql = { kind: 'case', when: compare(own, '=', edge), result: operand, otherwise: null };
      leaves.set(asked.key, aggregateOf(measure, taking));
    } else if (isRanked(stage, measure)) {
      const rank = added(`${name}_rank`, {
        kind: 'row_number',
        partition,
        order: [{ value: input, desc: false, notNull: false }],
      });
      const count = added(`${name}_count`, { kind: 'window', function: 'count', operand: input, partition });
      const at = measure.aggregation === 'median' ? 0.5 : measure.at!;
      leaves.set(asked.key, { kind: 'ranked_percentile', operand, rank, count, at });
    } else {
      leaves.set(asked.key, aggregateOf(measure, operand));
    }
  });
  return { leaves, extra };
};

/** @param operand `null` counts rows */
const aggregateOf = ({ aggregation, at }: Measure, operand: Sql | null): Sql => {
  switch (aggregation) {
    case 'count_if':
      return { kind: 'aggregate', function: 'count', operand, at: null };
    case 'median':
      return { kind: 'aggregate', function: 'percentile', operand, at: 0.5 };
    default:
      return { kind: 'aggregate', function: aggregation, operand, at };
  }
};

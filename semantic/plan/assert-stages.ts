/** What the stages of one query must have in common, so that they can stand side by side. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { QueryContext } from './query-context.js';
import type { Stage, StageSpec } from './stage.js';

/** All facts must find the same dimension. @throws DataMindError `NO_PATH` */
export const assertSameDimensions = (
  { query }: QueryContext,
  specs: readonly StageSpec[],
  stages: readonly Stage[],
): void => {
  const label = (index: number): string => specs[index]!.leaves[0]!.leaf.label;
  const [first, ...others] = stages;
  others.forEach((stage, other) => {
    query.dimensions.forEach(({ name, at }, place) => {
      const one = first!.resolved[place]!;
      const here = stage.resolved[place]!;
      if (name === 'metric_time' || one.qualified === here.qualified) return;
      throw new DataMindError(
        'NO_PATH',
        `"${name}" is ${one.qualified} for "${label(0)}" but ${here.qualified} for "${label(other + 1)}".`,
        { at, hint: 'Ask for a dimension that both share, or for the metrics one at a time.' },
      );
    });
  });
};

/**
 * Windows that end where their own rows end stand beside nothing that may go on: after its last period a running count would be
 * shown as none.
 * @throws DataMindError `WOULD_BE_WRONG`
 */
export const assertSameEnds = (
  { query }: QueryContext,
  specs: readonly StageSpec[],
  stages: readonly Stage[],
): void => {
  const byMetricTime = query.dimensions.some(({ name }) => name === 'metric_time');
  const rowsOf = ({ fact, time, offset }: StageSpec): string =>
    JSON.stringify([fact.name, offset, byMetricTime && time]);
  specs.forEach((spec, index) => {
    if (!stages[index]!.openEnd) return;
    const other = specs.find((one) => rowsOf(one) !== rowsOf(spec));
    if (other === undefined) return;
    const label = spec.leaves[0]!.leaf.label;
    const beside = other.leaves[0]!.leaf.label;
    const what = beside === label ? 'itself at an earlier time' : `"${beside}"`;
    throw new DataMindError(
      'WOULD_BE_WRONG',
      `"${label}" accumulates over time and would stop before ${what}: give the range an end.`,
      { at: '/time' },
    );
  });
};

import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Step } from '../../core/sql/statement.js';
import type { Grain } from '../../core/query/semantic-query.js';
import type { Period } from '../model/model.js';
import { stepOfPeriod } from './calendar.js';
import type { ResolvedDimension } from './resolve-member.js';
import { resolveFor, type StageContext } from './stage.js';
import { alignedStep, moveRange, type TimeRange } from './time-range.js';

/** How the range and the offset of a stage meet its dimensions. */
export interface StageTiming {
  /** The dimension that the offset moves along. */
  readonly along: ResolvedDimension | null;
  /** The range of the stage, moved back. */
  readonly range: TimeRange | null;
  readonly rangeOf: ResolvedDimension | null;
}

/** @throws DataMindError `QUERY_INVALID`, `WOULD_BE_WRONG` when periods do not meet periods that much earlier */
export const stageTiming = (stage: StageContext): StageTiming => {
  const { context, spec, resolved } = stage;
  const { query, range } = context;
  const { offset } = spec;
  const rangeOf =
    range === null ? null : resolveFor(context, spec, query.time.dimension ?? 'metric_time', '/time/dimension');
  if (rangeOf !== null && rangeOf.item.type !== 'time') {
    throw new DataMindError('QUERY_INVALID', `"${query.time.dimension}" is not a time dimension.`, {
      at: '/time/dimension',
    });
  }
  if (offset === null) return { along: null, range, rangeOf };
  const times = resolved.filter(({ item }) => item.type === 'time');
  if (rangeOf !== null) times.push(rangeOf);
  const keys = new Set(times.map(({ key }) => key));
  const along = keys.size === 1 ? times[0]! : resolveFor(context, spec, 'metric_time', '/metrics');
  const isGrouped = resolved.some(({ key }) => key === along.key);
  const isBounded = rangeOf?.key === along.key && range!.low !== null && range!.high !== null;
  if (!isGrouped && !isBounded) {
    throw new DataMindError(
      'QUERY_INVALID',
      `To compare with an earlier time, group by "${along.qualified}" or give it a range with both ends.`,
      { at: '/time' },
    );
  }
  assertWeeksAlone(stage, along, offset);
  if (rangeOf === null || rangeOf.key !== along.key) return { along, range, rangeOf };
  return { along, rangeOf, range: moveRange(range!, rangeStep(stage, along, offset), -1) };
};

/** By how much periods of a grain move. @throws DataMindError `WOULD_BE_WRONG` */
export const alignedBy = (offset: Period, grain: Grain | null): Step => {
  const step = alignedStep(offset, grain);
  if (step !== null) return step;
  const length = `${offset.count} ${offset.unit}${offset.count === 1 ? '' : 's'}`;
  throw new DataMindError(
    'WOULD_BE_WRONG',
    `Periods by ${grain ?? 'moment'} do not meet periods ${length} earlier, so they cannot be compared.`,
    {
      at: '/dimensions',
      hint: 'Group by a finer grain, or compare with another period.',
    },
  );
};

const grainsOf = ({ context, resolved }: StageContext, along: ResolvedDimension): ReadonlySet<Grain | null> =>
  new Set(context.query.dimensions.flatMap(({ grain }, index) => (resolved[index]!.key === along.key ? [grain] : [])));

/** A year moves weeks by 364 days, and everything else by 12 months: side by side they would part. */
const assertWeeksAlone = (stage: StageContext, along: ResolvedDimension, offset: Period): void => {
  const grains = grainsOf(stage, along);
  if (!grains.has('week') || grains.size === 1 || stepOfPeriod(offset).unit !== 'month') return;
  throw new DataMindError(
    'WOULD_BE_WRONG',
    `Weeks of "${along.qualified}" beside another grain of it cannot be compared with a ${offset.unit} earlier.`,
    { at: '/dimensions', hint: 'Ask for the weeks alone, or compare with weeks or days earlier.' },
  );
};

/** A year moves the range by 52 weeks where weeks are grouped by. */
const rangeStep = (stage: StageContext, along: ResolvedDimension, offset: Period): Step =>
  grainsOf(stage, along).has('week') ? alignedBy(offset, 'week') : stepOfPeriod(offset);

import type { Entity, Measure } from '../model/model.js';

/** The time dimension that a measure's rows stand at; `null` where they stand at none. */
export const timeOfMeasure = (entity: Entity, { time }: Measure): string | null =>
  time === false ? null : (time ?? entity.default_time);

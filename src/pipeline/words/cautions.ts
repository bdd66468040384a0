/** What one may overlook when one reads an answer. */
import type { SemanticQuery } from '../../../core/query/semantic-query.js';
import { instantToLocal } from '../../../semantic/plan/zone.js';
import type { TimeRangeUnderstood } from '../question.js';
import { lastDay } from './answer-in-words.js';

const localMs = (text: string): number => Date.parse(/T|:/.test(text) ? `${text.replace(' ', 'T')}Z` : text);

/** Whether the time asked for has begun and is not over when it is asked. From tomorrow on is today's end, not later. */
export const isUnfinished = (
  { from, to }: TimeRangeUnderstood,
  { now, timezone }: { readonly now: number; readonly timezone: string },
): boolean => {
  if (to === null) return false;
  const local = instantToLocal(timezone, now);
  const tomorrow = (Math.floor(local / 86_400_000) + 1) * 86_400_000;
  return localMs(to) > tomorrow && (from === null || localMs(from) <= local);
};

/**
 * @param time as it was understood
 * @param clock milliseconds since the epoch, and the zone of those who ask
 */
export const cautionsOf = (
  { timezone, ...query }: SemanticQuery,
  time: TimeRangeUnderstood | null,
  clock: { readonly now: number; readonly timezone: string },
): readonly string[] => {
  if (time === null || !isUnfinished(time, { ...clock, ...(timezone !== undefined && { timezone }) })) return [];
  const end = `The time asked for is not over: it ends with ${lastDay(time.to!)}`;
  return [query.time?.compare === undefined ? `${end}.` : `${end}. It is compared with a whole one.`];
};

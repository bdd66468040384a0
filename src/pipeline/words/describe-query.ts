/** What a semantic query asks, in words: conditions, the time range, the names of what takes part. */
import { lastPart } from '../../../core/query/spell-names.js';
import type { Vocabulary } from '../../../core/plugin/llm.js';
import { filtersInWords } from '../../../core/query/filter-in-words.js';
import type { SemanticQuery } from '../../../core/query/semantic-query.js';
import { isoDate, isoTimestamp } from '../../../semantic/plan/calendar.js';
import { parseTimeRange } from '../../../semantic/plan/time-range.js';
import { instantToLocal } from '../../../semantic/plan/zone.js';
import type { Named, TimeRangeUnderstood } from '../question.js';

/** "Name" alone says little where several entities have one: then it is "Name (Products)". */
const ownerOf = (
  { label, ...one }: { readonly label: string; readonly entity?: string },
  entities: Vocabulary['entities'],
  dimensions: Vocabulary['dimensions'],
): string | null => {
  if (one.entity === undefined || dimensions.filter((other) => other.label === label).length < 2) return null;
  const entity = entities.find(({ name }) => name === one.entity);
  return entity === undefined ? null : `${label} (${entity.label})`;
};

/** The label of whatever a name stands for; of a path, that of its last part. */
export const labelOf = ({ entities, metrics, dimensions, segments, hierarchies }: Vocabulary, name: string): string => {
  if (name === 'metric_time') return 'Time';
  const all = [...metrics, ...dimensions, ...segments, ...hierarchies];
  const exact = all.find((one) => one.name === name);
  if (exact !== undefined) return ownerOf(exact, entities, dimensions) ?? exact.label;
  const alike = all.filter((one) => lastPart(one.name) === lastPart(name));
  return alike.length > 0 && new Set(alike.map(({ label }) => label)).size === 1 ? alike[0]!.label : name;
};

export const namedAs = (vocabulary: Vocabulary, name: string): Named => {
  const found = [...vocabulary.metrics, ...vocabulary.dimensions].find((one) => one.name === name);
  return { name, label: labelOf(vocabulary, name), description: found?.description ?? null };
};

/** What all rows fulfil, segments too, a text a condition. */
export const conditionsInWords = (
  vocabulary: Vocabulary,
  { filters, segments = [] }: SemanticQuery,
): readonly string[] => {
  const label = (name: string): string => labelOf(vocabulary, name);
  const entity = (name: string): string =>
    vocabulary.entities.find((one) => one.name === lastPart(name))?.label ?? lastPart(name).replaceAll('_', ' ');
  return [...filtersInWords(filters, label, entity), ...segments.map(label)];
};

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

const spelled = (ms: number | null): string | null =>
  ms === null ? null : ms % 86_400_000 === 0 ? isoDate(ms) : isoTimestamp(ms);

export const timeUnderstood = (
  { weekStart, fiscalYearStart }: Vocabulary,
  { time, timezone }: SemanticQuery,
  clock: { readonly now: number; readonly timezone: string },
): TimeRangeUnderstood | null => {
  if (time === undefined) return null;
  const { dimension = 'metric_time', range, compare = null } = time;
  const calendar = { week_start: weekdays.indexOf(weekStart), fiscal_month: fiscalYearStart };
  const now = instantToLocal(timezone ?? clock.timezone, clock.now);
  const { low, high } =
    range === undefined ? { low: null, high: null } : parseTimeRange(range, { now, calendar }, '/time');
  return {
    dimension,
    words: typeof range === 'string' ? range : null,
    from: spelled(low),
    to: spelled(high),
    compared_with: compare,
  };
};

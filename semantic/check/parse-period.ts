import { calendarUnits, type Grain, grains as allGrains } from '../../core/query/semantic-query.js';
import type { Period } from '../model/model.js';

const units: ReadonlySet<string> = new Set(calendarUnits);
const grains: ReadonlySet<string> = new Set(allGrains);

const unitOf = (word: string): Period['unit'] | undefined => {
  const singular = word.toLowerCase().replace(/s$/, '');
  return units.has(singular) ? (singular as Period['unit']) : undefined;
};

/** `28 days`, `1 month`. */
export const parsePeriod = (text: string): Period | undefined => {
  const [, count, word] = /^\s*(\d{1,5})\s+([a-z]+)\s*$/i.exec(text) ?? [];
  const unit = word === undefined ? undefined : unitOf(word);
  return unit === undefined || Number(count) === 0 ? undefined : { count: Number(count), unit };
};

/** `previous year`, `3 months`, `3 months ago`. */
export const parseOffset = (text: string): Period | undefined => {
  const [, word] = /^\s*(?:previous|last)\s+([a-z]+)\s*$/i.exec(text) ?? [];
  const unit = word === undefined ? undefined : unitOf(word);
  return unit === undefined ? parsePeriod(text.replace(/\s+(?:ago|before|earlier)\s*$/i, '')) : { count: 1, unit };
};

/** `year`, `fiscal year`. */
export const parseGrain = (text: string): Grain | undefined => {
  const name = text.trim().toLowerCase().replaceAll(' ', '_');
  return grains.has(name) ? (name as Grain) : undefined;
};

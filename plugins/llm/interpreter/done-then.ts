/** `invoices paid in April`: when they were paid, and not when they were sent, of those that are paid now. */
import type { Item } from './items.js';
import type { Language } from './language.js';
import type { Reading } from './phrases.js';
import { hasKind } from './sketch-state.js';

const isPast = (text: string, { irregular, tense }: Language): boolean =>
  Object.hasOwn(irregular, text) || tense.pastEndings.some((ending) => text.endsWith(ending));

/**
 * What is said to have been done at a time, where the same word is a state too: its event only. `null` where no time is said of
 * it, or the model has none.
 */
export const doneThen = (items: readonly Item[], at: number, language: Language): readonly Reading[] | null => {
  const item = items[at]!;
  if (!hasKind(item, 'event') || !hasKind(item, 'value', 'flag')) return null;
  if (!isPast(item.text.toLowerCase(), language)) return null;
  const before = items[at - 1]?.text.toLowerCase() ?? '';
  if (language.tense.present.includes(before) || items[at - 1]?.classes.has('not')) return null;
  const rest = items.slice(at + 1);
  const next = rest.find(({ classes, time, readings }) => time !== null || readings.length > 0 || !classes.has('prep'));
  const isBy = next?.classes.has('by') === true && rest.some(({ time }) => time !== null);
  if (next?.time == null && !isBy) return null;
  const named = new Set(
    items
      .slice(0, at)
      .flatMap(({ readings }) =>
        readings.flatMap((one) =>
          one.kind === 'entity' ? [one.entity.name] : one.kind === 'metric' ? one.metric.entities : [],
        ),
      ),
  );
  const readings = item.readings.filter((one) => one.kind === 'event' && named.has(one.dimension.entity));
  return readings.length === 0 ? null : readings;
};

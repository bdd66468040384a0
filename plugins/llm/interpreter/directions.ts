/** `shipments to China`: where they go may be as near to them as whose they are. */
import type { Option } from './draft.js';
import type { Sketch, ValueFilter } from './sketch.js';
import type { VocabularyIndex } from './vocabulary-index.js';

/** Places that are reached by a join of their own name are as good as others after a word for a direction: it is asked which. */
export const ofDirections = (
  { entities, language }: VocabularyIndex,
  { items }: Sketch,
  { mention, of }: ValueFilter,
  facts: readonly string[],
  options: readonly Option[],
): readonly Option[] => {
  const before = items[items.indexOf(mention.item) - 1]?.text.toLowerCase() ?? '';
  if (of !== null || options.length < 2 || !language.directions.includes(before)) return options;
  const roles = new Set(
    facts.flatMap((fact) => (entities.get(fact)?.joins ?? []).flatMap(({ name, role }) => (role ? [name] : []))),
  );
  const least = Math.min(...options.map(({ cost }) => cost));
  return options.map((one) => {
    const [first] = one.filters?.[0]?.condition.member.split('.') ?? [];
    return first !== undefined && roles.has(first) ? { ...one, cost: Math.min(one.cost, least + 0.02) } : one;
  });
};

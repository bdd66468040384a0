import type { Mention } from './sketch.js';
import type { VocabularyIndex } from './vocabulary-index.js';

/** Members that a mention could be about. */
export const near = (index: VocabularyIndex, mention: Mention): readonly string[] => {
  const names = mention.readings.flatMap((one): readonly string[] => {
    if (one.kind === 'metric') return [one.metric.name];
    if (one.kind === 'dimension' || one.kind === 'event' || one.kind === 'value' || one.kind === 'flag')
      return [one.dimension.name];
    if (one.kind === 'entity')
      return index.vocabulary.metrics
        .filter(({ entities }) => entities.includes(one.entity.name))
        .map(({ name }) => name);
    return [];
  });
  return [...new Set(names)].slice(0, 5);
};

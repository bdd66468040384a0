/** `revenue against target`, where the model calls the ratio of the two `against target`: one beside the other. */
import type { Language } from './language.js';
import type { Mention, Sketch } from './sketch.js';
import type { VocabularyIndex } from './vocabulary-index.js';

/** Whether a name begins with a word that compares. */
const compares = ({ item }: Mention, { phrases }: Language): boolean =>
  phrases.get(item.text.toLowerCase().split(' ')[0]!)?.includes('compare') === true;

/** What a metric that was named is compared with by a name beside it; `null` where that is no ratio of it. */
const otherSide = (mention: Mention, { metrics: named }: Sketch, index: VocabularyIndex): Mention | null => {
  if (!compares(mention, index.language)) return null;
  const readings = mention.readings.flatMap((one): Mention['readings'] => {
    if (one.kind !== 'metric' || one.metric.kind !== 'ratio') return [];
    const [first, second] = one.metric.of;
    const isOf = named.some(({ readings: of }) => of.some((its) => its.kind === 'metric' && its.metric.name === first));
    const metric = second === undefined ? undefined : index.metrics.get(second);
    return isOf && metric !== undefined ? [{ kind: 'metric', metric, cost: one.cost }] : [];
  });
  return readings.length === 0 ? null : { ...mention, readings };
};

/** The same sketch with both sides measured. */
export const besideOtherSide = (sketch: Sketch, index: VocabularyIndex): Sketch => {
  const found = sketch.scopes.map((mention) => [mention, otherSide(mention, sketch, index)] as const);
  const metrics = found.flatMap(([, side]) => side ?? []);
  if (metrics.length === 0) return sketch;
  const scopes = found.flatMap(([mention, side]) => (side === null ? [mention] : []));
  return { ...sketch, scopes, metrics: [...sketch.metrics, ...metrics] };
};

/** Names that were said beside what is asked for, and what a query makes of them. */
import type { VocabularyMetric } from 'datamind/contract';
import type { Option } from './draft.js';
import { type Failure, unclear } from './failure.js';
import { entityIn } from './measure.js';
import { near } from './near-members.js';
import type { Mention, Sketch } from './sketch.js';
import { isVerb } from './sketch-state.js';
import type { VocabularyIndex } from './vocabulary-index.js';

/** `revenue from customers who bought tents`: what is measured is not what they did, and maybe more than that. */
const aboutOthers = (sketch: Sketch, facts: readonly string[], says: ReadonlySet<Mention>): Mention | null => {
  const { items, scopes, events, times } = sketch;
  const verbs = [...scopes, ...events].filter(
    (mention) => !says.has(mention) && isVerb(mention.item) && !times.some(({ event }) => event === mention),
  );
  const found = verbs.find(({ item }) => {
    const at = items.indexOf(item);
    const who = items[at - 1];
    const whose = items[at - 2];
    if (who === undefined || whose === undefined || !who.classes.has('which')) return false;
    const owners = whose.readings.flatMap((one) => (one.kind === 'entity' ? [one.entity.name] : []));
    return owners.length > 0 && !owners.some((name) => facts.includes(name));
  });
  return found ?? null;
};

/** Names that nothing in the query stands for. */
export const leftOver = (
  index: VocabularyIndex,
  sketch: Sketch,
  facts: readonly string[],
  metrics: readonly VocabularyMetric[],
  says: ReadonlySet<Mention>,
): Failure | null => {
  const clause = metrics.length === 0 ? null : aboutOthers(sketch, facts, says);
  if (clause !== null)
    return unclear(`It is not clear what "${clause.item.text}" has to do with it.`, near(index, clause));
  for (const mention of sketch.scopes) {
    if (says.has(mention)) continue;
    const isUsed = sketch.filters.some((filter) => filter.kind !== 'number' && filter.about?.item === mention.item);
    const isPart = mention.readings.some(
      (one) =>
        one.kind === 'entity' &&
        one.via === undefined &&
        facts.every(
          (fact) =>
            fact === one.entity.name ||
            index.ways.ways(fact, one.entity.name).some((way) => way.every(({ toMany }) => !toMany)),
        ),
    );
    const isMeasured = mention.readings.some((one) => one.kind === 'metric' && metrics.includes(one.metric));
    if (!isUsed && !isPart && !isMeasured)
      return unclear(`It is not clear what "${mention.item.text}" has to do with it.`, near(index, mention));
  }
  return null;
};

/** What happens to what is measured, maybe often, at times of its own: parcels that drivers deliver. */
export const happening = (
  index: VocabularyIndex,
  sketch: Sketch,
  facts: readonly string[],
  says: ReadonlySet<Mention>,
): Mention | null => {
  const about = sketch.filters.flatMap((filter) => (filter.kind === 'number' ? [] : (filter.about ?? [])));
  const isMany = (entity: string): boolean =>
    index.entities.get(entity)?.defaultTime != null &&
    facts.every((fact) => {
      const ways = fact === entity ? [] : index.ways.ways(fact, entity);
      return ways.length > 0 && ways.every((way) => way.some(({ toMany }) => toMany));
    });
  const found = [...sketch.scopes, ...about].find((mention) => {
    const entity = entityIn(mention);
    return !says.has(mention) && entity !== undefined && isMany(entity.name);
  });
  return found ?? null;
};

/** `discontinued products`: those that have such a time. Empty where all have one, `null` where it is not known what is meant. */
export const happenedTo = (
  index: VocabularyIndex,
  facts: readonly string[],
  event: Mention,
): readonly Option[] | null => {
  const own = event.readings.flatMap((one) =>
    one.kind === 'event' && facts.includes(one.dimension.entity) ? [one.dimension] : [],
  );
  if (own.some(({ name, entity }) => index.entities.get(entity)?.defaultTime === name)) return [];
  if (own.length !== 1 || facts.length !== 1) return null;
  const condition = { member: own[0]!.name, op: 'not_null' } as const;
  return [{ filters: [{ condition, link: null, isOnMetric: false }], cost: 0.05 }];
};

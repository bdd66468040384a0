/** Conditions on what a metric takes by itself: `visits that were cancelled`, where visits are what took place, are none. */
import type { Condition, VocabularyMetric, VocabularyRows } from 'datamind/contract';
import type { Option } from './draft.js';
import { type Failure, unclear } from './failure.js';
import type { VocabularyIndex } from './vocabulary-index.js';

/** `out`: some of what is asked for is never taken; `same`: nothing else is taken anyhow; `fine`: it may be asked. */
type Verdict = 'out' | 'same' | 'fine';

const listOf = ({ op }: Condition): 'in' | 'not_in' | null =>
  op === 'eq' || op === 'in' ? 'in' : op === 'ne' || op === 'not_in' ? 'not_in' : null;

const verdictOn = ({ op, values: taken }: VocabularyRows, condition: Condition): Verdict => {
  const list = listOf(condition);
  const asked = condition.values ?? [];
  if (list === null) return 'fine';
  const isEvery = (some: readonly unknown[], all: readonly unknown[]): boolean =>
    some.every((one) => all.includes(one));
  const isAny = (some: readonly unknown[], all: readonly unknown[]): boolean => some.some((one) => all.includes(one));
  if (op === 'in') {
    if (list === 'not_in') return isEvery(taken, asked) ? 'out' : 'fine';
    return isEvery(asked, taken) ? 'same' : 'out';
  }
  return list === 'in' && isAny(asked, taken) ? 'out' : 'fine';
};

/** For each measure that it is computed from, as {@link VocabularyMetric.takes}. */
const takesOf = (index: VocabularyIndex, metric: VocabularyMetric): readonly (readonly VocabularyRows[])[] => {
  const { kind, takes, of } = metric;
  const inner = kind === 'change' || kind === 'cumulative' ? index.metrics.get(of[0] ?? '') : undefined;
  return (inner === undefined ? takes : takesOf(index, inner)) ?? [];
};

/** Whether a condition leaves a metric what it is: a share of what is all of one kind is none. */
const isMeant = (index: VocabularyIndex, metric: VocabularyMetric, condition: Condition): boolean => {
  const verdicts = takesOf(index, metric).map((rows) =>
    rows.filter(({ dimension }) => dimension === condition.member).map((one) => verdictOn(one, condition)),
  );
  if (verdicts.some((leaf) => leaf.includes('out'))) return false;
  const isOfOne = metric.entities.length === 1;
  return !(isOfOne && verdicts.some((leaf) => leaf.includes('same')) && verdicts.some((leaf) => leaf.length === 0));
};

/** The options of a filter that can be meant of these metrics; a failure where there is none. */
export const ofTakenRows = (
  index: VocabularyIndex,
  metrics: readonly VocabularyMetric[],
  text: string,
  options: readonly Option[],
): readonly Option[] | Failure => {
  const against = ({ filters = [] }: Option): VocabularyMetric | undefined =>
    metrics.find((metric) => !filters.every(({ condition }) => isMeant(index, metric, condition)));
  const [first] = [...options].sort((a, b) => a.cost - b.cost);
  const metric = first === undefined ? undefined : against(first);
  // What is farther off is not meant because what is nearest cannot be.
  if (metric === undefined) return options.filter((one) => against(one) === undefined);
  return unclear(`"${text}" does not go with ${metric.label}, which says itself what it is taken of.`, [metric.name]);
};
